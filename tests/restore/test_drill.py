"""The drill: a backup, twenty more acts of each kind, the backup is put back, and nothing of a no
is lost.
"""

from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from intake.consent.person_consent import consent_of
from intake.consent.record import Manner
from intake.consent.suppression import suppressed
from intake.consent.undo import undo, undoable
from intake.consent.verification import verify
from intake.consent.withdraw import withdraw
from intake.contacts import address_hash
from intake.models import Decision, Lead, Purpose, QueueRow, Role, StaffMember, Status, Suppression
from intake.privacy.correct import correct
from intake.privacy.erase import Ground, erase
from intake.privacy.restrict import restrict
from intake.sheet.google.adapter import GoogleSheet
from intake.sheet.shape.setup import set_up
from intake.staff.accounts import StaffAction, change_role, end_account
from intake.staff.actor import COMMAND_LINE
from tests.conftest import SECRET
from tests.databases import Templates
from tests.demo.sandbox.running import running_sandbox
from tests.factories import Factory, staff
from tests.mail.server import mail_host
from tests.restore.installation import Installation

MANY = 20
ALL = frozenset(Purpose)
PRESSED = Manner("button", "button", "none", "page", "patient", "/consent/<token>")
PAGE = "/consent/<token>"
KINDS = ("stop", "stop_late", "undo", "erase", "lock", "correct", "edit")


@pytest.fixture
def host():
    with mail_host() as host:
        yield host


@pytest.fixture
def sandbox(tmp_path, clinic):
    with running_sandbox(tmp_path / "sheet") as running:
        set_up(GoogleSheet(running.access.credentials, running.access.spreadsheet_id), clinic)
        yield running


@pytest.fixture
def installation(engine_name, templates: Templates, request, tmp_path, clinic, host, sandbox):
    is_sqlite = engine_name == "sqlite"
    server = None if is_sqlite else request.getfixturevalue("postgres")
    url = templates.sqlite() if is_sqlite else templates.postgresql(server)
    access = sandbox.access
    return Installation(
        {
            # hundreds of requests within minutes are a burst, which staff would look at first
            "INTAKE_LIMITS": "off",
            "INTAKE_INSTANCE": str(tmp_path / "instance"),
            "INTAKE_DATABASE_URL": url,
            "INTAKE_SECRET_KEY": SECRET,
            "INTAKE_PUBLIC_URL": "http://127.0.0.1:8000",
            "INTAKE_SMTP_URL": f"smtp://127.0.0.1:{host.port}",
            "INTAKE_GOOGLE_CREDENTIALS": str(access.credentials),
            "INTAKE_SPREADSHEET_ID": access.spreadsheet_id,
        },
        clinic,
        sandbox,
        host,
        server,
    )


class Drill:
    """The clinic's people, by what will happen to them; `refs` names their requests."""

    def __init__(self, place: Installation) -> None:
        self.place, self.refs, self.staff = place, dict[str, list[str]](), dict[str, int]()

    @property
    def key(self) -> bytes:
        return self.place.settings.address_key()

    def ask(self, kind: str, count: int = MANY) -> None:
        """So many people ask for a call and agree to everything."""

        def asking(session):
            add = Factory(session, self.place.clinic, address_key=self.key)
            return [
                add(
                    agreed_to=ALL,
                    email=f"{kind}{at}@example.com",
                    name=f"{kind.title()} {at}",
                    now=self.place.clock(),
                ).ref
                for at in range(count)
            ]

        [self.refs[kind]] = self.place.do([asking])

    def each(self, kind: str, act) -> None:
        """Do *act* to each of them, in a transaction each."""
        self.place.do(
            (lambda session, ref=ref: act(session, self.lead(session, ref)))
            for ref in self.refs[kind]
        )

    def all(self, *kinds: str) -> list[str]:
        """The references of all of them."""
        return [ref for kind in kinds for ref in self.refs[kind]]

    def lead(self, session, ref) -> Lead:
        found: Lead = session.scalars(select(Lead).where(Lead.ref == ref)).one()
        return found

    def member(self, session, name) -> StaffMember:
        found: StaffMember = session.get_one(StaffMember, self.staff[name])
        return found

    def stop(self, session, lead) -> None:
        withdraw(
            session,
            lead,
            ALL,
            PRESSED,
            clinic=self.place.clinic,
            address_key=self.key,
            now=self.place.clock(),
        )

    def undo(self, session, lead) -> None:
        uids = [event.uid for event in undoable(consent_of(session, lead)).values()]
        undo(session, lead, uids, page=PAGE, now=self.place.clock())

    def verify(self, session, lead) -> None:
        verify(session, lead, page=PAGE, now=self.place.clock())

    def erase(self, session, lead) -> None:
        erase(
            session,
            lead,
            COMMAND_LINE,
            ground=Ground.ASKED,
            endpoint="test",
            now=self.place.clock(),
        )

    def lock(self, session, lead) -> None:
        restrict(
            session, lead, COMMAND_LINE, reason="asked", endpoint="test", now=self.place.clock()
        )

    def correct(self, session, lead) -> None:
        correct(
            session,
            lead,
            "email",
            f"new-{lead.email}",
            COMMAND_LINE,
            reason="asked",
            address_key=self.key,
            endpoint="test",
            now=self.place.clock(),
        )


