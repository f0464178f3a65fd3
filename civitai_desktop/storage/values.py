"""Form values in JSON, there and back: JSON has lists for tuples, and nothing read-only."""

import json
from types import MappingProxyType
from typing import Any


def written(document: object, *, indent: int | None = None) -> str:
    """Return `document` as JSON text; without `indent` as short as it gets."""
    separators = (",", ":") if indent is None else None
    # `default` meets the read-only mappings, which json does not take for objects.
    return json.dumps(
        document, default=dict, ensure_ascii=False, indent=indent, separators=separators
    )


def frozen(value: Any) -> Any:
    """Turn what JSON gives back into what was stored: tuples and read-only mappings."""
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    if isinstance(value, dict):
        return MappingProxyType({name: frozen(item) for name, item in value.items()})
    return value
