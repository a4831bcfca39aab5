"""What is said by mail, and in which form it goes out."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup

from intake.consent.person_consent import consent_of
from intake.consent.receipts import receipt_of
from intake.consent.token import THIS_ADDRESS, token_of
from intake.languages import translator
from intake.mail.compose import Letter, compose
from intake.mail.messages import acknowledgement, link, spoken_name
from intake.mail.rendering import PARTS, template_sha256
from intake.models import Purpose
from tests.conftest import NOON, ROOT
from tests.mail.conftest import PUBLIC_URL

ID = "0123456789abcdef" * 2
PROMOTION = re.compile(
    r"\b(book|offer|discount|promotion|special|free|deal|save|new treatment|class|visit "
    r"us|follow us|share|refer a)"
    r"|\b(réserve|offre|rabais|promotion|spécia|gratuit|solde|nouveau "
    r"traitement|cours\b|suivez|partage)",
    re.IGNORECASE,
)
HEALTH = re.compile(
    r"\b(pain|hurt|back|knee|physio|chiro|acupuncture|massage|therap|consult|douleur|mal|dos|genou|thérap)",
    re.IGNORECASE,
)


@pytest.fixture
def engine_name() -> str:
    """One is enough: composing knows no engine."""
    return "sqlite"


@pytest.fixture
def ana(lead):
    return lead(
        agreed_to={Purpose.REMINDERS},
        services=("acupuncture",),
        body_areas=("knee",),
        what_hurts="my knee",
    )


def parsed(composed) -> EmailMessage:
    return message_from_bytes(composed.message.as_bytes(), policy=policy.default)


def acknowledge(session, lead, clinic, *, now=NOON):
    receipt = receipt_of(consent_of(session, lead))
    return compose(
        acknowledgement(lead, receipt, clinic, public_url=PUBLIC_URL, id=ID, now=now),
        clinic,
        now=now,
    )


def bodies(message: EmailMessage) -> tuple[str, str]:
    html = BeautifulSoup(message.get_body(("html",)).get_content(), "html5lib")
    return message.get_body(("plain",)).get_content(), " ".join(html.get_text(" ").split())


def links(message: EmailMessage) -> set[str]:
    html = BeautifulSoup(message.get_body(("html",)).get_content(), "html5lib")
    return {str(a["href"]) for a in html.select("a[href]")}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "Hello Ana",
                "Monday, November 23 at 1:30 p.m.",
                "613-555-0101",
                "Email me appointment reminders",
            ],
        ),
        (
            "fr",
            [
                "Bonjour Ana",
                "lundi 23 novembre à 13 h 30",
                "613-555-0101",
                "rappels de rendez-vous",
            ],
        ),
    ],
)
def test_the_acknowledgement_tells_reference_promise_and_receipt_in_the_form_s_language(
    session, lead, clinic, language, said
):
    ana = lead(language=language, agreed_to={Purpose.REMINDERS})

    message = parsed(acknowledge(session, ana, clinic))

    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert ana.ref in message["Subject"]
    assert message["Content-Language"] == f"{language}-CA"
    page = f"{PUBLIC_URL}/consent/{token_of(ana.salt)}"
    for body in (" ".join(part.split()) for part in bodies(message)):
        for words in [
            *said,
            ana.ref,
            *(answer.leaf for answer in receipt_of(consent_of(session, ana)).answers),
        ]:
            assert words in body
        notice = receipt_of(consent_of(session, ana)).answers[0].notice
        assert " ".join(notice.split()) in body
    assert {page, f"{page}/confirm/{token_of(ana.salt, THIS_ADDRESS)}"} <= links(message)
    assert page in message.get_body(("plain",)).get_content()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_mail_says_who_sends_it_and_how_to_reach_them(session, lead, clinic, language):
    ana = lead(language=language, email="ana@example.com")
    letter = link(ana, token_of(ana.salt), public_url=PUBLIC_URL, id=ID)

    for composed in (acknowledge(session, ana, clinic), compose(letter, clinic, now=NOON)):
        for body in bodies(parsed(composed)):
            for words in (
                clinic.legal_name,
                clinic.address.street,
                clinic.address.postal_code,
                "613-555-0100",
                clinic.email,
                str(clinic.web),
            ):
                assert words in body


def test_headers_come_from_the_clinic_and_offer_one_click(session, ana, clinic):
    raw = acknowledge(session, ana, clinic).message.as_bytes()

    message = message_from_bytes(raw, policy=policy.default)
    assert (
        message["From"]
        == message["Reply-To"]
        == "Riverside Physio & Wellness <hello@riverside.example.com>"
    )
    assert message["To"] == "ana@example.com"
    assert message["Date"].datetime == NOON
    assert message["Message-ID"] == f"<acknowledgement.{ID}@riverside.example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page = f"{PUBLIC_URL}/consent/{token_of(ana.salt)}"
    # In these very bytes: a mail program that finds it encoded shows no button
    mailto = f"<mailto:hello@riverside.example.com?subject=unsubscribe%20{ana.ref}>"
    assert f"List-Unsubscribe: <{page}>,\r\n {mailto}\r\n".encode() in raw
    assert max(map(len, raw.split(b"\r\n"))) < 998
    assert raw.isascii()


def test_a_line_break_never_becomes_a_header(session, lead, clinic):
    trap = "Ana\r\nBcc: everybody@example.com"
    named = clinic.model_copy(update={"display_name": f"Clinic\r\nBcc: {trap}"})
    ana = lead(name=trap, email="ana@example.com")

    message = parsed(acknowledge(session, ana, named))

    assert message["Bcc"] is None
    assert message["From"].addresses[0].display_name == "Clinic Bcc: Ana Bcc: everybody@example.com"
    ana.email = "ana@example.com\r\nBcc: everybody@example.com"
    with pytest.raises(ValueError, match=r"."):
        acknowledge(session, ana, clinic)


def test_the_name_stands_in_the_body_alone(session, ana, clinic):
    message = acknowledge(session, ana, clinic).message

    assert "Ana" not in str([(name, str(value)) for name, value in message.items()])


@pytest.mark.parametrize(
    "name", ["Ana O’Neil-Đặng", "J. R. Smith", "Zoë", "李小龍", "D'Arcy St. John"]
)
def test_a_name_is_said(name):
    assert spoken_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "http://win.example",
        "Win at evil.example",
        "Call 1 900 555 0123",
        "ana@evil.example",
        "A" * 61,
        "a\nb",
    ],
)
def test_what_may_be_more_than_a_name_is_not_said_so_that_the_form_carries_nobody_s_words(name):
    assert spoken_name(name) == ""


def test_markup_in_a_name_is_text(session, lead, clinic):
    letter = Letter("link", "a@example.com", "en", ID, {"page": '"><img src=x onerror=alert(1)>'})

    html = compose(letter, clinic, now=NOON).message.get_body(("html",)).get_content()

    assert BeautifulSoup(html, "html5lib").select("img") == []


def test_a_late_acknowledgement_says_that_it_is_late(session, ana, clinic):
    text, html = bodies(acknowledge(session, ana, clinic, now=NOON + timedelta(days=1)).message)

    for body in (text, html):
        assert "later than it should" in body
        assert "We will call you by" not in body


def test_without_anything_agreed_no_address_is_to_be_confirmed(session, lead, clinic):
    message = acknowledge(session, lead(email="ana@example.com"), clinic).message

    assert not [link for link in links(message) if "/confirm/" in link]
    assert "Not agreed to:" in bodies(message)[0]
    assert "\nAgreed to:" not in bodies(message)[0]


# ---- lint: the acknowledgement promotes nothing and tells nothing of health


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", ["acknowledgement", "link"])
def test_our_own_words_promote_nothing(name, language):
    source = "\n".join((ROOT / "templates" / "mail" / name / part).read_text() for part in PARTS)
    words = [translator(language)(found) for found in re.findall(r'_\("([^"]+)"', source)]

    assert len(words) > 3
    assert [said for said in words if PROMOTION.search(said)] == []


def test_the_acknowledgement_links_to_nothing_but_the_consent_page_and_the_clinic(
    session, ana, clinic
):
    message = acknowledge(session, ana, clinic).message
    page = f"{PUBLIC_URL}/consent/{token_of(ana.salt)}"

    assert links(message) == {
        page,
        f"{page}/confirm/{token_of(ana.salt, THIS_ADDRESS)}",
        f"tel:{clinic.phones.reception}",
        f"mailto:{clinic.email}",
        str(clinic.web),
    }
    assert str(clinic.booking) not in message.as_string()
    html = message.get_body(("html",)).get_content()
    assert not re.search(r"<(img|script|link|iframe|form)\b|url\(|@import", html)


def test_nothing_of_the_consult_is_told(session, ana, clinic):
    message = acknowledge(session, ana, clinic).message
    receipt = receipt_of(consent_of(session, ana))

    subject = str(message["Subject"]).replace(ana.ref, "")
    assert not HEALTH.search(subject)
    text, _ = bodies(message)
    asked = [
        words for answer in receipt.answers for words in (answer.words, answer.hint, answer.notice)
    ]
    for quoted in (*asked, clinic.legal_name, clinic.display_name, clinic.email, str(clinic.web)):
        text = text.replace(quoted, "")
    assert HEALTH.findall(text) == []


def test_the_wording_has_a_digest_of_its_own():
    digests = {
        template_sha256(name, language)
        for name in ("acknowledgement", "link")
        for language in ("en", "fr")
    }

    assert len(digests) == 4
    assert {len(digest) for digest in digests} == {64}
    assert template_sha256("link", "en") == template_sha256("link", "en")
