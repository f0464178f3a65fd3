"""The connections: who gets the key, how long anything may take, what becomes of a download."""

import gzip
import socket

import httpx
import pytest

from civitai_desktop.api.http import ApiClient, BlobClient
from civitai_desktop.domain import errors
from tests.api.conftest import API, KEY

SIGNED = "https://blobs.example/v2/b.jpeg?sig=a%2Fb%3D&exp=17&x=+"


async def test_the_key_goes_to_the_api(civitai) -> None:
    civitai.says(b"")
    await civitai.http.send("GET", "/anything")
    assert civitai.asked.url == f"{API}/anything"
    assert civitai.asked.headers["authorization"] == f"Bearer {KEY}"
    assert civitai.asked.headers["user-agent"].startswith("civitai-desktop/")


async def test_each_request_carries_the_key_of_that_moment(civitai) -> None:
    civitai.says(b"")
    for civitai.key in ("old", "new"):
        await civitai.http.send("GET", "/")
    sent = [request.headers["authorization"] for request in civitai.requests]
    assert sent == ["Bearer old", "Bearer new"]


async def test_without_a_key_nothing_is_sent(civitai) -> None:
    civitai.key = None
    with pytest.raises(errors.NotSignedIn):
        await civitai.http.send("GET", "/")
    assert civitai.requests == []


@pytest.mark.parametrize("key", ["caf\xe9", "two words", "\N{BLACK HEART SUIT}", "a\nb"])
async def test_a_key_that_no_header_can_carry_is_asked_for_again(civitai, key) -> None:
    civitai.key = key
    with pytest.raises(errors.NotSignedIn, match="under Account"):
        await civitai.http.send("GET", "/")
    assert civitai.requests == []


async def test_the_key_does_not_follow_a_redirect(civitai) -> None:
    civitai.refuses(307, location="https://elsewhere.example/")
    with pytest.raises(errors.BadReply):
        await civitai.http.send("POST", "/", json={})
    assert [request.url.host for request in civitai.requests] == ["orchestration.example"]


@pytest.mark.parametrize("url", [SIGNED, f"{API}/v2/consumer/blobs/b.jpeg?sig=1"])
async def test_the_key_goes_to_no_blob_wherever_it_lies(civitai, url) -> None:
    civitai.says(b"bytes")
    await civitai.downloaded(url)
    assert KEY not in str(civitai.asked.headers)
    assert "authorization" not in civitai.asked.headers


async def test_the_key_goes_to_no_blob_that_has_moved_to_the_api(civitai) -> None:
    civitai.refuses(308, location=f"{API}/v2/consumer/blobs/b.jpeg?sig=1")
    civitai.says(b"bytes")
    assert await civitai.downloaded(SIGNED) == b"bytes"
    assert len(civitai.requests) == 2
    assert all("authorization" not in request.headers for request in civitai.requests)


async def test_a_signed_address_is_asked_for_as_it_was_signed(civitai) -> None:
    civitai.says(b"bytes")
    assert await civitai.downloaded(SIGNED) == b"bytes"
    assert civitai.asked.url.raw_path == b"/v2/b.jpeg?sig=a%2Fb%3D&exp=17&x=+"


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_blobs_refusal_is_an_expired_address_and_says_nothing_of_the_key(
    civitai, status
) -> None:
    civitai.refuses(status, b'"Insufficient Buzz"')
    with pytest.raises(errors.NotFound):
        await civitai.downloaded(SIGNED)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (206, errors.BadReply),
        (429, errors.RateLimited),
        (500, errors.ServerFault),
        (400, errors.InvalidInput),
    ],
)
async def test_another_failure_of_a_blobs_host_is_sorted_like_any(civitai, status, kind) -> None:
    civitai.refuses(status, b"<html>", retry_after="3")
    with pytest.raises(kind):
        await civitai.downloaded(SIGNED)


@pytest.mark.parametrize("url", ["", "/v2/b.jpeg", "ftp://b", "http://127.0.0.1/\x00"])
async def test_an_address_that_leads_nowhere_is_as_good_as_expired(url) -> None:
    blobs = BlobClient()
    try:
        with pytest.raises(errors.NotFound):
            async with blobs.open(url):
                pass
    finally:
        await blobs.aclose()


async def test_an_address_that_leads_in_circles_is_as_good_as_expired(civitai) -> None:
    civitai.refuses(302, location=SIGNED)
    with pytest.raises(errors.NotFound):
        await civitai.downloaded(SIGNED)


async def test_a_download_that_breaks_off_may_be_tried_again(civitai) -> None:
    async def broken():
        yield b"some"
        raise httpx.ReadError("gone")

    civitai.answers.append(httpx.Response(200, content=broken()))
    with pytest.raises(errors.Unreachable):
        await civitai.downloaded(SIGNED)


@pytest.mark.parametrize("length", [None, "\xb2", "many"])
async def test_a_length_that_is_not_announced_is_unknown(civitai, length) -> None:
    headers = [] if length is None else [(b"content-length", length.encode("latin-1"))]
    civitai.answers.append(httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"bytes")))
    async with civitai.blobs.open(SIGNED) as download:
        assert download.length is None


async def test_the_announced_length_is_that_of_the_file_not_of_its_coding(civitai) -> None:
    civitai.says(b"bytes")
    civitai.says(gzip.compress(b"bytes" * 100), content_encoding="gzip")
    lengths = []
    for _ in range(2):
        async with civitai.blobs.open(SIGNED) as download:
            lengths.append(download.length)
    assert lengths == [5, None]


@pytest.mark.parametrize(
    ("call", "read_s"),
    [
        (lambda c, r: c.orchestration.submit(r), 60),
        (lambda c, r: c.orchestration.quote(r), 10),
        (lambda c, r: c.orchestration.workflow("x"), 30),
        (lambda c, r: c.orchestration.workflow("x", wait_s=10), 25),
        (lambda c, r: c.orchestration.workflows(), 30),
        (lambda c, r: c.orchestration.find("g"), 30),
        (lambda c, r: c.orchestration.cancel("wf"), 30),
        (lambda c, r: c.orchestration.refresh("b"), 30),
        (lambda c, r: c.orchestration.check_key(), 30),
        (lambda c, r: c.site.username(), 10),
        (lambda c, r: c.site.balance(), 10),
        (lambda c, r: c.downloaded(SIGNED), 60),
    ],
)
async def test_no_call_waits_without_limit(civitai, request_of, call, read_s) -> None:
    civitai.says({"id": "x", "cost": {"total": 1}, "items": []})
    await call(civitai, request_of())
    timeout = civitai.asked.extensions["timeout"]
    assert timeout["connect"] == 10
    assert timeout["read"] == read_s
    assert None not in timeout.values()


async def test_a_port_that_nobody_listens_on_is_told_as_not_reached() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        api, blobs = ApiClient(url, lambda: KEY), BlobClient()
        try:
            with pytest.raises(errors.Unreachable, match="cannot be reached"):
                await api.send("GET", "/")
            with pytest.raises(errors.Unreachable):
                async with blobs.open(url):
                    pass
        finally:
            await api.aclose()
            await blobs.aclose()
