"""The keys of the dialog in which resources are looked for."""

from civitai_desktop.ui.shared.commands import QT_TRANSLATE_NOOP, KeyNote, Place

IN_RESOURCES = Place(
    "resources", QT_TRANSLATE_NOOP("Commands", "In the search for resources"), True
)

KEY_NOTES = (
    KeyNote(IN_RESOURCES, QT_TRANSLATE_NOOP("Commands", "Go to what was found"), ("Down",)),
    KeyNote(IN_RESOURCES, QT_TRANSLATE_NOOP("Commands", "Take it"), ("Return",)),
)
