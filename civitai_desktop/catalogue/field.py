"""One thing an engine takes: its kind, its limits, and what is wrong with a value."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeGuard

from civitai_desktop.domain.air import is_air
from civitai_desktop.domain.generation import Value
from civitai_desktop.domain.source import file_name

MAX_SEED = 2**31 - 1
"""Largest seed that is drawn or accepted: several engines take 32 bits only, and so does the
generator on civitai.com."""


class Kind(StrEnum):
    """What a field holds; the form has one editor for each."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"
    SEED = "seed"
    RESOURCE = "resource"
    RESOURCES = "resources"
    WEIGHTED_RESOURCES = "weighted_resources"
    IMAGE = "image"
    IMAGES = "images"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of an engine's input.

    Attributes:
        name: On the wire, e.g. "cfgScale".
        role: What it means in any engine, e.g. "guidance"; the form places it by that.
        label: What people read, e.g. "Guidance".
        min: Smallest value, pixels for sizes, or smallest weight. None if there is no limit.
        max: Largest value or weight. None if there is no limit.
        multiple_of: Values must be a multiple of this; None if any value goes.
        min_length: Fewest characters of a text that is not empty.
        max_length: In characters. None if there is no limit.
        min_items: Fewest entries of a list that is not empty.
        max_items: Most entries of a list. None if there is no limit.
        default: What is sent when nothing is chosen; None leaves the field out.
        choices: The values of a CHOICE, as the API spells them.
        resource: What its AIRs must point at: "checkpoint", "lora", "embedding", "vae"; else "".
        shape: How weighted resources are written on the wire: "map" or "array".
        ecosystems: AIR ecosystems that fit; empty if the sources do not say.
    """

    name: str
    role: str
    label: str
    kind: Kind
    required: bool = False
    min: float | None = None
    max: float | None = None
    multiple_of: int | None = None
    min_length: int = 0
    max_length: int | None = None
    min_items: int = 0
    max_items: int | None = None
    default: Value = None
    choices: Sequence[str] = ()
    resource: str = ""
    shape: str = "map"
    ecosystems: Sequence[str] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))
        object.__setattr__(self, "choices", tuple(self.choices))
        object.__setattr__(self, "ecosystems", tuple(self.ecosystems))

    def is_empty(self, value: Value) -> bool:
        """Tell whether `value` means that the field is left out."""
        return value is None or value in ("", (), {})

    def complaint(self, value: Value) -> str:
        """Return what is wrong with `value` as a sentence with the next step, or ""."""
        if self.is_empty(value) or (isinstance(value, str) and not value.strip()):
            return _MISSING.get(self.role, f"{self.label} is needed.") if self.required else ""
        return _CHECKS[self.kind](self, value)

    def holds(self, value: Value) -> bool:
        """Tell whether an editor of this kind can show `value`, be it right or wrong."""
        if self.kind not in {Kind.TEXT, Kind.CHOICE}:
            return True
        return value is None or isinstance(value, str)

    def wire_value(self, value: Value) -> object:
        """Return `value` as it is written in the request's JSON."""
        if isinstance(value, Mapping):
            if self.shape == "array":
                return [{"air": air, "strength": weight} for air, weight in value.items()]
            return dict(value)
        if isinstance(value, tuple):
            return list(value)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        return value


_MISSING = {
    "prompt": "Type what the picture should show.",
    "checkpoint": "This engine needs a checkpoint: choose one, or paste its AIR.",
    "source": "This engine needs a picture to start from.",
}

# Of a data URL only the beginning is looked at: it may hold millions of characters.
_PICTURE = re.compile(r"https?://\S+$|data:image/[\w.+-]+;base64,\S", re.IGNORECASE)
_SHOWN = 40
"""Characters of a wrong picture that are quoted."""


def _check_text(field: Field, value: Value) -> str:
    if not isinstance(value, str):
        return f"{field.label} must be text."
    if len(value) < field.min_length:
        return f"{field.label} needs {field.min_length} characters or more."
    if field.max_length is not None and len(value) > field.max_length:
        over = len(value) - field.max_length
        too_long = "1 character" if over == 1 else f"{over:,} characters"
        return f"{field.label} is {too_long} too long; this engine takes {field.max_length:,}."
    return ""


