"""Network addresses are kept as a keyed hash, or only as coarsely as evidence allows."""

import hmac
from hashlib import sha256
from ipaddress import ip_address, ip_network


def network_hash(key: bytes, address: str) -> str:
    """Keyed hash of a full network address: HMAC-SHA256 in hex."""
    return hmac.digest(key, b"network:" + address.encode(), sha256).hex()


def coarse_network(address: str) -> str:
    """The network that *address* is in, as coarse as evidence allows: /24 for IPv4, /48 for IPv6; "" for none."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))  # noqa: PLR2004
