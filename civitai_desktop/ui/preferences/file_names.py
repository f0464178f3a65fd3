"""The dialog for the file-name pattern, with a live sample."""

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

from civitai_desktop.domain.errors import InvalidInput
from civitai_desktop.services import file_names
from civitai_desktop.ui.shared.widgets import caption, marked, named, plain, styled
from civitai_desktop.ui.theme import EDGE_PX, GAP_PX

_WIDTH_PX = 460


class FileNamesDialog(QDialog):
    """Opened with `open()`. A pattern that cannot be filled in cannot be chosen."""

    chosen = Signal(str)

    def __init__(self, pattern: str, parent: QWidget) -> None:
        super().__init__(parent)
        named(self, "File names dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("File names"))
        self.setFixedWidth(_WIDTH_PX)
        self._pattern = named(QLineEdit(pattern), "File name pattern")
        self._sample = plain(named(styled(QLabel(), "dim"), "Sample"))
        self._sample.setWordWrap(True)
        self._use = named(styled(QPushButton(self.tr("Use")), "primary"), "Use pattern")
        cancel = named(QPushButton(self.tr("Cancel")), "Cancel pattern")
        cancel.setAutoDefault(False)
        tokens = " ".join(f"{{{token}}}" for token in file_names.TOKENS)
        known = plain(
            styled(QLabel(self.tr("For new pictures. It may contain:") + f"\n{tokens}"), "dim")
        )
        known.setWordWrap(True)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
        layout.setSpacing(GAP_PX)
        layout.addWidget(styled(QLabel(self.tr("File names")), "heading"))
        layout.addWidget(caption(self.tr("File name pattern"), self._pattern))
        layout.addWidget(self._pattern)
        layout.addWidget(self._sample)
        layout.addWidget(known)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(cancel)
        foot.addWidget(self._use)
        layout.addLayout(foot)

        self._pattern.textChanged.connect(self._show_sample)
        self._use.clicked.connect(self._choose)
        cancel.clicked.connect(self.reject)
        self._show_sample(pattern)
        self._pattern.setFocus()

    @Slot(str)
    def _show_sample(self, pattern: str) -> None:
        try:
            text, kind = file_names.sample(pattern), "dim"
        except InvalidInput as error:
            text, kind = error.message, "complaint"
        self._sample.setText(text)
        self._sample.setAccessibleDescription(text)
        marked(self._sample, "kind", kind)
        self._use.setEnabled(kind == "dim")
        marked(self._pattern, "complaint", "false" if kind == "dim" else "true")
        # A dialog does not grow by itself with a text that wraps.
        self.adjustSize()

    @Slot()
    def _choose(self) -> None:
        self.chosen.emit(self._pattern.text())
        self.accept()
