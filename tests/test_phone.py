"""Phone numbers: read however they are written, and refused with the true reason."""

from itertools import product

import pytest

from intake.consent.forms import PHONE_FAULTS
from intake.contacts import Doubt, NotAPhone, PhoneFault, doubt_about, parse_phone

NUMBER = "613 555-0123"
WORDS = [
    "ext",
    "ext.",
    "Extension",
    "EXT",
    "éxt",
    "extn",
    "x",
    "X",
    "poste",
    "Poste",
    "POSTE",
    "postes",
    "p.",
    "pst",
    "#",
    "int",
    "int.",
    "interne",
    "local",
]
BEFORE = [" ", "", ", ", "\u00a0", " (", " - ", "; ", "\u202f"]
AFTER = [
    "45",
    " 45",
    ": 45",
    " : 45",
    "\u00a0: 45",
    ". 45",
    " no 45",
    " n° 45",
    " #45",
    "\u202f45",
    "-45",
    " = 45",
    "\u200b45",
]


@pytest.mark.parametrize("word", WORDS)
def test_every_notation_of_an_extension_passes_with_every_word(word):
    for before, after in product(BEFORE, AFTER):
        typed = f"{NUMBER}{before}{word}{after}{')' if '(' in before else ''}"

        phone = parse_phone(typed)

        assert (phone.e164, phone.extension, phone.typed) == ("+16135550123", "45", typed)


@pytest.mark.parametrize(
    ("typed", "extension"),
    [
        ("613-555-0123;ext=45", "45"),
        ("tel:+1-613-555-0123;ext=7", "7"),
        ("613-555-0123,45", "45"),
        ("613-555-0123 45#", "45"),
        ("６１３ ５５５ ０１２３ ｘ４５", "45"),
        ("613‑555‑0123 poste 007", "007"),
        ("cell 613 555 0123", ""),
        ("613.555.0123", ""),
        ("٦١٣ ٥٥٥ ٠١٢٣ poste ٤٥", "45"),
    ],
)
def test_what_the_library_reads_is_read(typed, extension):
    phone = parse_phone(typed)

    assert (phone.e164, phone.extension) == ("+16135550123", extension)


F = PhoneFault


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        (f"{NUMBER} poste", F.EXTENSION),
        (f"{NUMBER} ext. abc", F.EXTENSION),
        (f"{NUMBER} poste 45a", F.EXTENSION),
        (f"{NUMBER} x123456789012345678901", F.EXTENSION),
        (f"{NUMBER} ext 4 ext 5", F.EXTENSION),
        ("ext. 45", F.EXTENSION),
        (f"{NUMBER}p12", F.PAUSE),
        (f"{NUMBER}w12", F.PAUSE),
        (f"{NUMBER} W 12", F.PAUSE),
        (f"{NUMBER}pp12", F.PAUSE),
        (f"{NUMBER} call after 5", F.NOTE),
        (f"{NUMBER} (maison)", F.NOTE),
        (f"{NUMBER} cell", F.NOTE),
        (f"{NUMBER} apt 4", F.NOTE),
        ("861 KNE 0123", F.NOTE),
        ("613-555-O123", F.LETTER),
        ("6I3 555 0123", F.LETTER),
        ("6l3-555-o123", F.LETTER),
        ("613 555 OI23", F.LETTER),
        (f"{NUMBER} / 613 555-0199", F.TWO),
        (f"{NUMBER} ou 514-555-0199", F.TWO),
        (f"{NUMBER} 613 555 0199", F.TWO),
        (f"{NUMBER}, 613-555-0199", F.TWO),
        ("61355501236135550199", F.TWO),
        ("613 555 01", F.SHORT),
        ("7" * 25, F.LONG),
        ("555 0123", F.AREA_CODE),
        ("911", F.AREA_CODE),
        ("112", F.AREA_CODE),
        ("*67", F.AREA_CODE),
        ("", F.AREA_CODE),
        ("call me", F.AREA_CODE),
        ("613 555 012", F.SHORT),
        ("+33 1 42 68", F.SHORT),
        ("613 555 01234", F.LONG),
        ("+999 123 4567", F.COUNTRY),
        ("416 123 4567", F.NO_SUCH),
        ("911 555 0123", F.NO_SUCH),
        ("861 911 0123", F.NO_SUCH),
        ("999 555 0123", F.NO_SUCH),
        ("+33 0 00 00 00 00", F.NO_SUCH),
    ],
)
def test_a_refusal_says_the_true_reason(typed, fault):
    with pytest.raises(NotAPhone) as refused:
        parse_phone(typed)

    assert refused.value.fault is fault


def test_what_is_longer_than_250_characters_is_not_even_looked_at():
    longest = NUMBER.ljust(250)

    assert parse_phone(longest).e164 == "+16135550123"
    with pytest.raises(NotAPhone) as refused:
        parse_phone(longest + " ")
    assert refused.value.fault is PhoneFault.LONG


def test_every_reason_is_said_on_the_pages():
    assert set(PHONE_FAULTS) == set(PhoneFault)


@pytest.mark.parametrize(
    ("typed", "e164", "doubt"),
    [
        ("861 555 0123", "+18615550123", Doubt.NOT_KNOWN),
        ("+1 (222) 555-0123", "+12225550123", Doubt.NOT_KNOWN),
        ("+44 6012 345678", "+446012345678", Doubt.NOT_KNOWN),
        ("1-900-555-1234", "+19005551234", Doubt.COSTLY),
        ("416 976 1234", "+14169761234", Doubt.COSTLY),
        ("+979 123 456 789", "+979123456789", Doubt.COSTLY),
        ("+808 1234 5678", "+80812345678", Doubt.COSTLY),
        ("+44 909 8790000", "+449098790000", Doubt.COSTLY),
        ("+33 899 12 34 56", "+33899123456", Doubt.COSTLY),
        ("+870 773 111 632", "+870773111632", Doubt.COSTLY),
        ("416 555 0123", "+14165550123", None),
        ("+33 1 42 97 65 30", "+33142976530", None),  # 976 is an exchange of North America only
        ("1-800-FLOWERS", "+18003569377", None),
        ("+33 1 42 68 53 00", "+33142685300", None),
    ],
)
def test_a_number_that_may_exist_is_taken_and_what_is_odd_about_it_is_known(typed, e164, doubt):
    assert parse_phone(typed).e164 == e164
    assert doubt_about(e164) is doubt


@pytest.mark.parametrize(
    ("code", "is_costly"),
    [(870, True), (880, False), (881, True), (882, True), (883, True), (886, False)],
)
def test_numbers_of_satellites_and_of_no_country_are_costly(code, is_costly):
    assert (doubt_about(f"+{code}12345678") is Doubt.COSTLY) is is_costly


def test_nothing_is_odd_about_the_number_of_somebody_erased():
    assert doubt_about("") is None
