"""Why a generation does not go on for the moment, and when it is looked after again by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

AGAIN_AFTER_S = (15, 60, 300, 900, 3600, 2 * 3600, 4 * 3600, 6 * 3600)
"""Pauses before it is looked after again: seconds, minutes, then hours; the last one repeats."""


class HeldBy(StrEnum):
    """What keeps a generation from going on."""

    WORKFLOW = "workflow"
    """Civitai's answers about it make no sense: a network's sign-in page, a refusal by mistake."""
    PICTURES = "pictures"
    """It is made, and its pictures do not come."""
    ACCOUNT = "account"
    """It is, or may be, another account's than that of the key in force."""
    FAULT = "fault"
    """This program has made a mistake, which is reported as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A pause of what is not at its end. It counts as neither failed nor refunded.

    Attributes:
        reason: What is the case, and what it waits for, in whole sentences.
        since: When it began, UTC.
        tries: How often it has been looked after in vain since then, from 1.
        again_at: When that happens again by itself, UTC; across restarts.
    """

    by: HeldBy
    reason: str
    since: datetime
    tries: int = 1
    again_at: datetime

    @classmethod
    def begun(cls, by: HeldBy, reason: str, now: datetime, before: "Hold | None") -> "Hold":
        """Return the hold that begins or goes on at `now`; `before` is the one until then."""
        tries = 1 if before is None else before.tries + 1
        pause_s = AGAIN_AFTER_S[min(tries, len(AGAIN_AFTER_S)) - 1]
        return cls(
            by=by,
            reason=reason,
            since=now if before is None or before.by is not by else before.since,
            tries=tries,
            again_at=now + timedelta(seconds=pause_s),
        )
