"""The sandbox on two loopback ports: one for the API, one for the bytes of the blobs."""

import asyncio
import contextlib
import socket
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from civitai_desktop.sandbox.app import DEFAULT_KEY, URL_LIFETIME_S, create_app
from civitai_desktop.sandbox.clock import Clock, SystemClock
from civitai_desktop.sandbox.faults.rules import Faults
from civitai_desktop.sandbox.orchestration.orchestrator import Orchestrator
from civitai_desktop.sandbox.orchestration.store import Store
from civitai_desktop.sandbox.orchestration.waiting import Waiting
from civitai_desktop.sandbox.requests.catalogue import read_catalogue

_HOST = "127.0.0.1"
_IDLE_S = 75
"""How long an idle connection stays open: longer than clients keep theirs."""

_PATIENCE_S = 1
"""How long a stop waits for answers that are on their way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to run a sandbox.

    Attributes:
        port: Of the API, 0 for a free one; the blobs always get a free one.
        state: Folder that outlives the server, None to keep nothing.
        speed: How many times faster than Civitai.
        buzz: What a new account owns.
        faults: The faults file, None for none; it need not exist yet.
        key: The only API key accepted.
        url_lifetime_s: How long the address of a blob is good, in seconds.
        catalogue: The engines' data file, None for the one that ships.
    """

    port: int = 0
    state: Path | None = None
    speed: float = 1.0
    buzz: int = 1000
    faults: Path | None = None
    key: str = DEFAULT_KEY
    url_lifetime_s: float = URL_LIFETIME_S
    catalogue: Path | None = None


class SandboxServer:
    """A running sandbox in a thread of its own, with an event loop of its own.

    The caller's loop, if it has one, is left alone, and no signal handler is installed. It takes
    requests as soon as the constructor returns, and is gone when `stop()` returns.

    Attributes:
        url: The API's origin, e.g. "http://127.0.0.1:40000".
        blob_url: The origin of the blobs' bytes.
        key: The key to send.
    """

    def __init__(self, settings: Settings | None = None, clock: Clock | None = None) -> None:
        """Bind both ports and start to serve.

        Args:
            clock: Time; the machine's when None. It is asked from the server's own thread.

        Raises:
            OSError: The port is taken, or a file cannot be used.
            ValueError: The catalogue or the state is of an unknown format.
            sqlite3.Error: The state is damaged.
        """
        settings = settings or Settings()
        clock = clock or SystemClock()
        catalogue = read_catalogue(settings.catalogue)
        with contextlib.ExitStack() as stack:
            sockets = [stack.enter_context(_bound(port)) for port in (settings.port, 0)]
            self.url, self.blob_url = map(_origin, sockets)
            self.key = settings.key
            store = stack.enter_context(contextlib.closing(Store(settings.state)))
            self._orchestrator = Orchestrator(
                catalogue, speed=settings.speed, buzz=settings.buzz, store=store, clock=clock
            )
            # From here on the server closes the sockets, and `stop()` the store.
            stack.pop_all()
        self._waiting = Waiting(clock)
        connections = _OpenConnections()
        app = create_app(
            self._orchestrator,
            key=settings.key,
            api_origin=self.url,
            blob_origin=self.blob_url,
            url_lifetime_s=settings.url_lifetime_s,
            faults=Faults(settings.faults),
            connections=connections,
            waiting=self._waiting,
        )
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=connections.protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=_IDLE_S,
                timeout_graceful_shutdown=_PATIENCE_S,
            )
        )
        self._thread = threading.Thread(
            target=self._run, args=(sockets,), name="sandbox", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End long polls, let other answers go out for a second, and stop. Twice is harmless."""
        self._waiting.close()
        self._server.should_exit = True
        self._thread.join()
        self._orchestrator.close()

    def _run(self, sockets: list[socket.socket]) -> None:
        asyncio.run(self._server.serve(sockets))


@contextlib.asynccontextmanager
async def running(settings: Settings | None = None) -> AsyncIterator[SandboxServer]:
    """Run a sandbox in a thread while the block lasts; the running loop is not held up."""
    server = await asyncio.to_thread(SandboxServer, settings)
    try:
        yield server
    finally:
        await asyncio.to_thread(server.stop)


class _OpenConnections:
    """The server's open connections, by the address of their client."""

    def __init__(self) -> None:
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}
        transports = self._transports

        class Protocol(H11Protocol):
            """HTTP as uvicorn speaks it, written down while it is connected."""

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                if self.client:
                    transports[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                if self.client:
                    transports.pop(self.client, None)

        self.protocol: type[asyncio.Protocol] = Protocol

    async def hang_up(self, scope: Scope, receive: Receive) -> None:
        """Close the connection of a request, and return when it is closed."""
        message: dict[str, Any] = {}
        if transport := self._transports.get(tuple(scope["client"])):
            transport.close()
        while message.get("type") != "http.disconnect":
            message = dict(await receive())


def _bound(port: int) -> socket.socket:
    """Return a socket that already listens, so that no early request is refused."""
    # asyncio sends small answers at once only where the protocol is named; else each waits 40 ms.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            # There it would let two servers share the port; here it only spares a wait.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((_HOST, port))
        bound.listen()
    except OSError:
        bound.close()
        raise
    return bound


def _origin(bound: socket.socket) -> str:
    return f"http://{_HOST}:{bound.getsockname()[1]}"
