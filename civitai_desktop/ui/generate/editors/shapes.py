"""Picture shapes and the size each of them means for an engine."""

import math
import re
from collections.abc import Sequence

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field
from civitai_desktop.domain.generation import Value
from civitai_desktop.ui.generate.wording import size_text

Shape = tuple[int, int]
"""Width to height."""

SHAPED = ("width", "height", "aspect_ratio")
"""Roles of the fields that a shape is made of."""

SHAPES: Sequence[Shape] = ((1, 1), (4, 5), (2, 3), (9, 16), (3, 2), (16, 9))

_USUAL_PX = 1024
"""A side where an engine names no default."""

_USUAL_STEP = 16
"""What sides are a multiple of where an engine names none: it suits every network."""

_RATIO = re.compile(r"([\d.]+):([\d.]+)")
_PIXELS = re.compile(r"(\d+)x(\d+)")
_NAMED = re.compile(r"(square|portrait|landscape)(?:_(\d+)_(\d+))?(_hd)?")

_TOLERANCE = 0.04
"""How far a recommended size may be from the shape: 832 x 1216 passes for 2:3."""

_LARGEST_ERROR = 0.08
"""How far a size that is held by the limits may be from the shape that it is called by."""


def size_for(engine: Engine, shape: tuple[float, float]) -> tuple[int, int] | None:
    """Return the width and height in pixels that `shape` means for `engine`; None for nothing.

    A recommended size of about that shape, upright or lying, and of them the one nearest to the
    default in area: another shape should not change the price. Without one, the default's area in
    that shape, unless the limits leave nothing like it.
    """
    width, height = engine.by_role("width"), engine.by_role("height")
    if width is None or height is None:
        raise ValueError(f"{engine.id} has no size")
    defaults = engine.defaults()
    area = math.prod(int(str(defaults[side.name] or _USUAL_PX)) for side in (width, height))
    ratio = shape[0] / shape[1]
    recommended = dict.fromkeys((*engine.sizes, *((down, across) for across, down in engine.sizes)))
    fitting = [
        (across, down)
        for across, down in recommended
        if abs(across / down / ratio - 1) <= _TOLERANCE
        and not (width.complaint(across) or height.complaint(down))
    ]
    if fitting:
        return min(fitting, key=lambda size: abs(size[0] * size[1] - area))
    ideal = math.sqrt(area * ratio), math.sqrt(area / ratio)
    limits = zip(ideal, (width.max, height.max), strict=True)
    # Smaller where a side would be too long, but of the same shape.
    scale = min(1.0, *(most / side for side, most in limits if most is not None), 1.0)
    across, down = _snapped(width, ideal[0] * scale), _snapped(height, ideal[1] * scale)
    return (across, down) if abs(across / down / ratio - 1) <= _LARGEST_ERROR else None


def shape_of(choice: str) -> tuple[float, float] | None:
    """Return the width and height, in any unit, that an API's word for a size means.

    Returns:
        None for what has no shape of its own, such as "auto".
    """
    if match := _RATIO.fullmatch(choice) or _PIXELS.fullmatch(choice):
        return float(match[1]), float(match[2])
    if match := _NAMED.fullmatch(choice):
        long, short = float(match[2] or 1), float(match[3] or 1)
        return (short, long) if match[1] == "portrait" else (long, short)
    return None


def nearest_shape(field: Field, width: float, height: float) -> str | None:
    """Return the choice whose shape is nearest to this one; the default where that has none.

    A default without a shape, such as "auto", is the engine's own way to follow a picture.
    """
    shapes = {str(choice): shape_of(str(choice)) for choice in field.choices}
    default = None if field.default is None else str(field.default)
    if default is not None and shapes.get(default) is None:
        return default
    ratio = math.log(width / height)
    distances = {
        choice: abs(math.log(shape[0] / shape[1]) - ratio)
        for choice, shape in shapes.items()
        if shape is not None
    }
    return min(distances, key=distances.__getitem__) if distances else default


def shape_values(engine: Engine, width: float, height: float) -> dict[str, Value]:
    """Return the values, by field name, that make pictures of this shape; none where none do.

    Args:
        engine: Whose fields they are.
        width: In any unit.
        height: In the same.
    """
    if ratio := engine.by_role("aspect_ratio"):
        return {ratio.name: nearest_shape(ratio, width, height)}
    across, down = engine.by_role("width"), engine.by_role("height")
    if across is None or down is None:
        return {}
    size = size_for(engine, (width, height))
    return dict(zip((across.name, down.name), size, strict=True)) if size else {}


def shape_text(choice: str) -> str:
    """Return what people read for an API's word for a size."""
    if match := _PIXELS.fullmatch(choice):
        return size_text(int(match[1]), int(match[2]))
    shape = shape_of(choice)
    if shape is None:
        return choice.capitalize()
    return "{:g}:{:g}".format(*shape) + (" HD" if choice.endswith("_hd") else "")


def _snapped(field: Field, pixels: float) -> int:
    step = field.multiple_of or _USUAL_STEP
    snapped = round(pixels / step) * step
    low = math.ceil((field.min or step) / step) * step
    high = math.inf if field.max is None else field.max // step * step
    return int(min(max(snapped, low), high))
