"""What NO_PROXY says: hosts, domains, numbers and networks that are reached without a proxy."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

_BETWEEN = re.compile(r"[,;\s]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PORT = re.compile(r"(.*?):(\d{1,5})")
_ZONE = re.compile(r"%[^/\]]*")
_SHORT = re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,2})(/\d{1,2})")
_MAPPED_BITS = 96
"""Of a number of IPv4 that is written as one of IPv6, such as ::ffff:10.0.0.5."""

_LOCAL = "<local>"
"""How Windows writes "names without a dot"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bypass:
    """One entry.

    Attributes:
        name: A domain, with all below it, or a pattern with stars; empty for a network.
        network: Numbers; a single one is a network of one.
        port: The only one that is meant; None for all.
    """

    name: str = ""
    network: IPv4Network | IPv6Network | None = None
    port: int | None = None

    def covers(self, host: str, port: int | None) -> bool:
        """Tell whether `host`, a name or a number, is reached without a proxy at `port`."""
        if self.port is not None and self.port != port:
            return False
        name = host.strip("[]").removesuffix(".").lower()
        number = _number(name)
        if self.network is not None:
            return number is not None and number in self.network
        if self.name == _LOCAL:
            return number is None and "." not in name
        if "*" in self.name:
            return fnmatchcase(name, self.name)
        return name == self.name or (number is None and name.endswith(f".{self.name}"))


def bypasses(text: str) -> tuple[Bypass, ...]:
    """Read a list as people write it: with commas, semicolons or spaces between the entries.

    What cannot be understood names no host, and so keeps none from its proxy.

    Source: curl's manual, "NO_PROXY", for names, dots, numbers and networks; Windows' settings for
    stars and "<local>".
    """
    entries = (_bypass(each) for each in _BETWEEN.split(text))
    return tuple(each for each in entries if each.name or each.network is not None)


def _bypass(text: str) -> Bypass:
    text = _SCHEME.sub("", text.lower(), count=1).rstrip("/")
    whole = _network(text)
    if whole is not None:
        return Bypass(network=whole)
    port = None
    if found := _PORT.fullmatch(text):
        text, port = found[1], int(found[2])
    network = _network(text)
    if network is not None:
        return Bypass(network=network, port=port)
    name = text.removeprefix("*.") if text.count("*") == 1 else text
    return Bypass(name=name.strip("."), port=port)


def _network(text: str) -> IPv4Network | IPv6Network | None:
    """Return numbers written as one, as a network, or in brackets; None for a name."""
    text = _ZONE.sub("", text)
    inner, bracket, bits = text.removeprefix("[").partition("]")
    if bracket and bits and not bits.startswith("/"):
        return None
    text = f"{inner}{bits}" if bracket else text
    if found := _SHORT.fullmatch(text):
        # macOS leaves the noughts at the end away.
        text = f"{found[1]}{'.0' * (3 - found[1].count('.'))}{found[2]}"
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    first = network.network_address
    mapped = first.ipv4_mapped if isinstance(first, IPv6Address) else None
    # Hosts are compared without that prefix too.
    return ip_network((mapped, network.prefixlen - _MAPPED_BITS)) if mapped else network


def _number(text: str) -> IPv4Address | IPv6Address | None:
    try:
        number = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = number.ipv4_mapped if isinstance(number, IPv6Address) else None
    return mapped or number
