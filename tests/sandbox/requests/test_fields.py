"""Tests of what each kind of field takes."""

import pytest

from civitai_desktop.sandbox.requests.fields import Field

AIR = "urn:air:sdxl:lora:civitai:82098@87153"
URL = "https://example.org/a.png"
DATA = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        (Field(name="p", role="p", kind="text", max_length=3), ["", "abc"], ["abcd", 1, None]),
        (Field(name="p", role="p", kind="text", min_length=3), ["abc"], ["", "ab"]),
        (Field(name="p", role="p", kind="text", required=True), ["a"], ["", "  "]),
        (
            Field(name="w", role="w", kind="integer", minimum=64, maximum=2048, multiple_of=16),
            [64, 2048],
            [48, 2064, 65, 64.0, "64", True, None],
        ),
        (Field(name="c", role="c", kind="number", minimum=0, maximum=30), [0, 1.5], [-1, 31, "1"]),
        (Field(name="s", role="s", kind="seed", minimum=0, maximum=9), [0, 9], [-1, 10, 0.5]),
        (Field(name="o", role="o", kind="choice", choices=("png", "webP")), ["webP"], ["webp", 1]),
        (Field(name="f", role="f", kind="flag"), [True, False], [1, "true", None]),
        (Field(name="m", role="m", kind="resource"), [AIR], ["82098", 82098, None]),
        (Field(name="e", role="e", kind="resources"), [[], [AIR]], [AIR, ["x"], None]),
        (
            Field(name="l", role="l", kind="weighted_resources", shape="map", maximum=4),
            [{}, {AIR: 0.8}],
            [[AIR], {AIR: "1"}, {AIR: 5}, {"x": 1}],
        ),
        (
            Field(name="l", role="l", kind="weighted_resources", shape="array"),
            [[], [{"air": AIR, "strength": 1}], [{"air": AIR}]],
            [{AIR: 1}, [AIR], [{"air": AIR, "strength": None}]],
        ),
        (Field(name="i", role="i", kind="image"), [URL, DATA], ["", "a", 1, None]),
        (
            Field(name="i", role="i", kind="images", max_items=1),
            [[URL], []],
            [[URL, URL], URL, [1]],
        ),
        (Field(name="i", role="i", kind="images", min_items=1), [[DATA]], [[], ["iVBORw0KGgo="]]),
    ],
    ids=lambda value: value.kind if isinstance(value, Field) else "",
)
def test_a_kind_takes_what_it_should_and_nothing_else(
    field: Field, good: list[object], bad: list[object]
) -> None:
    assert [value for value in good if field.complaint(value)] == []
    assert [value for value in bad if not field.complaint(value)] == []


def test_a_complaint_names_the_limit() -> None:
    field = Field(name="w", role="w", kind="integer", maximum=2048)
    assert field.complaint(4096) == "must be at most 2048"
