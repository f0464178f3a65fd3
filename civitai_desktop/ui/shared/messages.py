"""The strip that tells what went wrong, in place, with the next step."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QGuiApplication,
    QKeyEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QWidget,
)
from shiboken6 import isValid

from civitai_desktop.ui.shared import theme
from civitai_desktop.ui.shared.texts import WrappedText
from civitai_desktop.ui.shared.widgets import marked, named, plain_tip, styled

_MOST = 8
"""Messages kept; in a storm of them the oldest is no longer worth reading."""

_READ_S = 5.0
"""A passing message that was shown so long has been read, and does not come back."""

_OLD_S = 60.0
"""A passing message older than this is no news any more: it does not come back unread either."""

_MOST_ACTIONS = 2
_WIDE_PX = 640
"""From this width on the buttons stand beside the text instead of under it."""


class Severity(StrEnum):
    """How bad it is; the colour of the strip's edge."""

    BAD = "bad"
    WARNING = "warning"
    GOOD = "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something to tell.

    Attributes:
        text: What is the case, one sentence.
        next_step: What the user can do about it, one sentence; may be empty.
        actions: At most two buttons, each a label and what `MessageStrip.acted` says of it.
        key: What it is about; a newer message with the same key takes its place. Empty: the
            text is the key.
        details: All there is to tell where `text` is the short of it: in the tooltip, and said
            by a screen reader.
        is_question: It takes the keyboard until it is answered; Esc is its last action.
        is_passing: It tells what has happened, not what is the case: once read or old, it does not
            come up again from under another.
    """

    text: str
    next_step: str = ""
    severity: Severity = Severity.BAD
    actions: tuple[tuple[str, str], ...] = ()
    key: str = ""
    details: str = ""
    is_question: bool = False
    is_passing: bool = False

    def __post_init__(self) -> None:
        if len(self.actions) > _MOST_ACTIONS:
            raise ValueError(f"a message has at most {_MOST_ACTIONS} actions")
        if not self.key:
            object.__setattr__(self, "key", self.text)


class MessageStrip(QFrame):
    """Shows the newest message; what it covered comes back when it goes. Hidden while empty."""

    acted = Signal(str)
    """An action's id. The message stays until it is cleared or dismissed."""

    def __init__(
        self, parent: QWidget | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the parts.

        Args:
            parent: As Qt has it.
            clock: Seconds that only ever grow.
        """
        super().__init__(parent)
        named(self, "Message")
        self._clock = clock
        self._messages: dict[str, Message] = {}
        self._told_s: dict[str, float] = {}
        self._shown: Message | None = None
        self._shown_s = 0.0
        self._asked: QWidget | None = None
        self._text = WrappedText("text", line_px=20)
        self._text.setAccessibleName(self.tr("Message text"))
        self._buttons = [QPushButton() for _ in range(_MOST_ACTIONS)]
        self._close = named(styled(QToolButton(), "flat"), "Dismiss message")
        self._close.setToolTip(self.tr("Dismiss"))

        actions = QHBoxLayout()
        actions.setSpacing(theme.GAP_PX)
        group = QButtonGroup(self)
        group.setExclusive(False)
        group.idClicked.connect(self._act)
        for number, button in enumerate(self._buttons):
            # A click must not take the keyboard from the gallery or the viewer.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            group.addButton(button, number)
            actions.addWidget(button)
        actions.addStretch()
        self._body = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._body.setSpacing(theme.GAP_PX)
        self._body.addWidget(self._text, 1)
        self._body.addLayout(actions)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, theme.GAP_PX, theme.GAP_PX, theme.GAP_PX)
        row.setSpacing(theme.GAP_PX)
        row.addLayout(self._body, 1)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignVCenter)

        self._close.clicked.connect(self.dismiss)
        self._draw_icon()
        self.hide()

    def tell(self, message: Message) -> None:
        """Show `message` on top of the others, in place of an older one with its key.

        A question stays on top until it is answered: nobody would know what he was asked.
        """
        open_question = self.message
        if message.is_question and not self._has_keyboard():
            self._asked = QApplication.focusWidget()
        self._drop_read()
        self._messages.pop(message.key, None)
        self._messages[message.key] = message
        self._told_s[message.key] = self._clock()
        if open_question is not None and open_question.is_question and not message.is_question:
            self._messages[open_question.key] = self._messages.pop(open_question.key, open_question)
        if len(self._messages) > _MOST:
            del self._messages[next(iter(self._messages))]
        self._show_newest()
        if message.is_question:
            self._take_keyboard(message)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def clear(self, key: str) -> None:
        """Take the message with this key away, shown or covered; none is fine."""
        if self._messages.pop(key, None) is not None:
            self._drop_old()
            self._show_newest()

    def keep_only(self, is_wanted: Callable[[Message], bool]) -> None:
        """Take every other message away, shown or covered."""
        kept = {key: each for key, each in self._messages.items() if is_wanted(each)}
        if kept.keys() != self._messages.keys():
            self._messages = kept
            self._drop_old()
            self._show_newest()

    @Slot()
    def dismiss(self) -> None:
        """Take the shown message away."""
        self._messages.popitem()
        self._drop_old()
        self._show_newest()

    @property
    def message(self) -> Message | None:
        """Return the message that is shown, or None."""
        return next(reversed(self._messages.values()), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        message = self.message
        focused = next((each for each in self._buttons if each.hasFocus()), None)
        if event.key() == Qt.Key.Key_Escape and message is not None and message.is_question:
            self.acted.emit(message.actions[-1][1])
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and focused is not None:
            # As in a dialog, which Qt does not take this for.
            focused.click()
        else:
            super().keyPressEvent(event)

    def _drop_read(self) -> None:
        """Take away what is about to be covered and has been read."""
        shown = self._shown
        if shown is not None and shown.is_passing and self._clock() - self._shown_s >= _READ_S:
            self._messages.pop(shown.key, None)

    def _drop_old(self) -> None:
        """Take away what would come up long after it happened; what is shown already stays."""
        since = self._clock() - _OLD_S
        self._messages = {
            key: each
            for key, each in self._messages.items()
            if each is self._shown or not each.is_passing or self._told_s[key] > since
        }

    def _has_keyboard(self) -> bool:
        return self.isAncestorOf(QApplication.focusWidget() or self)

    def _take_keyboard(self, question: Message) -> None:
        self._buttons[len(question.actions) - 1].setFocus()

    def _give_keyboard_back(self) -> None:
        """Let who had the keyboard before a question have it again."""
        asked, self._asked = self._asked, None
        if asked is not None and isValid(asked):
            asked.setFocus()

    def _show_newest(self) -> None:
        message = self.message
        if message is not self._shown:
            self._shown, self._shown_s = message, self._clock()
        # Before a button that has it is hidden. Whoever has gone elsewhere meanwhile stays there.
        had_keyboard = self._has_keyboard()
        if message is None or not message.is_question:
            if had_keyboard:
                self._give_keyboard_back()
            self._asked = None
        if message is None:
            self.hide()
            return
        text = f"{message.text} {message.next_step}".strip()
        self._text.show_text(text)
        self._text.setToolTip(plain_tip(message.details))
        self.setAccessibleDescription(message.details or text)
        for position, button in enumerate(self._buttons):
            button.setVisible(position < len(message.actions))
            if position < len(message.actions):
                named(button, message.actions[position][0]).setText(message.actions[position][0])
        marked(self, "severity", message.severity.value)
        self.show()
        if had_keyboard and message.is_question:
            self._take_keyboard(message)

    @Slot(int)
    def _act(self, number: int) -> None:
        if self.message is not None:
            self.acted.emit(self.message.actions[number][1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        wide = event.size().width() >= _WIDE_PX
        self._body.setDirection(direction.LeftToRight if wide else direction.TopToBottom)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()

    def _draw_icon(self) -> None:
        # The widget's own palette has a style sheet's idea of a placeholder.
        dim = QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText).name()
        self._close.setIcon(theme.icon("cross", dim))
        self._close.setIconSize(QSize(16, 16))
