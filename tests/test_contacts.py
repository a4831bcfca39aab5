import pytest

from intake.contacts import NotAnEmail, NotAPhone, masked, parse_email, parse_phone, show_phone


@pytest.mark.parametrize(
    ("typed", "e164", "extension"),
    [
        ("416 555 0123", "+14165550123", ""),
        ("(416) 555-0123", "+14165550123", ""),
        ("1-416-555-0123", "+14165550123", ""),
        ("+1 416.555.0123 ext. 45", "+14165550123", "45"),
        ("416 555 0123 x7", "+14165550123", "7"),
        ("514 555 0123 poste 45", "+15145550123", "45"),
        ("+33 1 42 68 53 00", "+33142685300", ""),
    ],
)
def test_a_phone_number_is_read_however_it_is_written(typed, e164, extension):
    phone = parse_phone(typed)

    assert (phone.e164, phone.extension, phone.typed) == (e164, extension, typed)


@pytest.mark.parametrize("typed", ["", "12", "call me", "555 0123", "416 555", "+999 123 4567", "1" * 60])
def test_what_can_not_be_called_is_refused(typed):
    with pytest.raises(NotAPhone):
        parse_phone(typed)


def test_numbers_are_shown_as_people_here_write_them():
    assert show_phone("+16135550100") == "613-555-0100"
    assert show_phone("+33142685300") == "+33 1 42 68 53 00"


@pytest.mark.parametrize(
    ("typed", "kept"), [("Ana@EXAMPLE.com", "Ana@example.com"), ("a+b@example.ca", "a+b@example.ca")]
)
def test_an_address_is_kept_in_canonical_form(typed, kept):
    assert parse_email(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "ana", "ana@", "@example.com", "a b@example.com", "ana@example", "ana@example..com"]
)
def test_what_can_not_be_mailed_is_refused(typed):
    with pytest.raises(NotAnEmail):
        parse_email(typed)


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        ("jane@gmail.com", "j•••@g•••.com"),
        ("j@g.co", "j•••@g•••.co"),
        ("jane.doe+x@mail.example.ca", "j•••@m•••.ca"),
        ("étienne@exemple.québec", "é•••@e•••.québec"),
        ("a@localhost", "a•••@l•••"),
    ],
)
def test_an_address_is_shown_to_its_owner_only_so_far(email, shown):
    assert masked(email) == shown
