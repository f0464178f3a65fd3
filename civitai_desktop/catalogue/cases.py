"""What an engine takes depending on what else is filled in: data about several fields at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from civitai_desktop.catalogue.field import Field
from civitai_desktop.domain.generation import Value

TOGETHER = ("width", "height")
"""Roles that mean nothing one without the other. Whoever makes the picture sets neither of them, or
both: with one alone it would guess, or refuse.

Source: Orchestration OpenAPI, OpenAIGpt2EditImageInput.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is different while fields have certain values.

    Attributes:
        when: The values, by field name; a field that is left out counts as its default.
        fields: By field name, what differs then, by attribute of `Field`; None where the field is
            not taken at all.
    """

    when: Mapping[str, Value]
    fields: Mapping[str, Mapping[str, Any] | None]


def complaints(
    fields: Sequence[Field], cases: Sequence[Case], values: Mapping[str, Value]
) -> dict[str, str]:
    """Return what is wrong, by field name; empty if the values fit together and each by itself."""
    by_name = {each.name: each for each in fields}
    found = {each.name: each.complaint(values.get(each.name)) for each in fields}
    untaken: set[str] = set()
    for case in cases:
        if not _is_met(case, by_name, values):
            continue
        for name, change in case.fields.items():
            field, value = by_name[name], values.get(name)
            if change is None:
                untaken.add(name)
                found[name] = "" if field.is_empty(value) else _untaken(field, case, by_name)
            else:
                by_name[name] = field = replace(field, **change)
                found[name] = field.complaint(value)
    for name, text in _alone([each for each in fields if each.name not in untaken], values).items():
        found[name] = found[name] or text
    return {name: text for name, text in found.items() if text}


def remark(
    fields: Sequence[Field], cases: Sequence[Case], name: str, values: Mapping[str, Value]
) -> str:
    """Return what is to be known of a field before it is filled in: that it is not taken, or ""."""
    for case in cases:
        is_taken = case.fields.get(name, {}) is not None
        if not is_taken and _is_met(case, {each.name: each for each in fields}, values):
            return "not with " + " and ".join(f"“{value}”" for value in case.when.values())
    return ""


def depending(fields: Sequence[Field], cases: Sequence[Case], name: str) -> set[str]:
    """Return the names of fields whose complaint may be another one once `name` is edited."""
    pair = {each.name for each in fields if each.role in TOGETHER}
    found = {other for case in cases if name in case.when for other in case.fields}
    return (found | pair if name in found | pair else found) - {name}


def _is_met(case: Case, fields: Mapping[str, Field], values: Mapping[str, Value]) -> bool:
    held = {name: values.get(name) for name in case.when}
    return all(
        (fields[name].default if fields[name].is_empty(held[name]) else held[name]) == wanted
        for name, wanted in case.when.items()
    )


def _untaken(field: Field, case: Case, fields: Mapping[str, Field]) -> str:
    held = " and ".join(f"{fields[name].label} “{value}”" for name, value in case.when.items())
    return f"{field.label} does not go with {held}; empty it."


def _alone(fields: Sequence[Field], values: Mapping[str, Value]) -> dict[str, str]:
    """Return, by field name, what is missing because the other of two is filled in.

    A value that was never given counts as the default; one that was emptied does not.
    """
    pair = [each for each in fields if each.role in TOGETHER]
    empty = [each for each in pair if each.is_empty(values.get(each.name, each.default))]
    filled = [each for each in pair if not each.is_empty(values.get(each.name))]
    if len(pair) != len(TOGETHER) or len(empty) != 1 or not filled:
        return {}
    other = next(each for each in pair if each is not empty[0])
    return {
        empty[0].name: f"{empty[0].label} is needed with {other.label}: "
        "fill in both, or leave both empty."
    }
