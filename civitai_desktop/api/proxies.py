"""The proxies that are set: read once from the environment, said where they are wrong."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

import httpx

from civitai_desktop.api.addresses import LAST_PORT, address
from civitai_desktop.api.no_proxy import Bypass, bypasses
from civitai_desktop.api.system_proxies import of_the_system
from civitai_desktop.domain.addresses import is_loopback
from civitai_desktop.domain.errors import ProxyUnusable

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_HALF_A_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/")
_KINDS = {
    "http": "http",
    "https": "https",
    "socks5": "socks5",
    "socks5h": "socks5h",
    # GNOME's name for it; whoever understands it resolves names at the proxy.
    "socks": "socks5h",
}
_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_LONGEST_PORT = 5
_LONGEST_SECRET = 255
"""Bytes; SOCKS tells the length of a name and of a password in one byte."""

_HOW = "http://host:port or socks5://host:port"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy that can be asked.

    Attributes:
        variable: What names it, for people.
        url: Without name and password.
        auth: Name and password as they are sent.
    """

    variable: str
    url: httpx.URL
    auth: tuple[bytes, bytes] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """A setting that names no proxy that can be asked.

    Attributes:
        variable: Where it stands.
        why: A sentence on what is wrong, without a word of the value.
        next_step: What is to be done.
    """

    variable: str
    why: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """Which proxy leads where.

    Attributes:
        http: For addresses that begin with http://.
        https: For addresses that begin with https://.
        directly: What is reached without one.
    """

    http: Proxy | Unusable | None = None
    https: Proxy | Unusable | None = None
    directly: tuple[Bypass, ...] = ()

    def through(self, url: httpx.URL) -> Proxy | None:
        """Return the proxy that leads to `url`; None where it is reached directly.

        This machine is reached directly whatever is set.

        Raises:
            ProxyUnusable: The setting for it names none.
        """
        found = self.https if url.scheme == "https" else self.http
        if found is None or is_loopback(url.host):
            return None
        port = url.port or _PORTS.get(url.scheme)
        if any(each.covers(url.host, port) for each in self.directly):
            return None
        if isinstance(found, Unusable):
            raise ProxyUnusable(found.why, next_step=found.next_step)
        return found


def read(
    environment: Mapping[str, str] | None = None,
    system: Callable[[], Mapping[str, str]] = of_the_system,
) -> Proxies:
    """Read `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either spelling.

    Raises nothing: what is wrong is said by `Proxies.through` to whoever needs it. The system's
    own settings count where none of the variables names a proxy.

    Args:
        environment: The process's own, where none is given.
        system: Asks the system, by the names "http", "https", "all" and "no".
    """
    given = dict(_variables(os.environ if environment is None else environment))
    directly = bypasses(given.pop("no", ("", ""))[1])
    if not given:
        settings = dict(system())
        directly += bypasses(settings.pop("no", ""))
        given = {key: (f"the system's settings for {key}", settings[key]) for key in settings}
    return Proxies(
        http=_chosen(given, "http", "all"),
        https=_chosen(given, "https", "all"),
        directly=directly,
    )


def _variables(environment: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield what each of the four says and where; small letters count before capitals."""
    for key in ("http", "https", "all", "no"):
        small = f"{key}_proxy"
        # Empty in small letters is how one run goes without what is set for all of them.
        spellings = (small, small.upper(), *(name for name in environment if name.lower() == small))
        name = next((each for each in spellings if each in environment), None)
        value = environment[name].strip().strip("\"'").strip() if name else ""
        if name and value:
            yield key, (name, value)


def _chosen(given: Mapping[str, tuple[str, str]], *keys: str) -> Proxy | Unusable | None:
    for key in keys:
        if key in given:
            return _proxy(*given[key])
    return None


def _proxy(variable: str, value: str) -> Proxy | Unusable:
    """Read one setting. A password may hold any sign: it ends at the last @."""
    found = _SCHEME.match(value)
    scheme = found[1].lower() if found else "http"
    kind = _KINDS.get(scheme)
    if kind is None or (found is None and _HALF_A_SCHEME.match(value)):
        return _unusable_kind(variable, scheme)
    rest = value[found.end() :] if found else value.removeprefix("//")
    secret, at, place = rest.rpartition("@")
    try:
        host, port = _place(place)
    except ValueError as error:
        return _unusable(variable, str(error))
    url = address(f"http://[{host}]" if ":" in host else f"http://{host}")
    if url is None:
        return _unusable(variable, "its host is none")
    auth = _auth(secret) if at else None
    if auth and kind.startswith("socks") and max(map(len, auth)) > _LONGEST_SECRET:
        return _unusable(variable, "its name or password is longer than SOCKS takes")
    return Proxy(
        variable=variable,
        url=httpx.URL(scheme=kind, host=url.host, port=port or _PORTS[kind]),
        auth=auth,
    )


def _auth(text: str) -> tuple[bytes, bytes] | None:
    # The environment is bytes; those that are no UTF-8 are sent as they stand there.
    raw = text.encode("utf-8", "surrogateescape")
    name, _, password = raw.partition(b":")
    return (unquote_to_bytes(name), unquote_to_bytes(password)) if raw.strip(b":") else None


def _place(text: str) -> tuple[str, int | None]:
    """Return host and port, None where there is none.

    Raises:
        ValueError: Why it is neither, as half a sentence.
    """
    text = re.split(r"[/?#]", text, maxsplit=1)[0].strip()
    if text.startswith("["):
        host, bracket, port = text[1:].partition("]")
        if not bracket or ":" not in host or (port and not port.startswith(":")):
            raise ValueError("its host is none")
        port = port[1:]
    elif text.count(":") > 1:
        host, port = text, ""
    else:
        host, _, port = text.partition(":")
    if not host:
        raise ValueError("it names no host")
    if not port:
        return host, None
    is_number = port.isascii() and port.isdigit() and len(port) <= _LONGEST_PORT
    if not (is_number and 0 < int(port) <= LAST_PORT):
        raise ValueError(f"its port is not a number from 1 to {LAST_PORT}")
    return host, int(port)


def _unusable(variable: str, why: str) -> Unusable:
    return Unusable(
        variable=variable,
        why=f"Civitai cannot be reached through the proxy in {variable}: {why}.",
        next_step=f"Write it as {_HOW}, or remove it, and start the program again.",
    )


def _unusable_kind(variable: str, scheme: str) -> Unusable:
    if scheme in {"socks4", "socks4a"}:
        why = "it asks for SOCKS 4, which cannot be used here"
    else:
        why = "it begins with none of http://, https:// and socks5://"
    return _unusable(variable, why)
