"""After a new password nothing counts that was begun under the one before, but the browser it was
chosen in.
"""

from datetime import timedelta

from flask_login.utils import encode_cookie

from tests.conftest import Clock
from tests.page import PageClient
from tests.staff.coming_in import (
    PASSWORD,
    App,
    account,
    begin_behind_link,
    come_in_first,
    followed,
    is_in,
    reset,
    sign_in,
    sign_out,
)

NEW = "copper window garden melody"


def half_way_in(client: PageClient) -> tuple[PageClient, str]:
    """Another browser, in which the password was given and the code was not; the token of its form
    for the code.
    """
    other = PageClient(client.app)
    return other, followed(other, sign_in(other)).value("csrf_token")


def enters(half: tuple[PageClient, str], app: App, clock: Clock) -> bool:
    """Whether that browser comes in with the right code."""
    other, token = half
    clock.now += timedelta(minutes=1)
    other.post("/admin/sign-in/code", {"csrf_token": token, "code": app.code(clock())})
    return is_in(other)


def change(client: PageClient) -> None:
    """Choose a new password on the account's page."""
    client.send("/admin/account/password", {"current": PASSWORD, "password": NEW, "again": NEW})


def test_a_sign_in_that_is_half_done_goes_on_while_the_password_stays(client, clock):
    app = come_in_first(client)

    assert enters(half_way_in(client), app, clock)


def test_a_change_ends_other_sessions_and_sign_ins_that_are_half_done(client, clock):
    app = come_in_first(client)
    clock.now += timedelta(minutes=1)
    whole, half = half_way_in(client), half_way_in(client)
    assert enters(whole, app, clock)

    change(client)

    assert is_in(client), "where it was changed one stays"
    assert client.get("/admin/verify").status == 200, "and the login library knows them there"
    assert not is_in(whole[0])
    assert not enters(half, app, clock)


def test_a_reset_ends_every_session_and_sign_in_that_is_half_done(client, clock):
    app = come_in_first(client)
    clock.now += timedelta(minutes=1)
    half = half_way_in(client)

    link = reset(client)
    assert not is_in(client)
    begin_behind_link(client, link, NEW)

    assert not enters(half, app, clock)


def test_a_cookie_to_be_remembered_by_opens_nothing(client):
    """The library would take one that we signed ourselves; our own session must stand, too
    (`login.passing.load`).
    """
    come_in_first(client)
    with client.desk.app_context():
        remembered = encode_cookie(account(client).fs_uniquifier)
    sign_out(client)
    client.http.set_cookie("remember_token", remembered)

    assert not is_in(client)
    assert client.get("/admin/verify").response.location.startswith("/admin/sign-in")
