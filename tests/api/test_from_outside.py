"""Whatever comes from outside ends in an answer or a `CivitaiError`: ten thousand of each kind."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx
import msgspec
import pytest

from civitai_desktop.api import errors, wire
from civitai_desktop.api.addresses import address
from civitai_desktop.api.blobs import BlobApi
from civitai_desktop.api.http import ApiClient, BlobClient
from civitai_desktop.api.orchestration import OrchestrationApi
from civitai_desktop.api.resources import ResourceApi
from civitai_desktop.api.services import ServicesApi
from civitai_desktop.api.site import SiteApi
from civitai_desktop.domain.errors import LONGEST, BadReply, CivitaiError, NotFound
from civitai_desktop.domain.resource import ResourceQuery
from tests.api.conftest import API
from tests.api.test_http import SIGNED

MANY = 10_000

WORKFLOW = {
    "id": "wf_1",
    "status": "succeeded",
    "tags": ["civitai-desktop"],
    "cost": {"total": 4, "base": 3.5, "factors": {"a": 1.5}, "fixed": {"b": 1}, "tips": {"c": 0}},
    "transactions": {"list": [{"type": "debit", "amount": 4}], "insufficientBuzz": False},
    "steps": [
        {
            "estimatedProgressRate": 0.5,
            "output": {"images": [{"id": "b", "url": "https://b", "blockedReason": "No."}]},
            "jobs": [{"queuePosition": {"precedingJobs": 2}, "reason": "Because."}],
            "metadata": {"errors": ["No."]},
            "preparation": {"resource": "air", "queuePosition": 1, "progress": 0.4},
            "input": {"width": 64},
        }
    ],
    "errors": {"steps[0]": ["No."]},
    "detail": "So it is.",
    "items": [],
    "next": "cursor",
}
ODD: list[Any] = [
    None, True, -1, 0, 1e308, -1e308, 1 << 62, 1 << 70, "", "x" * 5000, "NaN", "1e999", [], {},
    [None], {"": None}, "9" * 400, "\x00", "\U0001f600", [[[[]]]], "none", "http://",
    {"message": []}, "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-13-01",
]  # fmt: skip


RESOURCE = {
    "id": 7,
    "modelId": 8,
    "name": "Amber",
    "type": "LORA",
    "nsfw": False,
    "air": "urn:air:sd1:lora:civitai:7@8",
    "baseModel": "SD 1.5",
    "trainedWords": ["amber"],
    "supportsGeneration": True,
    "earlyAccessEndsAt": "2026-01-01T00:00:00Z",
    "paidAccess": {"permanent": False, "endsAt": "2026-01-01T00:00:00+14:00"},
    "images": [{"url": "https://image/original=true/a.jpeg", "type": "image", "nsfwLevel": 1}],
    "model": {"name": "Amber", "type": "LORA", "nsfw": False},
    "stats": {"downloadCount": 9},
    "creator": {"username": "somebody"},
    "canGenerate": True,
}
PAGE = {
    "items": [{**RESOURCE, "modelVersions": [RESOURCE, RESOURCE]}, RESOURCE],
    "metadata": {"nextCursor": "9|8"},
    "modelVersions": [RESOURCE],
    "username": "somebody",
    "result": {"data": {"json": {"blue": 1, "green": 2, "yellow": 3}}},
    "totalCount": 2,
    **RESOURCE,
}


def nested(depth: int, inner: str = "1") -> bytes:
    return f"{'[' * depth}{inner}{']' * depth}".encode()


def mutated(chance: random.Random, value: Any) -> Any:
    """Return `value` with odd things in some places."""
    if chance.random() < 0.06:
        return chance.choice(ODD)
    if isinstance(value, dict):
        return {name: mutated(chance, each) for name, each in value.items()}
    if isinstance(value, list):
        return [mutated(chance, each) for each in value]
    return value


def bytes_from_outside(count: int) -> Iterator[bytes]:
    """Yield JSON with odd values, JSON with odd bytes, and no JSON at all."""
    chance = random.Random(9)
    for number in range(count):
        body = json.dumps(mutated(chance, WORKFLOW)).encode()
        if number % 3 == 1:
            spoiled = bytearray(body)
            for _ in range(chance.randrange(1, 5)):
                spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
            body = bytes(spoiled[: chance.randrange(len(spoiled))] if number % 2 else spoiled)
        elif number % 9 == 2:
            body = chance.randbytes(chance.randrange(40))
        yield body


OTHERS: list[Callable[[bytes], Any]] = [wire.quote, wire.page, wire.blob, wire.upload_url]
READERS = [wire.workflow, *OTHERS]


def test_ten_thousand_answers_are_read_or_are_bad_replies() -> None:
    read = 0
    for number, body in enumerate(bytes_from_outside(MANY)):
        for reader in (wire.workflow, OTHERS[number % len(OTHERS)]):
            with suppress(BadReply):
                told = reader(body)
                read += 1
                if reader is wire.workflow:
                    assert sum(map(len, told.reasons)) <= LONGEST
                    assert all(len(each.blocked_reason or "") <= LONGEST for each in told.blobs)
    assert MANY / 5 < read < 2 * MANY, "some are read, and some are not"


def test_ten_thousand_failures_become_errors_to_tell() -> None:
    chance = random.Random(10)
    charsets = ["utf-8", "latin-1", "hex", "base64", "idna", "punycode", "utf-7", "\0", "x" * 999]
    for body in bytes_from_outside(MANY):
        headers = [
            (b"content-type", f"text/html; charset={chance.choice(charsets)}".encode()),
            (b"retry-after", chance.choice([b"7", b"\xb2", body[:60], b"9" * 9999])),
            (b"date", chance.choice([b"Wed, 21 Oct 2015 07:28:00 GMT", body[:30]])),
        ]
        status = chance.choice([400, 401, 402, 403, 404, 408, 409, 429, 500, 503, 599, 302, 999])
        error = errors.from_response(httpx.Response(status, headers=headers, content=body))
        assert isinstance(error, CivitaiError)
        assert 0 < len(str(error)) <= 2 * LONGEST + 1
        assert error.retry_after_s is None or 0 <= error.retry_after_s <= 600
        assert all(len(text) <= LONGEST for text in getattr(error, "complaints", {}).values())


@pytest.mark.parametrize("depth", [900, 1000, 3000, 100_000])
@pytest.mark.parametrize(
    "form",
    [
        b"%s",
        b'{"id": "wf", "steps": [{"metadata": {"errors": %s}}]}',
        b'{"id": "wf", "steps": [{"jobs": [{"errors": %s}]}]}',
        b'{"id": "wf", "steps": [{"input": %s, "preparation": %s}]}',
        b'{"id": "wf", "unknown": %s}',
        b'{"errors": {"field": %s}, "detail": %s}',
        b'{"id": "wf", "items": [%s], "cost": {"total": 1, "factors": %s}}',
    ],
)
def test_what_is_nested_without_end_is_read_or_said(form, depth) -> None:
    for inner in ("1", '"Why."', '{"message": "Why."}'):
        body = form.replace(b"%s", nested(depth, inner))
        for reader in READERS:
            with suppress(BadReply):
                reader(body)
        for status in (400, 403, 500):
            error = errors.from_response(httpx.Response(status, content=body))
            assert isinstance(error, CivitaiError)


async def test_whatever_the_site_says_of_resources_is_read_or_said() -> None:
    chance = random.Random(13)
    answers = iter(lambda: json.dumps(mutated(chance, PAGE)).encode(), b"")
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=next(answers)))
    http = ApiClient(API, lambda: "a-key", transport=transport)
    blobs = BlobClient(transport=transport)
    resources, services, site = ResourceApi(http, blobs), ServicesApi(http), SiteApi(http)
    found = 0
    for _ in range(150):
        with suppress(CivitaiError):
            page = await resources.search(ResourceQuery(base_models=("SD 1.5",)), None)
            for each in (version for offer in page.offers for version in offer.versions):
                found += 1
                assert all(len(text) <= LONGEST for text in (each.name, each.creator, *each.words))
        for call in (resources.version(8), resources.latest(7), services.services()):
            with suppress(CivitaiError):
                await call
        assert len(await site.username() or "") <= LONGEST
        await site.balance()
    assert found > 30
    await http.aclose()
    await blobs.aclose()


def test_what_lies_deep_in_an_answer_is_left_out_and_the_rest_is_kept() -> None:
    body = b'{"id": "wf", "steps": [{"input": {"width": 64, "odd": %s}}]}' % nested(500)
    [echo] = wire.workflow(body).inputs
    assert echo["width"] == 64
    assert len(str(echo)) < 100


async def test_every_call_reads_whatever_comes() -> None:
    """Over the clients themselves, with the headers that people's networks send."""
    chance = random.Random(11)
    bodies = bytes_from_outside(1_500)

    def answer(_request: httpx.Request) -> httpx.Response:
        headers = [
            (b"content-encoding", chance.choice([b"", b"gzip", b"br", b"\xff", b"gzip, deflate"])),
            (b"content-length", chance.choice([b"3", b"\xb2", b"9" * 5000, b"-1"])),
            (b"set-cookie", chance.choice([b"a=b; expires=Wed, 99", b"=;;", b"\xff=\xfe"])),
            (b"location", chance.choice([b"http://[::1", b"https://xn--/", b"/a", b"\xff"])),
        ]
        stream = httpx.ByteStream(next(bodies))
        return httpx.Response(
            chance.choice([200, 200, 302, 404, 500]), headers=headers, stream=stream
        )

    transport = httpx.MockTransport(answer)
    http, blobs = (
        ApiClient(API, lambda: "a-key", transport=transport),
        BlobClient(transport=transport),
    )
    api, site = OrchestrationApi(http), SiteApi(http)
    resources, services = ResourceApi(http, blobs), ServicesApi(http)
    for _ in range(100):
        for call in (
            api.workflow("wf"),
            api.workflows(),
            api.refresh("b"),
            api.find("g"),
            site.username(),
            site.balance(),
            resources.search(ResourceQuery(), None),
            resources.version(1),
            resources.latest(1),
            resources.preview(SIGNED),
            services.services(),
        ):
            with suppress(CivitaiError):
                await call
    await http.aclose()
    await blobs.aclose()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "b.jpeg",
        "/v2/b.jpeg",
        "ftp://b.example/",
        "file:///etc/passwd",
        "https://",
        "https:///b.jpeg",
        "https://b.example:99999/",
        "https://b.example:0/",
        "https://b.example:-1/",
        "https://b.example:port/",
        "https://xn--/",
        "https://xn--a/",
        "https://a..b/",
        "https://.b/",
        f"https://{'a' * 64}.example/",
        f"https://{'a.' * 200}example/",
        "https://[::1",
        "https://[::1]x/",
        "https://[v1.a]/",
        "https://a b/",
        "https://a\x00b/",
        "https://a%00b/",
        "https://\ud800/",
        "https://\u2488.example/",
        "https://b.example/\x00",
        f"https://b.example/{'x' * 70_000}",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
    ],
)
async def test_an_odd_address_leads_nowhere_at_first_and_after_a_move(civitai, text) -> None:
    assert address(text) is None
    with pytest.raises(NotFound, match="leads nowhere"):
        await civitai.downloaded(text)
    assert civitai.requests == []
    location = text.encode("utf-8", "replace").replace(b"\x00", b"%zz ")
    civitai.answers.append(httpx.Response(302, headers=[(b"location", location)]))
    civitai.answers.append(httpx.Response(200, content=b"bytes"))
    with suppress(CivitaiError):
        await civitai.downloaded(SIGNED)


