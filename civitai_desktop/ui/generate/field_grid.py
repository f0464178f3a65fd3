"""Editors in rows of one or two, used again for other fields of their kind."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from civitai_desktop.catalogue.field import Field
from civitai_desktop.ui.generate.editors.editor import Editor
from civitai_desktop.ui.generate.field_editors import editor_class, is_compact

SPACE_PX = 14
"""Between two fields, one above the other."""

_GAP_PX = 8


class FieldGrid(QWidget):
    """Shows an editor for each field, narrow ones two in a row; hidden while it shows none.

    Signals:
        made: An `Editor` that has not been there before.
    """

    made = Signal(Editor)

    def __init__(self) -> None:
        super().__init__()
        self._made: list[Editor] = []
        self._shown: list[Editor] = []
        self._places: list[tuple[int, int, int]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(_GAP_PX)
        self._grid.setVerticalSpacing(SPACE_PX)
        for column in range(2):
            self._grid.setColumnStretch(column, 1)

    def show_fields(self, fields: Sequence[Field]) -> dict[str, Editor]:
        """Show these fields in this order; return their editors by field name."""
        former, free = self._shown, list(self._made)
        self._shown = [self._editor_for(field, free) for field in fields]
        former_places, self._places = self._places, _places(fields)
        if (former, former_places) != (self._shown, self._places):
            for editor in former:
                self._grid.removeWidget(editor)
            for editor, (row, column, span) in zip(self._shown, self._places, strict=True):
                self._grid.addWidget(editor, row, column, 1, span, Qt.AlignmentFlag.AlignTop)
        for editor in self._made:
            editor.setVisible(editor in self._shown)
            if editor not in self._shown:
                editor.retire()
        self.setVisible(bool(fields))
        return {editor.field.name: editor for editor in self._shown}

    def stops(self) -> list[QWidget]:
        """Return where the Tab key stops, in order."""
        return [stop for editor in self._shown for stop in editor.stops()]

    def _editor_for(self, field: Field, free: list[Editor]) -> Editor:
        """Take the editor that had this role before, else any of the kind, else make one."""
        kind = editor_class(field)
        fitting = [each for each in free if type(each) is kind]
        editor = next((each for each in fitting if each.field.role == field.role), None)
        editor = editor or next(iter(fitting), None)
        if editor is None:
            editor = kind(field)
            self._made.append(editor)
            self.made.emit(editor)
        else:
            free.remove(editor)
            editor.show_field(field)
        return editor


def _places(fields: Sequence[Field]) -> list[tuple[int, int, int]]:
    """Return row, column and how many columns each field spans."""
    places: list[tuple[int, int, int]] = []
    row, is_half = -1, False
    for at, field in enumerate(fields):
        follows = at + 1 < len(fields) and is_compact(fields[at + 1])
        if is_half:
            places.append((row, 1, 1))
            is_half = False
            continue
        row += 1
        is_half = is_compact(field) and follows
        places.append((row, 0, 1 if is_half else 2))
    return places
