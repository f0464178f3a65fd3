"""One line of a list of resources."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from civitai_desktop.catalogue.field import Field
from civitai_desktop.domain.generation import Value
from civitai_desktop.ui.generate.editors.numbers import NumberBox
from civitai_desktop.ui.generate.resources.line import ResourceLine
from civitai_desktop.ui.shared.icon_button import IconButton
from civitai_desktop.ui.shared.widgets import named, plain_tip

_WEIGHT_PX = 92


class ResourceRow(QWidget):
    """One AIR, its weight where there is one, and a button that takes it away."""

    edited = Signal()
    removed = Signal()

    def __init__(self, field: Field, air: str, weight: Value) -> None:
        super().__init__()
        self.line = ResourceLine(field)
        self.line.enter(air)
        self.line.edited.connect(self.edited)
        self._weight: NumberBox | None = None
        self._remove = IconButton("cross", "", 12)
        self._remove.clicked.connect(self._report)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 6)
        row.setSpacing(6)
        row.addWidget(self.line, stretch=1)
        if weight is not None:
            self._weight = NumberBox(field.min, field.max, 0.05)
            self._weight.setFixedWidth(_WEIGHT_PX)
            self._weight.set_number(weight)
            self._weight.edited.connect(self.edited)
            row.addWidget(self._weight)
        row.addWidget(self._remove)

    def stops(self) -> list[QWidget]:
        """Return where the Tab key stops, in order."""
        return [self.line, *([self._weight] if self._weight else []), self._remove]

    def call(self, what: str) -> None:
        """Name the controls after `what`, such as "LoRA 2"."""
        named(self.line, what)
        named(self._remove, self.tr("Remove {what}").format(what=what))
        self._remove.setToolTip(plain_tip(self._remove.accessibleName()))
        if self._weight is not None:
            named(self._weight, self.tr("{what} weight").format(what=what))

    @property
    def air(self) -> str:
        """Return what is typed, without spaces around it."""
        return self.line.entry

    @property
    def weight(self) -> Value:
        """Return the weight as it is typed; None if it is empty or there is none."""
        return self._weight.number() if self._weight else None

    @Slot()
    def _report(self) -> None:
        self.removed.emit()
