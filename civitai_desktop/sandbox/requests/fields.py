"""What each kind of input field takes, as a table from kind to check."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

AIR = re.compile(r"urn:air:[\w/-]+:[\w/-]+:[\w/-]+:[\w./-]+(@[\w./=,%+:-]+)?", re.ASCII)
_PICTURE = re.compile(r"https?://\S+$|data:image/[\w.+-]+;base64,\S", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of an engine's input, as the catalogue gives it.

    Attributes:
        name: Its name on the wire.
        role: What it is for, e.g. "width"; the same in every engine.
        kind: How it is checked, a key of the table in this file.
        required: Whether a request without it is refused.
        default: What the engine uses when it is left out, None for nothing.
        minimum: Smallest number allowed, None for no bound.
        maximum: Largest number allowed, None for no bound.
        multiple_of: What a whole number must divide by, None for anything.
        min_length: Shortest text that is allowed.
        max_length: Longest text, None for no bound.
        min_items: Shortest list that is allowed.
        max_items: Longest list, None for no bound.
        choices: The only values allowed, empty for any.
        shape: "map" or "array", for weighted resources.
    """

    name: str
    role: str
    kind: str
    required: bool = False
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    multiple_of: int | None = None
    min_length: int = 0
    max_length: int | None = None
    min_items: int = 0
    max_items: int | None = None
    choices: tuple[str, ...] = ()
    shape: str | None = None

    def complaint(self, value: Any) -> str | None:
        """Return what is wrong with `value`, None when it is acceptable."""
        check = _CHECKS.get(self.kind)
        return check(self, value) if check else None


_ATTRIBUTES = {each: each for each in Field.__slots__} | {"min": "minimum", "max": "maximum"}
"""What the catalogue calls an attribute, and what it is here; others are for the form alone."""


def field(data: Mapping[str, Any]) -> Field:
    """Read one field of the catalogue."""
    return Field(**{"role": data["name"], **_attributes(data)})


def changed(field: Field, data: Mapping[str, Any]) -> Field:
    """Return the field with what a case of the catalogue says of it."""
    return replace(field, **_attributes(data))


def _attributes(data: Mapping[str, Any]) -> dict[str, Any]:
    read = {_ATTRIBUTES[key]: value for key, value in data.items() if key in _ATTRIBUTES}
    return read | ({"choices": tuple(read["choices"])} if "choices" in read else {})


def _text(field: Field, value: Any) -> str | None:
    if not isinstance(value, str):
        return "must be text"
    if field.required and not value.strip():
        return "must not be empty"
    if len(value) < field.min_length:
        return f"must be at least {field.min_length} characters long"
    if field.max_length is not None and len(value) > field.max_length:
        return f"must be at most {field.max_length} characters long"
    return None


def _number(field: Field, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "must be a number"
    if field.minimum is not None and value < field.minimum:
        return f"must be at least {field.minimum}"
    if field.maximum is not None and value > field.maximum:
        return f"must be at most {field.maximum}"
    return None


def _integer(field: Field, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return "must be a whole number"
    if field.multiple_of and value % field.multiple_of:
        return f"must be a multiple of {field.multiple_of}"
    return _number(field, value)


def _flag(_field: Field, value: Any) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def _choice(field: Field, value: Any) -> str | None:
    if field.choices and value not in field.choices:
        return f"must be one of {', '.join(map(str, field.choices))}"
    return None


def _resource(_field: Field, value: Any) -> str | None:
    if isinstance(value, str) and AIR.fullmatch(value):
        return None
    return "must be an AIR, e.g. urn:air:sdxl:checkpoint:civitai:101055@128078"


def _resources(field: Field, value: Any) -> str | None:
    if not isinstance(value, list):
        return "must be a list of AIRs"
    return _length(field, value) or _first(_resource(field, item) for item in value)


def _weighted(field: Field, value: Any) -> str | None:
    pairs = _pairs(field, value)
    if pairs is None:
        return f"must be {_SHAPES.get(field.shape or 'map')}"
    return _length(field, pairs) or _first(
        _resource(field, air) or _number(field, weight) for air, weight in pairs
    )


def _pairs(field: Field, value: Any) -> list[tuple[Any, Any]] | None:
    """Return (AIR, weight) pairs, None when `value` has not the field's shape."""
    if field.shape != "array":
        return list(value.items()) if isinstance(value, dict) else None
    if isinstance(value, list) and all(isinstance(item, dict) and "air" in item for item in value):
        return [(item["air"], item.get("strength", 1)) for item in value]
    return None


def _image(_field: Field, value: Any) -> str | None:
    if isinstance(value, str) and _PICTURE.match(value):
        return None
    return "must be the address of a picture or a data URL"


def _images(field: Field, value: Any) -> str | None:
    if not isinstance(value, list):
        return "must be a list of images"
    return _length(field, value) or _first(_image(field, item) for item in value)


def _length(field: Field, items: list[Any]) -> str | None:
    if len(items) < field.min_items:
        return f"must hold at least {field.min_items}"
    if field.max_items is not None and len(items) > field.max_items:
        return f"must hold at most {field.max_items}"
    return None


def _first(complaints: Any) -> str | None:
    return next((complaint for complaint in complaints if complaint), None)


_SHAPES = {
    "map": "an object of AIRs and their strengths",
    "array": "a list of objects with an air and a strength",
}

_CHECKS: dict[str, Callable[[Field, Any], str | None]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "seed": _integer,
    "choice": _choice,
    "flag": _flag,
    "resource": _resource,
    "resources": _resources,
    "weighted_resources": _weighted,
    "image": _image,
    "images": _images,
}
