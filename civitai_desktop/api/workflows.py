"""A workflow and its blobs as the API tells them; whatever is odd in them counts as not said."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from civitai_desktop.api.answers import (
    BlobAnswer,
    JobAnswer,
    OutputAnswer,
    StepAnswer,
    TransactionsAnswer,
    WorkflowAnswer,
)
from civitai_desktop.api.errors import sentence
from civitai_desktop.domain.errors import LONGEST, BadReply, bounded
from civitai_desktop.domain.numbers import finite
from civitai_desktop.domain.workflow import Blob, Preparation, Workflow, WorkflowStatus

TAG = "civitai-desktop:"
"""Before a generation's id, the tag by which its workflow is found."""

_LARGEST = 1 << 53
_DEEPEST = 8
"""Levels of an answer that are looked through; none of those that are read has more."""

_LONGEST_LOAD_S = 24 * 3600
"""A longer forecast is none."""


def workflow_of(read: WorkflowAnswer) -> Workflow:
    """Return a workflow.

    Raises:
        BadReply: It has no id.
    """
    if not read.id:
        raise BadReply("Civitai's answer names no workflow.")
    steps = [step or StepAnswer() for step in read.steps or []]
    positions = [job.queuePosition for step in steps for job in _jobs(step) if job.queuePosition]
    ahead = [whole(position.precedingJobs) for position in positions]
    return Workflow(
        id=read.id,
        generations=named_generations(read),
        status=WorkflowStatus(read.status or ""),
        cost=_charged(read),
        progress=_progress(steps),
        jobs_ahead=min((jobs for jobs in ahead if jobs is not None), default=None),
        blobs=tuple(_blobs(steps)),
        reasons=_to_show(_reasons(steps)),
        preparation=next(filter(None, (_preparation(step.preparation) for step in steps)), None),
        inputs=tuple(
            _shallow(step.input) for step in steps if isinstance(step.input, dict) and step.input
        ),
    )


