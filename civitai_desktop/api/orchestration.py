"""The Orchestration API: submit, price, look, list, cancel, refresh."""

from collections.abc import Sequence
from urllib.parse import quote as url_quote

from civitai_desktop.api import wire
from civitai_desktop.api.http import ApiClient, Params
from civitai_desktop.domain.errors import ANOTHERS, AnothersReply, BadReply, InvalidInput
from civitai_desktop.domain.generation import GenerationRequest
from civitai_desktop.domain.workflow import Blob, Quote, Workflow

_WORKFLOWS = "/v2/consumer/workflows"
_MOST_PAGES = 20
"""Of a list that was asked for by the tag of one generation."""

_QUOTE_S = 10.0
_SUBMIT_S = 60.0
_LOOK_S = 30.0
_BEYOND_WAIT_S = 15.0
"""How long a long poll may take beyond its own wait before the socket counts as abandoned."""


class OrchestrationApi:
    """Calls to Civitai's orchestrator. Nothing is retried here: the caller knows what may be."""

    def __init__(self, http: ApiClient) -> None:
        self._http = http
        self._waits = True

    async def submit(self, request: GenerationRequest) -> Workflow:
        """Submit a workflow and return the server's first view of it; Buzz is spent here.

        Raises:
            InvalidInput, NotSignedIn, NotEnoughBuzz, NotAllowed: The request must change first.
            Unreachable, ServerFault: It may have been received; look it up by its tag.
            RateLimited: It was not received.
            AnothersReply: The answer is about another one; this one may have been received as well.

        Source: `POST /v2/consumer/workflows`, Orchestration guide, "Submitting Work".
        """
        body = wire.template(request)
        params: Params = {"wait": 0, "whatif": "false"}
        workflow = wire.workflow(
            await self._http.send("POST", _WORKFLOWS, params=params, json=body, timeout_s=_SUBMIT_S)
        )
        if not workflow.may_be_of(request.id):
            raise AnothersReply(ANOTHERS)
        return workflow

    async def quote(self, request: GenerationRequest) -> Quote:
        """Return what a request would cost; nothing runs and no Buzz is spent.

        Raises:
            InvalidInput, NotSignedIn, NotAllowed: The request must change first.
            Unreachable, RateLimited, ServerFault: The same request may succeed later.
        """
        body = wire.quoted(request)
        params: Params = {"wait": 0, "whatif": "true"}
        return wire.quote(
            await self._http.send("POST", _WORKFLOWS, params=params, json=body, timeout_s=_QUOTE_S)
        )

    async def workflow(self, workflow_id: str, *, wait_s: int = 0) -> Workflow:
        """Look at a workflow, at its end or after `wait_s` seconds, whichever is first.

        A server that refuses to wait (older ones do, with a 400) is asked without from then on.

        Raises:
            NotFound: It was deleted, or is older than the server keeps them.
            NotSignedIn, NotAllowed: The key must change first.
            Unreachable, RateLimited, ServerFault: The next look may succeed.
            AnothersReply: The same, where the answer is about another workflow.
        """
        path = f"{_WORKFLOWS}/{url_quote(workflow_id, safe='')}"
        if wait_s and self._waits:
            try:
                timeout_s = wait_s + _BEYOND_WAIT_S
                body = await self._http.send(
                    "GET", path, params={"wait": wait_s}, timeout_s=timeout_s
                )
                return _asked_for(body, workflow_id)
            except InvalidInput:
                self._waits = False
        return _asked_for(await self._http.send("GET", path, timeout_s=_LOOK_S), workflow_id)

    @property
    def waits(self) -> bool:
        """Tell whether the server takes `wait`; True until it has refused it."""
        return self._waits

    async def workflows(
        self, tags: Sequence[str] = (), *, cursor: str | None = None, take: int = 100
    ) -> tuple[list[Workflow], str | None]:
        """List workflows that have all of `tags`, newest first, and the next page's cursor.

        Mature pictures keep their addresses: by default this one call would drop them.

        Raises:
            NotSignedIn, NotAllowed, Unreachable, RateLimited, ServerFault: See `workflow`.
        """
        params: dict[str, str | int | Sequence[str]] = {"take": take, "hideMatureContent": "false"}
        if tags:
            params["tags"] = list(tags)
        if cursor:
            params["cursor"] = cursor
        body = await self._http.send("GET", _WORKFLOWS, params=params, timeout_s=_LOOK_S)
        return wire.page(body, tags)

    async def find(self, generation_id: str) -> Workflow | None:
        """Return the workflow that this generation was submitted as, or None.

        Raises:
            NotSignedIn, NotAllowed, Unreachable, RateLimited, ServerFault: See `workflow`.
            BadReply: Whether there is one cannot be read from the answer.
        """
        params: dict[str, str | int | Sequence[str]] = {
            "take": 1,
            "hideMatureContent": "false",
            "tags": [wire.generation_tag(generation_id)],
        }
        for _ in range(_MOST_PAGES):
            body = await self._http.send("GET", _WORKFLOWS, params=params, timeout_s=_LOOK_S)
            found, cursor = wire.submitted(body, generation_id)
            if found or cursor is None:
                return found
            params |= {"take": 100, "cursor": cursor}
        raise BadReply("Civitai's list of generations has no end.")

    async def cancel(self, workflow_id: str) -> None:
        """Ask for the end of a workflow; it may still succeed, so look afterwards.

        Raises:
            NotFound: It is gone.
            NotSignedIn, NotAllowed, Unreachable, RateLimited, ServerFault: See `workflow`.

        Source: `PUT /v2/consumer/workflows/{id}`; answered by 204, by older servers by 200.
        """
        path = f"{_WORKFLOWS}/{url_quote(workflow_id, safe='')}"
        await self._http.send("PUT", path, json={"status": "canceled"}, timeout_s=_LOOK_S)

    async def refresh(self, blob_id: str) -> Blob:
        """Return the blob with a fresh address.

        Raises:
            NotFound: It is older than the server keeps them.
            NotSignedIn, NotAllowed, Unreachable, RateLimited, ServerFault: See `workflow`.
        """
        path = f"/v2/consumer/blobs/{url_quote(blob_id, safe='')}/refresh"
        return wire.blob(await self._http.send("POST", path, timeout_s=_LOOK_S))

    async def check_key(self) -> None:
        """Make sure that the key is taken.

        Raises:
            NotSignedIn: It is not.
            NotAllowed, Unreachable, RateLimited, ServerFault: Nothing is known about it.
        """
        # Read, because a network's sign-in page takes every key.
        wire.page(await self._http.send("GET", _WORKFLOWS, params={"take": 1}, timeout_s=_LOOK_S))


def _asked_for(body: bytes, workflow_id: str) -> Workflow:
    """Read the workflow that was asked for; another's pictures must not be taken for its own."""
    workflow = wire.workflow(body)
    if workflow.id != workflow_id:
        raise AnothersReply(ANOTHERS)
    return workflow
