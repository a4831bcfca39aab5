"""Under which circumstances something was expressed: coarse enough for evidence, too coarse to
follow anybody by.
"""

import re
from functools import lru_cache

from ua_parser import parse_user_agent

from intake.consent.record import Circumstances
from intake.contacts import coarse_network, network_hash

LONGEST = (
    400  # characters of a browser's own description that are looked at; honest ones have about 150
)
FAMILY = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .+/-]{0,39}")


def circumstances_of(address: str | None, user_agent: str, key: bytes) -> Circumstances:
    """Return the circumstances of a request from *address* whose browser describes itself as
    *user_agent*, which is not stored.

    *key* is the installation's (`Settings.address_key`): the full address stays comparable without
    being readable.
    """
    return Circumstances(
        network=coarse_network(address or ""),
        network_hash=network_hash(key, address or ""),
        browser=browser_family(user_agent),
    )


@lru_cache(1024)
def browser_family(user_agent: str) -> str:
    """ "Firefox", "Mobile Safari" …; "" for what is not known. The version is left out: it would
    tell people apart.
    """
    found = parse_user_agent(user_agent[:LONGEST])
    # Some patterns take the family from the description itself, where anything may stand.
    return found.family if found and FAMILY.fullmatch(found.family) else ""
