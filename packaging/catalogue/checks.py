"""Whether the vendor's document and the overlay fit; each check raises `Unbuildable` if not."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from schemas import Schema, Unbuildable

Row = dict[str, Any]


def is_meant(engine_id: str, patterns: list[str]) -> bool:
    """Tell whether an engine is one of those that patterns such as "sdxl-*" name."""
    return any(fnmatchcase(engine_id, pattern) for pattern in patterns)


def check_names(rows: list[Row], schemas: Mapping[str, Schema], overlay: Mapping[str, Any]) -> None:
    """Neither may know an input or a field that the other does not."""
    named = {row["schema"] for row in rows}
    none_over("The document has inputs that the overlay does not name", set(schemas) - named)
    none_over("The overlay names inputs that the document lacks", named - set(schemas))
    chosen = {name for row in rows for name in row.get("choose", {})}
    chosen |= {name for schema in schemas.values() for name in schema.chosen}
    there = {name for schema in schemas.values() for name in schema.properties}
    said = {*overlay["fields"], *overlay["left_out"]}
    none_over("The document has fields that the overlay does not name", there - said - chosen)
    none_over("The overlay names fields that the document lacks", said - there)
    twice = [row["id"] for row in rows]
    none_over("Ids stand twice", {each for each in twice if twice.count(each) > 1})


def check_choosing(rows: list[Row], schemas: Mapping[str, Schema]) -> None:
    """Where a field's values tell engines apart, each of its values must be an engine."""
    for name, schema in schemas.items():
        choosing = [row["choose"] for row in rows if row["schema"] == name and "choose" in row]
        for key in {key for chosen in choosing for key in chosen}:
            named = {chosen.get(key) for chosen in choosing}
            there = set(schema.properties.get(key, {}).get("enum", ()))
            none_over(f"Values of {key} in {name} are no engine", there - named)
            none_over(f"{name} has no such {key}", named - there)


def check_corrections(
    rows: list[Row], schemas: Mapping[str, Schema], corrections: list[Row]
) -> None:
    """Each needs a reason and must find something to correct."""
    for each in corrections:
        if not each.get("reason"):
            raise Unbuildable(f"A correction of {', '.join(each['fields'])} gives no reason.")
        for pattern in each["engines"]:
            meant = [row for row in rows if fnmatchcase(row["id"], pattern)]
            there = {name for row in meant for name in schemas[row["schema"]].properties}
            none_over(f"A correction of {pattern} finds no such field", set(each["fields"]) - there)


def check_constants(
    rows: list[Row], schemas: Mapping[str, Schema], overlay: Mapping[str, Any]
) -> None:
    """Each needs a reason, a field of the document, and none of the form."""
    for each in overlay["constants"]:
        name = each["field"]
        if not each.get("reason"):
            raise Unbuildable(f"The constant {name} gives no reason.")
        if name not in overlay["left_out"]:
            raise Unbuildable(f"The constant {name} is a field of the form.")
        for pattern in each["engines"]:
            meant = [row for row in rows if fnmatchcase(row["id"], pattern)]
            if not any(name in schemas[row["schema"]].properties for row in meant):
                raise Unbuildable(f"The constant {name} finds no such field in {pattern}.")


def check_ecosystems(rows: list[Row], ecosystems: Mapping[str, str]) -> None:
    """Whoever is offered resources of a base model must be able to use them."""
    none_over(
        "The ecosystem is not known of the base models",
        {base for row in rows for base in row.get("base_models", ())} - set(ecosystems),
    )
    for row in rows:
        if "ecosystems" in row:
            offered = {ecosystems[base] for base in row.get("base_models", ())}
            none_over(f"{row['id']} does not take what it offers", offered - {*row["ecosystems"]})


def check_relations(engines: list[Row]) -> None:
    """Operations that are said to be of the same network must be there."""
    operations = {engine["id"]: engine["operation"] for engine in engines}
    for engine in engines:
        for operation, other in engine.get("related", {}).items():
            if operations.get(other) != operation:
                raise Unbuildable(f"{engine['id']} is related to {other}, no {operation} engine.")


def none_over(complaint: str, over: set[Any]) -> None:
    """Raise `Unbuildable` with the complaint where something is left over."""
    if over:
        raise Unbuildable(f"{complaint}: {', '.join(sorted(map(str, over)))}.")
