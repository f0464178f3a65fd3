"""What the environment says of proxies: each setting works or is said, and no password is."""

import random

import httpx
import pytest

from civitai_desktop.api.proxies import Proxies, read
from civitai_desktop.domain.errors import ProxyUnusable

CIVITAI = httpx.URL("https://orchestration.civitai.com/v2")
PLAIN = httpx.URL("http://example.com/")


def way(proxies: Proxies, url: httpx.URL = CIVITAI) -> str | None:
    found = proxies.through(url)
    if found is None:
        return None
    # Not `str()` of it: the default port of a scheme would not be in it.
    return f"{found.url.scheme} {found.url.host} {found.url.port}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("http://127.0.0.1:3128", "http 127.0.0.1 3128"),
        ("http://127.0.0.1:3128/", "http 127.0.0.1 3128"),
        ("HTTP://Proxy.Example:3128/path?a=b#c", "http proxy.example 3128"),
        ("127.0.0.1:3128", "http 127.0.0.1 3128"),
        ("proxy.example", "http proxy.example None"),
        ("//proxy.example:8080", "http proxy.example 8080"),
        ("localhost:8080", "http localhost 8080"),
        ("https://proxy.example", "https proxy.example None"),
        ("https://proxy.example:8443", "https proxy.example 8443"),
        ("socks5://127.0.0.1:1080", "socks5 127.0.0.1 1080"),
        ("socks5h://proxy.example", "socks5h proxy.example 1080"),
        ("socks5://proxy.example:80", "socks5 proxy.example 80"),
        ("socks://127.0.0.1:1080/", "socks5h 127.0.0.1 1080"),
        ("SOCKS://[::1]:9050", "socks5h ::1 9050"),
        ("[::1]:3128", "http ::1 3128"),
        ("http://[2001:db8::1]", "http 2001:db8::1 None"),
        ("::1", "http ::1 None"),
        ("  http://127.0.0.1:3128 \n", "http 127.0.0.1 3128"),
        ('"http://127.0.0.1:3128"', "http 127.0.0.1 3128"),
        ("http://b\xfccher.example:1", "http b\xfccher.example 1"),
    ],
)
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_is_read_as_people_write_it(name, value, expected) -> None:
    assert way(read({name: value})) == expected


@pytest.mark.parametrize(
    ("secret", "auth"),
    [
        ("user:secret", (b"user", b"secret")),
        ("user", (b"user", b"")),
        ("user:", (b"user", b"")),
        (":secret", (b"", b"secret")),
        (":", None),
        ("", None),
        ("user:pa#ss", (b"user", b"pa#ss")),
        ("user:pa@ss", (b"user", b"pa@ss")),
        ("user:pa:ss", (b"user", b"pa:ss")),
        ("user:pa/ss?x", (b"user", b"pa/ss?x")),
        ("user:100%", (b"user", b"100%")),
        ("user:%zz%4", (b"user", b"%zz%4")),
        ("user:p%40ss%23", (b"user", b"p@ss#")),
        ("dom\\user:p[a]ss w", (b"dom\\user", b"p[a]ss w")),
        ("j\xfcrgen:\u20ac", ("j\xfcrgen".encode(), "\u20ac".encode())),
        ("user:\udcff", (b"user", b"\xff")),
        ("user:%ff", (b"user", b"\xff")),
    ],
)
def test_a_password_may_hold_any_sign(secret, auth) -> None:
    for kind in ("http://", "socks5://", ""):
        found = read({"HTTPS_PROXY": f"{kind}{secret}@127.0.0.1:3128"}).through(CIVITAI)
        assert found is not None
        assert found.auth == auth
        assert (found.url.host, found.url.port) == ("127.0.0.1", 3128)
        assert "pa" not in repr(found)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("http://127.0.0.1:port", "port"),
        ("http://127.0.0.1:0", "port"),
        ("http://127.0.0.1:65536", "port"),
        ("http://127.0.0.1:-1", "port"),
        ("http://127.0.0.1:99999999999999999999", "port"),
        ("http://127.0.0.1:\uff13\uff11", "port"),
        ("http://proxy:80:80", "host"),
        ("http://", "host"),
        ("user:secret@", "host"),
        ("http://:3128", "host"),
        ("http://[::1:3128", "host"),
        ("http://[::1]3128", "host"),
        ("http://[nonsense]:1", "host"),
        ("http://a..b:1", "host"),
        ("http://xn--:1", "host"),
        (f"http://{'a' * 64}:1", "host"),
        ("http://a b:1", "host"),
        ("http://\udcff:1", "host"),
        ("socks4://127.0.0.1:1080", "SOCKS 4"),
        ("socks4a://user:secret@127.0.0.1:1080", "SOCKS 4"),
        ("ftp://proxy:21", "begins with"),
        ("http:/127.0.0.1:3128", "begins with"),
        ("file:///etc/secret", "begins with"),
        (f"socks5://{'a' * 256}:secret@127.0.0.1", "longer"),
    ],
)
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "all_proxy"])
def test_what_is_no_proxy_is_said_with_its_variable_and_never_its_value(name, value, why) -> None:
    proxies = read({name: value})
    with pytest.raises(ProxyUnusable) as failed:
        proxies.through(CIVITAI)
    told = str(failed.value)
    assert name in told
    assert why in told
    assert "secret" not in told
    assert failed.value.retryable, "what waits for Civitai must not fail for good"
    assert "start the program again" in failed.value.next_step
    assert "secret" not in repr(proxies)


