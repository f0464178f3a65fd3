"""What is wrong with a value, said so that one knows what to do."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civitai_desktop.catalogue.field import Field, Kind

AIR = "urn:air:sdxl:lora:civitai:1@2"
URL = "https://example.org/boat.png"


def a_field(kind: Kind, **more) -> Field:
    given = {"name": "steps", "role": "steps", "label": "Steps", "kind": kind}
    return Field(**{**given, **more})


WIDTH = a_field(Kind.INTEGER, label="Width", min=64, max=2048, multiple_of=16)

COMPLAINTS = [
    (a_field(Kind.TEXT), 5, "Steps must be text."),
    (
        a_field(Kind.TEXT, label="Prompt", max_length=1000),
        "x" * 2500,
        "Prompt is 1,500 characters too long; this engine takes 1,000.",
    ),
    (WIDTH, "abc", "Width must be a number."),
    (WIDTH, True, "Width must be a number."),
    (WIDTH, math.nan, "Width must be a number."),
    (WIDTH, math.inf, "Width must be a number."),
    (WIDTH, 10**400, "Width must be between 64 and 2048."),
    (WIDTH, 512.5, "Width must be a whole number."),
    (WIDTH, 32, "Width must be between 64 and 2048."),
    (WIDTH, 4096, "Width must be between 64 and 2048."),
    (WIDTH, 1000, "Width must be a multiple of 16; 992 would do."),
    (a_field(Kind.INTEGER, max=12), 13, "Steps must be at most 12."),
    (a_field(Kind.INTEGER, min=1), 0, "Steps must be at least 1."),
    (a_field(Kind.SEED, max=2**31 - 1, min=0), 2**31, "Steps must be between 0 and 2147483647."),
    (a_field(Kind.FLAG), "yes", "Steps is either on or off."),
    (
        a_field(Kind.CHOICE, choices=["euler"]),
        "gone",
        "Steps has no “gone” here; choose one of the list.",
    ),
    (a_field(Kind.RESOURCES), AIR, "Steps must be a list of AIRs."),
    (a_field(Kind.WEIGHTED_RESOURCES), (AIR,), "Steps must be AIRs with their weights."),
    (a_field(Kind.WEIGHTED_RESOURCES), {AIR: "x"}, f"The weight of “{AIR}” must be a number."),
    (a_field(Kind.WEIGHTED_RESOURCES), {AIR: True}, f"The weight of “{AIR}” must be a number."),
    (
        a_field(Kind.WEIGHTED_RESOURCES, min=0, max=4),
        {AIR: 5},
        f"The weight of “{AIR}” must be between 0 and 4.",
    ),
    (a_field(Kind.WEIGHTED_RESOURCES), {AIR: math.nan}, f"The weight of “{AIR}” must be a number."),
    (a_field(Kind.TEXT, min_length=3), "ab", "Steps needs 3 characters or more."),
    (
        a_field(Kind.IMAGE),
        "boat.png",
        "Steps must be an address that begins with https://, not “boat.png”.",
    ),
    (
        a_field(Kind.IMAGE),
        "x" * 1000,
        f"Steps must be an address that begins with https://, not “{'x' * 40}”.",
    ),
    (a_field(Kind.IMAGES), URL, "Steps must be a list of pictures."),
    (a_field(Kind.IMAGES, max_items=1), (URL, URL), "Steps are 2; this engine takes 1."),
    (a_field(Kind.IMAGES, min_items=2), (URL,), "Steps must be 2 or more."),
    (
        a_field(Kind.IMAGES, role="source", required=True),
        (),
        "This engine needs a picture to start from.",
    ),
    (a_field(Kind.TEXT, required=True), "", "Steps is needed."),
    (a_field(Kind.TEXT, required=True), None, "Steps is needed."),
    (
        a_field(Kind.TEXT, role="prompt", required=True),
        " \n",
        "Type what the picture should show.",
    ),
    (
        a_field(Kind.RESOURCE, role="checkpoint", required=True),
        "",
        "This engine needs a checkpoint: choose one, or paste its AIR.",
    ),
]


@pytest.mark.parametrize(("field", "value", "complaint"), COMPLAINTS)
def test_a_value_that_does_not_fit_is_named(field, value, complaint):
    assert field.complaint(value) == complaint


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.RESOURCE, "128078"),
        (Kind.RESOURCES, (AIR, "128078")),
        (Kind.WEIGHTED_RESOURCES, {AIR: 1, "128078": 1}),
    ],
)
def test_what_is_no_air_is_told_what_one_looks_like(kind, value):
    complaint = a_field(kind, resource="lora").complaint(value)
    assert complaint.startswith(
        "“128078” is not an AIR. One looks like urn:air:sdxl:lora:civitai:1@2"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (WIDTH, 64),
        (WIDTH, 2048),
        (WIDTH, 1024.0),
        (a_field(Kind.TEXT, max_length=3), "abc"),
        (a_field(Kind.NUMBER, min=0, max=30), 7.5),
        (a_field(Kind.FLAG), False),
        (a_field(Kind.CHOICE, choices=["euler"]), "euler"),
        (a_field(Kind.RESOURCE), f" {AIR} "),
        (a_field(Kind.RESOURCES), (AIR,)),
        (a_field(Kind.WEIGHTED_RESOURCES), {AIR: -0.5}),
        (a_field(Kind.WEIGHTED_RESOURCES, min=0, max=4), {AIR: 4}),
        (a_field(Kind.TEXT, min_length=3), "abc"),
        (a_field(Kind.IMAGE), URL),
        (a_field(Kind.IMAGE), "data:image/png;base64,iVBORw0KGgo="),
        (a_field(Kind.IMAGES, min_items=1, max_items=2), (URL, URL)),
    ],
)
def test_a_value_that_fits_is_left_alone(field, value):
    assert field.complaint(value) == ""


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("empty", [None, "", (), {}])
def test_a_field_that_is_not_needed_may_be_empty(kind, empty):
    assert a_field(kind).complaint(empty) == ""


@given(st.integers(-(10**6), 10**6))
def test_the_multiple_that_is_suggested_would_do(value):
    complaint = WIDTH.complaint(value)
    if "would do" in complaint:
        suggested = int(complaint.split(";")[1].split()[0])
        assert WIDTH.complaint(suggested) == ""
        assert abs(suggested - value) <= 8


_ANY = st.one_of(
    st.none(),
    st.text(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.booleans(),
    st.tuples(st.text()),
    st.dictionaries(st.text(), st.one_of(st.floats(), st.text())),
)


@given(st.sampled_from(Kind), _ANY)
def test_any_value_is_judged_and_none_crashes(kind, value):
    a_field(kind, min=1, max=9, multiple_of=2, max_length=5, choices=["a"]).complaint(value)


def test_weighted_resources_are_written_as_the_engine_wants_them():
    assert a_field(Kind.WEIGHTED_RESOURCES).wire_value({AIR: 0.5}) == {AIR: 0.5}
    array = a_field(Kind.WEIGHTED_RESOURCES, shape="array")
    assert array.wire_value({AIR: 0.5}) == [{"air": AIR, "strength": 0.5}]


def test_a_whole_decimal_number_is_written_without_its_point():
    sent = a_field(Kind.NUMBER).wire_value(7.0)
    assert (sent, type(sent)) == (7, int)
    assert a_field(Kind.NUMBER).wire_value(7.5) == 7.5


def test_a_list_is_written_as_a_list():
    assert a_field(Kind.RESOURCES).wire_value((AIR,)) == [AIR]
    assert a_field(Kind.IMAGES).wire_value((URL,)) == [URL]


def test_a_kind_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="colour"):
        a_field("colour")
