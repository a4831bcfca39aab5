"""Where an answer came from: coarse, and never the browser's own description of itself."""

import json

import pytest
from sqlalchemy import select

from intake.app import create_app
from intake.config import Settings
from intake.consent.circumstances import browser_family, circumstances_of
from intake.contacts import network_hash
from intake.ledger import commitment
from intake.models import ConsentEvent, LedgerEntry
from tests.conftest import SECRET
from tests.page import PageClient

KEY = b"k" * 32
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/17.1 Mobile/15E148 Safari/604.1"
)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"
)


@pytest.mark.parametrize(
    ("user_agent", "family"),
    [
        (SAFARI, "Mobile Safari"),
        (FIREFOX, "Firefox"),
        (EDGE, "Edge"),
        ("", ""),
        ("ana@example.com", ""),
        ("Ana O’Neil/1 CFNetwork/1 Darwin/1", ""),  # a pattern that takes what stands there
        ("=cmd|' /C calc'!A1", ""),
        ("x" * 100_000, ""),
    ],
)
def test_of_a_browser_only_the_family_is_kept(user_agent, family):
    assert browser_family(user_agent) == family


def test_a_network_is_coarse_and_the_full_address_a_keyed_hash():
    found = circumstances_of("203.0.113.77", FIREFOX, KEY)

    assert (found.network, found.browser) == ("203.0.113.0/24", "Firefox")
    assert found.network_hash == network_hash(KEY, "203.0.113.77")
    assert circumstances_of("2001:db8:1:2:3::4", "", KEY).network == "2001:db8:1::/48"
    assert circumstances_of(None, "", KEY) == circumstances_of("", "", KEY)
    assert circumstances_of(None, "", KEY).network_hash == ""


@pytest.mark.parametrize(("proxies", "network"), [(0, "127.0.0.0/24"), (1, "198.51.100.0/24")])
def test_an_answer_carries_the_circumstances_of_its_request(
    page_database, clock, tmp_path, proxies, network
):
    url = page_database.url.render_as_string(hide_password=False)
    settings = Settings(
        database_url=url, secret_key=SECRET, instance=tmp_path, trusted_proxies=proxies
    )
    client = PageClient(create_app(settings, clock=clock))
    stamp = client.get("/").value("stamp")
    headers = {"User-Agent": SAFARI, "X-Forwarded-For": "203.0.113.5, 198.51.100.9"}

    client.post("/", {"stamp": stamp, "name": "Ana", "phone": "416 555 0123"}, headers=headers)

    with page_database.reading() as session:
        events = session.scalars(select(ConsentEvent)).all()
        salt, opened = events[0].lead.salt, [event.opening.values for event in events]
        records = [
            json.loads(e.canonical)
            for e in session.scalars(select(LedgerEntry))
            if e.kind == "request"
        ]
    assert {values["network"] for values in opened} == {network}
    assert {values["browser"] for values in opened} == {"Mobile Safari"}
    assert {record["person"]["browser"] for record in records} == {
        commitment(salt, "browser", "Mobile Safari")
    }
    assert {len(values["network_hash"]) for values in opened} == {64}
    assert "iPhone" not in str(opened)
