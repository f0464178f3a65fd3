"""The only place that knows the API's JSON names; reads the official shape and the older one.

The older one is that of the API description this project was started from: outputs lie under
`steps[].jobs[].result.blobs[]`, blobs have a `blobId`, pages a `nextCursor`. Fields this program
does not use are not declared, so that they cannot break it.
"""

import logging
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from civitai_desktop.api.errors import NOT_READABLE, sentence
from civitai_desktop.domain.errors import LONGEST, BadReply, bounded
from civitai_desktop.domain.generation import GenerationRequest
from civitai_desktop.domain.terms import Terms
from civitai_desktop.domain.workflow import Blob, Preparation, Quote, Workflow, WorkflowStatus

log = logging.getLogger(__name__)
T = TypeVar("T")

APP_TAG = "civitai-desktop"

_LARGEST = 1 << 53
_DEEPEST = 8
"""Levels of an answer that are looked through; none of those that are read has more."""

_LONGEST_LOAD_S = 24 * 3600
"""A longer forecast is none."""


def generation_tag(generation_id: str) -> str:
    """Return the tag by which a submission is found again after a lost answer."""
    return f"{APP_TAG}:{generation_id}"


class _Blob(msgspec.Struct):
    id: str | None = None
    blobId: str | None = None
    url: str | None = None
    available: bool | None = None
    width: float | None = None
    height: float | None = None
    blockedReason: str | None = None


class _Output(msgspec.Struct):
    images: list[_Blob | None] | None = None
    blobs: list[_Blob | None] | None = None
    blob: _Blob | None = None
    image: _Blob | None = None
    errors: Any = None
    message: Any = None


class _QueuePosition(msgspec.Struct):
    precedingJobs: int | None = None


class _Result(msgspec.Struct):
    blobs: list[_Blob | None] | None = None


class _Job(msgspec.Struct):
    estimatedProgressRate: float | None = None
    queuePosition: _QueuePosition | None = None
    reason: Any = None
    error: Any = None
    message: Any = None
    errors: Any = None
    blockedReason: Any = None
    result: _Result | None = None


class _Step(msgspec.Struct):
    estimatedProgressRate: float | None = None
    output: _Output | None = None
    jobs: list[_Job] | None = None
    metadata: Any = None
    input: Any = None
    preparation: Any = None


class _Cost(msgspec.Struct):
    total: float | None = None
    base: float | None = None
    factors: Any = None
    fixed: Any = None
    fees: Any = None
    tips: Any = None


class _Transaction(msgspec.Struct):
    type: str = ""
    amount: float = 0


class _Transactions(msgspec.Struct):
    entries: list[_Transaction] | None = msgspec.field(default=None, name="list")
    insufficientBuzz: bool | None = None


class _Workflow(msgspec.Struct):
    id: str | None = None
    status: str | None = None
    tags: list[str] | None = None
    cost: _Cost | None = None
    transactions: _Transactions | None = None
    steps: list[_Step] | None = None


class _Page(msgspec.Struct):
    items: list[msgspec.Raw] = []
    next: str | None = None
    nextCursor: str | None = None


class _Slot(msgspec.Struct):
    uploadUrl: str | None = None


_workflows = msgspec.json.Decoder(_Workflow, strict=False)
_pages = msgspec.json.Decoder(_Page, strict=False)
_blobs = msgspec.json.Decoder(_Blob, strict=False)
_slots = msgspec.json.Decoder(_Slot, strict=False)


def template(request: GenerationRequest) -> dict[str, Any]:
    """Return the body of a submission; its id and tags make a repeated one harmless."""
    return quoted(request) | {
        "tags": [APP_TAG, generation_tag(request.id)],
        "externalId": request.id,
    }


def quoted(request: GenerationRequest) -> dict[str, Any]:
    """Return the body of a what-if: without the id, which a what-if would use up.

    Source: `civitai/api.md` section 3: a match on `externalId` returns the existing workflow,
    one that a what-if made included.
    """
    step = {"$type": request.step_type, "input": _plain(request.input)}
    return {"steps": [step], **_terms(request.terms)}


def _terms(terms: Terms) -> dict[str, Any]:
    """Return what pays and what may be shown; what is left to Civitai is left out."""
    sent: dict[str, Any] = {}
    if terms.wallet is not None:
        sent["currencies"] = [terms.wallet.value]
    if terms.allow_mature is not None:
        sent["allowMatureContent"] = terms.allow_mature
    return sent