@pytest.mark.parametrize(
    "text",
    ["https://b.example:99999/", "//xn--/", "https://[::1", "ftp://b.example/", "https://a..b/"],
)
async def test_a_move_to_an_odd_address_leads_nowhere(civitai, text) -> None:
    civitai.refuses(302, location=text)
    with pytest.raises(NotFound, match="leads nowhere"):
        await civitai.downloaded(SIGNED)
    assert len(civitai.requests) == 1
    with pytest.raises(BadReply):
        await civitai.http.send("GET", "/")


def test_reasons_have_an_end_together_too() -> None:
    reasons = [f"Reason {number}, which is rather long." for number in range(1000)]
    told = wire.workflow(
        json.dumps({"id": "wf", "steps": [{"output": {"errors": reasons}}]}).encode()
    )
    assert told.reasons[:2] == tuple(reasons[:2])
    assert LONGEST - 100 < sum(map(len, told.reasons)) <= LONGEST


@pytest.mark.parametrize(
    "text",
    [
        "https://b.example/b.jpeg?sig=a%2Fb",
        "https://b.example:8443/",
        "HTTPS://B.EXAMPLE/",
        "https://b_1.example/",
        "https://b.example./",
        "https://b\xfccher.example/",
        "https://127.0.0.1/",
        "https://[2001:db8::1]:1/",
        "http://b.example/",
        "https://user:secret@b.example/",
    ],
)
def test_a_usual_address_is_one(text) -> None:
    assert address(text) == httpx.URL(text)


