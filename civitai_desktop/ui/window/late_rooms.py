"""The modules that no first paint shows. They are loaded after it, in this order, one a turn.

Each stands behind those that it imports. tests/test_layers.py holds the start to it.
"""

LATE_MODULES = tuple(
    f"civitai_desktop.{name}"
    for name in (
        "ui.gallery.preview",
        "ui.gallery.details_pages",
        "ui.viewer.loader",
        "ui.viewer.presenter",
        "ui.viewer.camera",
        "ui.viewer.canvas",
        "ui.viewer.viewer",
        "ui.generate.prompt.history_popup",
        "ui.shared.text_dialog",
        "ui.generate.presets.menu",
        "ui.generate.prompt.paste_dialog",
        "ui.resource_picker.model",
        "ui.resource_picker.finds",
        "ui.resource_picker.presenter",
        "ui.resource_picker.details",
        "ui.resource_picker.delegate",
        "ui.resource_picker.grid",
        "ui.resource_picker.dialog",
        "ui.account.key_entry",
        "ui.account.dialog",
        "ui.account.welcome",
        "ui.preferences.file_names",
        "ui.window.about",
        "ui.window.palette.search",
        "ui.window.palette.rows",
        "ui.window.palette.popup",
        "ui.window.palette.page",
        "ui.window.palette.overview",
    )
)
