"""Bodies as they come: unpacked, bounded in size and in time, closed whatever happens."""

import logging
import re
import zlib
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass

import httpx

from civitai_desktop.api import errors
from civitai_desktop.api.concurrency import FLOOR
from civitai_desktop.domain.errors import BadReply, TooLarge, Unreachable

log = logging.getLogger(__name__)

_CHUNK = 64 * 1024
_GATHER_S = 1.0
"""How long small pieces are gathered; each that is handed on costs its reader a turn."""

_WINDOW_S = 30.0
"""Seconds of waiting over which its speed is looked at."""

_PACKED = frozenset({"gzip", "x-gzip", "deflate"})
_GZIP_OR_ZLIB, _BARE = zlib.MAX_WBITS | 32, -zlib.MAX_WBITS
_GZIP = b"\x1f\x8b"
_ON_WAY = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})
"""Headers that tell how a body travels, and not what it is."""

_LENGTH = re.compile(r"\d{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a body may be.

    Attributes:
        what: Begins the sentence on one that is larger.
        largest: In bytes, unpacked.
        whole_s: Seconds of waiting for all of it; what its reader does meanwhile counts as none.
    """

    what: str
    largest: int
    whole_s: float

    def check(self, size: int) -> None:
        """Make sure that a size is within the bounds.

        Raises:
            TooLarge: It is not.
        """
        if size > self.largest:
            raise TooLarge(f"{self.what} has more than {self.largest >> 20:,} MB.")


def announced(response: httpx.Response) -> int | None:
    """Return the size in bytes of the file on its way; None if the server does not say."""
    # A packed body is longer or shorter on the way than what it unpacks to.
    if "content-encoding" in response.headers:
        return None
    text = response.headers.get("content-length", "").strip()
    return int(text) if _LENGTH.fullmatch(text) else None


async def chunks(
    response: httpx.Response,
    bounds: Bounds,
    clock: Callable[[], float],
    moved: Callable[[int], object] | None = None,
) -> AsyncGenerator[bytes, None]:
    """Yield a body unpacked, at most 64 KiB at a time, and close its response at the end.

    Args:
        clock: Seconds that only ever grow.
        moved: Hears of the bytes as they come, packed as they are.

    Raises:
        TooLarge: It is announced as larger than it may be, or comes to be.
        BadReply: It is not packed as it says.
        Unreachable: It breaks off, comes too slowly or takes too long.
    """
    # Kept until the response is closed: a generator of httpx that is dropped before that begins to
    # close its connection, cannot wait for it, and leaves it open for good.
    stream = aiter(response.stream)  # type: ignore[arg-type]
    try:
        bounds.check(announced(response) or 0)
        pace, unpacked, count = _Pace(bounds.whole_s), _unpacker(response), 0
        gathered, handed_on = bytearray(), clock()
        raw = b"not the end"
        while raw:
            begun = clock()
            raw = await anext(stream, b"")
            pace.waited(clock() - begun, len(raw))
            if moved is not None:
                moved(len(raw))
            for piece in unpacked.all_of(raw) if raw else unpacked.rest():
                count += len(piece)
                bounds.check(count)
                gathered += piece
                while len(gathered) >= _CHUNK:
                    handed_on = clock()
                    yield bytes(gathered[:_CHUNK])
                    del gathered[:_CHUNK]
            if gathered and (not raw or clock() - handed_on >= _GATHER_S):
                handed_on = clock()
                yield bytes(gathered)
                gathered.clear()
    except errors.TROUBLE as error:
        raise errors.from_exception(error) from error
    finally:
        await closed(response)


async def whole(
    response: httpx.Response, bounds: Bounds, clock: Callable[[], float]
) -> httpx.Response:
    """Return a response with its body, unpacked; raises what `chunks` raises."""
    async with aclosing(chunks(response, bounds, clock)) as coming:
        content = b"".join([chunk async for chunk in coming])
    return with_content(response, content)


def with_content(response: httpx.Response, content: bytes) -> httpx.Response:
    """Return a response that has come, with `content` in place of whatever came."""
    headers = [(name, value) for name, value in response.headers.raw if name.lower() not in _ON_WAY]
    return httpx.Response(response.status_code, headers=headers, content=content)


async def closed(response: httpx.Response) -> None:
    """Close a response; that its connection is broken already is no news."""
    try:
        await response.aclose()
    except errors.TROUBLE as error:
        log.info("An answer was not closed in an orderly way: %s", error)


class _Pace:
    """Sees to it that a body keeps coming."""

    def __init__(self, whole_s: float) -> None:
        self._left_s = whole_s
        self._window_s, self._window_bytes = 0.0, 0

    def waited(self, seconds: float, size: int) -> None:
        """Take note of how long the last bytes took, and how many there were.

        Raises:
            Unreachable: There were too few of them for too long.
        """
        self._left_s -= seconds
        self._window_s += seconds
        self._window_bytes += size
        if self._left_s < 0:
            raise Unreachable("Civitai's answer took too long.")
        if self._window_s >= _WINDOW_S:
            if self._window_bytes < FLOOR * self._window_s:
                raise Unreachable("Civitai's answer comes too slowly.")
            self._window_s, self._window_bytes = 0.0, 0


class _Plain:
    """Hands on what comes."""

    def all_of(self, raw: bytes) -> Iterator[bytes]:
        for start in range(0, len(raw), _CHUNK):
            yield raw[start : start + _CHUNK]

    def rest(self) -> Iterator[bytes]:
        return iter(())


class _Packed:
    """Unpacks gzip and deflate in small pieces: a thousandfold grows in somebody's memory."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._head = b""
        self._is_begun = False

    def all_of(self, raw: bytes) -> Iterator[bytes]:
        """Yield what these bytes unpack to.

        Raises:
            BadReply: They are not packed.
        """
        if not self._is_begun:
            self._head += raw
            if len(self._head) < len(_GZIP):
                return
            raw, self._head, self._is_begun = self._head, b"", True
            if not _is_wrapped(raw):
                self._zlib = zlib.decompressobj(_BARE)
        while raw:
            try:
                chunk = self._zlib.decompress(raw, _CHUNK)
            except zlib.error as error:
                raise BadReply("Civitai's answer is not packed as it says.") from error
            raw = self._zlib.unconsumed_tail
            if self._zlib.eof:
                raw = self._zlib.unused_data
                if not raw.startswith(_GZIP):
                    raw = b""
                else:
                    self._zlib = zlib.decompressobj(_GZIP_OR_ZLIB)
            if chunk:
                yield chunk
            elif not raw:
                break

    def rest(self) -> Iterator[bytes]:
        """Yield what is left at the end.

        Raises:
            Unreachable: It was not the end.
        """
        while self._is_begun and not self._zlib.eof:
            chunk = self._zlib.decompress(self._zlib.unconsumed_tail, _CHUNK)
            if not chunk:
                raise Unreachable("The connection to Civitai was lost.")
            yield chunk


def _unpacker(response: httpx.Response) -> _Plain | _Packed:
    """Return what unpacks a body. What nobody asked for is left as it is, and will be no JSON."""
    coding = response.headers.get("content-encoding", "").strip().lower()
    return _Packed() if coding in _PACKED else _Plain()


def _is_wrapped(raw: bytes) -> bool:
    """Tell gzip and zlib, which begin with a mark, from the bare form some servers send."""
    is_zlib = raw[0] & 0x0F == zlib.DEFLATED and int.from_bytes(raw[:2], "big") % 31 == 0
    return raw.startswith(_GZIP) or is_zlib
