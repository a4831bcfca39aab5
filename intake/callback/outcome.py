"""A request on its way into the database, and what becomes of it there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from intake.callback.draft import Draft
from intake.callback.earlier_requests import BURST
from intake.consent.former_agreements import Earlier
from intake.limits import Limit


@dataclass(frozen=True)
class Taken:
    """The request is stored; it may be one that was stored before."""

    lead_id: int
    token: str


@dataclass(frozen=True)
class LimitReached:
    """Nothing was stored, because this limit is used up."""

    limit: Limit


Outcome = Taken | LimitReached


@dataclass
class PendingSubmission:
    """A draft on its way into the database, with what was found out about it there."""

    draft: Draft
    earlier: Earlier = field(default_factory=dict)
    """What the person agreed to before."""
    no_mail: str = ""
    """Why it is not acknowledged by mail."""
    counts: Mapping[Limit, int] = field(default_factory=dict)
    """How often what it counts towards was asked for within its span, this time included."""
    lead_id: int = 0
    outcome: Outcome | None = None

    @property
    def prolongs_burst(self) -> bool:
        """Whether those who come after it in the same transaction count it towards a burst."""
        return self.draft.lead.hold_reason in {None, BURST}
