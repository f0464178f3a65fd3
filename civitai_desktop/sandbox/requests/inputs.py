"""Checks one step's input, in the official shape or the plain one, and finds its engine."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from civitai_desktop.sandbox.requests.cases import fields_for, lonely
from civitai_desktop.sandbox.requests.catalogue import Catalogue, Engine, UnknownEngine
from civitai_desktop.sandbox.requests.complaints import Complaints
from civitai_desktop.sandbox.requests.fields import Field

MAX_SEED = 2**31 - 1

_PLAIN_FIELDS = (
    Field(name="prompt", role="prompt", kind="text", required=True),
    Field(name="negativePrompt", role="negative_prompt", kind="text"),
    Field(name="width", role="width", kind="integer", minimum=64, maximum=2048),
    Field(name="height", role="height", kind="integer", minimum=64, maximum=2048),
    Field(name="steps", role="steps", kind="integer", minimum=1, maximum=150),
    Field(name="cfgScale", role="guidance", kind="number", minimum=0, maximum=30),
    Field(name="quantity", role="quantity", kind="integer", minimum=1, maximum=10),
    Field(name="seed", role="seed", kind="seed", minimum=0, maximum=MAX_SEED),
    Field(name="sampler", role="sampler", kind="text"),
    Field(name="clipSkip", role="clip_skip", kind="integer"),
    Field(name="model", role="checkpoint", kind="resource"),
    Field(name="additionalNetworks", role="loras", kind="weighted_resources", shape="array"),
)
"""The plain contract's own input: the same for every engine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An input that was accepted.

    Attributes:
        engine: Who will run it.
        plain: Whether it came in the plain shape.
        fields: The fields that it may have, by name, defaults included.
        values: What was sent of them.
    """

    engine: Engine
    plain: bool
    fields: Mapping[str, Field]
    values: Mapping[str, Any]

    def has(self, role: str) -> bool:
        """Whether a value was sent for the field of this role."""
        return any(f.role == role and f.name in self.values for f in self.fields.values())

    @property
    def by_role(self) -> dict[str, Any]:
        """What was sent, by the role of its field, with the engine's default for what was not."""
        return {f.role: self.values.get(f.name, f.default) for f in self.fields.values()}


def read_input(
    step_type: str,
    values: Mapping[str, Any],
    path: str,
    catalogue: Catalogue,
    complaints: Complaints,
) -> Input | None:
    """Check an input; complaints go under `path`, and None is returned when there are any."""
    if engine := catalogue.plain(values):
        fields = _plain_fields(engine)
        # The plain contract sends null for what is unset, and forbids no further field.
        sent = {name: value for name, value in values.items() if value is not None}
        known = {name: value for name, value in sent.items() if name in fields}
        accepted = _check(fields, known, path, complaints)
        return Input(engine=engine, plain=True, fields=fields, values=known) if accepted else None
    try:
        engine = catalogue.official(step_type, values)
    except UnknownEngine as error:
        complaints.add(f"{path}.{error.field}", f"must be one of {', '.join(error.allowed)}")
        return None
    sent = {n: value for n, value in values.items() if n not in engine.discriminators}
    given = _looked_at(engine, sent, path, complaints)
    accepted = _check(fields_for(engine.fields, engine.cases, given), given, path, complaints)
    return (
        Input(engine=engine, plain=False, fields=engine.fields, values=given) if accepted else None
    )


def _looked_at(
    engine: Engine, sent: Mapping[str, Any], path: str, complaints: Complaints
) -> dict[str, Any]:
    """Return what is left to be checked; what clients send as it is must be of that kind."""
    for name, value in engine.constants.items():
        if name in sent and not isinstance(sent[name], type(value)):
            complaints.add(f"{path}.{name}", f"must be like {json.dumps(value)}")
    passed_over = {*engine.constants, *engine.unshown}
    return {name: value for name, value in sent.items() if name not in passed_over}


def _plain_fields(engine: Engine) -> dict[str, Field]:
    defaults = {f.role: f.default for f in engine.fields.values()}
    return {f.name: replace(f, default=defaults.get(f.role)) for f in _PLAIN_FIELDS}


def _check(
    fields: Mapping[str, Field], values: Mapping[str, Any], path: str, complaints: Complaints
) -> bool:
    before = len(complaints)
    for entry in fields.values():
        if entry.required and values.get(entry.name) is None:
            complaints.add(f"{path}.{entry.name}", "this field is required")
    for name, other in lonely(fields, values):
        complaints.add(f"{path}.{name}", f"must be given together with {other}")
    complaints.check(values, f"{path}.", {name: f.complaint for name, f in fields.items()})
    return len(complaints) == before
