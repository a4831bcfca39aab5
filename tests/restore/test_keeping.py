"""Each act that forbids something is on disk outside of the database before it is confirmed,
whichever way it came.
"""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from intake.consent.invalidate import invalidate
from intake.consent.staff_withdrawal import withdraw_for
from intake.consent.undo import undo
from intake.consent.verification import verify
from intake.db import Database
from intake.ledger.acts_file import ActsFile
from intake.ledger.keeper import Keeper
from intake.ledger.kept_acts import KeptActKind
from intake.models import ConsentEvent, Decision, Lead, Purpose, Role
from intake.privacy.correct import correct
from intake.privacy.erase import Ground, erase
from intake.privacy.restrict import release, restrict
from intake.restore.copying import Copying
from intake.staff.accounts import StaffAction, add_account, end_account
from intake.staff.actor import COMMAND_LINE
from tests.conftest import NOON
from tests.factories import ADDRESS_KEY

ALL = frozenset(Purpose)


def told(file):
    return [(act.kind, act.ref, act.purposes) for act in file.acts()]


def test_a_withdrawal_is_copied_with_its_reference_and_a_hash_and_nothing_else(doing, file):
    ana = doing.ask(agreed_to=ALL)

    doing.withdraw(ana, Purpose.NEWS)

    [act] = file.acts()
    assert (act.kind, act.ref, act.address, act.purposes) == (
        KeptActKind.WITHDRAWN,
        ana.ref,
        ana.email_hash,
        ("news",),
    )
    text_of_file = file.path.read_text()
    assert not [
        word for word in (ana.name, ana.phone, "ana@example.com", "O’Neil") if word in text_of_file
    ]


def test_every_way_of_taking_something_back_is_copied(doing, kept, file, clinic):
    ana, ben, carl = (
        doing.ask(agreed_to=ALL, email=f"{name}@example.com") for name in ("ana", "ben", "carl")
    )
    with kept.writing() as session:
        lead = session.get_one(Lead, ana.id)
        withdraw_for(
            session,
            ana.ref,
            {Purpose.NEWS},
            clinic=clinic,
            address_key=ADDRESS_KEY,
            by="letter",
            received=NOON.date(),
            now=NOON,
        )
        invalidate(
            session, ana.ref, Purpose.CARE, clinic=clinic, reason="somebody else's form", now=NOON
        )
    with kept.writing() as session:
        lead = session.get_one(Lead, ben.id)
        restrict(session, lead, COMMAND_LINE, reason="asked", endpoint="test", now=NOON)
        release(session, lead, COMMAND_LINE, reason="asked", endpoint="test", now=NOON)
        correct(
            session,
            lead,
            "phone",
            "416 555 0199",
            COMMAND_LINE,
            reason="asked",
            address_key=ADDRESS_KEY,
            endpoint="test",
            now=NOON,
        )
    with kept.writing() as session:
        erase(
            session,
            session.get_one(Lead, carl.id),
            COMMAND_LINE,
            ground=Ground.ASKED,
            endpoint="test",
            now=NOON,
        )
    with kept.writing() as session:
        by = StaffAction(COMMAND_LINE, "test", NOON)
        member, _ = add_account(
            session, clinic.key, email="zoe@clinic.example", name="Zoe", role=Role.ADMIN, by=by
        )
        end_account(session, member, by=by)

    kinds = [(kind, ref) for kind, ref, _ in told(file)]
    assert kinds == [
        (KeptActKind.WITHDRAWN, ana.ref),
        (KeptActKind.INVALIDATED, ana.ref),
        (KeptActKind.RESTRICTED, ben.ref),
        (KeptActKind.CORRECTED, ben.ref),
        (KeptActKind.RELEASED, ben.ref),
        (KeptActKind.ERASED, carl.ref),
        (KeptActKind.ACCOUNT, ""),
        (KeptActKind.ACCOUNT, ""),
    ]
    assert "zoe" not in file.path.read_text().lower()


def test_a_withdrawal_for_several_requests_of_a_person_names_the_one_and_the_address(doing, file):
    doing.ask(agreed_to=ALL)
    second = doing.ask(agreed_to=ALL)

    doing.withdraw(second, *ALL)

    assert {(act.ref, act.address) for act in file.acts()} == {(second.ref, second.email_hash)}
    assert {act.purposes for act in file.acts()} == {("care",), ("news",), ("reminders",)}


def test_agreeing_again_is_copied_and_says_whether_the_address_left_the_suppression_list(
    doing, kept, file
):
    ana = doing.ask(agreed_to=ALL)
    doing.withdraw(ana, *ALL)
    with kept.writing() as session:
        lead = session.get_one(Lead, ana.id)
        of = select(ConsentEvent.uid).where(ConsentEvent.decision == Decision.WITHDRAWN)
        undo(session, lead, session.scalars(of).all(), page="/consent/<token>", now=NOON)
    again = [
        (kind, purposes) for kind, _, purposes in told(file) if kind is not KeptActKind.WITHDRAWN
    ]
    with kept.writing() as session:
        verify(session, session.get_one(Lead, ana.id), page="/consent/<token>", now=NOON)
    verified = [
        (kind, purposes) for kind, _, purposes in told(file) if kind is not KeptActKind.WITHDRAWN
    ][len(again) :]

    assert sorted(again) == [
        (KeptActKind.AGREED_AGAIN, ("care",)),
        (KeptActKind.AGREED_AGAIN, ("news",)),
        (KeptActKind.LIFTED, ("reminders",)),
    ]
    assert sorted(verified) == [(KeptActKind.LIFTED, ("care",)), (KeptActKind.LIFTED, ("news",))]


