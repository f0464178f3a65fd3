"""What an engine's pictures usually cost: the documentation's formulas, for orientation only.

The price that counts is the server's answer to a what-if.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from civitai_desktop.domain.generation import Value

_MEGAPIXEL = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Prices of all pictures that fit into a size, upright or lying.

    Attributes:
        width: In pixels.
        height: In pixels.
        table: As that of a `Price`.
    """

    width: int
    height: int
    table: Mapping[str, float]

    def covers(self, width: float, height: float) -> bool:
        """Tell whether a picture of this size fits in, turned if need be."""
        inside = sorted((width, height))
        return all(a <= b for a, b in zip(inside, sorted((self.width, self.height)), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A formula and its numbers, all in Buzz per picture.

    Attributes:
        kind: "pixel_step" (by area and steps), "step_cfg" (by steps, doubled by guidance other
            than 1, and once more for each source picture), "flat", "megapixel" (by each that is
            begun), "tier" (by the smallest tier that covers the size), or "undocumented".
        base: Price at the reference size and steps, or of a megapixel.
        by: The role whose value finds the base, or the price of a step, in `table`.
        table: Prices by that role's value.
        tiers: From the smallest to the largest; what no tier covers costs as the largest.
        reference_pixels: Area the base is for.
        reference_steps: Steps the base is for.
        step_cost: Price of one step.
        further_source: Share that each source picture after the first adds.
        plus: By role, what is added while the role's field is filled in or on.
        times: By role, the factor while it is.

    Source: the recipes' "Cost" sections in Civitai's developer documentation.
    """

    kind: str = "undocumented"
    base: float | None = None
    by: str = ""
    table: Mapping[str, float] = field(default_factory=dict)
    tiers: Sequence[Tier] = ()
    reference_pixels: int = 1
    reference_steps: int = 1
    step_cost: float | None = None
    further_source: float = 0
    plus: Mapping[str, float] = field(default_factory=dict)
    times: Mapping[str, float] = field(default_factory=dict)

    def per_picture(self, roles: Mapping[str, Value]) -> float | None:
        """Return the usual price of one picture for these values by role; None if unknown."""
        formula = _FORMULAS.get(self.kind)
        price = formula(self, roles) if formula else None
        if price is None:
            return None
        price += sum(more for role, more in self.plus.items() if roles.get(role))
        return price * math.prod(by for role, by in self.times.items() if roles.get(role))


def _numbers(roles: Mapping[str, Value], *names: str) -> list[float] | None:
    """Return the numbers of these roles; None unless all of them are filled in."""
    found = [roles.get(name) for name in names]
    numbers = [float(each) for each in found if isinstance(each, int | float)]
    return numbers if len(numbers) == len(found) else None


def _looked_up(
    table: Mapping[str, float], by: str, roles: Mapping[str, Value], otherwise: float | None
) -> float | None:
    return table.get(str(roles.get(by))) if by else otherwise


def _sources(roles: Mapping[str, Value]) -> int:
    source = roles.get("source")
    return len(source) if isinstance(source, tuple) else int(bool(source))


def _flat(price: Price, roles: Mapping[str, Value]) -> float | None:
    return _looked_up(price.table, price.by, roles, price.base)


def _pixel_step(price: Price, roles: Mapping[str, Value]) -> float | None:
    base, numbers = _flat(price, roles), _numbers(roles, "width", "height", "steps")
    if base is None or numbers is None:
        return None
    width, height, steps = numbers
    further = 1 + price.further_source * max(0, _sources(roles) - 1)
    area = width * height / price.reference_pixels
    return base * area * steps / price.reference_steps * further


def _step_cfg(price: Price, roles: Mapping[str, Value]) -> float | None:
    cost = _looked_up(price.table, price.by, roles, price.step_cost)
    numbers = _numbers(roles, "steps", "guidance")
    if cost is None or numbers is None:
        return None
    steps, guidance = numbers
    return cost * steps * (1 if guidance == 1 else 2) * (_sources(roles) + 1)


def _megapixel(price: Price, roles: Mapping[str, Value]) -> float | None:
    base, numbers = _flat(price, roles), _numbers(roles, "width", "height")
    if base is None or numbers is None:
        return None
    return base * math.ceil(math.prod(numbers) / _MEGAPIXEL)


def _tier(price: Price, roles: Mapping[str, Value]) -> float | None:
    size = _numbers(roles, "width", "height")
    if size is None or not price.tiers:
        return None
    width, height = size
    tier = next((each for each in price.tiers if each.covers(width, height)), price.tiers[-1])
    return _looked_up(tier.table, price.by, roles, price.base)


_FORMULAS: dict[str, Callable[[Price, Mapping[str, Value]], float | None]] = {
    "pixel_step": _pixel_step,
    "step_cfg": _step_cfg,
    "flat": _flat,
    "megapixel": _megapixel,
    "tier": _tier,
}
