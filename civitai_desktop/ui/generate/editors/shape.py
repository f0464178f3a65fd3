"""The shape of the pictures, for engines that have a list of them in place of width and height."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QWidget

from civitai_desktop.catalogue.field import Field
from civitai_desktop.domain.generation import Value
from civitai_desktop.ui.generate.editors.editor import Editor
from civitai_desktop.ui.generate.editors.shape_button import TILE_GAP_PX, ShapeButton, check_only
from civitai_desktop.ui.generate.editors.shapes import shape_of, shape_text
from civitai_desktop.ui.generate.wording import written

_MOST_IN_A_ROW = 6


class ShapeEditor(Editor):
    """Picks one of an engine's shapes; a value that is none of them has a tile of its own."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        tiles = QWidget()
        self._grid = QGridLayout(tiles)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(TILE_GAP_PX)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._choose)
        self._buttons: list[ShapeButton] = []
        self._shown: list[str] = []
        self._value: Value = None
        self._place(tiles)
        self.show_field(field)

    def show_field(self, field: Field) -> None:
        super().show_field(field)
        self._show(list(field.choices))

    def value(self) -> Value:
        return self._value

    def set_value(self, value: Value) -> None:
        self._value = value
        if value is not None and value not in self._shown:
            self._show([*self._shown, written(value)])
        number = self._shown.index(written(value)) if value is not None else None
        check_only(self._group, number)
        # A complaint or a caption leads to what is chosen.
        self._entrance = self._buttons[number or 0]

    def stops(self) -> list[QWidget]:
        return list(self.tiles())

    def tiles(self) -> list[QAbstractButton]:
        """Return the tiles that are shown, in their order."""
        return list(self._buttons[: len(self._shown)])

    def _show(self, choices: list[str]) -> None:
        self._shown = choices
        while len(self._buttons) < len(choices):
            button = ShapeButton(None, "")
            self._group.addButton(button, len(self._buttons))
            self._buttons.append(button)
        columns = min(_MOST_IN_A_ROW, len(self.field.choices) or 1)
        for number, button in enumerate(self._buttons):
            self._grid.removeWidget(button)
            if number < len(choices):
                button.show_shape(shape_of(choices[number]), shape_text(choices[number]))
                self._grid.addWidget(button, number // columns, number % columns)
            button.setVisible(number < len(choices))
        for column in range(_MOST_IN_A_ROW):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    @Slot(int)
    def _choose(self, number: int) -> None:
        self.set_value(self._shown[number])
        self._edited()
