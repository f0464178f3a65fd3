"""A box of choices that stands in a column, and that the wheel leaves alone."""

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.icon_button import draw_icon
from civitai_desktop.ui.shared.theme import FIELD_PX

_NARROWEST_PX = 90
_GREYED = 0.35


class ChoiceBox(QComboBox):
    """A combo box that the wheel neither changes nor focuses, as narrow as its column."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(FIELD_PX)

    def sizeHint(self) -> QSize:
        # Its own would style the box and measure every choice, to no end: the column decides.
        return QSize(_NARROWEST_PX, FIELD_PX)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    @guarded(nothing)
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        center = QPoint(self.width() - 15, self.height() // 2)
        painter = QPainter(self)
        painter.setOpacity(1.0 if self.isEnabled() else _GREYED)
        draw_icon(painter, "triangle-down", center, 14)
