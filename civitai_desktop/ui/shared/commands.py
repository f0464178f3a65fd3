"""What a user can do, as data: commands, the places where keys work, and what must be there."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

from civitai_desktop.ui.shared.widgets import plain_tip


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Return `text`, which is translated where it is shown.

    Qt's own says it returns some object. This name is what pyside6-lupdate collects texts by.
    """
    return text


FILE = QT_TRANSLATE_NOOP("Commands", "File")
EDIT = QT_TRANSLATE_NOOP("Commands", "Edit")
IMAGE = QT_TRANSLATE_NOOP("Commands", "Image")
VIEW = QT_TRANSLATE_NOOP("Commands", "View")
HELP = QT_TRANSLATE_NOOP("Commands", "Help")
MENUS = (FILE, EDIT, IMAGE, VIEW, HELP)
"""Titles of the menu bar, in their order."""


class Need(NamedTuple):
    """What has to be there before something can be done.

    Attributes:
        why_not: What to say while it is not there, and what to do about it.
    """

    id: str
    why_not: str


WORKSPACE = Need(
    "workspace", QT_TRANSLATE_NOOP("Commands", "Enter an API key or choose the sandbox first.")
)


class Place(NamedTuple):
    """Where keys work.

    Attributes:
        is_alone: Whether the window's own keys do not work there: it is a list that pops up, or a
            dialog.
        outside_menu: Why what has its keys only there stands in no menu; empty where that is not
            allowed. For whoever reads the register, not for the screen.
    """

    id: str
    title: str
    is_alone: bool = False
    outside_menu: str = ""


WINDOW = Place("window", QT_TRANSLATE_NOOP("Commands", "Everywhere"))
IN_VIEWER = Place(
    "viewer",
    QT_TRANSLATE_NOOP("Commands", "While a picture fills the window"),
    outside_menu="They look at the picture; the viewer's bar shows them.",
)


class PlaceKeys(NamedTuple):
    """Keys that one place takes itself, where the window has no shortcut."""

    place: Place
    keys: tuple[str, ...]


class KeyNote(NamedTuple):
    """A key or a gesture that belongs to the place it is used in, and is no command.

    Attributes:
        keys: In Qt's portable spelling; they may be none where it is the mouse.
        gesture: What to show in place of the keys.
    """

    place: Place
    text: str
    keys: tuple[str, ...] = ()
    gesture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing a user can do. Its texts are English here, and translated by `said`.

    Attributes:
        id: What the one who carries it out knows it by.
        hint: What it does, in a sentence.
        menu: One of `MENUS`; empty if its place has a reason why it is in none.
        group: Which part of the menu it stands in; a line parts them.
        keys: Shortcuts of the whole window in Qt's portable spelling; on macOS Ctrl is the command
            key. The first one is shown.
        place_keys: Keys that single places take; the first one is shown if there is no shortcut.
        needs: What must be there, beside the workspace.
        without_workspace: Whether it needs nothing but the window.
        leaves_viewer: Whether it acts on what the viewer covers, so that this is left first.
        one_of: Names the set of choices of which exactly one is ticked; empty for none.
    """

    id: str
    text: str
    hint: str
    menu: str = ""
    group: int = 0
    keys: tuple[str, ...] = ()
    place_keys: tuple[PlaceKeys, ...] = ()
    needs: Need | None = None
    without_workspace: bool = False
    leaves_viewer: bool = False
    is_choice: bool = False
    one_of: str = ""

    @property
    def key(self) -> str:
        """Return the key to show for it, in Qt's portable spelling; "" if it has none."""
        every = (*self.keys, *(key for at in self.place_keys for key in at.keys))
        return every[0] if every else ""


def in_menus(commands: Iterable[Command]) -> tuple[Command, ...]:
    """Return what stands in the menus in their order; within a group as it was declared."""
    listed = [command for command in commands if command.menu]
    return tuple(sorted(listed, key=lambda each: (MENUS.index(each.menu), each.group)))


def said(text: str) -> str:
    """Return a text of the register in the user's language."""
    return QCoreApplication.translate("Commands", text) if text else ""


def shown_key(key: str) -> str:
    """Return a key as it is printed on this system's keyboards."""
    native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    # Nobody calls it Return where the key does not say so.
    return native if sys.platform == "darwin" else native.replace("Return", "Enter")


def tip(command: Command) -> str:
    """Return the tool tip of a button that does what a command does: what, and by which key."""
    return plain_tip(with_key(said(command.hint), command))


def with_key(text: str, command: Command) -> str:
    """Return a text with the key of a command behind it, if that has one."""
    return f"{text} ({shown_key(command.key)})" if command.key else text