def test_ten_thousand_odd_addresses_are_none_or_can_be_asked() -> None:
    chance = random.Random(12)
    signs = "ab19:/@%#?[]. \\-_~xn--\x00\n\x7f\xfc\u20ac\u2488\udcff\U0001f600"
    base = httpx.URL(SIGNED)
    client = httpx.AsyncClient()
    usable = 0
    for _ in range(MANY):
        kind = chance.choice(["", "http://", "https://", "//", "https://xn--", "https://["])
        text = kind + "".join(chance.choices(signs, k=chance.randrange(14)))
        for found in (address(text), address(text, base)):
            if found is not None:
                request = client.build_request("GET", found)
                assert request.headers["host"]
                assert found.host
                found.host.encode("idna")
                usable += 1
    assert usable > 500


async def test_a_blob_is_fetched_unread_by_others_or_not_at_all(civitai) -> None:
    with pytest.raises(NotFound, match="not encrypted"):
        await civitai.downloaded("http://blobs.example/b.jpeg")
    assert civitai.requests == []
    civitai.says(b"bytes")
    for host in ("127.0.0.1:8000", "localhost", "[::1]:8000", "a.localhost"):
        assert await civitai.downloaded(f"http://{host}/b.jpeg") == b"bytes"


async def test_a_move_to_where_others_read_along_is_a_networks_doing(civitai) -> None:
    civitai.refuses(302, location="http://hotel.example/welcome")
    with pytest.raises(BadReply) as failed:
        await civitai.downloaded(SIGNED)
    assert failed.value.retryable
    assert [str(request.url) for request in civitai.requests] == [SIGNED]


