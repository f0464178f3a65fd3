"""The command palette: type what you want to do, and Enter does it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from civitai_desktop.ui.shared.commands import Command
from civitai_desktop.ui.shared.guarded import guarded, nothing
from civitai_desktop.ui.shared.widgets import named, plain, styled
from civitai_desktop.ui.window.palette.rows import (
    ROW_PX,
    CommandDelegate,
    CommandListModel,
    Row,
)
from civitai_desktop.ui.window.palette.search import ranked

_WIDTH_PX = 680
_TOP_PX = 84
_MOST_ROWS = 11
_EDGE_PX = 6
_LONGEST_TYPED = 80
"""In characters; no command is called that."""

_STEPS = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -_MOST_ROWS,
    Qt.Key.Key_PageDown: _MOST_ROWS,
}


class CommandPalette(QDialog):
    """A line over the list of commands. What cannot be done now says why, and stays.

    It is no popup: those cannot be found by a screen reader. It closes as one does, when the user
    turns to something else.

    Signals:
        chosen: The `Command` to carry out; the palette is closed by then.
    """

    chosen = Signal(object)

    def __init__(
        self,
        commands: Sequence[Command],
        why_not: Callable[[Command], str],
        is_chosen: Callable[[Command], bool],
        parent: QWidget,
    ) -> None:
        """Build it.

        Args:
            commands: What can be looked for.
            why_not: Says why a command cannot be carried out now; "" if it can.
            is_chosen: Tells whether a choice is ticked.
            parent: The window it opens over.
        """
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        named(self, "Command palette")
        self.setWindowTitle(self.tr("Command palette"))
        self._commands = commands
        self._why_not = why_not
        self._is_chosen = is_chosen
        self._window = parent
        self._now: dict[str, Row] = {}
        self._recent: Sequence[str] = ()
        self._rows = CommandListModel(self)
        self._line = named(QLineEdit(), "Command")
        self._line.setPlaceholderText(self.tr("What do you want to do?"))
        self._line.setMaxLength(_LONGEST_TYPED)
        self._list = named(QListView(), "Commands")
        self._list.setModel(self._rows)
        self._list.setItemDelegate(CommandDelegate(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setMouseTracking(True)
        self._nothing = styled(plain(QLabel(self.tr("Nothing is called that."))), "dim")
        self._nothing.setMargin(_EDGE_PX)
        self._frame = frame = styled(QFrame(), "popup")
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        # It is as high as what was found.
        around.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        around.addWidget(frame)
        column = QVBoxLayout(frame)
        column.setContentsMargins(_EDGE_PX, _EDGE_PX, _EDGE_PX, _EDGE_PX)
        column.setSpacing(_EDGE_PX)
        for each in (self._line, self._list, self._nothing):
            column.addWidget(each)
        self._line.textChanged.connect(self._find)
        self._line.returnPressed.connect(self._choose_current)
        self._list.entered.connect(self._list.setCurrentIndex)
        self._list.clicked.connect(self._choose)
        self._list.selectionModel().currentChanged.connect(self._describe)

    def open_over(self, window: QWidget, recent: Sequence[str]) -> None:
        """Show every command, the last ones first, ready to type.

        Args:
            window: What it opens over, near the top.
            recent: Ids of what was done last, the newest first.
        """
        self._recent = recent
        self._now = {
            each.id: Row(each, self._why_not(each), self._is_chosen(each))
            for each in self._commands
        }
        self._line.clear()
        self._find("")
        width_px = min(_WIDTH_PX, window.width() - 4 * _EDGE_PX)
        self.move(window.mapToGlobal(QPoint((window.width() - width_px) // 2, _TOP_PX)))
        self._frame.setFixedWidth(width_px)
        self.show()
        self.activateWindow()
        self._line.setFocus()

    @guarded(nothing)
    def done(self, result: int) -> None:
        super().done(result)
        # Not every system gives the keyboard back by itself.
        self._window.activateWindow()

    @guarded(nothing)
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.hide()

    @guarded(nothing)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _STEPS:
            self._walk(_STEPS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _row(self, command: Command) -> Row:
        return Row(command, self._why_not(command), self._is_chosen(command))

    @Slot(str)
    def _find(self, typed: str) -> None:
        unavailable = frozenset(each for each, row in self._now.items() if row.why_not)
        found = ranked(self._commands, typed, self._recent, unavailable)
        self._rows.show_rows([self._now[command.id] for command in found])
        self._list.setCurrentIndex(self._rows.index(0))
        self._list.setVisible(bool(found))
        self._nothing.setVisible(not found)
        rows = min(len(found), _MOST_ROWS)
        self._list.setFixedHeight(rows * ROW_PX + 2 * self._list.frameWidth())
        self._describe()

    def _walk(self, steps: int) -> None:
        last = self._rows.rowCount() - 1
        row = self._list.currentIndex().row() + steps
        if abs(steps) == 1:
            # Over the edge to the other end.
            row = last if row < 0 else 0 if row > last else row
        self._list.setCurrentIndex(self._rows.index(max(0, min(row, last))))

    @Slot()
    def _describe(self) -> None:
        """Tell a screen reader, which is in the line, what Enter would do."""
        current = self._list.currentIndex()
        spoken = current.data(Qt.ItemDataRole.AccessibleTextRole) if current.isValid() else ""
        self._line.setAccessibleDescription(spoken or self._nothing.text())

    @Slot()
    def _choose_current(self) -> None:
        self._choose(self._list.currentIndex())

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        row = index.data(CommandListModel.RowRole) if index.isValid() else None
        if isinstance(row, Row) and not row.why_not and self.isVisible():
            self.accept()
            self.chosen.emit(row.command)