@pytest.mark.parametrize(
    "value", ["http://127.0.0.1:3128", "socks5://a:1", "http://x:port", "ftp:"]
)
@pytest.mark.parametrize("name", ["ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy"])
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1.2.3",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "[::1]",
        "[::ffff:7f00:1]",
    ],
)
def test_this_machine_is_reached_directly_whatever_is_set(name, value, host) -> None:
    for scheme in ("http", "https"):
        assert read({name: value}).through(httpx.URL(f"{scheme}://{host}:8000/")) is None


@pytest.mark.parametrize(
    ("environment", "https", "http"),
    [
        ({}, None, None),
        ({"HTTP_PROXY": "a"}, None, "a"),
        ({"HTTPS_PROXY": "a"}, "a", None),
        ({"HTTPS_PROXY": "a", "HTTP_PROXY": "b"}, "a", "b"),
        ({"ALL_PROXY": "a"}, "a", "a"),
        ({"ALL_PROXY": "a", "HTTPS_PROXY": "b"}, "b", "a"),
        ({"HTTPS_PROXY": "a", "https_proxy": "b"}, "b", None),
        ({"HTTPS_PROXY": "a", "https_proxy": ""}, None, None),
        ({"HTTPS_PROXY": "", "ALL_PROXY": "a"}, "a", "a"),
        ({"HTTPS_PROXY": "  "}, None, None),
        ({"Https_Proxy": "a"}, "a", None),
        ({"FTP_PROXY": "a", "proxy": "a", "TRAVIS_APT_PROXY": "a"}, None, None),
    ],
)
def test_the_variables_count_in_the_order_that_curl_has(environment, https, http) -> None:
    proxies = read(environment)
    for url, expected in ((CIVITAI, https), (PLAIN, http)):
        found = proxies.through(url)
        assert (found and found.url.host) == expected


def test_a_wrong_setting_that_nobody_needs_harms_nobody() -> None:
    assert read({"HTTP_PROXY": "http://127.0.0.1:port"}).through(CIVITAI) is None


def test_the_systems_settings_count_where_no_variable_says_anything() -> None:
    settings = {"https": "http://corporate:8080", "no": "<local>;*.intra"}
    proxies = read({"NO_PROXY": "example.com"}, lambda: settings)
    assert way(proxies) == "http corporate 8080"
    assert way(proxies, httpx.URL("https://printer/")) is None
    assert way(proxies, httpx.URL("https://a.intra/")) is None
    assert way(proxies, httpx.URL("https://example.com/")) is None
    assert way(read({"HTTPS_PROXY": "http://mine:1"}, lambda: settings)) == "http mine 1"
    broken = read({}, lambda: {"https": "http://corporate:port"})
    with pytest.raises(ProxyUnusable, match="system's settings for https"):
        broken.through(CIVITAI)


