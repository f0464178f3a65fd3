"""Makes sure of a generation's workflow: submitted exactly once, and by the right account."""

from functools import partial

from civitai_desktop.domain.errors import (
    ANOTHERS,
    AnothersReply,
    CivitaiError,
    EngineNotOffered,
    NotSignedIn,
    OtherAccount,
    RateLimited,
)
from civitai_desktop.domain.events import EngineRefused
from civitai_desktop.domain.generation import GenerationRequest, GenerationState
from civitai_desktop.domain.hold import HeldBy
from civitai_desktop.domain.owner import Owner
from civitai_desktop.domain.workflow import Workflow
from civitai_desktop.services.accounts import elsewhere
from civitai_desktop.services.polling import pause_after, pauses
from civitai_desktop.services.refusals import judged
from civitai_desktop.services.row import Held, Parts, Row

_NOT_SURE = (
    "It was sent, but no answer came, and Civitai does not let the program look it up. "
    "It is looked up again by itself, so that nothing is paid twice."
)


class Submission:
    """Submits a generation unless it is at Civitai already.

    What was sent with one account's key is never sent again with another's: that would be paid
    by somebody else, or a second time.
    """

    def __init__(self, row: Row, parts: Parts, *, is_new: bool) -> None:
        """Take a row; one of an earlier start may be an old copy of what was sent meanwhile."""
        self._row = row
        self._parts = parts
        self._perhaps_received = row.generation.state is GenerationState.SENDING
        self._was_looked_up = False
        self._may_be_a_copy = not is_new

    async def made(self) -> bool:
        """Make sure of the workflow's id; False if the generation was canceled before.

        Raises:
            Held: It may have been received, and cannot be looked up.
            OtherAccount: It waits for another key.
            CivitaiError: Civitai refuses it.
        """
        backoff = pauses()
        while self._row.generation.workflow_id is None:
            try:
                found = await self._found()
                workflow = found or await self._sent()
                if workflow is None:
                    return False
                await self._take(workflow)
            except CivitaiError as error:
                if not error.retryable:
                    self._check_refusal(error)
                    raise
                self._parts.line.failed(error)
                await self._parts.sleep(pause_after(error, next(backoff)))
            else:
                # Whoever finds it by its tag is the one it belongs to.
                owner = self._parts.accounts.owner() if found else self._row.generation.owner
                await self._row.update(
                    workflow,
                    state=GenerationState.RUNNING,
                    workflow_id=workflow.id,
                    cost=workflow.cost,
                    owner=owner,
                    hold=None,
                )
        return True

    async def _take(self, workflow: Workflow) -> None:
        """Make sure that the workflow is no other generation's.

        Raises:
            AnothersReply: It is; this generation's own is looked up.
        """
        take, generation_id = self._parts.library.take_workflow, self._row.generation.id
        if not await self._parts.records.run(take, generation_id, workflow.id):
            self._perhaps_received = True
            raise AnothersReply(ANOTHERS)

    def _check_refusal(self, error: CivitaiError) -> None:
        """Let no refusal end what an earlier attempt may have started at Civitai."""
        is_sure = self._was_looked_up or not self._perhaps_received
        if not is_sure and not isinstance(error, OtherAccount):
            raise Held(HeldBy.WORKFLOW, _NOT_SURE) from error

    async def _found(self) -> Workflow | None:
        """Look up a submission whose answer never came; None where there is nothing to find."""
        if self._row.generation.state is not GenerationState.SENDING and not self._may_be_a_copy:
            return None
        if self._row.is_canceled and not self._perhaps_received:
            # What was never sent, as far as anybody knows, is not even looked for.
            return None
        generation_id = self._row.generation.id
        try:
            found = await self._parts.line.call(lambda: self._parts.api.find(generation_id))
        except CivitaiError as error:
            if error.retryable:
                raise
            # The key may submit but not list: the externalId still makes the server answer a
            # repeated submission with the first one.
            self._was_looked_up = False
            return None
        self._was_looked_up = True
        self._may_be_a_copy = False
        return found

    async def _sent(self) -> Workflow | None:
        """Submit; None if it was canceled before."""
        await self._check_owner()
        # Before the row says that it is sent: an upload that is lost costs nothing.
        if self._row.is_canceled:
            return None
        request = await self._parts.sources.addressed(self._row.generation.request)
        return await self._parts.line.call(partial(self._send, request))

    async def _send(self, request: GenerationRequest) -> Workflow | None:
        """Submit with the key in force, which may be another one than at the last attempt."""
        accounts, in_force, owner = self._parts.accounts, None, Owner()
        # Writing the row takes its time, and the key may be another one after it.
        while in_force != accounts.owner().mark:
            in_force = accounts.owner().mark
            await self._check_owner()
            if self._row.is_canceled:
                return None
            owner = self._row.generation.owner or Owner()
            owner = owner if owner.is_known else accounts.owner()
            if owner.is_known:
                await self._row.update(state=GenerationState.SENDING, owner=owner)
        try:
            return await self._parts.api.submit(request)
        except NotSignedIn:
            if not self._perhaps_received and not owner.name:
                # Refused, and perhaps never anybody's key: it binds this generation to nobody.
                await self._row.update(owner=Owner())
            raise
        except CivitaiError as error:
            self._perhaps_received |= error.retryable and not isinstance(error, RateLimited)
            refusal = judged(request, error)
            if isinstance(refusal, EngineNotOffered):
                self._parts.tell(EngineRefused(refusal.discriminators))
            raise refusal from error

    async def _check_owner(self) -> None:
        """Make sure that the key in force may send it.

        Raises:
            OtherAccount: It may not.
        """
        accounts, generation = self._parts.accounts, self._row.generation
        # Generations are taken up before it is known whose key there is.
        await accounts.ready()
        if not accounts.owner().is_known:
            # Without a key nothing is sent; the line waits for one.
            return
        owner = generation.owner
        if owner is None and self._perhaps_received:
            raise elsewhere(None)
        if owner is not None and owner.is_known and not await accounts.is_mine(owner):
            raise elsewhere(owner)
