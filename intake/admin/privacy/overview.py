"""What the privacy room's first page lists: locked records and erasures, by reference."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.models import Erasure, Lead
from intake.privacy.certificate import recent_erasures
from intake.privacy.scrub import is_scrub_due

MOST = 200


@dataclass(frozen=True)
class PrivacyOverview:
    """The lists, and whether the database's files still have to be rewritten."""

    restricted: Sequence[Lead]
    erasures: Sequence[Erasure]
    is_scrub_due: bool


def overview(session: Session, clinic: Clinic) -> PrivacyOverview:
    """Locked last first, erased last first."""
    locked = session.scalars(
        select(Lead)
        .where(Lead.clinic == clinic.key, Lead.restricted_at.is_not(None), Lead.erased_at.is_(None))
        .order_by(Lead.restricted_at.desc())
        .limit(MOST)
    ).all()
    return PrivacyOverview(locked, recent_erasures(session, clinic), is_scrub_due(session))
