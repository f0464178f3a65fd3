"""Walking through former prompts, and searching in them."""

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from civitai_desktop.services.prompts import Prompts
from civitai_desktop.services.tasks import TaskScope


class PromptHistory(QObject):
    """The prompts that were submitted, newest first, with what is being typed in front of them.

    Signals:
        wanted: The text that the prompt must show now.
        found: The prompts that the last search found.
    """

    wanted = Signal(str)
    found = Signal(object)

    def __init__(self, prompts: Prompts, tasks: TaskScope, parent: QObject) -> None:
        super().__init__(parent)
        self._prompts = prompts
        self._tasks = tasks
        self._searching: asyncio.Task[None] | None = None
        self._searched = ""
        # Read when the walk begins, and kept for as long as it lasts.
        self._entries: Sequence[str] = ()
        self._at = 0

    def remember(self, text: str) -> None:
        """Keep what is being submitted; the next walk begins with it."""
        self._entries, self._at = (), 0
        self._tasks.spawn(self._prompts.remember(text), name="keep a prompt")

    @Slot(str, int)
    def walk(self, shown: str, steps: int) -> None:
        """Show an older prompt, or with a negative number of steps a newer one.

        Args:
            shown: What the prompt's field holds; if it was edited, the walk begins anew with it.
            steps: How far.
        """
        if self._entries and shown == self._entries[self._at]:
            self._step(steps)
        elif steps > 0:
            self._tasks.spawn(self._begin(shown, steps), name="prompt history")

    @Slot(str)
    def search(self, text: str) -> None:
        """Look for the prompts with these words; of several searches the last one is answered."""
        self._searched = text
        if self._searching is not None:
            self._searching.cancel()
        self._searching = self._tasks.spawn(self._search(text), name="search prompt history")

    @Slot(str)
    def forget(self, prompt: str) -> None:
        """List a prompt no more; answered by what the last search finds then."""
        self._entries, self._at = (), 0
        self._tasks.spawn(self._forget(prompt), name="forget a prompt")

    async def _forget(self, prompt: str) -> None:
        await self._prompts.forget(prompt)
        self.search(self._searched)

    async def _begin(self, typed: str, steps: int) -> None:
        former = await self._prompts.find()
        # Keys may come faster than the answer.
        if not (self._at and self._entries and self._entries[0] == typed):
            # What is being typed counts as the newest, whether it was submitted before or not.
            self._entries, self._at = (typed, *(each for each in former if each != typed)), 0
        self._step(steps)

    def _step(self, steps: int) -> None:
        at = max(0, min(self._at + steps, len(self._entries) - 1))
        if at != self._at:
            self._at = at
            self.wanted.emit(self._entries[at])

    async def _search(self, text: str) -> None:
        self.found.emit(await self._prompts.find(text))
