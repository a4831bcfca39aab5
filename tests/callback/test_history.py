"""What is known of earlier requests when one comes in: which are counted, up to when, and whose."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.callback import history as asked_of_the_database
from intake.callback.earlier_requests import (
    A_DAY,
    AN_HOUR,
    BURST,
    SAME_WITHIN,
    EarlierRequests,
    fact_of,
)
from intake.callback.history import History
from intake.limits import CLOCKS_DIFFER
from intake.models import InstallationFact, OutboxEntry, Suppression, Topic
from tests.conftest import NOON
from tests.factories import ADDRESS_KEY, Factory, answers, shown, submit_callback

MOMENT = timedelta(microseconds=1)
PHONE, ANA, BEN = "416 555 0123", "ana@example.com", "ben@example.com"
JANE = "jane@straße.de"
"""An address with a former hash: earlier releases took it for jane@strasse.de."""


@pytest.fixture
def known(session, clinic, monkeypatch):
    """`known(email=None)` submits a request at noon, and returns it with what was known before."""
    caught = []
    of = History.of

    def keep(self, *whose):
        caught.append(self)
        return of(self, *whose)

    def submit(email=ANA):
        session.flush()
        with monkeypatch.context() as patch:
            patch.setattr(History, "of", keep)
            asked = answers(phone=PHONE, email=email, name="Somebody new")
            lead = submit_callback(
                session,
                asked,
                shown(session, clinic),
                clinic=clinic,
                address_key=ADDRESS_KEY,
                now=NOON,
            )
        return lead, caught[-1]

    return submit


@pytest.fixture
def came(session, clinic):
    """`came(AN_HOUR, hold_reason="speed")`: a request that came that long before noon."""

    def come(ago, *, phone="416 555 0999", email=None, **changes):
        lead = Factory(session, clinic)(now=NOON - ago, phone=phone, email=email, name=str(ago))
        for name, value in changes.items():
            setattr(lead, name, value)
        session.flush()
        return lead

    return come


def arrivals(lead, history):
    return history.of(lead.phone, lead.email_hash)


def test_of_what_never_came_nothing_is_known(known):
    lead, history = known()

    assert arrivals(lead, history) == EarlierRequests(for_number=0, lately=0, usual=0, mails=0)
    assert not history.asked_lately(lead.phone)
    assert not history.knows(lead.email_hash)
    assert not history.knows(None)
    assert not history.is_listed(lead.email_hash, None)


@pytest.mark.parametrize(
    ("ago", "counts"),
    [(A_DAY, 0), (A_DAY - MOMENT, 1), (-CLOCKS_DIFFER, 1), (-CLOCKS_DIFFER - MOMENT, 0)],
)
def test_requests_for_a_number_are_counted_within_a_day(known, came, ago, counts):
    came(ago, phone=PHONE)
    came(timedelta(hours=2))  # for another number
    came(timedelta(hours=2), phone=PHONE, clinic="elsewhere")

    assert arrivals(*known()).for_number == counts


@pytest.mark.parametrize(
    ("ago", "lately"),
    [
        (SAME_WITHIN, False),
        (SAME_WITHIN - MOMENT, True),
        (-CLOCKS_DIFFER, True),
        (-CLOCKS_DIFFER - MOMENT, False),
    ],
)
def test_a_number_was_asked_for_lately_within_a_quarter_of_an_hour(known, came, ago, lately):
    came(ago, phone=PHONE)

    lead, history = known()

    assert history.asked_lately(lead.phone) is lately
    assert not history.asked_lately("+14165550999")


@pytest.mark.parametrize(
    ("ago", "counts"),
    [(AN_HOUR, 0), (AN_HOUR - MOMENT, 1), (-CLOCKS_DIFFER, 1), (-CLOCKS_DIFFER - MOMENT, 0)],
)
def test_requests_of_anybody_are_counted_within_an_hour(known, came, ago, counts):
    came(ago)

    assert arrivals(*known()).lately == counts


def test_what_was_held_for_its_own_sake_or_came_to_another_clinic_is_no_burst(known, came):
    for ago, changes in enumerate(
        [{}, {"hold_reason": BURST}, {"hold_reason": "trap"}, {"clinic": "elsewhere"}], 20
    ):
        came(timedelta(minutes=ago), **changes)

    assert arrivals(*known()).lately == 2


@pytest.mark.parametrize(("usual", "lately"), [(None, 3), (2, 3), (4, 4), (9, 5)])
def test_the_last_hour_is_counted_up_to_what_makes_a_burst_and_no_further(
    session, clinic, known, came, monkeypatch, usual, lately
):
    monkeypatch.setattr(asked_of_the_database, "LEAST", 3)
    monkeypatch.setattr(asked_of_the_database, "MOST_COUNTED", 5)
    monkeypatch.setattr(
        asked_of_the_database, "_statement", asked_of_the_database._statement.__wrapped__
    )
    session.add(InstallationFact(name=fact_of("elsewhere"), value="4"))
    if usual:
        session.add(InstallationFact(name=fact_of(clinic.key), value=str(usual)))
    for minutes in range(20, 30):
        came(timedelta(minutes=minutes))

    before = arrivals(*known())

    assert (before.lately, before.usual) == (lately, usual or 0)


@pytest.mark.parametrize(
    ("ago", "counts"),
    [(A_DAY, 0), (A_DAY - MOMENT, 1), (-CLOCKS_DIFFER, 1), (-CLOCKS_DIFFER - MOMENT, 0)],
)
def test_mails_to_an_address_are_counted_within_a_day_and_a_request_is_known_for_ever(
    known, came, ago, counts
):
    came(ago, email=ANA)

    lead, history = known()

    assert arrivals(lead, history).mails == counts
    assert history.knows(lead.email_hash)


@pytest.mark.parametrize(
    ("delivered_at", "problem", "counts"),
    [
        (None, None, 1),
        (None, "The server refused.", 1),
        (NOON, None, 1),
        (NOON, "This address takes no mail.", 0),
    ],
)
def test_a_mail_counts_that_waits_or_was_sent(session, known, came, delivered_at, problem, counts):
    lead = came(timedelta(hours=2), email=ANA)
    mail = session.scalars(
        select(OutboxEntry).where(
            OutboxEntry.lead_id == lead.id, OutboxEntry.topic == Topic.ACKNOWLEDGEMENT
        )
    ).one()
    mail.delivered_at, mail.problem = delivered_at, problem

    assert arrivals(*known()).mails == counts


def test_only_the_same_address_at_the_same_clinic_is_the_same_person(known, came):
    came(timedelta(hours=2), email=BEN)
    came(timedelta(hours=2), email=ANA, clinic="elsewhere")
    came(timedelta(hours=2))

    lead, history = known()

    assert arrivals(lead, history).mails == 0
    assert not history.knows(lead.email_hash)


@pytest.mark.parametrize(
    ("clinic_of_it", "digest", "is_listed"),
    [
        ("riverside", "present", True),
        ("riverside", "former", True),
        ("elsewhere", "present", False),
        ("riverside", "0" * 64, False),
    ],
)
def test_an_address_is_listed_by_its_present_or_its_former_hash(
    session, known, came, clinic_of_it, digest, is_listed
):
    earlier = came(timedelta(days=2), email=JANE)
    hashes = {"present": earlier.email_hash, "former": earlier.email_hash_former}
    session.add(
        Suppression(
            clinic=clinic_of_it,
            address_hash=hashes.get(digest, digest),
            channel="email",
            purpose="news",
            since=NOON - timedelta(days=1),
            is_former=digest == "former",
        )
    )

    lead, history = known(email=JANE)

    assert history.is_listed(lead.email_hash, lead.email_hash_former) is is_listed
    assert history.is_listed(None, lead.email_hash_former) is (is_listed and digest == "former")


def test_nothing_is_read_of_numbers_and_addresses_that_are_not_asked_for(session, known, came):
    for phone, email in (("416 555 0998", ANA), ("416 555 0999", BEN), (PHONE, JANE)):
        came(timedelta(hours=2), phone=phone, email=email)
    for digest in ("0" * 64, "1" * 64):
        session.add(
            Suppression(
                clinic="riverside",
                address_hash=digest,
                channel="email",
                purpose="news",
                since=NOON,
                is_former=False,
            )
        )

    lead, history = known()

    assert history._found.keys() == {
        ("number", lead.phone),
        ("lately", ""),
        ("person", lead.email_hash),
    }


def test_a_request_without_an_address_is_nobodys(known, came):
    came(timedelta(hours=2))

    lead, history = known(email=None)

    assert arrivals(lead, history).mails == 0
    assert not history.knows(lead.email_hash)
