"""One tile per picture that is still to come."""

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """What a live tile shows."""

    WAITING = "waiting"
    QUEUED = "queued"
    LOADING = "loading"
    GENERATING = "generating"
    SAVING = "saving"
    FAILED = "failed"
    HELD = "held"
    """It does not go on for the moment, and is looked after again by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTile:
    """A picture that is still to come, or that will not come.

    Attributes:
        generation_id: Which generation it belongs to; cancelling ends all of its tiles.
        index: Which of the generation's pictures it stands for, from 0.
        share: What the ring shows, 0.0 to 1.0; None turns it into a waiting dot.
        text: One line under the ring, such as "62 % · 6 s left".
        problem: Why it failed or is held, in words; empty in any other phase.
        brief: The same in so few words that a tile has room for them; empty: `problem` itself.
        is_busy: Whether it is being found out how it can go on.
    """

    generation_id: str
    index: int
    prompt: str
    phase: Phase
    share: float | None
    text: str
    problem: str = ""
    brief: str = ""
    is_busy: bool = False

    @property
    def can_be_tried(self) -> bool:
        """Whether a button on it lets it be tried again."""
        return self.phase in {Phase.FAILED, Phase.HELD}

    @property
    def key(self) -> tuple[str, int]:
        """Return what stays the same while the tile moves on."""
        return self.generation_id, self.index
