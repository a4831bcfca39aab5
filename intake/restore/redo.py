"""Do again what the database has lost: withdrawals, invalidations, locks, corrections and erasures,
from the copy.

Whatever is found twice is done once: each rule leaves alone what stands already, so that a replay
that was interrupted can be begun anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.consent.change_address import change_address
from intake.consent.fold import FORMER_ADDRESS
from intake.consent.person_consent import consent_of
from intake.consent.record import Manner, Said, record_all
from intake.consent.request_record import RecordReason, bind
from intake.consent.suppression import suppress_address
from intake.consent.withdraw import withdraw
from intake.ledger.kept_acts import KeptAct, KeptActKind
from intake.models import Channel, Decision, Lead, Purpose
from intake.privacy.correct import FIELDS, correct, value_of
from intake.privacy.erase import Ground, erase
from intake.privacy.find import NotDone
from intake.privacy.restrict import restrict
from intake.sheet.queue.reading import SeenRow
from intake.staff.actor import COMMAND_LINE

FROM_COPY = Manner("restored", "none", "none", "system", "system", "")
REASON = "done again after the database was put back from a backup"
ENDPOINT = "intake restore"
TURNS = frozenset({KeptActKind.WITHDRAWN, KeptActKind.AGREED_AGAIN, KeptActKind.LIFTED})
OF_SHEET = ("name", "phone", "email")
"""What can be read from the sheet after it was corrected there and the correction was lost."""


@dataclass
class Redo:
    """Does acts again in one transaction; `told` collects what a person must see to."""

    session: Session
    clinic: Clinic
    address_key: bytes
    now: datetime
    rows: Mapping[str, SeenRow]
    """The rows that the sheet shows, by reference, where it was read."""
    told: list[str] = field(default_factory=list)

    def all(self, copy: Iterable[KeptAct], lost: Sequence[KeptAct]) -> None:
        """Do the *lost* acts again; the whole *copy* tells which of them were taken back since.

        Erasures come last: nothing can be recorded of a person afterwards.
        """
        last = last_acts(copy)
        for act in (one for one in lost if one.kind is not KeptActKind.ERASED):
            self._one(act, last)
        for act in (one for one in lost if one.kind is KeptActKind.ERASED):
            self._erase(act)

    def _one(self, act: KeptAct, last: Mapping[tuple[str, str], KeptAct]) -> None:
        if act.kind is KeptActKind.WITHDRAWN:
            for purpose in map(Purpose, act.purposes):
                self._withdraw(act, purpose, last[_key(act, purpose)].kind)
        elif act.kind is KeptActKind.INVALIDATED and act.detail != FORMER_ADDRESS:
            self._invalidate(act)
        elif act.kind is KeptActKind.CORRECTED:
            self._correct(act)
        elif act.kind is KeptActKind.RESTRICTED and last[_key(act)].kind is KeptActKind.RESTRICTED:
            self._restrict(act)

    def _withdraw(self, act: KeptAct, purpose: Purpose, now_stands: KeptActKind) -> None:
        """End it, unless the person agreed again since; then at most their address has to be
        confirmed first.
        """
        if now_stands is KeptActKind.LIFTED:
            return
        if act.address:
            suppress_address(
                self.session, act.clinic, act.address, purpose, since=act.at, now=self.now
            )
        lead = self._lead(act)
        if lead and now_stands is KeptActKind.WITHDRAWN:
            withdraw(
                self.session,
                lead,
                {purpose},
                FROM_COPY,
                clinic=self.clinic,
                address_key=self.address_key,
                now=self.now,
                received_at=min(act.at, self.now),
                reason=REASON,
            )
            self.session.flush()

    def _invalidate(self, act: KeptAct) -> None:
        lead = self._lead(act)
        if lead is None:
            return
        consent = consent_of(self.session, lead)
        stands = [consent.stands.get((Purpose(purpose), Channel.EMAIL)) for purpose in act.purposes]
        words = [consent.words_of(one) for one in stands if one and one.is_given]
        wrong = [Said(one, Decision.INVALIDATED, FROM_COPY) for one in words]
        record_all(self.session, lead, wrong, now=self.now, reason=REASON)

    def _correct(self, act: KeptAct) -> None:
        """Take over what the sheet shows. Without it, an address that was corrected is at least not
        mailed.
        """
        lead = self._lead(act)
        if lead is None:
            return
        name = next((key for key, title in FIELDS.items() if title.lower() == act.detail), "")
        shown = (
            self.rows[act.ref].values.get(name, "")
            if act.ref in self.rows and name in OF_SHEET
            else ""
        )
        typed = str(shown)
        try:
            if not typed or typed == value_of(lead, name):
                raise NotDone
            correct(
                self.session,
                lead,
                name,
                typed,
                COMMAND_LINE,
                reason=REASON,
                address_key=self.address_key,
                endpoint=ENDPOINT,
                now=self.now,
            )
        except NotDone:
            if name == "email" and lead.email:
                change_address(
                    self.session,
                    lead,
                    None,
                    address_key=self.address_key,
                    now=self.now,
                    reason=REASON,
                )
                bind(self.session, lead, RecordReason.CORRECTED, now=self.now)
            self.told.append(
                f"{act.ref}: the {act.detail} was corrected on {act.at:%Y-%m-%d}; correct it again."
            )

    def _restrict(self, act: KeptAct) -> None:
        lead = self._lead(act)
        if lead and not lead.restricted_at:
            restrict(
                self.session, lead, COMMAND_LINE, reason=REASON, endpoint=ENDPOINT, now=self.now
            )

    def _erase(self, act: KeptAct) -> None:
        lead = self._named(act.ref)
        if lead:
            ground = Ground.RETENTION if act.detail == "system" else Ground.ASKED
            erase(self.session, lead, COMMAND_LINE, ground=ground, endpoint=ENDPOINT, now=self.now)
            self.session.flush()

    def _lead(self, act: KeptAct) -> Lead | None:
        """Return the request of *act*; where that one is lost, the newest one with its address."""
        lead = self._named(act.ref)
        if lead is None and act.address:
            same = (Lead.clinic == act.clinic, Lead.email_hash == act.address)
            lead = self.session.scalars(
                select(Lead).where(*same).order_by(Lead.id.desc()).limit(1)
            ).first()
        return lead if lead and not lead.erased_at else None

    def _named(self, ref: str) -> Lead | None:
        return self.session.scalars(
            select(Lead).where(Lead.ref == ref, Lead.clinic == self.clinic.key)
        ).first()


def last_acts(copy: Iterable[KeptAct]) -> dict[tuple[str, str], KeptAct]:
    """Return the last act on each purpose of each person, and on the lock of each request."""
    last: dict[tuple[str, str], KeptAct] = {}
    for act in sorted(copy, key=lambda act: (act.at, not act.allows)):
        if act.kind in TURNS:
            last |= {_key(act, purpose): act for purpose in act.purposes}
        elif act.kind in {KeptActKind.RESTRICTED, KeptActKind.RELEASED}:
            last[_key(act)] = act
    return last


def _key(act: KeptAct, purpose: str = "") -> tuple[str, str]:
    return ((act.address or act.ref) if purpose else act.ref, purpose)


def is_agreed_again(last: Mapping[tuple[str, str], KeptAct], lead: Lead, purpose: Purpose) -> bool:
    """Return whether the last that the copy knows of *purpose* is that *lead*'s person agreed
    again.
    """
    act = last.get((lead.email_hash or lead.ref, purpose))
    return act is not None and act.kind is not KeptActKind.WITHDRAWN
