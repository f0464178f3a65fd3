"""The part of the viewer that paints: zooming at the pointer and panning by hand."""

from PySide6.QtCore import QPointF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from civitai_desktop.ui.shared import theme
from civitai_desktop.ui.viewer.camera import Camera
from civitai_desktop.ui.viewer.loader import Picture

_STEP = 1.25
_WHEEL_NOTCH = 120
"""Qt's units of one notch of a wheel; a touchpad sends fractions of it."""


class Canvas(QWidget):
    """Shows one picture on a dark ground, fitted at first. Knows no files."""

    scale_changed = Signal(float)
    """Screen pixels per picture pixel; 0 without a picture."""
    size_changed = Signal(QSize)
    """Of this widget, in device pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._camera = Camera()
        self._full = QImage()
        self._fitted = QImage()
        self._problem = ""
        self._is_expecting = False
        self._held: QPointF | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(1, 1)

    @property
    def camera(self) -> Camera:
        """Return where the picture stands; change it through this widget only."""
        return self._camera

    def device_size(self) -> QSize:
        """Return the size in the screen's own pixels."""
        return (QSizeF(self.size()) * self.devicePixelRatioF()).toSize()

    def expect(self) -> None:
        """Take the next picture as another one: it is fitted; what is there stays until then."""
        self._is_expecting = True

    def show_thumbnail(self, thumbnail: QImage, size: QSize) -> None:
        """Show a small version as large as the picture of this size will be, in pixels."""
        if (thumbnail.width() > thumbnail.height()) != (size.width() > size.height()):
            size = size.transposed()  # the file's size is told before it is turned upright
        self._show(thumbnail, QImage(), size)

    def show_picture(self, picture: Picture) -> None:
        """Show a picture; in place of its thumbnail, or refitted, it stays where it stands."""
        self._show(picture.full, picture.fitted, picture.full.size())

    def show_problem(self, problem: str) -> None:
        """Say in words why there is no picture."""
        self._show(QImage(), QImage(), QSize())
        self._problem = problem

    def clear(self) -> None:
        """Show nothing."""
        self._show(QImage(), QImage(), QSize())

    def fit(self) -> None:
        """Show the whole picture."""
        self._camera.fit()
        self._moved()

    def show_pixels(self, at: QPointF | None = None) -> None:
        """Show one pixel of the picture as one of the screen, around `at` or the middle."""
        self._camera.zoom_to(1.0, self._device_point(at))
        self._moved()

    def zoom(self, steps: float, at: QPointF | None = None) -> None:
        """Zoom in by so many steps, or out, around `at` or the middle."""
        self._camera.zoom_by(_STEP**steps, self._device_point(at))
        self._moved()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.DARK.background))
        if self._problem:
            painter.setPen(QColor(theme.DARK.dim))
            option = QTextOption(Qt.AlignmentFlag.AlignCenter)
            option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            edge = 4 * theme.EDGE_PX
            painter.drawText(self.rect().adjusted(edge, edge, -edge, -edge), self._problem, option)
        elif not self._full.isNull():
            ratio = 1 / self.devicePixelRatioF()
            painter.scale(ratio, ratio)
            self._paint_picture(painter)

    def _paint_picture(self, painter: QPainter) -> None:
        target = self._camera.target()
        if self._camera.is_fitted and _is_same(self._fitted.size(), target.size()):
            painter.drawImage(target.topLeft().toPoint(), self._fitted)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, self._full)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._camera.resize(QSizeF(self.device_size()))
        self.size_changed.emit(self.device_size())
        self._moved()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(event.angleDelta().y() / _WHEEL_NOTCH, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._camera.can_pan:
            self._held = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._camera.pan((event.position() - self._held) * self.devicePixelRatioF())
            self._held = event.position()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        self._choose_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._camera.is_fitted:
            self.show_pixels(event.position())
        else:
            self.fit()

    def _show(self, full: QImage, fitted: QImage, size: QSize) -> None:
        self._full, self._fitted, self._problem = full, fitted, ""
        if self._is_expecting or QSizeF(size) != self._camera.picture:
            self._is_expecting = False
            self._held = None
            self._camera.show(QSizeF(size))
        self._moved()

    def _moved(self) -> None:
        self._choose_cursor()
        self.scale_changed.emit(0.0 if self._full.isNull() else self._camera.scale)
        self.update()

    def _choose_cursor(self) -> None:
        hand = Qt.CursorShape.OpenHandCursor
        self.setCursor(hand if self._camera.can_pan else Qt.CursorShape.ArrowCursor)

    def _device_point(self, at: QPointF | None) -> QPointF:
        point = QPointF(self.rect().center()) if at is None else at
        return point * self.devicePixelRatioF()


def _is_same(one: QSize, other: QSizeF) -> bool:
    """Tell whether two sizes differ by rounding only."""
    return abs(one.width() - other.width()) <= 1 and abs(one.height() - other.height()) <= 1
