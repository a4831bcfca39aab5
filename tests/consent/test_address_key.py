"""The key of address hashes, and links that were lost: both lean on hashes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.consent import address_key
from intake.consent.address_key import OtherKey, adopt_key, is_same_key, require_same_key
from intake.consent.lost_link import ASKED, Contact, ask_for_link
from intake.contacts import address_hash
from intake.db import Database
from intake.limits import LINKS, AskedTooOften
from intake.models import InstallationFact, OutboxEntry, Topic
from tests.consent.telling import NOON
from tests.factories import ADDRESS_KEY

OTHER = b"another key"


def test_addresses_without_a_hash_get_one(session, lead, monkeypatch):
    monkeypatch.setattr(address_key, "AT_ONCE", 2)
    people = [lead(email=f"P{number}@Example.com") for number in range(5)]
    nobody = lead()
    for person in people:
        person.email_hash = None

    assert adopt_key(session, ADDRESS_KEY, now=NOON) == 5

    assert [person.email_hash for person in people] == [
        address_hash(ADDRESS_KEY, f"p{number}@example.com") for number in range(5)
    ]
    assert nobody.email_hash is None
    assert adopt_key(session, ADDRESS_KEY, now=NOON) == 0


def test_another_key_is_noticed_and_nothing_is_hashed_under_it(session, lead):
    assert is_same_key(session, ADDRESS_KEY) is None
    require_same_key(session, ADDRESS_KEY)
    adopt_key(session, ADDRESS_KEY, now=NOON)
    session.flush()
    ana = lead(email="ana@example.com")
    ana.email_hash = None

    assert is_same_key(session, ADDRESS_KEY) is True
    assert is_same_key(session, OTHER) is False
    with pytest.raises(OtherKey, match="put the former INTAKE_SECRET_KEY"):
        adopt_key(session, OTHER, now=NOON)
    assert ana.email_hash is None


def test_what_is_kept_of_the_key_is_not_the_key(session):
    adopt_key(session, ADDRESS_KEY, now=NOON)
    session.flush()

    kept = [fact.value for fact in session.scalars(select(InstallationFact))]
    assert len(kept) == 1
    assert ADDRESS_KEY.hex() not in kept[0]


@pytest.fixture
def lost(session, clinic):
    def losing(*, now=NOON, **contact):
        ask_for_link(session, Contact(**contact), clinic=clinic, address_key=ADDRESS_KEY, now=now)
        session.flush()
        return session.scalars(
            select(OutboxEntry.lead_id).where(OutboxEntry.topic == Topic.LINK)
        ).all()

    return losing


def test_the_newest_request_of_the_address_or_the_number_gets_the_link(lead, lost):
    lead(email="ana@example.com")
    newest = lead(email="Ana@example.com", now=NOON + timedelta(days=1))

    assert lost(email="ana@example.com") == [newest.id]
    assert lost(phone=newest.phone) == [newest.id]  # once a day
    assert lost(phone=newest.phone, now=NOON + timedelta(days=1, seconds=1)) == [newest.id] * 2


def test_nobody_else_gets_one(lead, lost, session):
    without, erased, elsewhere = (
        lead(),
        lead(email="gone@example.com"),
        lead(email="zoe@example.com"),
    )
    erased.salt, elsewhere.clinic = None, "elsewhere"
    session.flush()

    lost(phone=without.phone)
    lost(email="gone@example.com")
    lost(email="nobody@example.com")
    assert lost(email="zoe@example.com") == []


def test_every_question_writes_something_known_or_not(lead, lost, session):
    lead(email="ana@example.com")

    for email in ("nobody@example.com", "ana@example.com", "ana@example.com"):
        lost(email=email)

    session.expire_all()
    assert session.get(InstallationFact, ASKED).value == "3"


def test_a_link_of_a_clock_that_was_ahead_keeps_nobody_waiting(lead, lost):
    ana = lead(email="ana@example.com")
    lost(email="ana@example.com", now=NOON + timedelta(days=365))

    assert lost(email="ana@example.com") == [ana.id] * 2


def test_of_all_processes_together_one_network_gets_so_many_links(database, clinic):
    def asks(number, network="203.0.113.0/24", now=NOON):
        node = Database(database.url.render_as_string(hide_password=False))
        contact = Contact(email=f"p{number}@example.com")
        try:
            with node.writing() as session:
                ask_for_link(
                    session,
                    contact,
                    clinic=clinic,
                    address_key=ADDRESS_KEY,
                    network=network,
                    now=now,
                )
        except AskedTooOften:
            return False
        finally:
            node.dispose()
        return True

    assert [asks(number) for number in range(LINKS.times + 2)] == [True] * LINKS.times + [False] * 2
    assert asks(99, "198.51.100.0/24")
    assert asks(99, "")
    assert asks(99, now=NOON + LINKS.within)
