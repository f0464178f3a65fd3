"""Tests of what a step costs."""

from typing import Any

import pytest

from civitai_desktop.sandbox.orchestration.orders import Order
from civitai_desktop.sandbox.orchestration.prices import factors, workflow_cost

TURBO = {"kind": "pixel_step", "base": 8, "reference_pixels": 1048576, "reference_steps": 9}
KLEIN = {"kind": "step_cfg", "step_cost": 0.3}


def order(**changes: Any) -> Order:
    usual: dict[str, Any] = {
        "prompt": "",
        "negative_prompt": "",
        "width": 1024,
        "height": 1024,
        "quantity": 1,
        "seed": 0,
        "steps": 9,
        "guidance": 1,
        "sampler": None,
        "scheduler": None,
        "clip_skip": None,
        "output_format": "jpeg",
        "engine": "sdcpp",
        "resources": (),
    }
    return Order(**(usual | changes))


@pytest.mark.parametrize(
    ("price", "wanted", "total"),
    [
        (TURBO, {}, 8),
        (TURBO, {"quantity": 4}, 32),
        (TURBO, {"width": 512, "height": 512}, 2),
        (TURBO, {"width": 832, "height": 1216}, 8),
        (TURBO, {"steps": 10}, 9),
        (KLEIN, {"steps": 20, "guidance": 5}, 12),
        (KLEIN, {"steps": 20, "guidance": 5, "quantity": 4}, 48),
        (KLEIN, {"steps": 20, "guidance": 1}, 6),
        ({"kind": "flat", "base": 97.5}, {}, 98),
        ({"kind": "megapixel", "base": 20}, {}, 40),
        ({"kind": "megapixel", "base": 20}, {"width": 1000, "height": 1000}, 20),
        ({"kind": "undocumented"}, {}, 10),
        ({}, {}, 10),
    ],
)
def test_the_documented_prices(price: dict[str, Any], wanted: dict[str, Any], total: int) -> None:
    assert workflow_cost([factors(price, order(**wanted))], {}).total == total


TIERS = {
    "kind": "tier",
    "by": "quality",
    "tiers": [
        {"width": 1024, "height": 768, "table": {"low": 13, "high": 195}},
        {"width": 1024, "height": 1024, "table": {"low": 14, "high": 286}},
    ],
}


@pytest.mark.parametrize(
    ("width", "height", "total"),
    [(512, 512, 13), (768, 1024, 13), (1024, 1024, 14), (2048, 512, 14), (4096, 4096, 14)],
)
def test_the_smallest_tier_that_covers_the_picture_is_paid(
    width: int, height: int, total: int
) -> None:
    wanted = order(width=width, height=height)
    assert workflow_cost([factors(TIERS, wanted, {"quality": "low"})], {}).total == total


@pytest.mark.parametrize(
    ("price", "given", "total"),
    [
        ({"by": "quality", "table": {"low": 25, "high": 375}}, {"quality": "high"}, 375),
        ({"by": "quality", "table": {"low": 25}}, {"quality": "auto"}, 10),
        ({"base": 100, "plus": {"search": 20}}, {"search": True}, 120),
        ({"base": 100, "plus": {"search": 20}}, {"search": False}, 100),
        ({"base": 100, "times": {"loras": 2}}, {"loras": {"urn:air:x:lora:civitai:1@2": 1}}, 200),
        ({"base": 100, "times": {"loras": 2}}, {"loras": {}}, 100),
    ],
)
def test_what_else_a_price_may_go_by(
    price: dict[str, Any], given: dict[str, Any], total: int
) -> None:
    assert workflow_cost([factors({"kind": "flat"} | price, order(), given)], {}).total == total


def test_further_sources_cost_their_share() -> None:
    price = TURBO | {"further_source": 0.5}
    given = {"source": ["https://example.org/1.png", "https://example.org/2.png"]}
    assert workflow_cost([factors(price, order(), given)], {}).total == 12


def test_source_pictures_cost_where_steps_do() -> None:
    wanted = order(steps=20, guidance=5)
    given = {"source": ["https://example.org/1.png"]}
    assert workflow_cost([factors(KLEIN, wanted, given)], {}).total == 24


def test_a_whole_number_is_not_rounded_up_for_a_rounding_error() -> None:
    price = {"kind": "step_cfg", "step_cost": 0.1}
    assert workflow_cost([factors(price, order(steps=3, quantity=10))], {}).total == 3


def test_tips_are_added_and_free_steps_are_free() -> None:
    cost = workflow_cost([factors(TURBO, order()), {}], {"creators": 0.25})
    assert (cost.base, cost.tips, cost.total) == (8, {"creators": 2}, 10)
