"""Erasing a person: gone from every table and from the files' bytes, while the log still proves
what it did.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select, text

from intake.consent.person_consent import consent_of
from intake.consent.reconcile import reconcile
from intake.consent.record import Manner
from intake.consent.withdraw import withdraw
from intake.db import Database
from intake.grants import grant
from intake.ledger.audit import audit
from intake.ledger.keys import known_keys
from intake.ledger.seal import seal
from intake.models import (
    AccessLogEntry,
    Act,
    ConsentEvent,
    ConsentOpening,
    Correction,
    Decision,
    Erasure,
    Lead,
    OutboxEntry,
    Purpose,
    QueueRow,
    Suppression,
    Topic,
)
from intake.privacy.correct import correct
from intake.privacy.erase import Ground, empty_words, erase
from intake.privacy.find import request_of
from intake.privacy.scrub import REMEDY, Scrubbed, is_scrub_due, scrub
from intake.sheet.queue.call_log import take_over
from intake.sheet.queue.staff_words import StaffWords
from intake.staff.access_log import note
from intake.staff.actor import COMMAND_LINE
from tests.conftest import NOON
from tests.engines import ONLY_POSTGRESQL
from tests.factories import ADDRESS_KEY, Factory
from tests.privacy.held import (
    ONE_ENGINE,
    files_of,
    files_that_tell,
    rows_that_tell,
    traces,
    zuzanna,
)
from tests.waiting import wait_until

BY_PHONE = Manner("phone", "none", "none", "staff", "staff", "")


def gone(session, lead):
    return erase(
        session, lead, COMMAND_LINE, ground=Ground.ASKED, endpoint="intake lead erase", now=NOON
    )


def test_nothing_of_the_person_is_left_in_rows_or_raw_bytes_and_the_log_still_verifies(
    database, clinic, tmp_path
):
    with database.writing() as session:
        lead = zuzanna(session, clinic)
        withdraw(
            session,
            lead,
            {Purpose.NEWS},
            BY_PHONE,
            clinic=clinic,
            address_key=ADDRESS_KEY,
            now=NOON,
        )
        kept = traces(lead)
        suppressed = {kept.pop("address")}
        seal(session, tmp_path, "consult-intake/riverside", now=NOON)
    assert {one.split(": ")[1] for one in rows_that_tell(database, kept)} >= {
        "name",
        "number",
        "notes",
        "salt",
    }
    assert files_that_tell(files_of(database), kept)

    with database.writing() as session:
        certificate = gone(session, session.get_one(Lead, lead.id))
        seal(session, tmp_path, "consult-intake/riverside", now=NOON)
    done = scrub(database)

    assert rows_that_tell(database, kept) == []
    assert done.done, done.sentence
    assert files_that_tell(files_of(database), kept) == []
    with database.reading() as session:
        assert not is_scrub_due(session)
        assert [
            *audit(session, known_keys(tmp_path), []).wrong,
            *reconcile(session, clinic.key),
        ] == []
        assert {
            one.address_hash.encode() for one in session.scalars(select(Suppression))
        } == suppressed
        event = session.scalars(
            select(ConsentEvent).where(ConsentEvent.leaf == certificate.leaf)
        ).one()
        assert (event.decision, event.opening) == (Decision.ERASED, None)


def test_the_certificate_counts_what_was_emptied(session, clinic):
    lead = zuzanna(session, clinic)

    certificate = gone(session, lead)

    assert (certificate.ref, certificate.by, certificate.ground) == (
        lead.ref,
        "command line",
        "asked",
    )
    counts = certificate.counts
    assert counts.pop("consent_openings") >= 6
    assert counts == {
        "mails_stopped": 1,
        "sheet_rows": 1,
        "calls": 1,
        "queue_rows": 1,
        "corrections": 1,
        "access_reasons": 4,
        "problems": 1,
    }
    assert lead.erased_at == NOON
    assert session.scalar(select(func.count()).select_from(Correction)) == 0
    assert session.scalar(select(func.count()).select_from(ConsentOpening)) == 0
    last = session.scalars(select(AccessLogEntry).order_by(AccessLogEntry.id.desc())).first()
    assert (last.act, last.reason, last.subjects[0].lead_id) == (Act.ERASED, None, lead.id)


@pytest.mark.parametrize(("ground", "by"), [(Ground.ASKED, "staff"), (Ground.RETENTION, "system")])
def test_the_log_and_the_certificate_say_why_a_person_was_erased(session, lead, ground, by):
    certificate = erase(session, lead(), COMMAND_LINE, ground=ground, endpoint="", now=NOON)

    event = session.scalars(select(ConsentEvent).where(ConsentEvent.leaf == certificate.leaf)).one()
    assert (certificate.ground, event.method, event.source, event.actor) == (
        ground,
        "erasure",
        by,
        by,
    )


def test_what_holds_nothing_any_more_is_not_counted_again(session, clinic):
    lead = zuzanna(session, clinic)
    gone(session, lead)

    assert empty_words(session, lead) == {
        "consent_openings": 0,
        "calls": 0,
        "queue_rows": 1,
        "corrections": 0,
        "access_reasons": 0,
        "problems": 0,
    }


def test_nothing_is_counted_of_a_person_of_whom_nobody_wrote_anything(session, lead, clinic):
    ana = lead()
    note(session, COMMAND_LINE, Act.REVEALED, "x", [ana], clinic=clinic.key, endpoint="", now=NOON)

    certificate = gone(session, ana)

    assert certificate.counts.pop("consent_openings") > 0
    assert certificate.counts == {
        "mails_stopped": 0,
        "sheet_rows": 0,
        "calls": 0,
        "queue_rows": 0,
        "corrections": 0,
        "access_reasons": 0,
        "problems": 0,
    }


def test_nothing_of_anybody_else_is_emptied(database, clinic):
    told: dict[str, Any] = {"endpoint": "", "now": NOON}
    with database.writing() as session:
        lead = zuzanna(session, clinic)
        benno = Factory(session, clinic)(
            name="Benno", email="benno@example.com", agreed_to={Purpose.NEWS}
        )
        session.flush()
        row = QueueRow(lead_id=benno.id, tab=1, status_at=NOON, notes="Benno rang")
        session.add(row)
        session.flush()
        session.add(
            take_over(row, StaffWords("Booked", "Dana", "", "", "Benno rang again"), now=NOON)
        )
        correct(
            session,
            benno,
            "name",
            "Benno Q",
            COMMAND_LINE,
            reason="Benno asked",
            address_key=ADDRESS_KEY,
            **told,
        )
        note(
            session,
            COMMAND_LINE,
            Act.REVEALED,
            "x",
            [benno],
            clinic=clinic.key,
            reason="for Benno",
            **told,
        )
        for entry in session.scalars(select(OutboxEntry).where(OutboxEntry.lead_id == benno.id)):
            entry.problem = "Benno refused"
    wanted = {"of his": b"Benno"}
    before = rows_that_tell(database, wanted)

    with database.writing() as session:
        gone(session, session.get_one(Lead, lead.id))

    assert {told.split(".")[0] for told in before} >= {
        "lead",
        "queue_row",
        "call_log",
        "correction",
        "access_log",
        "outbox_entry",
        "consent_opening",
    }
    assert sorted(rows_that_tell(database, wanted)) == sorted(before)


def a_correction(session, ref, clinic):
    """The desk holds the request for it."""
    told: dict[str, Any] = {
        "reason": "Zuzanna rang again",
        "address_key": ADDRESS_KEY,
        "endpoint": "",
        "now": NOON,
    }
    correct(
        session,
        request_of(session, ref, clinic.key, lock=True),
        "name",
        "Zuzanna Zebra",
        COMMAND_LINE,
        **told,
    )


def a_call(session, ref, clinic):
    """The relay holds the row of the queue only."""
    row = session.get_one(QueueRow, request_of(session, ref, clinic.key).id, with_for_update=True)
    session.add(
        take_over(
            row, StaffWords("Booked", "Dana", "2026-11-24", "", "Zuzanna’s zither again"), now=NOON
        )
    )


@pytest.mark.parametrize("writing", [a_correction, a_call])
def test_what_is_being_written_beside_the_request_is_waited_for_and_erased_as_well(
    database, clinic, writing
):
    with database.writing() as session:
        lead = zuzanna(session, clinic)
        kept = traces(lead)
        kept.pop("address")

    def erase_her() -> None:
        with database.writing() as session:
            gone(session, session.get_one(Lead, lead.id))

    with ThreadPoolExecutor(1) as pool:
        with database.writing() as desk:
            writing(desk, lead.ref, clinic)
            desk.flush()
            erasing = pool.submit(erase_her)
            # Which lets one writer in after the other, and shows no queue
            if not database.is_sqlite:
                wait_until(
                    lambda: somebody_waits(database), "the erasure to wait for what is written"
                )
        erasing.result()

    assert rows_that_tell(database, kept) == []


def somebody_waits(database: Database) -> bool:
    with database.reading() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


@ONE_ENGINE
def test_erasing_twice_gives_the_same_certificate(session, clinic):
    lead = zuzanna(session, clinic)

    first, second = gone(session, lead), gone(session, lead)

    assert first is second
    assert session.scalar(select(func.count()).select_from(Erasure)) == 1


def test_what_the_same_transaction_had_read_before_is_not_told_after(session, clinic):
    lead = zuzanna(session, clinic)
    session.flush()
    events = session.scalars(select(ConsentEvent).where(ConsentEvent.lead_id == lead.id)).all()
    assert [one for one in events if one.opening]

    gone(session, lead)

    assert [one for one in events if one.opening] == []


@ONLY_POSTGRESQL  # SQLite lets nobody begin to write before the other has ended
def test_who_read_the_request_before_another_erased_it_gives_that_ones_certificate(
    database, clinic
):
    with database.writing() as session:
        lead = zuzanna(session, clinic)

    with database.writing() as late:
        read_before = late.get_one(Lead, lead.id)
        with database.writing() as session:
            first = gone(session, session.get_one(Lead, lead.id))
        second = gone(late, read_before)

    assert (second.uid, second.counts) == (first.uid, first.counts)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Erasure)) == 1


@ONLY_POSTGRESQL  # SQLite has one writer
def test_an_erasure_waits_for_nobody_who_holds_another_request(database, clinic):
    with database.writing() as session:
        ana, ben = (Factory(session, clinic)() for _ in range(2))

    with database.writing() as desk:
        desk.get_one(Lead, ben.id, with_for_update=True)
        with database.writing() as session:
            session.execute(text("SET LOCAL lock_timeout = '10s'"))
            gone(session, session.get_one(Lead, ana.id))

    with database.reading() as session:
        assert session.scalars(select(Erasure.lead_id)).all() == [ana.id]


def test_each_person_has_a_certificate_of_their_own(session, lead):
    ana, ben = lead(), lead(phone="416 555 0124")

    first, second = gone(session, ana), gone(session, ben)

    assert (first.ref, second.ref) == (ana.ref, ben.ref)
    assert [gone(session, one).uid for one in (ana, ben)] == [first.uid, second.uid]


def test_what_waits_goes_nowhere_and_a_row_in_the_sheet_is_taken_out(session, lead, clinic):
    never_delivered, delivered = lead(agreed_to={Purpose.NEWS}), zuzanna(session, clinic)

    gone(session, never_delivered), gone(session, delivered)

    waiting = session.execute(
        select(OutboxEntry.lead_id, OutboxEntry.topic).where(OutboxEntry.delivered_at.is_(None))
    ).all()
    assert waiting == [(delivered.id, Topic.REMOVE_ROW)]


def test_other_requests_of_the_address_keep_what_was_withdrawn_on_the_one_that_goes(
    session, lead, clinic
):
    first, second = (lead(agreed_to={Purpose.NEWS}) for _ in range(2))
    withdraw(
        session, first, {Purpose.NEWS}, BY_PHONE, clinic=clinic, address_key=ADDRESS_KEY, now=NOON
    )
    session.flush()

    gone(session, first)

    decisions = {key[0]: one.decision for key, one in consent_of(session, second).stands.items()}
    assert decisions[Purpose.NEWS] is Decision.WITHDRAWN
    assert list(reconcile(session, clinic.key)) == []


@pytest.fixture
def as_application(templates, postgres):
    """PostgreSQL, and the same through the application's own role, which owns nothing."""
    owner = Database(templates.postgresql(postgres))
    role = f"erasing_{owner.url.database}"
    with owner.engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        grant(connection, role)
    application = Database(owner.url.set(username=role).render_as_string(hide_password=False))
    yield owner, application
    application.dispose()
    with owner.engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))
    owner.dispose()


def test_the_role_of_the_application_erases_and_says_that_the_owner_must_rewrite_the_files(
    as_application, clinic
):
    owner, application = as_application
    with application.writing() as session:
        lead = zuzanna(session, clinic)
        kept = traces(lead)
        gone(session, lead)

    said = scrub(application)

    assert rows_that_tell(application, kept) == []
    assert said == Scrubbed(False, f"The files still have to be rewritten. {REMEDY}")
    with application.reading() as session:
        assert is_scrub_due(session)
    assert scrub(owner).done
    with application.reading() as session:
        assert not is_scrub_due(session)
