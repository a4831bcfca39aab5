"""The suppression list as other mailing tools get it."""

import csv
import io

import pytest

from intake.consent.suppression import suppress
from intake.consent.suppression_list import write_list
from intake.models import Purpose
from tests.consent.telling import NOON


def written(session, clinic):
    out = io.StringIO()
    write_list(session, clinic.key, out)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_it_holds_the_address_as_long_as_it_is_known_and_the_hash_for_good(session, clinic, lead):
    ana, ben = lead(email="ana@example.com"), lead(email="ben@example.com")
    suppress(session, ana, [Purpose.NEWS], now=NOON)
    suppress(session, ben, [Purpose.NEWS, Purpose.CARE], now=NOON)
    hashes = ana.email_hash, ben.email_hash
    ben.email = ben.email_hash = ben.salt = None
    session.flush()

    assert [
        (row["address"], row["hash"], row["purpose"], row["channel"], row["since"])
        for row in written(session, clinic)
    ] == [
        ("ana@example.com", hashes[0], "news", "email", "2026-11-23T17:00:00+00:00"),
        ("", hashes[1], "care", "email", "2026-11-23T17:00:00+00:00"),
        ("", hashes[1], "news", "email", "2026-11-23T17:00:00+00:00"),
    ]


@pytest.mark.parametrize(
    "email", ["+jane@example.com", "=cmd|calc@example.com", "-ana@example.com", "'o@example.com"]
)
def test_an_address_is_written_as_it_is_for_programs_that_compare_it(session, clinic, lead, email):
    suppress(session, lead(email=email), [Purpose.NEWS], now=NOON)

    assert [row["address"] for row in written(session, clinic)] == [email]


def test_every_spelling_of_an_address_has_its_line(session, clinic, lead):
    first = lead(email="Jane.Doe@EXAMPLE.com")
    lead(email="jane.doe@example.com")
    suppress(session, first, [Purpose.NEWS], now=NOON)

    assert [row["address"] for row in written(session, clinic)] == [
        "Jane.Doe@EXAMPLE.com",
        "jane.doe@example.com",
    ]


def test_another_clinics_list_is_another_list(session, clinic, lead):
    suppress(session, lead(email="ana@example.com"), [Purpose.NEWS], now=NOON)
    elsewhere = clinic.model_copy(update={"key": "elsewhere"})

    assert written(session, elsewhere) == []
