"""The field that a prompt is typed into: keys for weights, and a look at what is pasted."""

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor

from civitai_desktop.domain.weights import reweighted
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.plain_text import PlainText


class PromptText(PlainText):
    """A text field for a prompt. Whatever it does to the text, Undo takes back in one step.

    Attributes:
        knows_weights: Whether Ctrl+Up and Ctrl+Down change the weight of words.

    Signals:
        data_pasted: The pasted text is a prompt with its settings; it has not been inserted.
    """

    data_pasted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.knows_weights = False

    def replace_text(self, text: str) -> None:
        """Type `text` over everything."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def change_weight(self, steps: int) -> None:
        """Give the selection, or the word at the cursor, more weight, or less."""
        cursor, text = self.textCursor(), self.toPlainText()
        start, end = (
            _characters(text, position)
            for position in (cursor.selectionStart(), cursor.selectionEnd())
        )
        edit = reweighted(text, start, end, steps)
        if edit is None:
            return
        after = text[: edit.start] + edit.text + text[edit.end :]
        cursor.setPosition(_units(text, edit.start))
        cursor.setPosition(_units(text, edit.end), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(edit.text)
        begin, finish = edit.selected
        cursor.setPosition(_units(after, begin))
        cursor.setPosition(_units(after, finish), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    @guarded(nothing)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # On macOS every arrow is said to be on the keypad.
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        is_control = modifiers == Qt.KeyboardModifier.ControlModifier
        if self.knows_weights and is_control and event.key() in _WEIGHT_KEYS:
            self.change_weight(_WEIGHT_KEYS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    @guarded(nothing)
    def insertFromMimeData(self, source: QMimeData) -> None:
        # Nothing is pasted before the window is there, which need not wait for it.
        from civitai_desktop.services.generation_data import is_generation_data  # noqa: PLC0415

        if source.hasText() and is_generation_data(source.text()):
            self.data_pasted.emit(source.text())
        else:
            super().insertFromMimeData(source)


_WEIGHT_KEYS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


def _characters(text: str, units: int) -> int:
    """Count the characters in front of one of Qt's positions, where an emoji counts twice."""
    return len(_encoded(text)[: 2 * units].decode("utf-16-le", "surrogatepass"))


def _units(text: str, characters: int) -> int:
    return len(_encoded(text[:characters])) // 2


def _encoded(text: str) -> bytes:
    # Half an emoji, which a broken text may hold, is a position too.
    return text.encode("utf-16-le", "surrogatepass")
