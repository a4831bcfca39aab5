"""Whether a request is acknowledged by mail: its share of the mails that one address may get in a
day.

Anybody can type a stranger's address into the form. So that the form floods no mailbox, an address
gets five acknowledgements a day. So that strangers do not use up the five before the owner comes,
one network and one form get no more than three of them, and the first mail that a network asks for
goes out beyond the five. Whoever has twenty networks has twenty mails to one address a day and no
more.
"""

from collections.abc import Mapping

from intake.consent.may_send import NOT_ALLOWED
from intake.limits import (
    MAIL_BY_NETWORK,
    MAIL_BY_STAMP,
    MOST_A_DAY,
    MOST_FIRST_A_DAY,
    Limit,
    LimitKey,
)


def mail_counts(secret: bytes, email_hash: str, network: str, nonce: str) -> list[LimitKey]:
    """Return what an acknowledgement counts towards; a *network* that is not known ("") has no
    count.
    """
    by_network = [LimitKey.of(MAIL_BY_NETWORK, secret, email_hash, network)] if network else []
    return [*by_network, LimitKey.of(MAIL_BY_STAMP, secret, email_hash, nonce)]


def why_no_mail(counts: Mapping[Limit, int], mails: int) -> str:
    """Return why a request is not acknowledged to an address that has *mails* today, or "" where it
    is.
    """
    if counts.get(MAIL_BY_NETWORK, 0) > MAIL_BY_NETWORK.times:
        return (
            f"{NOT_ALLOWED}{MAIL_BY_NETWORK.times} mails a day to this address may be asked "
            "for from one network"
        )
    if counts[MAIL_BY_STAMP] > MAIL_BY_STAMP.times:
        return (
            f"{NOT_ALLOWED}{MAIL_BY_STAMP.times} mails a day to this address may be asked for "
            "with one form"
        )
    is_first = counts.get(MAIL_BY_NETWORK) == 1 and counts[MAIL_BY_STAMP] == 1
    most = MOST_FIRST_A_DAY if is_first else MOST_A_DAY
    return f"{NOT_ALLOWED}{most} mails went to this address within a day" if mails >= most else ""
