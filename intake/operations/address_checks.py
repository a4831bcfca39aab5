"""Do suppressions still match? They are hashes under a key that is not in the database."""

from intake.config import Settings
from intake.consent.address_key import OtherKey, is_same_key
from intake.db import Database
from intake.operations.finding import Finding, failure, fine, warning

SUBJECT = "addresses"


def check_address_key(settings: Settings, database: Database) -> Finding:
    """Return whether the installation's key is the one under which the database's addresses were
    hashed.
    """
    with database.reading() as session:
        is_same = is_same_key(session, settings.address_key())
    if is_same is None:
        return warning(SUBJECT, "the key of their hashes is not noted yet; run “intake db upgrade”")
    if not is_same:
        return failure(SUBJECT, str(OtherKey()))
    return fine(SUBJECT, "hashed under the key of this installation")
