"""An alarm about the consent log reaches the auditor and the owners, each day again until it is
over.
"""

from datetime import timedelta

import pytest

from intake.ledger.alarm import GLANCE, end, sound
from intake.mail.log_alarms import LogAlarms
from intake.models import Role
from tests.conftest import NOON
from tests.factories import staff

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SAID = "the first 6 entries of the log are not those that were signed. Run “intake consent verify”"


@pytest.fixture
def alarms(database, smtp, clinic, tmp_path):
    """An auditor in the clinic file; accounts of every role, one that was closed and one whose
    visit is over.
    """
    with database.writing() as session:
        for role in Role:
            staff(session, role, email=f"{role}@clinic.example")
        staff(session, Role.OWNER, email="gone@clinic.example", active=False)
        staff(session, Role.AUDITOR, email="over@clinic.example", until=NOON - DAY)
        staff(session, Role.OWNER, email="elsewhere@clinic.example", clinic="another")
    ledger = clinic.ledger.model_copy(update={"auditor_email": "auditor@example.com"})
    return LogAlarms(database, smtp, clinic.model_copy(update={"ledger": ledger}), tmp_path)


def told(host):
    return sorted(address for taken in host.taken for address in taken.recipients)


def test_the_auditor_and_the_owners_hear_what_was_found_and_what_to_do(alarms, host, tmp_path):
    sound(tmp_path, GLANCE, SAID, now=NOON)

    alarms.step(NOON + MINUTE)

    assert told(host) == ["auditor@clinic.example", "auditor@example.com", "owner@clinic.example"]
    assert all(SAID in " ".join(taken.text.split()) for taken in host.taken)
    assert "the consent log is not the one that was signed" in host.taken[0].message["Subject"]


def test_it_is_told_once_a_day_until_it_is_over(alarms, host, tmp_path):
    sound(tmp_path, GLANCE, SAID, now=NOON)
    for minutes in (1, 2, 60):
        alarms.step(NOON + minutes * MINUTE)
    assert len(host.taken) == 3

    alarms.step(NOON + DAY + 2 * MINUTE)
    assert len(host.taken) == 6
    end(tmp_path, GLANCE)
    alarms.step(NOON + 3 * DAY)
    assert len(host.taken) == 6


def test_what_is_over_at_the_next_look_alarms_nobody(alarms, host, tmp_path):
    sound(tmp_path, GLANCE, SAID, now=NOON)

    alarms.step(NOON)

    assert host.taken == []


def test_a_mail_server_that_is_away_is_asked_again(alarms, host, tmp_path):
    sound(tmp_path, GLANCE, SAID, now=NOON)
    host.answers["DATA"] = "451 later"
    assert alarms.step(NOON + MINUTE).problem
    host.answers.clear()

    alarms.step(NOON + 2 * MINUTE)

    assert len(told(host)) == 3
