"""What a step is doing at a given moment: a plan made once, and a pure function of time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil


class Status(StrEnum):
    """The eight statuses of workflows, steps and jobs, in the order in which they are walked."""

    UNASSIGNED = "unassigned"
    PREPARING = "preparing"
    SCHEDULED = "scheduled"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELED = "canceled"

    @property
    def is_terminal(self) -> bool:
        """Whether nothing will happen any more."""
        return self in TERMINAL


TERMINAL = frozenset({Status.SUCCEEDED, Status.FAILED, Status.EXPIRED, Status.CANCELED})

_WALK = tuple(Status)
_QUEUE_AT_FIRST = 3
"""Jobs ahead of a new one; enough to be seen going down."""
_DOWNLOADS_AT_FIRST = 2
_WAITING_SHARE = 0.4
"""Of the time of preparing, in which other downloads come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When each phase of a step begins and each of its pictures is ready.

    Attributes:
        accepted_at: When the step was submitted, UTC like all the others.
        preparing_at: When a worker starts to load what the step needs.
        scheduled_at: When it is loaded and the step queues for that worker.
        processing_at: When the worker starts on it.
        ends_at: When it reaches `end`.
        ready_at: When picture k is ready; those after `ends_at` never are.
        end: The terminal status that awaits it.
    """

    accepted_at: datetime
    preparing_at: datetime
    scheduled_at: datetime
    processing_at: datetime
    ends_at: datetime
    ready_at: tuple[datetime, ...]
    end: Status = Status.SUCCEEDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """How far the download is of what a step needs.

    Attributes:
        ahead: Downloads before it, 0 once it is under way.
        progress: 0 to 1 of it, None before it is under way.
        seconds: Until it is loaded.
    """

    ahead: int
    progress: float | None
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What can be seen of a step at one moment.

    Attributes:
        status: Where it stands.
        progress: 0 to 1 of the download (preparing) or the generation (processing), else None.
        ready: How many of its pictures are there; they come in order.
        preceding_jobs: Jobs ahead of it, None once it has its turn.
        started_at: When processing began, None before.
        completed_at: When it reached a terminal status, None before.
        preparation: What is loaded for it, None but while it is preparing.
    """

    status: Status
    progress: float | None
    ready: int
    preceding_jobs: int | None
    started_at: datetime | None
    completed_at: datetime | None
    preparation: Preparation | None = None


def make_plan(
    *,
    accepted_at: datetime,
    seconds: tuple[float, float],
    pictures: int,
    speed: float,
    queues: bool = True,
    end: Status = Status.SUCCEEDED,
) -> Plan:
    """Lay out a step's life.

    Args:
        accepted_at: When it was submitted.
        seconds: What one and very many pictures take, in seconds at speed 1.
        pictures: How many it makes.
        speed: Divides every duration.
        queues: False leaves `scheduled` out, a status the plain contract does not know.
        end: A failure happens half-way through processing.
    """
    shortest, longest = seconds
    total_s = (shortest + (longest - shortest) * pictures / (pictures + 1)) / speed

    def after(share: float) -> datetime:
        return accepted_at + timedelta(seconds=total_s * share)

    processing = 0.4
    ready_at = tuple(after(processing + 0.6 * (k + 1) / pictures) for k in range(pictures))
    return Plan(
        accepted_at=accepted_at,
        preparing_at=after(0.06),
        scheduled_at=after(0.24 if queues else processing),
        processing_at=after(processing),
        ends_at=ready_at[-1] if end is Status.SUCCEEDED else after(0.7),
        ready_at=ready_at,
        end=end,
    )


def look(plan: Plan, now: datetime, stopped_at: datetime | None = None) -> Moment:
    """Say what a step is doing.

    Args:
        plan: The step's life.
        now: The moment in question.
        stopped_at: When it was canceled; pictures that were ready by then stay.
    """
    stopped = stopped_at is not None and stopped_at < plan.ends_at and stopped_at <= now
    at = stopped_at if stopped and stopped_at else min(now, plan.ends_at)
    running = _running(plan, at)
    ended = stopped or at >= plan.ends_at
    status = Status.CANCELED if stopped else plan.end if ended else running
    return Moment(
        status=status,
        progress=None if ended else _progress(plan, running, at),
        ready=sum(moment <= at for moment in plan.ready_at),
        preceding_jobs=None if ended else _preceding(plan, running, at),
        started_at=plan.processing_at if at >= plan.processing_at else None,
        completed_at=at if ended else None,
        preparation=None if ended else _preparation(plan, running, at),
    )


def overall(statuses: list[Status]) -> Status:
    """Return a workflow's status from those of its steps, which run side by side.

    It is the least advanced of them; once all have ended the worst end counts.
    """
    running = [status for status in statuses if not status.is_terminal]
    if running:
        return min(running, key=_WALK.index)
    return max(statuses, key=_WALK.index)


def _running(plan: Plan, at: datetime) -> Status:
    """Return the phase at `at`, leaving the end aside."""
    begins = (plan.accepted_at, plan.preparing_at, plan.scheduled_at, plan.processing_at)
    reached = sum(at >= begin for begin in begins)
    return _WALK[max(reached, 1) - 1]


def _progress(plan: Plan, running: Status, at: datetime) -> float | None:
    spans = {
        Status.PREPARING: (plan.preparing_at, plan.scheduled_at),
        Status.PROCESSING: (plan.processing_at, plan.ready_at[-1]),
    }
    if running not in spans:
        return None
    begin, end = spans[running]
    return round((at - begin) / (end - begin), 3)


def _preparation(plan: Plan, running: Status, at: datetime) -> Preparation | None:
    if running is not Status.PREPARING:
        return None
    share = (at - plan.preparing_at) / (plan.scheduled_at - plan.preparing_at)
    waited, loaded = share / _WAITING_SHARE, (share - _WAITING_SHARE) / (1 - _WAITING_SHARE)
    return Preparation(
        ahead=ceil(_DOWNLOADS_AT_FIRST * (1 - waited)) if waited < 1 else 0,
        progress=None if waited < 1 else round(loaded, 3),
        seconds=ceil((plan.scheduled_at - at).total_seconds()),
    )


def _preceding(plan: Plan, running: Status, at: datetime) -> int | None:
    if running is Status.PROCESSING:
        return None
    waited = (at - plan.accepted_at) / (plan.processing_at - plan.accepted_at)
    return round(_QUEUE_AT_FIRST * (1 - waited))
