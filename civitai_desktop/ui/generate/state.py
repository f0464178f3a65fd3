"""The form's values: one set per engine, the prompts shared, and one step back."""

from collections.abc import Mapping

from civitai_desktop.catalogue.engine import Engine
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.catalogue.templates import with_prompt
from civitai_desktop.domain.errors import UnknownEngine
from civitai_desktop.domain.form import SavedForm
from civitai_desktop.domain.generation import Value

_SHARED = ("prompt", "negative_prompt")
"""Roles that go along to every engine. They describe the picture, and who switches engines wants
the same picture from another one; everything else is a setting of its engine and stays with it."""


_CARRIED = ("loras", "embeddings")
"""Roles that go along to an engine that has none of its own and where nobody has taken them out.
They do much of what makes a picture; where they do not fit, the form says so and drops nothing."""


class FormState:
    """Which engine is chosen and what is filled in for each; values are kept as they came.

    Attributes:
        engine: The chosen engine.
        unknown: Set if the saved form named an engine that is not in the catalogue.
    """

    def __init__(self, catalogue: Catalogue, saved: SavedForm) -> None:
        self._catalogue = catalogue
        self._values = {name: dict(values) for name, values in saved.values.items()}
        self._before: SavedForm | None = None
        self._shared: dict[str, Value] = {}
        self._settled: set[tuple[str, str]] = set()
        self._passing: set[str] = set()
        self.unknown: UnknownEngine | None = None
        self.engine = catalogue.default
        last = self._values.get(saved.engine, {})
        try:
            self.engine = catalogue.engine(saved.engine or catalogue.default.id)
        except UnknownEngine as error:
            self.unknown = error
        self._share(self.engine, last)
        self._enter(self.engine)

    @property
    def values(self) -> dict[str, Value]:
        """Return the chosen engine's values by field name, one for every field."""
        kept = self._values[self.engine.id]
        return {field.name: kept.get(field.name) for field in self.engine.fields}

    @property
    def can_undo(self) -> bool:
        """Tell whether there is a former state to go back to."""
        return self._before is not None

    def change(self, name: str, value: Value) -> None:
        """Take over one value as it was edited."""
        self._values[self.engine.id][name] = value
        self._settled.add((self.engine.id, name))
        self._passing.discard(name)
        self._share(self.engine, {name: value})

    def choose(self, engine_id: str) -> None:
        """Switch to another engine, with what was filled in there before.

        Raises:
            UnknownEngine: There is none of that name; nothing has changed.
        """
        engine, before, held = self._catalogue.engine(engine_id), self.engine, self.values
        for name in self._passing:
            self._values[before.id][name] = None
        self._enter(engine)
        self._carry(before, held)

    def reuse(
        self,
        values: Mapping[str, Value],
        engine_id: str,
        seed: int | None,
        prompt: str | None = None,
    ) -> None:
        """Overwrite the form with a picture's settings and remember what it held.

        Args:
            values: By field name; a field that is missing goes back to its default.
            engine_id: The engine that made the picture.
            seed: None leaves it random.
            prompt: Shown in place of the one in `values`, if given.

        Raises:
            UnknownEngine: The engine has vanished; the prompts have been taken over all the same.
        """
        self._before = self.saved()
        try:
            engine = self._catalogue.engine(engine_id)
        except UnknownEngine:
            self._share(self.engine, _prompted(self.engine, values, prompt))
            self._enter(self.engine)
            raise
        taken = {**engine.defaults(), **_prompted(engine, values, prompt)}
        if seed_field := engine.by_role("seed"):
            taken[seed_field.name] = seed
        self._share(engine, taken)
        self._values[engine.id] = taken
        self._enter(engine)

    def fill(self, values: Mapping[str, Value]) -> None:
        """Overwrite some of the chosen engine's values and remember what the form held."""
        self._before = self.saved()
        self._values[self.engine.id].update(values)
        self._passing.difference_update(values)
        self._share(self.engine, values)

    def undo(self) -> None:
        """Bring back what the last `reuse` or `fill` overwrote; without one, nothing happens."""
        if self._before is None:
            return
        before, self._before = self._before, None
        self._passing.clear()
        self._values = {name: dict(values) for name, values in before.values.items()}
        self.engine = self._catalogue.engine(before.engine)
        self._share(self.engine, self.values)

    def saved(self) -> SavedForm:
        """Return what is kept for the next start."""
        values = {name: dict(each) for name, each in self._values.items()}
        return SavedForm(engine=self.engine.id, values=values)

    def _enter(self, engine: Engine) -> None:
        self.engine = engine
        self._passing.clear()
        values = {**engine.defaults(), **self._values.get(engine.id, {})}
        for role, value in self._shared.items():
            if field := engine.by_role(role):
                values[field.name] = value
        self._values[engine.id] = values

    def _carry(self, before: Engine, held: Mapping[str, Value]) -> None:
        """Take along what the chosen engine has none of; it is its own once it is edited here."""
        engine, values = self.engine, self._values[self.engine.id]
        for role in _CARRIED:
            source, field = before.by_role(role), engine.by_role(role)
            if source is None or field is None or source.kind is not field.kind:
                continue
            if field.is_empty(values[field.name]) and (engine.id, field.name) not in self._settled:
                values[field.name] = held[source.name]
                self._passing.add(field.name)

    def _share(self, engine: Engine, values: Mapping[str, Value]) -> None:
        for role in _SHARED:
            field = engine.by_role(role)
            if field is not None and field.name in values:
                self._shared[role] = values[field.name]


def _prompted(
    engine: Engine, values: Mapping[str, Value], prompt: str | None
) -> Mapping[str, Value]:
    return values if prompt is None else with_prompt(engine, values, prompt)
