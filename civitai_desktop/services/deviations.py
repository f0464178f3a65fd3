"""Compares what Civitai says it has worked with to what it was asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.field import Field, Kind
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.domain.air import is_air, version_number
from civitai_desktop.domain.errors import UnknownEngine
from civitai_desktop.domain.generation import GenerationRequest
from civitai_desktop.domain.numbers import finite
from civitai_desktop.domain.workflow import Workflow
from civitai_desktop.services.spellings import is_same, is_same_resource, texts

NUMBERS = ("quantity", "steps", "guidance", "clip_skip", "strength", "seed")
"""Roles of fields whose number must be the one that was sent."""

SIZES = ("width", "height")
"""Roles of the two that make up a size."""

CHOICES = ("size", "image_size", "aspect_ratio", "resolution", "variant", "version")
"""Roles of fields whose word must be the one that was sent."""

_UP_TO_CIVITAI = frozenset({"auto", "default", "random"})
"""Words for which a server may well put what it has chosen."""

_CLOSE = 0.005
"""Numbers that differ by less were rounded."""

_LISTS = frozenset({Kind.WEIGHTED_RESOURCES, Kind.RESOURCES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a request.

    Attributes:
        deviations: What differs from what was asked, a sentence a line; empty if nothing does,
            or the server does not say.
        quantity: How many pictures were made, those that are withheld included.
    """

    deviations: str
    quantity: int


Compare = Callable[[GenerationRequest, Workflow], Done]


def uncompared(request: GenerationRequest, _workflow: Workflow) -> Done:
    """Take it that everything was done as it was asked."""
    return Done(deviations="", quantity=request.quantity)


class Comparison:
    """Finds what was done otherwise, by the roles of the engine's fields.

    Only what was sent is compared, and only where the answer has it under the same name: what a
    server leaves out, adds, renames, puts into another order or writes as text is no deviation.
    """

    def __init__(self, catalogue: Catalogue, name_of: Callable[[str], str]) -> None:
        """Take the parts.

        Args:
            catalogue: For the fields' roles, and for the engine that ran.
            name_of: Returns what the resource of an AIR is called; "" if that is not known.
        """
        self._catalogue = catalogue
        self._name_of = name_of

    def __call__(self, request: GenerationRequest, workflow: Workflow) -> Done:
        """Compare a request with the server's view of it."""
        try:
            engine = self._catalogue.engine(request.engine)
        except UnknownEngine:
            return uncompared(request, workflow)
        echo = _echo(request, workflow)
        if not echo:
            return uncompared(request, workflow)
        told = filter(None, self._told(engine, request.input, echo))
        return Done(deviations="\n".join(told), quantity=_quantity(engine, request, echo))

    def _told(
        self, engine: Engine, sent: Mapping[str, object], echo: Mapping[str, object]
    ) -> Iterator[str]:
        yield self._engine(engine, echo)
        for field in engine.fields:
            asked, ran = sent.get(field.name), echo.get(field.name.lower())
            if field.kind is Kind.RESOURCE:
                yield self._resource(field, asked, ran)
            elif field.kind in _LISTS:
                yield self._left_out(field, sent, echo)
            elif asked is not None and ran is not None:
                yield _value(field, asked, ran)
        yield _size(engine, sent, echo)

    def _engine(self, engine: Engine, echo: Mapping[str, object]) -> str:
        ran = {name: echo.get(name.lower()) for name in engine.discriminators}
        differing = {
            name: value
            for name, value in ran.items()
            # A server may put the AIR of what a word of the catalogue stands for.
            if isinstance(value, str)
            and not is_air(value)
            and not is_same(value, engine.discriminators[name])
        }
        if not differing:
            return ""
        other = self._engine_of(echo)
        if other is not None and other.label != engine.label:
            return _differs("Engine", engine.label, other.label)
        asked = " ".join(engine.discriminators[name] for name in differing)
        return _differs("Engine", asked, " ".join(differing.values()))

    def _engine_of(self, echo: Mapping[str, object]) -> Engine | None:
        """Return the engine that an answer's discriminators choose, the closest one; else None."""
        fitting = [
            engine
            for engine in self._catalogue
            if all(
                is_same(str(echo.get(name.lower(), "")), value)
                for name, value in engine.discriminators.items()
            )
        ]
        return max(fitting, key=lambda engine: len(engine.discriminators), default=None)

    def _resource(self, field: Field, asked: object, ran: object) -> str:
        if not (isinstance(asked, str) and isinstance(ran, str)) or is_same_resource(asked, ran):
            return ""
        return _differs(field.label, self._called(asked, field), self._called(ran, field))

    def _left_out(
        self, field: Field, sent: Mapping[str, object], echo: Mapping[str, object]
    ) -> str:
        asked = [air for air in texts(sent.get(field.name)) if is_air(air)]
        if not asked:
            return ""
        there = echo.get(field.name.lower())
        names = {name.lower() for name in sent}
        # Perhaps it is called otherwise there; what is called as another field is that field.
        others = {name: value for name, value in echo.items() if name not in names}
        found = list(texts(others if there is None else there))
        missing = [air for air in asked if not any(is_same_resource(air, text) for text in found)]
        if there is None and len(missing) == len(asked) and not _is_whole(field, sent, echo):
            # Perhaps it tells only a part, or under another name and in other words.
            return ""
        called = ", ".join(self._called(air, field) for air in missing)
        return f"Left out: {called}." if called else ""

    def _called(self, air: str, field: Field) -> str:
        name = " ".join(self._name_of(air).split())
        version = version_number(air)
        # Of the one in a field, the field's label stands before it already.
        kind = "version" if field.kind is Kind.RESOURCE else _SINGULAR.get(field.role, field.label)
        return name or (f"{kind} {version}" if version else "one of another site")


