"""The time of day, and waiting for one: across a laptop's sleep, and a clock that is set."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol

_LOOK_EVERY_S = 30.0
"""A machine that sleeps stops the loop's own clock."""

_LONGEST = timedelta(days=1)


class Calendar(Protocol):
    """Tells the time, and waits."""

    def now(self) -> datetime:
        """Return the time, UTC."""

    async def until(self, moment: datetime) -> None:
        """Return at `moment`, or at once where it has passed."""


class SystemCalendar:
    """The system's own."""

    def now(self) -> datetime:
        """See `Calendar.now`."""
        return datetime.now(UTC)

    async def until(self, moment: datetime) -> None:
        """See `Calendar.until`; a day at most, for the clock may have been set back by a year."""
        left_s = min(moment - self.now(), _LONGEST).total_seconds()
        while left_s > 0:
            pause_s = min(left_s, _LOOK_EVERY_S)
            await asyncio.sleep(pause_s)
            left_s = min(left_s - pause_s, (moment - self.now()).total_seconds())
