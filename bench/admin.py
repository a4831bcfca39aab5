"""Every page of the admin's desk over two years of a busy clinic, beside the form that patients
open.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from werkzeug.test import TestResponse

from bench.figures import Figure
from intake.app import create_app
from intake.config import Clinic, Settings, load_clinic
from intake.db import Database
from intake.demo.fill.fill import fill
from intake.migrate import migrate
from intake.models import Role
from intake.sheet.queue.calling_order import calling_order
from intake.staff.guard import DESK, access_of
from tests.conftest import ROOT
from tests.page import PageClient

REQUESTS = 100_000
TIMES = 11
OF_A_PERSON = "<ref>"
LONGER = {"figures.page": "?days=365"}
"""What a page shows at most, where its address says how much."""


def measure() -> Iterator[Figure]:
    """Yield the median of each page that answers an owner's GET, each asked for several times in
    turn.
    """
    with TemporaryDirectory(prefix="bench-") as folder:
        settings = Settings(instance=Path(folder))
        clinic, database = load_clinic(ROOT / "clinic.toml"), Database(settings.database())
        yield _filled(settings, clinic, database)
        with database.reading() as session:
            ref = calling_order(session, clinic, limit=1)[0][0].ref
        client = PageClient(create_app(settings))
        client.sign_in(Role.OWNER)
        form = Figure(
            "GET of the patients' form, median", _median(partial(client.http.get, "/")), "s"
        )
        yield form
        for path in _pages(client, ref):
            name = f"GET {path.replace(ref, OF_A_PERSON)}, median"
            yield Figure(name, _median(partial(client.http.get, path)), "s", form)
        database.dispose()


def _filled(settings: Settings, clinic: Clinic, database: Database) -> Figure:
    migrate(database)
    began = time.perf_counter()
    ledger = settings.instance / "ledger", f"consult-intake/{clinic.key}"
    fill(
        database,
        clinic,
        REQUESTS,
        address_key=settings.address_key(),
        ledger=ledger,
        now=datetime.now(UTC),
        say=lambda _: None,
    )
    return Figure(f"inventing {REQUESTS:,} requests", time.perf_counter() - began, "s")


def _pages(client: PageClient, ref: str) -> Iterator[str]:
    with client.desk.test_request_context():
        for rule in sorted(client.desk.url_map.iter_rules(), key=lambda rule: rule.rule):
            is_of_desk = rule.rule.startswith(DESK) and not rule.build_only
            access = access_of(rule.endpoint) if is_of_desk else None
            is_page = "GET" in (rule.methods or ()) and rule.arguments <= {"ref"}
            if (
                access
                and Role.OWNER in access.roles
                and is_page
                and not rule.endpoint.startswith("security.")
            ):
                path = rule.rule.replace(OF_A_PERSON, ref)
                yield path
                if rule.endpoint in LONGER:
                    yield path + LONGER[rule.endpoint]


def _median(ask: Callable[[], TestResponse]) -> float:
    return median(_seconds(ask) for _ in range(TIMES))


def _seconds(ask: Callable[[], TestResponse]) -> float:
    began = time.perf_counter()
    with ask() as answer:
        answer.get_data()
        if answer.status_code >= 500:  # noqa: PLR2004
            raise RuntimeError(f"a page answered {answer.status_code}")
    return time.perf_counter() - began