_SINGULAR = {"loras": "LoRA", "embeddings": "embedding"}


def _echo(request: GenerationRequest, workflow: Workflow) -> dict[str, object]:
    """Return what the step closest to a request says it works with, by its names in lower case.

    Empty where no step says anything.
    """
    names = {name.lower() for name in request.input}
    echoes = [
        {str(name).lower(): value for name, value in given.items() if value is not None}
        for given in workflow.inputs
    ]
    return max(echoes, key=lambda echo: len(names & echo.keys()), default={})


def _is_whole(field: Field, sent: Mapping[str, object], echo: Mapping[str, object]) -> bool:
    """Tell whether an answer has everything that was sent besides one field."""
    others = {name.lower() for name, value in sent.items() if value is not None}
    return others - {field.name.lower()} <= echo.keys()


def _value(field: Field, asked: object, ran: object) -> str:
    if field.role in NUMBERS:
        one, other = finite(asked), finite(ran)
        if one is None or other is None or abs(one - other) < _CLOSE:
            return ""
        return _differs(field.label, _written(one), _written(other))
    if field.role in CHOICES and isinstance(asked, str) and isinstance(ran, str):
        is_free = asked.casefold() in _UP_TO_CIVITAI
        return "" if is_free or is_same(asked, ran) else _differs(field.label, asked, ran)
    return ""


def _size(engine: Engine, sent: Mapping[str, object], echo: Mapping[str, object]) -> str:
    fields = [engine.by_role(role) for role in SIZES]
    names = [field.name for field in fields if field]
    asked = [finite(sent.get(name)) for name in names]
    ran = [finite(echo.get(name.lower())) for name in names]
    if None in asked or len(names) < len(SIZES):
        return ""
    pairs = [(one, other) for one, other in zip(asked, ran, strict=True) if other is not None]
    if all(one == other for one, other in pairs):
        return ""
    both = [other if other is not None else one for one, other in zip(asked, ran, strict=True)]
    return _differs("Size", _sides(asked), _sides(both))


def _quantity(engine: Engine, request: GenerationRequest, echo: Mapping[str, object]) -> int:
    field = engine.by_role("quantity")
    ran = finite(echo.get(field.name.lower())) if field else None
    return request.quantity if ran is None or ran < 1 else min(request.quantity, int(ran))


def _differs(what: str, asked: str, ran: str) -> str:
    return f"{what}: asked {asked}, ran {ran[:_LONGEST]}."


_LONGEST = 80
"""Characters of a server's word that are quoted."""


def _written(number: float) -> str:
    return str(int(number)) if number.is_integer() else f"{number:g}"


def _sides(sides: Iterable[float | None]) -> str:
    return " \N{MULTIPLICATION SIGN} ".join(_written(side) for side in sides if side is not None)
