"""Turns one property of an input schema into a field of the catalogue."""

from collections.abc import Mapping
from typing import Any

from schemas import Unbuildable

KEYS = (
    "name",
    "role",
    "label",
    "kind",
    "required",
    "min",
    "max",
    "multiple_of",
    "min_length",
    "max_length",
    "min_items",
    "max_items",
    "default",
    "choices",
    "resource",
    "shape",
    "ecosystems",
)
"""A field's keys in the order they are written; what is empty is left out."""

_LIMITS = {
    "minimum": "min",
    "maximum": "max",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
    "default": "default",
    "enum": "choices",
}
"""What the document calls a limit, and what the catalogue calls it."""

_PLAIN = {"string": "text", "integer": "integer", "number": "number", "boolean": "flag"}
_READ_AS = {"seed": "integer", "image": "text", "images": "texts", "choice": "text"}
"""Kinds that a schema cannot tell, and what it says in their place."""


def field(
    name: str, definition: Mapping[str, Any], *, required: bool, said: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the field as the catalogue has it.

    Args:
        name: On the wire.
        definition: The property, resolved.
        required: Whether the schema demands it.
        said: What the overlay says of it: role and label, a kind, and corrections.

    Raises:
        Unbuildable: The property is of no known kind, or the overlay names one that it is not.
    """
    read = {ours: definition[theirs] for theirs, ours in _LIMITS.items() if theirs in definition}
    found = {"name": name, "required": required, **_kind(definition), **read, **said}
    kind, refined = _kind(definition).get("kind"), said.get("kind")
    if refined is None and "choices" in said:
        refined = "choice"
    if refined not in {None, kind}:
        if _READ_AS.get(refined) != kind:
            raise Unbuildable(f"The overlay calls {name} {refined}, the document {kind}.")
        found["kind"] = refined
    if found.get("kind") in {None, "texts"}:
        raise Unbuildable(f"{name} is of no kind that a form has; name one or leave it out.")
    return _tidy(found)


def _tidy(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys in their order, without what says nothing or does not concern the kind."""
    kept = {key: found.get(key) for key in KEYS}
    if not found["kind"].endswith(("resource", "resources")):
        kept |= {"resource": None, "ecosystems": None}
    # A text that is required has one character in any case.
    if (kept["min_length"] or 0) <= 1:
        kept["min_length"] = None
    kept["required"] = kept["required"] or None
    return {key: value for key, value in kept.items() if value not in (None, "", [])}


def _kind(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return the kind and, for resources with weights, how they are written."""
    types = definition.get("type", "")
    # A list of types is one type that may also be null.
    main = next((t for t in types if t != "null"), "") if isinstance(types, list) else types
    if main == "string" and "enum" in definition:
        return {"kind": "choice"}
    if _is_air(definition):
        return {"kind": "resource"}
    if main == "object" and definition.get("additionalProperties", {}).get("type") == "number":
        return {"kind": "weighted_resources", "shape": "map"}
    if main == "array":
        return _list(definition.get("items", {}))
    return {"kind": _PLAIN.get(main)}


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    parts = items.get("properties", {})
    if set(parts) == {"air", "strength"}:
        limits = {"min": parts["strength"].get("minimum"), "max": parts["strength"].get("maximum")}
        return {"kind": "weighted_resources", "shape": "array", **limits}
    if _is_air(items):
        return {"kind": "resources"}
    return {"kind": "texts" if items.get("type") == "string" else None}


def _is_air(definition: Mapping[str, Any]) -> bool:
    return "air:" in definition.get("pattern", "")
