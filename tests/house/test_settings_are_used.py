"""The law of the settings: what may be set does something.

A key that is checked and told ok, and then read by nobody, is worse than none. Each must be read
outside of `intake/config/`, by its own name behind that of its table, or at the place that is named
here.
"""

import re
import typing

import pytest
from pydantic import BaseModel

from intake.config import Clinic, Settings
from intake.config.retention import Retention
from tests.conftest import ROOT

TEXTS = {
    str(path.relative_to(ROOT)): path.read_text()
    for folder in ("intake", "templates")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".html", ".txt"}
}
OUTSIDE = {name: text for name, text in TEXTS.items() if not name.startswith("intake/config/")}
BY_A_METHOD = {
    "database_url": ("intake/ledger/keeper.py", "settings.database()"),
    "opening_hours.opens": ("intake/hours.py", "p.opens"),
    "opening_hours.closes": ("intake/hours.py", "p.closes"),
    "opening_hours.*": ("intake/hours.py", "clinic.opening_hours.week()[day.weekday()]"),
    "senders.name": ("intake/consent/receipt_kantara.py", "one.name"),
    "senders.on_behalf_of": ("intake/consent/receipt_dpv.py", "sender.on_behalf_of"),
    "practitioners.*": (
        "intake/callback/offered.py",
        "(offer.key, offer.label(language)) for offer in offers",
    ),
    "services.*": (
        "intake/callback/offered.py",
        "(offer.key, offer.label(language)) for offer in offers",
    ),
    "privacy.location.*": ("intake/privacy/views.py", "place.said(language)"),
    "colours.accent": ("intake/callback/views.py", "chosen.accent"),
    **{
        f"retention.{name}": ("intake/privacy/retention_rules.py", f"policy.{name}")
        for name in Retention.model_fields
    },
}
"""By key or, with a star, by table: the file and the words that read it, where its own name does
not.
"""


def keys(model=Clinic, table=""):
    for name, field in model.model_fields.items():
        yield f"{table}.{name}".removeprefix(".")
        for part in parts(field.annotation):
            yield from keys(part, f"{table}.{name}".removeprefix("."))


def parts(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from parts(argument)


def is_read(key):
    """Whether something reads `table.name`, the end of *key*; what stands at the top is read of
    `clinic`.
    """
    table, _, name = key.rpartition(".")
    end = rf"\b{table.rpartition('.')[2] or 'clinic'}\.{name}\b"
    return any(re.search(end, text) for text in OUTSIDE.values()) or is_read_elsewhere(key)


def is_read_elsewhere(key):
    table, _, name = key.rpartition(".")
    top = table.partition(".")[0]
    for known in (key, f"{top}.{name}", f"{table}.*", f"{top}.*"):
        if known in BY_A_METHOD:
            place, words = BY_A_METHOD[known]
            return words in OUTSIDE[place]
    return False


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_each_setting_is_read(name):
    assert is_read(f"settings.{name}") or is_read_elsewhere(name), (
        "a setting that is checked and that nobody reads"
    )


@pytest.mark.parametrize("key", sorted(set(keys())))
def test_each_key_of_the_clinic_file_is_read(key):
    assert is_read(key), (
        f"{key} is read by nobody: use it, take it out, or name in BY_A_METHOD the place "
        "that reads it"
    )


def test_a_key_that_nobody_reads_is_found():
    assert not is_read("queue.nobody")
    assert not is_read("opening_hours_nobody.monday")
