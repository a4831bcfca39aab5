"""The rule of the patient's door: take requests for a call, several in one transaction where
several wait.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import chain
from operator import itemgetter

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from intake.callback.abuse import sign_of_machine
from intake.callback.draft import Draft, draft
from intake.callback.earlier_requests import SAME_WITHIN, within
from intake.callback.history import History, history_query
from intake.callback.mail_share import why_no_mail
from intake.callback.outcome import LimitReached, Outcome, PendingSubmission, Taken
from intake.callback.sameness import answers_of, meaning
from intake.callback.store import write
from intake.config import Clinic
from intake.consent.events import ticked
from intake.consent.former_agreements import agreements_of
from intake.db import unindexed
from intake.limits import REQUESTS, STAMP, AskedTooOften, Counting, require, uncount
from intake.models import Lead
from intake.rows import UNLESS_THERE, inserts
from intake.sql import execute, execute_each

CANDIDATES = 10
"""Earlier requests for a number that are looked at, to find the same one."""


def submit_together(
    session: Session, drafts: Sequence[Draft], *, clinic: Clinic, address_key: bytes
) -> Sequence[Outcome]:
    """Store each request, its answers on consent and its outbox entries, or find the lead that it
    made before.

    A double click or a reload sends the same nonce and the same answers and so meets the first
    lead. After "back" a browser may have fetched a new form (a POST empties its cache of that
    address), so the same answers within `SAME_WITHIN` count as the same request too. A correction
    made after "back" is a new request, because ignoring it would lose what the patient typed. What
    is the same is judged by `sameness`.

    By its manner a request may look like a machine's: it is stored and confirmed, and waits for
    staff to look at it.
    """
    arrivals = [PendingSubmission(one) for one in drafts]
    for some in _apart(arrivals):
        _store(session, some, clinic, address_key)
    return [arrival.outcome for arrival in arrivals if arrival.outcome]


def _apart(arrivals: Sequence[PendingSubmission]) -> Iterator[list[PendingSubmission]]:
    """In portions in which nobody's number, address or form occurs twice: what comes second must
    find the first.
    """
    portions: list[tuple[list[PendingSubmission], set[object]]] = []
    for arrival in arrivals:
        lead = arrival.draft.lead
        whose = {lead.phone, lead.submission, lead.email_hash or lead.submission}
        last = max((at for at, (_, seen) in enumerate(portions) if seen & whose), default=-1)
        if last + 1 == len(portions):
            portions.append(([], set()))
        portion, seen = portions[last + 1]
        portion.append(arrival)
        seen |= whose
    return (portion for portion, _ in portions)


def _store(
    session: Session, arrivals: Sequence[PendingSubmission], clinic: Clinic, address_key: bytes
) -> None:
    now = max(arrival.draft.submission.now for arrival in arrivals)
    history = _history(session.connection(), arrivals, clinic, now)
    new = [one for one in arrivals if not _is_same(session, one, history, address_key)]
    new = _looked_at(session, new, history)
    _uncount(session, [arrival for arrival in arrivals if arrival.outcome])
    _read_agreements(session, new, history, clinic, address_key)
    new = _with_leads(session, new, clinic, address_key)
    write(session, new, history)


def _history(
    connection: Connection, arrivals: Sequence[PendingSubmission], clinic: Clinic, now: datetime
) -> History:
    """Count the requests, and return what came before them."""
    drafts = [arrival.draft for arrival in arrivals]
    counting = Counting([drawn.counted for drawn in drafts], now=now)
    before = history_query(
        [drawn.lead for drawn in drafts], clinic.key, connection.dialect, now=now
    )
    found, *counted = execute_each(connection, [before, *counting.statements(connection.dialect)])
    for arrival, counts in zip(arrivals, counting.read(chain.from_iterable(counted)), strict=True):
        arrival.counts = counts
    return History(found)


def _is_same(
    session: Session, arrival: PendingSubmission, history: History, address_key: bytes
) -> bool:
    """Return whether the same answers came for this number just now."""
    if not history.asked_lately(arrival.draft.lead.phone):
        return False
    found = _asked_just_now(session, arrival.draft, address_key)
    if found:
        arrival.outcome = Taken(found.id, found.token)
    return found is not None


def _asked_just_now(session: Session, asked: Draft, address_key: bytes) -> Lead | None:
    recent = session.scalars(
        select(Lead)
        .where(unindexed(Lead.clinic) == asked.lead.clinic, Lead.phone == asked.lead.phone)
        .where(within(Lead.received_at, SAME_WITHIN, asked.submission.now))
        .order_by(Lead.id.desc())
        .limit(CANDIDATES)
    )
    return next((lead for lead in recent if _is_same_as(session, asked, lead, address_key)), None)


def _is_same_as(session: Session, asked: Draft, lead: Lead, address_key: bytes) -> bool:
    """Return whether *lead* was made with these answers. The form itself, sent again, is met by
    `_with_leads` in any case.
    """
    return meaning(answers_of(lead, ticked(session, lead)), address_key) == asked.answers


def _looked_at(
    session: Session, arrivals: Sequence[PendingSubmission], history: History
) -> list[PendingSubmission]:
    """Hold back the requests that look like a machine's, and return those that no limit refuses."""
    taken: list[PendingSubmission] = []
    for arrival in arrivals:
        submission, lead = arrival.draft.submission, arrival.draft.lead
        try:
            require(arrival.counts, REQUESTS, STAMP)
        except AskedTooOften as refused:
            arrival.outcome = _made_before(session, lead.submission) or LimitReached(refused.limit)
            continue
        came = history.of(lead.phone, lead.email_hash).after(
            sum(one.prolongs_burst for one in taken)
        )
        if submission.manner:
            lead.hold_reason = sign_of_machine(submission.manner, came, now=submission.now)
        if lead.email_hash:
            arrival.no_mail = why_no_mail(arrival.counts, came.mails)
        taken.append(arrival)
    return taken


