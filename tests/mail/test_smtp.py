"""The adapter against a real server: what it takes, how it is protected, and what each refusal
means.
"""

import re
import socket
from contextlib import suppress

import pytest

from intake.config import MailServer
from intake.mail.compose import Letter, compose
from intake.mail.errors import EmailNeedsStaff, EmailRefused, NotNow, ServerAway
from intake.mail.smtp import SmtpServer
from tests.conftest import NOON
from tests.journeys.conftest import free_port
from tests.mail.server import PASSWORD, USER, certificate, mail_host, signs_in

PAGE = "https://callback.example.com/consent/" + "ab" * 32
SERVER = "127\\.0\\.0\\.1:\\d+"


@pytest.fixture
def message(clinic):
    return compose(
        Letter("link", "ana@example.com", "fr", "a" * 32, {"page": PAGE}, PAGE, "K7F-2QGX"),
        clinic,
        now=NOON,
    ).message


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """A self-made certificate: the server's side, and that of somebody who believes it."""
    return certificate(tmp_path_factory.mktemp("tls"))


def test_what_is_handed_over_arrives_as_it_was_composed(host, smtp, message):
    smtp.send(message)

    (taken,) = host.taken
    assert (taken.sender, taken.recipients) == ("hello@riverside.example.com", ["ana@example.com"])
    assert taken.raw == message.as_bytes()
    assert "Voici l’accès" in taken.text
    assert PAGE in taken.html


def test_starttls_is_required_from_a_server_elsewhere(message, tls):
    with mail_host(tls_context=tls[0]) as host, mail_host() as plain:
        SmtpServer(MailServer("127.0.0.1", host.port, "required"), trust=tls[1]).send(message)
        with pytest.raises(EmailNeedsStaff, match=f"{SERVER} offers no TLS"):
            SmtpServer(MailServer("127.0.0.1", plain.port, "required"), trust=tls[1]).send(message)

    assert host.tls == [True]
    assert plain.taken == []


def test_a_certificate_that_nobody_vouches_for_is_refused(message, tls):
    with (
        mail_host(tls_context=tls[0]) as host,
        pytest.raises(
            EmailNeedsStaff, match=r"certificate of .* cannot be trusted .*INTAKE_SMTP_URL"
        ),
    ):
        SmtpServer(MailServer("127.0.0.1", host.port, "required")).send(message)

    assert host.taken == []


def test_on_this_computer_tls_is_taken_when_offered_with_any_certificate(message, tls):
    with mail_host(tls_context=tls[0]) as host:
        SmtpServer(host.server).send(message)

    assert host.tls == [True]


def test_tls_from_the_first_byte(message, tls):
    with mail_host(ssl_context=tls[0]) as host, mail_host() as plain:
        SmtpServer(MailServer("127.0.0.1", host.port, "wrapped"), trust=tls[1]).send(message)
        with pytest.raises(EmailNeedsStaff, match="speaks no TLS from the start"):
            SmtpServer(MailServer("127.0.0.1", plain.port, "wrapped"), trust=tls[1]).send(message)

    assert len(host.taken) == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_it_signs_in_where_it_was_told_to(message):
    with mail_host(authenticator=signs_in, auth_required=True, auth_require_tls=False) as host:
        right = MailServer("127.0.0.1", host.port, "offered", USER, PASSWORD)
        wrong = MailServer("127.0.0.1", host.port, "offered", USER, "guess")
        SmtpServer(right).send(message)
        assert (
            SmtpServer(right).greet()
            == f"127.0.0.1:{host.port} answers without TLS and takes our sign-in"
        )
        with pytest.raises(
            EmailNeedsStaff,
            match=r"refused our sign-in; correct user and password .*\(535 5\.7\.8\)",
        ):
            SmtpServer(wrong).send(message)
        with pytest.raises(
            EmailNeedsStaff, match=r"wants a sign-in; give user and password .*\(530 5\.7\.0\)"
        ):
            SmtpServer(host.server).send(message)

    assert len(host.taken) == 1
    assert PASSWORD not in repr(SmtpServer(right))


