"""Texts and lines that leave Undo to the form while they have nothing to take back themselves."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from civitai_desktop.ui.shared.guarded import guarded


class PlainText(QPlainTextEdit):
    """Several lines. Qt's own keeps the key for itself, and does nothing with it."""

    @guarded(bool)
    def event(self, event: QEvent) -> bool:
        if _wants_undo(event) and not self.document().isUndoAvailable():
            event.ignore()
            return False
        return super().event(event)


class PlainLine(QLineEdit):
    """One line, alone or within a box of numbers."""

    @guarded(bool)
    def event(self, event: QEvent) -> bool:
        if _wants_undo(event) and not self.isUndoAvailable():
            event.ignore()
            return False
        return super().event(event)


def _wants_undo(event: QEvent) -> bool:
    """Tell whether Qt asks if a key is meant for the text, before it takes it for a shortcut."""
    return (
        event.type() is QEvent.Type.ShortcutOverride
        and isinstance(event, QKeyEvent)
        and event.matches(QKeySequence.StandardKey.Undo)
    )