def _read_agreements(
    session: Session,
    arrivals: Sequence[PendingSubmission],
    history: History,
    clinic: Clinic,
    address_key: bytes,
) -> None:
    """Agreeing again is recorded as what it is. A person's history is read only where there is
    one.
    """
    addresses = {arrival.draft.lead.email_hash for arrival in arrivals}
    known = {address for address in addresses if address and history.knows(address)}
    agreements = agreements_of(session, clinic.key, known) if known else {}
    for arrival in arrivals:
        if earlier := agreements.get(arrival.draft.lead.email_hash or ""):
            arrival.earlier = earlier
            _draw_again(arrival, clinic, address_key)


def _draw_again(arrival: PendingSubmission, clinic: Clinic, address_key: bytes) -> None:
    former = arrival.draft
    arrival.draft = draft(
        former.submission, clinic=clinic, address_key=address_key, earlier=arrival.earlier
    )
    arrival.draft.lead.hold_reason = former.lead.hold_reason


def _uncount(session: Session, arrivals: Collection[PendingSubmission]) -> None:
    """A repeat of a request that was made before, or what was refused, does not count."""
    uncount(session, (counted for arrival in arrivals for counted in arrival.draft.counted))


def _with_leads(
    session: Session, arrivals: Sequence[PendingSubmission], clinic: Clinic, address_key: bytes
) -> list[PendingSubmission]:
    """Insert the leads, and return those that are new; the others are the second half of a double
    click.
    """
    connection = session.connection()
    wanting, new, repeats = list(arrivals), list[PendingSubmission](), list[PendingSubmission]()
    while wanting:
        # In one order everywhere: then two groups with the halves of two double clicks never wait
        # for each other
        rows = sorted(
            (vars(arrival.draft.lead) for arrival in wanting), key=itemgetter("submission")
        )
        insert = inserts(
            connection.dialect, Lead, rows, returning=["submission", "id"], on_conflict=UNLESS_THERE
        )
        found = execute(connection, *insert)
        ids = {bytes(digest): lead_id for digest, lead_id in found}
        left = []
        for arrival in wanting:
            digest = arrival.draft.lead.submission
            if digest in ids:
                arrival.lead_id = ids[digest]
                arrival.outcome = Taken(arrival.lead_id, arrival.draft.lead.token)
                new.append(arrival)
            elif first := _made_before(session, digest):
                arrival.outcome = first
                repeats.append(arrival)
            else:  # the reference is taken: one of 148 million, drawn at random
                _draw_again(arrival, clinic, address_key)
                left.append(arrival)
        wanting = left
    _uncount(session, repeats)
    return new


def _made_before(session: Session, submission: bytes) -> Taken | None:
    found = session.execute(
        select(Lead.id, Lead.token).where(Lead.submission == submission)
    ).first()
    return Taken(*found) if found else None