def _shallow(value: Any, depth: int = 0) -> Any:
    """Return a value without what lies too deep in it: whoever reads it may do so level by level.

    The decoder takes about as many levels as Python itself, which is too many for anybody else.
    """
    if isinstance(value, dict | list) and depth == _DEEPEST:
        return None
    if isinstance(value, dict):
        return {name: _shallow(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shallow(inner, depth + 1) for inner in value]
    return value


def _preparation(said: Any) -> Preparation | None:
    """Read what a step waits for; whatever is odd or missing in it counts as not said.

    Source: Orchestration OpenAPI, WorkflowStepPreparation.
    """
    if not isinstance(said, Mapping):
        return None
    resource = said.get("resource")
    ahead, seconds = finite(said.get("queuePosition")), finite(said.get("etaSeconds"))
    progress = finite(said.get("progress"))
    read = Preparation(
        resource=resource.strip() if isinstance(resource, str) else "",
        ahead=math.floor(ahead) if ahead is not None and 0 <= ahead < _LARGEST else None,
        progress=progress if progress is not None and 0 <= progress <= 1 else None,
        seconds=math.ceil(seconds)
        if seconds is not None and 0 <= seconds <= _LONGEST_LOAD_S
        else None,
    )
    return None if read == Preparation() else read


def named_generations(read: WorkflowAnswer) -> frozenset[str]:
    """Return the ids of the generations that a workflow says it was submitted for."""
    tags = [tag.removeprefix(TAG) for tag in tags_of(read) if tag.startswith(TAG)]
    return frozenset([*tags, read.externalId] if read.externalId else tags)


def tags_of(read: WorkflowAnswer) -> list[str]:
    """Return the tags that can be read."""
    tags = read.tags if isinstance(read.tags, list) else []
    return [tag for tag in tags if isinstance(tag, str)]


def _jobs(step: StepAnswer) -> list[JobAnswer]:
    return [job for job in step.jobs or [] if job]


def _charged(read: WorkflowAnswer) -> int | None:
    """Return what was really taken, refunds given back; else the price the server names."""
    taken = _total(read.transactions, "debit") or (whole(read.cost.total) if read.cost else None)
    if taken is None:
        return None
    # More than was taken is never given back: then the list leaves out what was taken.
    return max(0, taken - _total(read.transactions, "credit"))


def whole(number: float | None) -> int | None:
    """Round up; None for what is no amount, or less than nothing."""
    return math.ceil(number) if number is not None and 0 <= number < _LARGEST else None


def _total(transactions: TransactionsAnswer | None, kind: str) -> int:
    entries = (transactions.entries if transactions else None) or []
    amounts = (entry.amount for entry in entries if entry and entry.type == kind)
    return whole(sum(amount for amount in amounts if amount is not None)) or 0


def _progress(steps: Iterable[StepAnswer]) -> float | None:
    rates = []
    for step in steps:
        rate = step.estimatedProgressRate
        if rate is None:
            rate = max((job.estimatedProgressRate or 0 for job in _jobs(step)), default=0)
        rates.append(rate)
    share = sum(rates) / len(rates) if rates else 0
    return min(share, 1.0) if share > 0 else None


def _blobs(steps: Iterable[StepAnswer]) -> Iterator[Blob]:
    """Yield the outputs; one without an id gets that of its place, which is the same every time."""
    for step, outputs in enumerate(_outputs(steps)):
        for index, output in enumerate(outputs):
            if blob := blob_of(output, f"{step}.{index}"):
                yield blob


def _outputs(steps: Iterable[StepAnswer]) -> Iterator[Sequence[BlobAnswer | None]]:
    for step in steps:
        yield _of_output(step.output) or _of_jobs(_jobs(step))


def _of_output(output: OutputAnswer | None) -> Sequence[BlobAnswer | None]:
    if output is None:
        return []
    single = [each for each in (output.blob, output.image) if each]
    return output.images or output.blobs or single


def _of_jobs(jobs: Iterable[JobAnswer]) -> Sequence[BlobAnswer | None]:
    return [each for job in jobs if job.result for each in job.result.blobs or []]


def blob_of(read: BlobAnswer | None, place: str = "") -> Blob | None:
    """Return a blob; None for what has no id, or says nothing at all and has no place either."""
    if read is None:
        return None
    says_something = read.url or read.available is not None or read.blockedReason
    blob_id = read.id or read.blobId or (says_something and place)
    if not blob_id:
        return None
    blocked = read.blockedReason
    return Blob(
        id=blob_id,
        url=read.url or None,
        available=bool(read.url) if read.available is None else read.available,
        width=whole(read.width) or None,
        height=whole(read.height) or None,
        # "none" is how the server spells "not blocked".
        blocked_reason=bounded(blocked) if blocked and blocked.lower() != "none" else None,
    )


def _reasons(steps: Iterable[StepAnswer]) -> Iterator[str]:
    """Yield what the server says went wrong, in the order its own clients read it."""
    for step in steps:
        if step.output:
            yield from _texts(step.output.errors)
            yield from _texts(step.output.message)
        for job in _jobs(step):
            for said in (job.reason, job.error, job.message, job.errors, job.blockedReason):
                yield from _texts(said)
        if isinstance(step.metadata, Mapping):
            yield from _texts(step.metadata.get("error"))
            yield from _texts(step.metadata.get("errors"))


def _to_show(said: Iterable[str]) -> tuple[str, ...]:
    """Return each text once, as many as a person may be shown."""
    told: dict[str, None] = {}
    left = LONGEST
    for text in said:
        if text not in told:
            left -= len(text)
            if left < 0:
                break
            told[text] = None
    return tuple(told)


def _texts(said: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(said, str):
        if text := sentence(said):
            yield text
    elif depth == _DEEPEST:
        return
    elif isinstance(said, Mapping):
        yield from _texts(said.get("message"), depth + 1)
    elif isinstance(said, list):
        for each in said:
            yield from _texts(each, depth + 1)


def numbers(said: Any) -> dict[str, float]:
    """Return the amounts by name; what is no amount is left out."""
    if not isinstance(said, Mapping):
        return {}
    return {
        str(name): value
        for name, value in said.items()
        if isinstance(value, int | float) and abs(value) < _LARGEST
    }
