"""Characters that show nothing: taken out, except where a script needs them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.unseen import visible, without_unseen

FAMILY, ENGLAND = (
    "👨\u200d👩\u200d👧",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
)


@pytest.mark.parametrize(
    "unseen",
    [
        "\u00ad",
        "\u034f",
        "\u061c",
        "\u115f",
        "\u1160",
        "\u17b4",
        "\u180e",
        "\u200b",
        "\u200c",
        "\u200d",
        "\u200e",
        "\u200f",
        "\u202a",
        "\u202e",
        "\u2060",
        "\u2061",
        "\u2064",
        "\u2065",
        "\u2066",
        "\u2069",
        "\u206f",
        "\u3164",
        "\ufe00",
        "\ufe0f",
        "\ufeff",
        "\uffa0",
        "\ufff0",
        "\ufff9",
        "\uffff",
        "\ufdd0",
        "\ud800",
        "\U0001bca0",
        "\U0001d173",
        "\U000e0001",
        "\U000e0041",
        "\U000e0100",
        "\U000e0fff",
    ],
)
def test_what_shows_nothing_is_taken_out(unseen):
    assert (
        visible(f"Mc{unseen}Donald{unseen}")
        == without_unseen(f"Mc{unseen}Donald{unseen}")
        == "McDonald"
    )


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",
        "علی\u200cرضا",
        "مح\u200d",
        "क\u094d\u200dष",
        "क\u094d\u200cष",
        "ശ\u0d4d\u200d",
        "ක\u0dca\u200dය",
        "র\u200d\u09cdয",
        "ᠠ\u180b",
        "葛\U000e0100城",
        FAMILY,
        ENGLAND,
        "❤\ufe0f",
        "1\ufe0f\u20e3",
        "👩🏽\u200d⚕\ufe0f",
    ],
)
def test_what_a_script_needs_stays(text):
    assert visible(text) == text


def test_a_joiner_that_was_typed_twice_is_one():
    assert visible("می\u200c\u200cخواهم") == "می\u200cخواهم"


@given(st.text(st.characters() | st.sampled_from("\u200c\u200d\u200b\ufe0fम\u094dن👩\U000e0100葛")))
def test_once_is_enough(text):
    assert visible(visible(text)) == visible(text)
    assert without_unseen(visible(text)) == without_unseen(text)
