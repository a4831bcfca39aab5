"""What an auditor relies on is bound: whoever alters a request as it stands is found out, an
erasure is not.
"""

import json
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from intake.consent.reconcile import reconcile
from intake.consent.request_record import KIND, bound_values
from intake.ledger import commitment
from intake.ledger.audit import audit
from intake.ledger.keys import known_keys
from intake.ledger.seal import seal
from intake.models import Lead, LedgerEntry, Purpose
from intake.privacy.correct import correct
from intake.privacy.erase import Ground, erase
from intake.staff.actor import COMMAND_LINE
from tests.conftest import NOON
from tests.factories import ADDRESS_KEY
from tests.ledger.administrator import as_administrator

COLUMNS = [column.name for column in Lead.__table__.columns]
PERSONAL = {"name", "phone", "email", "what_hurts", "answers"}


@pytest.fixture
def ana(session, lead):
    """A request with everything filled in; the other one is there to be mixed up with it."""
    lead(name="Bo", phone="416 555 0199", email="bo@example.com")
    ana = lead(
        name="Ana O’Neil",
        email="ana@example.com",
        what_hurts="My knee, since the ice",
        agreed_to={Purpose.NEWS},
    )
    session.commit()
    return ana


def records(session):
    rows = session.scalars(
        select(LedgerEntry.canonical).where(LedgerEntry.kind == KIND).order_by(LedgerEntry.id)
    )
    return [json.loads(row) for row in rows]


def corrected(session, lead, field, typed):
    correct(
        session,
        lead,
        field,
        typed,
        COMMAND_LINE,
        reason="Asked by phone",
        address_key=ADDRESS_KEY,
        endpoint="test",
        now=NOON,
    )
    session.commit()


def wrong(session, clinic):
    session.expire_all()
    return list(reconcile(session, clinic.key))


def test_a_request_is_bound_in_one_record_without_a_word_of_the_person(session, ana):
    _, record = records(session)

    assert (record["request"], record["why"], record["received_at"]) == (
        ana.ref,
        "received",
        "2026-11-23T17:00:00.000000+00:00",
    )
    assert record["person"].keys() == PERSONAL
    assert record["person"]["phone"] == commitment(ana.salt, "phone", ana.phone)
    told = json.dumps(record, ensure_ascii=False)
    assert not any(word in told for word in ("Ana", "ana@example.com", ana.phone, "knee"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Bo"),
        ("phone", "+14165550000"),
        ("email", "eve@example.com"),
        ("what_hurts", "Nothing"),
        ("what_hurts", None),
        ("phone_extension", "9"),
        ("phone_typed", "another"),
        ("voicemail_ok", True),
        ("services", ["massage"]),
        ("body_areas", ["knee"]),
        ("consult_with", "nobody"),
        ("consult_by", "online"),
        ("best_time", "never"),
        ("call_language", "fr"),
        ("received_at", NOON - timedelta(days=30)),
        ("call_by", NOON + timedelta(days=30)),
        ("form_language", "fr"),
        ("clinic", "another"),
    ],
)
def test_whoever_alters_a_request_as_it_stands_is_found_out(
    session, ana, database, clinic, field, value
):
    assert wrong(session, clinic) == []
    before, session_ref = getattr(ana, field), ana.ref
    assert before != value
    session.rollback()

    with as_administrator(database) as connection:
        connection.execute(update(Lead).where(Lead.ref == session_ref).values({field: value}))

    found = wrong(session, clinic)
    assert any(session_ref in sentence for sentence in found), found
    assert not any(word in " ".join(found) for word in ("Ana", "knee", "@"))


CORRECTIONS = [
    ("name", "Ana Pereira"),
    ("phone", "613 555 0123"),
    ("email", "ana.p@example.com"),
    ("what_hurts", "The other knee"),
    ("what_hurts", ""),
    ("voicemail_ok", "yes"),
    ("call_language", "fr"),
    ("email", ""),
]


