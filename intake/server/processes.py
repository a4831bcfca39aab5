"""Granian with the settings that were measured and tried (decision 8)."""

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

TARGET = "intake.server.bridge:application"
MOST_CONNECTIONS = 512
"""For each process; slow clients hold a connection and at most 64 KiB each. Below the files that a process may open."""
LONGEST_HEADERS = 64 * 1024  # bytes
SECONDS_FOR_HEADERS = 20
SECONDS_TO_STOP = 5


def serve(address: str, port: int, *, workers: int, target: str = TARGET,
          seconds_for_headers: float = SECONDS_FOR_HEADERS) -> None:  # fmt: skip
    """Listen at an IP *address* and answer, until told to stop (SIGTERM, SIGINT)."""
    headers = HTTP1Settings(header_read_timeout=round(seconds_for_headers * 1000), max_buffer_size=LONGEST_HEADERS)
    Granian(
        target, address, port, interface=Interfaces.RSGI, factory=True, workers=workers, loop=Loops.asyncio,
        http=HTTPModes.http1, websockets=False, http1_settings=headers, backpressure=MOST_CONNECTIONS,
        log_level=LogLevels.error, log_access=False,  # its lines would quote addresses
        respawn_failed_workers=True, workers_kill_timeout=SECONDS_TO_STOP,
    ).serve()  # fmt: skip
