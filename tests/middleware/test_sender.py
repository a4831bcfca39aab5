"""Whoever sent a request is told from what the trusted proxies say, and is nobody where they say
nothing readable.
"""

import itertools
import logging

import pytest
from sqlalchemy import select

from intake.app import create_app
from intake.config import Settings
from intake.middleware.client_address import SenderAddress
from intake.models import ConsentEvent
from tests.conftest import SECRET
from tests.page import PageClient

NUMBERS = itertools.count(100)
"""The end of a phone number that nobody has used yet."""


def sender(*, proxies=0, method="GET", **environ):
    """What the application behind is told."""
    app = SenderAddress(lambda seen, _: [seen["REMOTE_ADDR"]], proxies=proxies)
    return next(
        iter(app({"REMOTE_ADDR": "192.0.2.1", "REQUEST_METHOD": method} | environ, lambda *_: None))
    )


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "203.0.113.9:51234", "203.0.113.9"),
        (1, "198.51.100.1, [2001:db8::1]:443", "2001:db8::1"),
        (2, "198.51.100.1,203.0.113.9:51234,10.0.0.1", "203.0.113.9"),
        (3, "[2001:db8::1]:443, 10.0.0.2:80, 10.0.0.1:80", "2001:db8::1"),
        (1, "", ""),
        (1, "203.0.113.9, unknown", ""),
        (1, "203.0.113.9,", ""),
        (2, "203.0.113.9", ""),  # past the outer proxy, or one proxy less than the setting says
        (2, "_hidden, 203.0.113.9", ""),
    ],
)
def test_the_outermost_trusted_proxy_says_who_asked(proxies, header, expected):
    assert sender(proxies=proxies, HTTP_X_FORWARDED_FOR=header) == expected


def test_without_trusted_proxies_the_connection_says_it_and_the_header_nothing():
    assert sender(HTTP_X_FORWARDED_FOR="203.0.113.9") == "192.0.2.1"
    # A socket for both kinds of address
    assert sender(REMOTE_ADDR="::ffff:203.0.113.9") == "203.0.113.9"
    assert sender(REMOTE_ADDR="") == ""  # a Unix socket


def test_the_log_tells_once_that_the_proxy_does_not_say_it_and_never_what_it_says(caplog):
    app = SenderAddress(lambda *_: [], proxies=1)
    odd = {"REQUEST_METHOD": "POST", "HTTP_X_FORWARDED_FOR": "what-is-this"}

    with caplog.at_level(logging.WARNING, "intake"):
        for environ in (odd, odd, {"REQUEST_METHOD": "GET"}):
            app(dict(environ), lambda *_: None)

    assert [record.getMessage()[:21] for record in caplog.records] == ["senders are not known"]
    assert "what-is-this" not in caplog.text


@pytest.fixture
def public(page_database, clock, tmp_path):
    """The form behind one proxy, with its limits."""
    url = page_database.url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, secret_key=SECRET, instance=tmp_path, trusted_proxies=1)
    return PageClient(create_app(settings, clock=clock))


def answers(public, headers, times=31):
    """What each of so many requests of different people is answered with."""
    stamp = public.stamp()
    form = {"stamp": stamp, "name": "Ana"}
    return [
        public.post(
            "/", form | {"phone": f"416 555 {next(NUMBERS):04}"}, headers={"X-Forwarded-For": told}
        ).status
        for told in headers
        for _ in range(times)
    ]


def test_ports_and_brackets_do_not_make_all_patients_share_one_limit(public):
    first, second = "203.0.113.9:51234", "[2001:db8::1]:443"

    assert answers(public, [first]) == [303] * 30 + [429]
    assert answers(public, ["203.0.113.77:4000"], 1) == [429]  # the same network, whatever the port
    assert answers(public, [second, "198.51.100.9:51234"], 1) == [303, 303]


def test_senders_that_are_not_known_are_not_counted_as_one(public):
    assert answers(public, ["unknown"]) == [303] * 31


def test_evidence_names_no_network_where_none_is_known(public, page_database):
    answers(public, ["unknown"], 1)
    answers(public, ["203.0.113.9:51234"], 1)

    with page_database.reading() as session:
        told = [
            event.opening.values
            for event in session.scalars(select(ConsentEvent).order_by(ConsentEvent.id))
        ]
    assert [values.get("network", "") for values in (told[0], told[-1])] == ["", "203.0.113.0/24"]
    assert [len(values.get("network_hash", "")) for values in (told[0], told[-1])] == [0, 64]


def test_lost_links_are_limited_by_network_and_not_for_all_who_are_not_known(public):
    def ask(told):
        return public.post(
            "/consent/", {"contact": "ana@example.com"}, headers={"X-Forwarded-For": told}
        ).status

    assert [ask("203.0.113.9:51234") for _ in range(21)] == [200] * 20 + [429]
    assert [ask(told) for told in ["unknown"] * 21 + ["[2001:db8::1]:443"]] == [200] * 22
