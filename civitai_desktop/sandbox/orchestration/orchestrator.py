"""The sandbox's orchestrator: what may be asked of it, without HTTP."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from civitai_desktop.sandbox.clock import Clock, SystemClock
from civitai_desktop.sandbox.orchestration.orders import Order
from civitai_desktop.sandbox.orchestration.prices import Cost, workflow_cost
from civitai_desktop.sandbox.orchestration.records import (
    Outcome,
    Payment,
    StepRecord,
    WorkflowRecord,
)
from civitai_desktop.sandbox.orchestration.store import Store, Upload
from civitai_desktop.sandbox.orchestration.submission import StepRequest, Submission
from civitai_desktop.sandbox.orchestration.timeline import Status, make_plan
from civitai_desktop.sandbox.requests.catalogue import Catalogue

_PAYING_ORDER = ("blue", "green", "yellow")
"""Which wallet pays first. Source: Orchestration guide, "Buzz currencies"."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class NotEnoughBuzz(Exception):
    """The wallets that may pay do not hold the price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A picture of a workflow, and how to draw it.

    Attributes:
        id: The blob's id.
        order: What to draw.
        picture: Which of the order's pictures, from 0.
        nsfw_level: Its level.
        available: Whether it may be fetched now.
    """

    id: str
    order: Order
    picture: int
    nsfw_level: str
    available: bool


