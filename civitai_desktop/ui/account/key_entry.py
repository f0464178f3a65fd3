"""The field a key is pasted into, with what is wrong with it under it."""

from urllib.parse import urlencode

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from civitai_desktop.ui.account.presenter import AccountPresenter
from civitai_desktop.ui.shared.composing import finish_composing
from civitai_desktop.ui.shared.theme import GAP_PX
from civitai_desktop.ui.shared.widgets import caption, marked, named, plain, styled

KEY_PAGE = "https://civitai.com/user/account?" + urlencode(
    {"addApiKey": 1, "name": "Civitai Desktop", "scope": "AIServices"}
)
"""Opens the site's own dialog with the scopes a generator needs; the user still confirms."""

_FIELD_PX = 36


class KeyEntry(QWidget):
    """Takes a key and hands it to the presenter. The field is emptied once it was taken."""

    taken = Signal()

    def __init__(self, presenter: AccountPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._field = named(QLineEdit(), "API key")
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setFixedHeight(_FIELD_PX)
        self._save = named(styled(QPushButton(self.tr("Save key")), "primary"), "Save key")
        self._save.setFixedHeight(_FIELD_PX)
        self._field.setPlaceholderText(self.tr("Paste your key"))
        self._complaint = plain(styled(QLabel(), "complaint"))
        self._complaint.setWordWrap(True)
        self._complaint.hide()
        page = named(styled(QPushButton(self.tr("Get a key on civitai.com")), "link"), "Get a key")

        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addWidget(self._field, 1)
        row.addWidget(self._save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP_PX)
        layout.addWidget(caption(self.tr("API key"), self._field))
        layout.addLayout(row)
        layout.addWidget(self._complaint)
        line = QHBoxLayout()
        line.addWidget(page)
        line.addStretch()
        layout.addLayout(line)

        self._save.clicked.connect(self._enter)
        self._field.returnPressed.connect(self._enter)
        self._field.textEdited.connect(self._clear_complaint)
        page.clicked.connect(self._open_page)
        presenter.busy_changed.connect(self._set_busy)
        presenter.refused.connect(self._complain)
        presenter.changed.connect(self._done)
        self.setFocusProxy(self._field)

    @Slot()
    def _enter(self) -> None:
        if not self._save.isEnabled():  # Return, while the last key is being checked
            return
        finish_composing()
        self._clear_complaint()
        self._presenter.enter(self._field.text())

    @Slot(bool)
    def _set_busy(self, busy: bool) -> None:
        self._save.setEnabled(not busy)
        self._save.setText(self.tr("Checking…") if busy else self.tr("Save key"))

    @Slot(str)
    def _complain(self, text: str) -> None:
        self._complaint.setText(text)
        self._complaint.show()
        marked(self._field, "complaint", "true")
        self._field.setFocus()
        self._field.selectAll()

    @Slot()
    def _clear_complaint(self) -> None:
        self._complaint.hide()
        marked(self._field, "complaint", "false")

    @Slot()
    def _done(self) -> None:
        self._field.clear()
        self._clear_complaint()
        self.taken.emit()

    @Slot()
    def _open_page(self) -> None:
        QDesktopServices.openUrl(QUrl(KEY_PAGE))
