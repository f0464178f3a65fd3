"""A line of settings taken apart, whatever stands in its values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.storage.parameters import parse
from civitai_desktop.storage.setting_pairs import named, pairs, unquoted


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('a: "x, y: z", b: 1', [("a", '"x, y: z"'), ("b", "1")]),
        ('a: "x \\"y: z\\", w", b: 1', [("a", '"x \\"y: z\\", w"'), ("b", "1")]),
        ('a: "x "y", z", b: 1', [("a", '"x "y", z"'), ("b", "1")]),
        ('a: "x\ny: z, w", b: 1', [("a", '"x\ny: z, w"'), ("b", "1")]),
        ('a: "x, b: 1, c: 2', [("a", '"x'), ("b", "1"), ("c", "2")]),
        ('a: {"x": [1, "b: c, d: }"]}, b: 1', [("a", '{"x": [1, "b: c, d: }"]}'), ("b", "1")]),
        ("a: {'x': 'y', 'z': 1}, b: 1", [("a", "{'x': 'y', 'z': 1}"), ("b", "1")]),
        ('a: {"x": [1, b: 1', [("a", '{"x": [1'), ("b", "1")]),
        ("a: {x, b: 1", [("a", "{x"), ("b", "1")]),
        ("a: (0, 1), b: 1", [("a", "(0, 1)"), ("b", "1")]),
        ("a: x (y: 1, z: 2), b: 1", [("a", "x (y: 1, z: 2)"), ("b", "1")]),
        ("a: :(, b: 1", [("a", ":("), ("b", "1")]),
        ("a: 7,5, b: 1", [("a", "7,5"), ("b", "1")]),
        ("a: , b: , c:", [("a", ""), ("b", ""), ("c", "")]),
        ("a: 2026-11-22T14:02:11Z, b: 1", [("a", "2026-11-22T14:02:11Z"), ("b", "1")]),
        ("a:1,b:2", [("a", "1"), ("b", "2")]),
        ("no key at all", []),
    ],
)
def test_a_value_ends_where_the_next_key_begins(line, found):
    assert list(pairs(line)) == found


def test_a_value_that_nobody_can_end_does_not_swallow_the_rest():
    read = parse('boat\nSteps: 3, Model: 5" nail, Clip skip: 2, Seed: 1')
    assert read.settings == {"Steps": "3", "Model": '5" nail', "Clip skip": "2", "Seed": "1"}


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ({"CFG Scale": "7"}, {"CFG scale": "7"}),
        ({"cfg_scale": "7", "CFG scale": "8"}, {"cfg_scale": "7", "CFG scale": "8"}),
        ({"Scheduler": "Karras"}, {"Schedule type": "Karras"}),
        ({"Scheduler": "a", "Schedule type": "b"}, {"Scheduler": "a", "Schedule type": "b"}),
        ({"Width": "1", "Height": "2"}, {"Size": "1x2"}),
        (
            {"Width": "1", "Height": "2", "Size": "3x4"},
            {"Width": "1", "Height": "2", "Size": "3x4"},
        ),
        ({"Sampler": '"Euler a"'}, {"Sampler": "Euler a"}),
        ({"Size": "1x2, Tiling"}, {"Size": "1x2"}),
        ({"CFG scale": "7, 5"}, {"CFG scale": "7, 5"}),
        ({"Model": "a (v2, fp16)"}, {"Model": "a (v2, fp16)"}),
        ({"Hires prompt": '"a, b"'}, {"Hires prompt": '"a, b"'}),
    ],
)
def test_settings_have_their_usual_names_and_nothing_is_lost(told, names):
    assert named(told.items()) == names


@pytest.mark.parametrize(
    ("value", "said"),
    [("x", "x"), ('"a, \\"b\\"\\nc"', 'a, "b"\nc'), ('"a "b"', 'a "b'), ('"', '"'), ('""', "")],
)
def test_quotes_are_taken_off(value, said):
    assert unquoted(value) == said


@given(
    st.lists(
        st.sampled_from(
            ["Steps: ", "1", ", ", ": ", '"', "{", "[", "(", "\n", "Seed: 2", "Model", "\\"]
        )
    ).map("".join)
)
def test_any_settings_can_be_taken_apart(line):
    assert all(isinstance(value, str) for pair in pairs(line) for value in pair)
    parse(f"boat\nSteps: 1, {line}")
