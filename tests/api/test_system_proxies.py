"""What Windows and macOS say of proxies, as urllib hands it on."""

import httpx

from civitai_desktop.api.proxies import read
from civitai_desktop.api.system_proxies import of_the_system


def refused() -> dict[str, str]:
    raise OSError("The registry is closed.")


def test_settings_that_cannot_be_read_are_none() -> None:
    assert of_the_system(refused) == {}
    assert of_the_system(dict) == {}


def test_socks_is_for_whatever_has_no_proxy_of_its_own() -> None:
    told = {"socks": "http://corporate:1080", "ftp": "http://old:21", "http": "http://web:80"}
    settings = of_the_system(lambda: told)
    assert settings == {"http": "http://web:80", "all": "socks5h://corporate:1080"}
    found = read({}, lambda: settings).through(httpx.URL("https://civitai.com/"))
    assert found is not None
    assert (found.url.scheme, found.url.host, found.url.port) == ("socks5h", "corporate", 1080)


def test_exceptions_come_along_as_windows_writes_them() -> None:
    told = {"https": "http://corporate:8080", "no": "*.intra;192.168.*;<local>"}
    proxies = read({}, lambda: of_the_system(lambda: told))
    for url in ("https://wiki.intra/", "https://192.168.1.1/", "https://printer/"):
        assert proxies.through(httpx.URL(url)) is None
    assert proxies.through(httpx.URL("https://civitai.com/")) is not None
