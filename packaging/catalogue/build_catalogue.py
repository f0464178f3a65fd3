"""Makes resources/catalogue/engines.json from the vendor's OpenAPI document and our overlay.

The document is the source of fields, types, limits, choices and defaults. The overlay adds what
it cannot say (names for people, order, sizes, prices) and corrects it with a reason. Neither may
know an input or a field that the other does not.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from checks import (
    check_choosing,
    check_constants,
    check_corrections,
    check_ecosystems,
    check_names,
    check_relations,
    is_meant,
    none_over,
)
from fields import KEYS, field
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
    contract = Document(document)
    schemas = {each.name: each for each in contract.concrete(overlay["root"])}
    rows = [
        row | {"operation": operation}
        for operation, rows in overlay["engines"].items()
        for row in rows
    ]
    check_names(rows, schemas, overlay)
    check_choosing(rows, schemas)
    check_corrections(rows, schemas, [*overlay["corrections"], *overlay["exceeded"]])
    check_constants(rows, schemas, overlay)
    check_ecosystems(rows, overlay["ecosystems"])
    prices = {row["id"]: row["price"] for row in rows}
    engines = [_engine(row, schemas[row["schema"]], overlay, prices) for row in rows]
    check_relations(engines)
    omitted = _omitted_around(contract.required(overlay["request"]), overlay)
    return {"format": FORMAT, "omitted": omitted, "engines": engines}


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
    constants = _constants(row, schema, overlay)
    names = {each["name"] for each in fields}
    omitted = _omitted(row, schema.required - {*chosen, *constants}, overlay)
    for name in schema.required - {*chosen, *constants, *omitted, *names}:
        raise Unbuildable(f"{row['id']} needs {name}, which the overlay leaves out.")
    implied = [name for name, value in chosen.items() if _is_implied(name, value, schema)]
    unshown = [name for name in overlay["left_out"] if name in {*schema.properties} - {*constants}]
    hints = [each for each in overlay["hints"] if {each["field"], *each["when"]} <= names]
    sizes = row.get("sizes", [])
    return {
        "id": row["id"],
        "label": row["label"],
        "family": row["family"],
        "operation": row["operation"],
        "step": overlay["step"],
        "discriminators": chosen,
        **({"implied": implied} if implied else {}),
        **({"constants": constants} if constants else {}),
        **({"unshown": unshown} if unshown else {}),
        **({"omitted": omitted} if omitted else {}),
        **({"exceeded": exceeded} if (exceeded := _exceeded(row, overlay)) else {}),
        **({"seed_engine": row["seed_engine"]} if "seed_engine" in row else {}),
        **({"related": row["related"]} if "related" in row else {}),
        "fields": fields,
        "sizes": overlay["sizes"][sizes] if isinstance(sizes, str) else sizes,
        "price": _price(row["price"], prices),
        **({"seconds": row["seconds"]} if "seconds" in row else {}),
        "base_models": row.get("base_models", []),
        "hints": hints,
        **({"cases": cases} if (cases := _cases(row, fields, overlay)) else {}),
    }


def _constants(row: Row, schema: Schema, overlay: Mapping[str, Any]) -> Row:
    """Return what is sent with every request, because the form has no field for it."""
    return {
        each["field"]: each["value"]
        for each in overlay["constants"]
        if each["field"] in schema.properties and is_meant(row["id"], each["engines"])
    }


def _omitted(row: Row, required: frozenset[str], overlay: Mapping[str, Any]) -> Row:
    """Return what the document demands and a request may lack all the same, with the reason."""
    return {
        name: each["reason"]
        for each in overlay["corrections"]
        if each["set"].get("required") is False and is_meant(row["id"], each["engines"])
        for name in each["fields"]
        if name in required
    }


def _exceeded(row: Row, overlay: Mapping[str, Any]) -> Row:
    """Return where values go beyond the letter of the document, with the reason."""
    return {
        name: each["reason"]
        for each in overlay["exceeded"]
        if is_meant(row["id"], each["engines"])
        for name in each["fields"]
    }


def _omitted_around(required: frozenset[str], overlay: Mapping[str, Any]) -> Row:
    """Return what the document demands beside the steps and a request may lack all the same."""
    omitted: Row = overlay["omitted"]
    none_over("Requests lack what the document demands", required - {"steps", *omitted})
    none_over("The document does not demand", set(omitted) - required)
    return omitted


def _is_implied(name: str, value: str, schema: Schema) -> bool:
    """Tell whether a discriminator that is missing is read as this value."""
    if name in schema.chosen:
        return name in schema.implied
    return bool(schema.properties[name].get("default") == value)


def _cases(row: Row, fields: list[Row], overlay: Mapping[str, Any]) -> list[Row]:
    """Return what the engine takes otherwise while a field has a certain value.

    Raises:
        Unbuildable: It has no such field, or the field no such value.
    """
    found = [each for each in overlay["cases"] if is_meant(row["id"], each["engines"])]
    there = {each["name"]: each for each in fields}
    for each in found:
        if not each.get("reason"):
            raise Unbuildable(f"A case of {row['id']} gives no reason.")
        none_over(
            f"A case of {row['id']} finds no such field",
            {*each["when"], *each["fields"]} - set(there),
        )
        for name, value in each["when"].items():
            none_over(
                f"{name} of {row['id']} has no such value",
                {value} - {*there[name].get("choices", ())},
            )
        changed = {key for change in each["fields"].values() if change for key in change}
        none_over(f"A case of {row['id']} changes what no field has", changed - set(KEYS))
    return [{"when": each["when"], "fields": each["fields"]} for each in found]


def _price(price: Row | str, prices: Row) -> Row:
    """Return the price; a text means that of another engine."""
    return _price(prices[price], prices) if isinstance(price, str) else price


def _corrected(row: Row, name: str, overlay: Mapping[str, Any]) -> Row:
    """Return what the overlay corrects in a field; of two corrections the later one counts."""
    corrections: Row = {}
    for each in overlay["corrections"]:
        if name in each["fields"] and is_meant(row["id"], each["engines"]):
            corrections |= each["set"]
    return corrections


def written(catalogue: Row) -> str:
    """Return the file's text: one part of an engine a line, one field a line."""
    engines = ",\n".join("".join(_lines(engine)) for engine in catalogue["engines"])
    omitted = _compact(catalogue["omitted"])
    head = f'  "format": {catalogue["format"]},\n  "omitted": {omitted},'
    return f'{{\n{head}\n  "engines": [\n{engines}\n  ]\n}}\n'


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