def _check_number(field: Field, value: Value) -> str:
    if not _is_number(value):
        return f"{field.label} must be a number."
    if field.kind is not Kind.NUMBER and value != int(value):
        return f"{field.label} must be a whole number."
    if _is_outside(field, value):
        return f"{field.label} must be {_limits(field.min, field.max)}."
    if field.multiple_of and value % field.multiple_of:
        return (
            f"{field.label} must be a multiple of {field.multiple_of}; "
            f"{_nearest(field, float(value))} would do."
        )
    return ""


def _is_number(value: object) -> TypeGuard[int | float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # Not math.isfinite: a whole number of 400 digits does not fit a float.
    return -math.inf < value < math.inf


def _is_outside(field: Field, value: float) -> bool:
    low, high = field.min, field.max
    return (low is not None and value < low) or (high is not None and value > high)


def _limits(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high:g}"
    if high is None:
        return f"at least {low:g}"
    if low == high:
        return f"{low:.12g}"
    return f"between {low:.12g} and {high:.12g}"


def _nearest(field: Field, value: float) -> int:
    step = field.multiple_of or 1
    low = math.ceil((field.min or 0) / step) * step
    nearest = max(low, round(value / step) * step)
    return nearest if field.max is None else min(nearest, int(field.max) // step * step)


def _check_flag(field: Field, value: Value) -> str:
    return "" if isinstance(value, bool) else f"{field.label} is either on or off."


def _check_choice(field: Field, value: Value) -> str:
    if value in field.choices:
        return ""
    return f"{field.label} has no “{value}” here; choose one of the list."


def _check_air(field: Field, value: object) -> str:
    if isinstance(value, str) and is_air(value.strip()):
        return ""
    return (
        f"“{value}” is not an AIR. One looks like "
        f"urn:air:sdxl:{field.resource or 'lora'}:civitai:1@2 "
        "and stands on the resource's page on civitai.com."
    )


def _check_airs(field: Field, value: Value) -> str:
    if not isinstance(value, tuple):
        return f"{field.label} must be a list of AIRs."
    return next(filter(None, (_check_air(field, air) for air in value)), "")


def _check_image(field: Field, value: object) -> str:
    if isinstance(value, str) and (_PICTURE.match(value) or file_name(value)):
        return ""
    quoted = str(value)[:_SHOWN]
    return f"{field.label} must be an address that begins with https://, not “{quoted}”."


def _check_images(field: Field, value: Value) -> str:
    if not isinstance(value, tuple):
        return f"{field.label} must be a list of pictures."
    if len(value) < field.min_items:
        return f"{field.label} must be {field.min_items} or more."
    if field.max_items is not None and len(value) > field.max_items:
        return f"{field.label} are {len(value)}; this engine takes {field.max_items}."
    return next(filter(None, (_check_image(field, each) for each in value)), "")


def _check_weighted(field: Field, value: Value) -> str:
    if not isinstance(value, Mapping):
        return f"{field.label} must be AIRs with their weights."
    for air, weight in value.items():
        if not _is_number(weight):
            return f"The weight of “{air}” must be a number."
        if _is_outside(field, weight):
            return f"The weight of “{air}” must be {_limits(field.min, field.max)}."
    return next(filter(None, (_check_air(field, air) for air in value)), "")


_CHECKS: dict[Kind, Callable[[Field, Value], str]] = {
    Kind.TEXT: _check_text,
    Kind.INTEGER: _check_number,
    Kind.NUMBER: _check_number,
    Kind.SEED: _check_number,
    Kind.FLAG: _check_flag,
    Kind.CHOICE: _check_choice,
    Kind.RESOURCE: _check_air,
    Kind.RESOURCES: _check_airs,
    Kind.WEIGHTED_RESOURCES: _check_weighted,
    Kind.IMAGE: _check_image,
    Kind.IMAGES: _check_images,
}
