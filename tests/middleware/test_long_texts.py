"""Whatever is typed into whatever form: what takes long for long texts is never given one.

Work is counted by what reaches the functions whose time grows faster than their text, not by a
clock.
"""

import unicodedata
from collections import defaultdict

import email_validator
import phonenumbers
import pytest

from intake.contacts import address
from intake.marks import MOST
from intake.staff import passwords
from tests.fuzz.place import Place

MARKS = "\u0301\u0323"
LONG = {
    "marks": "a" + MARKS * 10_000,
    "marks between what is taken out": "a" + (MARKS * 15 + "\u200b") * 500,
    "address": "a" + MARKS * 50 + "." * 10_000 + "@" + "b." * 10_000 + "com",
    "digits": "416 555 0123 " + "4165550123" * 2_000,
    "signs": "4@8(3{[<6&#!|1l0$5+7%2" * 5,
}
BOUNDS = {
    "marks to sort": 4 * MOST,
    "password to judge": 32,
    "email to read": 255,
    "phone to read": 250,
}


@pytest.fixture
def most(monkeypatch):
    """The largest piece of work of each kind that was asked for, and how often any was."""
    seen = defaultdict(list)

    def watch(module, name, what, measured):
        original = getattr(module, name)

        def watched(*args, **kwargs):
            seen[what].append(measured(*args))
            return original(*args, **kwargs)

        monkeypatch.setattr(module, name, watched)

    watch(unicodedata, "normalize", "marks to sort", lambda _, text: longest_run_of(text))
    watch(passwords, "zxcvbn", "password to judge", len)
    watch(email_validator, "validate_email", "email to read", len)
    watch(address, "validate_email", "email to read", len)
    watch(phonenumbers, "parse", "phone to read", lambda text, *_: len(text))
    return seen


def longest_run_of(text):
    """Without asking the function that is watched."""
    longest = run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character).startswith("M") else 0
        longest = max(longest, run)
    return longest


def test_no_form_hands_a_long_text_to_what_is_slow_with_one(client, most):
    place = Place(client)

    for text in LONG.values():
        for form in place.forms:
            typed = form.fields.keys() - {"csrf_token", "stamp"}
            place("POST", form.action, {}, dict(form.fields) | dict.fromkeys(typed, text))

    assert most.keys() == BOUNDS.keys(), "each of them was asked for something"
    assert {what for what, works in most.items() if max(works) > BOUNDS[what]} == set()
