"""The square preview at the top of the details panel, with the favourite's star."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import (
    QGuiApplication,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QTextOption,
)
from PySide6.QtWidgets import QToolButton, QWidget

from civitai_desktop.ui.gallery.commands import FAVOURITE
from civitai_desktop.ui.shared import theme
from civitai_desktop.ui.shared.commands import with_key
from civitai_desktop.ui.shared.widgets import named, plain_tip, styled

_STAR_PX = 18
_STAR_BUTTON_PX = 30
_MARGIN_PX = 16


class Preview(QWidget):
    """A picture cut to a square, or why there is none. The star is its only control.

    Attributes:
        favourite: Checked for a favourite; `clicked` tells the user's wish.
    """

    def __init__(self, side_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "Preview")
        self._picture = QImage()
        self._problem = ""
        self.setFixedSize(side_px, side_px)
        self.favourite = named(styled(QToolButton(self), "over_picture"), "Favourite")
        self.favourite.setCheckable(True)
        self.favourite.setFixedSize(_STAR_BUTTON_PX, _STAR_BUTTON_PX)
        self.favourite.setIconSize(QSize(_STAR_PX, _STAR_PX))
        self.favourite.move(QPoint(side_px - _STAR_BUTTON_PX - theme.GAP_PX, theme.GAP_PX))
        self.favourite.toggled.connect(self._draw_star)
        self._draw_star(False)

    def wanted_pixels(self) -> QSize:
        """Return what a picture must cover to be sharp here, in device pixels."""
        return self.size() * self.devicePixelRatioF()

    def show_picture(self, picture: QImage) -> None:
        """Show `picture`; a null one leaves the place empty."""
        self._picture = picture
        self._problem = ""
        self.setAccessibleDescription("")
        self.update()

    def show_problem(self, problem: str) -> None:
        """Say in words why there is no picture."""
        self._picture = QImage()
        self._problem = problem
        self.setAccessibleDescription(problem)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), theme.RADIUS_PX, theme.RADIUS_PX)
        painter.fillPath(outline, self.palette().color(QPalette.ColorRole.Base))
        if not self._picture.isNull():
            painter.setClipPath(outline)
            painter.drawImage(QRectF(self.rect()), self._picture, _middle_square(self._picture))
        elif self._problem:
            self._paint_problem(painter)

    def _paint_problem(self, painter: QPainter) -> None:
        # The widget's own palette has a style sheet's idea of a placeholder.
        colour = QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)
        side_px = 32
        icon = theme.pixmap("broken", colour.name(), side_px, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - side_px) // 2, 40, icon)
        painter.setPen(colour)
        room = QRectF(self.rect()).adjusted(_MARGIN_PX, 84, -_MARGIN_PX, -_MARGIN_PX)
        option = QTextOption(Qt.AlignmentFlag.AlignHCenter)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        painter.drawText(room, self._problem, option)

    def _draw_star(self, favourite: bool) -> None:
        # It lies on a picture, so it looks the same in both themes.
        name, colour = ("star", theme.DARK.star) if favourite else ("star-outline", "#ffffff")
        self.favourite.setIcon(theme.icon(name, colour, _STAR_PX))
        text = self.tr("No longer a favourite") if favourite else self.tr("Make it a favourite")
        self.favourite.setToolTip(plain_tip(with_key(text, FAVOURITE)))


def _middle_square(picture: QImage) -> QRectF:
    side = min(picture.width(), picture.height())
    square = QRectF(0, 0, side, side)
    square.moveCenter(QRectF(picture.rect()).center())
    return square
