"""Under which circumstances something was expressed: coarse enough for evidence, too coarse to follow anybody by."""

from intake.consent.record import Circumstances
from intake.contacts import coarse_network, network_hash

FAMILIES = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))


def circumstances_of(address: str | None, user_agent: str, key: bytes) -> Circumstances:
    """Of a request from *address* whose browser describes itself as *user_agent*, which is kept nowhere.

    *key* is the installation's (`Settings.address_key`): the full address stays comparable without being readable.
    """
    return Circumstances(
        network=coarse_network(address or ""),
        network_hash=network_hash(key, address) if address else "",
        browser=next((family for mark, family in FAMILIES if mark in user_agent), ""),
    )
