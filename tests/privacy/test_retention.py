"""Retention by the clinic's policy: what goes and when, what never goes, and a run that is stopped
half-way.
"""

from datetime import timedelta
from itertools import count

import pytest
from dateutil.relativedelta import relativedelta
from sqlalchemy import func, select

from intake.consent.record import Manner, record
from intake.consent.withdraw import withdraw
from intake.models import (
    AccessLogEntry,
    Act,
    CallLogEntry,
    ConsentEvent,
    Correction,
    Decision,
    Erasure,
    Lead,
    OutboxEntry,
    Purpose,
    QueueRow,
    RetentionRun,
    SignInAttempt,
    StaffSession,
    Status,
    Suppression,
    Topic,
)
from intake.privacy import retention
from intake.privacy.erase import Ground, erase
from intake.privacy.retention import RunBy, is_left, outlook, reports, run_retention
from intake.privacy.retention_rules import Rule
from intake.privacy.scrub import is_scrub_due
from intake.sheet.queue.call_log import take_over
from intake.sheet.queue.removal_orders import order_removal
from intake.sheet.queue.staff_words import StaffWords
from intake.staff.actor import COMMAND_LINE
from tests.conftest import NOON
from tests.factories import ADDRESS_KEY, Factory, staff

HAND = RunBy(COMMAND_LINE, "intake retention run")
BY_PHONE = Manner("phone", "none", "none", "staff", "staff", "")
numbers = count(1)


def closed(session, clinic, ago, status=Status.BOOKED, **answers):
    """A request that was closed so long ago; its row stands in the sheet."""
    at = NOON - ago
    agreed = {"email": f"patient{next(numbers)}@example.com"} if answers.get("agreed_to") else {}
    lead = Factory(session, clinic)(now=at, what_hurts="knee", **answers, **agreed)
    session.flush()
    session.add(QueueRow(lead_id=lead.id, tab=1, status=status, status_at=at, notes="rang"))
    for entry in session.scalars(select(OutboxEntry).where(OutboxEntry.lead_id == lead.id)):
        entry.delivered_at = at
    session.flush()
    return lead


def run(database, clinic, now=NOON):
    return run_retention(database, clinic, HAND, now=now)


def counts(database, clinic):
    with database.reading() as session:
        return {
            one.rule.value: one.count for one in outlook(session, clinic, now=NOON) if one.count
        }


MONTHS_25 = relativedelta(months=25)


def test_a_dry_run_says_what_would_go_and_changes_nothing(database, clinic):
    with database.writing() as session:
        closed(session, clinic, timedelta(days=13))
        lately = closed(session, clinic, timedelta(days=15))
        closed(session, clinic, MONTHS_25)
        closed(session, clinic, relativedelta(years=9), status=Status.CLAIMED)  # open: never
        Factory(session, clinic)(now=NOON - relativedelta(years=9))  # nobody called: never

    with database.reading() as session:
        found = {
            one.rule.value: (one.count, one.oldest)
            for one in outlook(session, clinic, now=NOON)
            if one.count
        }

    assert found == {"sheet": (2, NOON - MONTHS_25), "requests": (1, NOON - MONTHS_25)}
    assert counts(database, clinic) == {"sheet": 2, "requests": 1}
    with database.reading() as session:
        assert session.get_one(Lead, lately.id).name
        assert session.scalar(select(func.count()).select_from(RetentionRun)) == 0


def test_a_run_takes_rows_out_of_the_sheet_and_erases_with_a_report(database, clinic):
    with database.writing() as session:
        recent, old = (
            closed(session, clinic, timedelta(days=15)),
            closed(session, clinic, MONTHS_25),
        )

    report = run(database, clinic)

    assert report.counts == {"sheet": 2, "requests": 1}
    assert report.policy["requests_months"] == 24
    assert counts(database, clinic) == {}
    assert run(database, clinic) is None
    with database.reading() as session:
        assert [session.get_one(Lead, one.id).name for one in (recent, old)] == [
            "Ana O’Neil-Đặng",
            "",
        ]
        leaving = session.scalars(
            select(OutboxEntry.lead_id).where(OutboxEntry.topic == Topic.REMOVE_ROW)
        )
        assert sorted(leaving) == [recent.id, old.id]
        assert session.scalars(select(Erasure.ground)).all() == ["retention"]
        assert [one.id for one in reports(session, clinic)] == [report.id]
        last = session.scalars(select(AccessLogEntry).order_by(AccessLogEntry.id.desc())).first()
        assert (last.act, last.what) == (Act.RETAINED, "retention: sheet 2, requests 1")
        assert session.scalar(select(func.count()).select_from(ConsentEvent))


