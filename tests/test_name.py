"""Names: which text is one, and what finds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.contacts import folded, is_name


@pytest.mark.parametrize(
    ("name", "sought"),
    [
        ("Ana O’Neil-Đặng", "anaoneildang"),
        ("BJÖRN  Łoś", "bjornlos"),
        ("Þóra Æsa Großmann", "thoraaesagrossmann"),
        ("Zoë\u00a0Œuvrard", "zoeoeuvrard"),
        ("Zoe\u0308", "zoe"),
        ("李 小龍", "李小龍"),
        ("Ελένης", "ελενησ"),
        ("\U0001d400na", "ana"),  # a letter of mathematics, which is large after it was made plain
        ("Ǿrsted", "orsted"),
        ("プ", "フ\u309a"),
        ("कि", "कि"),
        ("محمّد", "محمد"),
        ("محـــمد", "محمد"),
        ("می\u200cخواهم", "میخواهم"),
        ("\u0301", ""),
    ],
)
def test_a_name_is_looked_for_in_small_letters_without_accents(name, sought):
    assert folded(name) == sought


@pytest.mark.parametrize(
    "name",
    [
        "O'Brien",
        "O’Brien",
        "O‘Brien",
        "Oʼbrien",
        "O`Brien",
        "O´Brien",
        "O′Brien",
        "O＇Brien",
        "OꞌBrien",
        "obrien",
        "o brien",
        "O-Brien",
        "O‐Brien",
        "O‑Brien",
        "O–Brien",
        "O−Brien",
        "O\u00adBrien",
        "O\u200bBrien",
        "O\u2060Brien",
        "Ó Brien",
        "O. Brien",
        "Ｏ’Ｂｒｉｅｎ",
    ],
)
def test_no_apostrophe_hyphen_space_or_unseen_character_hides_a_name(name):
    assert folded(name) == "obrien"


@pytest.mark.parametrize(
    ("letter", "plain"),
    [
        ("Đ", "d"),
        ("Ð", "d"),
        ("Ħ", "h"),
        ("ı", "i"),
        ("Ł", "l"),
        ("Ø", "o"),
        ("Ŧ", "t"),
        ("Þ", "th"),
        ("Æ", "ae"),
        ("Œ", "oe"),
        ("ß", "ss"),
    ],
)
def test_letters_that_are_no_letter_with_a_mark_are_found_by_plain_ones(letter, plain):
    assert folded(f"A{letter}a") == f"a{plain}a"


@pytest.mark.parametrize(
    ("one", "another"), [("क्ष", "कष"), ("カ", "ガ"), ("ハ", "パ"), ("Ana", "Anna"), ("李", "季")]
)
def test_other_names_are_other_names(one, another):
    assert folded(one) != folded(another)


@pytest.mark.parametrize("text", ["Ana", "李", "م", "Q", "O'B", "\u00adÉ", "Å 3", "名\U000e0100"])
def test_any_letter_that_can_be_seen_is_a_name(text):
    assert is_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\u3164",
        "\u115f\u1160",
        "\uffa0",
        "\u2800",
        "\u0301\u0308",
        "12",
        "-- '",
        "\u200b",
        "\ue000",
        "👍",
    ],
)
def test_what_shows_no_letter_is_no_name(text):
    assert not is_name(text)


@given(st.text())
def test_what_was_folded_is_found_under_itself(name):
    assert folded(folded(name)) == folded(name)


@given(st.text(), st.text())
def test_a_part_of_a_name_is_found_in_the_name(name, more):
    assert folded(name) in folded(f"{name} {more}")
