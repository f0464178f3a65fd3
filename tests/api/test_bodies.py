"""Bodies within bounds: packed, endless and slow ones, and those that lie about themselves."""

import gc
import gzip
import random
import zlib

import httpx
import pytest

from civitai_desktop.api import bodies
from civitai_desktop.api.bodies import Bounds
from civitai_desktop.api.concurrency import Place
from civitai_desktop.api.http import BlobClient
from civitai_desktop.domain.errors import BadReply, CivitaiError, TooLarge, Unreachable
from tests.api.conftest import API
from tests.api.test_http import SIGNED

SMALL = Bounds(what="The answer", largest=1 << 20, whole_s=60.0)
MEGABYTE = bytes(1 << 20)


class Clock:
    """Seconds that pass only where a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def coming(*parts: bytes, clock: Clock | None = None, each_s: float = 0.0, **headers: str):
    """Make an answer whose body comes in these parts, so many seconds apart."""

    async def stream():
        for part in parts:
            if clock:
                clock.now += each_s
            yield part

    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(200, headers=sent, content=stream())


async def read(response: httpx.Response, bounds: Bounds = SMALL, clock: Clock | None = None):
    return (await bodies.whole(response, bounds, clock or Clock())).content


def bare(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP ", gzip.compress),
        ("gzip", lambda content: gzip.compress(content[:9]) + gzip.compress(content[9:])),
        ("gzip", lambda content: gzip.compress(content) + b"\0\0garbage"),
        ("deflate", zlib.compress),
        ("deflate", bare),
        ("identity", bytes),
        ("utf-8", bytes),
        ("", bytes),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 7, 100_000])
async def test_a_body_is_unpacked_in_whatever_pieces_it_comes(coding, packed, size) -> None:
    content = random.Random(1).randbytes(500) * 300
    raw = packed(content)
    parts = [raw[start : start + size] for start in range(0, len(raw), size)]
    assert await read(coming(*parts, content_encoding=coding)) == content


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_an_empty_body_is_empty_however_it_says_it_is_packed(coding) -> None:
    assert await read(coming(content_encoding=coding)) == b""


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_what_is_not_packed_as_it_says_is_a_bad_reply(coding) -> None:
    with pytest.raises(BadReply):
        await read(coming(b"\xff<html>" * 50, content_encoding=coding))


@pytest.mark.parametrize("missing", [1, 8, 20])
async def test_a_packed_body_that_breaks_off_is_no_whole_one(missing) -> None:
    whole = gzip.compress(random.Random(2).randbytes(5000))
    with pytest.raises(Unreachable, match="lost"):
        await read(coming(whole[:-missing], content_encoding="gzip"))


async def test_what_unpacks_to_gigabytes_is_stopped_while_it_unpacks() -> None:
    packed = gzip.compress(MEGABYTE * 40)
    assert len(packed) < 64 * 1024
    sizes = []

    async def unpack() -> None:
        async for chunk in bodies.chunks(coming(packed, content_encoding="gzip"), SMALL, Clock()):
            sizes.append(len(chunk))

    with pytest.raises(TooLarge, match="more than 1 MB"):
        await unpack()
    assert max(sizes) <= 64 * 1024
    assert sum(sizes) <= SMALL.largest


async def test_a_body_packed_twice_is_unpacked_once_and_no_json() -> None:
    twice = gzip.compress(gzip.compress(b"{}"))
    assert await read(coming(twice, content_encoding="gzip, gzip")) == twice


async def test_what_is_announced_as_too_large_is_not_even_begun() -> None:
    begun = []

    async def stream():
        begun.append(1)
        yield MEGABYTE

    response = httpx.Response(200, headers={"content-length": "99999999999"}, content=stream())
    with pytest.raises(TooLarge):
        await read(response)
    assert begun == []


async def test_a_length_that_lies_does_not_get_by() -> None:
    with pytest.raises(TooLarge):
        await read(coming(MEGABYTE, b"and one more", content_length="5"))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("5", 5),
        (" 5 ", 5),
        ("", None),
        ("-5", None),
        ("5.0", None),
        ("9" * 5000, None),
        ("\xb2", None),
    ],
)
def test_a_length_is_a_number_or_unknown(text, length) -> None:
    headers = [(b"content-length", text.encode("latin-1"))]
    assert bodies.announced(httpx.Response(200, headers=headers)) == length


async def test_a_body_that_drips_is_given_up_and_one_that_comes_slowly_is_not() -> None:
    clock = Clock()
    with pytest.raises(Unreachable, match="too slowly"):
        await read(coming(*[b"x"] * 50, clock=clock, each_s=1.0), clock=clock)
    assert clock.now < 40
    clock = Clock()
    slow = coming(*[bytes(2000)] * 50, clock=clock, each_s=1.0)
    assert len(await read(slow, clock=clock)) == 100_000


async def test_a_body_has_an_end_in_time_as_a_whole() -> None:
    clock = Clock()
    with pytest.raises(Unreachable, match="too long"):
        await read(coming(*[bytes(9000)] * 70, clock=clock, each_s=1.0), clock=clock)
    assert clock.now == 61


async def test_the_time_that_a_reader_takes_is_not_the_servers() -> None:
    clock = Clock()
    turns = 0
    async for _ in bodies.chunks(coming(*[bytes(10)] * 50), SMALL, clock):
        turns += 1
        clock.now += 100
    async for _ in bodies.chunks(coming(*[bytes(64 * 1024)] * 5), SMALL, clock):
        turns += 1
        clock.now += 100
    assert turns == 6


async def test_small_pieces_are_gathered_but_not_for_long() -> None:
    clock = Clock()
    sizes = [len(c) async for c in bodies.chunks(coming(*[bytes(9000)] * 30), SMALL, clock)]
    assert sizes == [65536] * 4 + [270_000 - 4 * 65536]
    slow = coming(*[bytes(3000)] * 9, clock=clock, each_s=0.6)
    sizes = [len(c) async for c in bodies.chunks(slow, SMALL, clock)]
    assert sizes == [6000] * 4 + [3000]


async def test_an_answer_of_gigabytes_is_a_bad_reply(civitai) -> None:
    civitai.answers.append(coming(*[MEGABYTE] * 33))
    with pytest.raises(BadReply, match="too large"):
        await civitai.http.send("GET", "/")
    civitai.answers[:] = [httpx.Response(200, content=MEGABYTE * 32)]
    assert len(await civitai.http.send("GET", "/")) == 32 << 20


async def test_a_refusal_of_gigabytes_or_without_an_end_is_still_a_refusal(civitai) -> None:
    for answer in (coming(*[MEGABYTE] * 3), coming(b"\xff" * 99, content_encoding="gzip")):
        answer.status_code = 401
        civitai.answers[:] = [answer]
        with pytest.raises(CivitaiError, match="key was refused"):
            await civitai.http.send("GET", "/")


@pytest.mark.parametrize("announced", [True, False])
async def test_a_blob_of_more_than_its_bound_is_not_fetched(announced) -> None:
    headers = {"content-length": str(3 << 20)} if announced else {}
    transport = httpx.MockTransport(lambda _: coming(*[MEGABYTE] * 3, **headers))
    blobs = BlobClient(transport=transport, largest=2 << 20)
    sizes = []

    async def fetch() -> None:
        async with blobs.open(SIGNED) as download:
            async for chunk in download.chunks():
                sizes.append(len(chunk))

    with pytest.raises(TooLarge, match="more than 2 MB"):
        await fetch()
    await blobs.aclose()
    assert sum(sizes) == (0 if announced else 2 << 20)
    blobs = BlobClient(transport=transport, largest=3 << 20)
    async with blobs.open(SIGNED) as download:
        assert sum([len(chunk) async for chunk in download.chunks()]) == 3 << 20
    await blobs.aclose()


async def test_a_blob_is_asked_for_as_it_lies_there_and_an_answer_packed(civitai) -> None:
    civitai.says(b"bytes")
    await civitai.downloaded(SIGNED)
    assert civitai.asked.headers["accept-encoding"] == "identity"
    await civitai.http.send("GET", "/")
    assert civitai.requests[-1].headers["accept-encoding"] == "gzip, deflate"
    assert str(civitai.requests[-1].url) == f"{API}/"


async def test_a_place_hears_of_what_comes_before_it_is_gathered_or_unpacked() -> None:
    moved: list[int] = []
    packed = gzip.compress(MEGABYTE)
    parts = [packed[start : start + 100] for start in range(0, len(packed), 100)]
    response = coming(*parts, content_encoding="gzip")
    async for _ in bodies.chunks(response, SMALL, Clock(), moved.append):
        pass
    assert sum(moved) == len(packed)
    assert len(moved) > 5


async def test_a_blob_that_flows_keeps_its_place(civitai) -> None:
    civitai.says(bytes(200_000))
    async with civitai.blobs.open(SIGNED) as download:
        async for _ in download.chunks():
            break
        places = [each for each in gc.get_objects() if isinstance(each, Place)]
        [place] = [each for each in places if each._is_held]
        assert place._bytes == 200_000