@pytest.mark.parametrize(
    ("withdrawn_ago", "keeps_name"),
    [
        (None, True),
        (relativedelta(years=5), True),
        (relativedelta(years=6), True),
        (relativedelta(years=6, microseconds=1), False),
        (relativedelta(years=7), False),
    ],
)
def test_who_agrees_or_agreed_lately_keeps_the_name_that_proves_it(
    database, clinic, withdrawn_ago, keeps_name
):
    with database.writing() as session:
        lead = closed(session, clinic, relativedelta(years=8), agreed_to={Purpose.NEWS})
        if withdrawn_ago:
            session.flush()
            at = NOON - withdrawn_ago
            withdraw(
                session,
                lead,
                {Purpose.NEWS},
                BY_PHONE,
                clinic=clinic,
                address_key=ADDRESS_KEY,
                now=at,
            )

    run(database, clinic)

    with database.reading() as session:
        lead = session.get_one(Lead, lead.id)
        assert bool(lead.name) is keeps_name
        assert (lead.what_hurts, session.get_one(QueueRow, lead.id).notes) == (None, "")
    assert counts(database, clinic) == {}


@pytest.mark.parametrize(
    "decisions",
    [
        [Decision.RENEWED],
        [Decision.VERIFIED],
        [Decision.REFUSED],
        [Decision.SUPERSEDED, Decision.GIVEN],
        [Decision.WITHDRAWN, Decision.GIVEN],
        [Decision.INVALIDATED, Decision.GIVEN],
    ],
)
def test_only_a_withdrawal_after_the_last_agreement_ends_its_proof(database, clinic, decisions):
    with database.writing() as session:
        lead = closed(session, clinic, relativedelta(years=8), agreed_to={Purpose.NEWS})
        statement = next(
            event.statement for event in lead.consent_events if event.decision is Decision.GIVEN
        )
        for decision in decisions:
            record(session, lead, statement, decision, BY_PHONE, now=NOON - relativedelta(years=7))

    run(database, clinic)

    with database.reading() as session:
        assert session.get_one(Lead, lead.id).name


def test_a_withdrawal_of_a_former_release_ends_no_proof_of_what_was_agreed_to_since(
    database, clinic
):
    with database.writing() as session:
        lead = closed(session, clinic, relativedelta(years=8), agreed_to={Purpose.NEWS})
        session.flush()
        row = {
            "clinic": clinic.key,
            "address_hash": lead.email_hash,
            "channel": "email",
            "purpose": Purpose.NEWS,
        }
        since = NOON - relativedelta(years=8)
        session.add(Suppression(**row, since=since, is_former=True))
        session.add(Suppression(**row, since=since, lifted_at=NOON))

    run(database, clinic)

    with database.reading() as session:
        assert session.get_one(Lead, lead.id).name


def test_who_ended_one_of_two_things_keeps_the_name_that_proves_the_other(database, clinic):
    with database.writing() as session:
        lead = closed(
            session, clinic, relativedelta(years=8), agreed_to={Purpose.NEWS, Purpose.REMINDERS}
        )
        session.flush()
        at = NOON - relativedelta(years=7)
        withdraw(
            session, lead, {Purpose.NEWS}, BY_PHONE, clinic=clinic, address_key=ADDRESS_KEY, now=at
        )

    run(database, clinic)

    with database.reading() as session:
        assert session.get_one(Lead, lead.id).name


@pytest.mark.parametrize(
    ("changes", "keeps_name"),
    [
        ({}, False),
        ({"clinic": "elsewhere"}, True),
        ({"address_hash": "0" * 64}, True),
        ({"purpose": Purpose.REMINDERS}, True),
        ({"since": NOON - relativedelta(years=5)}, True),
        ({"lifted_at": NOON}, True),
    ],
)
def test_what_is_on_the_suppression_list_since_long_ends_the_proof_of_that_alone(
    database, clinic, changes, keeps_name
):
    with database.writing() as session:
        lead = closed(session, clinic, relativedelta(years=8), agreed_to={Purpose.NEWS})
        row = {
            "clinic": clinic.key,
            "address_hash": lead.email_hash,
            "channel": "email",
            "purpose": Purpose.NEWS,
            "since": NOON - relativedelta(years=7),
        }
        session.add(Suppression(**row | changes))

    run(database, clinic)

    with database.reading() as session:
        assert bool(session.get_one(Lead, lead.id).name) is keeps_name


