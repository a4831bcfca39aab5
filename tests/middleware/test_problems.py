"""What a patient sees when the store fails: never a fault, nothing lost, and what to do."""

from functools import partial

import pytest
from sqlalchemy import func, select

from intake.db import Database
from intake.models import Lead
from tests.outages import full, locked, read_only

TYPED = {
    "name": 'Zoë "Z" <O’Neil>',
    "phone": "416 555 0123",
    "what_hurts": "my knee\r\n& my back",
    "email": "ana@example.com",
    "services": ["physiotherapy", "massage_therapy"],
    "agree_news": "y",
    "website": "",
}
OUTAGES = [("sqlite", full), ("sqlite", read_only), ("postgresql", read_only)]


def sent_again(client, page):
    """Press the button of the error page."""
    form = page.soup.select_one("main form")
    fields: dict[str, list[str]] = {}
    for field in form.select("input"):
        fields.setdefault(field["name"], []).append(field["value"])
    return client.post(form["action"], fields)


@pytest.mark.parametrize(("engine_name", "spoil"), OUTAGES)
@pytest.mark.parametrize("path", ["/", "/fr/"])
def test_what_was_typed_is_kept_and_sent_again_once(database, served, spoil, path):
    client = served
    stamp = client.stamp(path)

    with spoil(database):
        client.house.database.dispose()
        page = client.submit(path, stamp=stamp, **TYPED)
    client.house.database.dispose()

    assert page.status == 503
    assert page.response.headers["Retry-After"] == "60"
    assert page.soup.select_one("main a[href='tel:+16135550100']")
    first, second = sent_again(client, page), sent_again(client, page)
    assert (first.status, second.status) == (303, 303)
    with database.reading() as session:
        stored = session.scalars(select(Lead)).one()
        assert (stored.name, stored.what_hurts.splitlines()) == (
            TYPED["name"],
            ["my knee", "& my back"],
        )
        assert stored.services == TYPED["services"]


@pytest.mark.parametrize(("engine_name", "spoil"), OUTAGES)
def test_a_withdrawal_is_kept_as_well(served, database, spoil):
    client = served
    confirmed = client.submit(agree_news="y", email="ana@example.com")
    consent = str(confirmed.soup.select_one("a[href^='/consent/']")["href"])

    with spoil(database):
        client.house.database.dispose()
        page = client.post(f"{consent}/choices", {"stop": "all"})
    client.house.database.dispose()

    assert page.status == 503
    assert "not stored" in page.text
    assert sent_again(client, page).status < 400


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_lock_that_lasts_is_told_like_any_other_outage(monkeypatch, database, request):
    monkeypatch.setattr("intake.ledger.keeper.Database", partial(Database, patience=0.05))
    client = request.getfixturevalue("served")
    stamp = client.stamp()

    with locked(database):
        page = client.submit(stamp=stamp)

    assert page.status == 503


def test_a_mistake_of_ours_is_no_outage_but_loses_nothing_either(
    client, page_database, monkeypatch
):
    stamp = client.stamp()

    def fail(*_, **__):
        raise RuntimeError("Zuzanna Secret")

    monkeypatch.setattr("intake.callback.submissions.submit_together", fail)
    page = client.submit(stamp=stamp, **TYPED)
    monkeypatch.undo()

    assert page.status == 500
    assert "Zuzanna" not in page.response.text
    assert sent_again(client, page).status == 303
    with page_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Lead)) == 1


def test_a_page_that_was_only_opened_keeps_nothing(client, page_database):
    with page_database.migrating() as connection:
        connection.exec_driver_sql("ALTER TABLE consent_statement RENAME TO elsewhere")

    page = client.get("/")

    assert page.status == 503
    assert not page.soup.select("main form")
