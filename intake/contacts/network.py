"""Network addresses are kept as a keyed hash, or only as coarsely as evidence allows.

An address is read in every spelling that proxies use, and what is not an address is "" everywhere:
never a value that all requests without an address would share as a key.
"""

import hmac
import re
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

IN_BRACKETS = re.compile(r"\[(?P<host>[^\]]*)\](?::\d*)?")
PORT = re.compile(r":\d*$")
TRANSLATED = ip_network("64:ff9b::/96")
"""How an IPv6-only server sees IPv4 clients (RFC 6052 s. 2.1). Their /48 would be one network for
all of them.
"""
LONGEST = 100
"""Characters; the longest address with zone, brackets and port is shorter."""


def plain_address(told: str) -> str:
    """Return the IP address in *told* in its canonical spelling, or "" when there is none.

    Quotes, brackets, a port and a zone are left out ("[2001:db8::1%eth0]:443",
    "203.0.113.9:51234"), and an IPv4 address that is written as IPv6 ("::ffff:203.0.113.9") becomes
    the IPv4 address that it is.
    """
    if len(told) > LONGEST:
        return ""
    host = told.strip().strip('"')
    bracketed = IN_BRACKETS.fullmatch(host)
    found = (
        _address(bracketed["host"]) if bracketed else _address(host) or _address(PORT.sub("", host))
    )
    return "" if found is None or found.is_unspecified else str(found)


def network_hash(key: bytes, address: str) -> str:
    """Keyed hash of a full network address: HMAC-SHA256 in hex; "" for what is no address."""
    plain = plain_address(address)
    return hmac.digest(key, b"network:" + plain.encode(), sha256).hex() if plain else ""


def line_hash(key: bytes, address: str) -> str:
    """Keyed hash of what one subscriber has: of IPv6 a whole /64, in which they may take any
    address; "" for none.
    """
    plain = plain_address(address)
    line = str(ip_network((plain, 64), strict=False)) if ":" in plain else plain
    return hmac.digest(key, b"network:" + line.encode(), sha256).hex() if line else ""


def coarse_network(address: str) -> str:
    """Return the network that *address* is in, as coarse as evidence allows: /24 for IPv4, /48 for
    IPv6; "" for none.
    """
    plain = plain_address(address)
    return str(ip_network((plain, 48 if ":" in plain else 24), strict=False)) if plain else ""


@lru_cache(16)  # one request asks for the same address several times
def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(host)
    except ValueError:
        return None
    if isinstance(found, IPv4Address):
        return found
    found = IPv6Address(int(found))  # without the zone, which means something on one computer only
    return found.ipv4_mapped or (
        IPv4Address(int(found) & 0xFFFFFFFF) if found in TRANSLATED else found
    )
