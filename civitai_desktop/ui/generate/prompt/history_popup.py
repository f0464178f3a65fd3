"""The list of former prompts: type to filter, Enter takes one over."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QKeyCombination,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.widgets import named, plain, styled

Index = QModelIndex | QPersistentModelIndex

_SIZE_PX = QSize(560, 420)
_ROW_PX = 46
_EDGE_PX = 6
_FORGET = QKeyCombination(Qt.Modifier.SHIFT, Qt.Key.Key_Delete)
"""As a browser forgets an address."""
_LONGEST_SHOWN = 400
"""In characters; more never fits into a row."""


class PromptListModel(QAbstractListModel):
    """Former prompts; each is shown without its line breaks."""

    PromptRole = Qt.ItemDataRole.UserRole + 1

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._prompts: Sequence[str] = ()

    def show_prompts(self, prompts: Sequence[str]) -> None:
        """Show exactly these."""
        self.beginResetModel()
        self._prompts = prompts
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._prompts)

    @guarded(nothing)
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        prompt = self._prompts[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return " ".join(prompt[:_LONGEST_SHOWN].split())
            case Qt.ItemDataRole.SizeHintRole:
                return QSize(1, _ROW_PX)
            case self.PromptRole | Qt.ItemDataRole.AccessibleTextRole:
                return prompt
        return None


class _SearchField(QLineEdit):
    """Cuts what is selected, and leaves the key alone where nothing is."""

    @guarded(nothing)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Cut) and not self.hasSelectedText():
            event.ignore()
        else:
            super().keyPressEvent(event)


class HistoryPopup(QFrame):
    """The search field over the list of prompts; closes when one is chosen.

    Signals:
        search_wanted: The words that are looked for; `show_prompts` answers.
        chosen: The prompt to take over.
        forget_wanted: A prompt to list no more; `show_prompts` answers.
    """

    search_wanted = Signal(str)
    chosen = Signal(str)
    forget_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        styled(named(self, self.tr("Prompt history list")), "popup")
        self._rows = PromptListModel(self)
        self._search = named(_SearchField(), self.tr("Search prompt history"))
        self._search.setPlaceholderText(self.tr("Search former prompts…"))
        self._list = named(QListView(), self.tr("Former prompts"))
        self._list.setModel(self._rows)
        self._list.setWordWrap(True)
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._list.setMouseTracking(True)
        self._forget = QAction(self.tr("Forget this prompt"), self._list)
        self._forget.setShortcut(QKeySequence(_FORGET))
        self._forget.triggered.connect(self._forget_current)
        self._list.addAction(self._forget)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._hint = styled(QLabel(self.tr("Enter takes it over, Shift+Del forgets it.")), "dim")
        self._at = 0
        self._empty = styled(plain(QLabel()), "empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._search.textChanged.connect(self.search_wanted)
        self._search.returnPressed.connect(self._choose_current)
        self._list.entered.connect(self._list.setCurrentIndex)
        self._list.clicked.connect(self._choose)
        self._list.activated.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE_PX, _EDGE_PX, _EDGE_PX, _EDGE_PX)
        column.setSpacing(_EDGE_PX)
        column.addWidget(self._search)
        column.addWidget(self._list, stretch=1)
        column.addWidget(self._empty, stretch=1)
        column.addWidget(self._hint)

    def open_over(self, prompt: QWidget) -> None:
        """Show the newest prompts below the caption of `prompt`, ready to type."""
        self._search.clear()
        self.search_wanted.emit("")
        self.resize(_SIZE_PX)
        self.move(prompt.mapToGlobal(QPoint(0, 22)))
        self.show()
        self._search.setFocus()

    @Slot(object)
    def show_prompts(self, prompts: Sequence[str]) -> None:
        """Show what the search found, the newest marked, or the one after a forgotten one."""
        self._rows.show_prompts(prompts)
        self._list.setCurrentIndex(self._rows.index(min(self._at, len(prompts) - 1)))
        self._at = 0
        self._list.setVisible(bool(prompts))
        self._hint.setVisible(bool(prompts))
        self._empty.setVisible(not prompts)
        self._empty.setText(
            self.tr("No former prompt has these words.")
            if self._search.text().strip()
            else self.tr("What you generate is kept here.")
        )

    @guarded(nothing)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.keyCombination() == _FORGET:
            self._forget_current()
        elif event.key() in _LIST_KEYS:
            # The search field has no use for them.
            QApplication.sendEvent(self._list, event)
        else:
            super().keyPressEvent(event)

    @Slot()
    def _choose_current(self) -> None:
        self._choose(self._list.currentIndex())

    @Slot()
    def _forget_current(self) -> None:
        index = self._list.currentIndex()
        if index.isValid():
            self._at = index.row()
            self.forget_wanted.emit(index.data(PromptListModel.PromptRole))

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        # Where one click activates, Qt reports it twice.
        if index.isValid() and self.isVisible():
            self.close()
            self.chosen.emit(index.data(PromptListModel.PromptRole))


_LIST_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
