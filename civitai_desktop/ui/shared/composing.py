"""What an input method is composing: its keys are its own, and it is finished before an act."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

from civitai_desktop.ui.shared.guarded import guarded

_SHORTCUTS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_NONE = Qt.KeyboardModifier.NoModifier
_ALT_GR = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
"""As Windows reports it."""


class Composing(QObject):
    """Stands between the widget that has the keyboard and the keys it gets.

    While a text is being composed, as Japanese, Chinese and Korean is, it stands in the field but
    is no part of its text yet. Enter, Esc and the arrows choose among the input method's
    candidates then, and what the window would do with its shortcuts, it would do without that text.
    One for the application: it follows the keyboard from field to field.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._field: QWidget | None = None
        self._preedit = ""
        # What was around it: a field that says something else by now composes no more.
        self._around: tuple[object, object] | None = None
        application.focusChanged.connect(self._follow)

    @property
    def text(self) -> str:
        """Return what is being composed; "" if nothing is."""
        field = self._field
        if field is None or not isValid(field):
            # Being torn down, it loses the keyboard too.
            return ""
        if isinstance(field, QPlainTextEdit | QTextEdit):
            layout = field.textCursor().block().layout()
            return layout.preeditAreaText() if layout is not None else ""
        # No other field tells.
        if self._preedit and self._around not in {None, _around(field)}:
            self._preedit = ""
        return self._preedit

    def finish(self) -> None:
        """Make what is being composed a part of the field's text, as losing the keyboard does."""
        text, field = self.text, self._field
        if not text or field is None:
            return
        QGuiApplication.inputMethod().commit()
        if self.text:
            # Not every system's input method heeds that; on Windows this is what ends it.
            QGuiApplication.inputMethod().reset()
        if self.text:
            event = QInputMethodEvent()
            event.setCommitString(text)
            QCoreApplication.sendEvent(field, event)

    @guarded(bool)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
            self._preedit, self._around = event.preeditString(), None
        elif self._preedit and self._around is None and isinstance(watched, QWidget):
            self._around = _around(watched)
        if kind is QEvent.Type.FocusAboutToChange:
            self.finish()
        elif (
            kind in {QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride}
            and isinstance(event, QKeyEvent)
            and not _types(event)
            and self.text
        ):
            # Taken, so that neither the field nor any shortcut of the window gets it.
            event.accept()
            return True
        return super().eventFilter(watched, event)

    @Slot(QWidget, QWidget)
    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._field is not None and isValid(self._field):
            self._field.removeEventFilter(self)
        self._field, self._preedit, self._around = None, "", None
        if now is not None and now.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled):
            self._field = now
            now.installEventFilter(self)


def finish_composing() -> None:
    """Make what is being composed a part of its field's text, before something is done with it.

    A button need not take the keyboard, which would finish it too: on macOS none does.
    """
    application = QApplication.instance()
    composing = application.findChild(Composing) if application is not None else None
    if composing is not None:
        composing.finish()


def _types(event: QKeyEvent) -> bool:
    """Tell whether a key stands for a character, which the field may take as ever."""
    modifiers = event.modifiers() & _SHORTCUTS
    return event.text().isprintable() and bool(event.text()) and modifiers in {_NONE, _ALT_GR}


def _around(field: QWidget) -> tuple[object, object]:
    query = Qt.InputMethodQuery
    return (
        field.inputMethodQuery(query.ImSurroundingText),
        field.inputMethodQuery(query.ImCursorPosition),
    )
