"""The prompt's editor: what is typed, and the prompts that it stands for."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from civitai_desktop.catalogue.field import Field
from civitai_desktop.domain.generation import Value
from civitai_desktop.ui.generate.commands import HISTORY
from civitai_desktop.ui.generate.editors.texts import TextEditor
from civitai_desktop.ui.generate.prompt.text import PromptText
from civitai_desktop.ui.generate.wording import told_apart
from civitai_desktop.ui.shared.commands import tip
from civitai_desktop.ui.shared.icon_button import IconButton
from civitai_desktop.ui.shared.widgets import named, plain, plain_tip, styled

_HEIGHT_PX = 118
_LINES = 3
_TOOLTIP_LINES = 20
_TOOLTIP_LENGTH = 160


class PromptEditor(TextEditor):
    """Edits the prompt. Counts the longest of the prompts it stands for, and shows the first.

    Signals:
        history_wanted: The button beside the caption was pressed.

    Attributes:
        control: The field itself.
    """

    history_wanted = Signal()

    # It is written against its limit; elsewhere the counter would be noise.
    _is_always_counted = True

    def __init__(self, field: Field) -> None:
        self._prompts: Sequence[str] = ()
        control = PromptText()
        control.setPlaceholderText(self.tr("What the picture shows. {red|blue} makes one of each."))
        self._preview = _Preview()
        super().__init__(field, control, _HEIGHT_PX)
        self.control = control
        self._history = IconButton("history", self.tr("Prompt history"))
        self._history.setToolTip(tip(HISTORY))
        self._history.clicked.connect(self.history_wanted)
        self._head.insertWidget(self._head.indexOf(self._hint), self._history)
        self._column.addWidget(self._preview)

    def stops(self) -> list[QWidget]:
        return [self.control, self._history]

    def show_prompts(self, prompts: Sequence[str]) -> None:
        """Show which prompts the typed one stands for; none while that is unclear."""
        self._prompts = prompts
        self._preview.show_prompts(prompts)
        self._count()
        self._describe()

    def set_value(self, value: Value) -> None:
        self._prompts = ()
        super().set_value(value)

    def _typed(self) -> None:
        self._prompts = ()
        super()._typed()

    def _length(self) -> int:
        return max(map(len, self._prompts), default=super()._length())

    def _description(self) -> list[str]:
        return [*super()._description(), self._preview.head]


class _Preview(QLabel):
    """The first of several prompts, by what tells them apart; hidden while there is only one.

    Attributes:
        head: How many there are, in words; empty for one.
    """

    def __init__(self) -> None:
        super().__init__()
        plain(styled(named(self, "Prompts"), "dim"))
        self.setContentsMargins(0, 4, 0, 0)
        self.setMinimumWidth(1)
        self.head = ""
        self._lines: list[str] = []
        self.hide()

    def show_prompts(self, prompts: Sequence[str]) -> None:
        """Show the first of `prompts`, each in a line."""
        several = len(prompts) > 1
        self.head = self.tr("{n} prompts, one generation each").format(n=len(prompts))
        self.head = self.head if several else ""
        self._lines = [" ".join(each.split()) for each in told_apart(prompts)] if several else []
        whole = [_shortened(prompt) for prompt in prompts[:_TOOLTIP_LINES]] if several else []
        if len(prompts) > _TOOLTIP_LINES:
            whole.append("…")
        self.setToolTip(plain_tip("\n".join(whole)))
        self._write()
        self.setVisible(several)

    def _write(self) -> None:
        shown = [self._fitted(line) for line in self._lines[:_LINES]]
        left = len(self._lines) - len(shown)
        if left == 1:
            # It needs no more room than the word that there is one.
            shown.append(self._fitted(self._lines[-1]))
        elif left:
            shown.append(self.tr("and {n} more").format(n=left))
        self.setText("\n".join([self.head, *shown]))

    def _fitted(self, line: str) -> str:
        text, right = line or self.tr("(nothing)"), Qt.TextElideMode.ElideRight
        return self.fontMetrics().elidedText(text, right, self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._write()


def _shortened(prompt: str) -> str:
    line = " ".join(prompt.split())
    return line if len(line) <= _TOOLTIP_LENGTH else f"{line[:_TOOLTIP_LENGTH]}…"
