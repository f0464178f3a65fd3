"""What an engine does with pictures to start from, and what goes along from one to the other."""

from collections.abc import Mapping, Sequence

from civitai_desktop.catalogue.cases import TOGETHER
from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field, Kind
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.domain.generation import Value

SOURCE = "source"
"""The role of the field that holds the pictures."""

TEXT = "text-to-image"
WITH_SOURCES = ("image-to-image", "edit-image")
"""Operations that need pictures, the one that is taken by itself first."""


def operations(catalogue: Catalogue, base: Engine) -> dict[str, Engine]:
    """Return what does each operation with pictures for the engine that is picked."""
    related = base.related
    return {each: catalogue.engine(related[each]) for each in WITH_SOURCES if each in related}


def at_work(catalogue: Catalogue, base: Engine, operation: str, has_sources: bool) -> Engine:
    """Return the engine that the request is made for.

    Args:
        catalogue: The engines there are.
        base: The engine that is picked.
        operation: The one to prefer where the engine has several; "" for its first.
        has_sources: Whether there are pictures to start from.
    """
    if not has_sources or base.by_role(SOURCE):
        return base
    found = operations(catalogue, base)
    return found.get(operation) or next(iter(found.values()), base)


def picked_for(catalogue: Catalogue, engine: Engine, values: Mapping[str, Value]) -> Engine:
    """Return the engine that has to be picked for `engine` to be at work with these values."""
    if engine.operation == TEXT:
        return engine
    usual = engine.related.get(TEXT, "")
    found = [each for each in catalogue.from_text() if engine.id in each.related.values()]
    fitting = [each for each in found if _settings(each, engine).items() <= values.items()]
    ids = [each.id for each in fitting or found]
    return catalogue.engine(usual if usual in ids or not ids else ids[0])


def most_sources(field: Field | None) -> int | None:
    """Return how many pictures a field takes: 0 without a field, None for any number."""
    if field is None:
        return 0
    return 1 if field.kind is Kind.IMAGE else field.max_items


def source_value(field: Field, sources: Sequence[str]) -> Value:
    """Return what is filled in for these pictures; those that are too many are left out."""
    if field.kind is Kind.IMAGE:
        return sources[0] if sources else None
    return tuple(sources[: field.max_items])


def sources_of(engine: Engine, values: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the pictures that these values start from."""
    field = engine.by_role(SOURCE)
    value = values.get(field.name) if field else None
    if isinstance(value, str):
        return (value,)
    return value if isinstance(value, tuple) else ()


def taken_along(
    before: Engine, held: Mapping[str, Value], engine: Engine, base: Engine
) -> dict[str, Value]:
    """Return the values of `engine` that say the same as those held for `before`.

    Another operation of an engine is for the same picture, so its settings go along by what they
    mean. A default becomes the other's default; what does not fit stays behind.

    Args:
        before: The operation that is left.
        held: Its values, as far as they are to go along.
        engine: The operation that is entered.
        base: The engine that is picked; what it stands for may be a choice of `engine`.
    """
    taken: dict[str, Value] = {}
    held = _with_both_sides(before, held)
    for field in engine.fields:
        old = before.by_role(field.role)
        if old is None or old.kind is not field.kind or old.name not in held:
            continue
        value = field.default if _is_left_alone(old, before, held) else held[old.name]
        if field.role != SOURCE and not field.complaint(value):
            taken[field.name] = value
    sides = [each.name for each in map(engine.by_role, TOGETHER) if each]
    if not all(name in taken for name in sides):
        # Half a size is none: the other half would be of another picture.
        taken = {name: value for name, value in taken.items() if name not in sides}
    return taken | _settings(base, engine)


def _with_both_sides(engine: Engine, held: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the values with the side that was left alone, where the other one was set."""
    sides = [each.name for each in map(engine.by_role, TOGETHER) if each]
    if not any(name in held for name in sides):
        return held
    begun = engine.defaults()
    return {**{name: begun[name] for name in sides}, **held}


def _is_left_alone(field: Field, engine: Engine, held: Mapping[str, Value]) -> bool:
    """Tell whether a field has its default; one of two sides only where the other has it too."""
    roles = TOGETHER if field.role in TOGETHER else (field.role,)
    group = [each for each in map(engine.by_role, roles) if each]
    return all(held.get(each.name, each.default) == each.default for each in group)


def _settings(base: Engine, engine: Engine) -> dict[str, Value]:
    """Return what `base` stands for as far as it is a choice of `engine`."""
    fixed = base.discriminators
    return {
        field.name: fixed[field.name]
        for field in engine.fields
        if field.name in fixed and not field.complaint(fixed[field.name])
    }
