"""The account dialog: whose key it is, where it lies, another one, none."""

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from civitai_desktop.services.account import KeySource
from civitai_desktop.ui.account.key_entry import KeyEntry
from civitai_desktop.ui.account.presenter import AccountPresenter
from civitai_desktop.ui.shared.theme import EDGE_PX
from civitai_desktop.ui.shared.widgets import named, plain, rule, styled

_WIDTH_PX = 460

_WHERE = {
    KeySource.NONE: "No key is stored. Without one the program runs in the sandbox: offline, "
    "with made-up pictures, and no Buzz is spent.",
    KeySource.ENVIRONMENT: "The key comes from CIVITAI_API_KEY and is not stored.",
    KeySource.KEYRING: "The key is stored in the system keyring.",
    KeySource.SESSION: "This system has no safe keyring: the key is kept until you quit.",
}


class AccountDialog(QDialog):
    """Opened with `open()`, never with `exec()`, which would stop every generation."""

    def __init__(
        self, presenter: AccountPresenter, parent: QWidget, *, offers_sandbox: bool
    ) -> None:
        """Build it for this once.

        Args:
            offers_sandbox: Whether there is no key and the sandbox is not shown already.
        """
        super().__init__(parent)
        named(self, "Account dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Account"))
        self.setFixedWidth(_WIDTH_PX)
        self._presenter = presenter
        self._where = plain(styled(QLabel(), "dim"))
        self._where.setWordWrap(True)
        self._entry = KeyEntry(presenter)
        self._offers_sandbox = offers_sandbox
        self._remove = named(styled(QPushButton(self.tr("Remove key")), "danger"), "Remove key")
        self._sandbox = named(QPushButton(self.tr("Try the sandbox")), "Try the sandbox")
        close = named(QPushButton(self.tr("Close")), "Close")
        for button in (self._remove, self._sandbox, close):
            button.setAutoDefault(False)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
        layout.setSpacing(EDGE_PX)
        layout.addWidget(styled(QLabel(self.tr("Account")), "heading"))
        layout.addWidget(self._where)
        layout.addWidget(self._entry)
        layout.addWidget(rule())
        foot = QHBoxLayout()
        foot.addWidget(self._remove)
        foot.addWidget(self._sandbox)
        foot.addStretch()
        foot.addWidget(close)
        layout.addLayout(foot)

        self._remove.clicked.connect(presenter.remove)
        self._sandbox.clicked.connect(presenter.leave)
        self._entry.taken.connect(self.accept)
        close.clicked.connect(self.reject)
        presenter.refused.connect(self._make_room)
        self._show_source()
        self._entry.setFocus()

    @Slot()
    def _make_room(self) -> None:
        # Once the sentence is laid out: a dialog does not grow with what it holds by itself.
        QTimer.singleShot(0, self.adjustSize)

    @Slot()
    def _show_source(self) -> None:
        source = self._presenter.source
        self._where.setText(self.tr(_WHERE[source]))
        self._remove.setVisible(source in {KeySource.KEYRING, KeySource.SESSION})
        self._sandbox.setVisible(self._offers_sandbox)
