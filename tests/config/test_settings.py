import stat
from pathlib import Path

import pytest

from intake.config import (
    ConfigError,
    MailFolder,
    MailServer,
    Settings,
    require_reachable_name,
    require_safe,
)


def test_without_settings_everything_lies_in_the_instance_folder(tmp_path):
    settings = Settings.from_environ({"INTAKE_INSTANCE": str(tmp_path)})

    assert settings.database() == f"sqlite:///{tmp_path / 'intake.db'}"
    assert not settings.has_sheet


def test_postgresql_is_reached_with_our_driver():
    settings = Settings.from_environ(
        {"INTAKE_DATABASE_URL": "postgresql://intake:secret@db/intake"}
    )

    assert settings.database() == "postgresql+psycopg://intake:secret@db/intake"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("INTAKE_TRUSTED_PROXIES", "two", "whole number"),
        ("INTAKE_TRUSTED_PROXIES", "-1", "greater than or equal to 0"),
        ("INTAKE_SECRET_KEY", "hunter2", "too short"),
        ("INTAKE_DATABASE_URL", "mysql://x/y", "expected postgresql://"),
        ("INTAKE_DATABASE_URL", "nonsense", "expected postgresql://"),
        (
            "INTAKE_DATABASE_URL",
            "postgresql://x/y?prepare_threshold=never",
            "prepare_threshold in the address",
        ),
        ("INTAKE_DATABASE_URL", "postgresql://x/y?prepare_threshold=-1", "expected a whole number"),
        ("INTAKE_LIMITS", "maybe", "'on' or 'off'"),
        ("INTAKE_SPREDSHEET_ID", "x", "not a known key"),
        ("INTAKE_SPREADSHEET_ID", "x", "INTAKE_GOOGLE_CREDENTIALS"),
        ("INTAKE_PUBLIC_URL", "http://callback.example.com", "like https://callback.example.com"),
        ("INTAKE_PUBLIC_URL", "callback.example.com", "like https://callback.example.com"),
        (
            "INTAKE_PUBLIC_URL",
            "https://callback.example.com/?page=1",
            "without user, query or fragment",
        ),
        ("INTAKE_PUBLIC_URL", "https://callback example.com", "like https://callback.example.com"),
        ("INTAKE_PUBLIC_URL", "https://callback.example.com/physio/", "without a path"),
        ("INTAKE_PUBLIC_URL", "https://callback.example.com//a", "without a path"),
        ("INTAKE_PUBLIC_URL", "http://localhost:8000/form", "without a path"),
        (
            "INTAKE_PUBLIC_URL",
            "https://callback.example.com/#form",
            "without user, query or fragment",
        ),
        ("INTAKE_PUBLIC_URL", "https://callback.example.com?", "without user, query or fragment"),
        (
            "INTAKE_PUBLIC_URL",
            "https://ana@callback.example.com",
            "without user, query or fragment",
        ),
        (
            "INTAKE_PUBLIC_URL",
            "https://callback.example.com:0",
            "like https://callback.example.com",
        ),
        (
            "INTAKE_PUBLIC_URL",
            "https://callback.example.com:99999",
            "like https://callback.example.com",
        ),
        ("INTAKE_PUBLIC_URL", "https://", "like https://callback.example.com"),
        ("INTAKE_PUBLIC_URL", "https://a..b", "like https://callback.example.com"),
        (
            "INTAKE_PUBLIC_URL",
            "https://callback.example.com\\evil",
            "like https://callback.example.com",
        ),
        ("INTAKE_PUBLIC_URL", "ftp://callback.example.com", "like https://callback.example.com"),
        ("INTAKE_PUBLIC_URL", "http://192.0.2.1", "http:// only for this computer"),
        ("INTAKE_PUBLIC_URL", "https://rückruf.example", "with xn--"),
        ("INTAKE_DATABASE_URL", "sqlite://", "in memory"),
        ("INTAKE_DATABASE_URL", "sqlite:///:memory:", "in memory"),
        ("INTAKE_SMTP_URL", "smtp://mail.example.com", "needs INTAKE_PUBLIC_URL"),
        ("INTAKE_SMTP_URL", "mail.example.com:587", "expected smtp://user:password@host:587"),
        ("INTAKE_SMTP_URL", "https://mail.example.com", "expected smtp://user:password@host:587"),
        (
            "INTAKE_SMTP_URL",
            "smtp://mail.example.com:587/inbox",
            "expected smtp://user:password@host:587",
        ),
        (
            "INTAKE_SMTP_URL",
            "smtp://mail.example.com:70000",
            "expected smtp://user:password@host:587",
        ),
        ("INTAKE_SMTP_URL", "smtp://intake@mail.example.com", "user and password belong together"),
        ("INTAKE_SMTP_URL", "file://mail", "the whole path of a folder"),
    ],
)
def test_a_bad_setting_is_named_with_what_is_expected(name, value, expected):
    with pytest.raises(ConfigError) as caught:
        Settings.from_environ({name: value})

    assert name in str(caught.value)
    assert expected in str(caught.value)
    assert name != "INTAKE_SECRET_KEY" or value not in str(caught.value)


