"""The shape of the pictures, for engines that have a list of them in place of width and height."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QWidget

from civitai_desktop.catalogue.field import Field
from civitai_desktop.domain.generation import Value
from civitai_desktop.ui.generate.editor import Editor
from civitai_desktop.ui.generate.shape_button import TILE_GAP_PX, ShapeButton, check_only
from civitai_desktop.ui.generate.shapes import shape_of, shape_text
from civitai_desktop.ui.generate.wording import written

_MOST_IN_A_ROW = 6


class ShapeEditor(Editor):
    """Picks one of an engine's shapes; a value that is none of them has a tile of its own."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._tiles = QWidget()
        self._grid = QGridLayout(self._tiles)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(TILE_GAP_PX)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._choose)
        self._shown: list[str] = []
        self._value: Value = None
        self._place(self._tiles)
        for choice in field.choices:
            self._add(choice)

    def value(self) -> Value:
        return self._value

    def set_value(self, value: Value) -> None:
        self._value = value
        if value is not None and value not in self._shown:
            self._add(written(value))
        number = self._shown.index(written(value)) if value is not None else None
        check_only(self._group, number)
        # Tab leads to what is chosen, as in any group of buttons.
        self._entrance = self._group.button(number or 0)

    def tiles(self) -> list[QAbstractButton]:
        """Return the tiles in their order."""
        return self._group.buttons()

    def _add(self, choice: str) -> None:
        number = len(self._shown)
        columns = min(_MOST_IN_A_ROW, len(self.field.choices) or 1)
        button = ShapeButton(shape_of(choice), shape_text(choice))
        self._shown.append(choice)
        self._group.addButton(button, number)
        self._grid.addWidget(button, number // columns, number % columns)
        self._grid.setColumnStretch(number % columns, 1)

    @Slot(int)
    def _choose(self, number: int) -> None:
        self.set_value(self._shown[number])
        self._edited()
