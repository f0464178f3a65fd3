"""Through real proxies to a real server: SOCKS 5 and HTTP, with and without a password."""

import asyncio
import os

import httpx
import pytest

from civitai_desktop.api.http import ApiClient, BlobClient
from civitai_desktop.api.proxies import read
from civitai_desktop.api.routing import RoutingTransport
from civitai_desktop.app.connection import civitai
from civitai_desktop.domain.errors import ProxyUnusable, Unreachable
from tests.api.raw_server import always, http_proxy, listening, ok, socks5
from tests.api.test_trust import CERTIFICATES, served

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def no_proxies_of_the_tester(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def fetched(proxies) -> httpx.Response:
    """Ask for an address that only a proxy can find."""
    async with httpx.AsyncClient(transport=RoutingTransport(proxies), trust_env=False) as client:
        return await client.get("http://far.civitai.example:81/path?a=b")


@pytest.mark.parametrize("kind", ["socks5", "socks5h", "socks"])
@pytest.mark.parametrize("secret", [None, (b"user", b"pa#ss@")])
async def test_socks_works_out_of_the_box(kind, secret) -> None:
    async with listening(always(ok(b"there"))) as far, listening(socks5(far.port, secret)) as near:
        said = "user:pa#ss@@" if secret else ""
        proxies = read({"ALL_PROXY": f"{kind}://{said}127.0.0.1:{near.port}/"})
        assert (await fetched(proxies)).content == b"there"
        assert near.heads == [b"far.civitai.example"], "names are looked up at the proxy"
        assert b"Proxy-Authorization" not in far.heads[0]


async def test_an_http_proxy_is_told_the_name_and_password_as_they_are() -> None:
    async with listening(always(ok(b"there"))) as near:
        proxies = read({"HTTP_PROXY": f"j\xfcrgen:pa#ss:@127.0.0.1:{near.port}"})
        assert (await fetched(proxies)).content == b"there"
        [head] = near.heads
        assert head.startswith(b"GET http://far.civitai.example:81/path?a=b ")
        assert b"Basic asO8cmdlbjpwYSNzczo=" in head.replace(b"basic", b"Basic")


async def test_a_proxy_may_be_encrypted_itself(monkeypatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "unknown.pem"))
    async with listening(always(ok(b"there")), served("unknown")) as near:
        proxies = read({"HTTP_PROXY": f"https://user:secret@127.0.0.1:{near.port}"})
        assert (await fetched(proxies)).content == b"there"
        assert near.heads[0].startswith(b"GET http://far.civitai.example:81/")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "another name and password"),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "refuses"),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "refuses"),
    ],
)
async def test_a_proxy_that_refuses_is_named(answer, told) -> None:
    async with listening(http_proxy(9, answer)) as near:
        proxies = read({"HTTPS_PROXY": f"http://user:secret@127.0.0.1:{near.port}"})
        api = ApiClient("https://far.civitai.example", lambda: "a-key", proxies=proxies)
        with pytest.raises(ProxyUnusable, match="HTTPS_PROXY") as failed:
            await api.send("GET", "/")
        await api.aclose()
    assert told in failed.value.message
    assert "secret" not in str(failed.value)


@pytest.mark.parametrize("secret", [None, (b"user", b"another")])
async def test_socks_that_wants_another_password_says_so(secret) -> None:
    wanted = (b"user", b"secret")
    async with listening(socks5(9, wanted)) as near:
        said = "user:another@" if secret else ""
        proxies = read({"ALL_PROXY": f"socks5://{said}127.0.0.1:{near.port}"})
        with pytest.raises(ProxyUnusable, match="ALL_PROXY wants another name and password"):
            await fetched(proxies)


@pytest.mark.parametrize("answer", [b"", b"\x05", b"HTTP/1.1 400 No\r\n\r\n", b"\x05\x07" * 40])
async def test_what_listens_and_speaks_no_socks_is_said(answer) -> None:
    def nonsense(_server):
        async def handle(reader, writer):
            await reader.read(3)
            writer.write(answer)

        return handle

    async with listening(nonsense) as near:
        blobs = BlobClient(proxies=read({"ALL_PROXY": f"socks5://127.0.0.1:{near.port}"}))
        with pytest.raises(Unreachable):
            async with blobs.open("https://far.civitai.example/blob"):
                pass
        await blobs.aclose()


@pytest.mark.parametrize("kind", ["http", "socks5"])
async def test_a_proxy_that_is_not_there_is_named(kind) -> None:
    proxies = read({"HTTPS_PROXY": f"{kind}://user:secret@127.0.0.1:9"})
    api = ApiClient("https://far.civitai.example", lambda: "a-key", proxies=proxies)
    with pytest.raises(ProxyUnusable, match="HTTPS_PROXY") as failed:
        await api.send("GET", "/")
    await api.aclose()
    assert "secret" not in str(failed.value)


async def test_this_machine_is_reached_directly_by_all_four_clients(monkeypatch) -> None:
    for name in VARIABLES[:3]:
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with (
        listening(always(ok(b'{"items": []}'))) as here,
        civitai(here.url, here.url, lambda: "a-key") as door,
    ):
        await door.orchestration.check_key()
        assert await door.site.username() is None
        async with door.downloads.open(f"{here.url}/blob") as download:
            assert b"".join([chunk async for chunk in download.chunks()]) == b'{"items": []}'
        assert await door.resources.preview(f"{here.url}/preview") == b'{"items": []}'
        assert len(here.heads) == 4


async def test_a_wrong_setting_is_said_before_anything_is_asked(monkeypatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:port")
    with pytest.raises(ProxyUnusable, match="HTTPS_PROXY"):
        async with civitai("https://far.civitai.example", "https://civitai.example", lambda: "k"):
            pass


async def test_the_environment_is_not_read_a_second_time(monkeypatch) -> None:
    async with listening(always(ok(b"there"))) as near:
        proxies = read(dict(os.environ) | {"HTTP_PROXY": f"http://127.0.0.1:{near.port}"})
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("NO_PROXY", "*")
        async with asyncio.timeout(10):
            assert (await fetched(proxies)).content == b"there"
