"""A server that sends exactly the bytes a test says, and proxies before it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class RawServer:
    """What listens on a port of this machine.

    Attributes:
        open: How many connections are open at this moment.
        heads: What was asked, up to the empty line, in order.
    """

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._tasks: set[asyncio.Task[None]] = set()
        self.open = 0
        self.heads: list[bytes] = []
        self.port = 0
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._handler(reader, writer)
        finally:
            self.open -= 1
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    async def head(self, reader: asyncio.StreamReader) -> bytes:
        """Read a request up to its empty line."""
        self.heads.append(await reader.readuntil(b"\r\n\r\n"))
        return self.heads[-1]

    async def aclose(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        # Transports say their farewell a turn of the loop later.
        for _ in range(5):
            await asyncio.sleep(0)


@asynccontextmanager
async def listening(
    handler: Callable[[RawServer], Handler], context: ssl.SSLContext | None = None
) -> AsyncIterator[RawServer]:
    """Listen while the block lasts; each connection is given to the handler."""
    async with AsyncExitStack() as stack:
        server: RawServer

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await handler(server)(reader, writer)

        server = RawServer(handle)
        stack.push_async_callback(server.aclose)
        socket = await asyncio.start_server(server.connected, "127.0.0.1", 0, ssl=context)
        stack.callback(socket.close)
        server.port = socket.sockets[0].getsockname()[1]
        server.scheme = "https" if context else "http"
        yield server


def always(answer: bytes) -> Callable[[RawServer], Handler]:
    """Answer every request with these bytes, and keep the connection."""

    def handler(server: RawServer) -> Handler:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while True:
                await server.head(reader)
                writer.write(answer)
                await writer.drain()

        return handle

    return handler


def ok(body: bytes = b"{}", *headers: str) -> bytes:
    """Return a whole answer."""
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hand on what comes until it ends."""
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()


async def joined(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int
) -> None:
    """Join two ends until one of them ends."""
    far_reader, far_writer = await asyncio.open_connection(host, port)
    try:
        await asyncio.gather(pumped(reader, far_writer), pumped(far_reader, writer))
    finally:
        far_writer.close()
        with suppress(ConnectionError):
            await far_writer.wait_closed()


def socks5(port: int, secret: tuple[bytes, bytes] | None = None) -> Callable[[RawServer], Handler]:
    """Speak SOCKS 5; whatever name is asked for lies at `port` of this machine.

    Source: RFC 1928 and RFC 1929.
    """

    def handler(server: RawServer) -> Handler:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            _version, count = await reader.readexactly(2)
            methods = await reader.readexactly(count)
            wanted = 2 if secret else 0
            writer.write(bytes([5, wanted if wanted in methods else 0xFF]))
            if wanted not in methods:
                return
            if secret:
                _version, length = await reader.readexactly(2)
                name = await reader.readexactly(length)
                [length] = await reader.readexactly(1)
                password = await reader.readexactly(length)
                writer.write(bytes([1, 0 if (name, password) == secret else 1]))
                if (name, password) != secret:
                    return
            _version, _command, _reserved, kind = await reader.readexactly(4)
            length = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
            host = await reader.readexactly(length)
            await reader.readexactly(2)
            server.heads.append(host)
            writer.write(bytes([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]))
            await joined(reader, writer, "127.0.0.1", port)

        return handle

    return handler


def http_proxy(port: int, refusal: bytes = b"") -> Callable[[RawServer], Handler]:
    """Speak CONNECT; whatever name is asked for lies at `port` of this machine."""

    def handler(server: RawServer) -> Handler:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await server.head(reader)
            writer.write(refusal or b"HTTP/1.1 200 Connection established\r\n\r\n")
            await writer.drain()
            if not refusal:
                await joined(reader, writer, "127.0.0.1", port)

        return handle

    return handler
