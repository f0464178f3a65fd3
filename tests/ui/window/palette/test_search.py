"""What a few typed words find, in which order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civitai_desktop.ui.window.commands import COMMANDS
from civitai_desktop.ui.window.palette.search import ranked


def ids(typed: str, **more) -> list[str]:
    return [each.id for each in ranked(COMMANDS, typed, **more)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("gen", "generate"),
        ("folder pic", "choose_folder"),
        ("PIC FOLDER", "choose_folder"),
        ("gnr", "generate"),
        ("shf", "show_in_folder"),
        ("ctrl+z", "undo"),
        ("del", "delete"),
        ("clipboard", "copy"),
        ("zoom", "zoom_in"),
        ("dark", "dark"),
        ("light", "light"),
    ],
)
def test_words_their_beginnings_keys_and_quick_letters_find_it(typed, first):
    assert ids(typed)[0] == first


def test_all_words_are_wanted():
    assert set(ids("prompt old")) == {"older_prompt"}
    assert ids("prompt zzz") == []


def test_nothing_typed_shows_everything_the_last_ones_first():
    recent = ["dark", "account"]
    everything = ids("", recent=recent)
    assert everything[:2] == recent
    assert sorted(everything) == sorted(each.id for each in COMMANDS)


def test_what_fits_better_comes_before_what_was_used_and_what_cannot_be_done_last():
    assert ids("copy", recent=["generate"])[0] == "copy"
    prompts = ids("prompt", unavailable=frozenset({"find"}))
    names = [each for each in prompts if each in {"find", "prompt", "older_prompt"}]
    assert names == ["prompt", "older_prompt", "find"]


def test_a_command_that_no_longer_exists_is_no_trouble():
    assert ids("dark", recent=["gone"])[0] == "dark"


@settings(max_examples=60)
@given(st.text(max_size=12), st.permutations([each.id for each in COMMANDS]))
def test_the_order_of_words_does_not_matter_and_nothing_is_found_twice(typed, recent):
    found = ids(typed, recent=recent[:5])
    assert len(set(found)) == len(found)
    assert ids(" ".join(reversed(typed.split())), recent=recent[:5]) == found
