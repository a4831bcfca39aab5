"""Where a press on one of our pages came from, as coarse as evidence allows."""

from flask import request

from intake.consent.record import Circumstances
from intake.contacts import coarse_network, network_hash
from intake.web import house

FAMILIES = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))


def circumstances() -> Circumstances:
    """Of the request that is being answered."""
    address = request.remote_addr or ""
    hashed = network_hash(house().settings.address_key(), address) if address else ""
    return Circumstances(coarse_network(address), hashed, browser_family(request.user_agent.string))


def browser_family(user_agent: str) -> str:
    """The family alone: a full user agent tells one person from another."""
    return next((family for mark, family in FAMILIES if mark in user_agent), "other" if user_agent else "")
