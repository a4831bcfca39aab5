"""How long somebody waits who guesses, and who does not wait for it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.limits import CLOCKS_DIFFER
from intake.models import Role, SignInAttempt
from intake.staff.sessions import begin
from intake.staff.throttle import (
    FREE_ACCOUNT,
    FREE_HERE,
    FREE_NETWORK,
    KNOWN,
    WAITS,
    WINDOW,
    caller_of,
    forget,
    take_out,
    wait_for,
    write_down,
)
from tests.conftest import NOON
from tests.factories import staff
from tests.page import PageClient
from tests.staff.coming_in import PASSWORD, come_in_first, recovery_codes, sign_in, sign_out

KEY = b"the key of the tests"
MINUTE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)


def caller(email="ana@clinic.example", address="203.0.113.7"):
    return caller_of(KEY, email, address)


def wait(session, who, now=NOON):
    """How long one more try would wait, which is not made."""
    number = write_down(session, who, "password", now=now)
    found = wait_for(session, who, number, now=now)
    take_out(session, number)
    return found


def guess(session, who, times, now=NOON):
    for _ in range(times):
        write_down(session, who, "password", now=now)


def guess_from_everywhere(session):
    """As many mistakes with one account as are free, each from another network."""
    for number in range(FREE_ACCOUNT):
        guess(session, caller(address=f"2001:db8:{number:x}::1"), 1)


def test_each_limit_is_what_was_agreed_on():
    assert (FREE_HERE, FREE_NETWORK, FREE_ACCOUNT) == (5, 20, 50)
    assert [str(span) for span in (WINDOW, KNOWN)] == ["1:00:00", "30 days, 0:00:00"]


def test_a_few_mistakes_are_free_and_then_waits_grow(session):
    waits = []
    for _ in range(FREE_HERE + 6):
        waits.append(wait(session, caller()) // MINUTE)
        guess(session, caller(), 1)

    assert waits == [0] * FREE_HERE + [1, 2, 4, 8, 15, 15]


def test_a_wait_passes_and_mistakes_are_forgotten(session):
    guess(session, caller(), FREE_HERE + 20)

    assert wait(session, caller(), NOON + WAITS[-1] - MINUTE) == MINUTE
    assert not wait(session, caller(), NOON + WAITS[-1])
    assert not wait(session, caller(), NOON + WINDOW)


def test_the_wait_begins_with_the_last_mistake(session):
    guess(session, caller(), FREE_HERE, now=NOON - 30 * MINUTE)
    guess(session, caller(), 1, now=NOON)

    assert wait(session, caller()) == WAITS[1]


def test_passkeys_of_one_network_are_nobodys_account(session):
    guess(session, caller(""), FREE_HERE)

    assert not wait(session, caller(""))
    assert not wait(session, caller("  ")), "nothing was typed"


@pytest.mark.parametrize(
    ("typed", "email"),
    [
        (" Ana@CLINIC.example ", "ana@clinic.example"),
        ("ANA@ｃlinic.example", "ana@clinic.example"),
        (" No Address ", "no address"),
        ("  ", ""),
    ],
)
def test_an_account_is_looked_for_in_small_letters_without_spaces(typed, email):
    assert caller(typed).email == email


def test_tries_are_kept_for_an_hour_and_no_longer(session):
    def kept() -> int:
        return len(session.scalars(select(SignInAttempt.id)).all())

    guess(session, caller(), FREE_HERE)
    guess(session, caller(), 1, NOON + WINDOW - MINUTE)
    assert kept() == FREE_HERE + 1, "those of the last hour count"

    guess(session, caller("ben@clinic.example", "198.51.100.1"), 1, NOON + WINDOW + MINUTE)

    assert kept() == 2, "whoever tries next clears away what no longer counts, whosesoever it is"


def test_who_comes_in_starts_anew(session):
    guess(session, caller(), FREE_HERE)

    forget(session, caller())

    assert not wait(session, caller())


def test_who_comes_in_takes_back_no_mistakes_of_another_network_or_account(session):
    others = [caller(address="198.51.100.1"), caller("ben@clinic.example")]
    for one in others:
        guess(session, one, FREE_HERE)

    forget(session, caller())

    assert [wait(session, one) // MINUTE for one in others] == [1, 1]


def test_a_network_is_known_for_the_account_that_came_from_it_only(session):
    ben = staff(session, Role.OWNER, email="ben@clinic.example")
    begin(session, ben, browser="Firefox", network="198.51.100.0/24", now=NOON - timedelta(days=2))
    guess_from_everywhere(session)

    assert wait(session, caller(address="198.51.100.200")) == MINUTE


def test_a_network_that_tries_many_accounts_waits(session):
    for number in range(FREE_NETWORK):
        guess(session, caller(f"{number}@clinic.example"), 1)

    assert wait(session, caller("another@clinic.example")) == MINUTE
    assert wait(session, caller("")) == MINUTE, "a passkey says by itself whose it is"
    assert not wait(session, caller("another@clinic.example", "198.51.100.1"))


def test_guessing_from_everywhere_does_not_keep_the_owner_out(session):
    ana = staff(session, Role.OWNER, email="ana@clinic.example")
    begin(session, ana, browser="Firefox", network="198.51.100.0/24", now=NOON - timedelta(days=2))
    guess_from_everywhere(session)

    assert wait(session, caller(address="2001:db8:ffff::1")) == MINUTE
    assert not wait(session, caller(address="198.51.100.200"))


@pytest.mark.parametrize(("ago", "left"), [(KNOWN - MOMENT, timedelta()), (KNOWN, MINUTE)])
def test_a_network_is_known_for_thirty_days(session, ago, left):
    ana = staff(session, Role.OWNER, email="ana@clinic.example")
    begin(session, ana, browser="Firefox", network="198.51.100.0/24", now=NOON - ago)
    guess_from_everywhere(session)

    assert wait(session, caller(address="198.51.100.200")) == left


@pytest.mark.parametrize("nowhere", ["", "unknown", ":443"])
def test_where_the_address_is_not_known_no_stranger_makes_another_account_wait(session, nowhere):
    for number in range(FREE_NETWORK):
        guess(session, caller(f"{number}@clinic.example", nowhere), 1)
    guess(session, caller(address=nowhere), FREE_HERE)

    assert not wait(session, caller("another@clinic.example", nowhere))
    assert not wait(session, caller("", nowhere))
    assert not wait(session, caller(address=nowhere)), "five mistakes of a stranger keep nobody out"


def test_where_the_address_is_not_known_guessing_one_account_still_has_an_end(session):
    ana = staff(session, Role.OWNER, email="ana@clinic.example")
    begin(session, ana, browser="Firefox", network="", now=NOON - timedelta(days=2))
    guess(session, caller(address=""), FREE_ACCOUNT)

    forget(session, caller(address=""))

    assert wait(session, caller(address="")) == MINUTE, (
        "nowhere is no network that the account came from"
    )


def test_a_mistake_of_an_hour_ago_is_none_any_more(session):
    guess(session, caller(), FREE_HERE, now=NOON)
    guess(session, caller(), 1, now=NOON + WINDOW)

    assert not wait(session, caller(), now=NOON + WINDOW)


def test_many_at_once_gain_nothing(session):
    numbers = [write_down(session, caller(), "code", now=NOON) for _ in range(100)]

    looked_at = [number for number in numbers if not wait_for(session, caller(), number, now=NOON)]

    assert len(looked_at) == FREE_HERE


def test_nobody_is_told_whether_the_account_is_there(client):
    come_in_first(client)
    sign_out(client)

    for email in ("ana@clinic.example", "nobody@clinic.example"):
        for _ in range(FREE_HERE):
            assert sign_in(client, email, "wrong").status == 200
        page = sign_in(client, email, PASSWORD)
        assert (page.status, page.response.headers["Retry-After"]) == (429, "60")
        assert "Wait 1 minute, then try once more" in page.text


def test_codes_are_counted_and_the_right_password_does_not_free_them(client, clock):
    come_in_first(client)
    code, *_ = recovery_codes(client)
    sign_out(client)
    sign_in(client)
    token = client.get("/admin/sign-in/code").value("csrf_token")

    for _ in range(FREE_HERE):
        assert client.send("/admin/sign-in/code", {"code": "000000"}).status == 200
        clock.now += timedelta(seconds=1)

    assert sign_in(PageClient(client.app)).status == 429
    assert client.post("/admin/sign-in/recovery", {"csrf_token": token, "code": code}).status == 429
    clock.now += MINUTE
    assert client.post("/admin/sign-in/recovery", {"csrf_token": token, "code": code}).status == 302


def test_one_line_and_one_account_are_counted_once_however_they_are_written():
    one, other = caller(address="2001:db8::1"), caller("ana@ｃlinic.example", "2001:db8::2")

    assert (one.account_hash, one.network_hash) == (other.account_hash, other.network_hash)
    assert caller(address="2001:db8:0:1::1").network_hash != one.network_hash


def test_mistakes_of_a_clock_that_was_ahead_keep_nobody_out(session):
    guess(session, caller(), FREE_ACCOUNT, now=NOON + timedelta(days=365))

    assert not wait(session, caller())
    guess(session, caller(), FREE_HERE)
    assert wait(session, caller()) == MINUTE, "those of now count as ever"


@pytest.mark.parametrize(
    ("ahead", "left"), [(CLOCKS_DIFFER, 6 * MINUTE), (CLOCKS_DIFFER + MOMENT, timedelta())]
)
def test_mistakes_of_a_clock_that_is_a_little_ahead_count(session, ahead, left):
    guess(session, caller(), FREE_HERE, now=NOON + ahead)

    assert wait(session, caller()) == left
