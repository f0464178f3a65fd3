"""The documentation's formulas."""

import pytest

from civitai_desktop import resources
from civitai_desktop.catalogue import loader
from civitai_desktop.catalogue.price import Price, Tier

BY_AREA = Price(kind="pixel_step", base=8, reference_pixels=1024 * 1024, reference_steps=20)
BY_STEPS = Price(kind="step_cfg", step_cost=0.3)


@pytest.mark.parametrize(
    ("width", "height", "steps", "price"),
    [(1024, 1024, 20, 8), (512, 1024, 20, 4), (1024, 1024, 40, 16), (2048, 2048, 10, 16)],
)
def test_a_price_grows_with_area_and_steps(width, height, steps, price):
    roles = {"width": width, "height": height, "steps": steps}
    assert BY_AREA.per_picture(roles) == pytest.approx(price)


@pytest.mark.parametrize(("guidance", "price"), [(1, 6), (1.0, 6), (5, 12), (0, 12)])
def test_guidance_other_than_one_doubles_the_price_of_a_step(guidance, price):
    assert BY_STEPS.per_picture({"steps": 20, "guidance": guidance}) == pytest.approx(price)


def test_an_unknown_price_stays_unknown():
    assert Price().per_picture({"width": 1024, "height": 1024, "steps": 20}) is None


def test_every_shipped_price_is_of_a_known_kind_and_not_free():
    for engine in loader.load(resources.path("catalogue/engines.json")):
        roles = {field.role: engine.defaults()[field.name] for field in engine.fields}
        price = engine.price.per_picture(roles)
        # A price by area is open while the size is: an edit may take that of its source.
        is_by_area = engine.price.kind in {"pixel_step", "megapixel", "tier"}
        is_open = engine.price.kind == "undocumented" or (is_by_area and roles["width"] is None)
        assert (price is None) is is_open, engine.id
        assert price is None or price > 0, engine.id


@pytest.mark.parametrize(("sources", "price"), [((), 6), (("a",), 12), (("a", "b"), 18)])
def test_each_source_picture_is_one_more_pass(sources, price):
    roles = {"steps": 20, "guidance": 1, "source": sources}
    assert BY_STEPS.per_picture(roles) == pytest.approx(price)


def test_a_single_source_counts_as_one():
    roles = {"steps": 20, "guidance": 1, "source": "https://example.org/1.png"}
    assert BY_STEPS.per_picture(roles) == pytest.approx(12)


def test_further_sources_add_their_share_to_a_price_by_area():
    price = Price(
        kind="pixel_step", base=40, reference_pixels=100, reference_steps=20, further_source=0.1
    )
    roles = {"width": 10, "height": 10, "steps": 20}
    assert price.per_picture({**roles, "source": ("a",)}) == pytest.approx(40)
    assert price.per_picture({**roles, "source": ("a", "b", "c")}) == pytest.approx(48)


def test_a_price_goes_by_the_value_of_a_role():
    price = Price(kind="flat", by="quality", table={"low": 25, "high": 375})
    assert price.per_picture({"quality": "high"}) == 375
    assert price.per_picture({"quality": "auto"}) is None
    assert price.per_picture({}) is None


def test_what_is_switched_on_or_filled_in_costs_more():
    price = Price(kind="flat", base=100, plus={"web_search": 20}, times={"loras": 2})
    assert price.per_picture({}) == 100
    assert price.per_picture({"web_search": False, "loras": {}}) == 100
    assert price.per_picture({"web_search": True}) == 120
    assert price.per_picture({"loras": {"urn:air:x:lora:civitai:1@2": 1}}) == 200


@pytest.mark.parametrize(("side", "price"), [(1000, 20), (1024, 40), (2048, 100)])
def test_a_megapixel_that_is_begun_is_paid(side, price):
    each = Price(kind="megapixel", base=20)
    assert each.per_picture({"width": side, "height": side}) == price


@pytest.mark.parametrize(
    ("size", "price"),
    [((64, 64), 13), ((1024, 768), 13), ((768, 1024), 13), ((1024, 1024), 78), ((4000, 64), 78)],
)
def test_the_smallest_tier_that_covers_the_picture_counts(size, price):
    tiers = (
        Tier(width=1024, height=768, table={"low": 13}),
        Tier(width=1024, height=1024, table={"low": 78}),
    )
    each = Price(kind="tier", by="quality", tiers=tiers)
    width, height = size
    roles = {"width": width, "height": height, "quality": "low"}
    assert each.per_picture(roles) == price


@pytest.mark.parametrize("missing", ["width", "height", "steps"])
def test_a_price_whose_size_or_steps_are_open_is_open(missing):
    roles = {"width": 1024, "height": 1024, "steps": 20}
    assert BY_AREA.per_picture({**roles, missing: None}) is None
    assert BY_AREA.per_picture({**roles, missing: "many"}) is None