def test_agreeing_again_on_a_new_form_is_copied_and_a_first_agreement_is_not(doing, file):
    ana = doing.ask(agreed_to={Purpose.REMINDERS})
    assert not file.path.exists(), "a first agreement takes nothing back"
    doing.withdraw(ana, Purpose.REMINDERS)

    doing.ask(agreed_to={Purpose.REMINDERS})

    assert [kind for kind, _, _ in told(file)] == [KeptActKind.WITHDRAWN, KeptActKind.LIFTED]


def test_what_the_database_refused_is_not_copied(doing, kept, file):
    ana = doing.ask(agreed_to=ALL)

    def erase_and_fail():
        with kept.writing() as session:
            erase(
                session,
                session.get_one(Lead, ana.id),
                COMMAND_LINE,
                ground=Ground.ASKED,
                endpoint="test",
                now=NOON,
            )
            # Lacks what a lead must have: found out at the flush
            session.add(Lead(clinic="riverside"))

    with pytest.raises(IntegrityError):
        erase_and_fail()

    assert not file.path.exists()


class Cut(Exception):
    """The power goes."""


def test_what_forbids_is_on_disk_before_the_commit_and_what_allows_only_after_it(
    database, file, doing
):
    ana = doing.ask(agreed_to=ALL)

    class Stops(Keeper):
        def before_commit(self, session):
            super().before_commit(session)
            raise Cut

    cut = Database(database.url.render_as_string(hide_password=False), keeper=Stops(file))
    doing.database = cut
    with pytest.raises(Cut):
        doing.withdraw(ana, Purpose.REMINDERS)
    cut.dispose()

    assert [kind for kind, _, _ in told(file)] == [KeptActKind.WITHDRAWN]
    with database.reading() as session:
        assert not session.scalars(
            select(ConsentEvent).where(ConsentEvent.decision == Decision.WITHDRAWN)
        ).all()


def test_a_copy_that_cannot_be_written_stops_no_withdrawal_and_is_written_as_soon_as_it_can(
    doing, kept, file, folder, caplog
):
    ana = doing.ask(agreed_to=ALL)
    folder.write_text("a file where the folder should be")

    ended = doing.withdraw(ana, Purpose.NEWS)
    stuck = Copying(kept, file).step(NOON)
    folder.unlink()
    copying = Copying(kept, file)
    copying.step(NOON)

    assert ended == {Purpose.NEWS}
    assert "acts not copied" in caplog.text
    assert "cannot be written" in (stuck.problem or "")
    assert told(file) == [(KeptActKind.WITHDRAWN, ana.ref, ("news",))]
    copying.step(NOON)
    assert len(told(file)) == 1, "what is there is not copied twice"


def test_what_was_done_before_there_was_a_copy_or_on_another_machine_is_copied_by_the_relay(
    database, doing, kept, file, tmp_path
):
    elsewhere = Database(
        database.url.render_as_string(hide_password=False),
        keeper=Keeper(ActsFile(tmp_path / "other", b"k" * 32)),
    )
    doing.database = database
    ana, ben = doing.ask(agreed_to=ALL), doing.ask(agreed_to=ALL, email="ben@example.com")
    doing.withdraw(ana, Purpose.REMINDERS)
    copying = Copying(kept, file)
    copying.step(NOON)
    before = told(file)
    doing.database = elsewhere
    doing.withdraw(ben, Purpose.REMINDERS)
    doing.ask(agreed_to={Purpose.REMINDERS}, email="ben@example.com")
    with elsewhere.writing() as session:
        erase(
            session,
            session.get_one(Lead, ana.id),
            COMMAND_LINE,
            ground=Ground.ASKED,
            endpoint="test",
            now=NOON,
        )
    copying.step(NOON)

    assert before == [(KeptActKind.WITHDRAWN, ana.ref, ("reminders",))]
    assert {(kind, ref) for kind, ref, _ in told(file)} == {
        (KeptActKind.WITHDRAWN, ana.ref),
        (KeptActKind.WITHDRAWN, ben.ref),
        (KeptActKind.LIFTED, ""),
        (KeptActKind.ERASED, ana.ref),
    }
    assert len(told(file)) == 4
    elsewhere.dispose()


@pytest.mark.parametrize("acts", [0, 1])
def test_a_relay_that_finds_nothing_more_to_copy_rests(doing, kept, file, acts):
    for _ in range(acts):
        ana = doing.ask(agreed_to=ALL)
        doing.withdraw(ana, Purpose.REMINDERS)
        doing.ask(agreed_to={Purpose.REMINDERS})
    copying = Copying(kept, file)
    copying.step(NOON)

    found = [copying.step(NOON) for _ in range(3)]

    assert not any(progress.was_put_off for progress in found), "“relay --once” would never end"
    assert all(progress.not_before and progress.not_before > NOON for progress in found)


def test_the_copy_holds_no_plain_number_or_address_of_anybody(doing, kept, file):
    ana = doing.ask(agreed_to=ALL)
    doing.withdraw(ana, *ALL)
    with kept.reading() as session:
        values = session.execute(text("SELECT name, phone, phone_typed, email FROM lead")).all()

    content = file.path.read_text()
    assert not [value for row in values for value in row if value and value in content]
