"""From the outbox to the mail server: one by one, on a ground, again until it is taken, and never
twice unknown.
"""

import logging
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from intake.config import MailServer
from intake.consent.may_send import MessageClass
from intake.consent.record import Manner
from intake.consent.withdraw import withdraw
from intake.limits import MOST_A_DAY
from intake.logs import LineFormatter
from intake.mail.deliver import (
    CLASSES,
    HOLD,
    LONGEST_WAIT,
    LOOK_AGAIN,
    MOST_ATTEMPTS,
    settle_without_server,
)
from intake.mail.smtp import SmtpServer
from intake.models import Lead, MailSent, OutboxEntry, Purpose, Topic
from intake.outbox import enqueue
from intake.privacy.waiting_mail import stop_mail
from tests.conftest import NOON, ROOT
from tests.factories import ADDRESS_KEY
from tests.house.test_statements import statements
from tests.journeys.conftest import free_port

MINUTE = timedelta(minutes=1)
PERSONAL = ("ana@", "O’Neil", "555 0", "+1416", "hello@")


def mails_to_send(database):
    with database.reading() as session:
        topics = (Topic.ACKNOWLEDGEMENT, Topic.LINK)
        return session.scalars(
            select(OutboxEntry).where(OutboxEntry.topic.in_(topics)).order_by(OutboxEntry.id)
        ).all()


def only_entry(database):
    (entry,) = mails_to_send(database)
    return entry


def records(database):
    with database.reading() as session:
        return session.scalars(select(MailSent).order_by(MailSent.id)).all()


def ask_for_link(database, lead, now=NOON):
    with database.writing() as session:
        enqueue(session, Topic.LINK, lead.id, now=now)


def test_an_acknowledgement_is_ordered_only_where_an_address_was_given(database, add_lead):
    add_lead(email=None)
    ana = add_lead(email="ana@example.com")

    assert [(entry.topic, entry.lead_id) for entry in mails_to_send(database)] == [
        (Topic.ACKNOWLEDGEMENT, ana.id)
    ]


def test_a_mail_reads_its_persons_consent_once(database, delivery, host, add_lead):
    add_lead(agreed_to={Purpose.REMINDERS})

    with statements(database) as said:
        assert delivery.step(NOON + MINUTE).done == 1

    assert len([one for one in said if "FROM consent_event" in one]) == 1
    assert len(said) == 10, said


@pytest.mark.parametrize(
    ("language", "said"), [("en", "We have your request"), ("fr", "Nous avons bien reçu")]
)
def test_each_message_arrives_and_its_ground_is_kept(
    database, delivery, host, add_lead, language, said
):
    ana = add_lead(language=language, agreed_to={Purpose.REMINDERS})
    ask_for_link(database, ana, NOON + MINUTE)

    assert delivery.step(NOON + MINUTE).done == 1
    assert delivery.step(NOON + MINUTE).done == 1
    assert delivery.step(NOON + MINUTE).done == 0

    acknowledgement, link = host.taken
    assert said in acknowledgement.message["Subject"]
    assert acknowledgement.recipients == link.recipients == ["ana@example.com"]
    assert acknowledgement.sender == "hello@riverside.example.com"
    first, second = records(database)
    assert (first.message, first.message_class, first.lead_id) == (
        "acknowledgement",
        MessageClass.ACKNOWLEDGEMENT,
        ana.id,
    )
    assert (second.message, second.message_class) == ("link", MessageClass.LINK)
    assert first.ground.startswith("exempt")
    assert first.message_id == acknowledgement.message["Message-ID"]
    assert len(first.template_sha256) == 64
    assert {entry.delivered_at for entry in mails_to_send(database)} == {NOON + MINUTE}
    assert {entry.problem for entry in mails_to_send(database)} == {None}


