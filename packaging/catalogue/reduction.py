"""Reduces the vendor's OpenAPI document to what makes pictures, and compares two of them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from schemas import Document, Schema

ROOTS = (
    "ImageGenInput",
    "WorkflowTemplate",
    "Workflow",
    "ResourceInfo",
    "CursedArrayOfStringAndResourceInfo",
    "ServiceResponse",
    "ProblemDetails",
)
"""What the program sends and reads. A name that a document lacks is new in another one."""

_KEPT = {"WorkflowStepTemplate": "imageGen", "WorkflowStep": "imageGen", "Blob": "image"}
"""Where a discriminator leads to other work as well: the one value that makes pictures."""

_SAID = frozenset({"description", "title", "example", "examples", "summary", "externalDocs"})
"""Keywords that limit nothing."""


def reduced(document: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Return the schemas below the roots, without what is only said in words.

    Args:
        document: The vendor's, whole or reduced already.
        source: Where it is from, and of which version; kept with it.
    """
    schemas = document.get("components", {}).get("schemas", {})
    found: dict[str, Any] = {}
    waiting = [name for name in ROOTS if name in schemas]
    while waiting:
        name = waiting.pop()
        if name not in found and name in schemas:
            found[name] = _pruned(_narrowed(name, schemas[name]))
            waiting.extend(_references(found[name]))
    return {"source": source, "components": {"schemas": dict(sorted(found.items()))}}


def written(contract: Mapping[str, Any]) -> str:
    """Return the file's text: one schema a line, so that two versions can be compared."""
    schemas = contract["components"]["schemas"]
    lines = ",\n".join(f"      {json.dumps(name)}: {_line(each)}" for name, each in schemas.items())
    head = f'{{\n  "source": {json.dumps(contract["source"])},\n  "components": {{\n'
    return f'{head}    "schemas": {{\n{lines}\n    }}\n  }}\n}}\n'


def _line(schema: Any) -> str:
    return json.dumps(schema, separators=(",", ":"), sort_keys=True)


def _narrowed(name: str, schema: Any) -> Any:
    kept = _KEPT.get(name)
    if kept is None:
        return schema
    fork = schema["discriminator"]
    mapping = {value: target for value, target in fork["mapping"].items() if value == kept}
    return {**schema, "discriminator": {**fork, "mapping": mapping}}


def _pruned(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_pruned(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {}
    for keyword, value in schema.items():
        if keyword == "properties":
            # Names here, no keywords: a property may be called "description".
            kept[keyword] = {name: _pruned(each) for name, each in value.items()}
        elif keyword not in _SAID and not keyword.startswith("x-"):
            kept[keyword] = value if keyword in {"enum", "default"} else _pruned(value)
    return kept


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for each in schema:
            yield from _references(each)
    elif isinstance(schema, dict):
        for keyword, value in schema.items():
            if keyword == "$ref":
                yield value.rpartition("/")[2]
            elif keyword == "mapping":
                yield from (target.rpartition("/")[2] for target in value.values())
            elif keyword not in {"enum", "default"}:
                yield from _references(value)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return what has changed for whoever makes requests, one sentence each.

    Args:
        before: A contract.
        after: Its successor.
    """
    old, new = (_inputs(each) for each in (before, after))
    lines = [
        f"{name}: a new input, chosen by {_chosen(new[name])}" for name in new if name not in old
    ]
    lines += [f"{name}: this input is gone" for name in old if name not in new]
    for name in (each for each in new if each in old):
        lines += [f"{name}: {each}" for each in _changed(old[name], new[name])]
    other = {"ImageGenInput", *old, *new}
    one, two = (each["components"]["schemas"] for each in (before, after))
    changed = sorted(name for name in {*one, *two} - other if one.get(name) != two.get(name))
    return [*lines, *(f"{name}: {_fate(name, one, two)}" for name in changed)]


def _inputs(contract: Mapping[str, Any]) -> dict[str, Schema]:
    return {each.name: each for each in Document(contract).concrete("ImageGenInput")}


def _chosen(schema: Schema) -> str:
    return ", ".join(f"{name} {value}" for name, value in schema.chosen.items())


def _changed(before: Schema, after: Schema) -> Iterator[str]:
    if before.chosen != after.chosen:
        yield f"chosen by {_chosen(after)} now"
    for name in sorted({*before.properties, *after.properties}):
        if name not in before.properties:
            yield f"new field {name}"
        elif name not in after.properties:
            yield f"field {name} is gone"
        elif before.properties[name] != after.properties[name]:
            yield f"field {name} has other limits"
    for name in sorted(before.required ^ after.required):
        yield f"{name} is {'required' if name in after.required else 'optional'} now"


def _fate(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    if name not in before:
        return "new"
    return "gone" if name not in after else "changed"
