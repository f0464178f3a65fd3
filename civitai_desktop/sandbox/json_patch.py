"""JSON Patch, as far as Civitai's clients need it: add, replace, remove and test."""

import copy
from typing import Any


class BadPatch(ValueError):
    """The patch cannot be applied, in whole or in part."""


def apply_patch(document: dict[str, Any], patch: Any) -> dict[str, Any]:
    """Return a changed copy of `document`.

    Raises:
        BadPatch: An operation is unknown or meets nothing; nothing is changed then.

    Source: RFC 6902.
    """
    if not isinstance(patch, list):
        raise BadPatch("a patch is a list of operations")
    changed = copy.deepcopy(document)
    for operation in patch:
        try:
            _apply(changed, operation)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise BadPatch(f"cannot apply {operation!r}") from error
    return changed


def _apply(document: dict[str, Any], operation: dict[str, Any]) -> None:
    *way, last = operation["path"].removeprefix("/").split("/")
    target: Any = document
    for part in way:
        target = target[_key(target, part)]
    key = _key(target, last)
    match operation["op"]:
        case "remove":
            del target[key]
        case "test" if target[key] != operation["value"]:
            raise BadPatch(f"{operation['path']} is something else")
        case "test":
            pass
        case "add" if isinstance(target, list):
            target.insert(key, operation["value"])
        case "add":
            target[key] = operation["value"]
        case "replace":
            _ = target[key]
            target[key] = operation["value"]
        case unknown:
            raise BadPatch(f"the operation {unknown} is not known")


def _key(target: Any, part: str) -> Any:
    """Return what `part` of a JSON Pointer selects in `target`."""
    part = part.replace("~1", "/").replace("~0", "~")
    if isinstance(target, list):
        return len(target) if part == "-" else int(part)
    return part
