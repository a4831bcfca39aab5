"""Which of the withdrawals in the log ended something.

Whoever stops all emails says no to everything, also to what they had refused, and that is recorded
as a withdrawal, because it outweighs whatever could be implied later. A withdrawal is recorded
again, too, when a request gets another address (`consent.leave`). Both are evidence. But nobody
agreed there and changed their mind, and the days that lie between the first withdrawal and its copy
are no time that it took to take effect.
"""

from intake.consent.fold import NOTHING_STOOD, ConsentState
from intake.consent.record import Manner
from intake.models import ConsentEvent, Decision

CARRIED = Manner("carried over", "none", "none", "staff", "system", "")
"""How what was refused or withdrawn goes along to another address, or stays with other requests of
the former one.
"""
WAS_SAID = (ConsentEvent.decision == Decision.WITHDRAWN, ConsentEvent.method != CARRIED.method)
"""Selects events in which the person said to stop; that had to be heeded in time whatever was in
force before.
"""
ENDED_SOMETHING = (*WAS_SAID, ConsentEvent.default_state.not_in(NOTHING_STOOD))
"""Selects withdrawals that ended an agreement, express or implied."""


def state_before(standing: ConsentState | None, otherwise: str) -> str:
    """Return what a control said before it was pressed: a no that stood already, else what it says
    anyway.
    """
    return standing.decision if standing and not standing.is_given else otherwise
