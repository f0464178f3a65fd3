"""What a step's input asks to be drawn, with the engine's defaults filled in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

from civitai_desktop.sandbox.requests.fields import Field

_SIZE = re.compile(r"(\d{2,4})x(\d{2,4})")
_RATIO = re.compile(r"(\d{1,2}(?:\.\d+)?):(\d{1,2}(?:\.\d+)?)")
_USUAL_SIDE = 1024
_SIDES = {"1K": 1024, "2K": 2048, "4K": 4096}
"""What a resolution means, in pixels along the side of a square."""
_NAMED_SIZES = {
    "square": (512, 512),
    "square_hd": (1024, 1024),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A checkpoint, LoRA or the like that an order uses.

    Attributes:
        air: Its AIR.
        weight: How strongly, None where that means nothing.
    """

    air: str
    weight: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to draw. Two equal orders give the same pictures, byte for byte.

    Attributes:
        prompt: What to show.
        negative_prompt: What not to show, may be empty.
        width: Pixels.
        height: Pixels.
        quantity: How many pictures.
        seed: Of the first picture; picture k uses seed + k.
        steps: Sampling steps, 0 where the engine has none.
        guidance: CFG scale, None where the engine has none.
        sampler: The engine's own name for it, None likewise.
        scheduler: The same.
        clip_skip: None likewise.
        output_format: "jpeg", "png" or "webP".
        engine: The value of the `engine` discriminator.
        resources: Checkpoint first, then the others.
        sources: Pictures to start from, by address or as data; addresses without their signature,
            which is another one each time.
        strength: How far to go from them, 0.0 to 1.0; None where the engine has no such thing.
    """

    prompt: str
    negative_prompt: str
    width: int
    height: int
    quantity: int
    seed: int
    steps: int
    guidance: float | None
    sampler: str | None
    scheduler: str | None
    clip_skip: int | None
    output_format: str
    engine: str
    resources: tuple[Resource, ...]
    sources: tuple[str, ...] = ()
    strength: float | None = None


def make_order(
    fields: Mapping[str, Field], values: Mapping[str, Any], *, engine: str, random_seed: int
) -> Order:
    """Read checked input `values` by the roles of their fields.

    Args:
        fields: The fields of the input, by name.
        values: What was sent.
        engine: The value of the `engine` discriminator.
        random_seed: Used when the input has none.
    """
    given = {f.role: values.get(f.name, f.default) for f in fields.values()}
    width, height = _size(given)
    seed = given.get("seed")
    return Order(
        prompt=given.get("prompt") or "",
        negative_prompt=given.get("negative_prompt") or "",
        width=width,
        height=height,
        quantity=int(given.get("quantity") or 1),
        seed=random_seed if seed is None else seed,
        steps=int(given.get("steps") or 0),
        guidance=given.get("guidance"),
        sampler=given.get("sampler"),
        scheduler=given.get("scheduler"),
        clip_skip=given.get("clip_skip"),
        output_format=given.get("output_format") or "jpeg",
        engine=engine,
        resources=tuple(_resources(fields, values)),
        sources=tuple(_sources(given.get("source"))),
        strength=given.get("strength"),
    )


def _size(given: Mapping[str, Any]) -> tuple[int, int]:
    """Return width and height, read off a size or a ratio where the engine has no such fields."""
    if given.get("width") and given.get("height"):
        return given["width"], given["height"]
    if named := _NAMED_SIZES.get(str(given.get("image_size"))):
        return named
    if match := _SIZE.fullmatch(str(given.get("size"))):
        return int(match[1]), int(match[2])
    side = _SIDES.get(str(given.get("resolution")).upper(), _USUAL_SIDE)
    match = _RATIO.fullmatch(str(given.get("aspect_ratio")))
    ratio = sqrt(float(match[1]) / float(match[2])) if match else 1
    return round(side * ratio / 16) * 16, round(side / ratio / 16) * 16


def _sources(given: Any) -> Iterator[str]:
    for each in given if isinstance(given, list) else [given]:
        if isinstance(each, str):
            yield each if each.startswith("data:") else each.partition("?")[0]


def _resources(fields: Mapping[str, Field], values: Mapping[str, Any]) -> Iterator[Resource]:
    for entry in fields.values():
        value = values.get(entry.name, entry.default)
        if not value:
            continue
        if entry.kind == "resource":
            yield Resource(air=value)
        elif entry.kind == "resources":
            yield from (Resource(air=air) for air in value)
        elif entry.kind == "weighted_resources":
            pairs = value.items() if isinstance(value, dict) else _pairs(value)
            yield from (Resource(air=air, weight=float(weight)) for air, weight in pairs)


def _pairs(items: list[dict[str, Any]]) -> Iterator[tuple[str, float]]:
    return ((item["air"], item.get("strength", 1)) for item in items)
