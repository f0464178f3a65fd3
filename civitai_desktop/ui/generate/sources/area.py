"""The dashed field that takes pictures by drop, Ctrl+V, and its two buttons."""

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from civitai_desktop.ui.generate.sources.offer import offered
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.widgets import named, plain, styled

_AREA_PX = 35
_RADIUS_PX = 6


class DropArea(QWidget):
    """A dashed field that takes drops, Ctrl+V, and clicks on its two buttons.

    Signals:
        offered: An `Offer`.
        nothing_offered: There was no picture in the clipboard.
        choose_wanted: The user wants to choose files.
    """

    offered = Signal(object)
    nothing_offered = Signal()
    choose_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "Source picture")
        self._text = styled(plain(QLabel()), "dim")
        self._choose = _link("Choose source picture", self.tr("choose a file"))
        self._paste = _link("Paste source picture", self.tr("paste"))
        self._is_over = False
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(_AREA_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(5)
        row.addStretch()
        for each in (self._text, self._choose, QLabel("·"), self._paste):
            row.addWidget(each)
        row.addStretch()
        self._choose.clicked.connect(self.choose_wanted)
        self._paste.clicked.connect(self._take_clipboard)

    def stops(self) -> list[QWidget]:
        """Return where the Tab key stops, in order."""
        return [self, self._choose, self._paste]

    def show_text(self, text: str) -> None:
        """Show what can be done here."""
        self._text.setText(text)

    @Slot()
    def _take_clipboard(self) -> None:
        if (offer := offered(QGuiApplication.clipboard().mimeData())) is None:
            self.nothing_offered.emit()
        else:
            self.offered.emit(offer)

    @guarded(nothing)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._take_clipboard()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.choose_wanted.emit()
        else:
            super().keyPressEvent(event)

    @guarded(nothing)
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if offered(event.mimeData()) is not None:
            event.acceptProposedAction()
            self._mark(True)

    @guarded(nothing)
    def dragLeaveEvent(self, _event: object) -> None:
        self._mark(False)

    @guarded(nothing)
    def dropEvent(self, event: QDropEvent) -> None:
        self._mark(False)
        if (offer := offered(event.mimeData())) is not None:
            event.acceptProposedAction()
            self.offered.emit(offer)

    def _mark(self, is_over: bool) -> None:
        self._is_over = is_over
        self.update()

    @guarded(nothing)
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role = QPalette.ColorRole
        is_marked = self._is_over or self.hasFocus()
        colour = self.palette().color(role.Highlight if is_marked else role.PlaceholderText)
        colour.setAlpha(255 if is_marked else 130)
        painter.setPen(
            QPen(colour, 1, Qt.PenStyle.SolidLine if is_marked else Qt.PenStyle.DashLine)
        )
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS_PX, _RADIUS_PX
        )


def _link(name: str, text: str) -> QPushButton:
    button = styled(named(QPushButton(text), name), "link")
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button
