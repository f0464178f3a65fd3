"""What all editors share: caption, control, and the sentence under it."""

import re
from collections.abc import Iterable
from itertools import pairwise

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from civitai_desktop.catalogue.field import Field
from civitai_desktop.domain.generation import Value
from civitai_desktop.ui.shared.texts import ShortenedLabel
from civitai_desktop.ui.shared.widgets import caption, marked, named, plain, plain_tip, styled

_CAPTION_PX = 17
_HEAD_GAP_PX = 4
_UNDER_CAPTION_PX = 5
_BEFORE_BREAK = re.compile(r"[:@/](?=\S)|[^\s:@/]{20}")
"""What an AIR or a word without end may be broken after: a label wraps whole words only."""


def chain(stops: Iterable[QWidget]) -> None:
    """Let the Tab key lead through these controls in their order.

    Qt puts what comes later at the end of the window, wherever it stands on the screen.
    """
    for before, stop in pairwise(stops):
        QWidget.setTabOrder(before, stop)


class Editor(QWidget):
    """Edits one field: shows any value as it is, right or wrong, and never changes it by itself.

    A kind of field makes its control in `__init__`, hands it to `_place`, and ends with
    `show_field`, which may be called again: another engine's field of the same kind is edited in
    the same control.

    Signals:
        changed: The user has edited it: the field's name and the value now.
    """

    changed = Signal(str, object)

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self._caption = caption("")
        self._hint = styled(ShortenedLabel(), "dim")
        self._note = styled(plain(QLabel()), "dim")
        self._hinted = ""
        self._complaint: QLabel | None = None
        self._said = ""
        self._control: QWidget = self
        self._entrance: QWidget = self
        self._head = QHBoxLayout()
        self._head.setSpacing(_HEAD_GAP_PX)
        self._head.addWidget(self._caption)
        self._head.addWidget(self._hint, stretch=1)
        self._head.addWidget(self._note)
        for label in (self._caption, self._hint, self._note):
            label.setFixedHeight(_CAPTION_PX)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._column.setSpacing(0)
        self._column.addLayout(self._head)

    def show_field(self, field: Field) -> None:
        """Edit this field from now on; its value has to be set then."""
        self.field = field
        self._caption.setText(field.label)
        named(self._control, field.label)
        self.show_hint("")
        if self._said:
            self.complain("")

    def retire(self) -> None:
        """Be found by no name while there is no field to edit."""
        self._control.setObjectName("")

    def stops(self) -> list[QWidget]:
        """Return where the Tab key stops, in order."""
        return [self._control]

    def enter(self) -> None:
        """Give the keyboard to the control.

        No focus proxy does that: Qt takes a widget that has one for a stop of the Tab key's own,
        and where it stands elsewhere than its control, Tab runs in circles.
        """
        self._entrance.setFocus()

    def value(self) -> Value:
        """Return what the control shows."""
        raise NotImplementedError

    def set_value(self, value: Value) -> None:
        """Show `value` without reporting it as an edit."""
        raise NotImplementedError

    def objection(self) -> str:
        """Return what is wrong that the value alone cannot show, or ""."""
        return ""

    def is_settling(self) -> bool:
        """Tell whether what was typed is still being looked up."""
        return False

    def complain(self, text: str) -> None:
        """Show what is wrong under the field; an empty text takes it away."""
        self._said = text
        if self._complaint is None and text:
            self._complaint = self._make_complaint()
        if self._complaint is not None:
            self._complaint.setText(_BEFORE_BREAK.sub("\\g<0>\N{ZERO WIDTH SPACE}", text))
            self._complaint.setVisible(bool(text))
        self._describe()
        marked(self._control, "complaint", "true" if text else "false")

    def complaint(self) -> str:
        """Return what is said under the field."""
        return self._said

    def show_hint(self, text: str) -> None:
        """Show a remark beside the caption."""
        if text == self._hinted:
            return
        self._hinted = text
        self._hint.show_text(f"— {text}" if text else "")
        self._hint.setToolTip(plain_tip(text))
        self._describe()

    def _place(self, control: QWidget) -> None:
        self._control = control
        self._entrance = control
        self._caption.setBuddy(control)
        self._column.addSpacing(_UNDER_CAPTION_PX)
        self._column.addWidget(control)

    def _make_complaint(self) -> QLabel:
        # Not before there is one: every label costs the start of the program a little.
        label = styled(plain(QLabel()), "complaint")
        label.setWordWrap(True)
        label.setContentsMargins(0, 4, 0, 0)
        label.setMinimumWidth(1)
        self._column.insertWidget(self._column.indexOf(self._control) + 1, label)
        return label

    def _describe(self) -> None:
        # A screen reader says it with the field, not somewhere else in the window.
        self._control.setAccessibleDescription(" ".join(filter(None, self._description())))

    def _description(self) -> list[str]:
        return [self._said, self._hinted]

    @Slot()
    def _edited(self) -> None:
        self.complain(self.objection())
        self.changed.emit(self.field.name, self.value())
