"""Closed and open sets of words, and how they are kept: as text, the same on both engines."""

from enum import StrEnum

from sqlalchemy import Enum


class Purpose(StrEnum):
    """What a person can agree to receive by email, each by itself (CASL s. 10(1)(a))."""

    REMINDERS = "reminders"
    CARE = "care"
    NEWS = "news"


class Channel(StrEnum):
    """The means of contact; an agreement to email says nothing about text messages (CASL s.
    1(1)).
    """

    EMAIL = "email"


class Decision(StrEnum):
    """What happened to an agreement. A box left empty is an answer too: REFUSED.

    The whole vocabulary stands here from the first migration: a check constraint holds it, and an
    append-only table is not rebuilt to widen one. GIVEN, REFUSED and WITHDRAWN are in use.
    """

    SHOWN = "shown"
    GIVEN = "given"
    REFUSED = "refused"
    RENEWED = "renewed"
    WITHDRAWN = "withdrawn"
    VERIFIED = "verified"
    SUPERSEDED = "superseded"
    INVALIDATED = "invalidated"
    EXPORTED = "exported"
    ERASED = "erased"


class Basis(StrEnum):
    """How strong an agreement is. Implied ones are kept apart and never counted as express (CASL s.
    10(1), (9)).
    """

    EXPRESS = "express"
    IMPLIED = "implied"


class Status(StrEnum):
    """Where a request stands at the front desk; the value is what the sheet shows."""

    NEW = "New"
    CLAIMED = "Claimed"
    NO_ANSWER = "No answer"
    LEFT_VOICEMAIL = "Left voicemail"
    CALL_BACK_LATER = "Call back later"
    REACHED = "Reached"
    BOOKED = "Booked"
    NOT_INTERESTED = "Not interested"
    WRONG_NUMBER = "Wrong number"
    DO_NOT_CALL = "Do not call"
    DUPLICATE = "Duplicate"
    SPAM = "Spam"


class Topic(StrEnum):
    """What an outbox entry asks for."""

    QUEUE_ROW = "queue_row"
    ACKNOWLEDGEMENT = "acknowledgement"
    """Mail: we have your request, what was agreed to, how to withdraw."""
    LINK = "link"
    """Mail: the way to a person's own consent page, for whoever lost it."""
    REMOVE_ROW = "remove_row"
    """Take the lead's row out of the sheet: it is restricted, erased, or closed since long."""

    @property
    def is_email(self) -> bool:
        """Whether it asks for an email, as every topic does that is not the sheet's."""
        return self not in {Topic.QUEUE_ROW, Topic.REMOVE_ROW}


class Role(StrEnum):
    """What somebody of the clinic may do at the admin's desk; each person has one."""

    FRONT_DESK = "front_desk"
    """The queue, and nothing else."""
    AUDITOR = "auditor"
    """Reads everything under pseudonyms, and a person's data with a reason; changes nothing."""
    ADMIN = "admin"
    """Does everything that a patient can ask of the clinic."""
    OWNER = "owner"
    """An admin who also says who comes in."""


class Act(StrEnum):
    """What somebody did with a person's data, for the access log (PHIPA s. 10.1)."""

    SIGNED_IN = "signed in"
    LISTED = "listed"
    SEARCHED = "searched"
    VIEWED = "viewed"
    REVEALED = "revealed"
    EXPORTED = "exported"
    CORRECTED = "corrected"
    RESTRICTED = "restricted"
    OPENED = "opened"
    """Looked into a restricted record, with a reason."""
    RELEASED = "released"
    ERASED = "erased"
    RETAINED = "retention"
    """The retention rule was run."""
    PUBLISHED = "published"
    """The words in which consent is asked for."""
    CHANGED = "changed"
    """Anything else that was changed: a call, a withdrawal taken by phone, a role."""


def closed(kind: type[StrEnum], name: str) -> Enum:
    """Return a closed set as text with a check constraint: readable in the database, the same on
    both engines.
    """
    values = [member.value for member in kind]
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda _: values,
    )


def growing(kind: type[StrEnum]) -> Enum:
    """Return a set that grows with the house: text without a constraint."""
    values = [member.value for member in kind]
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda _: values,
    )
