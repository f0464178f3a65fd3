"""Editors for AIRs: one, several, or several with weights."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from civitai_desktop.catalogue.field import Field
from civitai_desktop.domain.generation import Value
from civitai_desktop.ui.generate.editor import FIELD_PX, Editor, IconButton, stops_in
from civitai_desktop.ui.generate.number_editors import NumberBox
from civitai_desktop.ui.generate.wording import written
from civitai_desktop.ui.shared.widgets import named

_WEIGHT_PX = 92
_SINGULAR = {"lora": "LoRA", "embedding": "embedding", "vae": "VAE", "checkpoint": "checkpoint"}


def _air_line(field: Field) -> QLineEdit:
    line = QLineEdit()
    line.setFixedHeight(FIELD_PX)
    ecosystem = field.ecosystems[0] if field.ecosystems else "…"
    line.setPlaceholderText(f"urn:air:{ecosystem}:{field.resource}:civitai:…@…")
    return line


class ResourceEditor(Editor):
    """Edits one AIR."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._line = _air_line(field)
        self._line.textChanged.connect(self._edited)
        self._place(self._line)

    def value(self) -> Value:
        return self._line.text().strip() or None

    def set_value(self, value: Value) -> None:
        with QSignalBlocker(self._line):
            self._line.setText(written(value))
            # The start of a long AIR says what it is.
            self._line.setCursorPosition(0)


class _Row(QWidget):
    """One AIR, its weight where there is one, and a button that takes it away."""

    edited = Signal()
    removed = Signal()

    def __init__(self, field: Field, air: str, weight: Value) -> None:
        super().__init__()
        self._line = _air_line(field)
        self._line.setText(air)
        self._line.setCursorPosition(0)
        self._line.textChanged.connect(self.edited)
        self._weight: NumberBox | None = None
        self._remove = IconButton("cross", "", 12)
        self._remove.clicked.connect(self._report)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 6)
        row.setSpacing(6)
        row.addWidget(self._line, stretch=1)
        if weight is not None:
            self._weight = NumberBox(None, None, 0.05)
            self._weight.setFixedWidth(_WEIGHT_PX)
            self._weight.set_number(weight)
            self._weight.edited.connect(self.edited)
            row.addWidget(self._weight)
        row.addWidget(self._remove)
        self.setFocusProxy(self._line)

    def call(self, what: str) -> None:
        """Name the controls after `what`, such as "LoRA 2"."""
        named(self._line, what)
        named(self._remove, self.tr("Remove {what}").format(what=what))
        self._remove.setToolTip(self._remove.accessibleName())
        if self._weight is not None:
            named(self._weight, self.tr("{what} weight").format(what=what))

    @property
    def air(self) -> str:
        """Return what is typed, without spaces around it."""
        return self._line.text().strip()

    @property
    def weight(self) -> Value:
        """Return the weight as it is typed; None if it is empty or there is none."""
        return self._weight.number() if self._weight else None

    @Slot()
    def _report(self) -> None:
        self.removed.emit()


class ResourcesEditor(Editor):
    """Edits a list of AIRs, one a row; rows without an AIR count as not there."""

    first_weight: Value = None
    """Weight of a row that is added; None for rows without weights."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._rows: list[_Row] = []
        group = QWidget()
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column.addLayout(self._list)
        self._what = _SINGULAR.get(field.resource, field.label)
        text = self.tr("Add {what}").format(what=self._what)
        self._more = named(QPushButton(text), text)
        self._more.clicked.connect(self._add_empty)
        column.addWidget(self._more, alignment=Qt.AlignmentFlag.AlignLeft)
        self._place(group)
        self.setFocusProxy(self._more)

    def value(self) -> Value:
        return tuple(row.air for row in self._rows if row.air) or None

    def set_value(self, value: Value) -> None:
        for row in tuple(self._rows):
            self._drop(row)
        if isinstance(value, tuple):
            for air in value:
                self._add(air, self.first_weight)
        elif value:
            self._add(written(value), self.first_weight)

    def _add(self, air: str, weight: Value) -> _Row:
        row = _Row(self.field, air, weight)
        row.edited.connect(self._edited)
        row.removed.connect(self._removed)
        self._rows.append(row)
        self._number()
        self._list.addWidget(row)
        # A layout shows it in a later turn of the loop; it is to have the focus in this one.
        row.show()
        before = self._more.previousInFocusChain() or self
        for stop in stops_in(row):
            self.setTabOrder(before, stop)
            before = stop
        return row

    def _drop(self, row: _Row) -> None:
        self._rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        # Taken out at once: until it is deleted, it would be found by its name.
        row.setParent(None)
        row.deleteLater()
        self._number()

    def _number(self) -> None:
        for number, row in enumerate(self._rows, start=1):
            row.call(f"{self._what} {number}")

    @Slot()
    def _add_empty(self) -> None:
        self._add("", self.first_weight).setFocus()

    @Slot()
    def _removed(self) -> None:
        row = self.sender()
        if isinstance(row, _Row):
            self._drop(row)
            self._edited()


class WeightedResourcesEditor(ResourcesEditor):
    """Edits AIRs with a weight each."""

    first_weight = 1

    def value(self) -> Value:
        weights: dict[str, float] = {}
        for row in self._rows:
            if row.air:
                # A weight that is no number travels as it is typed; the field's check names it.
                weights[row.air] = row.weight if row.weight is not None else ""  # type: ignore[assignment]
        return weights or None

    def set_value(self, value: Value) -> None:
        super().set_value(None if isinstance(value, Mapping) else value)
        if isinstance(value, Mapping):
            for air, weight in value.items():
                self._add(air, weight)

    def objection(self) -> str:
        airs = [row.air for row in self._rows if row.air]
        if len(set(airs)) == len(airs):
            return ""
        return self.tr("The same AIR stands here twice; only its last weight counts.")
