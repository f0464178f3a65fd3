"""Tests of what a step costs."""

from typing import Any

import pytest

from civitai_desktop.sandbox.orders import Order
from civitai_desktop.sandbox.prices import factors, workflow_cost

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
        ({"kind": "undocumented"}, {}, 10),
        ({}, {}, 10),
    ],
)
def test_the_documented_prices(price: dict[str, Any], wanted: dict[str, Any], total: int) -> None:
    assert workflow_cost([factors(price, order(**wanted))], {}).total == total


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