def _plain(value: Any) -> Any:
    """Return what JSON takes: the library gives mappings back read-only, the inner ones too."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def workflow(body: bytes) -> Workflow:
    """Read a workflow.

    Raises:
        BadReply: The body is none.
    """
    return _workflow(_decoded(_workflows, body))


def quote(body: bytes) -> Quote:
    """Read the answer to a what-if.

    Raises:
        BadReply: It names no price.
    """
    read = _decoded(_workflows, body)
    cost = read.cost or _Cost()
    total = _whole(cost.total)
    if total is None:
        raise BadReply("Civitai's answer names no price.")
    fees = {**_numbers(cost.fixed), **_numbers(cost.fees)}
    fees |= {f"tip: {name}": tip for name, tip in _numbers(cost.tips).items() if tip}
    return Quote(
        total=total,
        base=_whole(cost.base),
        factors=_numbers(cost.factors),
        fees=fees,
        insufficient=read.transactions.insufficientBuzz if read.transactions else None,
    )


def page(body: bytes, tags: Collection[str] = ()) -> tuple[list[Workflow], str | None]:
    """Read a page of workflows and the cursor of the next, None at the end.

    A row that cannot be read costs itself only. One without all of `tags` is left out: to take a
    stranger's workflow for ours would be worse than not to find ours.

    Raises:
        BadReply: The body is no page.
    """
    read = _decoded(_pages, body)
    found = []
    for raw in read.items:
        try:
            row = _decoded(_workflows, raw)
            if set(tags) <= set(row.tags or ()):
                found.append(_workflow(row))
        except BadReply as error:
            log.warning("A workflow in the list cannot be read: %s", error)
    return found, read.next or read.nextCursor or None


def blob(body: bytes) -> Blob:
    """Read a single blob, as a refresh answers it.

    Raises:
        BadReply: The body is none.
    """
    read = _blob(_decoded(_blobs, body))
    if read is None:
        raise BadReply("Civitai's answer names no blob.")
    return read


def upload_url(body: bytes) -> str:
    """Read where a picture is to be sent.

    Raises:
        BadReply: The body does not say.
    """
    url = _decoded(_slots, body).uploadUrl
    if not url:
        raise BadReply("Civitai's answer names no address for the upload.")
    return url


def _decoded(decoder: msgspec.json.Decoder[T], body: bytes | msgspec.Raw) -> T:
    try:
        return decoder.decode(body)
    except NOT_READABLE as error:
        log.warning("An answer cannot be read: %s", error)
        raise BadReply("The answer is not one of Civitai's.") from error


def _workflow(read: _Workflow) -> Workflow:
    if not read.id:
        raise BadReply("Civitai's answer names no workflow.")
    steps = read.steps or []
    jobs = [job for step in steps for job in step.jobs or []]
    positions = [job.queuePosition for job in jobs if job.queuePosition]
    return Workflow(
        id=read.id,
        status=WorkflowStatus(read.status or ""),
        cost=_charged(read),
        progress=_progress(steps),
        jobs_ahead=min(
            (p.precedingJobs for p in positions if p.precedingJobs is not None), default=None
        ),
        blobs=tuple(found for found in map(_blob, _outputs(steps)) if found),
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
    ahead, seconds = _number(said.get("queuePosition")), _number(said.get("etaSeconds"))
    progress = _number(said.get("progress"))
    read = Preparation(
        resource=resource.strip() if isinstance(resource, str) else "",
        ahead=math.floor(ahead) if ahead is not None and 0 <= ahead < _LARGEST else None,
        progress=progress if progress is not None and 0 <= progress <= 1 else None,
        seconds=math.ceil(seconds)
        if seconds is not None and 0 <= seconds <= _LONGEST_LOAD_S
        else None,
    )
    return None if read == Preparation() else read


def _number(said: Any) -> float | None:
    """Return a number, also one that is written as text; None for anything else."""
    if isinstance(said, bool) or not isinstance(said, int | float | str):
        return None
    try:
        number = float(said)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _charged(read: _Workflow) -> int | None:
    """Return what was really taken, refunds given back; else the price the server names."""
    if debits := _total(read.transactions, "debit"):
        return debits - _total(read.transactions, "credit")
    return None if read.cost is None else _whole(read.cost.total)


def _whole(number: float | None) -> int | None:
    """Round up; None for what is no amount: the decoder takes "NaN" for a number too."""
    return math.ceil(number) if number is not None and abs(number) < _LARGEST else None


def _total(transactions: _Transactions | None, kind: str) -> int:
    entries = (transactions.entries if transactions else None) or []
    return _whole(sum(entry.amount for entry in entries if entry.type == kind)) or 0


def _progress(steps: Iterable[_Step]) -> float | None:
    rates = []
    for step in steps:
        rate = step.estimatedProgressRate
        if rate is None:
            rate = max((job.estimatedProgressRate or 0 for job in step.jobs or []), default=0)
        rates.append(rate)
    share = sum(rates) / len(rates) if rates else 0
    return min(share, 1.0) if share > 0 else None


def _outputs(steps: Iterable[_Step]) -> Iterator[_Blob | None]:
    for step in steps:
        yield from _of_output(step.output) or _of_jobs(step.jobs or [])


def _of_output(output: _Output | None) -> Sequence[_Blob | None]:
    if output is None:
        return []
    single = [each for each in (output.blob, output.image) if each]
    return output.images or output.blobs or single


def _of_jobs(jobs: Iterable[_Job]) -> Sequence[_Blob | None]:
    return [each for job in jobs if job.result for each in job.result.blobs or []]


def _blob(read: _Blob | None) -> Blob | None:
    blob_id = read and (read.id or read.blobId)
    if not read or not blob_id:
        return None
    blocked = read.blockedReason
    return Blob(
        id=blob_id,
        url=read.url or None,
        available=bool(read.url) if read.available is None else read.available,
        width=_whole(read.width) or None,
        height=_whole(read.height) or None,
        # "none" is how the server spells "not blocked".
        blocked_reason=bounded(blocked) if blocked and blocked.lower() != "none" else None,
    )


def _reasons(steps: Iterable[_Step]) -> Iterator[str]:
    """Yield what the server says went wrong, in the order its own clients read it."""
    for step in steps:
        if step.output:
            yield from _texts(step.output.errors)
            yield from _texts(step.output.message)
        for job in step.jobs or []:
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


def _numbers(said: Any) -> dict[str, float]:
    if not isinstance(said, Mapping):
        return {}
    return {
        str(name): value
        for name, value in said.items()
        if isinstance(value, int | float) and abs(value) < _LARGEST
    }
