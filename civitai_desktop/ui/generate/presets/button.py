"""The presets' button in the form's head."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QPushButton

from civitai_desktop.ui.generate.presets.shelf import PresetShelf
from civitai_desktop.ui.shared.composing import finish_composing
from civitai_desktop.ui.shared.late import Late, Made
from civitai_desktop.ui.shared.widgets import named, plain_tip, styled

if TYPE_CHECKING:
    from civitai_desktop.ui.generate.presets.menu import PresetMenu

_MENU: "Late[type[PresetMenu]]" = Late("civitai_desktop.ui.generate.presets.menu", "PresetMenu")
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
        self._menu = named(QMenu(self), self.tr("Presets"))
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill)
        self._entries = Made(self._make_entries)
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
        self._entries().fill()

    def _make_entries(self) -> "PresetMenu":
        entries = _MENU()(self._shelf, self._menu, self)
        entries.reset_wanted.connect(self.reset_wanted)
        return entries
