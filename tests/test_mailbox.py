"""Which spellings of an address are one mailbox."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.contacts import address_hash, former_address_hash, mailbox

KEY = b"a key"


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("Jane@Example.com", "jane@example.com"),
        ("jane@BÜCHER.example", "jane@xn--bcher-kva.example"),
        ("jane@ＥＸＡＭＰＬＥ.com", "jane@example.com"),
        # A domain is mapped before it is looked up: this is one name
        (
            "jane@ﬁsh.example",
            "jane@fish.example",
        ),
        ("JANE@STRAßE.de", "jane@straße.de"),
        ("Étienne@exemple.ca", "étienne@exemple.ca"),
        ("E\u0301tienne@exemple.ca", "étienne@exemple.ca"),
        # The sign of Kelvin is canonically the letter
        (
            "\u212aarl@example.com",
            "karl@example.com",
        ),
        ("ΝΙΚΟΣ@example.gr", "νικος@example.gr"),
        (" jane@example.com ", "jane@example.com"),
        ("Étienne@EXEMPLE..ca", "étienne@exemple..ca"),  # no address, and compared all the same
    ],
)
def test_one_mailbox_is_known_however_it_is_spelled(typed, other):
    assert mailbox(typed) == mailbox(other)
    assert address_hash(KEY, typed) == address_hash(KEY, other)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("jane@straße.de", "jane@strasse.de"),
        ("strauß@example.de", "strauss@example.de"),
        ("jane@faß.example", "jane@fass.example"),
        ("STRAẞE@example.de", "strasse@example.de"),
        ("ﬁona@example.com", "fiona@example.com"),
        ("ſam@example.com", "sam@example.com"),
        ("İpek@example.com", "ipek@example.com"),
        ("ıpek@example.com", "ipek@example.com"),
        ("ｊane@example.com", "jane@example.com"),
        ("νικος@example.gr", "νικοσ@example.gr"),
        ("jane@παράδειγμας.gr", "jane@παράδειγμασ.gr"),
        ("rene@example.com", "rené@example.com"),
        ("jane+news@example.com", "jane@example.com"),
        ("ŉa@example.com", "ʼna@example.com"),
    ],
)
def test_two_mailboxes_are_two(one, another):
    assert mailbox(one) != mailbox(another)
    assert address_hash(KEY, one) != address_hash(KEY, another)


@given(st.emails())
def test_a_mailbox_in_ascii_keeps_the_hash_of_former_releases(email):
    assert address_hash(KEY, email) == former_address_hash(KEY, email)


@given(st.text())
def test_the_spelling_that_is_compared_is_compared_under_itself(text):
    assert mailbox(mailbox(text)) == mailbox(text)
