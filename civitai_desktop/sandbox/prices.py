"""What a step costs, from the price data of its engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil, prod
from typing import Any

from civitai_desktop.sandbox.orders import Order

_UNPUBLISHED = 10
"""Buzz per picture where the catalogue gives no figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """A price, in Buzz, with how it came about.

    Attributes:
        base: What the work itself costs.
        factors: What was multiplied to get it, by name; empty for several steps together.
        tips: What the client adds, by who gets it.
    """

    base: int
    factors: dict[str, float] = field(default_factory=dict)
    tips: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """What is to be paid."""
        return self.base + sum(self.tips.values())


def factors(price: Mapping[str, Any], order: Order, *, source_images: int = 0) -> dict[str, float]:
    """Return the factors of one step's price; their product is the price in Buzz.

    Args:
        price: The engine's price data.
        order: What is asked for.
        source_images: Pictures it starts from; some prices count them.
    """
    formula = _FORMULAS.get(price.get("kind", ""), _flat)
    return {**formula(price, order, source_images), "quantity": order.quantity}


def workflow_cost(steps: list[dict[str, float]], tips: Mapping[str, float]) -> Cost:
    """Return what steps with these factors cost together.

    Args:
        steps: Each step's factors, empty for one that is free.
        tips: Rates on top, by who gets them.
    """
    # Rounded before it is rounded up, for 0.1 * 3 * 10 is a little more than 3.
    base = sum(ceil(round(prod(step.values()), 6)) for step in steps if step)
    return Cost(
        base=base,
        factors=steps[0] if len(steps) == 1 else {},
        tips={who: ceil(round(base * rate, 6)) for who, rate in tips.items()},
    )


def _pixel_step(price: Mapping[str, Any], order: Order, _sources: int) -> dict[str, float]:
    return {
        "base": price["base"],
        "size": order.width * order.height / price["reference_pixels"],
        "steps": order.steps / price["reference_steps"],
    }


def _step_cfg(price: Mapping[str, Any], order: Order, sources: int) -> dict[str, float]:
    return {
        "base": price["step_cost"],
        "steps": order.steps,
        # With guidance the network runs twice per step, and once more per source picture.
        "guidance": 1 if order.guidance == 1 else 2,
        "images": sources + 1,
    }


def _flat(price: Mapping[str, Any], _order: Order, _sources: int) -> dict[str, float]:
    base = price.get("base")
    return {"base": base if isinstance(base, int | float) else _UNPUBLISHED}


_FORMULAS: dict[str, Callable[[Mapping[str, Any], Order, int], dict[str, float]]] = {
    "pixel_step": _pixel_step,
    "step_cfg": _step_cfg,
}
