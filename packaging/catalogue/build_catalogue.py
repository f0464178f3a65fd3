"""Makes resources/catalogue/engines.json from the vendor's OpenAPI document and our overlay.

The document is the source of fields, types, limits, choices and defaults. The overlay adds what
it cannot say (names for people, order, sizes, prices) and corrects it with a reason. Neither may
know an input or a field that the other does not.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from fields import field
from schemas import Document, Schema, Unbuildable

FORMAT = 1
HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "resources" / "catalogue" / "engines.json"

Row = dict[str, Any]


def build(document: Mapping[str, Any], overlay: Mapping[str, Any]) -> Row:
    """Return the catalogue.

    Raises:
        Unbuildable: The document and the overlay do not fit.
    """
    schemas = {each.name: each for each in Document(document).concrete(overlay["root"])}
    rows = [
        row | {"operation": operation}
        for operation, rows in overlay["engines"].items()
        for row in rows
    ]
    _check_names(rows, schemas, overlay)
    _check_choosing(rows, schemas)
    _check_corrections(rows, schemas, overlay["corrections"])
    prices = {row["id"]: row["price"] for row in rows}
    engines = [_engine(row, schemas[row["schema"]], overlay, prices) for row in rows]
    _check_relations(engines)
    return {"format": FORMAT, "engines": engines}


def _engine(row: Row, schema: Schema, overlay: Mapping[str, Any], prices: Row) -> Row:
    chosen = {**schema.chosen, **row.get("choose", {})}
    fields = [
        field(
            name,
            schema.properties[name],
            required=name in schema.required,
            said={**said, "ecosystems": row.get("ecosystems"), **_corrected(row, name, overlay)},
        )
        for name, said in overlay["fields"].items()
        if name in schema.properties and name not in chosen
    ]
    for name in overlay["left_out"]:
        needed = name in schema.required and name not in chosen
        if needed and _corrected(row, name, overlay).get("required") is not False:
            raise Unbuildable(f"{row['id']} needs {name}, which the overlay leaves out.")
    names = {each["name"] for each in fields}
    hints = [each for each in overlay["hints"] if {each["field"], *each["when"]} <= names]
    sizes = row.get("sizes", [])
    return {
        "id": row["id"],
        "label": row["label"],
        "family": row["family"],
        "operation": row["operation"],
        "step": overlay["step"],
        "discriminators": chosen,
        **({"seed_engine": row["seed_engine"]} if "seed_engine" in row else {}),
        **({"related": row["related"]} if "related" in row else {}),
        "fields": fields,
        "sizes": overlay["sizes"][sizes] if isinstance(sizes, str) else sizes,
        "price": _price(row["price"], prices),
        **({"seconds": row["seconds"]} if "seconds" in row else {}),
        "base_models": row.get("base_models", []),
        "hints": hints,
    }


def _price(price: Row | str, prices: Row) -> Row:
    """Return the price; a text means that of another engine."""
    return _price(prices[price], prices) if isinstance(price, str) else price


def _corrected(row: Row, name: str, overlay: Mapping[str, Any]) -> Row:
    """Return what the overlay corrects in a field; of two corrections the later one counts."""
    corrections: Row = {}
    for each in overlay["corrections"]:
        if name in each["fields"] and _is_meant(row["id"], each["engines"]):
            corrections |= each["set"]
    return corrections


def _is_meant(engine_id: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(engine_id, pattern) for pattern in patterns)


def _check_names(
    rows: list[Row], schemas: Mapping[str, Schema], overlay: Mapping[str, Any]
) -> None:
    named = {row["schema"] for row in rows}
    _none_over("The document has inputs that the overlay does not name", set(schemas) - named)
    _none_over("The overlay names inputs that the document lacks", named - set(schemas))
    chosen = {name for row in rows for name in row.get("choose", {})}
    chosen |= {name for schema in schemas.values() for name in schema.chosen}
    there = {name for schema in schemas.values() for name in schema.properties}
    said = {*overlay["fields"], *overlay["left_out"]}
    _none_over("The document has fields that the overlay does not name", there - said - chosen)
    _none_over("The overlay names fields that the document lacks", said - there)
    twice = [row["id"] for row in rows]
    _none_over("Ids stand twice", {each for each in twice if twice.count(each) > 1})


def _check_choosing(rows: list[Row], schemas: Mapping[str, Schema]) -> None:
    """Where a field's values tell engines apart, each of its values must be an engine."""
    for name, schema in schemas.items():
        choosing = [row["choose"] for row in rows if row["schema"] == name and "choose" in row]
        for key in {key for chosen in choosing for key in chosen}:
            named = {chosen.get(key) for chosen in choosing}
            there = set(schema.properties.get(key, {}).get("enum", ()))
            _none_over(f"Values of {key} in {name} are no engine", there - named)
            _none_over(f"{name} has no such {key}", named - there)


def _check_corrections(
    rows: list[Row], schemas: Mapping[str, Schema], corrections: list[Row]
) -> None:
    for each in corrections:
        if not each.get("reason"):
            raise Unbuildable(f"A correction of {', '.join(each['fields'])} gives no reason.")
        for pattern in each["engines"]:
            meant = [row for row in rows if fnmatchcase(row["id"], pattern)]
            there = {name for row in meant for name in schemas[row["schema"]].properties}
            _none_over(
                f"A correction of {pattern} finds no such field", set(each["fields"]) - there
            )


def _check_relations(engines: list[Row]) -> None:
    operations = {engine["id"]: engine["operation"] for engine in engines}
    for engine in engines:
        for operation, other in engine.get("related", {}).items():
            if operations.get(other) != operation:
                raise Unbuildable(f"{engine['id']} is related to {other}, no {operation} engine.")


def _none_over(complaint: str, over: set[Any]) -> None:
    if over:
        raise Unbuildable(f"{complaint}: {', '.join(sorted(map(str, over)))}.")


def written(catalogue: Row) -> str:
    """Return the file's text: one part of an engine a line, one field a line."""
    engines = ",\n".join("".join(_lines(engine)) for engine in catalogue["engines"])
    return f'{{\n  "format": {catalogue["format"]},\n  "engines": [\n{engines}\n  ]\n}}\n'


def _lines(engine: Row) -> Iterator[str]:
    parts = []
    for key, value in engine.items():
        text = _compact(value)
        if key == "fields":
            rows = ",\n".join(f"        {_compact(each)}" for each in value)
            text = f"[\n{rows}\n      ]"
        parts.append(f'      "{key}": {text}')
    yield from ("    {\n", ",\n".join(parts), "\n    }")


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def main() -> int:
    """Build the catalogue, or with --check tell whether the shipped one is up to date."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("document", type=Path, help="the vendor's OpenAPI document (JSON)")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if it differs")
    parser.add_argument("--overlay", type=Path, default=HERE / "overlay.json", metavar="FILE")
    parser.add_argument("--output", type=Path, default=SHIPPED, metavar="FILE")
    chosen = parser.parse_args()
    try:
        document = json.loads(chosen.document.read_text("utf-8"))
        text = written(build(document, json.loads(chosen.overlay.read_text("utf-8"))))
    except (OSError, json.JSONDecodeError, Unbuildable) as error:
        print(error, file=sys.stderr)
        return 1
    if chosen.check:
        if text == chosen.output.read_text("utf-8"):
            return 0
        print(
            f"{chosen.output.name} is not what the document and the overlay make.", file=sys.stderr
        )
        return 1
    chosen.output.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
