"""What PostgreSQL cannot keep, in every field, every address and every query: never a fault of
ours.

SQLite, on which the rest of the fuzz runs, takes a NUL character, a number of any length and text
longer than its column; PostgreSQL takes none of them.
"""

from pathlib import Path
from urllib.parse import quote

import pytest

from intake.app import create_app
from intake.config import Settings
from tests.conftest import SECRET
from tests.fuzz.door import filled
from tests.fuzz.payloads import broken
from tests.fuzz.place import Place
from tests.page import PageClient

NUL, LONG, LOW = "a\x00b", "x" * 600, "-" + "9" * 20
DAYS = ("0000-01-01", "0001-01-01", "9999-12-31", "99999-01-01")
HALF_A_PAIR, NOT_UTF_8 = "%ED%A0%80", "\xff"
ASKED = (
    "days",
    "months",
    "page",
    "said",
    "about",
    "after",
    "before",
    "staff",
    "act",
    "start",
    "end",
    "ref",
    "print",
)
"""What pages look for in a query."""
PLAUSIBLE = {
    "phone": "416 555 0123",
    "email": "bo@example.com",
    "contact": "bo@example.com",
    "website": "",
}


@pytest.fixture
def place(database, clock, tmp_path: Path):
    settings = Settings(
        database_url=database.url.render_as_string(hide_password=False),
        secret_key=SECRET,
        instance=tmp_path,
    )
    place = Place(PageClient(create_app(settings, clock=clock)))
    yield place
    place.house.database.dispose()


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_nothing_that_cannot_be_stored_is_a_fault_of_ours(place):
    wrong = [*_in_forms(place), *_in_addresses(place), *_in_queries(place)]

    assert wrong == [], "\n".join(wrong)


def _in_forms(place):
    for form in place.forms:
        whole = {
            name: value or PLAUSIBLE.get(name, "2026-11-20" if name in form.days else "some words")
            for name, value in form.fields.items()
        }
        for name in sorted({*form.fields, "unheard_of"} - {"csrf_token"}):
            others = form.buttons if name in form.buttons else ()
            rest = {key: value for key, value in whole.items() if key not in others}
            for value in DAYS if name in form.days else (NUL, LONG, LOW):
                answer = place("POST", form.action, {}, {**rest, name: value})
                yield from _faults(
                    answer, f"the form of {form.page} to {form.action} with {name}={value[:20]!r}"
                )


def _in_addresses(place):
    for rule in place.rules:
        for blank in rule.arguments:
            for value in (quote(NUL), HALF_A_PAIR, "9" * 40):
                for method in {"GET", "POST"} & (rule.methods or set()):
                    path = filled(rule, place.known, **{blank: value})
                    yield from _faults(place(method, path, {}, place.outside), f"{method} {path}")


def _in_queries(place):
    for rule in place.rules:
        if "GET" in (rule.methods or ()):
            path = filled(rule, place.known)
            for value in (quote(NUL), "9" * 40, DAYS[1], NOT_UTF_8):
                query = "&".join(f"{name}={value}" for name in ASKED)
                yield from _faults(place("GET", path, query, None), f"GET {path}?{query}")


def _faults(answer, asked):
    return [f"{problem}: {asked}" for problem in broken(answer.status, answer.headers, answer.body)]