def test_what_may_not_be_sent_is_settled_without_sending(database, delivery, host, add_lead):
    ana = add_lead()
    with database.writing() as session:
        session.execute(update(Lead).where(Lead.id == ana.id).values(email=None, email_hash=None))

    assert delivery.step(NOON).done == 1

    entry = only_entry(database)
    assert entry.delivered_at == NOON
    assert entry.problem.startswith("Not allowed: ")
    assert (host.taken, records(database)) == ([], [])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"restricted_at": NOON}, "the record is locked"),
        ({"erased_at": NOON}, "the person was erased"),
        ({"hold_reason": "speed"}, "the request is held back until staff look at it"),
    ],
)
def test_nothing_goes_out_for_a_record_that_is_locked_erased_or_held_back(
    database, delivery, host, add_lead, fields, said
):
    ana = add_lead()
    with database.writing() as session:
        session.execute(update(Lead).where(Lead.id == ana.id).values(**fields))

    delivery.step(NOON)

    assert only_entry(database).problem == f"Not allowed: {said}"
    assert host.taken == []


ONE_CLICK = Manner("one-click", "button", "none", "mail", "patient", "/consent")


def withdraw_all(database, clinic, lead_id, now):
    with database.writing() as session:
        withdraw(
            session,
            session.get_one(Lead, lead_id),
            set(Purpose),
            ONE_CLICK,
            clinic=clinic,
            address_key=ADDRESS_KEY,
            now=now,
        )


def test_a_withdrawal_between_the_order_and_the_dispatch_holds(
    database, clinic, delivery, host, add_lead
):
    ana = add_lead(agreed_to={Purpose.REMINDERS})
    withdraw_all(database, clinic, ana.id, NOON + MINUTE)

    delivery.step(NOON + 2 * MINUTE)

    assert (
        only_entry(database).problem
        == "Not allowed: the person stopped all emails after the request"
    )
    assert (host.taken, records(database)) == ([], [])


def test_who_stopped_everything_may_still_ask_for_the_way_to_their_page(
    database, clinic, delivery, host, add_lead
):
    ana = add_lead(agreed_to={Purpose.REMINDERS})
    delivery.step(NOON)
    withdraw_all(database, clinic, ana.id, NOON + MINUTE)
    ask_for_link(database, ana, NOON + MINUTE)

    delivery.step(NOON + MINUTE)

    assert host.taken[-1].message["Subject"] == "Your answers about emails from us"
    assert records(database)[-1].ground.startswith("exempt: the link was asked for")


def test_a_purpose_that_was_withdrawn_meanwhile_is_told_in_the_receipt(
    database, clinic, delivery, host, add_lead
):
    ana = add_lead(agreed_to={Purpose.REMINDERS, Purpose.CARE})
    with database.writing() as session:
        withdraw(
            session,
            session.get_one(Lead, ana.id),
            {Purpose.CARE},
            ONE_CLICK,
            clinic=clinic,
            address_key=ADDRESS_KEY,
            now=NOON,
        )

    delivery.step(NOON + MINUTE)

    for body in (host.taken[0].text, host.taken[0].html):
        assert body.count("Withdrawn since then") == 1


def test_what_the_server_refuses_for_good_is_settled_with_the_reason(
    database, delivery, host, add_lead
):
    add_lead()
    host.answers["RCPT"] = "550 5.1.1 <ana@example.com> no such user"

    assert delivery.step(NOON).done == 1
    assert delivery.step(NOON + HOLD).done == 0

    entry = only_entry(database)
    assert entry.delivered_at == NOON
    assert entry.problem.endswith("refused it for good (550 5.1.1).")
    assert records(database) == []


