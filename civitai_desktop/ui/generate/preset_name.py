"""The dialog that asks for a preset's name and says what is wrong with one."""

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

from civitai_desktop.ui.shared.widgets import caption, marked, named, plain, styled
from civitai_desktop.ui.theme import EDGE_PX, GAP_PX

_WIDTH_PX = 380


class PresetNameDialog(QDialog):
    """Opened with `open()`. A name that cannot be used cannot be chosen."""

    chosen = Signal(str)

    def __init__(
        self, title: str, name: str, objection: Callable[[str], str], parent: QWidget
    ) -> None:
        """Ask for a name.

        Args:
            title: What is done with it.
            name: The one to begin with; may be empty.
            objection: Returns what is wrong with a name, or "".
            parent: The window to stand before.
        """
        super().__init__(parent)
        named(self, "Preset name dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setFixedWidth(_WIDTH_PX)
        self._objection = objection
        self._name = named(QLineEdit(name), self.tr("Preset name"))
        self._name.selectAll()
        self._problem = plain(named(styled(QLabel(), "complaint"), "Problem of the name"))
        self._problem.setWordWrap(True)
        self._save = named(styled(QPushButton(self.tr("Save")), "primary"), "Save name")
        cancel = named(QPushButton(self.tr("Cancel")), "Cancel name")
        cancel.setAutoDefault(False)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
        layout.setSpacing(GAP_PX)
        layout.addWidget(styled(QLabel(title), "heading"))
        layout.addWidget(caption(self.tr("Name"), self._name))
        layout.addWidget(self._name)
        layout.addWidget(self._problem)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, GAP_PX, 0, 0)
        foot.addStretch()
        foot.addWidget(cancel)
        foot.addWidget(self._save)
        layout.addLayout(foot)

        self._name.textChanged.connect(self._check)
        self._save.clicked.connect(self._choose)
        cancel.clicked.connect(self.reject)
        self._check(name)
        self._name.setFocus()

    @Slot(str)
    def _check(self, name: str) -> None:
        wrong = self._objection(name)
        # Where nothing has been typed yet, that says itself.
        said = wrong if name else ""
        self._problem.setText(said)
        self._problem.setVisible(bool(said))
        self._name.setAccessibleDescription(said)
        marked(self._name, "complaint", "true" if said else "false")
        self._save.setEnabled(not wrong)
        # A dialog does not grow by itself with a text that wraps.
        self.adjustSize()

    @Slot()
    def _choose(self) -> None:
        self.accept()
        self.chosen.emit(self._name.text())
