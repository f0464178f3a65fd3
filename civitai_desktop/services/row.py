"""A generation on its way, and its row, which says the same."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from civitai_desktop.domain.errors import LibraryUnusable
from civitai_desktop.domain.events import Event, GenerationChanged
from civitai_desktop.domain.generation import Generation
from civitai_desktop.domain.hold import HeldBy
from civitai_desktop.domain.workflow import Workflow
from civitai_desktop.services.accounts import Accounts
from civitai_desktop.services.calendar import Calendar
from civitai_desktop.services.deviations import Compare, uncompared
from civitai_desktop.services.line import Line
from civitai_desktop.services.polling import pauses
from civitai_desktop.services.ports import Clock, Orchestration, Sleep
from civitai_desktop.services.records import Records
from civitai_desktop.services.saving import PictureSaver
from civitai_desktop.services.sources import Sources
from civitai_desktop.storage.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What every run needs; `tell` hands out events, `sleep`, `clock`, `calendar` are the time."""

    api: Orchestration
    line: Line
    accounts: Accounts
    sources: Sources
    library: Library
    records: Records
    saver: PictureSaver
    tell: Callable[[Event], None]
    sleep: Sleep
    clock: Clock
    calendar: Calendar
    compare: Compare = uncompared


class Held(Exception):
    """A generation cannot go on for the moment; what is paid for is looked after again.

    Attributes:
        reason: What is the case, and what it waits for, in whole sentences.
    """

    def __init__(self, by: HeldBy, reason: str) -> None:
        super().__init__(reason)
        self.by = by
        self.reason = reason


class Row:
    """How far a generation is, in memory and on the disk.

    Attributes:
        generation: Its row says the same once `update` has returned.
        written: As the row has it.
        is_canceled: Whether its end was asked for.
    """

    def __init__(self, generation: Generation, parts: Parts) -> None:
        self.generation = self.written = generation
        self.is_canceled = generation.dismissed
        self._parts = parts

    async def update(self, workflow: Workflow | None = None, **changes: Any) -> None:
        """Write changes into the row, and tell; waits where the library takes nothing."""
        self._change(changes)
        for pause_s in pauses():
            try:
                await self._write(workflow)
            except LibraryUnusable:
                await self._parts.sleep(pause_s)
            else:
                return

    async def note(self, **changes: Any) -> None:
        """Write changes into the row if it takes them now; else the next `update` does."""
        self._change(changes)
        try:
            await self._write(None)
        except LibraryUnusable:
            return

    def show(self, workflow: Workflow) -> None:
        """Tell a view of the workflow that changes nothing in the row."""
        # Not `self.generation`: another change may be on its way.
        self._parts.tell(GenerationChanged(self.written, workflow))

    def _change(self, changes: dict[str, Any]) -> None:
        generation = replace(self.generation, **changes)
        owner = generation.owner and self._parts.accounts.completed(generation.owner)
        self.generation = replace(generation, owner=owner)

    async def _write(self, workflow: Workflow | None) -> None:
        # Not `self.generation` afterwards: another change may be on its way.
        generation = self.generation
        try:
            await self._parts.records.once(self._parts.library.update_generation, generation)
        except LibraryUnusable:
            # Its tile must not stand still as if all were well.
            self._parts.tell(GenerationChanged(generation, workflow))
            raise
        self.written = generation
        self._parts.tell(GenerationChanged(generation, workflow))
