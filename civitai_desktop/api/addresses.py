"""Addresses that come from outside: read so that nothing but None can be wrong with them."""

import httpx

from civitai_desktop.domain.addresses import is_loopback

_SCHEMES = frozenset({"http", "https"})
LAST_PORT = 65_535


def address(text: str, base: httpx.URL | None = None) -> httpx.URL | None:
    """Return an address that a request can be sent to, or None.

    Args:
        text: As a server named it.
        base: What a relative address is relative to; without it, there are none.
    """
    try:
        url = httpx.URL(text) if base is None else base.join(text)
        # The parts are only looked at when they are asked for, and names only on the way to DNS.
        url.raw_host.decode("ascii").encode("idna")
        usable = url.scheme in _SCHEMES and bool(url.host)
    except (httpx.InvalidURL, ValueError):
        return None
    if not usable or (url.port is not None and not 0 < url.port <= LAST_PORT):
        return None
    return url


def is_safe(url: httpx.URL) -> bool:
    """Tell whether nobody between here and there reads along."""
    return url.scheme == "https" or is_loopback(url.host)
