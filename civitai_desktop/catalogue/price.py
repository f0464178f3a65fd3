"""What an engine's pictures usually cost: the documentation's formulas, for orientation only.

The price that counts is the server's answer to a what-if.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from civitai_desktop.domain.generation import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A formula and its numbers, all in Buzz per picture.

    Attributes:
        kind: "pixel_step" (by area and steps), "step_cfg" (by steps, doubled by guidance other
            than 1), or "unknown".
        base: Price at the reference size and steps.
        reference_pixels: Area the base is for.
        reference_steps: Steps the base is for.
        step_cost: Price of one step.

    Source: the recipes' "Cost" sections in Civitai's developer documentation.
    """

    kind: str = "unknown"
    base: float = 0
    reference_pixels: int = 1
    reference_steps: int = 1
    step_cost: float = 0

    def per_picture(self, roles: Mapping[str, Value]) -> float | None:
        """Return the usual price of one picture for these values by role; None if unknown."""
        formula = _FORMULAS.get(self.kind)
        return formula(self, roles) if formula else None


def _number(roles: Mapping[str, Value], role: str) -> float:
    value = roles.get(role)
    return float(value) if isinstance(value, int | float) else 0.0


def _pixel_step(price: Price, roles: Mapping[str, Value]) -> float:
    area = _number(roles, "width") * _number(roles, "height") / price.reference_pixels
    return price.base * area * _number(roles, "steps") / price.reference_steps


def _step_cfg(price: Price, roles: Mapping[str, Value]) -> float:
    passes = 1 if _number(roles, "guidance") == 1 else 2
    return price.step_cost * _number(roles, "steps") * passes


_FORMULAS: dict[str, Callable[[Price, Mapping[str, Value]], float]] = {
    "pixel_step": _pixel_step,
    "step_cfg": _step_cfg,
}
