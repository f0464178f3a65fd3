"""One generation on its way: submitted once, followed to its end, its pictures brought home."""

import asyncio
import logging
from contextlib import AbstractAsyncContextManager

from civitai_desktop.domain.errors import CivitaiError, InvalidInput, OtherAccount
from civitai_desktop.domain.events import GenerationChanged, RequestRefused
from civitai_desktop.domain.generation import Generation, GenerationState
from civitai_desktop.domain.hold import HeldBy, Hold
from civitai_desktop.services.following import Following
from civitai_desktop.services.polling import pause_after, pauses
from civitai_desktop.services.row import Held, Parts, Row
from civitai_desktop.services.submitting import Submission

log = logging.getLogger(__name__)

BUG = "Something unexpected went wrong, as reported above. It goes on by itself later."
AT_ONCE = frozenset({HeldBy.FAULT, HeldBy.ACCOUNT})
"""Holds that a start of the program may have ended: another version of it, another key."""

_MAY_RUN = frozenset({HeldBy.WORKFLOW, HeldBy.FAULT})
"""Holds of which nobody knows whether Civitai still works on it."""


class Run:
    """Takes one generation from wherever its row says it stands to its end."""

    def __init__(self, generation: Generation, parts: Parts, *, is_new: bool = False) -> None:
        """Take a generation; one that is not new may have been sent whatever its row says."""
        self._row = Row(generation, parts)
        self._is_new = is_new
        self._parts = parts
        self._wanted = asyncio.Event()
        self._waits = False
        self._is_end_asked_for = False
        self._bugs: set[str] = set()

    @property
    def generation(self) -> Generation:
        """Return how far it is; its row says so too, or is about to."""
        return self._row.generation

    @property
    def is_waiting(self) -> bool:
        """Whether it is held, and nothing is done for it right now."""
        return self._waits

    async def go(self, place: AbstractAsyncContextManager[object]) -> None:
        """Run to the end, or until it is held; whatever can be told about ends in the row.

        Args:
            place: Held while Civitai works on it; not while its pictures come, which may take
                long and must not hold up the others.
        """
        self._wanted.clear()
        self._is_end_asked_for = False
        try:
            await self._go(place)
        except Exception as error:  # noqa: BLE001 - a bug must not end what is paid for
            await self._set_aside(error)

    async def _go(self, place: AbstractAsyncContextManager[object]) -> None:
        following = Following(self._row, self._parts)
        try:
            async with place:
                submission = Submission(self._row, self._parts, is_new=self._is_new)
                if not await submission.made():
                    await self._row.update(state=GenerationState.CANCELED, hold=None)
                    return
                if self._row.is_canceled:
                    await self._request_cancel()
                await following.watch()
            await following.settle()
        except OtherAccount as error:
            await self._hold(HeldBy.ACCOUNT, str(error))
        except Held as held:
            await self._hold(held.by, held.reason)
        except CivitaiError as error:
            await self._fail(error)
        finally:
            await following.aclose()

    async def due(self) -> None:
        """Return when what is held is to be looked after again; at once if nothing holds it."""
        hold = self.generation.hold
        if hold is None:
            return
        self._waits = True
        waits = [
            asyncio.ensure_future(each)
            for each in (
                self._parts.calendar.until(hold.again_at),
                self._wanted.wait(),
                self._parts.line.another_key(),
            )
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._waits = False
            for each in waits:
                each.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    def try_now(self) -> None:
        """Look after it again at once, if it is held."""
        self._wanted.set()

    async def cancel(self) -> None:
        """Ask the server to stop; `go()` sees the end, and keeps the pictures that are there.

        The row says so first: the next start must not send what was canceled.
        """
        self._row.is_canceled = True
        await self._row.note(dismissed=True)
        if self.generation.state is GenerationState.RUNNING:
            await self._request_cancel()
        # While sending, whether there is anything to stop is known once the answer is there.

    async def end(self) -> None:
        """Write down that it is canceled, whatever it was held by, and ask once for its end."""
        hold = self.generation.hold
        await self._row.update(state=GenerationState.CANCELED, hold=None)
        self._is_end_asked_for = False
        if self.generation.workflow_id is not None and hold and hold.by in _MAY_RUN:
            await self._request_cancel()

    async def _hold(self, by: HeldBy, reason: str) -> None:
        now = self._parts.calendar.now()
        await self._row.update(hold=Hold.begun(by, reason, now, self.generation.hold))

    async def _fail(self, error: CivitaiError) -> None:
        # A failure is shown even of what was canceled: its pictures may be paid for.
        await self._row.update(
            state=GenerationState.FAILED, problem=str(error), dismissed=False, hold=None
        )
        if isinstance(error, InvalidInput):
            self._parts.tell(RequestRefused(self.generation, error.complaints))

    async def _set_aside(self, error: Exception) -> None:
        """Put aside what has met a bug, even where its row cannot be written for the same bug."""
        self._report(error)
        try:
            await self._hold(HeldBy.FAULT, BUG)
        except Exception as another:  # noqa: BLE001 - see `go`
            self._report(another)
            self._parts.tell(GenerationChanged(self.generation))

    def _report(self, error: Exception) -> None:
        """Report a bug, once for each kind of it: the same one may come again by itself."""
        kind = f"{type(error).__name__}: {error}"
        if kind in self._bugs:
            return
        self._bugs.add(kind)
        asyncio.get_running_loop().call_exception_handler(
            {"message": f"Generation {self.generation.id} met a bug", "exception": error}
        )

    async def _request_cancel(self) -> None:
        if self._is_end_asked_for:
            # It began to run while the row was told that it is canceled: `go()` has asked.
            return
        self._is_end_asked_for = True
        workflow_id = str(self.generation.workflow_id)
        for pause_s in pauses():
            try:
                await self._parts.line.call(lambda: self._parts.api.cancel(workflow_id))
            except CivitaiError as error:
                # Refused: it is over, or it goes on to its end, where its pictures are kept.
                if self.generation.state.is_terminal or not error.retryable:
                    log.info("The workflow was not canceled: %s", error)
                    return
                self._parts.line.failed(error)
                await self._parts.sleep(pause_after(error, pause_s))
            else:
                return
