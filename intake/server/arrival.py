"""The body of a request, waited for without a thread: whole, within bounds, or not at all."""

import asyncio
from dataclasses import dataclass

from intake.server.rsgi import Exchange, Scope


class TooSlow(Exception):
    """The body did not arrive in time."""


class BrokenOff(Exception):
    """The sender went away before the end of the body: nothing of it may be used."""


@dataclass(frozen=True)
class Body:
    """What arrived. Of a body that is too large *length* tells how large, and nothing is kept of
    it.
    """

    data: bytes = b""
    length: int | None = None
    """None where the request has no body."""


async def whole_body(scope: Scope, exchange: Exchange, *, largest: int, patience: float) -> Body:
    """Return the body when all of it is there. Raises `TooSlow` after *patience* seconds, and
    `BrokenOff`.
    """
    declared = scope.headers.get("content-length")
    if declared is None and "transfer-encoding" not in scope.headers:
        return Body()
    # The server has refused what is no number
    length = int(declared) if declared is not None else None
    if length is not None and length > largest:
        return Body(length=length)
    try:
        async with asyncio.timeout(patience):
            data = await _read(exchange, largest)
    except TimeoutError:
        raise TooSlow from None
    if length is not None and len(data) < length:
        raise BrokenOff
    return Body(b"", len(data)) if len(data) > largest else Body(data, len(data))


async def _read(exchange: Exchange, largest: int) -> bytes:
    """The bytes until the end, or until they are more than *largest*. Raises `BrokenOff`.

    granian tells an end by an empty piece, and a sender that went away by one more; without a
    declared length nothing else tells them apart.
    """
    data, ends = bytearray(), 0
    async for piece in exchange:
        data += piece
        ends += not piece
        if len(data) > largest:
            return bytes(data)
    if ends > 1:
        raise BrokenOff
    return bytes(data)
