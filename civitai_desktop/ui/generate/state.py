"""The form's values: one set per engine, the prompts shared, and one step back."""

from collections.abc import Mapping, Sequence

from civitai_desktop.catalogue.engine import USUAL_NAMES, Engine
from civitai_desktop.catalogue.loader import Catalogue
from civitai_desktop.catalogue.templates import with_prompt
from civitai_desktop.domain.errors import UnknownEngine
from civitai_desktop.domain.form import SavedForm
from civitai_desktop.domain.generation import Value
from civitai_desktop.ui.generate.engines import operations

_SHARED = ("prompt", "negative_prompt")
"""Roles that go along to every engine. They describe the picture, and who switches engines wants
the same picture from another one; everything else is a setting of its engine and stays with it."""


_CARRIED = ("loras", "embeddings")
"""Roles that go along to an engine that has none of its own and where nobody has taken them out.
They do much of what makes a picture; where they do not fit, the form says so and drops nothing."""


class _Since:
    """What the user has done since the form was overwritten.

    Attributes:
        edited: Engine id and field name of each value.
        is_switched: Whether another engine was chosen.
        has_other_sources: Whether the pictures to start from, or their use, were changed.
    """

    def __init__(self) -> None:
        self.edited: set[tuple[str, str]] = set()
        self.is_switched = False
        self.has_other_sources = False


