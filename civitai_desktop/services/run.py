"""One generation on its way: submitted once, followed to its end, its pictures brought home."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from civitai_desktop.domain.errors import (
    CivitaiError,
    EngineNotOffered,
    GenerationFailed,
    InvalidInput,
    LibraryUnusable,
    NotFound,
)
from civitai_desktop.domain.events import (
    Deviated,
    EngineRefused,
    Event,
    GenerationChanged,
    RequestRefused,
)
from civitai_desktop.domain.generation import (
    Generation,
    GenerationRequest,
    GenerationState,
    Image,
)
from civitai_desktop.domain.workflow import Workflow, WorkflowStatus
from civitai_desktop.services.deviations import Compare, uncompared
from civitai_desktop.services.endings import failure, withheld
from civitai_desktop.services.line import Line
from civitai_desktop.services.polling import EARLY_PAUSE_S, pause_after, pauses, watch
from civitai_desktop.services.ports import Clock, Orchestration, Sleep
from civitai_desktop.services.refusals import judged
from civitai_desktop.services.saving import PictureSaver
from civitai_desktop.services.sources import Sources
from civitai_desktop.services.tasks import DiskThread
from civitai_desktop.storage.library import Library

log = logging.getLogger(__name__)

UNKNOWN = "Civitai does not know this generation any more, or not with this key."
OTHER_KEY = "If another account has paid for it, enter its key again and press Retry."

LATE_LOOKS = 5
"""Looks after the end for pictures that are announced but not yet available."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What every run needs; `tell` hands out events, `sleep` and `clock` are the time."""

    api: Orchestration
    line: Line
    sources: Sources
    library: Library
    saver: PictureSaver
    disk: DiskThread
    tell: Callable[[Event], None]
    sleep: Sleep
    clock: Clock
    compare: Compare = uncompared


