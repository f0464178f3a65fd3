"""The engines the sandbox offers, read from the same data file as the program's own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from civitai_desktop.sandbox.requests.fields import Field, field

_FORMAT = 1
_UNKNOWN_SECONDS = (5.0, 15.0)
"""How long a step takes where nobody has published it."""


class UnknownEngine(ValueError):
    """No engine fits the discriminators of an input.

    Attributes:
        field: The first discriminator that fits nothing.
        allowed: What it could have been; empty when only leaving it out would have fitted.
    """

    def __init__(self, field: str, allowed: list[str]) -> None:
        super().__init__(f"{field} fits no engine")
        self.field = field
        self.allowed = allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One engine: what selects it, what it takes, what it costs.

    Attributes:
        id: Its name in the catalogue.
        label: Its name for people.
        step: The `$type` of the step that runs it.
        discriminators: Input values that select it, in order from coarse to fine.
        plain_name: What the plain contract calls it, None when it knows it not.
        implied: Names of discriminators that mean this engine where they are missing.
        constants: What clients send besides and nothing here depends on, by wire name.
        unshown: What clients may send besides, which nothing here looks at.
        fields: What its input takes besides, by wire name.
        cases: What differs while fields have certain values: "when", and "fields" by attribute.
        price: The catalogue's price data.
        seconds: How long one and very many pictures take.
    """

    id: str
    label: str
    step: str
    discriminators: Mapping[str, str]
    plain_name: str | None
    implied: frozenset[str]
    constants: Mapping[str, Any]
    unshown: frozenset[str]
    fields: Mapping[str, Field]
    cases: tuple[Mapping[str, Any], ...]
    price: Mapping[str, Any]
    seconds: tuple[float, float]


class Catalogue:
    """All engines, found by what a request says. Immutable."""

    def __init__(self, engines: list[Engine]) -> None:
        self.engines = tuple(engines)
        self._by_id = {engine.id: engine for engine in engines}
        self._plain = {engine.plain_name: engine for engine in engines if engine.plain_name}
        self.steps = tuple(sorted({engine.step for engine in engines}))

    def __getitem__(self, engine_id: str) -> Engine:
        return self._by_id[engine_id]

    def plain(self, values: Mapping[str, Any]) -> Engine | None:
        """Return the engine a plain input means, None when it is not a plain one.

        A plain input names an engine and no other discriminator; `model` may be there as an AIR.
        """
        engine = self._plain.get(str(values.get("engine")))
        if engine is None:
            return None
        others = (values.get(name) for name in engine.discriminators if name != "engine")
        is_plain = all(value is None or str(value).startswith("urn:air:") for value in others)
        return engine if is_plain else None

    def official(self, step: str, values: Mapping[str, Any]) -> Engine:
        """Return the engine that an input's discriminators select.

        Raises:
            UnknownEngine: They select none; it names the first that does not fit.
        """
        remaining = [engine for engine in self.engines if engine.step == step]
        for name in dict.fromkeys(n for engine in remaining for n in engine.discriminators):
            fitting = [engine for engine in remaining if _fits(engine, name, values.get(name))]
            if not fitting:
                allowed = {e.discriminators[name] for e in remaining if name in e.discriminators}
                raise UnknownEngine(name, sorted(allowed))
            remaining = fitting
        return max(remaining, key=lambda engine: len(engine.discriminators))


def _fits(engine: Engine, name: str, value: Any) -> bool:
    wanted = engine.discriminators.get(name)
    return wanted in (None, value) or (value is None and name in engine.implied)


def catalogue_path() -> Path:
    """Return where the catalogue lies: in an installed package or in a checkout."""
    package = Path(__file__).resolve().parents[2]
    places = (package / "_resources", package.parent / "resources")
    paths = [place / "catalogue" / "engines.json" for place in places]
    return next((path for path in paths if path.exists()), paths[0])


def read_catalogue(path: Path | None = None) -> Catalogue:
    """Read the catalogue from `path`, or from where it ships.

    Raises:
        OSError: The file is not there.
        ValueError: It is not a catalogue of the known format.
    """
    data = json.loads((path or catalogue_path()).read_bytes())
    if data.get("format") != _FORMAT:
        raise ValueError(f"catalogue format {data.get('format')} is not {_FORMAT}")
    return Catalogue([_engine(entry) for entry in data["engines"]])


def _engine(data: Mapping[str, Any]) -> Engine:
    shortest, longest = data.get("seconds") or _UNKNOWN_SECONDS
    fields = [field(entry) for entry in data["fields"]]
    return Engine(
        id=data["id"],
        label=data["label"],
        step=data["step"],
        discriminators=data["discriminators"],
        plain_name=data.get("seed_engine"),
        implied=frozenset(data.get("implied", ())),
        constants=data.get("constants", {}),
        unshown=frozenset(data.get("unshown", ())),
        fields={entry.name: entry for entry in fields},
        cases=tuple(data.get("cases", ())),
        price=data.get("price", {}),
        seconds=(shortest, longest),
    )