def stands(session, lead):
    """By purpose, how it stands."""
    return {key[0]: one.decision for key, one in consent_of(session, lead).stands.items()}


def test_after_a_restore_nothing_of_a_withdrawal_or_an_erasure_is_lost_and_nothing_is_done_twice(
    installation, tmp_path
):
    drill = Drill(installation)
    backup = tmp_path / "restored.db"

    at_work(drill)
    installation.back_up(backup)
    not_in_the_backup(drill)
    before, mails = installation.rows(), installation.mails()
    assert installation.run("consent", "verify").exit_code == 0

    installation.put_back(backup)
    restore_mode_keeps_still_and_says_so(installation, before, mails)
    what_is_lost_is_listed_and_nothing_is_changed(installation, before)

    done = installation.run("restore", "--reason", "the disk broke", "--yes")
    assert done.exit_code == 0, done.output
    installation.clock.now = max(installation.clock.now, datetime.now(UTC))
    for _ in range(3):
        assert installation.relay() == []

    after = {row["Ref"]: row for row in installation.rows()}
    database = installation.database
    with database.reading() as session:
        nothing_of_a_no_is_lost(drill, session, after)
        what_was_given_again_stands(drill, session, after)
        what_was_lost_is_taken_up(drill, session, after)
        staff_stand_as_they_stood(drill, session)
    database.dispose()
    nothing_is_there_twice(drill, before, after)
    assert installation.mails() == mails + Counter(["meanwhile@example.com"]), (
        "no mail is sent a second time"
    )
    verified = installation.run("consent", "verify")
    assert verified.exit_code == 0, verified.output
    assert "the disk broke" in verified.output


def at_work(drill):
    """The clinic as it is when the backup is made; some rows and mails wait."""
    place = drill.place
    for kind in KINDS:
        drill.ask(kind)
    drill.each("undo", drill.verify)
    roles = {"owner": Role.OWNER, "ended": Role.ADMIN, "lowered": Role.ADMIN}
    made = place.do(
        (lambda session, role=role: staff(session, role, now=place.clock()).id)
        for role in roles.values()
    )
    drill.staff = dict(zip(roles, made, strict=True))
    assert place.relay() == []
    drill.ask("waiting")


def not_in_the_backup(drill):
    """What happens afterwards."""
    place = drill.place
    assert place.relay() == []
    for kind in ("new", "new_stop", "new_erase"):
        drill.ask(kind)
    assert place.relay() == []
    for kind in ("stop", "stop_late", "new_stop", "undo"):
        drill.each(kind, drill.stop)
    assert place.relay() == []  # the sheet shows what was withdrawn
    drill.each("undo", drill.undo)
    for kind in ("erase", "new_erase"):
        drill.each(kind, drill.erase)
    drill.each("lock", drill.lock)
    drill.each("correct", drill.correct)
    by = StaffAction(COMMAND_LINE, "test", place.clock())
    place.do(
        [
            lambda session: end_account(session, drill.member(session, "ended"), by=by),
            lambda session: change_role(
                session, drill.member(session, "lowered"), Role.AUDITOR, by=by
            ),
        ]
    )
    assert place.relay() == []
    for ref in drill.refs["edit"] + drill.refs["new"]:
        place.write(ref, "Status", "No answer")
        place.write(ref, "Notes", f"Rang {ref}")
    assert place.relay() == []


