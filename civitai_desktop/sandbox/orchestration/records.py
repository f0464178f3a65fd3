"""What the sandbox remembers of a workflow, and what follows from it at a given moment."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from civitai_desktop.sandbox.orchestration.prices import Cost
from civitai_desktop.sandbox.orchestration.submission import StepRequest
from civitai_desktop.sandbox.orchestration.timeline import Moment, Plan, Status, look, overall

MATURE = frozenset({"r", "x", "xxx"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a step ends; a faults file may say otherwise than well.

    Attributes:
        status: The terminal status it reaches.
        reason: Why it failed, None when it did not or nobody knows.
        blocked: Which of its pictures are withheld, counted from 0.
        blocked_reason: Why those are.
        nsfw_level: The level of all of its pictures.
    """

    status: Status = Status.SUCCEEDED
    reason: str | None = None
    blocked: tuple[int, ...] = ()
    blocked_reason: str = "NsfwLevel"
    nsfw_level: str = "pg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """An amount of Buzz and the wallet it goes from or back to."""

    wallet: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One step: what was asked for and when what happens to it."""

    request: StepRequest
    plan: Plan
    outcome: Outcome = field(default_factory=Outcome)

    def blob_id(self, workflow_id: str, place: int, picture: int) -> str:
        """Return the id of a picture of this step, the workflow's `place`-th."""
        return f"{workflow_id}-{place}-{picture}.{self.request.order.output_format.lower()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRecord:
    """One workflow as stored. Its status is nowhere in it: that is worked out when asked for.

    Attributes:
        id: Its name in the API.
        created_at: When it was submitted, UTC.
        steps: At least one.
        plain: Whether it came in the plain contract's shape.
        tags: The client's.
        metadata: The client's.
        external_id: Idempotency key, None for none.
        allow_mature: As submitted or released since.
        upgrade_mode: As submitted.
        currencies: As submitted.
        tips: As submitted.
        cost: What it costs.
        debits: What was taken for it, in this order.
        what_if: Whether it only asked for the price.
        stopped_at: When it was canceled, None when it was not.
        deleted_at: When it was deleted, None when it was not.
    """

    id: str
    created_at: datetime
    steps: tuple[StepRecord, ...]
    plain: bool
    tags: tuple[str, ...]
    metadata: dict[str, Any]
    external_id: str | None
    allow_mature: bool | None
    upgrade_mode: str
    currencies: tuple[str, ...]
    tips: dict[str, float]
    cost: Cost
    debits: tuple[Payment, ...] = ()
    what_if: bool = False
    stopped_at: datetime | None = None
    deleted_at: datetime | None = None

    def moments(self, now: datetime) -> list[Moment]:
        """Return what each step is doing; a what-if stays where it began."""
        at = self.created_at if self.what_if else now
        return [look(step.plan, at, self.stopped_at) for step in self.steps]

    def status(self, now: datetime) -> Status:
        """Return where the workflow stands."""
        return overall([moment.status for moment in self.moments(now)])

    def is_over(self, now: datetime) -> bool:
        """Whether nothing more will happen to it."""
        return self.what_if or self.status(now).is_terminal

    def ends_at(self) -> datetime:
        """Return when it will be over if nobody intervenes."""
        return max(step.plan.ends_at for step in self.steps)

    def credits(self, now: datetime) -> list[Payment]:
        """Return what was paid back: the share of the pictures that will never be made."""
        moments = self.moments(now)
        if not self.debits or not all(moment.status.is_terminal for moment in moments):
            return []
        ordered = sum(step.request.order.quantity for step in self.steps)
        owed = self.cost.total * (ordered - sum(m.ready for m in moments)) // ordered
        back = []
        for debit in reversed(self.debits):
            amount = min(debit.amount, owed)
            owed -= amount
            if amount:
                back.append(Payment(wallet=debit.wallet, amount=amount))
        return back

    def withholds(self, level: str, *, hide_mature: bool) -> bool:
        """Whether a picture of this level keeps its address to itself."""
        return level in MATURE and (hide_mature or self.allow_mature is False)
