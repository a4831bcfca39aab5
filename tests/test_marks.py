"""Marks on letters stay as languages have them, and no number of them makes work that grows with
its square.
"""

import random
import unicodedata

import pytest

from intake.marks import MOST, normalized, with_few_marks
from tests.conftest import ROOT

ABOVE, BELOW, ENCLOSING = "\u0301", "\u0323", "\u20dd"
HONEST = [
    "Đặng Thị Ngọc Ánh",
    "Zoë",
    "ベッカム",
    "שָׁלוֹם",
    "مُحَمَّد",
    "เกี๊ยว",
    "क्ष्म्य",
    "བརྒྱུད",
    "o̲͘",
    "e" + ABOVE + BELOW,
    "x" + ABOVE * MOST,
    "…" * 500,
    "~~" + "—" * 200,
    "👩‍👩‍👧‍👦" * 50,
]


def longest_run(text):
    """How many marks stand in a row, as the library sees them when it sorts."""
    longest = run = 0
    for character in unicodedata.normalize("NFKD", text):
        run = run + 1 if unicodedata.combining(character) else 0
        longest = max(longest, run)
    return longest


@pytest.mark.parametrize("text", HONEST)
def test_what_any_language_writes_stays_as_it_is(text):
    assert with_few_marks(text) == text
    assert normalized("NFC", text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    "marks",
    [ABOVE, BELOW, ABOVE + BELOW, "\u0344", "\u0f73", "\u05bf\u0591", "\u3099", "\U0001d165"],
)
def test_no_more_marks_reach_the_library_than_it_sorts_at_once(marks):
    for text in (
        "a" + marks * 5_000,
        marks * 5_000,
        ("b" + marks * 40) * 100,
        "a" + marks * 5_000 + ENCLOSING + marks * 99,
    ):
        # The worst of them is four marks in one
        assert longest_run(with_few_marks(text)) <= 4 * MOST
        assert with_few_marks(text)[:MOST] == text[:MOST]
        assert normalized("NFKD", text) == unicodedata.normalize("NFKD", with_few_marks(text))


def test_only_marks_are_left_out():
    chance = random.Random(11)
    for _ in range(200):
        text = "".join(
            chance.choice("aé李🙂 .\n" + ABOVE + BELOW) for _ in range(100)
        ) + BELOW * chance.randrange(60)
        kept = with_few_marks(text)
        assert [c for c in kept if not unicodedata.combining(c)] == [
            c for c in text if not unicodedata.combining(c)
        ]


def test_what_was_bounded_once_is_bounded():
    text = "a" + (ABOVE + BELOW) * 5_000

    assert with_few_marks(with_few_marks(text)) == with_few_marks(text) == text[: MOST + 1]


def test_text_is_normalised_in_one_place_only():
    files = sorted((ROOT / "intake").rglob("*.py"))
    assert [file.name for file in files if "unicodedata.normalize" in file.read_text()] == [
        "marks.py"
    ], "use intake.marks.normalized, which bounds what the library has to sort"
