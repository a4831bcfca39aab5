"""Checkpoints reach the auditor's own mailbox, whole enough to be checked against."""

from datetime import timedelta

import pytest

from intake.config import ConfigError, load_clinic
from intake.consent.record import Manner
from intake.consent.withdraw import withdraw
from intake.ledger.anchoring import Anchoring
from intake.ledger.audit import audit
from intake.ledger.kept_checkpoints import numbered
from intake.ledger.kept_notes import notes_in
from intake.ledger.keys import known_keys
from intake.ledger.sealed import last_checkpoint
from intake.ledger.sealing import Sealing
from intake.mail.anchors import AuditorsMail
from intake.models import Lead, Purpose
from intake.privacy.erase import Ground, erase
from intake.staff.actor import COMMAND_LINE
from tests.conftest import NOON, ROOT
from tests.factories import ADDRESS_KEY

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BUTTON = Manner("button", "button", "none", "page", "patient", "/consent")


@pytest.fixture
def audited(clinic):
    ledger = clinic.ledger.model_copy(
        update={"auditor_email": "auditor@example.com", "anchors": ("mail",)}
    )
    return clinic.model_copy(update={"ledger": ledger})


def test_the_note_can_be_taken_out_of_the_mail_and_finds_a_log_that_was_cut_short(
    database, smtp, host, audited, add_lead, tmp_path
):
    add_lead()
    Sealing(database, tmp_path, "test/log").step(NOON)

    Anchoring(database, tmp_path, {"mail": AuditorsMail(smtp, audited).place}).step(NOON)

    (taken,) = host.taken
    assert taken.recipients == ["auditor@example.com"]
    assert "Ana" not in taken.text + taken.html
    with database.reading() as session:
        note = last_checkpoint(session).note
        kept = notes_in(taken.text[taken.text.index("test/log") :])[0]
        assert kept == note
        assert audit(session, known_keys(tmp_path), numbered([kept])).wrong == []
    assert note.splitlines()[-1] in taken.html.replace("&#43;", "+")


def test_a_mail_server_that_is_away_keeps_the_checkpoint_for_later(
    database, smtp, host, audited, add_lead, tmp_path
):
    add_lead()
    Sealing(database, tmp_path, "test/log").step(NOON)
    anchoring = Anchoring(database, tmp_path, {"mail": AuditorsMail(smtp, audited).place})
    host.answers["DATA"] = "451 later"

    anchoring.step(NOON)
    assert host.taken == []
    host.answers.clear()
    anchoring.step(NOON + timedelta(minutes=1))

    assert len(host.taken) == 1


def test_a_clinic_file_that_wants_mail_names_the_auditor(tmp_path):
    path = tmp_path / "clinic.toml"
    path.write_text(
        (ROOT / "clinic.toml")
        .read_text()
        .replace('anchors = ["sheet", "file"]', 'anchors = ["mail"]')
    )

    with pytest.raises(ConfigError, match="auditor_email"):
        load_clinic(path)


@pytest.mark.parametrize("act", ["withdrawal", "erasure"])
def test_a_withdrawal_and_an_erasure_are_mailed_at_once_and_all_else_each_day(
    database, smtp, host, audited, add_lead, tmp_path, act
):
    anchoring = Anchoring(database, tmp_path, {"mail": AuditorsMail(smtp, audited).place})

    def sent(after: timedelta) -> int:
        Sealing(database, tmp_path, "test/log").step(NOON + after)
        anchoring.step(NOON + after)
        return len(host.taken)

    lead = add_lead(agreed_to={Purpose.NEWS})
    assert sent(MINUTE) == 1
    add_lead(email="bo@example.com")
    assert sent(2 * MINUTE) == 1, "a request waits for its day"
    with database.writing() as session:
        lead = session.get_one(Lead, lead.id)
        if act == "withdrawal":
            withdraw(
                session,
                lead,
                {Purpose.NEWS},
                BUTTON,
                clinic=audited,
                address_key=ADDRESS_KEY,
                now=NOON,
            )
        else:
            erase(
                session, lead, COMMAND_LINE, ground=Ground.ASKED, endpoint="privacy erase", now=NOON
            )
    assert sent(3 * MINUTE) == 2
    assert sent(4 * MINUTE) == 2, "nothing is new"
    add_lead(email="cy@example.com")
    assert sent(5 * MINUTE) == 2
    assert sent(3 * MINUTE + 24 * HOUR) == 3