class Orchestrator:
    """Prices, runs, remembers, cancels and lists workflows.

    Nothing runs in the background: each answer is worked out from what was submitted and the time.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        clock: Clock | None = None,
        speed: float = 1.0,
        buzz: int = 1000,
        store: Store | None = None,
    ) -> None:
        """Begin, or continue from what `store` holds.

        Args:
            catalogue: The engines on offer.
            clock: Time; the machine's when None.
            speed: How many times faster than Civitai.
            buzz: What a new account owns; one in `store` keeps what it has.
            store: Memory; for this object's life only when None.
        """
        self.catalogue = catalogue
        self.clock = clock or SystemClock()
        self.speed = speed
        self._store = store or Store()
        earned = buzz // 10
        self._first = self._store.wallets({"blue": earned, "green": 0, "yellow": buzz - earned})
        self._records: dict[str, WorkflowRecord] = {}
        self._by_external_id: dict[str, str] = {}
        self._repeats: dict[tuple[str, Order], list[str]] = {}
        for record in self._store.workflows():
            self._index(record)

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    def balance(self) -> dict[str, int]:
        """Return the Buzz in each wallet."""
        now = self.clock.now()
        left = dict(self._first)
        for record in self._records.values():
            for debit in record.debits:
                left[debit.wallet] -= debit.amount
            for credit in record.credits(now):
                left[credit.wallet] += credit.amount
        return left

    def known(self, external_id: str | None) -> WorkflowRecord | None:
        """Return the workflow once submitted or quoted under this idempotency key."""
        return self.find(self._by_external_id.get(external_id or "", ""))

    def quote(self, submission: Submission) -> tuple[WorkflowRecord, bool]:
        """Price a submission; return it as a workflow that never runs, and whether Buzz lacks.

        With an external id it is remembered under it, as Civitai does.
        """
        cost = self._cost(submission)
        try:
            debits = self._pay(cost.total, submission)
        except NotEnoughBuzz:
            debits = None
        record = self._record(submission, Outcome(), cost, what_if=True)
        if submission.external_id:
            self._keep(record)
        # Shown in the answer, but not kept: nothing is charged.
        return replace(record, debits=debits or ()), debits is None

    def submit(self, submission: Submission, outcome: Outcome | None = None) -> WorkflowRecord:
        """Take the price and start.

        Args:
            submission: What to run.
            outcome: How it will end, well when None.

        Raises:
            NotEnoughBuzz: Nothing was taken and nothing started.
        """
        cost = self._cost(submission)
        debits = self._pay(cost.total, submission)
        record = self._record(submission, outcome or Outcome(), cost)
        record = replace(record, debits=debits)
        self._keep(record)
        return record

    def find(self, workflow_id: str) -> WorkflowRecord | None:
        """Return a workflow that was not deleted, None when there is none of that id."""
        record = self._records.get(workflow_id)
        return record if record and record.deleted_at is None else None

    def newest_first(self) -> Iterator[WorkflowRecord]:
        """Yield what was really submitted and not deleted."""
        for record in reversed(self._records.values()):
            if record.deleted_at is None and not record.what_if:
                yield record

    def cancel(self, record: WorkflowRecord) -> WorkflowRecord:
        """Stop a workflow; one that is over stays as it is."""
        now = self.clock.now()
        return record if record.is_over(now) else self.change(record, stopped_at=now)

    def delete(self, record: WorkflowRecord) -> None:
        """Hide a workflow from every later answer, and stop it if it runs."""
        self.change(self.cancel(record), deleted_at=self.clock.now())

    def change(self, record: WorkflowRecord, **changes: Any) -> WorkflowRecord:
        """Replace attributes of a stored workflow and return it as it is now."""
        changed = replace(record, **changes)
        self._keep(changed)
        return changed

    def drawn(self, blob_id: str) -> Drawn | None:
        """Return a picture of a workflow by its blob's id, None when there is none."""
        workflow_id, _, rest = blob_id.partition("-")
        record = self.find(workflow_id)
        place, _, picture = rest.partition(".")[0].partition("-")
        if record is None or not (place.isdecimal() and picture.isdecimal()):
            return None
        if int(place) >= len(record.steps):
            return None
        step = record.steps[int(place)]
        if step.blob_id(record.id, int(place), int(picture)) != blob_id:
            return None
        ready = record.moments(self.clock.now())[int(place)].ready
        outcome = step.outcome
        withheld = record.withholds(outcome.nsfw_level, hide_mature=False)
        return Drawn(
            id=blob_id,
            order=step.request.order,
            picture=int(picture),
            nsfw_level=outcome.nsfw_level,
            available=int(picture) < ready and int(picture) not in outcome.blocked and not withheld,
        )

    def upload(self, blob_id: str) -> Upload | None:
        """Return an uploaded picture by its blob's id, None when there is none."""
        return self._store.upload(blob_id)

    def keep_upload(self, media_type: str, content: bytes) -> Upload:
        """Keep a picture a client has sent."""
        suffix = media_type.partition("/")[2]
        upload = Upload(
            id=f"up{_ulid(self.clock.now())}.{suffix}", media_type=media_type, content=content
        )
        self._store.keep_upload(upload)
        return upload

    def _cost(self, submission: Submission) -> Cost:
        steps = [{} if self._has_run(step) else step.factors for step in submission.steps]
        return workflow_cost(steps, submission.tips)

    def _has_run(self, step: StepRequest) -> bool:
        """Whether the same was made before; Civitai then gives it again for nothing."""
        if not step.repeatable:
            return False
        now = self.clock.now()
        ids = self._repeats.get((step.engine_id, step.order), ())
        return any(self._records[i].status(now) is Status.SUCCEEDED for i in ids)

    def _pay(self, price: int, submission: Submission) -> tuple[Payment, ...]:
        """Return what each wallet gives, without taking it; mature content is paid in yellow.

        Raises:
            NotEnoughBuzz: Together they hold less than `price`.
        """
        held = self.balance()
        debits = []
        for wallet in _PAYING_ORDER:
            allowed = wallet in (submission.currencies or _PAYING_ORDER)
            allowed = allowed and (wallet == "yellow" or not submission.allow_mature)
            amount = min(price, held.get(wallet, 0)) if allowed else 0
            price -= amount
            if amount:
                debits.append(Payment(wallet=wallet, amount=amount))
        if price:
            raise NotEnoughBuzz
        return tuple(debits)

    def _record(
        self, submission: Submission, outcome: Outcome, cost: Cost, *, what_if: bool = False
    ) -> WorkflowRecord:
        now = self.clock.now()
        return WorkflowRecord(
            id=f"wf_{_ulid(now)}",
            created_at=now,
            steps=tuple(self._step(step, outcome, now) for step in submission.steps),
            plain=submission.plain,
            tags=submission.tags,
            metadata=submission.metadata,
            external_id=submission.external_id,
            allow_mature=submission.allow_mature,
            upgrade_mode=submission.upgrade_mode,
            currencies=submission.currencies,
            tips=submission.tips,
            cost=cost,
            what_if=what_if,
        )

    def _step(self, request: StepRequest, outcome: Outcome, now: datetime) -> StepRecord:
        plan = make_plan(
            accepted_at=now,
            seconds=self.catalogue[request.engine_id].seconds,
            pictures=request.order.quantity,
            speed=self.speed,
            queues=not request.plain,
            end=outcome.status,
        )
        return StepRecord(request=request, plan=plan, outcome=outcome)

    def _keep(self, record: WorkflowRecord) -> None:
        self._store.keep_workflow(record)
        self._index(record)

    def _index(self, record: WorkflowRecord) -> None:
        is_new = record.id not in self._records
        self._records[record.id] = record
        if is_new and record.external_id:
            self._by_external_id[record.external_id] = record.id
        for step in record.steps if is_new and not record.what_if else ():
            if step.request.repeatable:
                key = (step.request.engine_id, step.request.order)
                self._repeats.setdefault(key, []).append(record.id)


def _ulid(now: datetime) -> str:
    """Return an id that sorts by time: 48 bits of milliseconds, 80 of chance."""
    number = int(now.timestamp() * 1000) << 80 | secrets.randbits(80)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