def test_what_another_request_ended_ends_no_proof_of_this_one(database, clinic):
    with database.writing() as session:
        first, other = (
            closed(session, clinic, relativedelta(years=8), agreed_to={Purpose.NEWS})
            for _ in range(2)
        )
        session.flush()
        at = NOON - relativedelta(years=7)
        withdraw(
            session, other, {Purpose.NEWS}, BY_PHONE, clinic=clinic, address_key=ADDRESS_KEY, now=at
        )

    run(database, clinic)

    with database.reading() as session:
        assert [bool(session.get_one(Lead, one.id).name) for one in (first, other)] == [True, False]


def test_of_a_proof_go_the_corrections_of_what_hurts_and_of_nobody_else(database, clinic):
    with database.writing() as session:
        proof = closed(session, clinic, relativedelta(years=8), agreed_to={Purpose.NEWS})
        recent = closed(session, clinic, timedelta(days=1))
        for lead in (proof, recent):
            for field in ("what_hurts", "name"):
                session.add(
                    Correction(
                        lead_id=lead.id,
                        at=NOON,
                        by="Dana",
                        field=field,
                        before="a",
                        after="b",
                        reason="she rang",
                    )
                )

    run(database, clinic)

    with database.reading() as session:
        assert is_scrub_due(session), "the files still hold the words"
        left = session.execute(
            select(Correction.lead_id, Correction.field).order_by(Correction.id)
        ).all()
        assert [tuple(row) for row in left] == [
            (proof.id, "name"),
            (recent.id, "what_hurts"),
            (recent.id, "name"),
        ]


@pytest.mark.parametrize(
    ("answers", "words", "found"),
    [
        ({}, {}, 0),
        ({"what_hurts": "knee"}, {}, 1),
        ({"services": ["massage"]}, {}, 1),
        ({"body_areas": ["knee"]}, {}, 1),
        ({}, {"notes": "rang"}, 1),
        ({}, {"assigned_to": "Dana"}, 1),
    ],
)
def test_a_proof_has_details_while_one_of_them_is_there(database, clinic, answers, words, found):
    with database.writing() as session:
        proof = closed(session, clinic, relativedelta(years=8), agreed_to={Purpose.NEWS})
        for name, value in (
            {"what_hurts": None, "services": [], "body_areas": []} | answers
        ).items():
            setattr(proof, name, value)
        row = session.get_one(QueueRow, proof.id)
        row.notes, row.assigned_to = words.get("notes", ""), words.get("assigned_to", "")

    assert counts(database, clinic).get("details", 0) == found
    run(database, clinic)
    assert counts(database, clinic).get("details", 0) == 0


def test_what_is_kept_for_so_many_days_is_not_over_before_they_have_passed(database, clinic):
    with database.writing() as session:
        closed(session, clinic, timedelta(days=14))
        closed(session, clinic, relativedelta(months=24))
        over = closed(session, clinic, relativedelta(months=24, microseconds=1))

    run(database, clinic)

    with database.reading() as session:
        assert session.scalars(select(Lead.id).where(Lead.erased_at.is_not(None))).all() == [
            over.id
        ]
        leaving = session.scalars(
            select(OutboxEntry.lead_id).where(OutboxEntry.topic == Topic.REMOVE_ROW)
        )
        assert len(set(leaving)) == 2  # the one of 14 days stays


def test_only_rows_that_stand_in_the_sheet_are_asked_to_leave_it(database, clinic):
    with database.writing() as session:
        deleted, gone, leaving, _ = (closed(session, clinic, timedelta(days=15)) for _ in range(4))
        session.get_one(QueueRow, deleted.id).removed_at = NOON
        session.get_one(QueueRow, gone.id).taken_out_at = NOON
        order_removal(session, leaving.id, now=NOON)

    assert counts(database, clinic) == {"sheet": 1}


