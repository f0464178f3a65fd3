"""Follows a generation's workflow to its end and brings home what it makes."""

import asyncio
from contextlib import aclosing
from datetime import timedelta

from civitai_desktop.domain.errors import (
    ANOTHERS,
    AnothersReply,
    CivitaiError,
    GenerationFailed,
    NotAllowed,
    NotFound,
)
from civitai_desktop.domain.events import Deviated
from civitai_desktop.domain.generation import GenerationState, Image
from civitai_desktop.domain.hold import HeldBy
from civitai_desktop.domain.workflow import Workflow, WorkflowStatus
from civitai_desktop.services.accounts import elsewhere
from civitai_desktop.services.endings import failure, missing, withheld
from civitai_desktop.services.polling import EARLY_PAUSE_S, watch
from civitai_desktop.services.row import Held, Parts, Row

LATE_LOOKS = 5
"""Looks after the end for pictures that are announced but not yet available."""

CERTAIN_AFTER = timedelta(days=1)
"""How long Civitai must go on saying that something is gone until that is believed."""

KEPT_FOR = timedelta(days=31)
"""Civitai keeps a workflow and its blobs for 30 days.

Source: `civitai/api.md` section 5, "Downloading, expiry, retention".
"""

MISSED = "Civitai does not find it at the moment."
GONE = "Civitai does not know this generation any more."
GONE_PICTURES = "Civitai does not keep these pictures any more."
TOO_OLD = "Civitai keeps pictures for 30 days, and these did not come in that time."
NO_PICTURE = "Civitai has made no picture of it."
MADE_AGAIN = "Retry makes it again."
BY_ITSELF = "It is asked for again by itself; nothing is paid twice."


