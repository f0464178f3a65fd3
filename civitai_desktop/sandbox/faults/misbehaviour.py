"""Carries out the rules of the faults file between the server and the application."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from civitai_desktop.sandbox.faults.rules import ASKED_FOR, Faults, Rule
from civitai_desktop.sandbox.requests.problems import Problem, problem_response

OUTCOME = "sandbox.outcome"
"""Where in the scope a submission finds how its workflow is to end."""

RAN = "sandbox.ran"
"""Where in the scope a submission finds what its steps really work with."""

WITHDRAWN = "sandbox.withdrawn"
"""Where in the scope a submission finds which engines are unknown."""

Pause = Callable[[float], Awaitable[None]]


class Connections(Protocol):
    """Can end the connection that a request came over."""

    async def hang_up(self, scope: Scope, receive: Receive) -> None:
        """Close it once what was sent has gone out, and return when it is closed."""


class NoConnections:
    """For an application that is called in the same process, where there is nothing to close."""

    async def hang_up(self, scope: Scope, receive: Receive) -> None:
        """Let the caller see what it would see of a closed socket.

        Raises:
            ConnectionResetError: Always.
        """
        raise ConnectionResetError("the sandbox was told to hang up")


class Misbehaviour:
    """An ASGI application around another, which does as the faults file says."""

    def __init__(
        self, app: ASGIApp, faults: Faults, connections: Connections, pause: Pause
    ) -> None:
        self._app = app
        self._faults = faults
        self._connections = connections
        self._pause = pause

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, well or not."""
        query = scope["query_string"].decode("latin-1")
        rule = self._faults.due(scope["method"], scope["path"], query, _key(scope))
        if rule is None:
            await self._app(scope, receive, send)
            return
        if rule.delay_s:
            await self._pause(rule.delay_s)
        await self._act(rule, scope, receive, send)

    async def _act(self, rule: Rule, scope: Scope, receive: Receive, send: Send) -> None:
        if rule.drop:
            await self._connections.hang_up(scope, receive)
        elif rule.lose_answer:
            await self._app(scope, receive, _swallow)
            await self._connections.hang_up(scope, receive)
        elif answer := _answer(rule, scope["path"]):
            await answer(scope, receive, send)
        elif rule.truncate is not None:
            await self._app(scope, receive, _Cut(send, rule.truncate))
            await self._connections.hang_up(scope, receive)
        elif rule.corrupt:
            await self._app(scope, receive, _Blank(send))
        else:
            outcome = rule.workflow and rule.workflow.outcome()
            told = {OUTCOME: outcome, WITHDRAWN: rule.withdrawn, RAN: rule.ran}
            await self._app({**scope, **told}, receive, send)


def _key(scope: Scope) -> str:
    """Return the key of a request; "" if it has none."""
    sent = Request(scope).headers.get("authorization", "")
    return sent.removeprefix("Bearer ")


def _answer(rule: Rule, path: str) -> Response | None:
    if rule.expire:
        return problem_response(Problem(403, "The address has expired."))
    if rule.status is None:
        return None
    if rule.content is not None:
        return Response(rule.content, rule.status, rule.headers)
    if isinstance(rule.body, str):
        return Response(rule.body, rule.status, rule.headers)
    if rule.body is None:
        return Response(None, rule.status, rule.headers)
    body = _named(rule.body, path.rpartition("/")[2])
    return JSONResponse(body, rule.status, rule.headers)


def _named(body: Any, name: str) -> Any:
    """Put the last part of the path where the body names what was asked for."""
    if isinstance(body, dict):
        return {field: _named(value, name) for field, value in body.items()}
    return name if body == ASKED_FOR else body


async def _swallow(_message: Message) -> None:
    """Send nothing."""


class _Cut:
    """Lets the head and the first bytes of an answer through."""

    def __init__(self, send: Send, length: int) -> None:
        self._send = send
        self._left = length

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        body = message.get("body", b"")[: self._left]
        self._left -= len(body)
        await self._send({"type": "http.response.body", "body": body, "more_body": True})


class _Blank:
    """Sends zeros for every byte of the body."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if "body" in message:
            message = {**message, "body": bytes(len(message["body"]))}
        await self._send(message)
