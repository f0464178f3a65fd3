"""The form's way up and down: follows the keyboard, and has its bar in the margin."""

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from civitai_desktop.ui.generate.field_grid import SPACE_PX
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.theme import EDGE_PX

_BELOW_FOCUS_PX = 48


class FormScroll(QScrollArea):
    """Scrolls the form up and down only; the bar lies in the margin, so nothing moves for it.

    The bar is always there, and cannot be seen while there is nothing to scroll: Qt shows and
    hides it after a frame has been painted, and lays the form out anew for it.
    """

    def __init__(self, body: QWidget) -> None:
        super().__init__()
        self._body = body
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setWidget(body)
        body.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self._bar = self.verticalScrollBar()
        self._bar.setEnabled(False)
        self._bar.rangeChanged.connect(self._enable_bar)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    @guarded(nothing)
    def resizeEvent(self, event: QResizeEvent) -> None:
        # The viewport's, which leaves the bar out.
        bar_px = self.width() - self.viewport().width()
        if layout := self._body.layout():
            layout.setContentsMargins(EDGE_PX, 0, max(EDGE_PX - bar_px, 0), SPACE_PX)
        super().resizeEvent(event)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _former: QWidget | None, now: QWidget | None) -> None:
        # What is pressed with the mouse must not move away from under it.
        is_pressed = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if now is not None and not is_pressed and self._body.isAncestorOf(now):
            self.follow_focus()

    @Slot()
    def follow_focus(self) -> None:
        """Scroll to the field that has the focus, and the sentence under it."""
        focused = self.focusWidget()
        if focused is not None and self._body.isAncestorOf(focused):
            self.ensureWidgetVisible(focused, 0, _BELOW_FOCUS_PX)

    @Slot()
    def settle(self) -> None:
        """Lay the form out now, from the inside out.

        Qt does it from the outside in, in several turns of the loop, and paints in between.
        """
        if not self.isVisible():
            # What is not on the screen yet is laid out when it is.
            return
        _lay_out(self._body)
        QCoreApplication.sendPostedEvents(self._body, QEvent.Type.LayoutRequest.value)

    @Slot(int, int)
    def _enable_bar(self, low: int, high: int) -> None:
        self._bar.setEnabled(high > low)


def _lay_out(body: QWidget) -> None:
    # Qt finds the outer before the inner; to ask each widget for its children takes twice as long.
    for widget in (*reversed(body.findChildren(QWidget)), body):
        if widget.isVisible() and (layout := widget.layout()):
            layout.activate()
