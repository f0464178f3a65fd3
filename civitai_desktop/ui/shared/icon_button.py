"""Shipped icons: drawn in the colour of the text around them, alone or as a button."""

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QToolButton

from civitai_desktop.ui.shared import theme
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.widgets import named, plain_tip, styled


class IconButton(QToolButton):
    """A flat button that is one shipped icon, in the colour of dim text whatever the theme."""

    def __init__(self, icon: str, name: str, side_px: int = 14) -> None:
        super().__init__()
        styled(named(self, name), "flat").setToolTip(plain_tip(name))
        self._icon = icon
        self._side_px = side_px
        self.setFixedSize(side_px + 6, side_px + 6)

    def show_icon(self, icon: str) -> None:
        """Show another shipped icon."""
        self._icon = icon
        self.update()

    @guarded(nothing)
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        draw_icon(QPainter(self), self._icon, self.rect().center(), self._side_px)


def draw_icon(
    painter: QPainter,
    name: str,
    center: QPoint,
    side_px: int,
    role: QPalette.ColorRole = QPalette.ColorRole.PlaceholderText,
) -> None:
    """Draw a shipped icon around `center`, by default in the colour of dim text."""
    colour = QGuiApplication.palette().color(role).name()
    where = QRect(0, 0, side_px, side_px)
    where.moveCenter(center)
    ratio = painter.device().devicePixelRatio()
    painter.drawPixmap(where, theme.pixmap(name, colour, side_px, ratio))
