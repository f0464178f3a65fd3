"""The presets' button in the form's head, its menu, and the dialogs that ask for a file."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton

from civitai_desktop.ui.generate.presets.shelf import PresetShelf
from civitai_desktop.ui.shared.composing import finish_composing
from civitai_desktop.ui.shared.text_dialog import TextDialog
from civitai_desktop.ui.shared.widgets import named, plain_tip, styled

_SUFFIX = "json"
_WIDEST_PX = 170


class PresetButton(QPushButton):
    """Shows the preset in the form, with a star if it was changed; opens the menu of presets.

    Signals:
        reset_wanted: The form is to go back to the engine's defaults.
    """

    reset_wanted = Signal()

    def __init__(self, shelf: PresetShelf) -> None:
        super().__init__()
        styled(named(self, "Presets"), "link")
        self._shelf = shelf
        self._about = ""
        self._exported: list[str] = []
        self._menu = named(QMenu(self), self.tr("Presets"))
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill)
        self.clicked.connect(self._open)
        shelf.changed.connect(self._show)
        self._show()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(min(hint.width(), _WIDEST_PX), hint.height())

    @Slot()
    def _show(self) -> None:
        name = self._shelf.current
        text = f"{name} *" if name and self._shelf.is_changed else name or self.tr("Presets")
        room = _WIDEST_PX - 8
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room)
        self.setText(shown.replace("&", "&&"))
        changed = self.tr("changed") if name and self._shelf.is_changed else ""
        self.setAccessibleDescription(", ".join(filter(None, (name, changed))))
        self.setToolTip(
            plain_tip(text if name else self.tr("Save the form, or use what was saved"))
        )

    @Slot()
    def _open(self) -> None:
        finish_composing()
        self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    @Slot()
    def _fill(self) -> None:
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
        dialog = TextDialog(title, self.tr("Preset name"), name, self._judged, self)
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
        dialog = QFileDialog(self, title)
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
