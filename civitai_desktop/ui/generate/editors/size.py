"""The size of the pictures: a row of shapes, or width and height."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field
from civitai_desktop.ui.generate.editors.editor import Editor
from civitai_desktop.ui.generate.editors.fold import FoldButton
from civitai_desktop.ui.generate.editors.numbers import NumberEditor
from civitai_desktop.ui.generate.editors.shape_button import TILE_GAP_PX, ShapeButton, check_only
from civitai_desktop.ui.generate.editors.shapes import SHAPES, size_for
from civitai_desktop.ui.generate.wording import size_text
from civitai_desktop.ui.shared.widgets import caption


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
        self._buttons = [ShapeButton(shape, f"{shape[0]}:{shape[1]}") for shape in SHAPES]
        self.width_editor = NumberEditor(width)
        self.height_editor = NumberEditor(height)
        self._editors: tuple[Editor, Editor] = (self.width_editor, self.height_editor)
        self._shapes = QButtonGroup(self)
        self._sizes: list[tuple[int, int] | None] = []
        self._shapes.idClicked.connect(self._choose)
        self._custom = QWidget()
        self._fold = FoldButton(self.tr("Custom size"), self._custom)

        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(caption(self.tr("Size")))
        head.addStretch()
        head.addWidget(self._fold)
        tiles = QHBoxLayout()
        tiles.setSpacing(TILE_GAP_PX)
        for number, button in enumerate(self._buttons):
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
        self.show_engine(engine, width, height)

    def show_engine(self, engine: Engine, width: Field, height: Field) -> None:
        """Set the size for this engine from now on; the values have to be set then."""
        self.width_editor.show_field(width)
        self.height_editor.show_field(height)
        self._sizes = [size_for(engine, shape) for shape in SHAPES]
        for button, shape, size in zip(self._buttons, SHAPES, self._sizes, strict=True):
            button.setVisible(size is not None)
            if size is not None:
                button.show_shape(shape, f"{shape[0]}:{shape[1]}", size_text(*size))
        self._fold.setChecked(False)

    def stops(self) -> list[QWidget]:
        """Return where the Tab key stops, in order."""
        fields = [stop for editor in self._editors for stop in editor.stops()]
        return [self._fold, *self._buttons, *fields]

    def refresh(self) -> None:
        """Show which shape the two fields make, after they have been set from elsewhere."""
        values = (self.width_editor.value(), self.height_editor.value())
        self._fold.setText(size_text(*values))
        number = self._sizes.index(values) if values in self._sizes else None
        check_only(self._shapes, number)
        if number is None:
            self.reveal()

    def reveal(self) -> None:
        """Unfold the fields for width and height."""
        self._fold.setChecked(True)

    @Slot(int)
    def _choose(self, number: int) -> None:
        for editor, pixels in zip(self._editors, self._sizes[number] or (), strict=False):
            editor.set_value(pixels)
            editor.complain("")
        self.refresh()
        for editor in self._editors:
            self.changed.emit(editor.field.name, editor.value())

    @Slot(str, object)
    def _edited(self, name: str, value: object) -> None:
        self.refresh()
        self.changed.emit(name, value)
