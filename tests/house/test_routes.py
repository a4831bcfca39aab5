"""The law of the addresses."""

import logging

from sqlalchemy import func, select

from intake.consent.token import THIS_ADDRESS, token_of
from intake.db import Base
from intake.models import Lead

PLACED = {
    # Everything here is open to anybody; an address that is not in this list fails the test until
    # it is placed.
    "callback.form",
    "callback.submit",
    "callback.confirmation",
    "callback.colours",
    "operations.alive",
    "static",
    "lost_link.form",
    "lost_link.send",
    "privacy.page",
    # These are open to whoever has the token in the address, and to nobody else.
    "consent.page",
    "consent.one_click",
    "consent.choices",
    "consent.receipt_json",
    "consent.receipt_kantara",
    "consent.confirm",
    "consent.confirmed",
}


OF_THE_DESK = "/admin/"
"""Addresses below this one are held against every role by tests/staff/test_roles.py."""


def rows(database):
    with database.reading() as session:
        return {
            name: session.execute(select(func.count()).select_from(table)).scalar()
            for name, table in Base.metadata.tables.items()
        }


def test_every_address_is_placed(client):
    assert {
        rule.endpoint
        for rule in client.app.url_map.iter_rules()
        if not rule.rule.startswith(OF_THE_DESK)
    } == PLACED


def test_looking_changes_nothing(client, page_database, clinic):
    confirmed = client.submit(
        agree_news="y", email="ana@example.com", follow=False
    ).response.location
    consent = str(client.get(confirmed).soup.select_one("a[href^='/consent/']")["href"])
    with page_database.reading() as session:
        code = token_of(session.scalars(select(Lead.salt)).one(), THIS_ADDRESS)
    filled = {
        "/requests/<token>": confirmed,
        "/consent/<token>": consent,
        "<code>": code,
        "<path:filename>": "app.css",
    }
    before = rows(page_database)

    for rule in client.app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.rule.startswith(OF_THE_DESK):
            path = rule.rule
            for blank, value in filled.items():
                path = path.replace(blank, value)
            for method in ("get", "head", "options"):
                with getattr(client.http, method)(path) as response:
                    assert response.status_code == 200

    assert rows(page_database) == before


def test_nothing_personal_is_logged(client, caplog):
    caplog.set_level(logging.DEBUG)
    client.submit(
        name="Zuzanna Secret", phone="416 555 0199", agree_news="y", email="zuzanna@example.com"
    )
    client.submit(name="Zuzanna Secret", phone="12", email="zuzanna@")
    client.post("/", {"stamp": "x", "name": "Zuzanna Secret", "phone": "416 555 0199"})
    client.get("/requests/zuzanna")
    client.get("/consent/zuzanna")
    client.post("/consent/", {"contact": "zuzanna@example.com"})
    client.post("/consent/", {"contact": "zuzanna@"})

    said = str([(record.getMessage(), vars(record)) for record in caplog.records])
    for personal in ("Zuzanna Secret", "555 0199", "5550199", "zuzanna@"):
        assert personal not in said
