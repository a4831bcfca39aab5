"""The rooms of the admin's desk, as whoever is there may enter them."""

from dataclasses import dataclass

from flask import current_app, request, url_for

from intake.staff.actor import Actor
from intake.staff.guard import access_of

ROOMS = (
    ("Overview", "figures.page"),
    ("Queue", "queue.page"),
    ("Consents", "consents.page"),
    ("Words", "words.page"),
    ("Ledger", "ledger.page"),
    ("Pipeline", "pipeline.page"),
    ("Privacy", "privacy_desk.page"),
    ("Access log", "access.page"),
    ("Staff", "staff.page"),
)
"""Titles and endpoints, in the order of the navigation."""
PARTS = {"erasure": "privacy_desk", "retention": "privacy_desk", "breaches": "privacy_desk"}
"""Pages of a room that have a blueprint of their own."""


@dataclass(frozen=True)
class Room:
    """A link of the navigation."""

    title: str
    address: str
    is_here: bool


def rooms_of(person: Actor | None) -> list[Room]:
    """Return the rooms that *person* may enter, in order."""
    open_to = [
        (title, endpoint)
        for title, endpoint in ROOMS
        if person and endpoint in current_app.view_functions and _lets_in(endpoint, person)
    ]
    return [Room(title, url_for(endpoint), _is_in(endpoint)) for title, endpoint in open_to]


def _lets_in(endpoint: str, person: Actor) -> bool:
    access = access_of(endpoint)
    return access is not None and person.role in access.roles


def _is_in(endpoint: str) -> bool:
    room = endpoint.partition(".")[0]
    return request.blueprint is not None and PARTS.get(request.blueprint, request.blueprint) == room
