"""The HTTP connections: one for the API that carries the key, one for blobs that does not."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import truststore

from civitai_desktop import __version__
from civitai_desktop.api import errors
from civitai_desktop.domain.api_key import cleaned
from civitai_desktop.domain.errors import InvalidInput, NotFound, NotSignedIn

USER_AGENT = f"civitai-desktop/{__version__} (desktop program)"
_CONNECT_S = 10.0
_READ_S = 60.0
_BLOB_READ_S = 60.0
"""Between two chunks; a whole download may take as long as it keeps coming."""

_UPLOAD_S = 300.0
"""For each write, and for the answer, which comes after the picture was looked at."""

_IN_FLIGHT = 8
"""More requests at once on one client cost CPU by their square (measured with httpx 0.28)."""

_EXPIRED = (401, 403, 404)
"""What a blob's address answers once it has run out; none of them is about the key."""

_NOWHERE = (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.TooManyRedirects)
"""Asking the same address again would end in the same way; a fresh one may be better."""

Params = Mapping[str, str | int | bool | Sequence[str]]


class ApiClient:
    """Requests to the API's own origin, each with the key that is in force at that moment."""

    def __init__(
        self,
        base_url: str,
        key: Callable[[], str | None],
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._key = key
        self._places = asyncio.Semaphore(_IN_FLIGHT)
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers={"User-Agent": USER_AGENT},
            timeout=httpx.Timeout(_READ_S, connect=_CONNECT_S),
            transport=transport,
            verify=_trust(),
        )

    async def send(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        json: Any = None,
        needs_key: bool = True,
        timeout_s: float = _READ_S,
    ) -> bytes:
        """Send a request and return the body of a successful answer, which may be empty.

        `path` lies on the API's own origin and begins with a slash: the key goes nowhere else.
        Where it needs no key, it is asked for without one if there is none.
        `timeout_s` is for each read of the answer; connecting has a time-out of its own.

        Raises:
            CivitaiError: As `api.errors` sorts them.
        """
        headers = self._authorization()
        if needs_key and not headers:
            raise NotSignedIn("There is no key.", next_step="Enter one under Account.")
        try:
            async with self._places:
                response = await self._client.request(
                    method,
                    path,
                    params=params,
                    json=json,
                    headers=headers,
                    timeout=httpx.Timeout(timeout_s, connect=_CONNECT_S),
                )
        except httpx.HTTPError as error:
            raise errors.from_exception(error) from error
        if not response.is_success:
            raise errors.from_response(response)
        return response.content

    def absolute(self, url: str) -> httpx.URL:
        """Return an address that the API has named, which may be relative to its own.

        Raises:
            httpx.InvalidURL: It is none.
        """
        return self._client.base_url.join(url)

    def bearer(self, url: httpx.URL) -> dict[str, str]:
        """Return the header with the key; none for an address of another origin."""
        base = self._client.base_url
        same = (url.scheme, url.host, url.port) == (base.scheme, base.host, base.port)
        return self._authorization() if same else {}

    def _authorization(self) -> dict[str, str]:
        """Return the header with the key in force; none where there is no key.

        Raises:
            NotSignedIn: No header can carry it.
        """
        try:
            key = cleaned(self._key() or "")
        except InvalidInput as error:
            step = "Enter your key again under Account."
            raise NotSignedIn(error.message, next_step=step) from error
        return {"Authorization": f"Bearer {key}"} if key else {}

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


@dataclass(slots=True)
class _Download:
    length: int | None
    _response: httpx.Response

    async def chunks(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._response.aiter_bytes(64 * 1024):
                yield chunk
        except httpx.HTTPError as error:
            raise errors.from_exception(error) from error


class BlobClient:
    """Fetches blobs from whatever host they lie on and sends uploads, without the key."""

    def __init__(self, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._places = asyncio.Semaphore(_IN_FLIGHT)
        self._client = httpx.AsyncClient(
            headers={"User-Agent": USER_AGENT},
            timeout=httpx.Timeout(_BLOB_READ_S, connect=_CONNECT_S),
            follow_redirects=True,
            transport=transport,
            verify=_trust(),
        )

    @asynccontextmanager
    async def open(self, url: str) -> AsyncIterator[_Download]:
        """Start a download.

        Raises:
            NotFound: The address has expired; ask for a fresh one.
            Unreachable, ServerFault, RateLimited: The same address may work later.
        """
        async with self._places:
            try:
                async with self._client.stream("GET", url) as response:
                    if response.status_code in _EXPIRED:
                        raise NotFound("The picture's address has expired.")
                    if not response.is_success:
                        await response.aread()
                        raise errors.from_response(response)
                    yield _Download(_length(response), response)
            except _NOWHERE as error:
                raise NotFound("The picture's address leads nowhere.") from error
            except httpx.HTTPError as error:
                raise errors.from_exception(error) from error

    async def post(
        self, url: httpx.URL, content: AsyncIterator[bytes], headers: Mapping[str, str]
    ) -> httpx.Response:
        """Send `content` to exactly this address, and return whatever is answered.

        Raises:
            Unreachable: The answer did not come; the content may have arrived.
        """
        async with self._places:
            try:
                return await self._client.post(
                    url,
                    content=content,
                    headers=headers,
                    timeout=httpx.Timeout(_UPLOAD_S, connect=_CONNECT_S),
                    # A redirect would take the picture to a host that the API has not named.
                    follow_redirects=False,
                )
            except httpx.HTTPError as error:
                raise errors.from_exception(error) from error

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _length(response: httpx.Response) -> int | None:
    # A coded body is longer or shorter on the way than what it decodes to.
    if "content-encoding" in response.headers:
        return None
    text = response.headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else None


@cache
def _trust() -> ssl.SSLContext:
    """Return the system's trust store; made once, because each costs time."""
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
