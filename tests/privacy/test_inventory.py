"""Nothing personal can be added and forgotten: each table and each column of the lead is placed."""

import json

from sqlalchemy import ForeignKeyConstraint

from intake.db import Base
from intake.models import Act, Lead
from intake.privacy.inventory import DRAWN_ANEW, EMPTIED, INVENTORY, KEPT
from intake.privacy.person import person_export
from intake.staff.access_log import note
from tests.conftest import NOON
from tests.privacy.held import ADMIN, zuzanna

ABOUT_PERSONS = {"lead", "consent_event", "access_log"}
"""Tables whose rows belong to a request: what points to one of them belongs to it too."""


def points_to_a_person(table):
    targets = {
        key.referred_table.name
        for key in table.constraints
        if isinstance(key, ForeignKeyConstraint)
    }
    return bool(targets & ABOUT_PERSONS)


def test_every_table_says_what_the_export_gives_and_what_an_erasure_does():
    assert set(INVENTORY) == set(Base.metadata.tables), "place the table in privacy/inventory.py"


def test_what_belongs_to_a_request_is_in_the_export():
    belonging = {name for name, table in Base.metadata.tables.items() if points_to_a_person(table)}

    assert [name for name in belonging if not INVENTORY[name].exported] == []


def test_every_column_of_the_request_is_emptied_or_kept_for_a_reason():
    columns = set(Lead.__table__.columns.keys())

    assert columns == set(EMPTIED) | DRAWN_ANEW | set(KEPT), (
        "place the column in privacy/inventory.py"
    )
    assert not set(EMPTIED) & set(KEPT)


def test_the_export_has_every_part_and_opens_no_page(session, clinic):
    lead = zuzanna(session, clinic)

    held = person_export(session, lead, now=NOON)
    text = json.dumps(held, ensure_ascii=False)

    assert set(held) - {"about"} == {one.exported for one in INVENTORY.values() if one.exported}
    for said in (
        "Zuzanna Secret",
        "zuzanna@example.org",
        "zebra",
        "zither teacher",
        "Zuzanna asked",
        "zuzanna@exmaple",
    ):
        assert said in text
    for secret in (
        lead.token,
        lead.salt.hex(),
        lead.consent_key.hex(),
        lead.email_hash,
        lead.submission.hex(),
    ):
        assert secret not in text
    assert [one["field"] for one in held["corrections"]] == ["email"]
    assert {one["act"] for one in held["access"]} == {
        "corrected",
        "restricted",
        "released",
        "revealed",
    }


def test_a_reason_that_concerns_somebody_else_too_is_not_given(session, lead, clinic):
    ana, ben = lead(), lead(name="Ben")
    note(
        session,
        ADMIN,
        Act.VIEWED,
        "list",
        [ana, ben],
        clinic=clinic.key,
        endpoint="x",
        now=NOON,
        reason="Ben and Ana",
    )
    session.flush()

    assert [one["reason"] for one in person_export(session, ana, now=NOON)["access"]] == [None]