class FormState:
    """Which engine is chosen and what is filled in for each; values are kept as they came.

    Attributes:
        base: The engine that is picked.
        engine: The one at work: `base`, or what does its operation with pictures to start from.
        sources: Those pictures; they go along to every engine, and nothing drops them.
        operation: What to do with them, where an engine can do several things.
        unknown: Set if the saved form named an engine that is not in the catalogue.
    """

    def __init__(self, catalogue: Catalogue, saved: SavedForm) -> None:
        self._catalogue = catalogue
        self._values = {name: dict(values) for name, values in saved.values.items()}
        self._before: SavedForm | None = None
        self._shared_before: Mapping[str, Value] = {}
        self._since = _Since()
        self._shared: dict[str, Value] = {}
        self._settled: set[tuple[str, str]] = set()
        self._passing: set[str] = set()
        self._entry: Mapping[str, Value] = {}
        self.sources = saved.sources
        self.operation = saved.operation
        self.unknown: UnknownEngine | None = None
        self.base = self.engine = catalogue.default
        last = self._values.get(saved.engine, {})
        try:
            self.base = self.engine = catalogue.engine(saved.engine or catalogue.default.id)
        except UnknownEngine as error:
            self.unknown = error
        else:
            self.engine = self._at_work()
            last = self._values.get(self.engine.id, last)
        self._share(self.engine, last)
        self._enter(self.engine)

    @property
    def values(self) -> dict[str, Value]:
        """Return the values of the engine at work by field name, one for every field."""
        kept = self._values[self.engine.id]
        values = {field.name: kept.get(field.name) for field in self.engine.fields}
        if field := self.engine.by_role(operations.SOURCE):
            values[field.name] = operations.source_value(field, self.sources)
        return values

    @property
    def can_undo(self) -> bool:
        """Tell whether there is a former state to go back to."""
        return self._before is not None

    def change(self, name: str, value: Value) -> None:
        """Take over one value as it was edited."""
        self._values[self.engine.id][name] = value
        self._settled.add((self.engine.id, name))
        self._since.edited.add((self.engine.id, name))
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
        self.base = engine
        self._since.is_switched = True
        self._enter(engine)
        self._carry(before, held)
        self._go_to_work()

    def start_from(self, sources: Sequence[str]) -> None:
        """Take other pictures to start from, or none; the engine at work changes by that."""
        self.sources = tuple(sources)
        self._since.has_other_sources = True
        self._go_to_work()

    def follow(self, values: Mapping[str, Value]) -> None:
        """Take over what follows from the pictures to start from.

        Where another engine is at work for them, it stays behind with them.
        """
        self._values[self.engine.id].update(values)
        self._entry = {**self._entry, **values}
        self._since.edited |= {(self.engine.id, name) for name in values}

    def choose_operation(self, operation: str) -> None:
        """Do something else with the pictures to start from."""
        self.operation = operation
        self._since.has_other_sources = True
        self._go_to_work()

    def reuse(
        self,
        values: Mapping[str, Value],
        engine_id: str,
        seed: int | None,
        prompt: str | None = None,
        sources: Sequence[str] | None = None,
    ) -> None:
        """Overwrite the form with a picture's settings and remember what it held.

        The arguments are those of `GeneratePresenter.reuse`.

        Raises:
            UnknownEngine: The engine has vanished; the prompts have been taken over all the same,
                and what the chosen engine has too.
        """
        self._remember()
        try:
            engine = self._catalogue.engine(engine_id)
        except UnknownEngine:
            usual = {"seed": seed, **_usual(self.engine, values)}
            self._values[self.engine.id].update(_named(self.engine, usual))
            self._share(self.engine, _prompted(self.engine, values, prompt))
            self._enter(self.engine)
            raise
        self.base = operations.picked_for(self._catalogue, engine, values)
        named = operations.sources_of(engine, values)
        self.sources = named if sources is None else tuple(sources)
        if engine.operation != operations.TEXT:
            self.operation = engine.operation
        taken = {**engine.defaults(), **_prompted(engine, values, prompt)}
        if seed_field := engine.by_role("seed"):
            taken[seed_field.name] = seed
        self._share(engine, taken)
        self._values[engine.id] = taken
        self._enter(engine)
        # All of it goes along, now or when it turns out that the picture to start from is gone.
        self._entry = {}
        self._go_to_work()

    def fill(self, values: Mapping[str, Value]) -> None:
        """Overwrite some of the chosen engine's values and remember what the form held."""
        self._remember()
        self._values[self.engine.id].update(values)
        self._passing.difference_update(values)
        self._share(self.engine, values)

    def undo(self) -> None:
        """Bring back what the last `reuse` or `fill` overwrote; without one, nothing happens.

        What was typed or chosen since then stays.
        """
        if self._before is None:
            return
        before, self._before = self._before, None
        edited = {each: self._values[each[0]][each[1]] for each in self._since.edited}
        edited_prompts = {role: self._shared[role] for role in self._edited_roles()}
        self._passing.clear()
        self._values = {name: dict(values) for name, values in before.values.items()}
        for (engine_id, name), value in edited.items():
            self._values.setdefault(engine_id, {})[name] = value
        if not self._since.is_switched:
            self.base = self._catalogue.engine(before.engine)
        if not self._since.has_other_sources:
            self.sources, self.operation = before.sources, before.operation
        self.engine = self._at_work()
        self._shared = {**self._shared_before, **edited_prompts}
        self._enter(self.engine)

    def _remember(self) -> None:
        self._before, self._since = self.saved(), _Since()
        self._shared_before = dict(self._shared)

    def _edited_roles(self) -> set[str]:
        """Return the roles that all engines share of what was edited."""
        return {
            field.role
            for engine_id, name in self._since.edited
            for field in self._catalogue.engine(engine_id).fields
            if field.name == name and field.role in self._shared
        }

    def saved(self) -> SavedForm:
        """Return what is kept for the next start."""
        values = {name: dict(each) for name, each in self._values.items()}
        return SavedForm(
            engine=self.base.id, values=values, sources=self.sources, operation=self.operation
        )

    def _at_work(self) -> Engine:
        has_sources = bool(self.sources)
        return operations.at_work(self._catalogue, self.base, self.operation, has_sources)

    def _go_to_work(self) -> None:
        """Enter the engine that does what is asked for now, with the settings there are."""
        before, engine = self.engine, self._at_work()
        if engine is before:
            return
        held, is_new = self.values, engine.id not in self._values
        changed = {
            name: value
            for name, value in held.items()
            if is_new or name not in self._entry or value != self._entry[name]
        }
        self._enter(engine)
        taken = operations.taken_along(before, changed, engine, self.base)
        self._values[engine.id].update(taken)
        self._entry = self.values

    def _enter(self, engine: Engine) -> None:
        self.engine = engine
        self._passing.clear()
        values = {**engine.defaults(), **self._values.get(engine.id, {})}
        for role, value in self._shared.items():
            if field := engine.by_role(role):
                values[field.name] = value
        self._values[engine.id] = values
        self._entry = self.values

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


def _usual(engine: Engine, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return by role what values under the usual names mean for an engine, as far as they fit."""
    found: dict[str, Value] = {}
    for role, name in USUAL_NAMES.items():
        field, value = engine.by_role(role), values.get(name)
        is_setting = role not in {*_SHARED, "seed"}
        if is_setting and field is not None and value is not None and not field.complaint(value):
            found[role] = value
    return found


def _named(engine: Engine, by_role: Mapping[str, Value]) -> dict[str, Value]:
    fields = ((engine.by_role(role), value) for role, value in by_role.items())
    return {field.name: value for field, value in fields if field is not None}


def _prompted(
    engine: Engine, values: Mapping[str, Value], prompt: str | None
) -> Mapping[str, Value]:
    return values if prompt is None else with_prompt(engine, values, prompt)
