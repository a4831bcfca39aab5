"""Publishing the words of consent by somebody: what they have read and nothing else, on record as
theirs.

The ledger's record of a statement says what was published and when. Who did it stands in the access
log, whose lines are records of the ledger too, written in the same transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from intake.config import Clinic, ConfigError
from intake.consent.publishing import changes, digest_of, is_published, publish
from intake.models import Act, ConsentStatement
from intake.staff.access_log import note
from intake.staff.actor import Actor

WHAT = "consent words"


class NotWhatWasRead(ConfigError):
    """What would be published is something else than the person has read."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was published: what is published, or what the clinic file says, has changed "
            "since you read it. Read what would change now."
        )


def publish_words(
    session: Session, clinic: Clinic, who: Actor, *, read: str, endpoint: str, now: datetime
) -> list[ConsentStatement] | None:
    """Publish the changes that *who* has read (by the digest of them) and return what was added;
    None for nothing.

    An empty list: the words are unchanged, and how this release's form shows them is stored now.
    Raises `NotWhatWasRead` when the clinic file or what is published has changed since, and what
    `publish` raises.
    """
    if is_published(session, clinic):
        return None
    if digest_of(changes(session, clinic)) != read:
        raise NotWhatWasRead
    added = publish(session, clinic, now=now)
    what = f"{WHAT}: {versions_in_words(added) or 'how the form shows them'}"
    note(session, who, Act.PUBLISHED, what, clinic=clinic.key, endpoint=endpoint, now=now)
    return added


def versions_in_words(added: Sequence[ConsentStatement]) -> str:
    """Such as "care version 2, news version 5": each version is of both languages."""
    return ", ".join(dict.fromkeys(f"{one.purpose} version {one.version}" for one in added))
