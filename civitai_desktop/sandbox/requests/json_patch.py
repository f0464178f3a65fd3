"""JSON Patch, as far as Civitai's clients need it: add, replace, remove and test."""

import copy
from typing import Any, Literal

import msgspec


class BadPatch(ValueError):
    """The patch cannot be applied as a whole, so none of it was."""


class _Operation(msgspec.Struct, frozen=True):
    op: Literal["add", "remove", "replace", "test"]
    path: str
    value: Any = None


def apply_patch(document: dict[str, Any], patch: Any) -> dict[str, Any]:
    """Return a changed copy of `document`.

    Raises:
        BadPatch: An operation is not one of the four, or meets nothing.

    Source: RFC 6902.
    """
    changed = copy.deepcopy(document)
    try:
        for operation in msgspec.convert(patch, list[_Operation]):
            _apply(changed, operation)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise BadPatch(str(error)) from error
    return changed


def _apply(document: dict[str, Any], operation: _Operation) -> None:
    *way, last = operation.path.removeprefix("/").split("/")
    target: Any = document
    for part in way:
        target = target[_key(target, part)]
    key = _key(target, last)
    match operation.op:
        case "remove":
            del target[key]
        case "add" if isinstance(target, list):
            target.insert(key, operation.value)
        case "add":
            target[key] = operation.value
        case "replace":
            _ = target[key]
            target[key] = operation.value
        case "test":
            if target[key] != operation.value:
                raise BadPatch(f"{operation.path} is something else")


def _key(target: Any, part: str) -> Any:
    """Return what `part` of a JSON Pointer selects in `target`."""
    part = part.replace("~1", "/").replace("~0", "~")
    if isinstance(target, list):
        return len(target) if part == "-" else int(part)
    return part