def test_nothing_of_another_clinics_is_over(database, clinic):
    with database.writing() as session:
        held = Factory(session, clinic)(now=NOON - MONTHS_25)
        held.hold_reason = "too fast"
        erased = Factory(session, clinic)()
        erased.erased_at = NOON - timedelta(days=1)  # its openings stand yet
        for lead in (held, erased, closed(session, clinic, MONTHS_25)):
            lead.clinic = "elsewhere"
        session.add(
            StaffSession(
                key_sha256="a",
                staff_id=staff(session, clinic="elsewhere").id,
                browser="",
                network="",
                created_at=NOON - MONTHS_25,
                seen_at=NOON - MONTHS_25,
                fresh_at=NOON - MONTHS_25,
            )
        )

    assert counts(database, clinic) == {}


def test_words_that_came_in_while_their_person_was_erased_go_in_the_next_run(database, clinic):
    yesterday = NOON - timedelta(days=1)
    with database.writing() as session:
        whole, left = (Factory(session, clinic)(now=yesterday) for _ in range(2))
        erase(session, whole, COMMAND_LINE, ground=Ground.ASKED, endpoint="", now=yesterday)
        left.erased_at = yesterday  # and what stands beside it does so still

    assert counts(database, clinic) == {"leftovers": 1}
    assert run(database, clinic).counts == {"leftovers": 1}
    assert counts(database, clinic) == {}


@pytest.mark.parametrize(
    ("at_most", "counts"),
    [
        (1, {"sheet": 2, "requests": 2, "sign_ins": 2}),
        (2, {"sheet": 4, "requests": 4, "sign_ins": 3}),
        (None, {"sheet": 5, "requests": 5, "sign_ins": 3}),
    ],
)
def test_of_each_rule_as_many_portions_are_done_as_are_asked_for(
    database, clinic, monkeypatch, at_most, counts
):
    monkeypatch.setattr(retention, "PORTION", 2)
    with database.writing() as session:
        for _ in range(5):
            closed(session, clinic, MONTHS_25)
        for _ in range(3):
            session.add(
                SignInAttempt(
                    account_hash="a", network_hash="b", at=NOON - MONTHS_25, what="password"
                )
            )

    report = run_retention(database, clinic, HAND, now=NOON, at_most=at_most)

    assert (report.clinic, report.at, report.by, report.counts) == (
        "riverside",
        NOON,
        "command line",
        counts,
    )
    assert report.policy == clinic.retention.model_dump()


def test_a_rule_that_changes_nothing_does_not_go_on_for_ever(database, clinic, monkeypatch):
    monkeypatch.setattr(retention, "PORTION", 1)
    asked = []
    monkeypatch.setattr(retention, "order_removal", lambda _, lead_id, **__: asked.append(lead_id))
    with database.writing() as session:
        lead = closed(session, clinic, timedelta(days=15))

    run(database, clinic)

    assert asked == [lead.id, lead.id]


@pytest.mark.parametrize(("number", "portions"), [(99, 1), (100, 2), (101, 2)])
def test_a_portion_is_of_a_hundred(database, clinic, monkeypatch, number, portions):
    at = NOON - MONTHS_25
    with database.writing() as session:
        session.add_all(
            SignInAttempt(account_hash="a", network_hash="b", at=at, what="password")
            for _ in range(number)
        )
    calls = []
    portion = retention._portion

    def noted(session, rule, *told):
        calls.append(rule)
        return portion(session, rule, *told)

    monkeypatch.setattr(retention, "_portion", noted)

    assert run(database, clinic).counts == {"sign_ins": number}
    assert calls.count(Rule.SIGN_INS) == portions


def test_a_portion_is_done_in_the_order_of_the_requests_so_that_two_runs_wait_for_each_other(
    database, clinic
):
    with database.writing() as session:
        for ago in (1, 2, 3):  # the first that came was closed last
            closed(session, clinic, MONTHS_25 + relativedelta(days=ago))
    with database.writing() as session:
        session.scalars(select(Lead).order_by(Lead.id)).first().name = "written last"

    run(database, clinic)

    with database.reading() as session:
        erased = session.scalars(select(Erasure.lead_id).order_by(Erasure.id)).all()
        assert (len(erased), erased) == (3, sorted(erased))


