"""What the doctor says of mail."""

from datetime import timedelta

import pytest

from intake.config import Settings
from intake.mail.deliver import MailDelivery, settle_without_server
from intake.mail.errors import EmailNeedsStaff, EmailRefused, NotNow
from intake.operations.mail import check_mail
from tests.conftest import NOON
from tests.factories import Factory

PUBLIC_URL = "https://callback.example.com"
WITH_MAIL = Settings(smtp_url="smtp://localhost", public_url=PUBLIC_URL)


class Unwilling:
    """A mailbox that raises what it is given."""

    def __init__(self, error):
        self.error = error

    def send(self, _):
        raise self.error


@pytest.fixture
def asked(database, clinic):
    """Two requests with an address."""
    with database.writing() as session:
        for email in ("ana@example.com", "ben@example.com"):
            Factory(session, clinic)(email=email)


def step(database, clinic, error):
    MailDelivery(database, Unwilling(error), clinic, PUBLIC_URL).step(NOON)


def test_all_is_well_where_nothing_stands_in_the_way(database, clinic, asked):
    assert check_mail(WITH_MAIL, database, clinic, now=NOON).line == "ok    mail: 2 waiting"


def test_what_waits_and_why_is_told(database, clinic, asked):
    step(
        database,
        clinic,
        NotNow("mail.example.com:587 does not take it for now (450 4.2.0); we try again."),
    )

    said = check_mail(WITH_MAIL, database, clinic, now=NOON)

    assert said.is_warning
    assert (
        said.sentence
        == "2 waiting. mail.example.com:587 does not take it for now (450 4.2.0); we try again."
    )


def test_what_was_not_sent_is_counted_for_a_week(database, clinic, asked):
    step(database, clinic, EmailRefused("mail.example.com:587 refused it for good (550 5.1.1)."))

    said = check_mail(WITH_MAIL, database, clinic, now=NOON + timedelta(days=6))
    assert said.is_warning
    assert said.sentence == (
        "1 waiting. 1 not sent within 7 days, the last because: mail.example.com:587 "
        "refused it for good (550 5.1.1)."
    )
    later = check_mail(WITH_MAIL, database, clinic, now=NOON + timedelta(days=8))
    assert later.line == "ok    mail: 1 waiting"


def test_without_a_server_it_is_said_what_does_not_happen(database, clinic, asked):
    told = clinic.model_copy(
        update={"operations": clinic.operations.model_copy(update={"email": "ops@example.com"})}
    )
    settle_without_server(database, clinic, NOON + timedelta(days=2))

    said = check_mail(Settings(), database, told, now=NOON + timedelta(days=2))

    assert said.is_warning
    assert said.sentence == (
        "no mail server is configured, so no acknowledgement and no alert is sent; set "
        "INTAKE_SMTP_URL. 2 not sent within 7 days, the last because: No mail server was "
        "configured; set INTAKE_SMTP_URL."
    )


def test_what_the_law_or_the_person_forbids_is_no_fault_of_ours(database, clinic):
    with database.writing() as session:
        Factory(session, clinic)(email="ana@example.com").email = None
    step(database, clinic, EmailNeedsStaff("never asked"))

    assert (
        check_mail(WITH_MAIL, database, clinic, now=NOON).line == "ok    mail: nothing is waiting"
    )
