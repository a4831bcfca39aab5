"""Two mailboxes are two people; those that a former release took for one are told apart, and no
"no" is lost by it.
"""

import csv
import io

import pytest
from alembic import command
from sqlalchemy import select

from intake.consent import hashes
from intake.consent.address_key import adopt_key
from intake.consent.mailing_list import not_to_be_mailed
from intake.consent.person_consent import person_of
from intake.consent.reconcile import reconcile
from intake.consent.suppression import lift, suppressed
from intake.consent.suppression_list import write_list
from intake.consent.withdraw import withdraw
from intake.contacts import former_address_hash
from intake.migrate import alembic_config, migrate
from intake.models import Decision, Lead, Purpose, Suppression
from intake.privacy.erase import Ground, erase
from intake.staff.actor import COMMAND_LINE
from tests.consent.telling import BUTTON, NOON, happens
from tests.factories import ADDRESS_KEY, Factory

PAIRS = [
    ("jane@straße.de", "jane@strasse.de"),
    ("strauß@example.de", "strauss@example.de"),
    ("ﬁona@example.com", "fiona@example.com"),
    ("νικος@example.gr", "νικοσ@example.gr"),
]
SZ, SS = PAIRS[0]
BEFORE = "0005"
"""The schema of the former release."""


def stop(session, clinic, lead):
    withdraw(
        session, lead, {Purpose.NEWS}, BUTTON, clinic=clinic, address_key=ADDRESS_KEY, now=NOON
    )
    session.flush()


def refused(session, clinic, *addresses):
    lines = [f"{address}\n".encode() for address in addresses]
    found = not_to_be_mailed(
        session, lines, clinic=clinic.key, purpose=Purpose.NEWS, address_key=ADDRESS_KEY
    )
    return [line.decode().strip() for line in found]


def listed_addresses(session, clinic):
    out = io.StringIO()
    write_list(session, clinic.key, out)
    return [row["address"] for row in csv.DictReader(io.StringIO(out.getvalue()))]


@pytest.mark.parametrize(("one", "another"), PAIRS)
def test_a_withdrawal_stops_one_mailbox_and_not_another(session, clinic, lead, one, another):
    jane, joan = (
        lead(email=one, agreed_to={Purpose.NEWS}),
        lead(email=another, agreed_to={Purpose.NEWS}),
    )

    stop(session, clinic, jane)

    assert [suppressed(session, one) for one in (jane, joan)] == [{Purpose.NEWS}, set()]
    assert person_of(session, joan) == [joan.id]
    assert refused(session, clinic, one, another) == [one]
    assert listed_addresses(session, clinic) == [one]


def test_a_withdrawal_finds_every_spelling_of_its_mailbox(session, clinic, lead):
    spellings = ["Jane@Bücher.example", "jane@xn--bcher-kva.example", "JANE@BÜCHER.EXAMPLE"]
    requests = [lead(email=spelling, agreed_to={Purpose.NEWS}) for spelling in spellings]

    stop(session, clinic, requests[0])

    assert [suppressed(session, one) for one in requests] == [{Purpose.NEWS}] * 3
    assert refused(session, clinic, *spellings) == spellings
    assert listed_addresses(session, clinic) == spellings


@pytest.fixture
def former(database, clinic, monkeypatch):
    """Lets something happen in the former release, and returns after the upgrade to this one."""

    def happened(acts):
        with monkeypatch.context() as release, database.writing() as session:
            release.setattr(hashes, "address_hash", former_address_hash)
            acts(session, Factory(session, clinic))
        with database.migrating() as connection:
            command.downgrade(alembic_config(connection), BEFORE)
        migrate(database)
        with database.writing() as session:
            adopt_key(session, ADDRESS_KEY, now=NOON)

    return happened


def lead_with(session, email):
    return session.scalars(select(Lead).where(Lead.email == email)).one()


