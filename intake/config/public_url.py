"""The address at which patients reach the form (INTAKE_PUBLIC_URL): scheme, name and port, and
nothing more.

A path would be honoured by half: cookies, passkeys, security headers and the addresses inside the
pages hold for a whole name. The form shares its name with no other site, so that it shares none of
these either.
"""

import re
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

EXPECTED = (
    "expected the address at which patients reach the form, like https://callback.example.com "
    "(http:// only for this computer)"
)
NO_PATH = (
    "expected an address without a path, like https://callback.example.com: the form needs a name "
    "of its own, for which a subdomain will do"
)
NOTHING_ELSE = (
    "expected an address without user, query or fragment, like https://callback.example.com"
)
NOT_ASCII = "write the name as the network knows it, with xn--, like https://xn--bcher-kva.example"
PORTS = {"https": 443, "http": 80}
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*")


def read_public_url(url: str) -> str:
    """*url* as browsers write an origin, `https://callback.example.com`. Raises `ValueError` with
    what is expected.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise ValueError(EXPECTED) from None
    if problem := _problem(url.strip(), parts, host, port):
        raise ValueError(problem)
    written = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{written}" + (
        f":{port}" if port and port != PORTS[parts.scheme] else ""
    )


def is_this_computer(host: str) -> bool:
    """Return whether *host* is a name or an address of this very machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _problem(url: str, parts: SplitResult, host: str, port: int | None) -> str | None:
    if parts.scheme not in PORTS or port == 0:
        return EXPECTED
    if not host.isascii():
        return NOT_ASCII
    if parts.username is not None or "?" in url or "#" in url:
        return NOTHING_ELSE
    if not (_is_ipv6(host) if ":" in host else NAME.fullmatch(host)):
        return EXPECTED
    if parts.scheme == "http" and not is_this_computer(host):
        return EXPECTED
    return NO_PATH if parts.path.strip("/") else None


def _is_ipv6(host: str) -> bool:
    try:
        return isinstance(ip_address(host), IPv6Address)
    except ValueError:
        return False
