"""What one can do in the gallery, and with the picture that is selected there."""

from civitai_desktop.ui.shared.commands import (
    EDIT,
    IMAGE,
    IN_VIEWER,
    QT_TRANSLATE_NOOP,
    Command,
    KeyNote,
    Need,
    Place,
    PlaceKeys,
)

IN_GALLERY = Place("gallery", QT_TRANSLATE_NOOP("Commands", "In the gallery"))
IN_SEARCH = Place("search", QT_TRANSLATE_NOOP("Commands", "In the search field"))

A_PICTURE = Need("image", QT_TRANSLATE_NOOP("Commands", "Select a picture first."))

FIND = Command(
    id="find",
    text=QT_TRANSLATE_NOOP("Commands", "Search prompts"),
    hint=QT_TRANSLATE_NOOP("Commands", "Find pictures by the words of their prompts."),
    menu=EDIT,
    group=1,
    keys=("Ctrl+F",),
    leaves_viewer=True,
)
OPEN = Command(
    id="open",
    text=QT_TRANSLATE_NOOP("Commands", "Open"),
    hint=QT_TRANSLATE_NOOP("Commands", "Let the picture fill the window."),
    menu=IMAGE,
    place_keys=(PlaceKeys(IN_GALLERY, ("Return", "Enter")),),
    needs=A_PICTURE,
)
FAVOURITE = Command(
    id="favourite",
    text=QT_TRANSLATE_NOOP("Commands", "Favourite"),
    hint=QT_TRANSLATE_NOOP("Commands", "Make it a favourite, or no longer."),
    menu=IMAGE,
    keys=("Ctrl+D",),
    needs=A_PICTURE,
)
REUSE = Command(
    id="reuse",
    text=QT_TRANSLATE_NOOP("Commands", "Reuse settings"),
    hint=QT_TRANSLATE_NOOP("Commands", "Fill the form with the picture's settings and seed."),
    menu=IMAGE,
    keys=("Ctrl+R",),
    needs=A_PICTURE,
)
VARY = Command(
    id="vary",
    text=QT_TRANSLATE_NOOP("Commands", "Vary"),
    hint=QT_TRANSLATE_NOOP("Commands", "Fill the form with the picture's settings, a new seed."),
    menu=IMAGE,
    keys=("Ctrl+Shift+R",),
    needs=A_PICTURE,
)
SOURCE = Command(
    id="source",
    text=QT_TRANSLATE_NOOP("Commands", "Use as source"),
    hint=QT_TRANSLATE_NOOP("Commands", "Make the picture one that the form starts from."),
    menu=IMAGE,
    keys=("Ctrl+U",),
    needs=A_PICTURE,
)
COPY = Command(
    id="copy",
    text=QT_TRANSLATE_NOOP("Commands", "Copy image"),
    hint=QT_TRANSLATE_NOOP("Commands", "Put the picture and its file on the clipboard."),
    menu=IMAGE,
    group=1,
    keys=("Ctrl+Shift+C",),
    needs=A_PICTURE,
)
SHOW_IN_FOLDER = Command(
    id="show_in_folder",
    text=QT_TRANSLATE_NOOP("Commands", "Show in folder"),
    hint=QT_TRANSLATE_NOOP("Commands", "Open the file manager at the picture's file."),
    menu=IMAGE,
    group=1,
    needs=A_PICTURE,
)
DELETE = Command(
    id="delete",
    text=QT_TRANSLATE_NOOP("Commands", "Delete"),
    hint=QT_TRANSLATE_NOOP("Commands", "Delete what is selected, after a question."),
    menu=IMAGE,
    group=1,
    place_keys=(PlaceKeys(IN_GALLERY, ("Del",)), PlaceKeys(IN_VIEWER, ("Del",))),
    needs=A_PICTURE,
)

COMMANDS = (FIND, OPEN, FAVOURITE, REUSE, VARY, SOURCE, COPY, SHOW_IN_FOLDER, DELETE)

KEY_NOTES = (
    KeyNote(
        IN_GALLERY,
        QT_TRANSLATE_NOOP("Commands", "Walk from picture to picture"),
        ("Left", "Right", "Up", "Down"),
        QT_TRANSLATE_NOOP("Commands", "Arrows"),
    ),
    KeyNote(
        IN_GALLERY, QT_TRANSLATE_NOOP("Commands", "To the first, to the last"), ("Home", "End")
    ),
    KeyNote(IN_GALLERY, QT_TRANSLATE_NOOP("Commands", "Select all pictures"), ("Ctrl+A",)),
    KeyNote(
        IN_GALLERY,
        QT_TRANSLATE_NOOP("Commands", "Select further pictures"),
        gesture=QT_TRANSLATE_NOOP("Commands", "Shift or Ctrl and click"),
    ),
    KeyNote(
        IN_GALLERY,
        QT_TRANSLATE_NOOP("Commands", "What can be done with the picture"),
        gesture=QT_TRANSLATE_NOOP("Commands", "Right click"),
    ),
    KeyNote(
        IN_SEARCH, QT_TRANSLATE_NOOP("Commands", "Go to the pictures found"), ("Return", "Down")
    ),
    KeyNote(
        IN_SEARCH, QT_TRANSLATE_NOOP("Commands", "Empty the field; if empty, leave it"), ("Esc",)
    ),
)
