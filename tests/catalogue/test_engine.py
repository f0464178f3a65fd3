"""Requests made from an engine's data."""

import pytest

from civitai_desktop import resources
from civitai_desktop.catalogue import loader
from civitai_desktop.catalogue.engine import Engine, Hint, draw_seed
from civitai_desktop.catalogue.field import MAX_SEED, Field, Kind
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.domain.errors import InvalidInput


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return loader.load(resources.path("catalogue/engines.json"))


@pytest.fixture
def engine() -> Engine:
    """An engine small enough to be read at a glance."""
    rows = [
        ("prompt", "prompt", Kind.TEXT, {"required": True, "max_length": 20}),
        ("width", "width", Kind.INTEGER, {"min": 64, "max": 2048, "default": 512}),
        ("height", "height", Kind.INTEGER, {"min": 64, "max": 2048, "default": 512}),
        ("quantity", "quantity", Kind.INTEGER, {"min": 1, "max": 4, "default": 1}),
        ("seed", "seed", Kind.SEED, {"min": 0, "max": MAX_SEED}),
        ("cfgScale", "guidance", Kind.NUMBER, {"min": 0, "max": 30}),
        ("loras", "loras", Kind.WEIGHTED_RESOURCES, {"shape": "array"}),
    ]
    fields = tuple(
        Field(name=name, role=role, label=role.capitalize(), kind=kind, **more)
        for name, role, kind, more in rows
    )
    return Engine(
        id="little",
        label="Little",
        family="Small",
        operation="text-to-image",
        step="imageGen",
        discriminators={"engine": "sdcpp", "ecosystem": "little"},
        fields=fields,
        sizes=((1024, 768), (512, 512)),
        hints=(Hint(field="prompt", when={"cfgScale": 1}, text="short is enough"),),
    )


def test_a_new_form_shows_the_first_recommended_size(engine):
    defaults = engine.defaults()
    assert (defaults["width"], defaults["height"]) == (1024, 768)
    assert defaults["cfgScale"] is None


def test_the_request_holds_what_was_filled_in_and_what_chooses_the_engine(engine):
    air = "urn:air:sdxl:lora:civitai:1@2"
    values = {"prompt": "a boat", "width": 640, "quantity": 3, "cfgScale": 7.0, "loras": {air: 1}}
    request = engine.request(values, seed=lambda: 42)
    assert dict(request.input) == {
        "engine": "sdcpp",
        "ecosystem": "little",
        "prompt": "a boat",
        "width": 640,
        "quantity": 3,
        "seed": 42,
        "cfgScale": 7,
        "loras": [{"air": air, "strength": 1}],
    }
    assert (request.engine, request.step_type) == ("little", "imageGen")
    assert (request.prompt, request.quantity, request.seed) == ("a boat", 3, 42)


def test_a_random_seed_stays_random_in_the_form_and_is_drawn_for_the_request(engine):
    request = engine.request({"prompt": "a boat"}, seed=lambda: 7)
    assert request.seed == request.input["seed"] == 7
    assert request.values["seed"] is None


def test_a_fixed_seed_is_sent_even_if_it_is_zero(engine):
    request = engine.request({"prompt": "a boat", "seed": 0}, seed=lambda: 7)
    assert request.seed == request.input["seed"] == 0


def test_seeds_that_are_drawn_fit_every_engine(catalogue):
    for _ in range(100):
        assert 0 <= draw_seed() <= MAX_SEED


def test_every_field_that_does_not_fit_is_named(engine):
    with pytest.raises(InvalidInput) as refused:
        engine.request({"prompt": "", "width": 9999, "cfgScale": "hot"})
    assert dict(refused.value.complaints) == {
        "prompt": "Type what the picture should show.",
        "width": "Width must be between 64 and 2048.",
        "cfgScale": "Guidance must be a number.",
    }


def test_values_of_fields_the_engine_lacks_are_left_out(engine):
    request = engine.request({"prompt": "a boat", "clipSkip": 2})
    assert "clipSkip" not in request.input
    assert "clipSkip" not in request.values


def test_each_request_has_an_id_of_its_own(engine):
    assert engine.request({"prompt": "a boat"}).id != engine.request({"prompt": "a boat"}).id


def test_a_hint_stands_only_while_it_is_true(engine):
    assert engine.hint("prompt", {"cfgScale": 1}) == "short is enough"
    assert engine.hint("prompt", {"cfgScale": 1.0}) == "short is enough"
    assert engine.hint("prompt", {"cfgScale": 2}) == ""
    assert engine.hint("width", {"cfgScale": 1}) == ""


def test_every_recommended_size_fits_its_engine(catalogue):
    for engine in catalogue:
        width, height = engine.by_role("width"), engine.by_role("height")
        if width is None or height is None:
            assert not engine.sizes, engine.id
            continue
        for across, down in engine.sizes:
            assert width.complaint(across) == height.complaint(down) == "", engine.id


def test_every_shipped_hint_speaks_of_fields_that_exist(catalogue):
    for engine in catalogue:
        names = {field.name for field in engine.fields}
        for hint in engine.hints:
            assert {hint.field, *hint.when} <= names, engine.id


def test_a_number_that_was_typed_as_a_decimal_is_sent_whole(engine):
    request = engine.request({"prompt": "a boat", "width": 640.0, "quantity": 3.0, "seed": 1e3})
    assert (request.quantity, request.seed) == (3, 1000)
    assert str(request.input["width"]) == "640"


def test_field_names_and_roles_are_unique_in_an_engine(catalogue):
    for engine in catalogue:
        names = [field.name for field in engine.fields]
        roles = [field.role for field in engine.fields]
        assert len(set(names)) == len(names), engine.id
        assert len(set(roles)) == len(roles), engine.id
