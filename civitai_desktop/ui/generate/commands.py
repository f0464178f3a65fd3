"""What one can do with the form, its prompt and its engine."""

import sys

from civitai_desktop.ui.shared.commands import (
    EDIT,
    QT_TRANSLATE_NOOP,
    Command,
    KeyNote,
    Need,
    Place,
    PlaceKeys,
)

IN_PROMPT = Place("prompt", QT_TRANSLATE_NOOP("Commands", "In the prompt"))
IN_ENGINES = Place("engines", QT_TRANSLATE_NOOP("Commands", "In the list of engines"), True)
IN_HISTORY = Place("history", QT_TRANSLATE_NOOP("Commands", "In the prompt history"), True)
IN_SOURCE = Place("source", QT_TRANSLATE_NOOP("Commands", "In the area for source pictures"))

A_FORM_TO_UNDO = Need("undo", QT_TRANSLATE_NOOP("Commands", "Nothing has overwritten the form."))
WEIGHTS = Need(
    "weights", QT_TRANSLATE_NOOP("Commands", "This engine does not weigh words; choose another.")
)

_IS_MACOS = sys.platform == "darwin"

GENERATE = Command(
    id="generate",
    text=QT_TRANSLATE_NOOP("Commands", "Generate"),
    hint=QT_TRANSLATE_NOOP("Commands", "Generate what the form says, for the price shown."),
    menu=EDIT,
    # On the keypad, Enter is a key of its own; it is what the other one is called, too.
    keys=("Ctrl+Return", "Ctrl+Enter") if _IS_MACOS else ("Ctrl+Enter", "Ctrl+Return"),
    leaves_viewer=True,
)
UNDO = Command(
    id="undo",
    text=QT_TRANSLATE_NOOP("Commands", "Undo change of form"),
    hint=QT_TRANSLATE_NOOP("Commands", "Bring back the form that was overwritten."),
    menu=EDIT,
    keys=("Ctrl+Z",),
    needs=A_FORM_TO_UNDO,
)
RESET = Command(
    id="reset",
    text=QT_TRANSLATE_NOOP("Commands", "Reset settings"),
    hint=QT_TRANSLATE_NOOP("Commands", "Go back to the engine's defaults."),
    menu=EDIT,
)
GO_TO_PROMPT = Command(
    id="prompt",
    text=QT_TRANSLATE_NOOP("Commands", "Go to prompt"),
    hint=QT_TRANSLATE_NOOP("Commands", "Let the next key go into the prompt."),
    menu=EDIT,
    group=1,
    keys=("Ctrl+L",),
    leaves_viewer=True,
)
HISTORY = Command(
    id="prompt_history",
    text=QT_TRANSLATE_NOOP("Commands", "Prompt history…"),
    hint=QT_TRANSLATE_NOOP("Commands", "Search former prompts and take one over."),
    menu=EDIT,
    group=2,
    # On macOS, Ctrl is the command key, and with H it hides every program.
    keys=("Ctrl+Shift+H",) if _IS_MACOS else ("Ctrl+H",),
    leaves_viewer=True,
)
OLDER = Command(
    id="older_prompt",
    text=QT_TRANSLATE_NOOP("Commands", "Older prompt"),
    hint=QT_TRANSLATE_NOOP("Commands", "Show the prompt that was used before this one."),
    menu=EDIT,
    group=2,
    keys=("Alt+Up",),
    leaves_viewer=True,
)
NEWER = Command(
    id="newer_prompt",
    text=QT_TRANSLATE_NOOP("Commands", "Newer prompt"),
    hint=QT_TRANSLATE_NOOP("Commands", "Show the prompt that was used after this one."),
    menu=EDIT,
    group=2,
    keys=("Alt+Down",),
    leaves_viewer=True,
)
RAISE_WEIGHT = Command(
    id="raise_weight",
    text=QT_TRANSLATE_NOOP("Commands", "Raise weight"),
    hint=QT_TRANSLATE_NOOP("Commands", "Give the selected words of the prompt more weight."),
    menu=EDIT,
    group=2,
    place_keys=(PlaceKeys(IN_PROMPT, ("Ctrl+Up",)),),
    needs=WEIGHTS,
    leaves_viewer=True,
)
LOWER_WEIGHT = Command(
    id="lower_weight",
    text=QT_TRANSLATE_NOOP("Commands", "Lower weight"),
    hint=QT_TRANSLATE_NOOP("Commands", "Give the selected words of the prompt less weight."),
    menu=EDIT,
    group=2,
    place_keys=(PlaceKeys(IN_PROMPT, ("Ctrl+Down",)),),
    needs=WEIGHTS,
    leaves_viewer=True,
)

COMMANDS = (
    GENERATE,
    UNDO,
    RESET,
    GO_TO_PROMPT,
    HISTORY,
    OLDER,
    NEWER,
    RAISE_WEIGHT,
    LOWER_WEIGHT,
)

KEY_NOTES = (
    KeyNote(
        IN_PROMPT,
        QT_TRANSLATE_NOOP("Commands", "Paste a prompt, with its settings"),
        ("Ctrl+V",),
    ),
    KeyNote(
        IN_ENGINES, QT_TRANSLATE_NOOP("Commands", "Star the engine, or no longer"), ("Ctrl+D",)
    ),
    KeyNote(IN_ENGINES, QT_TRANSLATE_NOOP("Commands", "Choose the engine"), ("Return",)),
    KeyNote(IN_HISTORY, QT_TRANSLATE_NOOP("Commands", "Take the prompt over"), ("Return",)),
    KeyNote(IN_HISTORY, QT_TRANSLATE_NOOP("Commands", "Forget the prompt"), ("Shift+Del",)),
    KeyNote(IN_SOURCE, QT_TRANSLATE_NOOP("Commands", "Choose a picture"), ("Return", "Space")),
    KeyNote(IN_SOURCE, QT_TRANSLATE_NOOP("Commands", "Start from the copied picture"), ("Ctrl+V",)),
)
