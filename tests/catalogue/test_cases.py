"""What an engine takes depending on what else is filled in."""

from itertools import product

import pytest

from civitai_desktop import resources
from civitai_desktop.catalogue import loader, templates
from civitai_desktop.catalogue.cases import TOGETHER, Case, complaints
from civitai_desktop.catalogue.field import Field, Kind
from civitai_desktop.domain.errors import InvalidInput

CATALOGUE = loader.load(resources.path("catalogue/engines.json"))
PICTURE = "https://example.org/boat.png"
WITH_SIZE = [each for each in CATALOGUE if all(each.by_role(role) for role in TOGETHER)]

NIB = Field(name="nib", role="nib", label="Nib", kind=Kind.CHOICE, choices=("fine", "broad"))
LINES = Field(name="lines", role="lines", label="Lines", kind=Kind.INTEGER, min=1, max=9)
INK = Field(name="ink", role="ink", label="Ink", kind=Kind.TEXT)
CASE = Case(when={"nib": "broad"}, fields={"lines": {"max": 3}, "ink": None})


def said(values, *, nib=NIB):
    return complaints((nib, LINES, INK), (CASE,), values)


def test_a_limit_is_another_one_while_the_case_is_given():
    assert said({"nib": "fine", "lines": 9}) == {}
    assert said({"nib": "broad", "lines": 9}) == {"lines": "Lines must be between 1 and 3."}
    assert said({"nib": "broad", "lines": 3}) == {}


def test_a_field_that_is_not_taken_then_must_be_empty():
    assert said({"nib": "fine", "ink": "blue"}) == {}
    assert said({"nib": "broad", "ink": None}) == {}
    assert said({"nib": "broad", "ink": "blue"}) == {
        "ink": "Ink does not go with Nib “broad”; empty it."
    }


@pytest.mark.parametrize("nothing", [{}, {"nib": None}, {"nib": ""}])
def test_a_field_that_is_left_out_counts_as_its_default(nothing):
    broad = Field(**{name: getattr(NIB, name) for name in NIB.__slots__} | {"default": "broad"})
    assert said({**nothing, "lines": 9}) == {}
    assert said({**nothing, "lines": 9}, nib=broad) == {"lines": "Lines must be between 1 and 3."}


@pytest.mark.parametrize("engine", WITH_SIZE, ids=lambda engine: engine.id)
def test_width_without_height_is_said_under_the_one_that_is_missing(engine):
    for role, other in (TOGETHER, TOGETHER[::-1]):
        missing, given = engine.by_role(role), engine.by_role(other)
        form = {**engine.defaults(), missing.name: None, given.name: 1024}
        assert engine.complaints(form)[missing.name] == (
            f"{missing.label} is needed with {given.label}: fill in both, or leave both empty."
        )
        assert given.name not in engine.complaints(form)


@pytest.mark.parametrize("engine", WITH_SIZE, ids=lambda engine: engine.id)
def test_both_sides_and_neither_of_them_are_taken(engine):
    for size in (1024, None):
        form = {**engine.defaults(), **{engine.by_role(role).name: size for role in TOGETHER}}
        assert not {engine.by_role(role).name for role in TOGETHER} & set(engine.complaints(form))


def test_a_side_that_was_never_given_is_the_default_where_there_is_one():
    assert (
        CATALOGUE.engine("sdxl").complaints({"prompt": "a boat", "model": None, "width": 64}) != {}
    )
    with_default = CATALOGUE.engine("z-image-turbo")
    without = CATALOGUE.engine("gpt-image-2-edit")
    values = {"prompt": "a boat", "images": (PICTURE,), "width": 1024}
    assert with_default.complaints(values) == {}
    assert set(without.complaints(values)) == {"height"}


EDIT = CATALOGUE.engine("qwen-api-edit")
OTHER_MODELS = [each for each in EDIT.by_role("variant").choices if each != "edit"]


def edited(**values):
    return {**EDIT.defaults(), "prompt": "a boat", "images": (PICTURE,), **values}


@pytest.mark.parametrize("model", [None, *OTHER_MODELS])
def test_the_other_models_of_the_qwen_edit_take_pictures_and_a_size(model):
    form = edited(model=model, images=(PICTURE,) * 3, width=1024, height=1536, quantity=6)
    assert EDIT.complaints(form) == {}


def test_the_original_qwen_edit_takes_one_picture_and_no_size():
    assert EDIT.complaints(edited(model="edit")) == {}
    form = edited(model="edit", images=(PICTURE,) * 2, width=1024, height=1024, quantity=2)
    assert EDIT.complaints(form) == {
        "images": "Source pictures are 2; this engine takes 1.",
        "width": "Width does not go with Variant “edit”; empty it.",
        "height": "Height does not go with Variant “edit”; empty it.",
        "quantity": "Images must be 1.",
    }
    with pytest.raises(InvalidInput):
        templates.requests(EDIT, form)


def test_no_case_hides_what_is_wrong_with_a_field_by_itself():
    for width, height in product((None, 63, "wide"), repeat=2):
        said = EDIT.complaints(edited(model="2.0", width=width, height=height))
        wrong = {n for n, v in (("width", width), ("height", height)) if v is not None}
        assert set(said) >= wrong


def test_a_field_that_is_not_taken_says_so_before_it_is_filled_in():
    assert EDIT.hint("width", edited(model="edit")) == "not with “edit”"
    assert EDIT.hint("images", edited(model="edit")) == ""
    assert EDIT.hint("width", edited()) == EDIT.hint("width", edited(model="2.0")) == ""


def test_what_depends_on_a_field_is_known():
    assert EDIT.depending_on("model") == {"width", "height", "images", "quantity"}
    assert EDIT.depending_on("width") == {"height"}
    assert EDIT.depending_on("prompt") == set()
    assert CATALOGUE.engine("krea2-medium").depending_on("seed") == set()
