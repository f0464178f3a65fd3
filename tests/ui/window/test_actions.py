"""The menu as it is drawn from the register, and what can be done now."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from civitai_desktop.ui.gallery.commands import A_PICTURE, DELETE
from civitai_desktop.ui.generate.commands import RAISE_WEIGHT, UNDO, WEIGHTS
from civitai_desktop.ui.shared.commands import MENUS, in_menus
from civitai_desktop.ui.viewer.commands import VIEWER, ZOOM_IN
from civitai_desktop.ui.window.actions import Actions
from civitai_desktop.ui.window.commands import COMMANDS

IN_MENUS = in_menus(COMMANDS)


class Marking(QTranslator):
    """Marks every text of the register that is translated."""

    def translate(self, context, text, disambiguation=None, n=-1):
        return f"«{text}»" if context == "Commands" else text

    def isEmpty(self):
        return False


@pytest.fixture
def marking(qapp) -> Iterator[None]:
    translator = Marking(qapp)
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


@pytest.fixture
def window(qtbot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def actions(window) -> Actions:
    return Actions(window.menuBar(), window)


def action(actions: Actions, action_id: str) -> QAction:
    return actions.findChild(QAction, f"action_{action_id}")


@pytest.mark.parametrize("action_id", [each.id for each in IN_MENUS])
def test_a_key_that_is_held_down_acts_once(actions, action_id):
    assert not action(actions, action_id).autoRepeat()


def test_the_menu_bar_shows_every_command_that_has_a_menu_in_its_group(window, actions):
    shown = []
    for menu in window.menuBar().actions():
        parts: list[list[str]] = [[]]
        for each in menu.menu().actions():
            if each.isSeparator():
                parts.append([])
            else:
                parts[-1].append(each.data())
        shown.append((menu.text().replace("&", ""), parts))
    assert [title for title, _parts in shown] == list(MENUS)
    assert dict(shown)["Image"] == [
        ["open", "favourite", "reuse", "vary", "source"],
        ["copy", "show_in_folder", "delete"],
    ]
    assert sum(len(part) for _title, parts in shown for part in parts) == len(IN_MENUS)


def test_a_shortcut_of_a_command_is_one_of_the_window(actions):
    for command in IN_MENUS:
        keys = [QKeySequence(key) for key in command.keys]
        assert action(actions, command.id).shortcuts() == keys


def test_a_key_that_only_a_place_takes_is_named_and_no_shortcut(actions):
    delete = action(actions, "delete")
    assert delete.text().endswith("\tDel")
    assert delete.shortcuts() == []


def test_what_is_missing_is_said_and_taken_back(actions):
    assert actions.why_not(DELETE) == "Select a picture first."
    assert not action(actions, "delete").isEnabled()
    actions.set_available(A_PICTURE, True)
    assert actions.why_not(DELETE) == ""
    assert action(actions, "delete").isEnabled()
    actions.set_available(A_PICTURE, False)
    assert not action(actions, "delete").isEnabled()
    assert actions.why_not(UNDO) == "Nothing has overwritten the form."
    actions.set_available(WEIGHTS, True)
    assert actions.why_not(RAISE_WEIGHT) == ""


def test_behind_the_welcome_everything_says_what_comes_first(actions):
    actions.set_available(A_PICTURE, True)
    actions.set_usable(False)
    assert actions.why_not(DELETE) == "Enter an API key or choose the sandbox first."
    usable = {each.id for each in COMMANDS if not actions.why_not(each)}
    assert usable == {each.id for each in COMMANDS if each.without_workspace}


def test_what_cannot_be_done_is_not_carried_out(actions):
    heard: list[str] = []
    actions.triggered.connect(heard.append)
    actions.carry_out(DELETE)
    actions.carry_out(ZOOM_IN)
    assert heard == []
    actions.set_available(A_PICTURE, True)
    actions.set_available(VIEWER, True)
    actions.carry_out(DELETE)
    actions.carry_out(ZOOM_IN)
    assert heard == ["delete", "zoom_in"]


def test_every_text_of_the_menu_is_translated(marking, window, actions):
    for menu in window.menuBar().actions():
        assert menu.text().startswith("&«")
        for each in menu.menu().actions():
            assert each.isSeparator() or each.text().startswith("«")
    assert {actions.why_not(each)[:1] for each in COMMANDS} <= {"", "«"}


def test_what_is_bound_carries_it_out_until_it_is_unbound(actions):
    done: list[object] = []
    acts = {"account": lambda: done.append("account")}
    actions.bind(acts)
    actions.bind_choices({"details": done.append})
    assert {"account", "details"} & actions.unbound == set()
    action(actions, "account").trigger()
    action(actions, "details").trigger()
    assert done == ["account", True]
    actions.unbind(acts)
    action(actions, "account").trigger()
    assert done == ["account", True]


def test_nothing_is_bound_twice_or_to_a_command_that_there_is_not(actions):
    actions.bind({"account": print})
    with pytest.raises(ValueError, match="account"):
        actions.bind({"account": print})
    with pytest.raises(ValueError, match="fly"):
        actions.bind_choices({"fly": print})
