"""The HTTP connections: one for the API that carries the key, one for blobs that does not.

Whatever the other side does ends in a `CivitaiError`: an answer that never ends, a body that
unpacks to gigabytes, an address that is none.
"""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from civitai_desktop.api import bodies
from civitai_desktop.api.addresses import address, is_safe
from civitai_desktop.api.bodies import Bounds
from civitai_desktop.api.concurrency import HELD_S, ConcurrencyLimit
from civitai_desktop.api.exchange import client_of, failure_of, moved_to, sent
from civitai_desktop.api.proxies import Proxies
from civitai_desktop.api.routing import RoutingTransport
from civitai_desktop.domain.api_key import cleaned
from civitai_desktop.domain.errors import (
    BadReply,
    InvalidInput,
    NotFound,
    NotSignedIn,
    TooLarge,
)

_CONNECT_S = 10.0
_READ_S = 60.0
_BLOB_READ_S = 60.0
"""Between two chunks; how long the whole may take, `bodies` says."""

_UPLOAD_S = 300.0
"""For each write, and for the answer, which comes after the picture was looked at."""

_UPLOAD_FLOOR = 4096
"""Bytes a second; what goes slower is given up."""

_IN_FLIGHT = 8
"""More requests at once on one client cost CPU by their square (measured with httpx 0.28)."""

_ANSWER = Bounds(what="The answer", largest=32 << 20, whole_s=60.0)

LARGEST_PICTURE = 512 << 20
"""Bytes; a picture of 16,384 x 16,384 pixels that does not pack well has less."""

_PICTURE_S, _PICTURE_FLOOR = 3600.0, 64 << 10
"""Seconds for any picture, or as many as the largest one takes at so many bytes a second."""

_PICTURE = "The picture is larger than this program takes without --largest-picture: it"

_EXPIRED = (401, 403, 404)
"""What a blob's address answers once it has run out; none of them is about the key."""

_MOVES = 10
"""How often an address may lead to another."""

Params = Mapping[str, str | int | bool | Sequence[str]]


