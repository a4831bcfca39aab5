"""The suppression list as other mailing tools get it."""

import csv
import io

from intake.consent.suppression import suppress
from intake.consent.suppression_list import not_to_be_mailed, write_list
from intake.models import Purpose
from tests.consent.telling import NOON
from tests.factories import ADDRESS_KEY


def written(session, clinic):
    out = io.StringIO()
    write_list(session, clinic.key, out)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def refused(session, clinic, text, purpose=Purpose.NEWS):
    lines = io.StringIO(text)
    return list(not_to_be_mailed(session, lines, clinic=clinic.key, purpose=purpose, address_key=ADDRESS_KEY))


def test_it_holds_the_address_as_long_as_it_is_known_and_the_hash_for_good(session, clinic, lead):
    ana, ben = lead(email="ana@example.com"), lead(email="ben@example.com")
    suppress(session, ana, [Purpose.NEWS], now=NOON)
    suppress(session, ben, [Purpose.NEWS, Purpose.CARE], now=NOON)
    hashes = ana.email_hash, ben.email_hash
    ben.email = ben.email_hash = ben.salt = None
    session.flush()

    assert [(row["address"], row["hash"], row["purpose"], row["channel"], row["since"])
            for row in written(session, clinic)] == [
        ("ana@example.com", hashes[0], "news", "email", "2026-11-23T17:00:00+00:00"),
        ("", hashes[1], "care", "email", "2026-11-23T17:00:00+00:00"),
        ("", hashes[1], "news", "email", "2026-11-23T17:00:00+00:00"),
    ]  # fmt: skip


def test_no_cell_is_a_formula(session, clinic, lead):
    suppress(session, lead(email="=cmd|calc@example.com"), [Purpose.NEWS], now=NOON)

    assert written(session, clinic)[0]["address"] == "'=cmd|calc@example.com"


def test_a_tools_own_list_is_filtered_whatever_it_looks_like(session, clinic, lead):
    suppress(session, lead(email="Ana@Example.com"), [Purpose.NEWS], now=NOON)
    suppress(session, lead(email="ben@example.com"), [Purpose.CARE], now=NOON)

    assert refused(session, clinic, "zoe@example.com\nana@example.com\n\nANA@example.com\n") == ["ana@example.com"]
    assert refused(session, clinic, 'Name,E-mail\n"Doe, Ana",ana@example.com\nBen,ben@example.com\n') == [
        "ana@example.com"
    ]
    assert refused(session, clinic, '"Ana Doe <ana@EXAMPLE.com>"\n') == ["ana@example.com"]
    assert refused(session, clinic, "ana@example.com\nben@example.com", Purpose.CARE) == ["ben@example.com"]
    for separator in ";\t|":
        line = separator.join(["Ana", "ana@example.com", '"Doe; Ana"'])
        assert refused(session, clinic, f"{line}\n") == ["ana@example.com"]
        assert refused(session, clinic, f'"Ana"{separator}"ana@example.com"\n') == ["ana@example.com"]
    assert refused(session, clinic, "no address, here\n@\n") == []


def test_another_clinics_list_is_another_list(session, clinic, lead):
    suppress(session, lead(email="ana@example.com"), [Purpose.NEWS], now=NOON)
    elsewhere = clinic.model_copy(update={"key": "elsewhere"})

    assert written(session, elsewhere) == refused(session, elsewhere, "ana@example.com") == []
