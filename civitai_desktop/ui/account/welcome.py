"""The first start: a key, or the sandbox."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPushButton,
    QStyle,
    QStyleOption,
    QVBoxLayout,
    QWidget,
)

from civitai_desktop.ui.account.key_entry import KeyEntry
from civitai_desktop.ui.account.presenter import AccountPresenter
from civitai_desktop.ui.shared.theme import EDGE_PX, GAP_PX
from civitai_desktop.ui.shared.widgets import named, plain, rule, styled

_CARD_PX = 480


class Welcome(QWidget):
    """Covers the window until one of the two is chosen; behind it the sandbox is already there."""

    sandbox_chosen = Signal()

    def __init__(self, presenter: AccountPresenter, parent: QWidget) -> None:
        super().__init__(parent)
        named(self, "Welcome")
        entry = KeyEntry(presenter)
        sandbox = named(
            styled(QPushButton(self.tr("Try the sandbox")), "outline"), "Try the sandbox"
        )
        card = styled(QFrame(), "card")
        card.setFixedWidth(_CARD_PX)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(2 * EDGE_PX, 2 * EDGE_PX, 2 * EDGE_PX, 2 * EDGE_PX)
        inside.setSpacing(EDGE_PX)
        inside.addWidget(styled(QLabel(self.tr("Welcome to Civitai Desktop")), "heading"))
        inside.addWidget(
            _text(
                self.tr(
                    "Type a prompt, see the price, keep every picture. To generate on "
                    "Civitai, paste an API key of your account; the system keyring keeps it."
                )
            )
        )
        inside.addWidget(entry)
        inside.addWidget(rule())
        inside.addWidget(
            _text(
                self.tr(
                    "Or look around first: the sandbox works offline, draws made-up pictures, and "
                    "spends no Buzz."
                )
            )
        )
        inside.addWidget(sandbox)
        layout = QVBoxLayout(self)
        layout.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)

        sandbox.clicked.connect(self.sandbox_chosen)
        self.setFocusProxy(entry)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.sandbox_chosen.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        # A plain QWidget paints its style sheet's background only when told to.
        option = QStyleOption()
        option.initFrom(self)
        painter = QPainter(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)


def _text(words: str) -> QLabel:
    label = styled(plain(QLabel(words)), "body")
    label.setWordWrap(True)
    label.setContentsMargins(0, 0, 0, GAP_PX // 2)
    return label
