import stat

import pytest

from intake.config import ConfigError, Settings


def test_without_settings_everything_lies_in_the_instance_folder(tmp_path):
    settings = Settings.from_environ({"INTAKE_INSTANCE": str(tmp_path)})

    assert settings.database() == f"sqlite:///{tmp_path / 'intake.db'}"
    assert not settings.has_sheet


def test_postgresql_is_reached_with_our_driver():
    settings = Settings.from_environ({"INTAKE_DATABASE_URL": "postgresql://intake:secret@db/intake"})

    assert settings.database() == "postgresql+psycopg://intake:secret@db/intake"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("INTAKE_TRUSTED_PROXIES", "two", "whole number"),
        ("INTAKE_TRUSTED_PROXIES", "-1", "greater than or equal to 0"),
        ("INTAKE_SECRET_KEY", "hunter2", "too short"),
        ("INTAKE_DATABASE_URL", "mysql://x/y", "expected postgresql://"),
        ("INTAKE_DATABASE_URL", "nonsense", "expected postgresql://"),
        ("INTAKE_LIMITS", "maybe", "'on' or 'off'"),
        ("INTAKE_SPREDSHEET_ID", "x", "not a known key"),
        ("INTAKE_SPREADSHEET_ID", "x", "INTAKE_GOOGLE_CREDENTIALS"),
    ],
)
def test_a_bad_setting_is_named_with_what_is_expected(name, value, expected):
    with pytest.raises(ConfigError) as caught:
        Settings.from_environ({name: value})

    assert name in str(caught.value)
    assert expected in str(caught.value)
    assert name != "INTAKE_SECRET_KEY" or value not in str(caught.value)


def test_a_secret_is_made_once_and_kept_from_other_accounts(tmp_path):
    first = Settings(instance=tmp_path / "new").secret()
    again = Settings(instance=tmp_path / "new").secret()

    assert first == again
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600
