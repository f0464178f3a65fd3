"""The vendor's contract as JSON Schema: which input a body is, and what is wrong with it.

A schema that inherits from others is closed as a whole: taken by the letter, each of its parents
would forbid what the others add.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

FOLDER = Path(__file__).parents[2] / "packaging" / "catalogue"

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("int32")
def _is_int32(value: object) -> bool:
    return not isinstance(value, int) or -(2**31) <= value < 2**31


class Contract:
    """One version of it."""

    def __init__(self, path: Path) -> None:
        document = json.loads(path.read_text("utf-8").replace("(?<", "(?P<"))
        self.source: str = document["source"]
        self._schemas: dict[str, Any] = document["components"]["schemas"]
        self._validator = cache(self._closed_validator)

    def inputs(self, name: str = "ImageGenInput") -> Iterator[str]:
        """Yield the names of all inputs that the discriminators lead to."""
        fork = self._fork(name)
        for target in fork["mapping"].values() if fork else ():
            yield from self.inputs(_target(target))
        if not fork:
            yield name

    def chosen(self, body: Mapping[str, Any]) -> str | None:
        """Return the input that a body's discriminators lead to; None where they lead nowhere."""
        name = "ImageGenInput"
        while fork := self._fork(name):
            key = fork["propertyName"]
            value = body.get(key)
            if value is None:
                value = self.properties(name)[key].get("default")
            if value not in fork["mapping"]:
                return None
            name = _target(fork["mapping"][value])
        return name

    def required(self, name: str) -> frozenset[str]:
        """Return the names that a schema demands, by its parents too."""
        return frozenset().union(*(part.get("required", ()) for part in self._parts(name)))

    def properties(self, name: str) -> dict[str, dict[str, Any]]:
        """Return what a schema knows, by its parents too; of each all that is said."""
        found: dict[str, list[Any]] = {}
        for part in self._parts(name):
            for key, value in part.get("properties", {}).items():
                found.setdefault(key, []).append(value)
        return {key: {"allOf": values, **_default(values)} for key, values in found.items()}

    def complaints(self, name: str, body: Mapping[str, Any]) -> set[str]:
        """Return what is wrong with a body as `where: what`; `where: missing` for what lacks."""
        found = set()
        for error in self._validator(name).iter_errors(body):
            where = "/".join(map(str, error.absolute_path))
            if error.validator == "required":
                lacking = set(error.validator_value) - set(error.instance)
                found |= {f"{where}{'/' if where else ''}{each}: missing" for each in lacking}
            else:
                found.add(f"{where}: {error.message[:200]}")
        return found

    def _closed_validator(self, name: str) -> Draft202012Validator:
        schemas = {key: self._followed(key) for key in self._schemas}
        schema = {**self._closed(name), "components": {"schemas": schemas}}
        return Draft202012Validator(schema, format_checker=_FORMATS)

    def _closed(self, name: str) -> dict[str, Any]:
        parts = list(self._parts(name))
        return {
            "type": "object",
            "properties": {key: {"allOf": v["allOf"]} for key, v in self.properties(name).items()},
            "required": sorted(self.required(name)),
            "additionalProperties": any(part.get("additionalProperties") == {} for part in parts),
        }

    def _followed(self, name: str) -> Any:
        """Return a schema as others refer to it: its discriminator leads on to one of several."""
        fork = self._fork(name)
        if fork is None:
            return self._closed(name) if "allOf" in self._schemas[name] else self._schemas[name]
        key = fork["propertyName"]
        usual = self.properties(name)[key].get("default")
        ways = []
        for value, target in fork["mapping"].items():
            meant = {"properties": {key: {"enum": [value, None] if value == usual else [value]}}}
            ways.append(
                {
                    "if": meant if value == usual else {**meant, "required": [key]},
                    "then": {"$ref": target},
                }
            )
        known = [*fork["mapping"], None] if usual else list(fork["mapping"])
        needed = {} if usual else {"required": [key]}
        return {"allOf": ways, "properties": {key: {"enum": known}}, **needed}

    def _parts(self, name: str) -> Iterator[Mapping[str, Any]]:
        for part in self._schemas[name].get("allOf", [self._schemas[name]]):
            if "$ref" in part:
                yield from self._parts(_target(part["$ref"]))
            else:
                yield part

    def _fork(self, name: str) -> Mapping[str, Any] | None:
        own = self._schemas[name].get("allOf", [self._schemas[name]])
        return next((part["discriminator"] for part in own if "discriminator" in part), None)


def _default(values: list[Any]) -> dict[str, Any]:
    return next(
        ({"default": each["default"]} for each in reversed(values) if "default" in each), {}
    )


def _target(reference: str) -> str:
    return reference.rpartition("/")[2]