def test_one_that_is_not_taken_for_now_waits_longer_each_time_and_holds_nobody_up(
    database, delivery, host, add_lead
):
    add_lead()
    add_lead(email="ben@example.com", now=NOON + timedelta(seconds=1))
    host.answers["RCPT ana@example.com"] = "450 4.2.0 greylisted"
    now, waits = NOON + timedelta(seconds=1), []

    assert delivery.step(now).done == delivery.step(now).done == 1
    assert [taken.recipients for taken in host.taken] == [["ben@example.com"]]
    for _ in range(5):
        due = mails_to_send(database)[0].due_at
        waits.append(due - now)
        assert delivery.step(due - timedelta(milliseconds=1)).done == 0
        now = due
        assert delivery.step(now).problem is None

    assert waits == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE, LONGEST_WAIT]
    assert "we try again" in mails_to_send(database)[0].problem
    host.answers.clear()
    delivery.step(mails_to_send(database)[0].due_at)
    assert [taken.recipients for taken in host.taken] == [["ben@example.com"], ["ana@example.com"]]
    assert {entry.problem for entry in mails_to_send(database)} == {None}


def test_while_the_server_is_away_all_wait_and_nothing_is_lost(
    database, clinic, delivery, host, add_lead
):
    add_lead()
    add_lead(email="ben@example.com")
    host.answers["MAIL"] = "421 4.3.2 closing"

    progress = delivery.step(NOON)

    assert progress.not_before == NOON + LOOK_AGAIN
    assert "takes no mail for now (421 4.3.2)" in progress.problem
    host.answers.clear()
    for now in (NOON + MINUTE, NOON + MINUTE):
        assert delivery.step(now).done == 1
    assert len(host.taken) == 2


def test_it_is_given_up_after_about_four_days(database, delivery, host, add_lead):
    add_lead()
    host.answers["DATA"] = "452 4.3.1 disk full"
    with database.writing() as session:
        session.execute(update(OutboxEntry).values(attempts=MOST_ATTEMPTS - 1))

    delivery.step(NOON)

    assert only_entry(database).delivered_at == NOON
    assert only_entry(database).problem.startswith(
        f"Given up after {MOST_ATTEMPTS} attempts. 127.0.0.1:"
    )
    assert records(database) == []


def test_an_entry_that_another_worker_holds_is_left_alone(database, delivery, host, add_lead):
    add_lead()
    with database.writing() as session:  # as the other one does before it sends
        session.execute(
            update(OutboxEntry)
            .where(OutboxEntry.topic == Topic.ACKNOWLEDGEMENT)
            .values(begun_at=NOON, due_at=NOON + HOLD, attempts=1)
        )

    assert delivery.step(NOON + HOLD - MINUTE).done == 0
    assert delivery.step(NOON + HOLD).done == 1
    assert len(host.taken) == 1


KILLED_BETWEEN = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from intake.config import MailServer, load_clinic
from intake.db import Database
from intake.logs import LineFormatter
from intake.mail.deliver import MailDelivery
from intake.mail.smtp import SmtpServer

class Killed(SmtpServer):
    def send(self, message):
        super().send(message)
        os.kill(os.getpid(), signal.SIGKILL)

