"""The menu bar and its shortcuts, drawn from the register of commands."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from civitai_desktop.ui.shared.commands import (
    IMAGE,
    MENUS,
    WORKSPACE,
    Command,
    Need,
    in_menus,
    said,
    shown_key,
)
from civitai_desktop.ui.shared.composing import finish_composing
from civitai_desktop.ui.window.commands import COMMANDS

_IN_MENUS = in_menus(COMMANDS)
_IDS = frozenset(command.id for command in COMMANDS)


class Actions(QObject):
    """What can be done now, by whom, and the menus of it.

    Signals tell the ids of what is chosen, before it is carried out.
    """

    triggered = Signal(str)
    toggled = Signal(str, bool)

    def __init__(self, menu_bar: QMenuBar, owner: QWidget) -> None:
        super().__init__(owner)
        self._is_there = {WORKSPACE.id: True}
        self._acts: dict[str, Callable[[], object]] = {}
        self._choices: dict[str, Callable[[bool], object]] = {}
        self._actions: dict[str, QAction] = {}
        self._menus: dict[str, QMenu] = {}
        self._groups: dict[str, QActionGroup] = {}
        for title in MENUS:
            self._menus[title] = menu_bar.addMenu(f"&{said(title)}")
        before: tuple[str, int] | None = None
        for command in _IN_MENUS:
            menu, part = self._menus[command.menu], (command.menu, command.group)
            if before is not None and before[0] == command.menu and before != part:
                menu.addSeparator()
            before = part
            action = self._actions[command.id] = self._action(command)
            menu.addAction(action)
            owner.addAction(action)
        self.triggered.connect(self._act)
        self.toggled.connect(self._choose)
        self._enable()

    def bind(self, acts: Mapping[str, Callable[[], object]]) -> None:
        """Let commands be carried out by these, by their ids.

        Raises:
            ValueError: There is no such command, or it is bound already.
        """
        self._check(acts)
        self._acts.update(acts)

    def bind_choices(self, acts: Mapping[str, Callable[[bool], object]]) -> None:
        """Do the same for choices, which are told whether they are ticked now."""
        self._check(acts)
        self._choices.update(acts)

    def unbind(self, acts: Mapping[str, Callable[[], object]]) -> None:
        """Let them carry out nothing any more."""
        for command_id in acts:
            self._acts.pop(command_id, None)

    @property
    def unbound(self) -> frozenset[str]:
        """Return the ids of the commands that nothing carries out now."""
        return _IDS - self._acts.keys() - self._choices.keys()

    def _check(self, acts: Mapping[str, object]) -> None:
        if wrong := acts.keys() - self.unbound:
            raise ValueError(f"no commands, or bound already: {sorted(wrong)}")

    @Slot(str)
    def _act(self, command_id: str) -> None:
        # While another workspace is being built, its commands are nobody's.
        if act := self._acts.get(command_id):
            act()

    @Slot(str, bool)
    def _choose(self, command_id: str, chosen: bool) -> None:
        if act := self._choices.get(command_id):
            act(chosen)

    @Slot(QPoint)
    def show_image_menu(self, where: QPoint) -> None:
        """Open what one can do with the selected picture at a point of the screen."""
        self._menus[IMAGE].popup(where)

    def set_available(self, need: Need, is_there: bool) -> None:
        """Make what needs something available, or not."""
        self._is_there[need.id] = is_there
        self._enable()

    def set_usable(self, is_usable: bool) -> None:
        """Tell whether the workspace can be acted on, which the welcome covers."""
        self.set_available(WORKSPACE, is_usable)

    def why_not(self, command: Command) -> str:
        """Say why a command cannot be carried out now, and what to do about it; "" if it can."""
        needs = () if command.without_workspace else (WORKSPACE,)
        for need in (*needs, *((command.needs,) if command.needs else ())):
            if not self._is_there.get(need.id, False):
                return said(need.why_not)
        return ""

    def is_chosen(self, command: Command) -> bool:
        """Tell whether a choice is ticked."""
        return command.is_choice and self._actions[command.id].isChecked()

    def carry_out(self, command: Command) -> None:
        """Do as if it had been chosen from the menu; nothing if it cannot be done now."""
        if self.why_not(command):
            return
        if action := self._actions.get(command.id):
            action.trigger()
        else:
            finish_composing()
            self.triggered.emit(command.id)

    def _enable(self) -> None:
        for command in _IN_MENUS:
            self._actions[command.id].setEnabled(not self.why_not(command))

    def set_chosen(self, action_id: str, chosen: bool) -> None:
        """Tick an action, or not, without telling."""
        self._actions[action_id].setChecked(chosen)

    def _action(self, command: Command) -> QAction:
        text = said(command.text)
        # The place it works in takes the key; the menu just names it.
        named = "" if command.keys else shown_key(command.key)
        action = QAction(f"{text}\t{named}" if named else text, self)
        action.setObjectName(f"action_{command.id}")
        action.setData(command.id)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.setCheckable(command.is_choice)
        # A key that is held down would buy one generation after another.
        action.setAutoRepeat(False)
        if command.is_choice:
            action.triggered.connect(self._toggled)
        else:
            action.triggered.connect(self._triggered)
        if command.one_of:
            group = self._groups.get(command.one_of)
            if group is None:
                group = self._groups[command.one_of] = QActionGroup(self)
            group.addAction(action)
        return action

    @Slot()
    def _triggered(self) -> None:
        finish_composing()
        self.triggered.emit(self._sender().data())

    @Slot(bool)
    def _toggled(self, chosen: bool) -> None:
        self.toggled.emit(self._sender().data(), chosen)

    def _sender(self) -> QAction:
        action = self.sender()
        if not isinstance(action, QAction):
            raise TypeError("only actions are connected here")
        return action
