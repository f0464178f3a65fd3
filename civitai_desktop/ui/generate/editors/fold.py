"""A line of text with a triangle that folds and unfolds what lies under it."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.icon_button import draw_icon
from civitai_desktop.ui.shared.widgets import named, styled

_HEIGHT_PX = 17
_TRIANGLE_PX = 12
_FOCUS_PX = 2


class FoldButton(QToolButton):
    """Shows and hides one widget; folded at first. Its text stands at the right.

    A `title` stands at the left, so that the whole line can be clicked.

    Signals:
        unfolding: What is folded is about to be shown.
    """

    unfolding = Signal()

    def __init__(self, name: str, folded: QWidget, *, title: str = "") -> None:
        super().__init__()
        styled(named(self, name), "section" if title else "fold")
        self._folded = folded
        self._title = title
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._fold)
        self._fold(False)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._title + self.text())
        return QSize(width + _TRIANGLE_PX + 4, _HEIGHT_PX)

    @guarded(nothing)
    def paintEvent(self, event: QPaintEvent) -> None:
        roles = QPalette.ColorRole
        is_lit = self.hasFocus() or self.underMouse()
        colours = QGuiApplication.palette()
        painter = QPainter(self)
        if self.hasFocus():
            line = self.rect()
            line.setTop(line.bottom() - _FOCUS_PX + 1)
            painter.fillRect(line, colours.color(roles.Accent))
        painter.setPen(colours.color(roles.WindowText if is_lit else roles.PlaceholderText))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self._title)
        beside = self.rect().adjusted(0, 0, -_TRIANGLE_PX - 4, 0)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(beside, right, self.text())
        icon = "triangle-down" if self.isChecked() else "triangle-right"
        center = QPoint(self.width() - _TRIANGLE_PX // 2, self.height() // 2)
        draw_icon(painter, icon, center, _TRIANGLE_PX)

    @Slot(bool)
    def _fold(self, is_open: bool) -> None:
        if is_open:
            self.unfolding.emit()
        self._folded.setVisible(is_open)
        self.setToolTip(self.tr("Fold") if is_open else self.tr("Unfold"))