async def test_an_upload_goes_nowhere_that_others_read_along(civitai) -> None:
    civitai.says(b"")
    for named in ("http://hotel.example/", "https://b.example:99999/", "https://xn--/"):
        civitai.answers[:] = [httpx.Response(200, json={"uploadUrl": named})]
        uploads = BlobApi(civitai.http, civitai.blobs)
        with pytest.raises(BadReply):
            await uploads.upload(b"bytes", "image/png", lambda _: None)
    assert {request.url.host for request in civitai.requests} == {"orchestration.example"}


async def test_the_key_goes_to_its_own_origin_whatever_a_path_says(civitai) -> None:
    civitai.says(b"")
    for path in ("https://elsewhere.example/", "http://orchestration.example/", f"{API}:444/"):
        await civitai.http.send("GET", path)
        assert "authorization" not in civitai.requests[-1].headers
    await civitai.http.send("GET", f"{API}:443/")
    assert "authorization" in civitai.requests[-1].headers


async def test_no_cookie_is_kept_or_sent(civitai) -> None:
    civitai.says(b"bytes", set_cookie="account=mine; Path=/; Secure")
    for _ in range(2):
        await civitai.downloaded(SIGNED)
        await civitai.http.send("GET", "/")
    assert all("cookie" not in request.headers for request in civitai.requests)


async def test_what_cannot_be_sent_is_said(civitai, request_of) -> None:
    civitai.says(b"")
    with pytest.raises(CivitaiError, match="cannot be sent"):
        await civitai.orchestration.submit(request_of(input={"prompt": "\ud800"}))
    with pytest.raises(NotFound):
        await civitai.orchestration.workflow("x" * 70_000)
    assert civitai.requests == []


def test_msgspec_raises_nothing_but_what_is_caught() -> None:
    for body in bytes_from_outside(2_000):
        with suppress(*errors.NOT_READABLE):
            msgspec.json.decode(body)