@pytest.mark.parametrize(("came_in", "found"), [(False, {}), (True, {"leftovers": 1})])
def test_words_of_a_call_are_left_over_where_they_are_of_the_erased_person(
    database, clinic, came_in, found
):
    def calls(lead):
        row = session.get_one(QueueRow, lead.id)
        session.add(
            take_over(row, StaffWords("Booked", "Dana", "", "", "she rang again"), now=NOON)
        )

    with database.writing() as session:
        erased, living = (closed(session, clinic, timedelta(days=1)) for _ in range(2))
        calls(living)
        erase(
            session,
            erased,
            COMMAND_LINE,
            ground=Ground.ASKED,
            endpoint="",
            now=NOON - timedelta(hours=1),
        )
        if came_in:
            calls(erased)
        living_id = living.id

    assert counts(database, clinic) == found
    run(database, clinic)
    assert counts(database, clinic) == {}
    with database.reading() as session:
        assert session.scalars(
            select(CallLogEntry.notes).where(CallLogEntry.lead_id == living_id)
        ).all() == ["she rang again"]


@pytest.mark.parametrize(
    ("days", "ago", "count"),
    [
        (1, timedelta(hours=23), {}),
        (1, timedelta(hours=25), {"sessions": 1}),
        (3, timedelta(hours=49), {}),
    ],
)
def test_sessions_are_kept_for_as_many_days_as_the_policy_says(database, clinic, days, ago, count):
    clinic = clinic.model_copy(
        update={"retention": clinic.retention.model_copy(update={"sign_in_days": days})}
    )
    with database.writing() as session:
        session.add(
            StaffSession(
                key_sha256="a",
                staff_id=staff(session).id,
                browser="",
                network="",
                created_at=NOON - ago,
                seen_at=NOON,
                fresh_at=NOON - ago,
            )
        )

    assert counts(database, clinic) == count


def test_something_is_left_while_one_rule_finds_what_was_over_then(database, clinic):
    with database.writing() as session:
        session.add(
            SignInAttempt(
                account_hash="a", network_hash="b", at=NOON - timedelta(days=31), what="password"
            )
        )

    with database.reading() as session:
        assert is_left(session, clinic, over_at=NOON)
        assert not is_left(session, clinic, over_at=NOON - timedelta(days=2))


def test_earlier_runs_of_this_clinic_are_told_the_newest_first(session, clinic):
    for number, whose in enumerate([clinic.key, clinic.key, "elsewhere", clinic.key]):
        session.add(
            RetentionRun(clinic=whose, at=NOON, by="cron", policy={}, counts={"held": number})
        )
        session.flush()

    assert [one.counts["held"] for one in reports(session, clinic)] == [3, 1, 0]
    assert [one.counts["held"] for one in reports(session, clinic, limit=2)] == [3, 1]


def test_held_requests_old_sign_ins_and_sessions_go(database, clinic):
    long_ago, lately = NOON - timedelta(days=31), NOON - timedelta(days=29)
    with database.writing() as session:
        for at in (long_ago, lately):
            Factory(session, clinic)(now=at).hold_reason = "too fast"
            session.add(SignInAttempt(account_hash="a", network_hash="b", at=at, what="password"))
            session.add(
                StaffSession(
                    key_sha256=str(at),
                    staff_id=staff(session).id,
                    browser="",
                    network="",
                    created_at=at,
                    seen_at=at,
                    fresh_at=at,
                )
            )

    report = run(database, clinic)

    assert report.counts == {"held": 1, "sign_ins": 1, "sessions": 1}


def test_a_run_goes_in_portions_and_one_that_was_stopped_is_resumed(database, clinic, monkeypatch):
    monkeypatch.setattr(retention, "PORTION", 2)
    with database.writing() as session:
        for _ in range(5):
            closed(session, clinic, MONTHS_25)
    calls = count(1)

    def dies(*args: object, **kwargs: object) -> object:
        if next(calls) == 4:
            raise KeyboardInterrupt
        return erase(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(retention, "erase", dies)
    with pytest.raises(KeyboardInterrupt):
        run(database, clinic)
    with database.reading() as session:
        assert reports(session, clinic)[0].counts == {"sheet": 5, "requests": 2}
    assert counts(database, clinic) == {"requests": 3}

    report = run(database, clinic)

    assert report.counts == {"requests": 3}
