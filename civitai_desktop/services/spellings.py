"""Tells whether what was asked and what an answer says mean the same, however it is spelled."""

import re
from collections.abc import Iterator, Mapping

from civitai_desktop.domain.numbers import finite

_PAIR = re.compile(r"(\d+(?:\.\d+)?)\W*[x\W]\W*(\d+(?:\.\d+)?)", re.ASCII | re.IGNORECASE)

_SITE = "civitai"
"""The source of what lies on civitai.com, where a version's number says all."""

_LONGEST_TEXT = 400
"""Characters of the longest text that may name a resource."""

_DEEPEST = 8
"""Levels of an answer that are looked through; none of ours is nested deeper than three."""


def is_same(one: str, other: str) -> bool:
    """Tell whether two words mean the same, whatever their case, signs and way to write 2.0."""
    if _word(one) == _word(other):
        return True
    numbers = finite(one), finite(other)
    if None not in numbers and numbers[0] == numbers[1]:
        return True
    # Two numbers with whatever stands between them, as in a size or a ratio.
    parts = [_PAIR.fullmatch(text.strip()) for text in (one, other)]
    return all(parts) and len({part.groups() for part in parts if part}) == 1


def _word(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def is_same_resource(air: str, text: str) -> bool:
    """Tell whether a text means what an AIR does: another spelling of it, or its version's number.

    Where one of both names no version, or no format, the server has filled in the other's.
    """
    source, own_id, version = _resource(air)
    other_source, other_id, other_version = _resource(text)
    if not other_source:
        return source == _SITE and bool(version) and version == text.strip()
    is_same_version = not version or not other_version or version == other_version
    return (source, own_id) == (other_source, other_id) and is_same_version


def _resource(air: str) -> tuple[str, str, str]:
    """Return the source of an AIR, the id there, and the version; "" for what it does not name."""
    head, _, tail = air.strip().casefold().rpartition(":")
    own_id, _, version = tail.partition("+")[0].partition("@")
    source = head.rpartition(":")[2]
    if source == _SITE:
        version = version.partition(".")[0]
    return source, own_id, version


def texts(value: object, depth: int = 0) -> Iterator[str]:
    """Yield every short text in a value, the names in mappings and numbers too."""
    if isinstance(value, str):
        if len(value) <= _LONGEST_TEXT:
            yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
    elif depth < _DEEPEST and isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from texts(inner, depth + 1)
    elif depth < _DEEPEST and isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner, depth + 1)
