"""Which hosts are this machine itself."""

from ipaddress import IPv6Address, ip_address


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine, by name or number; a name is not looked up.

    Source: RFC 6761 section 6.3: "localhost" and all names below it are loopback.
    """
    name = host.strip("[]").removesuffix(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback
