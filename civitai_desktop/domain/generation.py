"""A generation (one request and what became of it) and the images saved from it."""

import os
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import PurePosixPath
from types import MappingProxyType

from civitai_desktop.domain.hold import Hold
from civitai_desktop.domain.owner import Owner
from civitai_desktop.domain.terms import Terms

Value = str | int | float | bool | None | tuple[str, ...] | Mapping[str, float]
"""A form value: text, number, flag, nothing, a list of AIRs, or AIRs with their weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """One step, ready to send. Build it with `Engine.request()`, which checks the values.

    Attributes:
        id: Ours; also the `externalId` that lets the server recognise a repeated submission.
        engine: The catalogue's engine id, e.g. "z-image-turbo".
        values: The form as it was filled in, by field name; a random seed is None here, and the
            prompt is the template if it has alternatives.
        step_type: The step's `$type` on the wire, e.g. "imageGen".
        input: The step's `input` on the wire, the seed that was drawn included; sizes in pixels.
        prompt: The positive prompt as it is sent.
        quantity: Number of pictures asked for, at least 1.
        seed: The seed of the first picture; picture k has seed + k. None where the engine has none.
        terms: Which wallet pays, and whether mature content is allowed.
    """

    engine: str
    values: Mapping[str, Value]
    step_type: str
    input: Mapping[str, object]
    prompt: str
    quantity: int = 1
    seed: int | None = None
    terms: Terms = field(default_factory=Terms)
    id: str = field(default_factory=lambda: os.urandom(16).hex())

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))
        object.__setattr__(self, "input", MappingProxyType(dict(self.input)))


class GenerationState(StrEnum):
    """Where a generation stands on this machine."""

    WAITING = "waiting"
    """In our queue; the server has never been asked."""
    SENDING = "sending"
    """The submission may have been received; it is looked up before it is sent again."""
    RUNNING = "running"
    """The server's workflow id is known."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_terminal(self) -> bool:
        """Whether nothing is left to do for it."""
        return self in _TERMINAL


_TERMINAL = frozenset({GenerationState.SUCCEEDED, GenerationState.FAILED, GenerationState.CANCELED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """A request and what has become of it so far.

    Attributes:
        created_at: When Generate was pressed, UTC.
        workflow_id: The server's id; None until a submission was answered.
        cost: Buzz really charged, refunds taken off; None while unknown.
        saved: Number of its pictures on disk.
        problem: Why it failed, with the next step; empty otherwise.
        dismissed: Whether the user wants no more of it: its tile put away, or its end asked for.
        owner: The account it is sent with; nothing is sent again with another one. One of whom
            nothing is known while nothing was sent; None in rows of version 0.1, which knew none.
        hold: Why it does not go on for the moment; None while it does.
        deviations: What Civitai did otherwise than it was asked, a sentence a line; empty if
            nothing is known of it.
    """

    request: GenerationRequest
    state: GenerationState = GenerationState.WAITING
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    workflow_id: str | None = None
    cost: int | None = None
    saved: int = 0
    problem: str = ""
    dismissed: bool = False
    owner: Owner | None = field(default_factory=Owner)
    hold: Hold | None = None
    deviations: str = ""

    @property
    def id(self) -> str:
        """The request's own id."""
        return self.request.id


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFacts:
    """What decoding a picture file once told.

    Attributes:
        width: In pixels; 0 if not even that could be read.
        height: In pixels; 0 if not even that could be read.
        micro: A 4x4 preview, 48 bytes, RGB row by row; painted until the thumbnail is there. Empty
            where the file is whole and cannot be shown: too large, or without a decoder here.
    """

    width: int
    height: int
    micro: bytes

    @property
    def is_shown(self) -> bool:
        """Whether the file could be decoded here."""
        return bool(self.micro)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A blob that has been saved.

    Attributes:
        id: Row number in the library, from 1; names the thumbnail too. 0 until it is stored.
        index: Position in its generation, from 0.
        path: Relative to the pictures folder.
        engine: The catalogue's engine id.
        seed: Of this very picture; None where the engine has none.
        width: In pixels, of the file; 0 if that is not known.
        height: In pixels, of the file; 0 if that is not known.
        size_bytes: Of the file.
        sha256: Hex digest of the bytes as served; of its file once others have changed that.
        saved_at: UTC.
        micro: See `PictureFacts.micro`.
    """

    id: int = 0
    generation_id: str
    blob_id: str
    index: int
    path: PurePosixPath
    prompt: str
    engine: str
    seed: int | None
    width: int
    height: int
    size_bytes: int
    sha256: str
    saved_at: datetime
    micro: bytes = b""
    favourite: bool = False


class SortOrder(StrEnum):
    """How the gallery is ordered."""

    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryQuery:
    """What the gallery shows.

    Attributes:
        text: Words that the prompt must contain, the last one as a prefix; empty for all.
        engine: Only pictures of this engine; None for all.
    """

    text: str = ""
    favourites: bool = False
    engine: str | None = None
    order: SortOrder = SortOrder.NEWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which pictures a query finds, in its order, and on which days they were made.

    Attributes:
        ids: Image ids, type code "I"; 4 bytes each, so that 100,000 stay small.
        days: Local days in the order of `ids`, each with its number of pictures; the numbers
            add up to `len(ids)`.
    """

    ids: "array[int]"
    days: tuple[tuple[date, int], ...]
