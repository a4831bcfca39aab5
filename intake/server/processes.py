"""Granian with the settings that were measured and tried (decision 8)."""

from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from intake.server.worker_loader import WorkerLoader

TARGET = "intake.server.start:start"
MOST_CONNECTIONS = 512
"""Connections of each process; slow clients hold one and at most 64 KiB each. Below the files that
a process may open.
"""
LONGEST_HEADERS = 64 * 1024  # bytes
SECONDS_FOR_HEADERS = 20
SECONDS_TO_STOP = 5


def serve(
    address: str,
    port: int,
    *,
    workers: int,
    given: dict[str, Any],
    explain: Callable[[Exception], str | None],
    target: str = TARGET,
    seconds_for_headers: float = SECONDS_FOR_HEADERS,
) -> str | None:
    """Listen at an IP *address* and answer, until told to stop (SIGTERM, SIGINT).

    Returns a sentence when the server may not start; what *target*, *given* and *explain* are for:
    see `WorkerLoader`.
    """
    headers = HTTP1Settings(
        header_read_timeout=round(seconds_for_headers * 1000), max_buffer_size=LONGEST_HEADERS
    )
    beginning = WorkerLoader(target, given, explain)
    Granian(
        target,
        address,
        port,
        interface=Interfaces.RSGI,
        factory=True,
        workers=workers,
        loop=Loops.asyncio,
        http=HTTPModes.http1,
        websockets=False,
        http1_settings=headers,
        backpressure=MOST_CONNECTIONS,
        log_level=LogLevels.error,
        log_access=False,  # its lines would quote addresses
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_STOP,
    ).serve(target_loader=beginning, wrap_loader=False)
    return beginning.refusal()
