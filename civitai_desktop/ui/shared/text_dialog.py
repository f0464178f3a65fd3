"""A dialog that asks for a line of text and judges it while it is typed."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from civitai_desktop.ui.shared.composing import finish_composing
from civitai_desktop.ui.shared.theme import EDGE_PX, GAP_PX
from civitai_desktop.ui.shared.widgets import caption, marked, named, plain, styled

_WIDTH_PX = 460

Judge = Callable[[str], tuple[str, bool]]
"""Returns what to say of a text, which may be nothing, and whether it can be chosen."""


class TextDialog(QDialog):
    """Opened with `open()`. A text that cannot be used cannot be chosen."""

    chosen = Signal(str)

    def __init__(
        self, title: str, asked: str, text: str, judge: Judge, parent: QWidget, *, remark: str = ""
    ) -> None:
        """Ask for a text.

        Args:
            title: What is done with it.
            asked: What it is, which is the field's name.
            text: The one to begin with; may be empty.
            judge: Called with every text that is typed.
            parent: What the dialog belongs to, and is closed with.
            remark: What may be typed; stands below.
        """
        super().__init__(parent)
        named(self, title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setFixedWidth(_WIDTH_PX)
        self._judge = judge
        self._field = named(QLineEdit(text), asked)
        self._field.selectAll()
        self._said = plain(named(QLabel(), "Verdict"))
        self._said.setWordWrap(True)
        self._save = named(styled(QPushButton(self.tr("Save")), "primary"), "Save")
        cancel = named(QPushButton(self.tr("Cancel")), "Cancel dialog")
        cancel.setAutoDefault(False)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
        layout.setSpacing(GAP_PX)
        layout.addWidget(styled(plain(QLabel(title)), "heading"))
        layout.addWidget(caption(asked, self._field))
        layout.addWidget(self._field)
        layout.addWidget(self._said)
        if remark:
            known = plain(styled(QLabel(remark), "dim"))
            known.setWordWrap(True)
            layout.addWidget(known)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, GAP_PX, 0, 0)
        foot.addStretch()
        foot.addWidget(cancel)
        foot.addWidget(self._save)
        layout.addLayout(foot)

        self._field.textChanged.connect(self._look_at)
        self._save.clicked.connect(self._choose)
        cancel.clicked.connect(self.reject)
        self._look_at(text)
        self._field.setFocus()

    @Slot(str)
    def _look_at(self, text: str) -> None:
        said, is_usable = self._judge(text)
        is_wrong = bool(said) and not is_usable
        self._said.setText(said)
        self._said.setVisible(bool(said))
        marked(self._said, "kind", "complaint" if is_wrong else "dim")
        marked(self._field, "complaint", "true" if is_wrong else "false")
        self._field.setAccessibleDescription(said)
        self._save.setEnabled(is_usable)
        # A dialog does not grow by itself with a text that wraps.
        self.adjustSize()

    @Slot()
    def _choose(self) -> None:
        finish_composing()
        if not self._save.isEnabled():  # what was composed makes it another text
            return
        self.accept()
        self.chosen.emit(self._field.text())