class Following:
    """The workflow of one generation, from the first look to the last picture.

    Call `watch`, then `settle`; `aclose` in any case.
    """

    def __init__(self, row: Row, parts: Parts) -> None:
        self._row = row
        self._parts = parts
        self._saves: dict[str, asyncio.Task[Image]] = {}
        self._saved: frozenset[str] = frozenset()
        self._workflow: Workflow | None = None

    async def watch(self) -> None:
        """Watch the workflow to its end, and begin to save what it offers meanwhile.

        Raises:
            Held: Civitai's answers make no sense for the moment.
            OtherAccount: It waits for another key.
            GenerationFailed: It is certainly gone.
        """
        library, generation_id = self._parts.library, self._row.generation.id
        self._saved = await self._parts.records.run(library.saved_blobs, generation_id)
        self._workflow = await self._ended()

    async def settle(self) -> None:
        """Bring home what the workflow has made, and write down how it has ended.

        Raises:
            Held: Its pictures do not come for the moment.
            GenerationFailed: It ended without them, or they are certainly gone.
        """
        for _ in range(LATE_LOOKS):
            if self._workflow is None or not _is_late(self._workflow):
                break
            await self._parts.sleep(EARLY_PAUSE_S)
            self._workflow = await self._ended()
        results = await asyncio.gather(*self._saves.values(), return_exceptions=True)
        for error in results:
            if isinstance(error, BaseException) and not isinstance(error, CivitaiError):
                raise error
        errors = [error for error in results if isinstance(error, CivitaiError)]
        if self._workflow is not None:
            saved = len(self._saved) + len(results) - len(errors)
            await self._settle(self._workflow, saved, errors)

    async def aclose(self) -> None:
        """Stop what is still being saved."""
        for save in self._saves.values():
            save.cancel()
        await asyncio.gather(*self._saves.values(), return_exceptions=True)

    async def _ended(self) -> Workflow:
        """Watch the workflow to its end and return the view that told it."""
        views = watch(
            self._look,
            lambda: self._parts.api.waits,
            sleep=self._parts.sleep,
            clock=self._parts.clock,
            failed=self._parts.line.failed,
        )
        try:
            async with aclosing(views):
                async for workflow in views:
                    await self._seen(workflow)
        except Exception as error:
            # What it has already offered is brought home all the same, whatever went wrong here.
            await asyncio.gather(*self._saves.values(), return_exceptions=True)
            if isinstance(error, CivitaiError):
                await self._doubt(error)
            raise
        return workflow

    async def _look(self, wait_s: int) -> Workflow:
        api, workflow_id = self._parts.api, str(self._row.generation.workflow_id)
        seen = await self._parts.line.call(lambda: api.workflow(workflow_id, wait_s=wait_s))
        if not seen.may_be_of(self._row.generation.id):
            # Its id came with another's answer.
            await self._looked_up()
            raise AnothersReply(ANOTHERS)
        return seen

    async def _doubt(self, error: CivitaiError) -> None:
        """Believe no single refusal to be asked about what is paid for.

        A network that wants a sign-in answers so, and a server in a bad moment.

        Raises:
            Held, OtherAccount, GenerationFailed: What `error` means by now.
        """
        self._check_age()
        reason = error.message
        if isinstance(error, NotFound | NotAllowed):
            found = await self._looked_up()
            if not found and not await self._parts.accounts.is_mine(self._row.generation.owner):
                raise elsewhere(self._row.generation.owner) from error
            is_missing = isinstance(error, NotFound)
            if is_missing and found is False and self._has_lasted(HeldBy.WORKFLOW):
                raise GenerationFailed(GONE, next_step=MADE_AGAIN) from error
            reason = MISSED if is_missing else reason
        raise Held(HeldBy.WORKFLOW, f"{reason} {BY_ITSELF}") from error

    async def _looked_up(self) -> bool | None:
        """Tell whether the workflow is found by its tag; None where that cannot be said."""
        generation_id = self._row.generation.id
        try:
            found = await self._parts.line.call(lambda: self._parts.api.find(generation_id))
        except CivitaiError:
            return None
        if found is not None and found.id != self._row.generation.workflow_id:
            await self._row.update(workflow_id=found.id)
        return found is not None

    def _has_lasted(self, by: HeldBy) -> bool:
        """Tell whether it has been held by the same for so long that it is to be believed."""
        hold, now = self._row.generation.hold, self._parts.calendar.now()
        return hold is not None and hold.by is by and now - hold.since >= CERTAIN_AFTER

    def _check_age(self) -> None:
        """Ask for nothing that Civitai does not keep any more.

        Not at the first failure: what was asked for long ago may have been sent today.

        Raises:
            GenerationFailed: The time is over.
        """
        hold, now = self._row.generation.hold, self._parts.calendar.now()
        is_old = now - self._row.generation.created_at >= KEPT_FOR
        if is_old and hold is not None and now - hold.since >= CERTAIN_AFTER:
            raise GenerationFailed(TOO_OLD, next_step=MADE_AGAIN)

    async def _seen(self, workflow: Workflow) -> None:
        """Begin to save what has become available, and tell a view of the workflow."""
        for index, blob in enumerate(workflow.blobs):
            if blob.available and blob.id not in self._saved and blob.id not in self._saves:
                self._saves[blob.id] = asyncio.get_running_loop().create_task(
                    self._parts.saver.save(self._row.generation, index, blob),
                    name=f"save {blob.id}",
                )
        changes: dict[str, object] = {}
        hold = self._row.generation.hold
        done = self._parts.compare(self._row.generation.request, workflow)
        if done.deviations and not self._row.generation.deviations:
            changes["deviations"] = done.deviations
        if workflow.cost is not None and workflow.cost != self._row.generation.cost:
            changes["cost"] = workflow.cost
        if hold and (hold.by in _OVER_ONCE_SEEN or not workflow.status.is_terminal):
            changes["hold"] = None
        if changes:
            await self._row.update(workflow, **changes)
            if "deviations" in changes:
                self._parts.tell(Deviated(self._row.generation))
        else:
            self._row.show(workflow)

    async def _settle(self, workflow: Workflow, saved: int, errors: list[CivitaiError]) -> None:
        if errors:
            self._check_errors(errors)
        if workflow.status is WorkflowStatus.CANCELED and self._row.is_canceled:
            await self._row.update(workflow, state=GenerationState.CANCELED, saved=saved, hold=None)
            return
        if workflow.status is not WorkflowStatus.SUCCEEDED:
            raise GenerationFailed(failure(workflow))
        if _is_late(workflow):
            if not workflow.blobs and self._has_lasted(HeldBy.PICTURES):
                raise GenerationFailed(NO_PICTURE)
            self._check_age()
            reason = "Civitai has not delivered every picture yet."
            raise Held(HeldBy.PICTURES, f"{reason} {BY_ITSELF}")
        if saved == 0:
            raise GenerationFailed(f"Civitai withheld the pictures. {withheld(workflow)}".strip())
        # What was not made is told as a deviation.
        quantity = self._parts.compare(self._row.generation.request, workflow).quantity
        problem = missing(workflow, saved, quantity)
        await self._row.update(
            workflow, state=GenerationState.SUCCEEDED, saved=saved, problem=problem, hold=None
        )

    def _check_errors(self, errors: list[CivitaiError]) -> None:
        """Say what becomes of pictures that could not be brought home.

        Raises:
            Held, GenerationFailed: Always.
        """
        are_gone = all(isinstance(error, NotFound) for error in errors)
        if are_gone and self._has_lasted(HeldBy.PICTURES):
            raise GenerationFailed(GONE_PICTURES, next_step=MADE_AGAIN)
        self._check_age()
        raise Held(HeldBy.PICTURES, f"{errors[0].message} {BY_ITSELF}") from errors[0]


_OVER_ONCE_SEEN = frozenset({HeldBy.WORKFLOW, HeldBy.ACCOUNT})
"""What an answer of Civitai's settles; the others only show whether they are over at the end."""


def _is_late(workflow: Workflow) -> bool:
    """Tell whether pictures of a workflow that went well are announced, but not there yet."""
    if workflow.status is not WorkflowStatus.SUCCEEDED:
        return False
    return not workflow.blobs or any(
        blob.may_come and not blob.available for blob in workflow.blobs
    )