@pytest.mark.parametrize(
    ("exceptions", "url", "directly"),
    [
        ("*", "https://civitai.com/", True),
        ("a,*", "https://civitai.com/", True),
        ("civitai.com", "https://civitai.com/", True),
        ("civitai.com", "https://orchestration.civitai.com/", True),
        ("civitai.com", "https://notcivitai.com/", False),
        ("civitai.com", "https://civitai.com.evil.example/", False),
        (".civitai.com", "https://civitai.com/", True),
        (".civitai.com", "https://a.civitai.com/", True),
        ("*.civitai.com", "https://a.b.civitai.com/", True),
        ("CIVITAI.com.", "https://civitai.COM/", True),
        ("com", "https://civitai.com/", True),
        ("civitai.com:443", "https://civitai.com/", True),
        ("civitai.com:8443", "https://civitai.com/", False),
        ("civitai.com:8443", "https://civitai.com:8443/", True),
        ("https://civitai.com/", "https://civitai.com/", True),
        ("  a , civitai.com ", "https://civitai.com/", True),
        ("a civitai.com", "https://civitai.com/", True),
        ("a;civitai.com", "https://civitai.com/", True),
        ("10.0.0.0/8", "https://10.20.30.40/", True),
        ("10.0.0.0/8", "https://11.20.30.40/", False),
        ("10.1.2.3/8", "https://10.20.30.40/", True),
        ("192.168.*", "https://192.168.7.7/", True),
        ("192.168.*", "https://192.169.7.7/", False),
        ("192.168.1.7", "https://192.168.1.7/", True),
        ("192.168.1.7", "https://1.192.168.1.7.example/", False),
        ("192.168.1.7:8080", "https://192.168.1.7:8080/", True),
        ("192.168.1.7:8080", "https://192.168.1.7/", False),
        ("169.254/16", "https://169.254.3.4/", True),
        ("fe80::/10", "https://[fe80::1]/", True),
        ("fe80::/10", "https://[2001:db8::1]/", False),
        ("[fe80::]/10", "https://[fe80::1]/", True),
        ("2001:db8::1", "https://[2001:db8:0:0::1]/", True),
        ("[2001:db8::1]", "https://[2001:db8::1]/", True),
        ("[2001:db8::1]:8443", "https://[2001:db8::1]:8443/", True),
        ("[2001:db8::1]:8443", "https://[2001:db8::1]/", False),
        ("::ffff:10.0.0.5", "https://10.0.0.5/", True),
        ("::ffff:10.0.0.0/104", "https://[::ffff:10.9.9.9]/", True),
        ("::ffff:10.0.0.5", "https://[::10.0.0.5]/", False),
        ("fe80::1%eth0", "https://[fe80::1]/", True),
        ("", "https://civitai.com/", False),
        (",, ;", "https://civitai.com/", False),
        ("...", "https://civitai.com/", False),
        ("[::1", "https://civitai.com/", False),
        ("10.0.0.0/99", "https://10.0.0.1/", False),
        ("[]", "https://civitai.com/", False),
        ("<local>", "https://intranet/", True),
        ("<local>", "https://civitai.com/", False),
    ],
)
def test_exceptions_are_read_as_people_write_them(exceptions, url, directly) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        proxies = read({"ALL_PROXY": "http://proxy:1", name: exceptions})
        assert (proxies.through(httpx.URL(url)) is None) is directly


def test_thousands_of_odd_settings_are_read_or_said() -> None:
    chance = random.Random(8)
    signs = "ab19:/@%#?[]. \t,;*-_~\\'\"\x00\n\x7f\xfc\u20ac\udcff\U0001f600"
    kinds = ["", "http://", "https://", "socks5://", "socks://", "socks4://", "//", "x://"]
    told = set()
    for _ in range(4_000):
        value = chance.choice(kinds) + "".join(chance.choices(signs, k=chance.randrange(12)))
        exceptions = "".join(chance.choices(signs, k=chance.randrange(12)))
        proxies = read({"HTTPS_PROXY": value, "NO_PROXY": exceptions})
        try:
            proxies.through(CIVITAI)
        except ProxyUnusable as error:
            told.add(error.message)
    assert 1 < len(told) < 10
    assert all("HTTPS_PROXY" in message for message in told)