def test_a_server_without_sign_in_is_named(message, host):
    with pytest.raises(EmailNeedsStaff, match="knows no sign-in; correct the port"):
        SmtpServer(MailServer("127.0.0.1", host.port, "offered", USER, PASSWORD)).send(message)


@pytest.mark.parametrize(
    ("command", "answer", "kind", "code"),
    [
        ("MAIL", "451 4.3.0 later", ServerAway, "451 4.3.0"),
        ("MAIL", "550 5.7.1 not from you", EmailNeedsStaff, "550 5.7.1"),
        ("RCPT", "450 4.2.0 greylisted", NotNow, "450 4.2.0"),
        ("RCPT", "550 5.1.1 <ana@example.com> unknown", EmailRefused, "550 5.1.1"),
        ("RCPT", "550 no such user", EmailRefused, "550"),
        ("RCPT", "554 5.7.1 relay access denied", NotNow, "554 5.7.1"),
        ("RCPT", "421 4.3.2 closing", ServerAway, "421 4.3.2"),
        ("DATA", "452 4.3.1 disk full", NotNow, "452 4.3.1"),
        ("DATA", "554 5.6.0 ana@example.com hates this", EmailRefused, "554 5.6.0"),
        ("DATA", "421 4.3.2 closing", ServerAway, "421 4.3.2"),
        ("DATA", "hang up", ServerAway, "SMTPServerDisconnected"),
    ],
)
def test_a_refusal_says_what_must_happen_next_and_quotes_no_address(
    host, smtp, message, command, answer, kind, code
):
    host.answers[command] = answer

    with pytest.raises(kind) as caught:
        smtp.send(message)

    assert type(caught.value) is kind
    assert f"({code})" in str(caught.value)
    assert re.match(SERVER, str(caught.value))
    assert "@" not in str(caught.value)
    host.answers.clear()
    smtp.send(message)
    assert len(host.taken) == 1


def test_a_server_that_is_down_or_does_not_exist_or_is_silent(message):
    with pytest.raises(ServerAway, match="cannot be reached"):
        SmtpServer(MailServer("127.0.0.1", free_port(), "offered")).send(message)
    with pytest.raises(ServerAway, match="cannot be reached"):
        SmtpServer(MailServer("mail.invalid", 25, "required")).send(message)


def test_a_server_that_says_nothing_is_left_after_a_while(message, silent):
    with pytest.raises(ServerAway, match="cannot be reached"):
        SmtpServer(MailServer("127.0.0.1", silent, "offered"), patience=0.1).send(message)


@pytest.fixture
def silent():
    """A port that takes connections and never speaks."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_what_was_taken_stays_taken_when_the_farewell_fails(message):
    with mail_host() as host:
        host.answers["QUIT"] = "hang up"
        SmtpServer(host.server).send(message)

    assert len(host.taken) == 1


def test_domains_of_other_scripts_are_sent_in_ascii(host, smtp, clinic):
    letter = Letter("link", "zoe@bücher.example", "en", "a" * 32, {"page": PAGE})

    smtp.send(compose(letter, clinic, now=NOON).message)

    assert host.taken[0].recipients == ["zoe@xn--bcher-kva.example"]


def test_addresses_beyond_ascii_go_where_the_server_knows_them(clinic):
    letter = Letter("link", "zoë@example.com", "en", "a" * 32, {"page": PAGE})
    message = compose(letter, clinic, now=NOON).message

    with mail_host() as host, mail_host(enable_SMTPUTF8=False) as plain:
        SmtpServer(host.server).send(message)
        with pytest.raises(EmailRefused, match="beyond ASCII"):
            SmtpServer(plain.server).send(message)

    assert host.taken[0].recipients == ["zoë@example.com"]
    assert str(host.taken[0].message["To"]) == "zoë@example.com"


def test_greeting_sends_nothing(host, smtp):
    assert re.fullmatch(f"{SERVER} answers without TLS", smtp.greet())
    assert host.taken == []
    with suppress(ServerAway):
        SmtpServer(MailServer("127.0.0.1", free_port(), "offered")).greet()
        pytest.fail("nobody answered")
