"""Whether pictures can be saved, and who finds out: one save at a time, at growing pauses."""

import asyncio
from collections.abc import Callable

from civitai_desktop.domain.errors import FolderUnusable
from civitai_desktop.domain.events import Event, FolderChanged
from civitai_desktop.services.polling import pauses
from civitai_desktop.services.ports import Sleep


class FolderState:
    """What all saves know of the pictures folder.

    A hundred pictures that wait for room would be fetched a hundred times a minute, each only to
    find the disk full again: so one of them tries, and the others wait for what it finds.
    """

    def __init__(self, tell: Callable[[Event], None], sleep: Sleep) -> None:
        self._tell = tell
        self._sleep = sleep
        self._fine = asyncio.Event()
        self._fine.set()
        self._turn = asyncio.Lock()
        self._pauses = pauses()

    def works(self) -> None:
        """Take note that a picture was saved: whoever waits goes on."""
        if not self._fine.is_set():
            self._fine.set()
            self._pauses = pauses()
            self._tell(FolderChanged())

    async def failed(self, error: FolderUnusable) -> None:
        """Tell that the folder cannot be used, and return when this save may try it again."""
        self._fine.clear()
        self._tell(FolderChanged(f"{error} Pictures are fetched again by themselves."))
        async with self._turn:
            if not self._fine.is_set():
                await self._pause()

    async def _pause(self) -> None:
        waits = [
            asyncio.ensure_future(self._sleep(next(self._pauses))),
            asyncio.ensure_future(self._fine.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
