"""What the disk and the engines can do by themselves: no application comes closer than this."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

PAGE = b"x" * 4096
WRITERS = 8
ROW = "x" * 120
ROWS = 6
ONE_STATEMENT = """
WITH new AS (INSERT INTO lead (data) VALUES (%s) RETURNING id),
     answers AS (INSERT INTO answer (lead_id, data) SELECT id, %s FROM new, generate_series(1, 4))
INSERT INTO outbox (lead_id, data) SELECT id, %s FROM new
"""


def disk(folder: Path, seconds: float) -> float:
    """Return how often a second a page is appended to a file and on disk."""
    with (folder / "appended").open("wb", buffering=0) as file:

        def append() -> None:
            file.write(PAGE)
            os.fdatasync(file.fileno()) if hasattr(os, "fdatasync") else os.fsync(file.fileno())

        return _times(append, seconds)


def sqlite(folder: Path, seconds: float, *, leads: int = 1) -> float:
    """Return how many times a second one writer commits six rows for each of so many *leads*, with
    WAL and FULL.
    """
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, data TEXT)")
    rows = [(ROW,)] * (ROWS * leads)

    def commit() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO row (data) VALUES (?)", rows)
        connection.execute("COMMIT")

    try:
        return _times(commit, seconds)
    finally:
        connection.close()


def postgresql(url: str, seconds: float) -> float:
    """Return how many leads a second eight connections insert, each with its rows in one statement
    and one commit.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        for table in (
            "lead (id bigserial PRIMARY KEY, data text)",
            "answer (lead_id bigint, data text)",
            "outbox (lead_id bigint, data text)",
        ):
            connection.execute(f"CREATE TABLE {table}".encode())
    rates: list[float] = []

    def work() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            rates.append(
                _times(lambda: connection.execute(ONE_STATEMENT, (ROW, ROW, ROW)), seconds)
            )

    threads = [threading.Thread(target=work) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(rates)


def floors(folder: Path, url: str, seconds: float) -> Iterator[tuple[str, float]]:
    """Yield each limit by name, a second; *url* is of an empty PostgreSQL database."""
    yield "append 4 KiB and fdatasync, one thread", disk(folder, seconds)
    yield "SQLite, one writer, a lead of six rows a commit", sqlite(folder, seconds)
    yield "SQLite, one writer, leads when 16 share a commit", 16 * sqlite(folder, seconds, leads=16)
    yield f"PostgreSQL, {WRITERS} connections, a lead in one statement", postgresql(url, seconds)


def _times(act: Callable[[], object], seconds: float) -> float:
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        act()
        done += 1
    return done / (time.perf_counter() - began)
