"""Checkpoints reach the auditor's own mailbox, whole enough to be checked against."""

from datetime import timedelta

import pytest

from intake.config import ConfigError, load_clinic
from intake.ledger.anchoring import Anchoring, notes_in
from intake.ledger.audit import audit
from intake.ledger.keys import known_keys
from intake.ledger.sealed import last_checkpoint
from intake.ledger.sealing import Sealing
from intake.mail.anchors import AuditorsMail
from tests.conftest import NOON, ROOT

HOUR = timedelta(hours=1)


@pytest.fixture
def audited(clinic):
    ledger = clinic.ledger.model_copy(update={"auditor_email": "auditor@example.com", "anchors": ("mail",)})
    return clinic.model_copy(update={"ledger": ledger})


def test_the_note_can_be_taken_out_of_the_mail_and_finds_a_log_that_was_cut_short(
    database, smtp, host, audited, add_lead, tmp_path
):
    add_lead()
    Sealing(database, tmp_path, "test/log").step(NOON)

    Anchoring(database, {"mail": AuditorsMail(smtp, audited).put}, HOUR).step(NOON)

    (taken,) = host.taken
    assert taken.recipients == ["auditor@example.com"]
    assert "Ana" not in taken.text + taken.html
    with database.reading() as session:
        note = last_checkpoint(session).note
        kept = notes_in(taken.text[taken.text.index("test/log") :])[0]
        assert kept == note
        assert audit(session, known_keys(tmp_path), [kept]).wrong == []
    assert note.splitlines()[-1] in taken.html.replace("&#43;", "+")


def test_a_mail_server_that_is_away_keeps_the_checkpoint_for_later(database, smtp, host, audited, add_lead, tmp_path):
    add_lead()
    Sealing(database, tmp_path, "test/log").step(NOON)
    anchoring = Anchoring(database, {"mail": AuditorsMail(smtp, audited).put}, HOUR)
    host.answers["DATA"] = "451 later"

    anchoring.step(NOON)
    assert host.taken == []
    host.answers.clear()
    anchoring.step(NOON + timedelta(minutes=1))

    assert len(host.taken) == 1


def test_a_clinic_file_that_wants_mail_names_the_auditor(tmp_path):
    path = tmp_path / "clinic.toml"
    path.write_text((ROOT / "clinic.toml").read_text().replace('anchors = ["sheet", "file"]', 'anchors = ["mail"]'))

    with pytest.raises(ConfigError, match="auditor_email"):
        load_clinic(path)
