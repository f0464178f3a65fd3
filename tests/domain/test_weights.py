"""Weights around words and selections: changed, begun, ended, and nothing torn apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.domain.weights import reweighted


def press(marked: str, *steps: int) -> str:
    """Press the keys on a text in which `[` and `]` mark the selection, and show it so again."""
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    for step in steps:
        edit = reweighted(text, start, end, step)
        if edit is not None:
            text = text[: edit.start] + edit.text + text[edit.end :]
            start, end = edit.selected
    return f"{text[:start]}[{text[start:end]}]{text[end:]}"


@pytest.mark.parametrize(
    ("before", "step", "after"),
    [
        ("a re[]d boat", 1, "a ([red]:1.05) boat"),
        ("a re[]d boat", -1, "a ([red]:0.95) boat"),
        ("a red[] boat", 1, "a ([red]:1.05) boat"),
        ("[]well-made", 1, "([well-made]:1.05)"),
        ("a [red boat ]at sea", 1, "a ([red boat]:1.05) at sea"),
        ("a (re[]d:1.05) boat", 1, "a ([red]:1.1) boat"),
        ("a (red:1[].2) boat", 1, "a ([red]:1.25) boat"),
        ("a (red boat:1.2)[]", -1, "a ([red boat]:1.15)"),
        ("[(red:1.2)]", 1, "([red]:1.25)"),
        ("a (re[]d:1.05) boat", -1, "a [red] boat"),
        ("a (re[]d:0.95) boat", 1, "a [red] boat"),
        ("(re[]d:0.02)", -1, "([red]:0)"),
        (r"a re[]d \(boat\)", 1, r"a ([red]:1.05) \(boat\)"),
        (r"[a \(boat\)]", 1, r"([a \(boat\)]:1.05)"),
        ("[a {red|blue} boat]", 1, "([a {red|blue} boat]:1.05)"),
        ("[(a:1.2), b]", 1, "([(a:1.2), b]:1.05)"),
        ("{re[]d|blue}", 1, "{([red]:1.05)|blue}"),
        ("[((red) boat)]", 1, "([((red) boat)]:1.05)"),
        ("a ([((red) boat)]:1.05) x", 1, "a ([((red) boat)]:1.1) x"),
        ("((red boat:1.1) on se[]a:1.2)", 1, "([(red boat:1.1) on sea]:1.25)"),
        ("((red bo[]at:1.1) on sea:1.2)", 1, "(([red boat]:1.15) on sea:1.2)"),
        ("(re[]d:-0.5)", 1, "([red]:-0.45)"),
    ],
)
def test_a_weight_changes_by_a_step(before, step, after):
    assert press(before, step) == after


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("a boat, [] at sea", 1),
        ("[ ]", 1),
        ("(re[]d:0)", -1),
        ("(a [b) c]", 1),
        ("{[red|blue]}", 1),
        ("{[red|blue} boat]", 1),
        ("[({]", 1),
        ("[(a}]", 1),
        ("<lo[]ra:x:0.8>", 1),
        ("[cat <lo]ra:x:0.8>", 1),
        ("[<lora:x:0.8>]", 1),
    ],
)
def test_where_nothing_can_be_weighted_nothing_changes(text, step):
    assert press(text, step) == text


def test_keys_pressed_again_go_on_with_the_same_words():
    assert press("a re[]d boat", 1, 1, 1) == "a ([red]:1.15) boat"
    assert press("a re[]d boat", *[1] * 40) == "a ([red]:3) boat"


@given(st.text(alphabet="ab ,", min_size=1), st.integers(1, 15), st.data())
def test_as_many_steps_back_leave_no_trace(text, steps, data):
    at = data.draw(st.integers(0, len(text)))
    marked = f"{text[:at]}[]{text[at:]}"
    there_and_back = press(marked, *[1] * steps, *[-1] * steps)
    assert there_and_back.replace("[", "").replace("]", "") == text


@given(st.text(alphabet="ab (){|}\\:1.", max_size=20), st.data())
def test_any_text_is_survived(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    edit = reweighted(text, start, end, 1)
    assert edit is None or 0 <= edit.start <= edit.end <= len(text)
