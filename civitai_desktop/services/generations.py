"""All generations: the queue, what the last run left, canceling, trying again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from civitai_desktop.domain.errors import (
    ANOTHERS,
    AnothersReply,
    CivitaiError,
    LibraryUnusable,
    NotFound,
)
from civitai_desktop.domain.events import (
    GenerationChanged,
    GenerationDismissed,
    PaymentNeeded,
    RetryAnswered,
)
from civitai_desktop.domain.generation import Generation, GenerationRequest, GenerationState
from civitai_desktop.domain.workflow import Quote, Workflow, WorkflowStatus
from civitai_desktop.services.accounts import elsewhere
from civitai_desktop.services.row import Parts
from civitai_desktop.services.run import AT_ONCE, Run
from civitai_desktop.services.tasks import TaskScope

MAX_IN_FLIGHT = 4
"""Workflows followed at once; a free account may run no more. The rest wait in the queue."""

_UNKNOWN = "Civitai does not know this generation any more, or not with this key."
_OTHER_KEY = "If another account has paid for it, enter its key again and press Retry."
_NEVER_BEGUN = "It never began, and nothing was paid for it."
_NOTHING_MORE = "Civitai has no more pictures of it."
_PAID = "Generating it again costs Buzz."
_PRESS_AGAIN = "Press Retry again once Civitai can be reached."


@dataclass(slots=True)
class _Entry:
    run: Run
    task: asyncio.Task[None]
    canceled: bool = False


class Generations:
    """Runs generations to their end, each on its own.

    A row is written before anything is sent, and every step after it can be taken up again by
    the next start: nothing paid for is lost and nothing is paid twice.
    """

    def __init__(
        self,
        parts: Parts,
        *,
        renew: Callable[[GenerationRequest], GenerationRequest],
        quote: Callable[[GenerationRequest], Awaitable[Quote]],
        on_error: Callable[[CivitaiError], None],
        in_flight: int = MAX_IN_FLIGHT,
    ) -> None:
        """Take the parts.

        Args:
            renew: Makes a fresh request, with a new id, of one that failed.
            quote: Tells what a request would cost.
            on_error: Hears of what could not even be written into a row.
            in_flight: Workflows followed at once.
        """
        self._parts = parts
        self._renew = renew
        self._quote = quote
        self._places = asyncio.Semaphore(in_flight)
        self._entries: dict[str, _Entry] = {}
        self._retrying: set[str] = set()
        self._tasks = TaskScope(on_error)

    def start(self, request: GenerationRequest) -> None:
        """Take a request into the queue; all that becomes of it is told as events."""
        accounts = self._parts.accounts
        self._spawn(Generation(request=request, owner=accounts.owner()), new=True)

    async def resume(self) -> None:
        """Take up everything that the last run left, and tell what failed and was not put away."""
        library, records = self._parts.library, self._parts.records
        for generation in await records.run(library.failed_generations):
            self._parts.tell(GenerationChanged(generation))
        for generation in await records.run(library.open_generations):
            # What was started before this one was asked is open too.
            if generation.id not in self._entries:
                self._spawn(generation, new=False)

    def cancel(self, generation_id: str) -> None:
        """Stop a generation; pictures that are already there are kept."""
        entry = self._entries.get(generation_id)
        # What is held can be put away although its end was asked for before.
        if entry is not None and (entry.run.is_waiting or not entry.canceled):
            entry.canceled = True
            self._tasks.spawn(self._cancel(entry), name=f"cancel {generation_id}")

    def retry(self, generation: Generation) -> None:
        """Run a failed generation again; pictures that Civitai still has are only fetched.

        One that is held is looked after at once.

        Where that would have to be paid for, `PaymentNeeded` is told with the price instead, and
        `pay_again` waits for a word.
        """
        self._try(generation, is_agreed=False)

    def pay_again(self, generation: Generation) -> None:
        """Make a failed generation anew, and put it away.

        What can be had without paying by now, such as with another key, is fetched instead.
        """
        self._try(generation, is_agreed=True)

    def dismiss(self, generation: Generation) -> None:
        """Put a failed generation away, unless it is being tried again; its row stays."""
        if generation.id not in self._retrying:
            self._tasks.spawn(self._dismiss(generation), name=f"dismiss {generation.id}")

    async def aclose(self) -> None:
        """Stop following; the next start takes everything up again."""
        await self._tasks.aclose()

    def _try(self, generation: Generation, *, is_agreed: bool) -> None:
        # A second click would pay a second time.
        if generation.id not in self._retrying and generation.id not in self._entries:
            self._retrying.add(generation.id)
            work = self._retry(generation, is_agreed=is_agreed)
            self._tasks.spawn(work, name=f"retry {generation.id}")
        elif entry := self._entries.get(generation.id):
            entry.run.try_now()
            if not entry.run.is_waiting:
                self._parts.tell(RetryAnswered(generation.id))

    def _spawn(self, generation: Generation, *, new: bool) -> None:
        run = Run(generation, self._parts, is_new=new)
        task = self._tasks.spawn(self._run(run, new), name=f"generation {generation.id}")
        self._entries[generation.id] = _Entry(run, task)
        task.add_done_callback(lambda _: self._entries.pop(generation.id))

    async def _run(self, run: Run, new: bool) -> None:
        if new:
            await self._add(run.generation)
        self._parts.tell(GenerationChanged(run.generation))
        hold = run.generation.hold
        if hold is not None and hold.by not in AT_ONCE:
            await run.due()
        await run.go(self._places)
        while run.generation.hold is not None:
            await run.due()
            await run.go(self._places)

    async def _add(self, generation: Generation) -> None:
        """Write down a new generation; where the library takes nothing, it waits and is shown."""
        records, add = self._parts.records, self._parts.library.add_generation
        try:
            await records.once(add, generation)
        except LibraryUnusable:
            self._parts.tell(GenerationChanged(generation))
            await records.run(add, generation)

    async def _cancel(self, entry: _Entry) -> None:
        generation = entry.run.generation
        is_sent = generation.state is not GenerationState.WAITING
        if is_sent and not entry.run.is_waiting:
            await entry.run.cancel()
            return
        # Never sent, or held: nobody has to be asked.
        entry.task.cancel()
        await asyncio.wait([entry.task])
        records, library = self._parts.records, self._parts.library
        if await records.run(library.generation, generation.id):
            await entry.run.end()
        else:
            # Not even its row was written.
            canceled = replace(generation, state=GenerationState.CANCELED)
            self._parts.tell(GenerationChanged(canceled))

    async def _retry(self, generation: Generation, *, is_agreed: bool) -> None:
        try:
            await self._run_again(generation, is_agreed)
        except Exception as error:
            self._parts.tell(RetryAnswered(generation.id))
            if not isinstance(error, CivitaiError) or not error.retryable:
                raise
            # Nobody goes on by himself here.
            error.next_step = _PRESS_AGAIN
            self._parts.line.failed(error)
        else:
            self._parts.tell(RetryAnswered(generation.id))
        finally:
            self._retrying.discard(generation.id)

    async def _run_again(self, generation: Generation, is_agreed: bool) -> None:
        try:
            again = await self._without_paying(generation)
        except NotFound as missing:
            await self._anew(generation, missing, is_agreed)
        else:
            await self._parts.records.once(self._parts.library.update_generation, again)
            self._spawn(again, new=False)

    async def _anew(self, generation: Generation, why: NotFound, is_agreed: bool) -> None:
        """Start a failed generation as a new one, or tell what that would cost."""
        request = self._renew(generation.request)
        if not is_agreed:
            quote = await self._parts.line.call(lambda: self._quote(request))
            # Also where it says 0: a quote is no promise.
            is_short = bool(quote.insufficient)
            self._parts.tell(
                PaymentNeeded(generation, quote.total, why.message, why.next_step, is_short)
            )
            return
        await self._dismiss(generation)
        self.start(request)

    async def _without_paying(self, generation: Generation) -> Generation:
        """Return a failed generation as it goes on at no cost.

        Raises:
            NotFound: There is no such way; why, and what can be done.
        """
        again = replace(generation, state=GenerationState.RUNNING, problem="", dismissed=False)
        try:
            workflow = await self._workflow(generation)
        except NotFound as error:
            raise NotFound(_UNKNOWN, next_step=f"{_OTHER_KEY} {_PAID}") from error
        except CivitaiError as error:
            if error.retryable or generation.workflow_id is not None:
                raise
            # The key may not list. Sent again under its own id, it is answered with the first.
            return replace(again, state=GenerationState.SENDING)
        if workflow is None and not await self._parts.accounts.is_mine(generation.owner):
            whose = elsewhere(generation.owner).message
            raise NotFound(whose, next_step=f"{_OTHER_KEY} {_PAID}")
        if workflow is None:
            raise NotFound(_NEVER_BEGUN, next_step="Generating it costs Buzz.")
        if not await self._has_more(generation, workflow):
            raise NotFound(_NOTHING_MORE, next_step=_PAID)
        return replace(again, workflow_id=generation.workflow_id or workflow.id)

    async def _workflow(self, generation: Generation) -> Workflow | None:
        """Look at a generation's workflow, found by its tag where its answer never came."""
        api, line, workflow_id = self._parts.api, self._parts.line, generation.workflow_id
        if workflow_id is None:
            found = await line.call(lambda: api.find(generation.id))
            if found is None:
                return None
            # The list may hide pictures that the workflow itself shows.
            workflow_id = found.id
        workflow = await line.call(lambda: api.workflow(workflow_id))
        if not workflow.may_be_of(generation.id):
            raise AnothersReply(ANOTHERS)
        return workflow

    async def _has_more(self, generation: Generation, workflow: Workflow) -> bool:
        """Tell whether pictures of a failed generation are still to be had without paying."""
        parts = self._parts
        saved = await parts.records.once(parts.library.saved_blobs, generation.id)
        if not workflow.status.is_terminal:
            return True
        # What is announced still comes, but not from a workflow that has failed.
        late = workflow.status is WorkflowStatus.SUCCEEDED
        return any(
            blob.id not in saved and (blob.available or (late and blob.may_come))
            for blob in workflow.blobs
        )

    async def _dismiss(self, generation: Generation) -> None:
        put_away = replace(generation, dismissed=True)
        await self._parts.records.once(self._parts.library.update_generation, put_away)
        self._parts.tell(GenerationDismissed(generation.id))
