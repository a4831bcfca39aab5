"""Can we listen there? If not, why, and which option to change: the kernel tells by a number, once
for each reason.
"""

import errno
import socket
from collections.abc import Sequence

REASONS = {
    errno.EADDRINUSE: "Port {port} is in use; give another one with {port_option}.",
    errno.EACCES: "Port {port} is kept for the system’s own account; give one from 1024 on with "
    "{port_option}, and put "
    "a web server in front.",
    errno.EADDRNOTAVAIL: "{host} is no address of this computer; give one of its own with "
    "{host_option}, 0.0.0.0 for "
    "all of IPv4 or :: for all.",
    errno.EAFNOSUPPORT: "This computer does not speak the protocol of {host} (IPv6 may be off); "
    "give another address "
    "with {host_option}.",
}
UNKNOWN = "{host} is no name or address that this computer knows; correct {host_option}."
ELSE = (
    "{host} cannot be listened on at port {port} ({reason}); see {host_option} and {port_option}."
)
ABSENT = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
"""A name may stand for an address that this computer has not: “localhost” where IPv6 is off."""


class CannotListen(Exception):
    """The address or the port cannot be had; the message says why and names the option."""


def addresses_to_listen_on(
    host: str, port: int, *, port_option: str = "--port", host_option: str = "--host"
) -> list[str]:
    """Return every address that *host* stands for and that is free, as `127.0.0.1:8000` or
    `[::1]:8000`.

    Raises `CannotListen`.
    """
    words = {"host": host, "port": port, "port_option": port_option, "host_option": host_option}
    free: list[str] = []
    absent: OSError | None = None
    for family, address in _resolved(host, port, UNKNOWN.format(**words)):
        try:
            _try(family, address)
        except OSError as error:
            if error.errno not in ABSENT:
                raise _explained(error, words) from None
            absent = error
        else:
            free.append(
                f"[{address[0]}]:{port}" if family == socket.AF_INET6 else f"{address[0]}:{port}"
            )
    if absent and not free:
        raise _explained(absent, words) from None
    return free


def without_brackets(host: str) -> str:
    """*host* as programs want it: addresses in a browser's bar have brackets around IPv6."""
    return host[1:-1] if host.startswith("[") and host.endswith("]") else host


def _resolved(host: str, port: int, unknown: str) -> Sequence[tuple[int, tuple[str, int]]]:
    try:
        found = socket.getaddrinfo(without_brackets(host) or ".", port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise CannotListen(unknown) from None
    return list(
        dict.fromkeys((family, (str(address[0]), port)) for family, _, _, _, address in found)
    )


def _try(family: int, address: tuple[str, int]) -> None:
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen()


def _explained(error: OSError, words: dict[str, object]) -> CannotListen:
    return CannotListen(REASONS.get(error.errno or 0, ELSE).format(**words, reason=error.strerror))
