"""From a request to pictures on disk: submitted once, followed to the end, whatever happens."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from civitai_desktop.domain.errors import (
    CivitaiError,
    GenerationFailed,
    InvalidInput,
    NotFound,
)
from civitai_desktop.domain.events import (
    ConnectionChanged,
    Event,
    GenerationChanged,
    GenerationDismissed,
    RequestRefused,
)
from civitai_desktop.domain.generation import (
    Generation,
    GenerationRequest,
    GenerationState,
    Image,
)
from civitai_desktop.domain.workflow import Blob, Workflow, WorkflowStatus
from civitai_desktop.services.line import Line
from civitai_desktop.services.polling import EARLY_PAUSE_S, pause_after, pauses, watch
from civitai_desktop.services.ports import Clock, Orchestration, Sleep
from civitai_desktop.services.saving import PictureSaver
from civitai_desktop.services.tasks import DiskThread, TaskScope
from civitai_desktop.storage.library import Library

MAX_IN_FLIGHT = 4
"""Workflows followed at once; a free account may run no more. The rest wait in the queue."""

LATE_LOOKS = 5
"""Looks after the end for pictures that are announced but not yet available."""


@dataclass(slots=True)
class _Run:
    """One generation under way."""

    generation: Generation
    task: asyncio.Task[None] | None = None
    canceled: bool = False
    saves: dict[str, asyncio.Task[Image]] = field(default_factory=dict)


class Generations:
    """Runs generations to their end, each on its own.

    A row is written before anything is sent, and every step after it can be taken up again by
    the next start: nothing paid for is lost and nothing is paid twice.
    """

    def __init__(
        self,
        api: Orchestration,
        line: Line,
        library: Library,
        saver: PictureSaver,
        disk: DiskThread,
        tell: Callable[[Event], None],
        *,
        renew: Callable[[GenerationRequest], GenerationRequest],
        sleep: Sleep,
        clock: Clock,
        in_flight: int = MAX_IN_FLIGHT,
    ) -> None:
        """Take the parts.

        Args:
            renew: Makes a fresh request of one that failed, with a new id.
            in_flight: Workflows followed at once.
        """
        self._api = api
        self._line = line
        self._library = library
        self._saver = saver
        self._disk = disk
        self._tell = tell
        self._renew = renew
        self._sleep = sleep
        self._clock = clock
        self._places = asyncio.Semaphore(in_flight)
        self._runs: dict[str, _Run] = {}
        self._tasks = TaskScope(self._unexpected)

    def start(self, request: GenerationRequest) -> None:
        """Take a request into the queue; its end comes as an event."""
        self._spawn(Generation(request=request), new=True)

    async def resume(self) -> None:
        """Take up everything that the last run left, and tell what had failed and was not seen."""
        for generation in await self._disk.run(self._library.failed_generations):
            self._tell(GenerationChanged(generation))
        for generation in await self._disk.run(self._library.open_generations):
            self._spawn(generation, new=False)

    def cancel(self, generation_id: str) -> None:
        """Stop a generation; pictures that are already there are kept."""
        if (run := self._runs.get(generation_id)) is not None and not run.canceled:
            run.canceled = True
            self._tasks.spawn(self._cancel(run), name=f"cancel {generation_id}")

    def retry(self, generation: Generation) -> None:
        """Run a failed generation again; pictures that Civitai still has are only fetched."""
        self._tasks.spawn(self._retry(generation), name=f"retry {generation.id}")

    def dismiss(self, generation: Generation) -> None:
        """Put a failed generation away; its row stays."""
        self._tasks.spawn(self._dismiss(generation), name=f"dismiss {generation.id}")

    @property
    def running(self) -> int:
        """Return how many generations are not at their end."""
        return len(self._runs)

    async def aclose(self) -> None:
        """Stop following; the next start takes up everything again."""
        await self._tasks.aclose()

    def _spawn(self, generation: Generation, *, new: bool) -> None:
        run = _Run(generation)
        self._runs[generation.id] = run
        run.task = self._tasks.spawn(self._run(run, new), name=f"generation {generation.id}")

    def _unexpected(self, error: CivitaiError) -> None:
        """Every expected error ends in a row; one that gets here could not even be recorded."""
        self._tell(ConnectionChanged(str(error)))

    async def _run(self, run: _Run, new: bool) -> None:
        try:
            if new:
                await self._disk.run(self._library.add_generation, run.generation)
            self._tell(GenerationChanged(run.generation))
            async with self._places:
                if await self._submitted(run) is None:
                    await self._ended(run, GenerationState.CANCELED, "")
                else:
                    await self._follow(run)
        except InvalidInput as error:
            await self._ended(run, GenerationState.FAILED, str(error))
            self._tell(RequestRefused(run.generation, error.complaints))
        except CivitaiError as error:
            await self._ended(run, GenerationState.FAILED, str(error))
        finally:
            for save in run.saves.values():
                save.cancel()
            self._runs.pop(run.generation.id, None)

    async def _submitted(self, run: _Run) -> str | None:
        """Return the workflow's id, having submitted it exactly once; None if it was canceled."""
        backoff = pauses()
        while run.generation.workflow_id is None:
            try:
                workflow = await self._found(run)
                if workflow is None:
                    if run.canceled:
                        return None
                    workflow = await self._sent(run)
            except CivitaiError as error:
                if not error.retryable:
                    raise
                self._line.failed(error)
                await self._sleep(pause_after(error, next(backoff)))
            else:
                await self._update(
                    run,
                    workflow,
                    state=GenerationState.RUNNING,
                    workflow_id=workflow.id,
                    cost=workflow.cost,
                )
                if run.canceled:
                    await self._request_cancel(run)
        return run.generation.workflow_id

    async def _found(self, run: _Run) -> Workflow | None:
        """Look up a submission whose answer never came; None where there is nothing to find."""
        if run.generation.state is not GenerationState.SENDING:
            return None
        try:
            return await self._line.call(lambda: self._api.find(run.generation.id))
        except CivitaiError as error:
            if error.retryable:
                raise
            # The key may submit but not list: the externalId still makes the server answer a
            # repeated submission with the first one.
            return None

    async def _sent(self, run: _Run) -> Workflow:
        await self._update(run, state=GenerationState.SENDING)
        return await self._line.call(lambda: self._api.submit(run.generation.request))

    async def _follow(self, run: _Run) -> None:
        """Watch the workflow, save what becomes available, and settle the end."""
        saved = await self._disk.run(self._library.saved_blobs, run.generation.id)
        try:
            workflow = await self._watched(run, saved)
        finally:
            # What has been paid for is brought home even where the workflow itself is gone.
            results = await asyncio.gather(*run.saves.values(), return_exceptions=True)
        errors = [error for error in results if isinstance(error, BaseException)]
        for error in errors:
            if not isinstance(error, CivitaiError):
                raise error
        await self._settle(run, workflow, len(saved) + len(results) - len(errors), errors)

    async def _watched(self, run: _Run, saved: frozenset[str]) -> Workflow:
        """Return the last view of the workflow, having begun to save all that it offers."""
        workflow_id = str(run.generation.workflow_id)
        views = watch(
            lambda wait_s: self._line.call(lambda: self._api.workflow(workflow_id, wait_s=wait_s)),
            lambda: self._api.waits,
            sleep=self._sleep,
            clock=self._clock,
            failed=self._line.failed,
        )
        async for workflow in views:
            await self._seen(run, workflow, saved)
        for _ in range(LATE_LOOKS):
            if workflow.status is not WorkflowStatus.SUCCEEDED or not _late(workflow.blobs):
                break
            await self._sleep(EARLY_PAUSE_S)
            workflow = await self._line.call(lambda: self._api.workflow(workflow_id))
            await self._seen(run, workflow, saved)
        return workflow

    async def _seen(self, run: _Run, workflow: Workflow, saved: frozenset[str]) -> None:
        """Tell a view of the workflow, and begin to save what has become available."""
        if workflow.cost != run.generation.cost and workflow.cost is not None:
            await self._update(run, workflow, cost=workflow.cost)
        else:
            self._tell(GenerationChanged(run.generation, workflow))
        for index, blob in enumerate(workflow.blobs):
            if blob.available and blob.id not in saved and blob.id not in run.saves:
                run.saves[blob.id] = asyncio.get_running_loop().create_task(
                    self._saver.save(run.generation, index, blob),
                    name=f"save {blob.id}",
                )

    async def _settle(
        self, run: _Run, workflow: Workflow, saved: int, errors: list[BaseException]
    ) -> None:
        run.generation = replace(run.generation, saved=saved)
        quantity = run.generation.request.quantity
        if workflow.status is WorkflowStatus.CANCELED:
            await self._ended(run, GenerationState.CANCELED, "", workflow)
        elif errors:
            raise GenerationFailed(
                str(getattr(errors[0], "message", errors[0])),
                next_step="Retry fetches it again; nothing is paid twice.",
            )
        elif workflow.status is not WorkflowStatus.SUCCEEDED:
            raise GenerationFailed(" ".join((_ENDINGS[workflow.status], *workflow.reasons)))
        elif saved == 0:
            raise GenerationFailed(f"Civitai withheld the pictures. {_blocked(workflow)}".strip())
        else:
            missing = f"{quantity - saved} of {quantity} pictures were withheld. "
            problem = missing + _blocked(workflow) if saved < quantity else ""
            await self._ended(run, GenerationState.SUCCEEDED, problem.strip(), workflow)

    async def _cancel(self, run: _Run) -> None:
        state = run.generation.state
        if state is GenerationState.WAITING and run.task is not None:
            run.task.cancel()
            await asyncio.wait([run.task])
            await self._ended(run, GenerationState.CANCELED, "")
        elif state is GenerationState.RUNNING:
            await self._request_cancel(run)
        # SENDING: whether there is anything to cancel is known once the answer is there.

    async def _request_cancel(self, run: _Run) -> None:
        workflow_id = str(run.generation.workflow_id)
        for pause_s in pauses():
            try:
                await self._line.call(lambda: self._api.cancel(workflow_id))
            except NotFound:
                return
            except CivitaiError as error:
                if not error.retryable or run.generation.state.is_terminal:
                    raise
                self._line.failed(error)
                await self._sleep(pause_after(error, pause_s))
            else:
                return

    async def _retry(self, generation: Generation) -> None:
        if await self._has_more(generation):
            again = replace(generation, state=GenerationState.RUNNING, problem="")
            await self._disk.run(self._library.update_generation, again)
            self._spawn(again, new=False)
        else:
            await self._dismiss(generation)
            self.start(self._renew(generation.request))

    async def _has_more(self, generation: Generation) -> bool:
        """Tell whether pictures of a failed generation are still to be had without paying."""
        if generation.workflow_id is None:
            return False
        try:
            workflow = await self._line.call(
                lambda: self._api.workflow(str(generation.workflow_id))
            )
        except NotFound:
            return False
        saved = await self._disk.run(self._library.saved_blobs, generation.id)
        running = not workflow.status.is_terminal
        return running or any(b.available and b.id not in saved for b in workflow.blobs)

    async def _dismiss(self, generation: Generation) -> None:
        put_away = replace(generation, dismissed=True)
        await self._disk.run(self._library.update_generation, put_away)
        self._tell(GenerationDismissed(generation.id))

    async def _ended(
        self, run: _Run, state: GenerationState, problem: str, workflow: Workflow | None = None
    ) -> None:
        await self._update(run, workflow, state=state, problem=problem)

    async def _update(self, run: _Run, workflow: Workflow | None = None, **changes: Any) -> None:
        run.generation = replace(run.generation, **changes)
        await self._disk.run(self._library.update_generation, run.generation)
        self._tell(GenerationChanged(run.generation, workflow))


_ENDINGS = {
    WorkflowStatus.FAILED: "The generation failed.",
    WorkflowStatus.EXPIRED: "The generation took too long and has expired.",
}


def _late(blobs: tuple[Blob, ...]) -> bool:
    return any(not blob.available and blob.blocked_reason is None for blob in blobs)


def _blocked(workflow: Workflow) -> str:
    reasons = dict.fromkeys(blob.blocked_reason for blob in workflow.blobs if blob.blocked_reason)
    return f"Reason: {', '.join(reasons)}." if reasons else ""
