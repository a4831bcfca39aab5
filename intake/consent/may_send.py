"""May this message go out to this person, and on which ground? One pure function, which says no
when in doubt.

Canada's anti-spam law (CASL) asks for consent to whatever encourages business, and lets a
withdrawal outweigh every other ground. A live call or a voicemail is no concern of it (s. 6(8)); an
answer to a request is exempt (SOR/2013-221 s. 3(b)); a request for a call is an inquiry, from which
consent is implied for six months (s. 10(9)(a), (10)(e)). Plans of care by ordinary email need the
patient's own agreement (Ontario's privacy commissioner), and an address that is verified, because a
mistyped one is somebody else's (s. 1(5)); so does promotion.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from intake.consent.fold import ConsentState, Standings
from intake.models import Basis, Channel, Purpose

INQUIRY = relativedelta(months=6)
NEEDS_VERIFIED = frozenset({Purpose.CARE, Purpose.NEWS})
"""Purposes whose mails go to a verified address only."""
NOT_ALLOWED = "Not allowed: "
"""How the reason of a mail begins that must not go out: by law, by the person's will, or by a
limit.
"""


class MessageClass(StrEnum):
    """What kind of message it is; one that has a second purpose belongs to the stricter class (CASL
    s. 1(2)).
    """

    CALLBACK = "callback"
    VOICEMAIL = "voicemail"
    ACKNOWLEDGEMENT = "acknowledgement"
    LINK = "link"
    APPOINTMENT = "appointment"
    CARE = "care"
    PROMOTION = "promotion"


@dataclass(frozen=True, kw_only=True)
class ConsentFacts:
    """What the ruling looks at. Nothing has a default: whoever asks has to know (`consent.facts`
    does).
    """

    standings: Standings
    suppressed: frozenset[Purpose]
    """Purposes for which the address is on the suppression list; all of them where that cannot be
    looked up.
    """
    inquired_on: date | None
    """The clinic's day of the person's last request."""
    email_known: bool
    address_verified: bool
    stopped_since_request: bool
    """The person stopped all emails after that request."""
    number_is_wrong: bool
    do_not_call: bool
    voicemail_ok: bool
    is_booked: bool
    """An appointment was agreed on."""


@dataclass(frozen=True)
class Ruling:
    """Whether it may go out, and the clause or the consent that this rests on, in words."""

    allowed: bool
    ground: str
    consent_event_id: int | None = None


def may_send(message: MessageClass, facts: ConsentFacts, *, on: date) -> Ruling:
    """Return the ruling for *message* on the clinic's day *on*."""
    return RULES[message](facts, on)


def is_within_inquiry(inquired_on: date | None, on: date) -> bool:
    """Return whether the inquiry lies within the six months immediately before the day *on* (CASL
    s. 10(10)(e)).

    Counted back from *on*, which is not part of it; where the sixth month has no such day, its last
    day is in (Interpretation Act, R.S.C. 1985, c. I-21, s. 28).
    """
    return inquired_on is not None and on - INQUIRY <= inquired_on < on


def _callback(facts: ConsentFacts, _: date) -> Ruling:
    if facts.do_not_call:
        return _no("the person asked not to be called")
    if facts.number_is_wrong:
        return _no("the number was wrong")
    if facts.inquired_on is None:
        return _no("nobody asked for a call")
    return _yes("a live call that was asked for: outside CASL (s. 6(8)(a))")


def _voicemail(facts: ConsentFacts, on: date) -> Ruling:
    call = _callback(facts, on)
    if not call.allowed:
        return call
    if not facts.voicemail_ok:
        return _no("the person did not allow a voicemail")
    return _yes("a voicemail that was allowed: outside CASL (s. 6(8)(c))")


def _acknowledgement(facts: ConsentFacts, _: date) -> Ruling:
    if not facts.email_known:
        return NO_ADDRESS
    if facts.inquired_on is None:
        return _no("there is no request to answer")
    if facts.stopped_since_request:
        return _no("the person stopped all emails after the request")
    return _yes("exempt: it only answers the person's request (SOR/2013-221 s. 3(b))")


def _link(facts: ConsentFacts, _: date) -> Ruling:
    if not facts.email_known:
        return NO_ADDRESS
    return _yes(
        "exempt: the link was asked for, to look at or withdraw consent (SOR/2013-221 s. 3(b))"
    )


def _appointment(facts: ConsentFacts, on: date) -> Ruling:
    standing = facts.standings.get((Purpose.REMINDERS, Channel.EMAIL))
    decided = _by_own_decision(Purpose.REMINDERS, standing, facts)
    if decided:
        return decided
    if standing and is_within_inquiry(facts.inquired_on, on):
        return _implied(standing)
    if facts.is_booked:
        return _yes(
            "exempt from consent: it only confirms an appointment that was agreed on (CASL "
            "s. 6(6)(b))"
        )
    return _no("nothing was agreed to and no appointment is known")


def _care(facts: ConsentFacts, _: date) -> Ruling:
    standing = facts.standings.get((Purpose.CARE, Channel.EMAIL))
    decided = _by_own_decision(Purpose.CARE, standing, facts)
    return decided or _no("plans of care by email need the person's express consent")


def _promotion(facts: ConsentFacts, on: date) -> Ruling:
    standing = facts.standings.get((Purpose.NEWS, Channel.EMAIL))
    decided = _by_own_decision(Purpose.NEWS, standing, facts)
    if decided:
        return decided
    if not facts.address_verified:
        return UNVERIFIED
    if not is_within_inquiry(facts.inquired_on, on):
        return _no(
            "no express consent, and the last inquiry is not within the six months before "
            "(CASL s. 10(10)(e))"
        )
    return _implied(standing)


def _by_own_decision(
    purpose: Purpose, standing: ConsentState | None, facts: ConsentFacts
) -> Ruling | None:
    """Return the ruling where the person decided: a no outweighs every other ground. None where
    nothing was said expressly.
    """
    if not facts.email_known:
        return NO_ADDRESS
    if standing and not standing.is_given:
        return _no(f"{standing.decision} on {standing.since:%Y-%m-%d}")
    if purpose in facts.suppressed:
        return _no("the address is on the suppression list")
    if standing is None or standing.basis is not Basis.EXPRESS:
        return None
    if purpose in NEEDS_VERIFIED and not standing.verified:
        return UNVERIFIED
    return _yes(f"express consent of {standing.since:%Y-%m-%d} (CASL s. 10(1))", standing.event)


def _implied(standing: ConsentState | None) -> Ruling:
    return _yes(
        "implied by the inquiry, for six months (CASL s. 10(9)(a), (10)(e))",
        standing.event if standing else None,
    )


def _yes(ground: str, consent_event_id: int | None = None) -> Ruling:
    return Ruling(True, ground, consent_event_id)


def _no(reason: str) -> Ruling:
    return Ruling(False, reason)


NO_ADDRESS = _no("no address is known")
UNVERIFIED = _no("the address is not verified")
RULES: dict[MessageClass, Callable[[ConsentFacts, date], Ruling]] = {
    MessageClass.CALLBACK: _callback,
    MessageClass.VOICEMAIL: _voicemail,
    MessageClass.ACKNOWLEDGEMENT: _acknowledgement,
    MessageClass.LINK: _link,
    MessageClass.APPOINTMENT: _appointment,
    MessageClass.CARE: _care,
    MessageClass.PROMOTION: _promotion,
}
