"""What one can do with the window and the account; and the register of all rooms' commands."""

from collections.abc import Iterator

from civitai_desktop.ui.gallery import commands as gallery
from civitai_desktop.ui.generate import commands as generate
from civitai_desktop.ui.resource_picker import commands as resource_picker
from civitai_desktop.ui.shared.commands import (
    FILE,
    HELP,
    QT_TRANSLATE_NOOP,
    VIEW,
    WINDOW,
    Command,
    KeyNote,
    Place,
)
from civitai_desktop.ui.viewer import commands as viewer

PALETTE = Command(
    id="palette",
    text=QT_TRANSLATE_NOOP("Commands", "Command palette…"),
    hint=QT_TRANSLATE_NOOP("Commands", "Type what you want to do."),
    menu=HELP,
    keys=("Ctrl+K",),
    without_workspace=True,
)
READ_FOLDER = Command(
    id="read_folder",
    text=QT_TRANSLATE_NOOP("Commands", "Read pictures folder again"),
    hint=QT_TRANSLATE_NOOP("Commands", "Take up pictures that were put into the folder."),
    menu=FILE,
    group=1,
)

_OWN = (
    PALETTE,
    Command(
        id="shortcuts",
        text=QT_TRANSLATE_NOOP("Commands", "Keyboard shortcuts…"),
        hint=QT_TRANSLATE_NOOP("Commands", "Show every key, to read or to print."),
        menu=HELP,
        keys=("F1",),
        without_workspace=True,
    ),
    Command(
        id="account",
        text=QT_TRANSLATE_NOOP("Commands", "Account…"),
        hint=QT_TRANSLATE_NOOP("Commands", "Enter another API key, or remove it."),
        menu=FILE,
    ),
    Command(
        id="choose_folder",
        text=QT_TRANSLATE_NOOP("Commands", "Choose pictures folder…"),
        hint=QT_TRANSLATE_NOOP("Commands", "Say where pictures are saved."),
        menu=FILE,
        group=1,
    ),
    Command(
        id="file_names",
        text=QT_TRANSLATE_NOOP("Commands", "File names…"),
        hint=QT_TRANSLATE_NOOP("Commands", "Say what saved pictures are called."),
        menu=FILE,
        group=1,
    ),
    Command(
        id="open_folder",
        text=QT_TRANSLATE_NOOP("Commands", "Open pictures folder"),
        hint=QT_TRANSLATE_NOOP("Commands", "Open the file manager where pictures are saved."),
        menu=FILE,
        group=1,
    ),
    READ_FOLDER,
    Command(
        id="quit",
        text=QT_TRANSLATE_NOOP("Commands", "Quit"),
        hint=QT_TRANSLATE_NOOP("Commands", "Close the window; what is generating is not lost."),
        menu=FILE,
        group=2,
        keys=("Ctrl+Q",),
        without_workspace=True,
    ),
    Command(
        id="details",
        text=QT_TRANSLATE_NOOP("Commands", "Details"),
        hint=QT_TRANSLATE_NOOP("Commands", "Fold or unfold the panel on the right."),
        menu=VIEW,
        keys=("F9",),
        is_choice=True,
    ),
    Command(
        id="full_screen",
        text=QT_TRANSLATE_NOOP("Commands", "Full screen"),
        hint=QT_TRANSLATE_NOOP("Commands", "Take the whole screen, or give it back."),
        menu=VIEW,
        keys=("F11",),
        without_workspace=True,
        is_choice=True,
    ),
    Command(
        id="system",
        text=QT_TRANSLATE_NOOP("Commands", "Light or dark as the system"),
        hint=QT_TRANSLATE_NOOP("Commands", "Follow the system, also while running."),
        menu=VIEW,
        group=1,
        without_workspace=True,
        is_choice=True,
        one_of="appearance",
    ),
    Command(
        id="light",
        text=QT_TRANSLATE_NOOP("Commands", "Light"),
        hint=QT_TRANSLATE_NOOP("Commands", "Show the window in light colours."),
        menu=VIEW,
        group=1,
        without_workspace=True,
        is_choice=True,
        one_of="appearance",
    ),
    Command(
        id="dark",
        text=QT_TRANSLATE_NOOP("Commands", "Dark"),
        hint=QT_TRANSLATE_NOOP("Commands", "Show the window in dark colours."),
        menu=VIEW,
        group=1,
        without_workspace=True,
        is_choice=True,
        one_of="appearance",
    ),
    Command(
        id="open_log",
        text=QT_TRANSLATE_NOOP("Commands", "Open log folder"),
        hint=QT_TRANSLATE_NOOP("Commands", "Open the file manager where the log is kept."),
        menu=HELP,
        group=1,
        without_workspace=True,
    ),
    Command(
        id="about",
        text=QT_TRANSLATE_NOOP("Commands", "About Civitai Desktop"),
        hint=QT_TRANSLATE_NOOP("Commands", "Say which version this is."),
        menu=HELP,
        group=2,
        without_workspace=True,
    ),
)

COMMANDS = (*gallery.COMMANDS, *generate.COMMANDS, *_OWN, *viewer.COMMANDS)
"""Every command there is. A room with commands of its own adds them here."""

KEY_NOTES = (
    *gallery.KEY_NOTES,
    *generate.KEY_NOTES,
    *viewer.KEY_NOTES,
    *resource_picker.KEY_NOTES,
)
"""Every key that is no command."""


def places() -> tuple[Place, ...]:
    """Return every place that has keys, the window first, in the order of the register."""
    return tuple(dict.fromkeys([WINDOW, *(place for place, _keys, _of in taken_keys())]))


def taken_keys() -> Iterator[tuple[Place, tuple[str, ...], Command | KeyNote]]:
    """Yield which keys are taken where, and for what; none for what the mouse does alone."""
    for command in COMMANDS:
        if command.keys:
            yield WINDOW, command.keys, command
        for place, keys in command.place_keys:
            yield place, keys, command
    for note in KEY_NOTES:
        yield note.place, note.keys, note
