"""Texts from outside, shown whole or shortened, always as plain text that can be copied."""

import math

from PySide6.QtCore import QSizeF, Qt, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextBlockFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QSizePolicy, QTextEdit, QWidget

from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.widgets import plain, plain_tip, styled

_FOCUS_PX = 2


class WrappedText(QTextEdit):
    """A text as tall as it needs to be; even a word without end wraps instead of widening it."""

    def __init__(
        self, kind: str, *, line_px: int, most_lines: int = 0, parent: QWidget | None = None
    ) -> None:
        """Begin empty.

        Args:
            kind: For the style sheet: "text", "small_text" or "dim_text".
            line_px: Height of a line.
            most_lines: Longer texts scroll inside; 0 for no limit.
            parent: As in Qt.
        """
        super().__init__(parent)
        self._line_px = line_px
        self._most_px = most_lines * line_px
        styled(self, kind)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if not most_lines:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.show_text("")

    def read_from_the_left(self) -> None:
        """Lay a path out as one, whatever script its first letter belongs to."""
        option = self.document().defaultTextOption()
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        self.document().setDefaultTextOption(option)

    def show_text(self, text: str) -> None:
        """Show `text` from its beginning; the same text again leaves the selection alone."""
        if text and text == self.toPlainText():
            return
        self.setPlainText(text)
        lines = QTextBlockFormat()
        fixed = QTextBlockFormat.LineHeightTypes.FixedHeight.value
        lines.setLineHeight(self._line_px, fixed)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(lines)

    @guarded(nothing)
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self.focusPolicy() & Qt.FocusPolicy.TabFocus:
            line = self.viewport().rect()
            line.setTop(line.bottom() - _FOCUS_PX + 1)
            accent = QGuiApplication.palette().color(QPalette.ColorRole.Accent)
            QPainter(self.viewport()).fillRect(line, accent)

    @Slot(QSizeF)
    def _fit(self, size: QSizeF) -> None:
        height_px = max(self._line_px, math.ceil(size.height()))
        shown_px = min(height_px, self._most_px or height_px)
        self.setFixedHeight(shown_px)
        # Only what scrolls needs the keyboard.
        policy = Qt.FocusPolicy
        scrolls = height_px > shown_px
        self.setFocusPolicy(policy.StrongFocus if scrolls else policy.ClickFocus)


class ShortenedText(QLineEdit):
    """One line, shortened where it does not fit, whole in the tooltip and while it is focused.

    So what is selected and copied is never the shortened form.
    """

    def __init__(self, kind: str, shorten: Qt.TextElideMode, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self._shorten = shorten
        styled(self, kind)
        self.setReadOnly(True)
        self.setFrame(False)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setTextMargins(-2, 0, -2, 0)  # what Qt adds beside the text, to align with labels

    def show_text(self, text: str) -> None:
        """Show `text`, line breaks as spaces."""
        self._whole = " ".join(text.split())
        self._update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._update()

    def _update(self) -> None:
        short = self.fontMetrics().elidedText(self._whole, self._shorten, self.width() - 2)
        self.setToolTip(plain_tip(self._whole if short != self._whole else ""))
        shown = self._whole if self.hasFocus() else short
        if shown != self.text():  # else the selection would go when its context menu opens
            self.setText(shown)
            self.setCursorPosition(0)


class ShortenedLabel(QLabel):
    """A label of one line that takes what room there is, and is shortened to it."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""
        plain(self)
        self.setMinimumWidth(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Show `text`, line breaks as spaces."""
        self._whole = " ".join(text.split())
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        elide = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self._whole, elide, self.width()))
