"""Addresses that come from outside: read so that nothing but None can be wrong with them."""

import re

import httpx

from civitai_desktop.domain.addresses import is_loopback

_SCHEMES = frozenset({"http", "https"})
LAST_PORT = 65_535
_LONGEST_NAME = 253
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f]*:[0-9a-f:.]*(?:%[^%]+)?", re.IGNORECASE)
"""A name as it stands in DNS, underscores too, or a number."""


def address(text: str, base: httpx.URL | None = None) -> httpx.URL | None:
    """Return an address that a request can be sent to, or None.

    Args:
        text: As a server named it.
        base: What a relative address is relative to; without it, there are none.
    """
    try:
        url = httpx.URL(text) if base is None else base.join(text)
        # The parts are only looked at when they are asked for, and names only on the way to DNS.
        host = url.raw_host.decode("ascii")
        host.encode("idna")
        named = bool(url.host and _HOST.fullmatch(host)) and len(host) <= _LONGEST_NAME
        usable = named and url.scheme in _SCHEMES
    except (httpx.InvalidURL, ValueError):
        return None
    if not usable or (url.port is not None and not 0 < url.port <= LAST_PORT):
        return None
    return url


def is_safe(url: httpx.URL) -> bool:
    """Tell whether nobody between here and there reads along."""
    return url.scheme == "https" or is_loopback(url.host)