class ApiClient:
    """Requests to the API's own origin, each with the key that is in force at that moment."""

    def __init__(
        self,
        base_url: str,
        key: Callable[[], str | None],
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        proxies: Proxies | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the parts.

        Args:
            base_url: The origin; the key goes nowhere else.
            key: Returns the key in force, or None.
            transport: In place of the machine's network.
            proxies: In place of the environment's.
            clock: Seconds that only ever grow.
        """
        self._key = key
        self._clock = clock
        self._places = ConcurrencyLimit(_IN_FLIGHT)
        self._client = client_of(
            transport or RoutingTransport(proxies),
            base_url=base_url,
            headers={"Accept-Encoding": "gzip, deflate"},
            timeout=httpx.Timeout(_READ_S, connect=_CONNECT_S),
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
        `timeout_s` is for the answer to begin; its body must keep coming from then on.

        Raises:
            CivitaiError: As `api.errors` sorts them.
        """
        if needs_key and not self._authorization():
            raise NotSignedIn("There is no key.", next_step="Enter one under Account.")
        connect_s = min(_CONNECT_S, timeout_s)
        timeout = httpx.Timeout(timeout_s, connect=connect_s)
        try:
            request = self._client.build_request(
                method, path, params=params, json=json, timeout=timeout
            )
        except httpx.InvalidURL as error:
            raise NotFound("Civitai cannot be asked for this.") from error
        except UnicodeError as error:
            raise InvalidInput("There is a character in the text that cannot be sent.") from error
        request.headers.update(self.bearer(request.url))
        async with self._places.taken():
            response = await sent(self._client, request, timeout_s + connect_s)
            if not response.is_success:
                raise await failure_of(response, self._clock)
            try:
                return (await bodies.whole(response, _ANSWER, self._clock)).content
            except TooLarge as error:
                raise BadReply("The answer is too large to be one of Civitai's.") from error

    def absolute(self, url: str) -> httpx.URL:
        """Return an address that the API has named, which may be relative to its own.

        Raises:
            BadReply: It is none.
        """
        found = address(url, self._client.base_url)
        if found is None:
            raise BadReply("Civitai names an address that leads nowhere.")
        return found

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
    _chunks: AsyncGenerator[bytes, None]

    def chunks(self) -> AsyncGenerator[bytes, None]:
        return self._chunks


class BlobClient:
    """Fetches blobs from whatever host they lie on and sends uploads, without the key.

    An address that is neither encrypted nor this machine's own is not asked.
    """

    def __init__(
        self,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        proxies: Proxies | None = None,
        largest: int = LARGEST_PICTURE,
        held_s: float = HELD_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the parts.

        Args:
            transport: In place of the machine's network.
            proxies: In place of the environment's.
            largest: The most bytes a blob may have.
            held_s: How long a blob that stands still may keep others waiting, in seconds.
            clock: Seconds that only ever grow.
        """
        self._clock = clock
        whole_s = max(_PICTURE_S, largest / _PICTURE_FLOOR)
        self._bounds = Bounds(what=_PICTURE, largest=largest, whole_s=whole_s)
        self._places = ConcurrencyLimit(_IN_FLIGHT, held_s=held_s)
        self._client = client_of(
            transport or RoutingTransport(proxies),
            # The bytes that are saved are those that Civitai has.
            headers={"Accept-Encoding": "identity"},
            timeout=httpx.Timeout(_BLOB_READ_S, connect=_CONNECT_S),
        )

    @asynccontextmanager
    async def open(self, url: str) -> AsyncIterator[_Download]:
        """Start a download; it is closed with the block, however far it was read.

        Raises:
            NotFound: The address has expired, or leads nowhere; ask for a fresh one.
            TooLarge: It has more bytes than a blob may have.
            Unreachable, ServerFault, RateLimited: The same address may work later.
        """
        async with self._places.taken() as place:
            response = await self._found(url)
            coming = bodies.chunks(response, self._bounds, self._clock, place.moved)
            async with aclosing(coming) as chunks:
                try:
                    length = bodies.announced(response)
                    self._bounds.check(length or 0)
                    yield _Download(length, chunks)
                finally:
                    # A generator that was never begun closes nothing.
                    await bodies.closed(response)

    async def _found(self, text: str) -> httpx.Response:
        """Follow an address to where the blob lies."""
        url = address(text)
        for _ in range(_MOVES):
            if url is None:
                raise NotFound("The picture's address leads nowhere.")
            if not is_safe(url):
                raise NotFound("The picture's address is not encrypted.")
            request = self._client.build_request("GET", url)
            response = await sent(self._client, request, _CONNECT_S + _BLOB_READ_S)
            # Nobody asked for a part; a cache on the way may have no more.
            if response.is_success and response.status_code != httpx.codes.PARTIAL_CONTENT:
                return response
            failure = await failure_of(response, self._clock)
            moved = moved_to(response)
            if response.status_code in _EXPIRED:
                raise NotFound("The picture's address has expired.") from failure
            if moved is None:
                raise failure
            url = address(moved, url)
            if url is not None and not is_safe(url):
                raise BadReply("A network on the way leads the picture's address elsewhere.")
        raise NotFound("The picture's address leads in circles.")

    async def post(
        self, url: httpx.URL, content: AsyncIterator[bytes], headers: Mapping[str, str]
    ) -> httpx.Response:
        """Send `content` to exactly this address, and return whatever is answered.

        A redirect is not followed: it would take the picture to a host that the API has not named.

        Raises:
            Unreachable: The answer did not come; the content may have arrived.
        """
        timeout = httpx.Timeout(_UPLOAD_S, connect=_CONNECT_S)
        request = self._client.build_request(
            "POST", url, content=content, headers=dict(headers), timeout=timeout
        )
        size = int(headers.get("Content-Length", 0))
        async with self._places.taken():
            response = await sent(self._client, request, _UPLOAD_S + size / _UPLOAD_FLOOR)
            try:
                return await bodies.whole(response, _ANSWER, self._clock)
            except TooLarge as error:
                raise BadReply("The answer is too large to be one of Civitai's.") from error

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()
