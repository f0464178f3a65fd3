"""Reads the engines' data file and finds an engine by its name."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from civitai_desktop import resources
from civitai_desktop.catalogue.cases import Case
from civitai_desktop.catalogue.engine import Engine, Hint
from civitai_desktop.catalogue.field import Field
from civitai_desktop.catalogue.price import Price, Tier
from civitai_desktop.catalogue.templates import repeated
from civitai_desktop.domain.errors import CatalogueUnusable, UnknownEngine
from civitai_desktop.domain.generation import GenerationRequest

log = logging.getLogger(__name__)

FORMAT = 1
"""The version of the data file's form that this program reads."""


class Catalogue:
    """The engines there are, in the order they are shown.

    Attributes:
        omitted: What Civitai's contract demands beside the steps and a request may lack all the
            same: by wire name, the reason.
    """

    def __init__(
        self, engines: Mapping[str, Engine], omitted: Mapping[str, str] | None = None
    ) -> None:
        self.omitted = dict(omitted or {})
        self._engines = dict(engines)
        self._plain = {each.seed_engine: each for each in engines.values() if each.seed_engine}

    def __iter__(self) -> Iterator[Engine]:
        return iter(self._engines.values())

    def __len__(self) -> int:
        return len(self._engines)

    def __contains__(self, engine_id: object) -> bool:
        return engine_id in self._engines

    @property
    def default(self) -> Engine:
        """Return the engine a new form begins with."""
        return next(iter(self))

    def from_text(self) -> Sequence[Engine]:
        """Return the engines that need no picture to start from."""
        return [each for each in self if each.operation == "text-to-image"]

    def engine(self, name: str) -> Engine:
        """Find an engine by its id or by a plain name: flux2, sdxl, sd1, z-image.

        Raises:
            UnknownEngine: There is none of that name.
        """
        found = self._engines.get(name) or self._plain.get(name)
        if found is None:
            raise UnknownEngine(f"There is no engine “{name}” here.")
        return found

    def labels(self) -> dict[str, str]:
        """Return what people read, by engine id."""
        return {engine.id: engine.label for engine in self}

    def usual_seconds(self) -> dict[str, float]:
        """Return how long a request may usually take, by engine id; unknown ones are missing."""
        return {engine.id: engine.seconds[1] for engine in self if engine.seconds}

    def renew(self, request: GenerationRequest) -> GenerationRequest:
        """Return the same request with a new id, and a new seed where it was left random.

        Its own prompt alone, not every other that its template stands for.

        Raises:
            UnknownEngine: The engine has vanished.
            InvalidInput: Its limits have changed meanwhile.
        """
        return repeated(self.engine(request.engine), request)

    def label(self, engine_id: str) -> str:
        """Return what people read for an engine; the id itself where it has vanished."""
        found = self._engines.get(engine_id)
        return found.label if found else engine_id


def shipped() -> Catalogue:
    """Read the data file that comes with the program.

    Raises:
        CatalogueUnusable: It is missing, damaged, or of another version's form.
    """
    try:
        path = resources.path("catalogue/engines.json")
    except FileNotFoundError as error:
        raise CatalogueUnusable("The list of engines is missing.") from error
    return load(path)


def load(path: Path) -> Catalogue:
    """Read the data file.

    Raises:
        CatalogueUnusable: It is missing, damaged, or of another version's form.
    """
    try:
        document = json.loads(path.read_bytes())
        if document["format"] != FORMAT:
            raise CatalogueUnusable(f"{path.name} is of another version of Civitai Desktop.")
        engines = [_engine(row) for row in document["engines"]]
        omitted = dict(document.get("omitted", {}))
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s: %r", path, error)
        raise CatalogueUnusable("The list of engines is damaged.") from error
    if not engines:
        raise CatalogueUnusable("The list of engines is empty.")
    return Catalogue({engine.id: engine for engine in engines}, omitted)


def _engine(row: dict[str, Any]) -> Engine:
    fields = {each["name"]: Field(**each) for each in row["fields"]}
    parts = {
        "fields": tuple(fields.values()),
        "sizes": tuple((width, height) for width, height in row["sizes"]),
        "price": _price(row["price"]),
        "hints": tuple(Hint(**each) for each in row["hints"]),
        "cases": tuple(_case(each, fields) for each in row.get("cases", ())),
        "seconds": tuple(row["seconds"]) if "seconds" in row else None,
    }
    return Engine(**{**row, **parts})


def _case(row: dict[str, Any], fields: Mapping[str, Field]) -> Case:
    """Read a case; one that speaks of no field, or of no attribute, is found out now."""
    for name, change in {**dict.fromkeys(row["when"]), **row["fields"]}.items():
        replace(fields[name], **(change or {}))
    return Case(**row)


def _price(row: dict[str, Any]) -> Price:
    return Price(**{**row, "tiers": tuple(Tier(**each) for each in row.get("tiers", ()))})
