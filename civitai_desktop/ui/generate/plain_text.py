"""A text of several lines that leaves Undo to the form while it has nothing to take back itself."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPlainTextEdit

from civitai_desktop.ui.shared.guarded import guarded


class PlainText(QPlainTextEdit):
    """Qt's own keeps the key for itself, and does nothing with it."""

    @guarded(bool)
    def event(self, event: QEvent) -> bool:
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Undo)
            and not self.document().isUndoAvailable()
        ):
            event.ignore()
            return False
        return super().event(event)
