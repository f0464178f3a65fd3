"""The sandbox as one ASGI application: both origins, the key, the faults and the counting."""

import hmac
from collections import Counter

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from civitai_desktop.sandbox.blobs.routes import BlobRoutes
from civitai_desktop.sandbox.blobs.urls import BlobUrls
from civitai_desktop.sandbox.faults.misbehaviour import Connections, Misbehaviour, NoConnections
from civitai_desktop.sandbox.faults.rules import Faults
from civitai_desktop.sandbox.orchestration.orchestrator import Orchestrator
from civitai_desktop.sandbox.orchestration.waiting import Waiting
from civitai_desktop.sandbox.requests.problems import Problem, problem_response
from civitai_desktop.sandbox.site.resource_info import ResourceInfoRoutes
from civitai_desktop.sandbox.site.resource_routes import WITHOUT_KEY, ResourceRoutes
from civitai_desktop.sandbox.site.routes import SiteRoutes
from civitai_desktop.sandbox.workflows.recipes import RecipeRoutes
from civitai_desktop.sandbox.workflows.routes import WorkflowRoutes
from civitai_desktop.sandbox.workflows.steps import StepRoutes

DEFAULT_KEY = "civitai-sandbox-key"
URL_LIFETIME_S = 600.0

_REQUESTS = "/sandbox/requests"
_WITHOUT_KEY = ("/v2/services", "/v2/resources", "/v2/consumer/blobs/archive/", *WITHOUT_KEY)


def create_app(
    orchestrator: Orchestrator,
    *,
    key: str = DEFAULT_KEY,
    api_origin: str = "http://api.sandbox",
    blob_origin: str = "http://blobs.sandbox",
    url_lifetime_s: float = URL_LIFETIME_S,
    faults: Faults | None = None,
    connections: Connections | None = None,
    waiting: Waiting | None = None,
) -> ASGIApp:
    """Build the application; `httpx.ASGITransport` reaches both origins through it.

    Args:
        orchestrator: What it speaks for.
        key: The only API key it accepts.
        api_origin: The address under which it is reached, written into upload addresses.
        blob_origin: The address of the blobs; requests to this host are for their bytes.
        url_lifetime_s: How long signed addresses are good, in seconds of the orchestrator's clock.
        faults: What is to go wrong, nothing when None.
        connections: How to hang up; when None, hanging up raises ConnectionResetError.
        waiting: Its waits, so that a server can end them.
    """
    clock = orchestrator.clock
    waiting = waiting or Waiting(clock)
    urls = BlobUrls(blob_origin, secret=key, lifetime_s=url_lifetime_s, clock=clock)
    blobs = BlobRoutes(orchestrator, urls, api_origin)
    api_routes = [
        *WorkflowRoutes(orchestrator, urls, waiting).routes(),
        *StepRoutes(orchestrator, urls).routes(),
        *RecipeRoutes(orchestrator, urls, waiting).routes(),
        *blobs.api_routes(),
        *SiteRoutes(orchestrator).routes(),
        *ResourceInfoRoutes(orchestrator).routes(),
        *ResourceRoutes(orchestrator, api_origin).routes(),
    ]
    gate = _Gate(_starlette(api_routes), key, blobs)
    origins = _Origins(gate, _starlette(blobs.content_routes()), blob_origin)
    misbehaving = Misbehaviour(
        origins, faults or Faults(), connections or NoConnections(), waiting.pause
    )
    return _Counted(misbehaving, [*api_routes, *blobs.content_routes()])


def _starlette(routes: list[Route]) -> Starlette:
    return Starlette(
        routes=routes,
        exception_handlers={
            Problem: _on_problem,
            HTTPException: _on_http,
            ClientDisconnect: _on_gone,
        },
    )


async def _on_gone(_request: Request, _error: Exception) -> Response:
    # The client has left in the middle of its request: nobody reads this, and nothing is wrong.
    return Response(status_code=400)


async def _on_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_response(error)


async def _on_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem_response(Problem(error.status_code, error.detail))


class _Gate:
    """Lets requests with the key through, and those that need none."""

    def __init__(self, app: ASGIApp, key: str, blobs: BlobRoutes) -> None:
        self._app = app
        self._expected = f"Bearer {key}".encode()
        self._blobs = blobs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        given = request.headers.get("authorization", "").encode()
        admitted = (
            hmac.compare_digest(given, self._expected)
            or request.url.path.startswith(_WITHOUT_KEY)
            or self._blobs.admits_upload(request)
        )
        refusal = problem_response(Problem(401, "The API key is missing or wrong."))
        await (self._app if admitted else refusal)(scope, receive, send)


class _Origins:
    """Sends a request to the API or to the blobs by the host it names."""

    def __init__(self, api: ASGIApp, blobs: ASGIApp, blob_origin: str) -> None:
        self._api = api
        self._blobs = blobs
        self._blob_host = blob_origin.partition("//")[2]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = Request(scope).headers.get("host")
        await (self._blobs if host == self._blob_host else self._api)(scope, receive, send)


class _Counted:
    """Counts requests by method and route and tells the counts; asking for them is not counted."""

    def __init__(self, app: ASGIApp, routes: list[Route]) -> None:
        self._app = app
        self._routes = routes
        self._counts: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == _REQUESTS:
            await JSONResponse(dict(self._counts))(scope, receive, send)
            return
        self._counts[f"{scope['method']} {self._template(scope)}"] += 1
        await self._app(scope, receive, send)

    def _template(self, scope: Scope) -> str:
        matching = (r.path for r in self._routes if r.matches(scope)[0] is not Match.NONE)
        return next(matching, "(unknown)")
