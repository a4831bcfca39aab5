from hypothesis import given
from hypothesis import strategies as st

from intake.reference import ALPHABET, new_reference, read_reference


def test_a_reference_is_read_however_it_is_said():
    ref = new_reference()

    assert read_reference(ref.lower().replace("-", " ")) == ref
    assert read_reference(f" {ref} ") == ref


@given(st.integers(0, 6), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(place, letter):
    letters = new_reference().replace("-", "")
    wrong = letters[:place] + letter + letters[place + 1 :]

    assert (read_reference(wrong) is None) == (wrong != letters)


@given(st.integers(0, 4))
def test_two_swapped_neighbours_are_always_noticed(place):
    letters = new_reference().replace("-", "")
    swapped = letters[:place] + letters[place + 1] + letters[place] + letters[place + 2 :]

    assert (read_reference(swapped) is None) == (swapped != letters)


def test_references_hold_no_character_that_is_easily_confused():
    assert not set(ALPHABET) & set("0O1IL5S8BUV")
    assert read_reference("nonsense") is None
