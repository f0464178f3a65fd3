"""What one can do while a picture fills the window."""

from civitai_desktop.ui.shared.commands import (
    IN_VIEWER,
    QT_TRANSLATE_NOOP,
    Command,
    KeyNote,
    Need,
    PlaceKeys,
)

VIEWER = Need("viewer", QT_TRANSLATE_NOOP("Commands", "Open a picture first."))

PREVIOUS = Command(
    id="previous_picture",
    text=QT_TRANSLATE_NOOP("Commands", "Previous picture"),
    hint=QT_TRANSLATE_NOOP("Commands", "Look at the picture before this one."),
    place_keys=(PlaceKeys(IN_VIEWER, ("Left",)),),
    needs=VIEWER,
)
NEXT = Command(
    id="next_picture",
    text=QT_TRANSLATE_NOOP("Commands", "Next picture"),
    hint=QT_TRANSLATE_NOOP("Commands", "Look at the picture after this one."),
    place_keys=(PlaceKeys(IN_VIEWER, ("Right",)),),
    needs=VIEWER,
)
ZOOM_IN = Command(
    id="zoom_in",
    text=QT_TRANSLATE_NOOP("Commands", "Zoom in"),
    hint=QT_TRANSLATE_NOOP("Commands", "Show the picture larger."),
    place_keys=(PlaceKeys(IN_VIEWER, ("+", "=")),),
    needs=VIEWER,
)
ZOOM_OUT = Command(
    id="zoom_out",
    text=QT_TRANSLATE_NOOP("Commands", "Zoom out"),
    hint=QT_TRANSLATE_NOOP("Commands", "Show the picture smaller."),
    place_keys=(PlaceKeys(IN_VIEWER, ("-",)),),
    needs=VIEWER,
)
FIT = Command(
    id="fit",
    text=QT_TRANSLATE_NOOP("Commands", "Fit the window"),
    hint=QT_TRANSLATE_NOOP("Commands", "Show the whole picture."),
    place_keys=(PlaceKeys(IN_VIEWER, ("0",)),),
    needs=VIEWER,
)
PIXELS = Command(
    id="single_pixels",
    text=QT_TRANSLATE_NOOP("Commands", "Single pixels"),
    hint=QT_TRANSLATE_NOOP("Commands", "Show one pixel of the picture as one of the screen."),
    place_keys=(PlaceKeys(IN_VIEWER, ("1",)),),
    needs=VIEWER,
)
LEAVE = Command(
    id="leave_viewer",
    text=QT_TRANSLATE_NOOP("Commands", "Close viewer"),
    hint=QT_TRANSLATE_NOOP("Commands", "Go back to the gallery."),
    place_keys=(PlaceKeys(IN_VIEWER, ("Esc",)),),
    needs=VIEWER,
)

COMMANDS = (PREVIOUS, NEXT, ZOOM_IN, ZOOM_OUT, FIT, PIXELS, LEAVE)

KEY_NOTES = (
    KeyNote(
        IN_VIEWER,
        QT_TRANSLATE_NOOP("Commands", "Zoom at the pointer"),
        gesture=QT_TRANSLATE_NOOP("Commands", "Wheel"),
    ),
    KeyNote(
        IN_VIEWER,
        QT_TRANSLATE_NOOP("Commands", "Move the picture"),
        gesture=QT_TRANSLATE_NOOP("Commands", "Drag"),
    ),
    KeyNote(
        IN_VIEWER,
        QT_TRANSLATE_NOOP("Commands", "Fit, or single pixels"),
        gesture=QT_TRANSLATE_NOOP("Commands", "Double click"),
    ),
)
