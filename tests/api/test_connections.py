"""Connections that are closed at once, and places that nothing slow keeps from the others."""

import asyncio
import gc
from contextlib import AsyncExitStack

import pytest

from civitai_desktop.api.http import ApiClient, BlobClient
from civitai_desktop.domain.errors import CivitaiError, Unreachable
from tests.api.raw_server import RawServer, always, listening, ok

ABORTED = 200
BEGUN = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + bytes(200_000)


class DiskFull(Exception):
    """Stands for whatever stops a download in the middle."""


async def abort(blobs: BlobClient, url: str, *, after_first: bool) -> None:
    async with blobs.open(url) as download:
        if after_first:
            async for _ in download.chunks():
                raise DiskFull
        raise DiskFull


async def fetch(blobs: BlobClient, url: str) -> bytes:
    async with blobs.open(url) as download:
        return b"".join([chunk async for chunk in download.chunks()])


@pytest.mark.parametrize("after_first", [True, False])
async def test_two_hundred_aborted_downloads_leave_no_connection(
    nobody_closes_generators, after_first
) -> None:
    async with listening(always(BEGUN)) as server:
        blobs = BlobClient()
        most = 0
        for _ in range(ABORTED):
            with pytest.raises(DiskFull):
                await abort(blobs, server.url, after_first=after_first)
            most = max(most, server.open)
        assert len(server.heads) == ABORTED
        assert most < 20
        await closed(server)
        await blobs.aclose()


async def closed(server: RawServer) -> None:
    async with asyncio.timeout(5):
        while server.open:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 500\r\n\r\n" + b"x" * 90,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 90,
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nabc",
        b"HTTP/1.1 404 Gone\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 90,
        b"HTTP/1.1 302 Found\r\nLocation: https://xn--/\r\nContent-Length: 99\r\n\r\nx",
        b"HTTP/1.1 302 Found\r\nLocation: //127.0.0.1:99999/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/9.9 999 \xff\r\n\r\n",
        b"\x00\xff\x00",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_an_answer_that_ends_badly_leaves_no_connection(
    nobody_closes_generators, answer
) -> None:
    def once(server: RawServer):
        async def handle(reader, writer):
            await server.head(reader)
            writer.write(answer)
            await writer.drain()
            writer.write_eof()
            await reader.read()

        return handle

    async with listening(once) as server:
        api, blobs = ApiClient(server.url, lambda: "a-key"), BlobClient()
        with pytest.raises(CivitaiError):
            await api.send("GET", "/")
        with pytest.raises(CivitaiError):
            await fetch(blobs, server.url)
        await closed(server)
        await api.aclose()
        await blobs.aclose()


async def test_a_download_that_is_canceled_leaves_no_connection(nobody_closes_generators) -> None:
    async with listening(always(BEGUN)) as server:
        blobs = BlobClient()

        tasks = [asyncio.create_task(fetch(blobs, server.url)) for _ in range(8)]
        while len(server.heads) < len(tasks):
            await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await closed(server)
        await blobs.aclose()


async def test_nothing_is_left_for_the_garbage_collector() -> None:
    async with listening(always(BEGUN)) as server:
        blobs = BlobClient()
        for _ in range(3):
            with pytest.raises(DiskFull):
                await abort(blobs, server.url, after_first=True)
        await blobs.aclose()
        await closed(server)
    gc.collect()


def stalling(server: RawServer):
    """Never answer "/slow"; answer everything else at once."""

    async def handle(reader, writer):
        while True:
            if b"/slow" in await server.head(reader):
                await reader.read()
            writer.write(ok(b"there"))
            await writer.drain()

    return handle


async def test_slow_blobs_keep_no_other_from_coming() -> None:
    async with listening(stalling) as server, AsyncExitStack() as stack:
        blobs = BlobClient(held_s=0.05)
        stack.push_async_callback(blobs.aclose)

        slow = [asyncio.create_task(fetch(blobs, f"{server.url}/slow")) for _ in range(30)]
        while len(server.heads) < 8:
            await asyncio.sleep(0.01)
        async with asyncio.timeout(10):
            assert await fetch(blobs, f"{server.url}/quick") == b"there"
        assert not any(task.done() for task in slow)
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)


async def test_at_most_eight_begin_at_once() -> None:
    async with listening(stalling) as server, AsyncExitStack() as stack:
        blobs = BlobClient()
        stack.push_async_callback(blobs.aclose)

        slow = [asyncio.create_task(fetch(blobs, f"{server.url}/slow")) for _ in range(30)]
        while len(server.heads) < 8:
            await asyncio.sleep(0.01)
        for _ in range(100):
            await asyncio.sleep(0)
        assert len(server.heads) == 8
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)


async def test_an_answer_whose_head_drips_has_an_end() -> None:
    def dripping(server: RawServer):
        async def handle(reader, writer):
            await server.head(reader)
            writer.write(b"HTTP/1.1 200 OK\r\n")
            while True:
                writer.write(b"X-Drip: drop\r\n")
                await writer.drain()
                await asyncio.sleep(0.01)

        return handle

    async with listening(dripping) as server:
        api = ApiClient(server.url, lambda: "a-key")
        with pytest.raises(Unreachable, match="in time"):
            await api.send("GET", "/", timeout_s=0.2)
        await closed(server)
        await api.aclose()
