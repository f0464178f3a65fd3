"""Reads the vendor's OpenAPI document: every concrete input below a schema, properties merged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


class Unbuildable(ValueError):
    """The document and the overlay do not fit; the text says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A concrete input: the end of a path of discriminators.

    Attributes:
        name: In the document.
        chosen: The discriminators that lead to it, from coarse to fine.
        properties: By wire name, inherited ones included, references resolved.
        required: Names of properties that must be sent.
        implied: Discriminators that are read as `chosen` says where they are missing.
    """

    name: str
    chosen: Mapping[str, str]
    properties: Mapping[str, Mapping[str, Any]]
    required: frozenset[str]
    implied: frozenset[str] = frozenset()


class Document:
    """The schemas of an OpenAPI document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._schemas: Mapping[str, Any] = document.get("components", {}).get("schemas", {})

    def concrete(
        self,
        name: str,
        chosen: Mapping[str, str] | None = None,
        implied: frozenset[str] = frozenset(),
    ) -> Iterator[Schema]:
        """Yield every schema that the discriminators of `name` lead to, in the document's order.

        Raises:
            Unbuildable: A reference leads nowhere.
        """
        path = dict(chosen or {})
        fork = self._fork(name)
        if fork is None:
            yield Schema(
                name=name,
                chosen=path,
                properties=self._properties(name),
                required=self._required(name),
                implied=implied,
            )
            return
        key = fork["propertyName"]
        usual = self._properties(name).get(key, {}).get("default")
        for value, reference in fork["mapping"].items():
            more = implied | {key} if value == usual else implied
            yield from self.concrete(_target(reference), path | {key: value}, more)

    def required(self, name: str) -> frozenset[str]:
        """Return the names that a schema demands.

        Raises:
            Unbuildable: There is no such schema.
        """
        return self._required(name)

    def _schema(self, name: str) -> Mapping[str, Any]:
        if name not in self._schemas:
            raise Unbuildable(f"The document has no schema {name}.")
        schema: Mapping[str, Any] = self._schemas[name]
        return schema

    def _parts(self, name: str) -> tuple[list[str], list[Mapping[str, Any]]]:
        """Return the schemas that `name` inherits from, and what it says itself."""
        schema = self._schema(name)
        parts = schema.get("allOf", [schema])
        parents = [_target(part["$ref"]) for part in parts if "$ref" in part]
        return parents, [part for part in parts if "$ref" not in part]

    def _fork(self, name: str) -> Mapping[str, Any] | None:
        own = self._parts(name)[1]
        return next((part["discriminator"] for part in own if "discriminator" in part), None)

    def _properties(self, name: str) -> dict[str, dict[str, Any]]:
        parents, own = self._parts(name)
        merged: dict[str, dict[str, Any]] = {}
        layers = [self._properties(parent) for parent in parents]
        layers += [part.get("properties", {}) for part in own]
        for layer in layers:
            for field, definition in layer.items():
                # All of them hold at once; where two say the same thing, the nearer one wins.
                merged[field] = merged.get(field, {}) | self._resolved(definition)
        return merged

    def _resolved(self, definition: Mapping[str, Any]) -> dict[str, Any]:
        resolved = dict(definition)
        if "$ref" in resolved:
            resolved = {**self._schema(_target(resolved.pop("$ref"))), **resolved}
        if "items" in resolved:
            resolved["items"] = self._resolved(resolved["items"])
        return resolved

    def _required(self, name: str) -> frozenset[str]:
        parents, own = self._parts(name)
        inherited = [self._required(parent) for parent in parents]
        return frozenset().union(*inherited, *(part.get("required", ()) for part in own))


def _target(reference: str) -> str:
    return reference.rpartition("/")[2]
