"""The register of commands: whole, free of clashes, and translated."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence

import civitai_desktop.ui
from civitai_desktop.ui.shared.commands import (
    IN_VIEWER,
    MENUS,
    WINDOW,
    Command,
    KeyNote,
    Place,
    PlaceKeys,
)
from civitai_desktop.ui.window.commands import COMMANDS, KEY_NOTES, places, taken_keys

UI = Path(civitai_desktop.ui.__file__).parent
TEXTS = {
    "Command": {"text", "hint"},
    "Need": {1, "why_not"},
    "Place": {1, "title"},
    "KeyNote": {1, 3, "text", "gesture"},
}
"""Which arguments of a row are shown to the user, by place or by name."""

Row = tuple[Place, tuple[str, ...], Command | KeyNote]


def clashes(rows: list[Row]) -> dict[str, list[str]]:
    """Return the keys that mean two things in one place, with what they mean."""
    found: dict[str, list[str]] = {}
    for place in {place for place, _keys, _row in rows}:
        near = {place} if place.is_alone else {place, WINDOW}
        meant: dict[str, list[str]] = {}
        for where, keys, row in rows:
            # Two spellings of one key of one row are no clash, the same key twice is.
            for key in keys if where in near else ():
                meant.setdefault(QKeySequence(key).toString(), []).append(row.text)
        found |= {f"{place.id}: {key}": rows for key, rows in meant.items() if len(rows) > 1}
    return found


def test_no_key_means_two_things_in_one_place():
    assert clashes(list(taken_keys())) == {}


@pytest.mark.parametrize("key", ["Ctrl+Z", "ctrl+z", "Left"])
def test_a_key_that_is_taken_in_the_window_or_in_the_place_is_a_clash(key):
    added = Command(id="x", text="X", hint="X.", place_keys=(PlaceKeys(IN_VIEWER, (key,)),))
    assert clashes([*taken_keys(), (IN_VIEWER, (key,), added)]) != {}


def test_a_list_that_pops_up_may_use_a_key_of_the_window():
    popup = Place("popup", "In a list", is_alone=True)
    assert clashes([*taken_keys(), (popup, ("Ctrl+Z",), KeyNote(popup, "Other"))]) == {}


def test_every_key_can_be_read_by_qt():
    for _place, keys, row in taken_keys():
        for key in keys:
            assert QKeySequence(key).count() == 1, (row.text, key)
            assert QKeySequence(key).toString(), (row.text, key)


def test_every_id_is_given_once():
    assert [each for each, n in Counter(each.id for each in COMMANDS).items() if n > 1] == []
    assert [each for each, n in Counter(each.id for each in places()).items() if n > 1] == []


@pytest.mark.parametrize("command", COMMANDS, ids=[each.id for each in COMMANDS])
def test_every_command_says_what_it_does_and_stands_in_a_menu_or_its_place_says_why_not(command):
    assert command.hint.endswith(".")
    assert len(command.hint) < 60
    if command.menu:
        assert command.menu in MENUS
    else:
        assert command.place_keys
        assert all(at.place.outside_menu for at in command.place_keys)


def test_every_note_has_a_key_or_a_gesture():
    assert [note for note in KEY_NOTES if not (note.keys or note.gesture)] == []


def shown_texts() -> list[tuple[str, ast.expr]]:
    """Return every argument of a row that the user reads, with the file it stands in."""
    found = []
    for path in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                wanted = TEXTS.get(node.func.id, set())
                given = [*enumerate(node.args), *((each.arg, each.value) for each in node.keywords)]
                found += [(path.name, value) for at, value in given if at in wanted]
    return found


def test_every_text_of_the_register_is_found_by_the_tool_that_collects_texts():
    texts = shown_texts()
    assert len(texts) > 2 * len(COMMANDS)
    for file, value in texts:
        assert isinstance(value, ast.Call), (file, ast.dump(value))
        assert isinstance(value.func, ast.Name), file
        assert value.func.id == "QT_TRANSLATE_NOOP", file
        context, text = value.args
        assert isinstance(context, ast.Constant), file
        assert context.value == "Commands", file
        assert isinstance(text, ast.Constant), file