class Run:
    """Takes one generation from wherever its row says it stands to its end.

    Attributes:
        generation: How far it is; its row says so too once `update` has returned.
    """

    def __init__(self, generation: Generation, parts: Parts) -> None:
        self.generation = generation
        self._written = generation
        self._parts = parts
        self._api = parts.api
        self._line = parts.line
        self._canceled = generation.dismissed
        self._saves: dict[str, asyncio.Task[Image]] = {}

    async def go(self) -> None:
        """Run to the end; whatever the user can be told about ends in the row."""
        try:
            if await self._submitted():
                await self._follow()
            else:
                await self.update(state=GenerationState.CANCELED)
        except CivitaiError as error:
            # A failure is shown even of what was canceled: its pictures may be paid for.
            await self.update(state=GenerationState.FAILED, problem=str(error), dismissed=False)
            if isinstance(error, InvalidInput):
                self._parts.tell(RequestRefused(self.generation, error.complaints))
        finally:
            for save in self._saves.values():
                save.cancel()
            await asyncio.gather(*self._saves.values(), return_exceptions=True)

    async def cancel(self) -> None:
        """Ask the server to stop; `go()` sees the end, and keeps the pictures that are there.

        The row says so first: the next start must not send what was canceled.
        """
        self._canceled = True
        try:
            await self.update(dismissed=True)
        finally:
            if self.generation.state is GenerationState.RUNNING:
                await self._request_cancel()
        # While sending, whether there is anything to stop is known once the answer is there.

    async def update(self, workflow: Workflow | None = None, **changes: Any) -> None:
        """Write changes into the row, and tell, even where the row takes nothing.

        Raises:
            LibraryUnusable: They are not written.
        """
        generation = self.generation = replace(self.generation, **changes)
        try:
            await self._parts.disk.run(self._parts.library.update_generation, generation)
        except LibraryUnusable:
            # Its tile must not stand still as if all were well.
            self._parts.tell(GenerationChanged(generation, workflow))
            raise
        # Not `self.generation`: another change may be on its way.
        self._written = generation
        self._parts.tell(GenerationChanged(generation, workflow))

    async def _submitted(self) -> bool:
        """Make sure of a workflow's id, submitting exactly once; False if canceled before."""
        backoff = pauses()
        while self.generation.workflow_id is None:
            try:
                workflow = await self._found()
                if workflow is None:
                    # Before the row says that it is sent: an upload that is lost costs nothing.
                    request = await self._addressed()
                    if request is None or self._canceled:
                        return False
                    await self.update(state=GenerationState.SENDING)
                    workflow = await self._submit(request)
            except CivitaiError as error:
                if not error.retryable:
                    raise
                await self._pause(error, next(backoff))
            else:
                await self.update(
                    workflow,
                    state=GenerationState.RUNNING,
                    workflow_id=workflow.id,
                    cost=workflow.cost,
                )
        if self._canceled:
            await self._request_cancel()
        return True

    async def _addressed(self) -> GenerationRequest | None:
        """Return the request as it is sent; None if it was canceled before."""
        if self._canceled:
            return None
        return await self._parts.sources.addressed(self.generation.request)

    async def _submit(self, request: GenerationRequest) -> Workflow:
        try:
            return await self._line.call(lambda: self._api.submit(request))
        except CivitaiError as error:
            refusal = judged(request, error)
            if isinstance(refusal, EngineNotOffered):
                self._parts.tell(EngineRefused(refusal.discriminators))
            raise refusal from error

    async def _found(self) -> Workflow | None:
        """Look up a submission whose answer never came; None where there is nothing to find."""
        if self.generation.state is not GenerationState.SENDING:
            return None
        try:
            return await self._line.call(lambda: self._api.find(self.generation.id))
        except CivitaiError as error:
            if error.retryable:
                raise
            # The key may submit but not list: the externalId still makes the server answer a
            # repeated submission with the first one.
            return None

    async def _follow(self) -> None:
        """Watch the workflow, save what becomes available, and settle the end."""
        library = self._parts.library
        saved = await self._parts.disk.run(library.saved_blobs, self.generation.id)
        try:
            workflow = await self._watched(saved)
        except CivitaiError:
            # The workflow is gone, but what it has already offered is brought home.
            await asyncio.gather(*self._saves.values(), return_exceptions=True)
            raise
        results = await asyncio.gather(*self._saves.values(), return_exceptions=True)
        for error in results:
            if isinstance(error, BaseException) and not isinstance(error, CivitaiError):
                raise error
        errors = [error for error in results if isinstance(error, CivitaiError)]
        await self._settle(workflow, len(saved) + len(results) - len(errors), errors)

    async def _watched(self, saved: frozenset[str]) -> Workflow:
        """Return the last view of the workflow, having begun to save all that it offers."""
        workflow = await self._ended(saved)
        for _ in range(LATE_LOOKS):
            if workflow.status is not WorkflowStatus.SUCCEEDED or not _late(workflow):
                break
            await self._parts.sleep(EARLY_PAUSE_S)
            workflow = await self._ended(saved)
        return workflow

    async def _ended(self, saved: frozenset[str]) -> Workflow:
        """Watch the workflow to its end and return the view that told it."""
        workflow_id = str(self.generation.workflow_id)

        async def look(wait_s: int) -> Workflow:
            try:
                return await self._line.call(lambda: self._api.workflow(workflow_id, wait_s=wait_s))
            except NotFound as error:
                raise NotFound(UNKNOWN, next_step=OTHER_KEY) from error

        views = watch(
            look,
            lambda: self._api.waits,
            sleep=self._parts.sleep,
            clock=self._parts.clock,
            failed=self._line.failed,
        )
        async with aclosing(views):
            async for workflow in views:
                await self._seen(workflow, saved)
        return workflow

    async def _seen(self, workflow: Workflow, saved: frozenset[str]) -> None:
        """Tell a view of the workflow, and begin to save what has become available."""
        changes: dict[str, Any] = {}
        if workflow.cost is not None and workflow.cost != self.generation.cost:
            changes["cost"] = workflow.cost
        done = self._parts.compare(self.generation.request, workflow)
        if done.deviations and not self.generation.deviations:
            changes["deviations"] = done.deviations
        if changes:
            await self.update(workflow, **changes)
            if "deviations" in changes:
                self._parts.tell(Deviated(self.generation))
        else:
            self._parts.tell(GenerationChanged(self._written, workflow))
        for index, blob in enumerate(workflow.blobs):
            if blob.available and blob.id not in saved and blob.id not in self._saves:
                self._saves[blob.id] = asyncio.get_running_loop().create_task(
                    self._parts.saver.save(self.generation, index, blob), name=f"save {blob.id}"
                )

    async def _settle(self, workflow: Workflow, saved: int, errors: list[CivitaiError]) -> None:
        # What was not made is told as a deviation; it is not withheld.
        quantity = self._parts.compare(self.generation.request, workflow).quantity
        problem = ""
        if workflow.status is WorkflowStatus.CANCELED and self._canceled:
            await self.update(workflow, state=GenerationState.CANCELED, saved=saved)
            return
        if errors:
            again = "Retry fetches it again; nothing is paid twice."
            raise GenerationFailed(errors[0].message, next_step=again)
        if workflow.status is not WorkflowStatus.SUCCEEDED:
            raise GenerationFailed(failure(workflow))
        if _late(workflow):
            again = "Retry looks again; nothing is paid twice."
            raise GenerationFailed("Civitai has not delivered every picture.", next_step=again)
        if saved == 0:
            raise GenerationFailed(f"Civitai withheld the pictures. {withheld(workflow)}".strip())
        if saved < quantity:
            missing = quantity - saved
            were = "was" if missing == 1 else "were"
            told = f"{missing} of {quantity} pictures {were} withheld."
            problem = f"{told} {withheld(workflow)}".strip()
        await self.update(workflow, state=GenerationState.SUCCEEDED, saved=saved, problem=problem)

    async def _request_cancel(self) -> None:
        workflow_id = str(self.generation.workflow_id)
        for pause_s in pauses():
            try:
                await self._line.call(lambda: self._api.cancel(workflow_id))
            except CivitaiError as error:
                # Refused: it is over, or it goes on to its end, where its pictures are kept.
                if self.generation.state.is_terminal or not error.retryable:
                    log.info("The workflow was not canceled: %s", error)
                    return
                await self._pause(error, pause_s)
            else:
                return

    async def _pause(self, error: CivitaiError, planned_s: float) -> None:
        self._line.failed(error)
        await self._parts.sleep(pause_after(error, planned_s))


def _late(workflow: Workflow) -> bool:
    return any(blob.may_come and not blob.available for blob in workflow.blobs)
