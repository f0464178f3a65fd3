"""The menu of presets, and the dialogs that ask for a name or a file."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from civitai_desktop.ui.generate.presets.shelf import PresetShelf
from civitai_desktop.ui.shared.text_dialog import TextDialog
from civitai_desktop.ui.shared.widgets import plain_tip

_SUFFIX = "json"


class PresetMenu(QObject):
    """What can be chosen from the menu: to use, save, rename, delete and pass on presets.

    Signals:
        reset_wanted: The form is to go back to the engine's defaults.
    """

    reset_wanted = Signal()

    def __init__(self, shelf: PresetShelf, menu: QMenu, window: QWidget) -> None:
        """Take the parts.

        Args:
            menu: Is filled with them.
            window: Over it the dialogs open.
        """
        super().__init__(menu)
        self._shelf = shelf
        self._menu = menu
        self._window = window
        self._about = ""
        self._exported: list[str] = []

    def fill(self) -> None:
        """Show the presets as they are now."""
        shelf, menu = self._shelf, self._menu
        names = shelf.names()
        menu.clear()
        for name in names:
            action = _entry(menu, name, shelf.apply)
            action.setToolTip(plain_tip(shelf.engine_label(name)))
            action.setCheckable(True)
            action.setChecked(name == shelf.current)
            if name == shelf.current and shelf.is_changed:
                action.setText(f"{action.text()} *")
        if not names:
            menu.addAction(self.tr("No presets yet")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(self.tr("Save form as preset…")).triggered.connect(self._ask_for_new)
        if shelf.current:
            text = self.tr("Update “{name}”").format(name=shelf.current).replace("&", "&&")
            update = menu.addAction(text)
            update.setEnabled(shelf.can_be_updated())
            update.triggered.connect(shelf.update)
        self._add_list(self.tr("Rename"), names, self._ask_for_other)
        self._add_list(self.tr("Delete"), names, shelf.remove)
        menu.addSeparator()
        menu.addAction(self.tr("Import presets…")).triggered.connect(self._ask_for_import)
        export = self._add_list(self.tr("Export"), names, self._ask_for_export)
        export.addSeparator()
        export.addAction(self.tr("All presets…")).triggered.connect(self._export_all)
        menu.addSeparator()
        menu.addAction(self.tr("Reset settings")).triggered.connect(self.reset_wanted)

    def _add_list(self, text: str, names: list[str], chosen: Callable[[str], None]) -> QMenu:
        menu = self._menu.addMenu(text)
        menu.setEnabled(bool(names))
        for name in names:
            _entry(menu, name, chosen)
        return menu

    @Slot()
    def _ask_for_new(self) -> None:
        self._about = ""
        self._ask(self.tr("Save form as preset"), "", self._shelf.add)

    def _ask_for_other(self, name: str) -> None:
        self._about = name
        self._ask(self.tr("Rename preset"), name, self._rename)

    @Slot(str)
    def _rename(self, wanted: str) -> None:
        self._shelf.rename(self._about, wanted)

    def _ask(self, title: str, name: str, answered: Callable[[str], None]) -> None:
        dialog = TextDialog(title, self.tr("Preset name"), name, self._judged, self._window)
        dialog.chosen.connect(answered)
        dialog.open()

    def _judged(self, name: str) -> tuple[str, bool]:
        wrong = self._shelf.objection(name, self._about)
        # Where nothing has been typed yet, that says itself.
        return (wrong if name else "", not wrong)

    @Slot()
    def _ask_for_import(self) -> None:
        dialog = self._file_dialog(self.tr("Import presets"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._import)
        dialog.open()

    def _ask_for_export(self, name: str) -> None:
        self._export([name], name)

    @Slot()
    def _export_all(self) -> None:
        self._export(self._shelf.names(), self.tr("Presets"))

    def _export(self, names: list[str], file_name: str) -> None:
        self._exported = names
        dialog = self._file_dialog(self.tr("Export presets"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(_SUFFIX)
        safe = "".join(each if each.isalnum() or each in " -_" else "_" for each in file_name)
        dialog.selectFile(f"{safe}.{_SUFFIX}")
        dialog.fileSelected.connect(self._write)
        dialog.open()

    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilter(self.tr("Presets (*.json)"))
        return dialog

    @Slot(str)
    def _import(self, path: str) -> None:
        self._shelf.bring_in(Path(path))

    @Slot(str)
    def _write(self, path: str) -> None:
        self._shelf.pass_on(Path(path), self._exported)


class _NamedAction(QAction):
    """An entry for one preset; tells its name when it is chosen."""

    chosen = Signal(str)

    def __init__(self, name: str, menu: QMenu) -> None:
        super().__init__(name.replace("&", "&&"), menu)
        self._name = name
        self.triggered.connect(self._tell)

    @Slot()
    def _tell(self) -> None:
        self.chosen.emit(self._name)


def _entry(menu: QMenu, name: str, chosen: Callable[[str], None]) -> QAction:
    action = _NamedAction(name, menu)
    action.chosen.connect(chosen)
    menu.addAction(action)
    return action
