"""Workflows and blobs as the server last described them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum


class WorkflowStatus(StrEnum):
    """Where a workflow, step or job stands; spelled as the API spells it.

    A status this program does not know is `UNKNOWN` and counts as still running.
    """

    UNASSIGNED = "unassigned"
    PREPARING = "preparing"
    SCHEDULED = "scheduled"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELED = "canceled"
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> "WorkflowStatus":
        lowered = str(value).lower()
        return next((status for status in cls if status.value == lowered), cls.UNKNOWN)

    @property
    def is_terminal(self) -> bool:
        """Whether nothing will change any more."""
        return self in _TERMINAL


_TERMINAL = frozenset(
    {
        WorkflowStatus.SUCCEEDED,
        WorkflowStatus.FAILED,
        WorkflowStatus.EXPIRED,
        WorkflowStatus.CANCELED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """One output at Civitai.

    Attributes:
        id: Opaque; unique within the account.
        url: Signed address of the bytes; None while they are not available.
        available: Whether the bytes can be fetched.
        width: In pixels; None where the server does not say.
        height: In pixels; None where the server does not say.
        blocked_reason: Why the picture is withheld; None if it is not.
    """

    id: str
    url: str | None = None
    available: bool = False
    width: int | None = None
    height: int | None = None
    blocked_reason: str | None = None

    @property
    def may_come(self) -> bool:
        """Whether its bytes are there or on their way, rather than withheld."""
        return self.available or self.blocked_reason is None

    def is_beside(self, other: "Blob") -> bool:
        """Tell whether another of the same id is another picture: it lies somewhere else.

        What follows the path of an address is its signature, a new one at every answer.
        """
        if not (self.available and other.available and self.url and other.url):
            return False
        return self.url.partition("?")[0] != other.url.partition("?")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What a worker downloads before it can begin.

    Attributes:
        resource: The AIR of what is loaded, as the server writes it; empty if it does not say.
        ahead: Downloads before this one; None if unknown, 0 while it is under way.
        progress: Share that is loaded, 0.0 to 1.0; None if unknown.
        seconds: How long it will still take; None if unknown.

    Source: Orchestration OpenAPI of client 0.2.0-beta.92, WorkflowStepPreparation.
    """

    resource: str = ""
    ahead: int | None = None
    progress: float | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """One submission, as the server last described it.

    Attributes:
        cost: Price in Buzz, all wallets together; None while the server names none.
        progress: Share done, 0.0 to 1.0; None if unknown. While the status is `preparing` it
            counts the download of the checkpoint, so it falls back when processing starts.
        jobs_ahead: Jobs before ours in the queue; None if unknown.
        blobs: Outputs of all steps, in order, each once, however often an answer names it; entries
            can be there before they are available. Of several with one id at several addresses,
            the further ones get a number behind it.
        reasons: Why it failed, in the server's words, first cause first.
        preparation: What is loaded for it; None while nothing is, or the server does not say.
        inputs: What each step works with, as the server tells it; empty where it does not.
        generations: Ids of the generations it says it was submitted for; empty if it does not say.

    Source: Orchestration guide, "Workflows", sections "Jobs" and "Status lifecycle".
    """

    id: str
    status: WorkflowStatus
    cost: int | None = None
    progress: float | None = None
    jobs_ahead: int | None = None
    blobs: tuple[Blob, ...] = ()
    reasons: tuple[str, ...] = ()
    preparation: Preparation | None = None
    inputs: Sequence[Mapping[str, object]] = ()
    generations: frozenset[str] = frozenset()

    def may_be_of(self, generation_id: str) -> bool:
        """Tell whether it says nothing against having been submitted for this generation."""
        return not self.generations or generation_id in self.generations

    def __post_init__(self) -> None:
        once: dict[str, Blob] = {}
        for blob in self.blobs:
            own_id, number = blob.id, 1
            while own_id in once and once[own_id].is_beside(blob):
                number += 1
                own_id = f"{blob.id}#{number}"
            if own_id not in once or (blob.available and not once[own_id].available):
                once[own_id] = replace(blob, id=own_id)
        object.__setattr__(self, "blobs", tuple(once.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a request would cost, as the server answers a what-if.

    Attributes:
        total: Buzz, all pictures and fees together.
        base: Buzz before factors and fees; None if the server does not break it down.
        factors: What multiplies the base, by the server's name for it.
        fees: What is added, in Buzz, by name (fixed amounts, licence fees, tips).
        insufficient: Whether the wallets would not cover it; None if the server does not say.
    """

    total: int
    base: int | None = None
    factors: Mapping[str, float] = field(default_factory=dict)
    fees: Mapping[str, float] = field(default_factory=dict)
    insufficient: bool | None = None
