"""How much is under way at once: what stands still makes room for what comes after it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

HELD_S = 5.0
"""How long anything that stands still may keep others waiting, in seconds."""

FLOOR = 512
"""Bytes a second below which something counts as standing still.

Eight downloads share a line of 4 KB a second without one of them being given up. What flows keeps
its place, or a slow line would be shared by ever more of them, until none has enough of it.
"""


class Place:
    """A place that is held, until it is given back or nothing has come for too long."""

    def __init__(self, free: asyncio.Semaphore, held_s: float) -> None:
        self._free = free
        self._held_s = held_s
        self._bytes = 0
        self._is_held = True
        self._timer = self._wait()

    def moved(self, size: int) -> None:
        """Take note of bytes that have come."""
        self._bytes += size

    def give_back(self) -> None:
        """Let the next one have it; once is enough."""
        self._timer.cancel()
        if self._is_held:
            self._is_held = False
            self._free.release()

    def _wait(self) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(self._held_s, self._look)

    def _look(self) -> None:
        if self._bytes < FLOOR * self._held_s:
            self.give_back()
        else:
            self._bytes = 0
            self._timer = self._wait()


class ConcurrencyLimit:
    """A number of places; each is given back at the end, or earlier by what stands still.

    The bound is for the processor, which a request that is waited for does not burden.
    """

    def __init__(self, count: int, *, held_s: float = HELD_S) -> None:
        self._free = asyncio.Semaphore(count)
        self._held_s = held_s

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[Place]:
        """Wait for a place and hold it while the block lasts, or for as long as one may."""
        await self._free.acquire()
        place = Place(self._free, self._held_s)
        try:
            yield place
        finally:
            place.give_back()
