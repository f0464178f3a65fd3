"""The search field over the gallery, and the keys that lead out of it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.plain_text import PlainLine


class SearchField(PlainLine):
    """Esc clears it and then leaves it; Down and Enter lead to what it has found."""

    left = Signal()
    hits_wanted = Signal()

    @guarded(nothing)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape if self.text():
                self.clear()
            case Qt.Key.Key_Escape:
                self.left.emit()
            case Qt.Key.Key_Down | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.hits_wanted.emit()
            case _:
                super().keyPressEvent(event)
