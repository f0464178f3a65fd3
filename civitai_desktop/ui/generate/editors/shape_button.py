"""The tile that stands for a shape of the pictures."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton

from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.widgets import named, plain_tip, styled

TILE_GAP_PX = 7
"""Between two tiles."""

_TILE_PX = 52
_OUTLINE_PX = QSize(20, 16)
"""The box that the outlines of the shapes are drawn into."""


class ShapeButton(QToolButton):
    """A tile with the outline of a shape, and its name under it.

    What has no shape of its own, such as "auto", has an outline of dashes.
    """

    def __init__(self, shape: tuple[float, float] | None, name: str, description: str = "") -> None:
        super().__init__()
        styled(self, "shape")
        self.show_shape(shape, name, description)
        self.setCheckable(True)
        self.setFixedHeight(_TILE_PX)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_shape(
        self, shape: tuple[float, float] | None, name: str, description: str = ""
    ) -> None:
        """Stand for this shape from now on."""
        self._shape = shape
        self._name = name
        named(self, name)
        self.setAccessibleDescription(description)
        self.setToolTip(plain_tip(description))
        self.update()

    @guarded(nothing)
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        palette = QGuiApplication.palette()
        colour = palette.text() if self.isChecked() else palette.placeholderText()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        style = Qt.PenStyle.SolidLine if self._shape else Qt.PenStyle.DashLine
        painter.setPen(QPen(colour.color(), 1, style))
        painter.drawRoundedRect(self._outline(), 1.5, 1.5)
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        below = QRectF(0, 28, self.width(), 17)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._name)

    def _outline(self) -> QRectF:
        across, down = self._shape or (1, 1)
        scale = min(_OUTLINE_PX.width() / across, _OUTLINE_PX.height() / down)
        width, height = round(across * scale) - 1, round(down * scale) - 1
        left = (self.width() - width) // 2
        # Half a pixel in, so that a line of one pixel lies on one row of pixels.
        return QRectF(left + 0.5, 16 - height // 2 - 0.5, width, height)


def check_only(group: QButtonGroup, number: int | None) -> None:
    """Check the group's button of that number and no other; for None, none."""
    # An exclusive group cannot have nothing checked.
    group.setExclusive(False)
    for button in group.buttons():
        button.setChecked(group.id(button) == number)
    group.setExclusive(number is not None)
