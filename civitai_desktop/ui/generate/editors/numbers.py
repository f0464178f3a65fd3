"""Editors for numbers and the seed: fields one can type anything into."""

from PySide6.QtCore import Property, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QHBoxLayout,
    QStyle,
    QStyleOptionSpinBox,
    QWidget,
)

from civitai_desktop.catalogue.field import Field, Kind
from civitai_desktop.domain.generation import Value
from civitai_desktop.ui.generate.editors.editor import Editor
from civitai_desktop.ui.generate.wording import read_number, written
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.icon_button import IconButton, draw_icon
from civitai_desktop.ui.shared.plain_text import PlainLine
from civitai_desktop.ui.shared.theme import FIELD_PX

_WIDTH_PX = 80
_INDENT_PX = 10
_ICON_PX = 12
_ICONS = {"minus": QStyle.SubControl.SC_SpinBoxDown, "plus": QStyle.SubControl.SC_SpinBoxUp}


def _no_steps() -> QAbstractSpinBox.StepEnabledFlag:
    return QAbstractSpinBox.StepEnabledFlag.StepNone


class NumberBox(QAbstractSpinBox):
    """A number with two buttons. What is typed stays as it is, so that it can be complained about.

    Qt's own spin boxes clamp a value that is out of limits, or put the former one back.

    Attributes:
        is_whole: Whether only whole numbers make sense here.

    Signals:
        edited: The text has changed, by whatever means but `set_number`.
    """

    edited = Signal()

    def __init__(self, low: float | None, high: float | None, step: float) -> None:
        super().__init__()
        self.limit(low, high, step)
        self.is_whole = False
        self.setLineEdit(PlainLine())
        # Scrolling the form must not take the focus away from where one types.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(FIELD_PX)
        self.setMinimumWidth(1)
        # The style sheet's padding does not reach the line inside.
        self.lineEdit().setTextMargins(_INDENT_PX, 0, 0, 0)
        self.lineEdit().textChanged.connect(self.edited)

    def limit(self, low: float | None, high: float | None, step: float) -> None:
        """Let the buttons go from `low` to `high` in steps; what is typed may be anything."""
        self._low = low
        self._high = high
        self._step = step

    def number(self) -> Value:
        """Return what is typed: a number, None if nothing, the text if it is no number."""
        return read_number(self.lineEdit().text(), is_whole=self.is_whole)

    def set_number(self, value: Value) -> None:
        """Show `value` without reporting it as an edit."""
        with QSignalBlocker(self.lineEdit()):
            self.lineEdit().setText(written(value))

    @guarded(nothing)
    def stepBy(self, steps: int) -> None:
        current = self._known()
        wanted = round(current + steps * self._step, 6)
        if self._step >= 1:
            # Onto the grid first: from 1000 in steps of 16 one comes to 1008, then 1024.
            grid = current // self._step + steps + (1 if steps < 0 and current % self._step else 0)
            wanted = grid * self._step
        if self._low is not None:
            wanted = max(wanted, self._low)
        if self._high is not None:
            wanted = min(wanted, self._high)
        self.lineEdit().setText(written(float(wanted)))

    @guarded(_no_steps)
    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag
        up = self._high is None or self._known() < self._high
        down = self._low is None or self._known() > self._low
        enabled = flags.StepUpEnabled if up else flags.StepNone
        return enabled | (flags.StepDownEnabled if down else flags.StepNone)

    @guarded(nothing)
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        option = QStyleOptionSpinBox()
        self.initStyleOption(option)
        for icon, control in _ICONS.items():
            where = self.style().subControlRect(
                QStyle.ComplexControl.CC_SpinBox, option, control, self
            )
            draw_icon(painter, icon, where.center(), _ICON_PX)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Scrolling the form must not change what lies under the pointer.
        event.ignore()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH_PX, FIELD_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(_WIDTH_PX, FIELD_PX)

    def _known(self) -> float:
        value = self.number()
        return float(value) if isinstance(value, int | float) else float(self._low or 0)

    def _accessible_value(self) -> float:
        return self._known()

    def _set_accessible_value(self, value: float) -> None:
        self.lineEdit().setText(written(float(value)))

    value = Property(float, _accessible_value, _set_accessible_value)
    """How assistive technology reads and sets it."""


class NumberEditor(Editor):
    """Edits a whole or a decimal number."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._box = NumberBox(None, None, 1)
        self._box.lineEdit().setPlaceholderText(self.tr("Default"))
        self._box.edited.connect(self._edited)
        self._place(self._box)
        self.show_field(field)

    def show_field(self, field: Field) -> None:
        super().show_field(field)
        step = float(field.multiple_of or 1) if field.kind is Kind.INTEGER else 0.5
        self._box.is_whole = field.kind is Kind.INTEGER
        self._box.limit(field.min, field.max, step)

    def value(self) -> Value:
        return self._box.number()

    def set_value(self, value: Value) -> None:
        self._box.set_number(value)


class SeedEditor(Editor):
    """Edits the seed: empty is random, digits are fixed."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._line = PlainLine()
        self._line.setFixedHeight(FIELD_PX)
        self._line.setPlaceholderText(self.tr("Random"))
        self._line.setTextMargins(0, 0, 22, 0)
        self._line.textChanged.connect(self._edited)
        self._dice = dice = IconButton("dice", self.tr("Random seed"))
        dice.setCursor(Qt.CursorShape.ArrowCursor)
        dice.clicked.connect(self._line.clear)
        row = QHBoxLayout(self._line)
        row.setContentsMargins(0, 0, 7, 0)
        row.addStretch()
        row.addWidget(dice)
        self._place(self._line)
        self.show_field(field)

    def stops(self) -> list[QWidget]:
        return [self._line, self._dice]

    def value(self) -> Value:
        return read_number(self._line.text(), is_whole=True)

    def set_value(self, value: Value) -> None:
        with QSignalBlocker(self._line):
            self._line.setText(written(value))
