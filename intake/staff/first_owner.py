"""The account that a demonstration begins with. Anywhere else `intake staff add` makes the first
one.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import Role, StaffMember
from intake.staff.accounts import StaffAction, add_account
from intake.staff.invite import invite

EMAIL = "owner@clinic.example"


def first_link(session: Session, clinic: str, *, by: StaffAction) -> str | None:
    """Return the token of a link for the demonstration's owner, who is made where nobody is; None
    once somebody came in.
    """
    members = session.scalars(select(StaffMember).where(StaffMember.clinic == clinic)).all()
    if not members:
        return add_account(session, clinic, email=EMAIL, name="Demo owner", role=Role.OWNER, by=by)[
            1
        ]
    waits = len(members) == 1 and members[0].email == EMAIL and members[0].password is None
    return invite(members[0], now=by.now) if waits else None
