"""The prompts that were submitted, as they were typed."""

from collections.abc import Callable
from datetime import UTC, datetime

from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.library import Library

MOST = 500
"""Prompts listed at once; older ones are found by their words."""


def _now() -> datetime:
    return datetime.now(UTC)


class Prompts:
    """Remembers what was submitted; deleting pictures takes nothing away."""

    def __init__(
        self, library: Library, disk: DiskThread, *, now: Callable[[], datetime] = _now
    ) -> None:
        self._library = library
        self._disk = disk
        self._now = now

    async def remember(self, text: str) -> None:
        """Keep a prompt as the newest.

        Raises:
            LibraryUnusable: The disk is full, or the library is gone.
        """
        await self._disk.run(self._library.remember_prompt, text, self._now())

    async def forget(self, text: str) -> None:
        """List a prompt no more, until it is submitted again.

        Raises:
            LibraryUnusable: The library is gone.
        """
        await self._disk.run(self._library.forget_prompt, text)

    async def find(self, text: str = "") -> list[str]:
        """List the newest prompts that hold every word of `text`, each once.

        Raises:
            LibraryUnusable: The library is gone.
        """
        return await self._disk.run(self._library.typed_prompts, text, limit=MOST)
