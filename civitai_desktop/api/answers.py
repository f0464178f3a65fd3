"""The shapes of the API's answers: the official one, and the older one.

The older one is that of the API description this project was started from: outputs lie under
`steps[].jobs[].result.blobs[]`, blobs have a `blobId`, pages a `nextCursor`. Fields this program
does not use are not declared, so that they cannot break it. `lenient` reads them.
"""

from typing import Any

import msgspec


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

    precedingJobs: float | None = None


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
    jobs: list[JobAnswer | None] | None = None
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

    type: str | None = None
    amount: float | None = None


class TransactionsAnswer(msgspec.Struct):
    """All that was taken and given back."""

    entries: list[TransactionAnswer | None] | None = msgspec.field(default=None, name="list")
    insufficientBuzz: bool | None = None


class WorkflowAnswer(msgspec.Struct):
    """A workflow, or the answer to a what-if."""

    id: str | None = None
    status: str | None = None
    externalId: str | None = None
    tags: Any = None
    cost: CostAnswer | None = None
    transactions: TransactionsAnswer | None = None
    steps: list[StepAnswer | None] | None = None


class PageAnswer(msgspec.Struct):
    """Some of the workflows, which are read one by one."""

    items: Any = None
    next: Any = None
    nextCursor: Any = None


class SlotAnswer(msgspec.Struct):
    """Where a picture may be sent."""

    uploadUrl: str | None = None