def mail_of(url):
    return Settings.from_environ(
        {"INTAKE_SMTP_URL": url, "INTAKE_PUBLIC_URL": "https://callback.example.com/"}
    ).mail


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("smtp://mail.example.com", MailServer("mail.example.com", 587, "required")),
        (
            "smtp://in%40t:p%2Fw%3A1@m.example.com:25",
            MailServer("m.example.com", 25, "required", "in@t", "p/w:1"),
        ),
        ("smtps://mail.example.com", MailServer("mail.example.com", 465, "wrapped")),
        ("smtp://localhost:1025", MailServer("localhost", 1025, "offered")),
        ("smtp://[::1]:1025", MailServer("::1", 1025, "offered")),
        ("file:///var/lib/intake/a%20mailbox", MailFolder(Path("/var/lib/intake/a mailbox"))),
    ],
)
def test_mail_goes_to_a_server_with_tls_unless_it_is_this_computer_or_into_a_folder(url, place):
    assert mail_of(url) == place


def test_a_mail_password_is_never_shown():
    assert "p/w:1" not in repr(mail_of("smtp://intake:p%2Fw%3A1@mail.example.com"))
    with pytest.raises(ConfigError) as caught:
        mail_of("smtp://intake:hunter2@mail.example.com:99999")
    assert "hunter2" not in str(caught.value)


def test_links_in_mails_begin_with_the_public_address():
    settings = Settings.from_environ({"INTAKE_PUBLIC_URL": "https://callback.example.com:8443/"})

    assert settings.public_url == "https://callback.example.com:8443"
    assert settings.mail is None
    assert (
        Settings.from_environ({"INTAKE_PUBLIC_URL": "http://127.0.0.1:8000"}).public_url
        == "http://127.0.0.1:8000"
    )


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("HTTPS://Callback.Example.COM/", "https://callback.example.com"),
        ("https://callback.example.com:443", "https://callback.example.com"),
        ("https://callback.example.com./", "https://callback.example.com"),
        (" https://callback.example.com\n", "https://callback.example.com"),
        ("https://xn--rckruf-3ya.example", "https://xn--rckruf-3ya.example"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
        ("http://LOCALHOST:80", "http://localhost"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_the_public_address_is_kept_as_browsers_write_it(given, origin):
    settings = Settings.from_environ({"INTAKE_PUBLIC_URL": given})

    assert settings.public_url == origin
    assert settings.is_https == origin.startswith("https://")


def test_a_secret_is_made_once_and_kept_from_other_accounts(tmp_path):
    first = Settings(instance=tmp_path / "new").secret()
    again = Settings(instance=tmp_path / "new").secret()

    assert first == again
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "secret",
    [
        "a" * 40,
        "abcd" * 12,
        "changeme-changeme-changeme-changeme",
        "0123456" * 6,
        "this-is-an-insecure-secret-of-forty-letters",
    ],
)
def test_a_secret_that_can_be_guessed_stops_the_start(secret):
    with pytest.raises(
        ConfigError, match="INTAKE_SECRET_KEY: can be guessed; give random characters"
    ) as caught:
        Settings.from_environ({"INTAKE_SECRET_KEY": secret})

    assert secret not in str(caught.value)


def test_a_kept_secret_that_somebody_made_weak_stops_the_start(tmp_path):
    (tmp_path / "secret_key").write_text("hunter2")

    with pytest.raises(ConfigError, match="the secret that is kept there is too short"):
        Settings(instance=tmp_path).secret()


def test_a_secret_may_stand_in_a_file(tmp_path):
    kept = tmp_path / "secret"
    kept.write_text("Zm9vYmFyIGJheiBxdXV4IGFuZCBzbyBvbg4711\n")

    assert (
        Settings.from_environ({"INTAKE_SECRET_KEY_FILE": str(kept)}).secret()
        == kept.read_text().strip()
    )
    with pytest.raises(ConfigError, match=r"INTAKE_SECRET_KEY_FILE: .* cannot be read"):
        Settings.from_environ({"INTAKE_SECRET_KEY_FILE": str(tmp_path / "none")})
    with pytest.raises(ConfigError, match="both set"):
        Settings.from_environ({"INTAKE_SECRET_KEY_FILE": str(kept), "INTAKE_SECRET_KEY": "x" * 40})


def test_patients_are_not_served_with_debugging_on_or_by_plain_http():
    public = Settings.from_environ({"INTAKE_PUBLIC_URL": "https://call.clinic.example"})

    with pytest.raises(ConfigError, match="FLASK_DEBUG is on"):
        require_safe(public, {"FLASK_DEBUG": "1"})
    require_safe(public, {})
    with pytest.raises(ConfigError, match=r"INTAKE_PUBLIC_URL.*http:// only for this computer"):
        Settings.from_environ({"INTAKE_PUBLIC_URL": "http://call.clinic.example"})


def test_other_computers_are_served_under_a_known_name_only():
    with pytest.raises(ConfigError, match="INTAKE_PUBLIC_URL is not set, and --host"):
        require_reachable_name(Settings(), "192.0.2.1")
    require_reachable_name(Settings(), "127.0.0.1")
    require_reachable_name(Settings(public_url="https://call.clinic.example"), "192.0.2.1")
