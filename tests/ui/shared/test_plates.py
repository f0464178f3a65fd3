"""What a tile says is said in whole sentences, as far as there is room."""

import pytest

from civitai_desktop.ui.shared.plates import whole_sentences

SHORT = "There is not enough Buzz, or the key's budget is used up."
NEXT = "Add Buzz on civitai.com or choose something cheaper."


@pytest.mark.parametrize(
    ("text", "most_lines", "said"),
    [
        (f"{SHORT} {NEXT}", 4, SHORT),
        (f"{SHORT} {NEXT}", 12, f"{SHORT} {NEXT}"),
        (NEXT, 12, NEXT),
        ("", 4, ""),
    ],
)
def test_no_sentence_begins_that_there_is_no_room_for(qapp, text, most_lines, said):
    assert " ".join(whole_sentences(text, 125, most_lines)) == said


def test_only_a_first_sentence_that_is_too_long_is_cut(qapp):
    lines = whole_sentences(f"{SHORT} {NEXT}", 125, 2)
    assert len(lines) == 2
    assert lines[-1].endswith("\N{HORIZONTAL ELLIPSIS}")


@pytest.mark.parametrize("verb", ["Asked for", "Fetched", "Tried"])
def test_what_calms_of_a_hold_fits_on_a_small_tile(qapp, verb):
    text = f"{verb} again at 12:30. Nothing is paid twice."
    assert " ".join(whole_sentences(text, 125, 4)) == text
