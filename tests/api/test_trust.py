"""A wrong certificate, a wrong clock and a variable that leads nowhere: each says so."""

import ssl
from pathlib import Path

import pytest

from civitai_desktop.api.http import ApiClient, BlobClient
from civitai_desktop.domain.errors import CertificateWrong, ProxyUnusable, Unreachable
from tests.api.raw_server import always, http_proxy, listening, ok

CERTIFICATES = Path(__file__).parent / "certificates"


def served(name: str) -> ssl.SSLContext:
    """Make an encrypted server that shows this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{name}.pem")
    return context


@pytest.fixture(autouse=True)
def no_trust_of_the_tester(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("name", "trusted", "sentence", "next_step"),
    [
        ("unknown", False, "not one that this computer trusts", "sign-in"),
        ("expired", True, "has expired", "the date and the time"),
        ("not-yet", True, "is not valid yet", "the date and the time"),
        ("other-host", True, "another site's", "sign-in"),
    ],
)
async def test_a_certificate_says_what_is_wrong_with_it(
    monkeypatch, name, trusted, sentence, next_step
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / f"{name}.pem"))
    async with listening(always(ok()), served(name)) as server:
        api, blobs = ApiClient(server.url, lambda: "a-key"), BlobClient()
        with pytest.raises(CertificateWrong) as failed:
            await api.send("GET", "/")
        with pytest.raises(CertificateWrong):
            async with blobs.open(f"{server.url}/blob"):
                pass
        await api.aclose()
        await blobs.aclose()
        assert server.heads == [], "nothing is said to whoever it is, and least of all the key"
    assert sentence in failed.value.message
    assert next_step in failed.value.next_step
    assert failed.value.retryable
    assert ("SSL_CERT_FILE says whom to trust" in failed.value.message) is trusted


async def test_what_a_variable_adds_is_trusted(monkeypatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "unknown.pem"))
    async with listening(always(ok(b"there")), served("unknown")) as server:
        api = ApiClient(server.url, lambda: "a-key")
        assert await api.send("GET", "/") == b"there"
        await api.aclose()


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
@pytest.mark.parametrize("value", ["/nowhere/at all", "", "a\udcffb", "x" * 5000])
async def test_a_variable_that_leads_nowhere_closes_no_door_and_is_named(
    monkeypatch, name, value
) -> None:
    monkeypatch.setenv(name, value)
    async with listening(always(ok(b"there"))) as server:
        api = ApiClient(server.url, lambda: "a-key")
        assert await api.send("GET", "/") == b"there"
        await api.aclose()
    async with listening(always(ok()), served("unknown")) as server:
        api = ApiClient(server.url, lambda: "a-key")
        with pytest.raises(CertificateWrong) as failed:
            await api.send("GET", "/")
        await api.aclose()
    assert (f"{name} leads nowhere" in failed.value.message) is bool(value)


async def test_a_file_that_holds_no_certificates_closes_no_door(monkeypatch, tmp_path) -> None:
    (tmp_path / "garbage.pem").write_bytes(b"\x00garbage")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "garbage.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "garbage.pem"))
    async with listening(always(ok()), served("unknown")) as server:
        api = ApiClient(server.url, lambda: "a-key")
        with pytest.raises(CertificateWrong, match="SSL_CERT_FILE"):
            await api.send("GET", "/")
        await api.aclose()


async def test_whoever_speaks_no_tls_is_no_civitai() -> None:
    def plain(_server):
        async def handle(reader, writer):
            writer.write(ok())
            await reader.read()

        return handle

    async with listening(plain) as server:
        api = ApiClient(server.url.replace("http:", "https:"), lambda: "a-key")
        with pytest.raises(Unreachable) as failed:
            await api.send("GET", "/")
        await api.aclose()
    assert "encrypted" in failed.value.message


async def test_a_certificate_seen_through_a_proxy_is_no_fault_of_the_proxy(monkeypatch) -> None:
    async with (
        listening(always(ok()), served("unknown")) as far,
        listening(http_proxy(far.port)) as near,
    ):
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{near.port}")
        api = ApiClient("https://far.civitai.example", lambda: "a-key")
        with pytest.raises(CertificateWrong) as failed:
            await api.send("GET", "/")
        await api.aclose()
    assert not isinstance(failed.value, ProxyUnusable)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nsome"])
async def test_an_encrypted_connection_that_is_lost_is_no_wrong_certificate(
    monkeypatch, answer
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "unknown.pem"))

    def lost(server):
        async def handle(reader, writer):
            await server.head(reader)
            writer.write(answer)
            await writer.drain()
            # Without the farewell that TLS has for it.
            writer.transport.abort()

        return handle

    async with listening(lost, served("unknown")) as server:
        api = ApiClient(server.url, lambda: "a-key")
        with pytest.raises(Unreachable, match="was lost") as failed:
            await api.send("GET", "/")
        await api.aclose()
    assert not isinstance(failed.value, CertificateWrong)


async def test_whoever_goes_in_the_middle_of_the_handshake_cannot_be_reached() -> None:
    def goes(_server):
        async def handle(reader, writer):
            await reader.read(1)
            writer.transport.abort()

        return handle

    async with listening(goes) as server:
        api = ApiClient(server.url.replace("http:", "https:"), lambda: "a-key")
        with pytest.raises(Unreachable, match=r"cannot be reached|lost") as failed:
            await api.send("GET", "/")
        await api.aclose()
    assert not isinstance(failed.value, CertificateWrong)
