"""The dialog that shows every key and prints them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPagedPaintDevice, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.theme import EDGE_PX, GAP_PX
from civitai_desktop.ui.shared.widgets import named, styled
from civitai_desktop.ui.window.palette.page import PAPER, Ink, title, write

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrintDialog

_SIZE_PX = QSize(860, 660)
_KEY_ALPHA = 28
"""A breath of the text's colour, on whatever ground."""
_AROUND_PX = QSize(80, 60)


class KeyOverview(QDialog):
    """Opened with `open()`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        named(self, "Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title())
        self.resize(_SIZE_PX.boundedTo(parent.size() - _AROUND_PX))
        self._asked: QPrintDialog | None = None
        self._page = named(QTextBrowser(), "Shortcuts")
        self._page.setOpenLinks(False)
        self._page.document().setDocumentMargin(0)
        print_ = named(QPushButton(self.tr("Print…")), "Print shortcuts")
        print_.setAutoDefault(False)
        close = named(styled(QPushButton(self.tr("Close")), "primary"), "Close shortcuts")
        close.setDefault(True)
        foot = QHBoxLayout()
        foot.addWidget(print_)
        foot.addStretch()
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
        layout.setSpacing(GAP_PX)
        layout.addWidget(self._page, 1)
        layout.addLayout(foot)
        print_.clicked.connect(self._ask_for_printer)
        close.clicked.connect(self.accept)
        self._show()
        # The keys that scroll are the first ones wanted.
        self._page.setFocus()

    @guarded(nothing)
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._show()

    def _show(self) -> None:
        palette = QGuiApplication.palette()
        text, dim = palette.text().color(), palette.placeholderText().color()
        key = QColor(text)
        key.setAlpha(_KEY_ALPHA)
        write(self._page.document(), Ink(text, dim, key))
        self._page.moveCursor(QTextCursor.MoveOperation.Start)

    @Slot()
    def _ask_for_printer(self) -> None:
        # Nothing else prints.
        from PySide6.QtPrintSupport import QPrintDialog  # noqa: PLC0415

        # With a printer of its own, which then lives as long as it does.
        dialog = self._asked = QPrintDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self._print)
        # Its own open() wants to be told a slot by name.
        QDialog.open(dialog)

    @Slot()
    def _print(self) -> None:
        if self._asked is not None:
            print_page(self._asked.printer())


def print_page(device: QPagedPaintDevice) -> None:
    """Put the page on paper, or what stands for it."""
    document = QTextDocument()
    write(document, PAPER)
    document.print_(device)
