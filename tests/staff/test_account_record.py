"""Whose name and address stand behind a number in the access log is bound, too."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from intake.models import LedgerEntry, Role, StaffMember
from intake.staff.accounts import StaffAction, add_account, change_role, end_account, reopen_account
from intake.staff.actor import COMMAND_LINE
from intake.staff.reconcile import reconcile_accesses
from tests.conftest import NOON
from tests.ledger.administrator import as_administrator

BY = StaffAction(COMMAND_LINE, "test", NOON)


@pytest.fixture
def owner(session):
    """An owner, and an auditor whose visit ends."""
    member, _ = add_account(
        session, "riverside", email="Olu@clinic.example", name="Olu Ade", role=Role.OWNER, by=BY
    )
    add_account(
        session,
        "riverside",
        email="eve@clinic.example",
        name="Eve",
        role=Role.AUDITOR,
        by=BY,
        until=NOON + timedelta(days=3),
    )
    session.commit()
    return member


def wrong(session):
    session.expire_all()
    return list(reconcile_accesses(session))


def test_an_account_is_bound_without_its_name_and_address(session, owner):
    record = json.loads(
        session.scalars(select(LedgerEntry.canonical).where(LedgerEntry.kind == "account")).first()
    )

    assert (record["account"], record["role"], record["active"]) == (owner.id, "owner", "yes")
    assert record["person"].keys() == {"email", "name"}
    assert "lu" not in json.dumps(record["person"])
    assert wrong(session) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Eve"),
        ("email", "mallory@clinic.example"),
        ("name", ""),
        ("role", "auditor"),
        ("active", False),
        ("clinic", "another"),
        ("until", NOON),
        ("salt", b"0" * 32),
    ],
)
def test_whoever_alters_an_account_is_found_out(session, owner, database, field, value):
    number = owner.id
    session.rollback()
    with as_administrator(database) as connection:
        connection.execute(
            update(StaffMember).where(StaffMember.id == number).values({field: value})
        )

    found = wrong(session)
    assert any(f"account {number}: " in sentence for sentence in found), found
    assert "Olu" not in " ".join(found)


def test_every_change_is_bound(session, owner):
    number = owner.id
    add_account(
        session, "riverside", email="two@clinic.example", name="Two", role=Role.OWNER, by=BY
    )
    session.execute(update(StaffMember).values(password="x"))
    session.expire_all()
    for change in (
        lambda member: change_role(session, member, Role.ADMIN, by=BY),
        lambda member: end_account(session, member, by=BY),
        lambda member: reopen_account(session, member, by=BY, until=NOON + timedelta(days=1)),
    ):
        change(session.get_one(StaffMember, number))
        session.commit()
        assert wrong(session) == []


def test_an_account_from_outside_and_one_that_is_gone_are_told(session, owner, database):
    number = owner.id
    session.rollback()
    with as_administrator(database) as connection:
        connection.execute(delete(StaffMember).where(StaffMember.id == number))
        connection.execute(
            insert(StaffMember).values(
                id=99,
                clinic="riverside",
                email="mallory@clinic.example",
                name="Mallory",
                role=Role.OWNER,
                active=True,
                created_at=NOON,
                fs_uniquifier="x",
            )
        )

    found = wrong(session)
    assert "account 99: was never recorded in the ledger" in found
    assert f"account {number}: was recorded in the ledger, but its row is gone" in found
