"""The size of the pictures: a row of shapes, or width and height."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field
from civitai_desktop.ui.generate.editor import Editor
from civitai_desktop.ui.generate.fold import FoldButton
from civitai_desktop.ui.generate.number_editors import NumberEditor
from civitai_desktop.ui.generate.shapes import SHAPES, Shape, size_for
from civitai_desktop.ui.generate.wording import size_text
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.widgets import caption, named, styled

_TILE_PX = 52
_TILE_GAP_PX = 7
_OUTLINE_PX = QSize(20, 16)
"""The box that the outlines of the shapes are drawn into."""


class ShapeButton(QToolButton):
    """A tile with the outline of a shape and its ratio under it."""

    def __init__(self, shape: Shape, size: tuple[int, int]) -> None:
        super().__init__()
        self.size_px = size
        self._shape = shape
        self._ratio = f"{shape[0]}:{shape[1]}"
        styled(named(self, self._ratio), "shape")
        self.setAccessibleDescription(size_text(*size))
        self.setToolTip(size_text(*size))
        self.setCheckable(True)
        self.setFixedHeight(_TILE_PX)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @guarded(nothing)
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        palette = QGuiApplication.palette()
        colour = palette.text() if self.isChecked() else palette.placeholderText()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour.color(), 1))
        painter.drawRoundedRect(self._outline(), 1.5, 1.5)
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        below = QRectF(0, 28, self.width(), 17)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._ratio)

    def _outline(self) -> QRectF:
        across, down = self._shape
        scale = min(_OUTLINE_PX.width() / across, _OUTLINE_PX.height() / down)
        width, height = round(across * scale) - 1, round(down * scale) - 1
        left = (self.width() - width) // 2
        # Half a pixel in, so that a line of one pixel lies on one row of pixels.
        return QRectF(left + 0.5, 16 - height // 2 - 0.5, width, height)


class SizeEditor(QWidget):
    """Sets width and height together by shape, or each by its own field.

    `width_editor` and `height_editor` are ordinary editors of their fields; this only sets them,
    shows what they hold, and unfolds them where no shape fits.

    Signals:
        changed: As an editor's; a shape reports both fields.
    """

    changed = Signal(str, object)

    def __init__(self, engine: Engine, width: Field, height: Field) -> None:
        super().__init__()
        self.width_editor = NumberEditor(width)
        self.height_editor = NumberEditor(height)
        self._editors: tuple[Editor, Editor] = (self.width_editor, self.height_editor)
        self._shapes = QButtonGroup(self)
        self._shapes.idClicked.connect(self._choose)
        self._custom = QWidget()
        self._fold = FoldButton(self.tr("Custom size"), self._custom)

        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(caption(self.tr("Size")))
        head.addStretch()
        head.addWidget(self._fold)
        tiles = QHBoxLayout()
        tiles.setSpacing(_TILE_GAP_PX)
        for number, shape in enumerate(SHAPES):
            button = ShapeButton(shape, size_for(engine, shape))
            self._shapes.addButton(button, number)
            tiles.addWidget(button, stretch=1)
        fields = QHBoxLayout(self._custom)
        fields.setContentsMargins(0, 8, 0, 0)
        fields.setSpacing(8)
        for editor in self._editors:
            editor.changed.connect(self._edited)
            fields.addWidget(editor, stretch=1, alignment=Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addSpacing(5)
        column.addLayout(tiles)
        column.addWidget(self._custom)

    def refresh(self) -> None:
        """Show which shape the two fields make, after they have been set from elsewhere."""
        values = (self.width_editor.value(), self.height_editor.value())
        self._fold.setText(size_text(*values))
        match = next((each for each in self._buttons() if each.size_px == values), None)
        # An exclusive group cannot have nothing checked.
        self._shapes.setExclusive(False)
        for button in self._buttons():
            button.setChecked(button is match)
        self._shapes.setExclusive(match is not None)
        if match is None:
            self.reveal()

    def reveal(self) -> None:
        """Unfold the fields for width and height."""
        self._fold.setChecked(True)

    def _buttons(self) -> list[ShapeButton]:
        return [each for each in self._shapes.buttons() if isinstance(each, ShapeButton)]

    @Slot(int)
    def _choose(self, number: int) -> None:
        button: QAbstractButton = self._shapes.button(number)
        if isinstance(button, ShapeButton):
            for editor, pixels in zip(self._editors, button.size_px, strict=True):
                editor.set_value(pixels)
                editor.complain("")
            self.refresh()
            for editor in self._editors:
                self.changed.emit(editor.field.name, editor.value())

    @Slot(str, object)
    def _edited(self, name: str, value: object) -> None:
        self.refresh()
        self.changed.emit(name, value)
