"""What a step costs, from the price data of its engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil, prod
from typing import Any

from civitai_desktop.sandbox.orchestration.orders import Order

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


def factors(
    price: Mapping[str, Any], order: Order, given: Mapping[str, Any] | None = None
) -> dict[str, float]:
    """Return the factors of one step's price; their product is the price in Buzz.

    Args:
        price: The engine's price data.
        order: What is asked for.
        given: Everything that is asked for, by role; some prices depend on more than the order.
    """
    asked = given or {}
    found = _FORMULAS[price.get("kind", "undocumented")](price, order, asked)
    for role, more in price.get("plus", {}).items():
        found["base"] += more if asked.get(role) else 0
    found |= {role: by for role, by in price.get("times", {}).items() if asked.get(role)}
    return {**found, "quantity": order.quantity}


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


def _base(price: Mapping[str, Any], given: Mapping[str, Any], name: str = "base") -> float:
    """Return the price's figure `name`, or what its table says for the role it goes by."""
    found = price["table"].get(given.get(price["by"])) if "table" in price else price.get(name)
    return _UNPUBLISHED if found is None else float(found)


def _sources(given: Mapping[str, Any]) -> int:
    source = given.get("source") or []
    return len(source) if isinstance(source, list) else 1


def _pixel_step(
    price: Mapping[str, Any], order: Order, given: Mapping[str, Any]
) -> dict[str, float]:
    more = max(0, _sources(given) - 1) * price.get("further_source", 0)
    found = {
        "base": _base(price, given),
        "size": order.width * order.height / price["reference_pixels"],
        "steps": order.steps / price["reference_steps"],
    }
    return found | ({"images": 1 + more} if more else {})


def _step_cfg(price: Mapping[str, Any], order: Order, given: Mapping[str, Any]) -> dict[str, float]:
    return {
        "base": _base(price, given, "step_cost"),
        "steps": order.steps,
        # With guidance the network runs twice per step, and once more per source picture.
        "guidance": 1 if order.guidance == 1 else 2,
        "images": _sources(given) + 1,
    }


def _flat(price: Mapping[str, Any], _order: Order, given: Mapping[str, Any]) -> dict[str, float]:
    return {"base": _base(price, given)}


def _megapixel(
    price: Mapping[str, Any], order: Order, given: Mapping[str, Any]
) -> dict[str, float]:
    return {"base": _base(price, given), "megapixels": ceil(order.width * order.height / 1e6)}


def _tier(price: Mapping[str, Any], order: Order, given: Mapping[str, Any]) -> dict[str, float]:
    long, short = max(order.width, order.height), min(order.width, order.height)
    tiers = price["tiers"]
    for tier in tiers:
        sides = tier["width"], tier["height"]
        if long <= max(sides) and short <= min(sides):
            break
    else:
        tier = tiers[-1]
    return {"base": _base({"by": price["by"], "table": tier["table"]}, given)}


def _undocumented(
    _price: Mapping[str, Any], _order: Order, _given: Mapping[str, Any]
) -> dict[str, float]:
    return {"base": _UNPUBLISHED}


_FORMULAS: dict[str, Callable[[Mapping[str, Any], Order, Mapping[str, Any]], dict[str, float]]] = {
    "pixel_step": _pixel_step,
    "step_cfg": _step_cfg,
    "flat": _flat,
    "megapixel": _megapixel,
    "tier": _tier,
    "undocumented": _undocumented,
}
