"""What the register says of a command: its key, its tool tip, its place in the menus."""

import sys

import pytest

from civitai_desktop.ui.shared.commands import (
    EDIT,
    FILE,
    IN_VIEWER,
    Command,
    PlaceKeys,
    in_menus,
    shown_key,
    tip,
)


def command(**changes: object) -> Command:
    return Command(**{"id": "walk", "text": "Walk", "hint": "Go on."} | changes)


def test_a_shortcut_is_shown_before_the_key_of_a_place():
    at = (PlaceKeys(IN_VIEWER, ("Left",)),)
    assert command(keys=("F5", "F6"), place_keys=at).key == "F5"
    assert command(place_keys=at).key == "Left"
    assert command().key == ""


def test_menus_show_their_groups_in_order_and_within_them_as_declared():
    rows = [
        command(id=name, menu=menu, group=group)
        for name, menu, group in [
            ("a", EDIT, 1),
            ("b", EDIT, 0),
            ("c", FILE, 2),
            ("d", EDIT, 1),
            ("e", "", 0),
        ]
    ]
    assert "".join(each.id for each in in_menus(rows)) == "cbad"


@pytest.mark.skipif(sys.platform == "darwin", reason="keys are signs there")
def test_a_button_says_what_it_does_and_by_which_key():
    assert tip(command(keys=("Ctrl+Return",))) == "Go on. (Ctrl+Enter)"
    assert tip(command()) == "Go on."
    assert shown_key("Del") == "Del"