url, port, now = sys.argv[1:]
mailbox = Killed(MailServer("127.0.0.1", int(port), "offered"))
clinic = load_clinic(Path("clinic.toml"))
MailDelivery(Database(url), mailbox, clinic, "https://callback.example.com").step(datetime.fromisoformat(now))
"""


def test_a_second_copy_after_a_kill_carries_the_same_message_id(database, delivery, host, add_lead):
    add_lead()
    add_lead(email="ben@example.com", now=NOON + MINUTE)
    url = database.url.render_as_string(hide_password=False)
    arguments = [sys.executable, "-c", KILLED_BETWEEN, url, str(host.port), NOON.isoformat()]

    died = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (died.returncode, died.stderr) == (-9, "")
    assert len(host.taken) == 1
    assert records(database) == []
    while delivery.step(NOON + HOLD).done:
        pass

    first, *others = host.taken
    (again,) = [taken for taken in others if taken.recipients == first.recipients]
    assert again.message["Message-ID"] == first.message["Message-ID"]
    assert again.text == first.text
    assert len({taken.message["Message-ID"] for taken in host.taken}) == 2
    assert [sent.message_id for sent in records(database)].count(first.message["Message-ID"]) == 1


def test_of_two_workers_with_the_same_entry_one_records_it(database, delivery, host, add_lead):
    add_lead()

    class SlowHost(SmtpServer):
        def send(self, message):
            delivery.step(NOON + HOLD)  # the hold was over while this one still talked
            super().send(message)

    slow = SlowHost(host.server)
    type(delivery)(database, slow, delivery.clinic, delivery.public_url).step(NOON)

    assert len(host.taken) == 2
    assert len({taken.message["Message-ID"] for taken in host.taken}) == 1
    assert [sent.sent_at for sent in records(database)] == [NOON + HOLD]


def test_the_form_cannot_flood_a_mailbox(database, delivery, host, add_lead):
    for number in range(MOST_A_DAY + 1):
        add_lead(email="Ana@example.com" if number % 2 else "ana@example.com")

    while delivery.step(NOON).done:
        pass

    assert len(host.taken) == MOST_A_DAY
    assert (
        mails_to_send(database)[-1].problem
        == f"Not allowed: {MOST_A_DAY} mails went to this address within a day"
    )
    add_lead(now=NOON + timedelta(days=1))
    delivery.step(NOON + timedelta(days=1))
    assert len(host.taken) == MOST_A_DAY + 1


def test_another_clinic_s_mail_is_not_ours(database, clinic, delivery, host, add_lead):
    ana = add_lead()
    with database.writing() as session:
        session.execute(update(Lead).where(Lead.id == ana.id).values(clinic="lakeside"))

    assert delivery.step(NOON).done == 0
    settle_without_server(database, clinic, NOON + timedelta(days=2))
    assert only_entry(database).delivered_at is None


def test_without_a_mail_server_nothing_piles_up(database, clinic, add_lead):
    add_lead()
    add_lead(now=NOON + timedelta(hours=2))

    settle_without_server(database, clinic, NOON + timedelta(hours=25))

    old, fresh = mails_to_send(database)
    assert old.delivered_at == NOON + timedelta(hours=25)
    assert old.problem == "No mail server was configured; set INTAKE_SMTP_URL."
    assert fresh.delivered_at is None
    assert records(database) == []


def test_nothing_personal_is_logged_or_kept_beside_the_lead(
    database, delivery, add_lead, host, caplog
):
    caplog.set_level(logging.DEBUG, "intake")
    for refusal in (
        "550 5.1.1 <ana@example.com> O’Neil 416 555 0123",
        "450 later ana@example.com",
        "hang up",
        None,
    ):
        host.answers = {"DATA": refusal} if refusal else {}
        add_lead()
        delivery.step(NOON)
    down = SmtpServer(MailServer("127.0.0.1", free_port(), "offered"))
    add_lead()
    replace(delivery, mailbox=down).step(NOON + timedelta(days=1))

    said = "\n".join(
        LineFormatter().format(record)
        for record in caplog.records
        if record.name.startswith("intake")
    )
    assert "mail sent" in said
    assert "mail put off" in said
    kept = str([entry.problem for entry in mails_to_send(database)])
    assert [word for word in PERSONAL if word in said + kept] == []


def test_every_topic_of_an_email_has_its_class_and_its_letter():
    emails = {topic for topic in Topic if topic.is_email}

    assert emails == set(CLASSES)
    assert all((ROOT / "templates" / "mail" / topic / "subject.txt").exists() for topic in emails)


@pytest.mark.parametrize("topic", [topic for topic in Topic if topic.is_email])
def test_an_email_of_any_kind_that_waits_is_ended_with_its_person(database, add_lead, topic):
    lead = add_lead()
    with database.writing() as session:
        session.execute(
            update(OutboxEntry).where(OutboxEntry.lead_id == lead.id).values(topic=topic)
        )
        waiting = session.scalar(select(func.count()).where(OutboxEntry.lead_id == lead.id))

        ended = stop_mail(session, session.get_one(Lead, lead.id), now=NOON, why="erased")

    assert ended == waiting > 0