@pytest.mark.parametrize(("field", "typed"), CORRECTIONS)
def test_a_correction_is_bound_and_its_undoing_is_found(
    session, ana, database, clinic, field, typed
):
    former = {name: getattr(ana, name) for name in COLUMNS}
    corrected(session, ana, field, typed)

    assert wrong(session, clinic) == []
    assert [record["why"] for record in records(session)] == ["received", "received", "corrected"]
    session.rollback()
    with as_administrator(database) as connection:
        connection.execute(update(Lead).where(Lead.id == former.pop("id")).values(former))
    assert any(
        f"request {former['ref']}: points to an older record" in sentence
        for sentence in wrong(session, clinic)
    )


def test_a_request_that_was_never_recorded_and_one_that_is_gone_are_told(
    session, ana, database, clinic
):
    ref = ana.ref
    values = {name: getattr(ana, name) for name in COLUMNS if name != "id"}
    values |= {
        "ref": "ZZZ-ZZZ2",
        "token": "t",
        "submission": b"s" * 32,
        "consent_key": None,
        "bound_leaf": None,
    }
    session.rollback()

    with as_administrator(database) as connection:
        connection.execute(insert(Lead).values(values))
        connection.execute(update(Lead).where(Lead.ref == ref).values(ref="ZZZ-ZZZ3"))

    found = wrong(session, clinic)
    assert "request ZZZ-ZZZ2: was never recorded in the ledger" in found
    assert f"request {ref}: was recorded in the ledger, but its row is gone" in found


def test_a_record_that_is_deleted_before_it_is_sealed_is_missed(session, ana, database, clinic):
    ref, leaf = ana.ref, ana.bound_leaf
    session.rollback()
    with as_administrator(database) as connection:
        connection.execute(delete(LedgerEntry).where(LedgerEntry.leaf == leaf))

    assert f"request {ref}: was never recorded in the ledger" in wrong(session, clinic)


def test_an_erasure_unlinks_every_commitment_and_the_log_still_verifies(
    session, ana, clinic, tmp_path
):
    corrected(session, ana, "name", "Ana Pereira")
    salt, commitments = (
        ana.salt,
        {value for record in records(session) for value in record["person"].values()},
    )
    told = {field: commitment(salt, field, value) for field, value in bound_values(ana).items()}
    assert told.keys() == PERSONAL
    assert commitments >= set(told.values()), "with the salt each can be opened"
    erase(session, ana, COMMAND_LINE, ground=Ground.ASKED, endpoint="test", now=NOON)
    session.commit()
    seal(session, tmp_path, "test/log", now=NOON)
    session.commit()

    assert ana.salt is None
    assert salt not in {
        value
        for row in session.execute(select(Lead)).scalars()
        for value in vars(row).values()
        if isinstance(value, bytes)
    }
    assert wrong(session, clinic) == []
    assert audit(session, known_keys(tmp_path)).wrong == []


def test_when_an_erased_persons_request_came_is_still_bound(session, ana, database, clinic):
    erase(session, ana, COMMAND_LINE, ground=Ground.ASKED, endpoint="test", now=NOON)
    session.commit()
    ref = ana.ref
    session.rollback()
    with as_administrator(database) as connection:
        connection.execute(
            update(Lead).where(Lead.ref == ref).values(received_at=NOON - timedelta(days=1))
        )

    assert f"request {ref}: received_at was recorded as" in " ".join(wrong(session, clinic))


def test_two_corrections_at_the_same_moment_do_not_lose_one(database, session, ana, clinic):
    with database.writing() as other:
        correct(
            other,
            other.get_one(Lead, ana.id),
            "name",
            "Ana Pereira",
            COMMAND_LINE,
            reason="One",
            address_key=ADDRESS_KEY,
            endpoint="test",
            now=NOON,
        )

    assert ana.name == "Ana O’Neil", "this session read it before"
    corrected(session, ana, "what_hurts", "Both knees")

    assert (ana.name, wrong(session, clinic)) == ("Ana Pereira", [])
