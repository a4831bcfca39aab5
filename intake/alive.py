"""Whether a connection to PostgreSQL still lives: asked of the server only where its socket cannot
tell.

To ask before each transaction costs a round trip each. A server that ends a connection says so or
closes it, and then there is something to read on a socket that should be silent. Only a network
that forgot the connection tells nothing, which takes it longer than `SHORT`.
"""

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

SHORT = 5.0
"""Seconds that a connection may lie idle before the server is asked."""
FREE_SINCE = "free since"


def replace_dead_connections(engine: Engine) -> None:
    """Have the pool of *engine* replace a connection that does not live any more when somebody
    wants to use it.
    """
    dialect = engine.dialect

    def note(connection: Any, record: Any) -> None:
        if connection is not None:
            record.info[FREE_SINCE] = time.monotonic()

    def look(connection: Any, record: Any, _: object) -> None:
        since = record.info.get(FREE_SINCE)
        if since is None or (time.monotonic() - since < SHORT and not _has_news(connection)):
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise DisconnectionError("the connection is dead") from error

    event.listen(engine, "checkin", note)
    event.listen(engine, "checkout", look)


def _has_news(connection: Any) -> bool:
    """Return whether the socket holds something to read: a message of the server, or the end of the
    connection.
    """
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
