"""The menu and its shortcuts: one row per action."""

import sys
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from civitai_desktop.ui.shared.composing import finish_composing

# On macOS, Ctrl is the command key, and with H it hides every program.
_HISTORY_KEY = "Ctrl+Shift+H" if sys.platform == "darwin" else "Ctrl+H"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One action.

    Attributes:
        id: What `Actions.triggered` says of it.
        keys: Shortcuts in Qt's portable spelling; on macOS Ctrl is the command key.
        hint: A key that only the prompt or the gallery takes, and that the menu just names.
        needs: "" (always there), "image" (a selected picture), "undo" (something to undo) or
            "weights" (an engine that weighs words).
        one_of: Names the set of choices of which exactly one is ticked; empty for none.
        starts_group: Whether a line stands above it.
    """

    menu: str
    id: str
    text: str
    keys: tuple[str, ...] = ()
    hint: str = ""
    needs: str = ""
    is_choice: bool = False
    one_of: str = ""
    starts_group: bool = False


ROWS = (
    Row(menu="File", id="account", text="Account…"),
    Row(menu="File", id="choose_folder", text="Choose pictures folder…", starts_group=True),
    Row(menu="File", id="file_names", text="File names…"),
    Row(menu="File", id="open_folder", text="Open pictures folder"),
    Row(menu="File", id="read_folder", text="Read pictures folder again"),
    Row(menu="File", id="quit", text="Quit", keys=("Ctrl+Q",), starts_group=True),
    Row(menu="Edit", id="generate", text="Generate", keys=("Ctrl+Return", "Ctrl+Enter")),
    Row(menu="Edit", id="undo", text="Undo change of form", keys=("Ctrl+Z",), needs="undo"),
    Row(menu="Edit", id="reset", text="Reset settings"),
    Row(menu="Edit", id="find", text="Search prompts", keys=("Ctrl+F",), starts_group=True),
    Row(menu="Edit", id="prompt", text="Go to prompt", keys=("Ctrl+L",)),
    Row(
        menu="Edit",
        id="prompt_history",
        text="Prompt history…",
        keys=(_HISTORY_KEY,),
        starts_group=True,
    ),
    Row(menu="Edit", id="older_prompt", text="Older prompt", keys=("Alt+Up",)),
    Row(menu="Edit", id="newer_prompt", text="Newer prompt", keys=("Alt+Down",)),
    Row(menu="Edit", id="raise_weight", text="Raise weight", hint="Ctrl+Up", needs="weights"),
    Row(menu="Edit", id="lower_weight", text="Lower weight", hint="Ctrl+Down", needs="weights"),
    Row(menu="Image", id="open", text="Open", hint="Return", needs="image"),
    Row(menu="Image", id="favourite", text="Favourite", keys=("Ctrl+D",), needs="image"),
    Row(menu="Image", id="reuse", text="Reuse settings", keys=("Ctrl+R",), needs="image"),
    Row(menu="Image", id="vary", text="Vary", keys=("Ctrl+Shift+R",), needs="image"),
    Row(menu="Image", id="source", text="Use as source", keys=("Ctrl+U",), needs="image"),
    Row(
        menu="Image",
        id="copy",
        text="Copy image",
        keys=("Ctrl+Shift+C",),
        needs="image",
        starts_group=True,
    ),
    Row(menu="Image", id="show_in_folder", text="Show in folder", needs="image"),
    Row(menu="Image", id="delete", text="Delete", hint="Del", needs="image"),
    Row(menu="View", id="details", text="Details", keys=("F9",), is_choice=True),
    Row(menu="View", id="full_screen", text="Full screen", keys=("F11",), is_choice=True),
    Row(
        menu="View",
        id="system",
        text="Light or dark as the system",
        is_choice=True,
        one_of="appearance",
        starts_group=True,
    ),
    Row(menu="View", id="light", text="Light", is_choice=True, one_of="appearance"),
    Row(menu="View", id="dark", text="Dark", is_choice=True, one_of="appearance"),
    Row(menu="Help", id="open_log", text="Open log folder"),
    Row(menu="Help", id="about", text="About Civitai Desktop", starts_group=True),
)


_WITHOUT_WORKSPACE = frozenset(
    {"quit", "full_screen", "system", "light", "dark", "open_log", "about"}
)
"""Ids of what needs nothing but the window."""


class Actions(QObject):
    """The actions of `ROWS` in a menu bar; whoever owns an id's meaning listens to one signal."""

    triggered = Signal(str)
    toggled = Signal(str, bool)

    def __init__(self, menu_bar: QMenuBar, owner: QWidget) -> None:
        super().__init__(owner)
        self._is_usable = True
        self._is_there = {"image": False, "undo": False, "weights": False}
        self._actions: dict[str, QAction] = {}
        self._menus: dict[str, QMenu] = {}
        groups = {name: QActionGroup(self) for name in {row.one_of for row in ROWS} if name}
        for name in dict.fromkeys(row.menu for row in ROWS):
            self._menus[name] = menu_bar.addMenu(f"&{name}")
        for row in ROWS:
            if row.starts_group:
                self._menus[row.menu].addSeparator()
            self._actions[row.id] = self._action(row)
            if row.one_of:
                groups[row.one_of].addAction(self._actions[row.id])
            self._menus[row.menu].addAction(self._actions[row.id])
            owner.addAction(self._actions[row.id])
        self._enable()

    @Slot(QPoint)
    def show_image_menu(self, where: QPoint) -> None:
        """Open what one can do with the selected picture at a point of the screen."""
        self._menus["Image"].popup(where)

    def set_available(self, needs: str, is_there: bool) -> None:
        """Make the actions that need something available, or not."""
        self._is_there[needs] = is_there
        self._enable()

    def set_usable(self, is_usable: bool) -> None:
        """Tell whether the workspace can be acted on, which the welcome covers."""
        self._is_usable = is_usable
        self._enable()

    def _enable(self) -> None:
        for row in ROWS:
            has_place = self._is_usable or row.id in _WITHOUT_WORKSPACE
            self._actions[row.id].setEnabled(has_place and self._is_there.get(row.needs, True))

    def set_chosen(self, action_id: str, chosen: bool) -> None:
        """Tick an action, or not, without telling."""
        self._actions[action_id].setChecked(chosen)

    def _action(self, row: Row) -> QAction:
        native = QKeySequence(row.hint).toString(QKeySequence.SequenceFormat.NativeText)
        action = QAction(f"{self.tr(row.text)}\t{native}" if native else self.tr(row.text), self)
        action.setObjectName(f"action_{row.id}")
        action.setData(row.id)
        action.setShortcuts([QKeySequence(keys) for keys in row.keys])
        action.setCheckable(row.is_choice)
        # A key that is held down would buy one generation after another.
        action.setAutoRepeat(False)
        if row.is_choice:
            action.triggered.connect(self._toggled)
        else:
            action.triggered.connect(self._triggered)
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
