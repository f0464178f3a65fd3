"""Engines as data: what each takes, whether values fit, and the request made of them."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from civitai_desktop.catalogue import cases
from civitai_desktop.catalogue.cases import Case
from civitai_desktop.catalogue.field import MAX_SEED, Field, Kind
from civitai_desktop.catalogue.price import Price
from civitai_desktop.domain.errors import InvalidInput
from civitai_desktop.domain.generation import GenerationRequest, Value


def draw_seed() -> int:
    """Return a random seed. Always sent, because the server never tells which one it drew."""
    return random.randint(0, MAX_SEED)


USUAL_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "prompt": "prompt",
        "negative_prompt": "negativePrompt",
        "width": "width",
        "height": "height",
        "steps": "steps",
        "guidance": "cfgScale",
        "clip_skip": "clipSkip",
        "seed": "seed",
    }
)
"""By role, what most engines call it: the names of settings whose engine nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A remark beside a field while other fields have certain values."""

    field: str
    when: Mapping[str, Value]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One way to make pictures: an engine of the API with its variant and operation.

    Attributes:
        id: Ours, e.g. "z-image-turbo"; kept in the library, so it never changes.
        family: What it is grouped under in the picker.
        operation: "text-to-image"; "image-to-image" and "edit-image" need source pictures.
        step: The step's `$type`.
        discriminators: What is sent verbatim to choose this engine.
        implied: Names of discriminators that Civitai reads like that where they are missing.
        constants: What is sent with every request besides, because no form has a field for it.
        unshown: Names of what Civitai takes besides, which the form has no field for.
        omitted: What Civitai's contract demands and a request may lack all the same: by wire name,
            the reason.
        exceeded: Where values go beyond the letter of that contract: by wire name, the reason.
        related: By operation, the id of the entry that does it with the same network.
        sizes: Recommended sizes as (width, height) in pixels, the first is the default.
        price: How the price is reckoned, for orientation; the what-if is what counts.
        seconds: Usual time of a request from start to end, (low, high); None if unknown.
        cases: What it takes otherwise while fields have certain values.
        seed_engine: The plain engine name this entry stands for; see `Catalogue.engine`.
    """

    id: str
    label: str
    family: str
    operation: str
    step: str
    discriminators: Mapping[str, str]
    fields: Sequence[Field]
    related: Mapping[str, str] = field(default_factory=dict)
    sizes: Sequence[tuple[int, int]] = ()
    price: Price = field(default_factory=Price)
    seconds: tuple[float, float] | None = None
    base_models: Sequence[str] = ()
    hints: Sequence[Hint] = ()
    cases: Sequence[Case] = ()
    implied: Sequence[str] = ()
    constants: Mapping[str, object] = field(default_factory=dict)
    unshown: Sequence[str] = ()
    omitted: Mapping[str, str] = field(default_factory=dict)
    exceeded: Mapping[str, str] = field(default_factory=dict)
    seed_engine: str | None = None

    def by_role(self, role: str) -> Field | None:
        """Return the field that plays `role`, e.g. "guidance", or None if the engine has none."""
        return next((each for each in self.fields if each.role == role), None)

    def defaults(self) -> dict[str, Value]:
        """Return every field's value as a new form shows it."""
        values = {each.name: each.default for each in self.fields}
        width, height = self.by_role("width"), self.by_role("height")
        if self.sizes and width and height:
            values[width.name], values[height.name] = self.sizes[0]
        return values

    def hint(self, name: str, values: Mapping[str, Value]) -> str:
        """Return the remark beside field `name` for these values, or ""."""
        for hint in self.hints:
            if hint.field == name and all(values.get(k) == v for k, v in hint.when.items()):
                return hint.text
        return cases.remark(self.fields, self.cases, name, values)

    def complaints(self, values: Mapping[str, Value]) -> dict[str, str]:
        """Return what is wrong, by field name; empty if the values fit."""
        return cases.complaints(self.fields, self.cases, values)

    def depending_on(self, name: str) -> set[str]:
        """Return the names of fields whose complaint may change once `name` is edited."""
        return cases.depending(self.fields, self.cases, name)

    def request(
        self, values: Mapping[str, Value], *, seed: Callable[[], int] = draw_seed
    ) -> GenerationRequest:
        """Check `values` and build the request; fields the engine lacks are left out.

        Args:
            values: By field name; missing ones are left out of the request.
            seed: Draws a seed where the form leaves it random.

        Raises:
            InvalidInput: With a complaint for each field that does not fit.
        """
        complaints = self.complaints(values)
        if complaints:
            raise InvalidInput(next(iter(complaints.values())), complaints, next_step="")
        sent: dict[str, object] = {**self.discriminators, **self.constants}
        first_seed = None
        for each in self.fields:
            value = values.get(each.name)
            if each.kind is Kind.SEED:
                value = first_seed = seed() if value is None else _whole(value)
            if not each.is_empty(value):
                sent[each.name] = each.wire_value(value)
        quantity, prompt = self.by_role("quantity"), self.by_role("prompt")
        return GenerationRequest(
            engine=self.id,
            values={each.name: values.get(each.name) for each in self.fields},
            step_type=self.step,
            input=sent,
            prompt=str(values.get(prompt.name) or "") if prompt else "",
            quantity=_whole(values.get(quantity.name) or 1) if quantity else 1,
            seed=first_seed,
        )


def _whole(value: Value) -> int:
    """Return a checked number as an integer: "1e3" is typed as a float."""
    return int(float(str(value)))
