"""What the doctor says of settings that ask for something and give no way to it."""

import pytest

from intake.config import Settings
from intake.operations.checks import check_anchors


@pytest.mark.parametrize(
    ("anchors", "named"),
    [
        (("file",), []),
        (("sheet", "file"), ["INTAKE_SPREADSHEET_ID"]),
        (("mail", "sheet"), ["INTAKE_SMTP_URL", "INTAKE_SPREADSHEET_ID"]),
    ],
)
def test_a_place_for_checkpoints_that_no_setting_leads_to_is_a_warning(clinic, anchors, named):
    wanted = clinic.model_copy(
        update={"ledger": clinic.ledger.model_copy(update={"anchors": anchors})}
    )

    found = list(check_anchors(Settings(), wanted))

    assert [finding.sentence.rpartition("set ")[2] for finding in found] == named
    assert all(finding.is_warning for finding in found)


def test_places_that_can_be_reached_are_no_warning(clinic, tmp_path):
    settings = Settings(
        google_credentials=tmp_path,
        spreadsheet_id="x",
        smtp_url="smtp://localhost",
        public_url="https://call.example.com",
    )

    assert list(check_anchors(settings, clinic)) == []
