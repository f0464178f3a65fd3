"""Reads a submitted workflow and refuses what Civitai would refuse, naming each field."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from civitai_desktop.sandbox.orchestration.orders import Order, make_order
from civitai_desktop.sandbox.orchestration.prices import factors
from civitai_desktop.sandbox.requests import template
from civitai_desktop.sandbox.requests.catalogue import Catalogue
from civitai_desktop.sandbox.requests.complaints import Complaints, Refused
from civitai_desktop.sandbox.requests.inputs import MAX_SEED, read_input


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRequest:
    """One step, checked.

    Attributes:
        type: Its `$type`.
        name: What the client calls it, else its place: "0".
        input: As it was sent, to be given back.
        engine_id: The engine that will run it.
        plain: Whether it came in the plain contract's shape.
        order: What it asks for.
        repeatable: Whether a seed was given, so that the same can be asked for again.
        factors: What its price is the product of, by name.
        priority: "low", "normal" or "high".
        timeout: As sent, None when it was not.
        retries: The same.
        metadata: The client's own.
    """

    type: str
    name: str
    input: dict[str, Any]
    engine_id: str
    plain: bool
    order: Order
    repeatable: bool
    factors: dict[str, float] = field(default_factory=dict)
    priority: str
    timeout: str | None
    retries: int | None
    metadata: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A whole body, checked.

    Attributes:
        steps: At least one.
        tags: The client's.
        metadata: The client's.
        external_id: Its idempotency key, None for none.
        allow_mature: None leaves it to the wallet that pays.
        upgrade_mode: "manual" or "automatic".
        currencies: Wallets that may pay, empty for all.
        tips: Rates on top of the price, by who gets them.
    """

    steps: tuple[StepRequest, ...]
    tags: tuple[str, ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)
    external_id: str | None = None
    allow_mature: bool | None = None
    upgrade_mode: str = "manual"
    currencies: tuple[str, ...] = ()
    tips: dict[str, float] = field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """Whether the client speaks the plain contract."""
        return any(step.plain for step in self.steps)


def read_submission(body: Any, catalogue: Catalogue) -> Submission:
    """Check a decoded body against the catalogue.

    Raises:
        Refused: Something in it is wrong; every complaint is in there at once.
    """
    if not isinstance(body, dict):
        raise Refused({"$": ["Must be an object."]})
    complaints = Complaints()
    listed = body.get("steps")
    steps = listed if isinstance(listed, list) else []
    plain = any(catalogue.plain(values) for values in map(_input_of, steps))
    known = template.WORKFLOW | (template.PLAIN_WORKFLOW if plain else {})
    complaints.check(body, "", known)
    if not steps:
        complaints.add("steps", "at least one step is required")
    read = [_step(step, place, catalogue, complaints) for place, step in enumerate(steps)]
    complaints.refuse_if_any()
    return Submission(
        steps=tuple(step for step in read if step),
        tags=tuple(body.get("tags") or ()),
        metadata=body.get("metadata") or {},
        external_id=body.get("externalId"),
        allow_mature=body.get("allowMatureContent"),
        upgrade_mode=body.get("upgradeMode", "manual"),
        currencies=tuple(body.get("currencies", ())),
        tips=body.get("tips", {}),
    )


def _input_of(step: Any) -> Mapping[str, Any]:
    values = step.get("input") if isinstance(step, dict) else None
    return values if isinstance(values, dict) else {}


def _step(
    step: Any, place: int, catalogue: Catalogue, complaints: Complaints
) -> StepRequest | None:
    path = f"steps[{place}]"
    if not isinstance(step, dict):
        complaints.add(path, "must be an object")
        return None
    complaints.check(step, f"{path}.", template.STEP)
    kind = step.get("$type")
    if kind not in catalogue.steps:
        complaints.add(f"{path}.$type", f"must be one of {', '.join(catalogue.steps)}")
        return None
    given = read_input(kind, _input_of(step), f"{path}.input", catalogue, complaints)
    if given is None:
        return None
    order = make_order(
        given.fields,
        given.values,
        engine=given.engine.discriminators.get("engine", given.engine.id),
        random_seed=secrets.randbelow(MAX_SEED),
    )
    return StepRequest(
        type=kind,
        name=step.get("name") or str(place),
        input=step["input"],
        engine_id=given.engine.id,
        plain=given.plain,
        order=order,
        repeatable=given.has("seed"),
        factors=factors(given.engine.price, order, given.by_role),
        priority=step.get("priority", "normal"),
        timeout=step.get("timeout"),
        retries=step.get("retries"),
        metadata=step.get("metadata") or {},
    )
