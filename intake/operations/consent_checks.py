"""Is consent asked for as it should be?"""

from intake.config import Clinic
from intake.consent.publishing import changes, is_published
from intake.consent.requirements import Unpublishable
from intake.consent.statements import count_statements
from intake.consent.wording import basis_of
from intake.db import Database
from intake.models import Basis
from intake.operations.finding import Finding, failure, fine, warning


def check_consent(database: Database, clinic: Clinic) -> Finding:
    """Return whether the words that forms show are published and are today's."""
    with database.reading() as session:
        published, current = count_statements(session, clinic.key), is_published(session, clinic)
        try:
            changed = bool(changes(session, clinic))
        except Unpublishable as error:
            return failure("consent", str(error))
    if not published:
        return failure(
            "consent",
            "no statement is published, so forms ask for none; run “intake consent publish”",
        )
    if changed:
        return warning(
            "consent",
            "the clinic file's words differ from the published ones; run “intake consent publish”",
        )
    if not current:
        return warning(
            "consent", "it is not stored how forms show the words now; run “intake consent publish”"
        )
    return fine("consent", "the published statements are current")


def check_way_of_asking(clinic: Clinic) -> Finding:
    """Return whether agreement is a positive act of the person for each purpose."""
    if basis_of(clinic) is Basis.IMPLIED:
        return warning(
            "way of asking",
            "consent.mode is “by_submitting”, which is weak: one act stands for every "
            "purpose and for the request "
            "itself, and nobody ticks anything, which is no express consent (CRTC "
            "2012-548, 2012-549). Such records "
            'are kept apart and counted as implied only; set consent.mode to "boxes"',
        )
    return fine("way of asking", "an unticked box for each purpose")
