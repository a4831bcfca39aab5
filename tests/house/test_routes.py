"""The law of the addresses."""

import logging

from sqlalchemy import func, select

from intake.db import Base

PLACED = {
    # Everything here is open to anybody; an address that is not in this list fails the test until it is placed.
    "callback.form", "callback.submit", "callback.confirmation", "callback.colours", "operations.alive",
    "operations.ready", "static",
}  # fmt: skip


def rows(database):
    with database.reading() as session:
        return {name: session.execute(select(func.count()).select_from(table)).scalar()
                for name, table in Base.metadata.tables.items()}  # fmt: skip


def test_every_address_is_placed(client):
    assert {rule.endpoint for rule in client.app.url_map.iter_rules()} == PLACED


def test_looking_changes_nothing(client, page_database):
    confirmed = client.submit(agree_news="y", email="ana@example.com", follow=False).response.location
    before = rows(page_database)

    for rule in client.app.url_map.iter_rules():
        if "GET" in rule.methods:
            path = (
                confirmed
                if rule.endpoint == "callback.confirmation"
                else rule.rule.replace("<path:filename>", "app.css")
            )
            for method in ("get", "head", "options"):
                with getattr(client.http, method)(path) as response:
                    assert response.status_code == 200

    assert rows(page_database) == before


def test_nothing_personal_is_logged(client, caplog):
    caplog.set_level(logging.DEBUG)
    client.submit(name="Zuzanna Secret", phone="416 555 0199", agree_news="y", email="zuzanna@example.com")
    client.submit(name="Zuzanna Secret", phone="12", email="zuzanna@")
    client.post("/", {"stamp": "x", "name": "Zuzanna Secret", "phone": "416 555 0199"})
    client.get("/requests/zuzanna")

    said = str([(record.getMessage(), vars(record)) for record in caplog.records])
    for personal in ("Zuzanna Secret", "0199", "zuzanna@"):
        assert personal not in said
