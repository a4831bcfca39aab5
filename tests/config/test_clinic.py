import pytest

from intake.config import ConfigError, load_clinic
from tests.conftest import ROOT

SAMPLE = (ROOT / "clinic.toml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "key", "expected"),
    [
        (
            'legal_name = "Riverside Physiotherapy and Wellness Professional Corporation"\n',
            "",
            "legal_name",
            "is missing",
        ),
        ('province = "ON"                ', 'province = "XX"  #', "province", "expected one of AB"),
        ("America/Toronto", "Mars/Olympus", "time_zone", "America/Toronto"),
        ("hello@riverside.example.com", "hello", "email", "email address"),
        (
            'reception = "+1 613 555 0100"',
            'reception = "12"',
            "phones.reception",
            "expected a phone number",
        ),
        ("K1A 0B1", "12345", "address.postal_code", "K1A 0B1"),
        (
            'friday = ["08:00-12:30", "13:00-17:00"]',
            'friday = ["8-17"]',
            "opening_hours.friday entry 1",
            "08:00-12:30",
        ),
        (
            'friday = ["08:00-12:30", "13:00-17:00"]',
            'friday = ["17:00-08:00"]',
            "opening_hours.friday entry 1",
            "must come after",
        ),
        ("#0b5c56", "#ffff00", "colours.brand", "too light"),
        ("#0b5c56", "teal", "colours.brand", "expected a colour"),
        ("https://www.riverside.example.com/book", "riverside", "booking", "https://"),
        (
            "call_within_minutes = 60",
            "call_within_minutes = 0",
            "call_within_minutes",
            "greater than or equal to 5",
        ),
        (
            'key = "chiropractor"',
            'key = "physiotherapist"',
            "practitioners",
            "“physiotherapist” stands there twice",
        ),
        (
            "extra_columns = []",
            'extra_columns = ["ssn"]',
            "queue.extra_columns entry 1",
            "what_hurts",
        ),
        ('legal_name = "R', 'nickname = "x"\nlegal_name = "R', "nickname", "not a known key"),
        (
            "closed_on = [2026-12-24",
            'closed_on = ["24 Dec"',
            "opening_hours.closed_on entry 1",
            "2026-12-24",
        ),
        ('"13:00-17:00"', '"12:00-17:00"', "opening_hours", "friday"),
        ("[address]", "[address", "clinic.toml", "not a TOML file"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_expected(tmp_path, old, new, key, expected):
    path = tmp_path / "clinic.toml"
    assert old in SAMPLE
    path.write_text(SAMPLE.replace(old, new, 1))

    with pytest.raises(ConfigError) as caught:
        load_clinic(path)

    assert key in str(caught.value)
    assert expected in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match="INTAKE_CLINIC"):
        load_clinic(tmp_path / "nowhere.toml")
