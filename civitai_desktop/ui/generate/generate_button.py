"""The button that costs Buzz: clicks in quick succession press it once."""

from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QPushButton

from civitai_desktop.ui.generate.commands import GENERATE
from civitai_desktop.ui.shared.commands import tip
from civitai_desktop.ui.shared.guarded import guarded, nothing


class GenerateButton(QPushButton):
    """A second click soon after the first is taken for part of it: twice would be paid twice."""

    def __init__(self) -> None:
        super().__init__()
        self.setToolTip(tip(GENERATE))
        self._pressed_at_ms: int | None = None

    @guarded(nothing)
    def mousePressEvent(self, event: QMouseEvent) -> None:
        before, self._pressed_at_ms = self._pressed_at_ms, event.timestamp()
        if before is None or event.timestamp() - before > QApplication.doubleClickInterval():
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed_at_ms = event.timestamp()
