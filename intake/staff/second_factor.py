"""Each code works once: a code of the app by its step in time, a recovery code by being taken off
the list.
"""

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from intake.models import StaffMember


def use_step(session: Session, staff_id: int, step: int) -> bool:
    """Use up the 30-second *step* that a code was for; False when it, or a later one, was used (RFC
    6238 s. 5.2).
    """
    won = session.execute(
        update(StaffMember)
        .where(StaffMember.id == staff_id)
        .where(or_(StaffMember.totp_used_at.is_(None), StaffMember.totp_used_at < step))
        .values(totp_used_at=step)
        .returning(StaffMember.id)
    ).first()
    return won is not None


def use_recovery_code(session: Session, staff_id: int, kept: str) -> bool:
    """Take the code that is *kept* so off the account's list; False when it does not stand there
    any more.
    """
    member = session.scalars(
        select(StaffMember).where(StaffMember.id == staff_id).with_for_update()
    ).one()
    codes = member.mf_recovery_codes or []
    if kept not in codes:
        return False
    member.mf_recovery_codes = [code for code in codes if code != kept]
    return True


def has_second_factor(member: StaffMember) -> bool:
    """Return whether the account has what it takes beside the password; a passkey comes on top of
    it.
    """
    return member.tf_primary_method is not None
