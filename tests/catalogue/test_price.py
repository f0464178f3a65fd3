"""The documentation's formulas."""

import pytest

from civitai_desktop import resources
from civitai_desktop.catalogue import loader
from civitai_desktop.catalogue.price import Price

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
        assert (price is None) is (engine.price.kind == "unknown"), engine.id
        assert price is None or price > 0, engine.id
