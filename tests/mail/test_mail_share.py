"""Strangers who type an address into the form flood no mailbox, and do not use up its owner's
mail.
"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.callback.abuse import FormBehaviour, release
from intake.consent.record import Circumstances
from intake.limits import MAIL_BY_NETWORK, MAIL_BY_STAMP, MOST_A_DAY, MOST_FIRST_A_DAY
from intake.models import Lead, OutboxEntry, Topic
from tests.conftest import NOON
from tests.factories import ADDRESS_KEY, answers, numbers, shown, submit_callback

DAY = timedelta(days=1)


@pytest.fixture
def send(database, clinic):
    """Send a request with ana@example.com in it; returns its reference."""

    def sending(network="", *, nonce=None, now=NOON, email="ana@example.com"):
        request = answers(phone=f"416 555 {next(numbers) % 10_000:04}", email=email)
        with database.writing() as session:
            lead = submit_callback(
                session,
                request,
                shown(session, clinic, nonce=nonce),
                clinic=clinic,
                address_key=ADDRESS_KEY,
                now=now,
                circumstances=Circumstances(network=network) if network else None,
            )
            return lead.ref

    return sending


@pytest.fixture
def mailed(database, delivery):
    """Deliver what is due, and say which requests were acknowledged."""

    def delivering(now=NOON):
        while delivery.step(now).done:
            pass
        with database.reading() as session:
            return session.scalars(
                select(Lead.ref)
                .join(OutboxEntry, OutboxEntry.lead_id == Lead.id)
                .where(OutboxEntry.topic == Topic.ACKNOWLEDGEMENT, OutboxEntry.problem.is_(None))
                .order_by(OutboxEntry.id)
            ).all()

    return delivering


def networks(number):
    return [f"203.{at}.113.0/24" for at in range(number)]


def test_five_strangers_do_not_use_up_the_mail_of_the_owner(send, mailed, host):
    for network in networks(5):
        send(network)

    owner = send("198.51.100.0/24")

    assert owner in mailed()
    assert len(host.taken) == 6


@pytest.mark.parametrize(
    ("who", "share"),
    [
        ({"network": "203.0.113.0/24"}, MAIL_BY_NETWORK.times),
        ({"nonce": "one form"}, MAIL_BY_STAMP.times),
    ],
)
def test_one_network_and_one_form_have_a_share_and_no_more(send, mailed, who, share):
    theirs = [send(**who) for _ in range(MOST_A_DAY + 1)]
    owner = send("198.51.100.0/24")

    assert list(mailed()) == [*theirs[:share], owner]
    assert send(**who, email="ben@example.com") in mailed(), (
        "another address has a share of its own"
    )


@pytest.mark.parametrize(
    "who", [{"network": "203.0.113.0/24"}, {"network": "198.51.100.0/24", "nonce": "one form"}]
)
def test_beyond_the_five_neither_network_nor_form_may_have_asked_before(send, mailed, who):
    send("203.0.113.0/24", nonce="one form")
    for network in networks(MOST_A_DAY - 1):
        send(network)

    assert send(**who) not in mailed()
    assert send("192.0.2.0/24") in mailed()


def test_mails_that_were_refused_use_up_nothing(send, mailed):
    for _ in range(2 * MOST_A_DAY):
        send("203.0.113.0/24")

    owner = [send("198.51.100.0/24") for _ in range(2)]

    assert set(owner) <= set(mailed())


def test_another_spelling_of_the_address_has_no_share_of_its_own(send, mailed):
    for email in (
        "ana@bücher.example",
        "ana@xn--bcher-kva.example",
        "Ana@BÜCHER.example",
        "ANA@bücher.example",
    ):
        send("203.0.113.0/24", email=email)

    assert len(mailed()) == MAIL_BY_NETWORK.times


def test_whoever_has_many_networks_still_floods_no_mailbox(send, mailed, host):
    for network in networks(MOST_FIRST_A_DAY + 5):
        send(network)
        send(network)

    mailed()

    assert len(host.taken) == MOST_FIRST_A_DAY


def test_requests_that_staff_let_go_all_at_once_flood_no_mailbox(database, clinic, mailed, host):
    with database.writing() as session:
        for number in range(MOST_FIRST_A_DAY + 2):
            request = answers(phone=f"416 555 02{number:02}", email="ana@example.com")
            lead = submit_callback(
                session,
                request,
                shown(session, clinic),
                clinic=clinic,
                address_key=ADDRESS_KEY,
                now=NOON,
                manner=FormBehaviour("https://buy.example", None),
            )
            release(session, lead, now=NOON)

    mailed()

    assert len(host.taken) == MOST_FIRST_A_DAY


def test_networks_that_are_not_known_have_no_first_mail(send, mailed, host):
    for _ in range(MOST_A_DAY + 3):
        send()

    mailed()

    assert len(host.taken) == MOST_A_DAY


def test_the_next_day_there_is_mail_again(send, mailed):
    for _ in range(MOST_A_DAY):
        send("203.0.113.0/24")

    assert send("203.0.113.0/24", now=NOON + DAY) in mailed(NOON + DAY)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", "You will not get an email about this request"),
        ("/fr/", "Vous ne recevrez pas de courriel"),
    ],
)
def test_the_confirmation_says_so_when_no_mail_will_come(mail_client, path, words):
    typed = {"email": "ana@example.com", "agree_news": "y"}

    pages = [
        mail_client.submit(path, phone=f"416 555 010{n}", **typed)
        for n in range(MAIL_BY_NETWORK.times + 1)
    ]

    assert [words in page.text for page in pages] == [False] * MAIL_BY_NETWORK.times + [True]
    assert words not in mail_client.submit(path, phone="416 555 0109").text, "no address was given"
    held = mail_client.submit(path, phone="416 555 0108", website="x", **typed)
    assert words not in held.text, "it may come when staff have looked"


def test_the_confirmation_says_so_where_no_mail_server_is_configured(client):
    assert (
        "You will not get an email" in client.submit(email="ana@example.com", agree_news="y").text
    )
