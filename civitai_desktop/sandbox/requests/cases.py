"""Which fields an input has depending on the others: cases, and width only with height."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from civitai_desktop.sandbox.requests.fields import Field, changed

_TOGETHER = ("width", "height")
"""Roles of what is given together or not at all, where the engine has no default for it."""


def fields_for(
    fields: Mapping[str, Field], cases: Sequence[Mapping[str, Any]], values: Mapping[str, Any]
) -> Mapping[str, Field]:
    """Return the fields as they are for these values; one that is not taken is missing.

    Args:
        fields: Those of the engine, by wire name.
        cases: What differs: "when", and "fields" by name and attribute, None for not taken.
        values: What was sent, not checked yet.
    """
    found = dict(fields)
    for case in cases:
        if all(_held(fields[name], values) == value for name, value in case["when"].items()):
            for name, change in case["fields"].items():
                if change is None:
                    found.pop(name)
                else:
                    found[name] = changed(found[name], change)
    return found


def lonely(fields: Mapping[str, Field], values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield which field is missing beside which other one that was sent.

    Where the engine has a default, that stands in for what is missing.
    """
    pair = [each for each in fields.values() if each.role in _TOGETHER]
    if len(pair) != len(_TOGETHER) or any(each.default is not None for each in pair):
        return
    for one, other in (pair, pair[::-1]):
        if values.get(one.name) is None and values.get(other.name) is not None:
            yield one.name, other.name


def _held(field: Field, values: Mapping[str, Any]) -> Any:
    value = values.get(field.name)
    return field.default if value is None else value
