"""Accounts: made, changed, ended; the last owner stays; each change stands in the access log."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from intake.models import AccessLogEntry, Role, StaffPasskey
from intake.staff.accounts import (
    NotChanged,
    StaffAction,
    account_of,
    add_account,
    change_role,
    end_account,
    end_of,
    reopen_account,
    reset_account,
)
from intake.staff.actor import COMMAND_LINE
from intake.staff.first_owner import EMAIL, first_link
from intake.staff.invite import accept, invited
from intake.staff.second_factor import use_recovery_code, use_step
from intake.staff.sessions import begin, standing
from tests.conftest import NOON
from tests.factories import staff

BY = StaffAction(COMMAND_LINE, "test", NOON)
PASSKEY = {
    "credential_id": b"id",
    "public_key": b"key",
    "backup_state": False,
    "device_type": "single_device",
    "lastuse_datetime": NOON,
    "name": "Desk",
    "usage": "first",
}


def add(session, email="Ana@Clinic.example", role=Role.AUDITOR, **more):
    return add_account(session, "riverside", email=email, name="Ana", role=role, by=BY, **more)


def changes(session):
    return list(session.scalars(select(AccessLogEntry.what).order_by(AccessLogEntry.id)))


def test_an_account_begins_with_a_link_and_no_password(session):
    member, token = add(session)

    assert (member.email, member.password, member.role) == (
        "ana@clinic.example",
        None,
        Role.AUDITOR,
    )
    assert token not in str(vars(member))
    assert invited(session, token, now=NOON) is member
    assert accept(session, token, "hash", now=NOON) is member
    assert accept(session, token, "hash of somebody else", now=NOON) is None
    assert member.password == "hash"


def test_an_address_has_one_account(session):
    add(session)

    with pytest.raises(NotChanged, match="already"):
        add(session, email="ANA@clinic.example")
    with pytest.raises(NotChanged, match="no email address"):
        add(session, email="ana")


def test_every_change_stands_in_the_access_log_without_a_name(session, clinic):
    member, _ = add(session)
    staff(session, Role.OWNER)

    change_role(session, member, Role.OWNER, by=BY)
    change_role(session, member, Role.OWNER, by=BY)
    end_account(session, member, by=BY)
    reopen_account(session, member, by=BY)
    reset_account(session, member, by=BY)
    reset_account(session, member, by=BY, second_factor=True)

    number = f"account {member.id}"
    assert [what for what in changes(session) if what.startswith(number)] == [
        f"{number}: made, auditor",
        f"{number}: auditor to owner",
        f"{number}: ended",
        f"{number}: opened again",
        f"{number}: new link",
        f"{number}: new link, second factor taken back",
    ]


def test_the_last_owner_stays(session):
    last, gone, late = (staff(session, Role.OWNER) for _ in range(3))
    staff(session, Role.OWNER, password=None)  # has a link, and was never here
    end_account(session, gone, by=BY)
    late.until = NOON

    with pytest.raises(NotChanged, match="last owner"):
        end_account(session, last, by=BY)
    with pytest.raises(NotChanged, match="last owner"):
        change_role(session, last, Role.ADMIN, by=BY)
    assert (last.active, last.role) == (True, Role.OWNER)


def test_a_new_link_ends_every_session_and_keeps_the_second_factor(session):
    member = staff(session, Role.ADMIN, password="hash", mf_recovery_codes=["kept"])
    member.webauthn.append(StaffPasskey(**PASSKEY))
    session.flush()
    key, half_way = (
        begin(session, member, browser="Firefox", network="", now=NOON),
        member.fs_uniquifier,
    )

    reset_account(session, member, by=BY)

    assert standing(session, key, now=NOON) is None
    assert (member.password, member.tf_primary_method, member.mf_recovery_codes) == (
        None,
        "authenticator",
        ["kept"],
    )
    assert len(member.webauthn) == 1
    assert member.fs_uniquifier != half_way

    reset_account(session, member, by=BY, second_factor=True)

    assert (member.tf_primary_method, member.mf_recovery_codes, member.webauthn) == (None, None, [])


def test_a_session_without_a_second_factor_is_none(session):
    member = staff(session, Role.ADMIN, tf_primary_method=None)
    key = begin(session, member, browser="Firefox", network="", now=NOON)

    assert standing(session, key, now=NOON) is None


def test_a_visit_ends_with_its_last_day(clinic):
    assert end_of(date(2026, 11, 23), clinic.time_zone) - NOON == timedelta(hours=12)


def test_a_code_is_used_by_one_of_two_who_have_it(session):
    member = staff(session, Role.ADMIN, mf_recovery_codes=["a", "b"])

    assert [use_step(session, member.id, step) for step in (7, 7, 6, 8)] == [
        True,
        False,
        False,
        True,
    ]
    assert [use_recovery_code(session, member.id, code) for code in ("a", "a", "c")] == [
        True,
        False,
        False,
    ]
    assert member.mf_recovery_codes == ["b"]


def test_the_demonstration_makes_one_owner_and_links_until_somebody_came_in(session):
    first = first_link(session, "riverside", by=BY)
    again = first_link(session, "riverside", by=BY)
    owner = account_of(session, "riverside", EMAIL)
    assert invited(session, first, now=NOON) is None
    assert invited(session, again, now=NOON) is owner

    accept(session, again, "hash", now=NOON)

    assert first_link(session, "riverside", by=BY) is None
