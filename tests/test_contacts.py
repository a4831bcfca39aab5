import pytest
from email_validator import deliverability

from intake.contacts import (
    NotAnEmail,
    NotAPhone,
    address,
    former_address_hash,
    mailable,
    mailbox,
    masked,
    parse_email,
    parse_phone,
    show_phone,
)


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


@pytest.mark.parametrize(
    "typed", ["", "12", "call me", "555 0123", "416 555", "+999 123 4567", "1" * 60]
)
def test_what_can_not_be_called_is_refused(typed):
    with pytest.raises(NotAPhone):
        parse_phone(typed)


def test_numbers_are_shown_as_people_here_write_them():
    assert show_phone("+16135550100") == "613-555-0100"
    assert show_phone("+33142685300") == "+33 1 42 68 53 00"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ana@EXAMPLE.com", "Ana@example.com"),
        ("a+b@example.ca", "a+b@example.ca"),
        (" ana@example.com\t", "ana@example.com"),
        ("\xa0ana@example.com\u200b ", "ana@example.com"),
    ],
)
def test_an_address_is_kept_in_canonical_form(typed, kept):
    assert parse_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "ana", "ana@", "@example.com", "a b@example.com", "ana@example", "ana@example..com"],
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


def test_an_address_that_is_longer_than_mail_allows_is_not_even_looked_at(monkeypatch):
    monkeypatch.setattr(address, "validate_email", None)

    with pytest.raises(NotAnEmail, match="too long"):
        parse_email("@example.com".rjust(255, "a"))


def test_an_address_may_be_as_long_as_mail_allows_and_no_longer():
    domain = ".".join(["d" * 62] * 3)
    longest = f"{'a' * (254 - len(domain) - 1)}@{domain}"

    assert (len(longest), parse_email(longest)) == (254, longest)
    with pytest.raises(NotAnEmail):
        parse_email(f"a{longest}")


@pytest.mark.parametrize(
    ("email", "sent_to"),
    [
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@example.com", "ana@example.com"),
        ("zoë@example.com", "zoë@example.com"),
    ],
)
def test_mail_goes_to_the_ascii_form_where_there_is_one(email, sent_to):
    assert mailable(email) == sent_to


@pytest.mark.parametrize("read", [parse_email, mailable, mailbox])
def test_the_dns_is_not_asked(monkeypatch, read):
    monkeypatch.setattr(deliverability, "validate_email_deliverability", None)

    assert read("zoë@example.com") == "zoë@example.com"


def test_what_was_stored_and_is_no_address_is_not_mailed():
    with pytest.raises(NotAnEmail):
        mailable("ana")


def test_the_hash_of_former_releases_left_spaces_and_all_case_aside():
    assert former_address_hash(b"key", " JANE@STRAßE.de ") == former_address_hash(
        b"key", "jane@strasse.de"
    )
    assert former_address_hash(b"key", "jane@straße.de") != former_address_hash(
        b"another", "jane@straße.de"
    )
