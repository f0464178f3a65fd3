"""Forms to be sent: the least, the most, and each value at the edge of what is allowed."""

from collections.abc import Iterator, Mapping
from math import ceil, floor

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import MAX_SEED, Field, Kind
from civitai_desktop.domain.generation import Value

PICTURE = "https://example.org/boat.png"
AIR = "urn:air:sdxl:lora:civitai:1@2"
EVERYTHING: dict[Kind, Value] = {
    Kind.TEXT: "a boat",
    Kind.SEED: 7,
    Kind.FLAG: True,
    Kind.RESOURCE: AIR,
    Kind.RESOURCES: (AIR,),
    Kind.WEIGHTED_RESOURCES: {AIR: 0.5},
    Kind.IMAGE: PICTURE,
    Kind.IMAGES: (PICTURE,),
}
"""A value for kinds whose fields may have no default."""

_MANY = 3
"""Entries of a list that has no upper limit."""


def filled(engine: Engine) -> dict[str, Value]:
    """Return a new form with the least that must be filled in."""
    values = {**engine.defaults(), "prompt": "a boat"}
    source = engine.by_role("source")
    if source is not None and engine.operation != "text-to-image":
        values[source.name] = EVERYTHING[source.kind]
    return values


def complete(engine: Engine) -> dict[str, Value]:
    """Return a form in which nothing is left empty."""
    empty = (field for field in engine.fields if field.default is None)
    return {**filled(engine), **{field.name: something(field) for field in empty}}


def bare(engine: Engine) -> dict[str, Value]:
    """Return a form in which everything is empty that may be."""
    return {
        field.name: filled(engine)[field.name] if field.required else None
        for field in engine.fields
    }


def something(field: Field) -> Value:
    """Return a value that a field takes."""
    if field.kind is Kind.CHOICE:
        return field.choices[-1]
    if field.kind in {Kind.INTEGER, Kind.NUMBER}:
        assert field.min is not None
        return _lowest(field)
    return EVERYTHING[field.kind]


def at_the_edges(field: Field) -> Iterator[Value]:
    """Yield the values just within a field's limits, and each of its choices."""
    match field.kind:
        case Kind.CHOICE:
            yield from field.choices
        case Kind.FLAG:
            yield from (True, False)
        case Kind.SEED:
            yield from (0, MAX_SEED)
        case Kind.INTEGER | Kind.NUMBER:
            yield from (_lowest(field), _highest(field))
        case Kind.TEXT:
            yield from ("x" * max(1, field.min_length), "x" * (field.max_length or 20_000))
        case Kind.IMAGES:
            yield from ((PICTURE,) * number for number in _numbers(field))
        case Kind.RESOURCES:
            yield from (tuple(map(_air, range(number))) for number in _numbers(field))
        case Kind.WEIGHTED_RESOURCES:
            low = -1.0 if field.min is None else field.min
            high = 2.0 if field.max is None else field.max
            yield from ({_air(1): low}, {_air(1): high, _air(2): low})
        case _:
            yield EVERYTHING[field.kind]


def beyond(field: Field) -> Iterator[Value]:
    """Yield values that a field does not take: just over its limits, and of another kind."""
    match field.kind:
        case Kind.CHOICE:
            yield "nothing of the list"
        case Kind.FLAG:
            yield "yes"
        case Kind.SEED:
            yield from (-1, MAX_SEED + 1, 0.5)
        case Kind.INTEGER | Kind.NUMBER:
            yield "many"
            if field.min is not None:
                yield _lowest(field) - (field.multiple_of or 1)
            if field.max is not None:
                yield _highest(field) + (field.multiple_of or 1)
            if field.multiple_of:
                yield _lowest(field) + 1
        case Kind.TEXT if field.max_length is not None:
            yield "x" * (field.max_length + 1)
        case Kind.IMAGES if field.max_items is not None:
            yield (PICTURE,) * (field.max_items + 1)
        case Kind.RESOURCE | Kind.IMAGE:
            yield "a boat"
        case Kind.WEIGHTED_RESOURCES:
            yield {"a boat": 1.0}


def forms(engine: Engine) -> Iterator[Mapping[str, Value]]:
    """Yield forms that the engine takes: least, most, and every edge of every field in both."""
    yield from (filled(engine), complete(engine), bare(engine))
    for field in engine.fields:
        for value in at_the_edges(field):
            both = [{**form, field.name: value} for form in (filled(engine), complete(engine))]
            # Some values do not go together, such as one of two sides; but each goes with some.
            taken = [form for form in both if not engine.complaints(form)]
            assert taken, (engine.id, field.name, value, engine.complaints(both[0]))
            yield from taken


def _air(number: int) -> str:
    return f"urn:air:sdxl:lora:civitai:{number}@{number}"


def _numbers(field: Field) -> tuple[int, int]:
    return max(1, field.min_items), field.max_items or _MANY


def _lowest(field: Field) -> int | float:
    step = field.multiple_of or 1
    low = field.min or 0
    return low if field.kind is Kind.NUMBER else ceil(low / step) * step


def _highest(field: Field) -> int | float:
    step = field.multiple_of or 1
    high = 1000 if field.max is None else field.max
    return high if field.kind is Kind.NUMBER else floor(high / step) * step
