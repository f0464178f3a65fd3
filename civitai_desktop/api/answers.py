"""The shapes of the API's answers as they are decoded: the official one, and the older one.

The older one is that of the API description this project was started from: outputs lie under
`steps[].jobs[].result.blobs[]`, blobs have a `blobId`, pages a `nextCursor`. Fields this program
does not use are not declared, so that they cannot break it.
"""

import logging
from typing import Any, TypeVar

import msgspec

from civitai_desktop.api.errors import NOT_READABLE
from civitai_desktop.domain.errors import BadReply

log = logging.getLogger(__name__)
T = TypeVar("T")


class BlobAnswer(msgspec.Struct):
    """An output, or an uploaded picture."""

    id: str | None = None
    blobId: str | None = None
    url: str | None = None
    available: bool | None = None
    width: float | None = None
    height: float | None = None
    blockedReason: str | None = None


class OutputAnswer(msgspec.Struct):
    """What a step has made, whatever the step is."""

    images: list[BlobAnswer | None] | None = None
    blobs: list[BlobAnswer | None] | None = None
    blob: BlobAnswer | None = None
    image: BlobAnswer | None = None
    errors: Any = None
    message: Any = None


class QueuePositionAnswer(msgspec.Struct):
    """Where a job stands in the queue."""

    precedingJobs: int | None = None


class ResultAnswer(msgspec.Struct):
    """What a job has made, in the older shape."""

    blobs: list[BlobAnswer | None] | None = None


class JobAnswer(msgspec.Struct):
    """One of the jobs of a step."""

    estimatedProgressRate: float | None = None
    queuePosition: QueuePositionAnswer | None = None
    reason: Any = None
    error: Any = None
    message: Any = None
    errors: Any = None
    blockedReason: Any = None
    result: ResultAnswer | None = None


class StepAnswer(msgspec.Struct):
    """One of the steps of a workflow."""

    estimatedProgressRate: float | None = None
    output: OutputAnswer | None = None
    jobs: list[JobAnswer] | None = None
    metadata: Any = None
    input: Any = None
    preparation: Any = None


class CostAnswer(msgspec.Struct):
    """What a workflow costs, in Buzz, and what that is made up of."""

    total: float | None = None
    base: float | None = None
    factors: Any = None
    fixed: Any = None
    fees: Any = None
    tips: Any = None


class TransactionAnswer(msgspec.Struct):
    """Buzz that was taken, or given back."""

    type: str = ""
    amount: float = 0


class TransactionsAnswer(msgspec.Struct):
    """All that was taken and given back."""

    entries: list[TransactionAnswer] | None = msgspec.field(default=None, name="list")
    insufficientBuzz: bool | None = None


class WorkflowAnswer(msgspec.Struct):
    """A workflow, or the answer to a what-if."""

    id: str | None = None
    status: str | None = None
    tags: list[str] | None = None
    cost: CostAnswer | None = None
    transactions: TransactionsAnswer | None = None
    steps: list[StepAnswer] | None = None


class PageAnswer(msgspec.Struct):
    """Some of the workflows, which are decoded one by one."""

    items: list[msgspec.Raw] = []
    next: str | None = None
    nextCursor: str | None = None


class SlotAnswer(msgspec.Struct):
    """Where a picture may be sent."""

    uploadUrl: str | None = None


WORKFLOWS = msgspec.json.Decoder(WorkflowAnswer, strict=False)
PAGES = msgspec.json.Decoder(PageAnswer, strict=False)
BLOBS = msgspec.json.Decoder(BlobAnswer, strict=False)
SLOTS = msgspec.json.Decoder(SlotAnswer, strict=False)


def decoded(decoder: msgspec.json.Decoder[T], body: bytes | msgspec.Raw) -> T:
    """Decode an answer.

    Raises:
        BadReply: It is not JSON, or not of this shape.
    """
    try:
        return decoder.decode(body)
    except NOT_READABLE as error:
        log.warning("An answer cannot be read: %s", error)
        raise BadReply("The answer is not one of Civitai's.") from error
