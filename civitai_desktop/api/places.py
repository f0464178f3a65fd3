"""How much is under way at once: what takes long makes room for what comes after it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

HELD_S = 5.0
"""How long anything may keep others waiting, in seconds."""


class Places:
    """A number of places; each is given back at the end, or earlier by what takes long.

    The bound is for the processor, which a request that is waited for does not burden.
    """

    def __init__(self, count: int, *, held_s: float = HELD_S) -> None:
        self._free = asyncio.Semaphore(count)
        self._held_s = held_s

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for a place and hold it while the block lasts, or for as long as one may."""
        await self._free.acquire()
        place = _Place(self._free)
        timer = asyncio.get_running_loop().call_later(self._held_s, place.give_back)
        try:
            yield
        finally:
            timer.cancel()
            place.give_back()


class _Place:
    def __init__(self, free: asyncio.Semaphore) -> None:
        self._free = free
        self._is_held = True

    def give_back(self) -> None:
        if self._is_held:
            self._is_held = False
            self._free.release()
