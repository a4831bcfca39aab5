"""Who may come in, as owners see it: each state of an account in words, and what an account may
be.
"""

from datetime import timedelta

import pytest

from intake.admin.staff.members import colleagues
from intake.models import Role
from intake.staff.accounts import end_of
from intake.staff.invite import LASTS, invite
from tests.conftest import NOON
from tests.factories import staff

SECOND = timedelta(seconds=1)


def state(session, clinic, member, *, now=NOON):
    return next(
        one.state
        for one in colleagues(session, clinic.key, 0, zone=clinic.time_zone, now=now)
        if one.number == member.id
    )


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ({}, "may come in"),
        ({"active": False}, "ended"),
        ({"until": NOON - SECOND}, "ended"),
        ({"password": None}, "the link has run out; make a new one"),
        ({"tf_primary_method": None}, "second factor not set up; make a new link"),
        ({"active": False, "tf_primary_method": None}, "ended"),
    ],
)
def test_the_state_of_an_account_is_said_in_words(session, clinic, account, said):
    assert state(session, clinic, staff(session, **account)) == said


def test_a_link_is_said_to_wait_until_it_was_used_or_ran_out(session, clinic):
    new = staff(session, password=None, tf_primary_method=None)
    invite(new, now=NOON)

    assert state(session, clinic, new) == "has a link, not used yet"
    assert state(session, clinic, new, now=NOON + LASTS - SECOND) == "has a link, not used yet"
    assert state(session, clinic, new, now=NOON + LASTS) == "the link has run out; make a new one"
    new.password, new.invite_sha256 = "set", None
    assert state(session, clinic, new) == "second factor not set up"


@pytest.mark.parametrize("day", ["2026-11-23", "2026-12-24", "2027-03-14"])
def test_a_visit_is_told_by_its_last_day_on_the_clinics_calendar(session, clinic, day):
    last = (NOON.fromisoformat(day)).date()

    assert (
        state(session, clinic, staff(session, until=end_of(last, clinic.time_zone)))
        == f"may come in until {day}"
    )


def test_the_list_is_by_name_of_ones_own_clinic_and_knows_who_looks(session, clinic):
    zoe, ana = staff(session, name="Zoe"), staff(session, Role.OWNER, name="Ana")
    staff(session, name="Ben", clinic="elsewhere")

    listed = colleagues(session, clinic.key, ana.id, zone=clinic.time_zone, now=NOON)

    seen = [(one.name, one.role_words, one.is_this) for one in listed]
    assert seen == [("Ana", "owner", True), ("Zoe", "admin", False)]
    assert [one.number for one in listed] == [ana.id, zoe.id]


def test_a_last_day_is_a_day_and_a_role_is_one_that_there_is(client):
    client.sign_in(Role.OWNER)
    person = {"name": "Bo", "email": "bo@clinic.example", "role": "auditor"}

    for day in ("soon", "9999-12-31"):
        refused = client.send("/admin/staff", person | {"until": day}, to="/admin/staff/add")
        assert (refused.status, refused.errors().keys()) == (422, {"until"}), day
    refused = client.send("/admin/staff", person | {"role": "king"}, to="/admin/staff/add")
    assert (refused.status, refused.errors().keys()) == (422, {"role"})
    assert refused.value("email") == "bo@clinic.example", "nothing typed is lost"
    assert "bo@clinic.example" not in client.get("/admin/staff").text


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.AUDITOR, Role.ADMIN])
def test_nobody_but_an_owner_sees_or_makes_accounts(client, role):
    client.sign_in(role)
    token = client.get("/admin/account").value("csrf_token")
    person = {"csrf_token": token, "name": "Bo", "email": "bo@clinic.example", "role": "owner"}

    assert client.get("/admin/staff").status == 403
    assert client.post("/admin/staff/add", person).status == 403