def restore_mode_keeps_still_and_says_so(place, before, mails):
    """No mail, no row; a form is taken, and everybody who looks is told."""
    with place.client() as browser:
        stuck = place.relay()
        answer = browser.submit("/", email="meanwhile@example.com", agree_news="y")
        ready = browser.http.get("/readyz")
    place.relay()

    assert answer.status == 200
    assert any("intake restore" in sentence for sentence in stuck), stuck
    assert place.rows() == before, "nothing is written to the sheet"
    assert place.mails() == mails, "no mail goes out"
    assert ready.status_code == 200
    assert "intake restore" in ready.get_json()["restore"]
    verified = place.run("consent", "verify")
    assert verified.exit_code == 1
    assert "intake restore" in verified.output
    assert "FAIL  restore" in place.run("doctor").output


def what_is_lost_is_listed_and_nothing_is_changed(place, before):
    """By reference and number, without a name."""
    listed = place.run("restore")

    assert listed.exit_code == 0, listed.output
    assert f"{2 * MANY} erasures" in listed.output
    assert f"{2 * MANY} rows of lost requests" in listed.output
    assert f"{MANY} rows that would be delivered a second time" in listed.output
    assert "2 changes of accounts" in listed.output
    assert place.rows() == before
    assert "Nothing was changed" in listed.output


def nothing_of_a_no_is_lost(drill, session, after):
    """Withdrawals, erasures, locks and corrections, also of requests that the backup did not
    have.
    """
    for ref in drill.all("stop", "stop_late", "new_stop"):
        lead = drill.lead(session, ref)
        assert set(stands(session, lead).values()) == {Decision.WITHDRAWN}
        assert after[ref]["Email consent"] == "None; withdrawn: Reminders, Care plans, News"
        assert not lead.email_hash or suppressed(session, lead) == ALL
    kept = {
        one.address_hash
        for one in session.scalars(select(Suppression).where(Suppression.lifted_at.is_(None)))
    }
    for at in range(MANY):
        assert address_hash(drill.key, f"new_stop{at}@example.com") in kept, (
            "though the request has no address any more"
        )
    for ref in drill.all("erase"):
        lead = drill.lead(session, ref)
        assert lead.erased_at
        assert (lead.name, lead.phone, lead.email) == ("", "", None)
    assert all(drill.lead(session, ref).restricted_at for ref in drill.all("lock"))
    assert all(drill.lead(session, ref).email is None for ref in drill.all("correct")), (
        "the former one is not mailed"
    )
    assert not [ref for ref in drill.all("erase", "new_erase", "lock") if ref in after], (
        "they are not in the sheet"
    )


def what_was_given_again_stands(drill, session, after):
    """A replay does not end it."""
    for ref in drill.all("undo"):
        lead = drill.lead(session, ref)
        assert set(stands(session, lead).values()) == {Decision.GIVEN}
        assert not suppressed(session, lead)
        assert after[ref]["Email consent"] == "Reminders, Care plans, News"


def what_was_lost_is_taken_up(drill, session, after):
    """As requests to be called, with what staff wrote, that agree to nothing."""
    for ref in drill.all("new"):
        lead, row = drill.lead(session, ref), session.get_one(QueueRow, drill.lead(session, ref).id)
        assert stands(session, lead) == {}
        assert (lead.name, row.status, row.notes) == (
            after[ref]["Name"],
            Status.NO_ANSWER,
            f"Rang {ref}",
        )
        assert after[ref]["Email consent"] == "None"


def staff_stand_as_they_stood(drill, session):
    """Who was shut out stays out."""
    members = {name: drill.member(session, name) for name in drill.staff}
    assert (members["owner"].active, members["ended"].active) == (True, False)
    assert members["lowered"].role is Role.AUDITOR


def nothing_is_there_twice(drill, before, after):
    """The sheet says what it said, once; and who asked meanwhile stands there, too."""
    rows = drill.place.rows()
    assert max(Counter(row["Ref"] for row in rows).values()) == 1
    told = {row["Ref"]: row for row in before}
    assert set(told) <= set(after)
    assert len(after) == len(before) + 1
    for ref in drill.all("edit", "stop", "stop_late", "waiting", "undo"):
        assert after[ref] == told[ref]
    # What was agreed to is lost with its evidence; a withdrawal is not
    for ref in drill.all("new", "new_stop"):
        assert {**after[ref], "Email consent": ""} == {**told[ref], "Email consent": ""}
