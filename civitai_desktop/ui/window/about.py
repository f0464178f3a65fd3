"""The dialog that says what this program is."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from civitai_desktop import __version__
from civitai_desktop.ui.shared.theme import EDGE_PX, GAP_PX
from civitai_desktop.ui.shared.widgets import named, plain, styled

_WIDTH_PX = 380
_MOST_NAMES = 12
"""Services that are named; of more there is the number."""


class AboutDialog(QDialog):
    """Opened with `open()`."""

    def __init__(self, parent: QWidget, unknown_services: Sequence[str] = ()) -> None:
        """Build it.

        Args:
            unknown_services: What Civitai offers and this version does not know, by name.
        """
        super().__init__(parent)
        named(self, "About")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About Civitai Desktop"))
        self.setFixedWidth(_WIDTH_PX)
        close = named(styled(QPushButton(self.tr("Close")), "primary"), "Close about")
        close.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
        layout.setSpacing(GAP_PX)
        layout.addWidget(styled(QLabel("Civitai Desktop"), "heading"))
        layout.addWidget(QLabel(self.tr("Type a prompt, see the price, keep every picture.")))
        about = self.tr("Version {version}. MIT licence. Not affiliated with Civitai.")
        layout.addWidget(styled(plain(QLabel(about.format(version=__version__))), "dim"))
        if unknown_services:
            names = named(styled(plain(QLabel(self._told(unknown_services))), "dim"), "Unknown")
            names.setWordWrap(True)
            layout.addSpacing(GAP_PX)
            layout.addWidget(names)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, GAP_PX, 0, 0)
        foot.addStretch()
        foot.addWidget(close)
        layout.addLayout(foot)

    def _told(self, services: Sequence[str]) -> str:
        named = ", ".join(services[:_MOST_NAMES])
        if more := len(services[_MOST_NAMES:]):
            named = self.tr("{names} and {n} more").format(names=named, n=more)
        told = self.tr("Civitai also offers what this version does not know: {names}.")
        return told.format(names=named)
