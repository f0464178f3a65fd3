"""Connections through a SOCKS 5 proxy: closed whatever happens, and not waited for without end.

httpx's own way speaks the same words, but reads each answer as if it came in one piece, waits for
it without end, and leaves the connection open where the proxy refuses.
"""

import asyncio
import ssl
from collections.abc import Iterable

import httpcore
import httpx
from socksio import socks5

from civitai_desktop.api.proxies import Proxy

_CONNECTIONS, _IDLE, _IDLE_S = 100, 20, 5.0
"""As many as httpx keeps for any other way."""

_VERSION = 5
_NOBODY = socks5.SOCKS5AuthMethod.NO_AUTH_REQUIRED
_BY_NAME = socks5.SOCKS5AuthMethod.USERNAME_PASSWORD
_LENGTHS = {1: 4, 4: 16}
"""Bytes of an address in the last answer, by its kind; a name says its own length."""

_NAME = 3
WANTS_ANOTHER = "another name and password"
"""What the error says where the proxy does not know us."""

SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


class SocksTransport(httpx.AsyncHTTPTransport):
    """Sends requests through a SOCKS 5 proxy, which also looks the names up."""

    def __init__(self, proxy: Proxy, trust: ssl.SSLContext) -> None:
        super().__init__(verify=trust, trust_env=False)
        # There is no other way to choose how httpx connects; pyproject.toml pins the release line.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trust,
            max_connections=_CONNECTIONS,
            max_keepalive_connections=_IDLE,
            keepalive_expiry=_IDLE_S,
            network_backend=_Backend(proxy),
        )


class _Backend(httpcore.AsyncNetworkBackend):
    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._direct = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's own name
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the proxy, and have it connect to `host`."""
        url = self._proxy.url
        stream = await self._direct.connect_tcp(
            url.raw_host.decode("ascii"), url.port or 0, timeout, local_address, socket_options
        )
        try:
            async with asyncio.timeout(timeout):
                await _join(stream, self._proxy.auth, host, port)
        except TimeoutError as error:
            await stream.aclose()
            raise httpcore.ConnectTimeout(str(error)) from error
        except BaseException:
            await stream.aclose()
            raise
        return stream


async def _join(
    stream: httpcore.AsyncNetworkStream, auth: tuple[bytes, bytes] | None, host: str, port: int
) -> None:
    """Have the proxy connect to `host`.

    Raises:
        httpcore.ProxyError: It does not.

    Source: RFC 1928, RFC 1929.
    """
    methods = [_NOBODY, _BY_NAME] if auth else [_NOBODY]
    await stream.write(socks5.SOCKS5AuthMethodsRequest(methods).dumps())
    version, method = await _exactly(stream, 2)
    if version != _VERSION:
        raise httpcore.ProxyError("does not answer as SOCKS 5 does")
    if auth and bytes([method]) == _BY_NAME.value:
        await stream.write(socks5.SOCKS5UsernamePasswordRequest(*auth).dumps())
        _, refused = await _exactly(stream, 2)
        if refused:
            raise httpcore.ProxyError(WANTS_ANOTHER)
    elif bytes([method]) != _NOBODY.value:
        raise httpcore.ProxyError(WANTS_ANOTHER)
    command = socks5.SOCKS5CommandRequest.from_address(socks5.SOCKS5Command.CONNECT, (host, port))
    await stream.write(command.dumps())
    version, refused, _, kind = await _exactly(stream, 4)
    if version != _VERSION or refused:
        raise httpcore.ProxyError("refuses to connect to Civitai")
    length = (await _exactly(stream, 1))[0] if kind == _NAME else _LENGTHS.get(kind)
    if length is None:
        raise httpcore.ProxyError("does not answer as SOCKS 5 does")
    await _exactly(stream, length + 2)


async def _exactly(stream: httpcore.AsyncNetworkStream, size: int) -> bytes:
    """Read so many bytes, in however many pieces they come."""
    read = b""
    while len(read) < size:
        piece = await stream.read(size - len(read))
        if not piece:
            raise httpcore.ProxyError("ends the connection")
        read += piece
    return read
