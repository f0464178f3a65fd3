"""Editors for resources: one, several, or several with weights; by name where it is known."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field
from civitai_desktop.domain.air import is_air
from civitai_desktop.domain.generation import Value
from civitai_desktop.services.resources import SEARCHED_KINDS
from civitai_desktop.ui.generate.editors.editor import Editor, chain
from civitai_desktop.ui.generate.resources.line import ResourceLine
from civitai_desktop.ui.generate.resources.row import ResourceRow
from civitai_desktop.ui.generate.wording import written
from civitai_desktop.ui.resource_picker.desk import ResourceDesk
from civitai_desktop.ui.resource_picker.wording import singular
from civitai_desktop.ui.shared.widgets import marked, named, styled


class ResourceFieldEditor(Editor):
    """What the editors of resources share: names, objections, and the way to the picker.

    Signals:
        choose_wanted: The picker is to be opened for this field.
        settling_changed: `is_settling` may be another now.
    """

    choose_wanted = Signal()
    settling_changed = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._desk: ResourceDesk | None = None
        self._engine: Engine | None = None
        self._what = singular(field)
        self._objected = ""
        self._choose = styled(QPushButton(self.tr("Choose…")), "link")
        self._choose.setFixedHeight(self._caption.height())
        self._choose.hide()
        self._choose.clicked.connect(self.choose_wanted)
        self._head.addWidget(self._choose)

    def show_field(self, field: Field) -> None:
        super().show_field(field)
        self._what = singular(field)
        named(self._choose, self.tr("Choose {what}").format(what=self._what))

    def retire(self) -> None:
        super().retire()
        self._choose.setObjectName("")

    def equip(self, desk: ResourceDesk, engine: Engine) -> None:
        """Ask `desk` from now on for names and for what fits `engine`, and offer the picker.

        The picker is offered where the site can be searched for what the field takes.
        """
        self._desk, self._engine = desk, engine
        for line in self._lines():
            line.use(desk)
        self._choose.setVisible(self.field.resource in SEARCHED_KINDS)

    def take(self, air: str) -> None:
        """Put a resource that was chosen into the field."""
        raise NotImplementedError

    def objection(self) -> str:
        lines = self._lines()
        said = (self._objection_to(line) for line in lines)
        if len(lines) == 1:
            return next(said)
        numbered = zip(lines, said, strict=True)
        return "\n".join(f"{line.accessibleName()}: {text}" for line, text in numbered if text)

    def _objection_to(self, line: ResourceLine) -> str:
        if self._desk is None or self._engine is None:
            return ""
        return self._desk.objection(self._engine, self.field, line.entry)

    def complain(self, text: str) -> None:
        """Show what is wrong; what is known of the resource goes before what its form tells."""
        self._objected = self.objection()
        if not self._objected and self.is_settling():
            text = ""
        super().complain(self._objected or text)
        for line in self._lines():
            is_wrong = self._objection_to(line) if self._objected else text
            marked(line, "complaint", "true" if is_wrong else "false")

    def is_settling(self) -> bool:
        return any(self._is_settling(line) for line in self._lines())

    def _lines(self) -> Sequence[ResourceLine]:
        raise NotImplementedError

    def _is_settling(self, line: ResourceLine) -> bool:
        return bool(line.entry) and line.is_asked() and not is_air(line.entry)

    @Slot()
    def _on_answer(self) -> None:
        if self.objection() != self._objected:
            self.complain("")
        self.settling_changed.emit()

    @Slot()
    def _edited(self) -> None:
        super()._edited()
        self.settling_changed.emit()


class ResourceEditor(ResourceFieldEditor):
    """Edits one AIR."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._line = ResourceLine()
        self._line.edited.connect(self._edited)
        self._line.answered.connect(self._on_answer)
        self._place(self._line)
        self.show_field(field)

    def show_field(self, field: Field) -> None:
        super().show_field(field)
        self._line.show_field(field)

    def retire(self) -> None:
        super().retire()
        # What is still looked up is of the former engine.
        self._line.enter("")

    def stops(self) -> list[QWidget]:
        return [self._choose, self._line]

    def value(self) -> Value:
        return self._line.entry or None

    def set_value(self, value: Value) -> None:
        self._line.enter(written(value))

    def take(self, air: str) -> None:
        self._line.enter(air)
        self._edited()

    def _lines(self) -> Sequence[ResourceLine]:
        return [self._line]


class ResourcesEditor(ResourceFieldEditor):
    """Edits a list of AIRs, one a row; rows without an AIR count as not there."""

    first_weight: Value = None
    """Weight of a row that is added; None for rows without weights."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._rows: list[ResourceRow] = []
        group = QWidget()
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column.addLayout(self._list)
        self._more = QPushButton()
        self._more.clicked.connect(self._add_empty)
        column.addWidget(self._more, alignment=Qt.AlignmentFlag.AlignLeft)
        self._place(group)
        self._entrance = self._more
        self.show_field(field)

    def show_field(self, field: Field) -> None:
        super().show_field(field)
        text = self.tr("Add {what}").format(what=self._what)
        named(self._more, text).setText(text)

    def retire(self) -> None:
        super().retire()
        self._more.setObjectName("")
        self.set_value(None)

    def stops(self) -> list[QWidget]:
        rows = [stop for row in self._rows for stop in row.stops()]
        return [self._choose, *rows, self._more]

    def enter(self) -> None:
        """Give the keyboard to the line that is wrong, if one is."""
        wrong = (line for line in self._lines() if line.property("complaint") == "true")
        next(wrong, self._more).setFocus()

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

    def take(self, air: str) -> None:
        # Once is enough: the same one twice would be one with two weights.
        if all(row.air != air for row in self._rows):
            self._add(air, self.first_weight)
            self._edited()

    def _lines(self) -> Sequence[ResourceLine]:
        return [row.line for row in self._rows]

    def _add(self, air: str, weight: Value) -> ResourceRow:
        row = ResourceRow(self.field, air, weight)
        row.edited.connect(self._edited)
        row.removed.connect(self._removed)
        row.line.answered.connect(self._on_answer)
        if self._desk is not None:
            row.line.use(self._desk)
        self._rows.append(row)
        self._number()
        self._list.addWidget(row)
        # A layout shows it in a later turn of the loop; it is to have the focus in this one.
        row.show()
        # In front of the button that adds another, which stands below.
        chain([self._more.previousInFocusChain() or self, *row.stops(), self._more])
        return row

    def _drop(self, row: ResourceRow) -> None:
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
        self._add("", self.first_weight).line.setFocus()

    @Slot()
    def _removed(self) -> None:
        row = self.sender()
        if isinstance(row, ResourceRow):
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

    def _objection_to(self, line: ResourceLine) -> str:
        before = [row.air for row in takewhile(lambda row: row.line is not line, self._rows)]
        if line.entry and line.entry in before:
            return self.tr("It is in the list twice; only its last weight counts.")
        return super()._objection_to(line)