def test_people_that_a_former_release_took_for_one_are_told_apart(former, database, clinic):
    def acts(session, add):
        jane, joan = (
            add(email=SZ, agreed_to={Purpose.NEWS}),
            add(email=SS, agreed_to={Purpose.NEWS}),
        )
        assert jane.email_hash == joan.email_hash
        stop(session, clinic, jane)

    former(acts)

    with database.reading() as session:
        jane, joan = lead_with(session, SZ), lead_with(session, SS)
        assert (person_of(session, jane), person_of(session, joan)) == ([jane.id], [joan.id])
        assert suppressed(session, jane) == {Purpose.NEWS}
        assert list(reconcile(session, clinic.key)) == []


@pytest.mark.parametrize(
    "email", [SZ, "jane@bücher.example", "Étienne@exemple.québec", "ana@example.com"]
)
def test_whoever_withdrew_in_a_former_release_is_not_mailed_after_an_erasure_either(
    former, database, clinic, email
):
    def acts(session, add):
        jane = add(email=email, agreed_to={Purpose.NEWS})
        stop(session, clinic, jane)
        erase(
            session, jane, COMMAND_LINE, ground=Ground.ASKED, endpoint="intake lead erase", now=NOON
        )

    former(acts)

    with database.writing() as session:
        again = Factory(session, clinic)(email=email)
        assert suppressed(session, again) == {Purpose.NEWS}
        assert refused(session, clinic, email, "zoe@example.com") == [email]
        assert listed_addresses(session, clinic) == [email]


def test_the_former_row_of_somebody_erased_outlives_the_yes_of_whoever_shares_it(
    former, database, clinic
):
    def acts(session, add):
        jane = add(email=SZ, agreed_to={Purpose.NEWS})
        stop(session, clinic, jane)
        erase(
            session, jane, COMMAND_LINE, ground=Ground.ASKED, endpoint="intake lead erase", now=NOON
        )

    former(acts)

    with database.writing() as session:
        joan = Factory(session, clinic)(email=SS, agreed_to={Purpose.NEWS})
        happens(session, joan, Decision.VERIFIED, Purpose.NEWS)
        assert refused(session, clinic, SS, SZ) == [SS, SZ]  # nobody can tell any more whose it is

        lift(session, joan, {Purpose.NEWS}, is_verified=True, now=NOON)
        session.flush()

        assert suppressed(session, joan) == frozenset()
        assert refused(session, clinic, SS, SZ) == [SZ]
        assert listed_addresses(session, clinic) == []
        stop(session, clinic, joan)
        assert refused(session, clinic, SS, SZ) == [SS, SZ]


def test_a_later_withdrawal_of_one_is_none_of_the_other(former, database, clinic):
    former(
        lambda _, add: [
            add(email=SZ, agreed_to={Purpose.NEWS}),
            add(email=SS, agreed_to={Purpose.NEWS}),
        ]
    )

    with database.writing() as session:
        stop(session, clinic, lead_with(session, SS))

        assert refused(session, clinic, SZ, SS) == [SS]


def test_taking_the_step_again_changes_nothing(former, database, clinic):
    former(lambda session, add: stop(session, clinic, add(email=SZ, agreed_to={Purpose.NEWS})))

    with database.writing() as session:
        rows = session.scalars(select(Suppression).order_by(Suppression.id)).all()
        assert [row.is_former for row in rows] == [True, False]
        assert adopt_key(session, ADDRESS_KEY, now=NOON) == 0
        assert session.scalars(select(Suppression).order_by(Suppression.id)).all() == rows


def test_going_back_to_the_former_release_loses_no_withdrawal(former, database, clinic):
    former(
        lambda session, add: stop(
            session, clinic, add(email="ana@example.com", agreed_to={Purpose.NEWS})
        )
    )
    with database.writing() as session:
        stop(session, clinic, lead_with(session, "ana@example.com"))

    with database.migrating() as connection:
        command.downgrade(alembic_config(connection), BEFORE)
    migrate(database)

    with database.reading() as session:
        assert refused(session, clinic, "ana@example.com") == ["ana@example.com"]
