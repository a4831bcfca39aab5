"""What the Alert column says, as plain rules."""

from datetime import date

import pytest

from intake.contacts import Doubt
from intake.models import Status
from intake.sheet.queue.alerts import AlertFacts, Other, alert

TODAY = date(2026, 11, 23)
S = Status
STANDS = "from this number. The one of 12 Nov stands at “No answer” (K7F-2Q9X)."


def facts(status=S.NEW, sheet_status=None, **more):
    return AlertFacts(status, status if sheet_status is None else sheet_status, TODAY, **more)


def other(status, *, ref="K7F-2Q9X", received=date(2026, 11, 12), status_on=date(2026, 11, 14)):
    return Other(ref, received, status, status_on)


def test_an_ordinary_request_has_no_alert():
    assert alert(facts()) == ""


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (
            facts(S.BOOKED, "New"),
            "“New” does not follow “Booked”; the record stays “Booked”. "
            "Choose Claimed to take it up again.",
        ),
        (
            facts(S.NO_ANSWER, "New"),
            "“New” does not follow “No answer”; the record stays “No answer”.",
        ),
        (
            facts(S.NEW, "call her mum"),
            "Status is not one of the list; the record stays “New”. Choose one from the list.",
        ),
        (facts(S.REACHED, " "), "Status is empty; the record stays “Reached”. Choose a status."),
        (
            facts(S.DO_NOT_CALL, "Booked"),
            "Calls were forbidden; the record stays “Do not call”. Only an admin can lift it "
            "(intake queue reopen).",
        ),
        (
            facts(S.NEW, "Do not call"),
            "An admin took “Do not call” back; the record says “New”. Choose a status.",
        ),
        (
            facts(is_duplicated=True),
            "This row is here twice: delete one copy. Until then nothing you write in it is read.",
        ),
        (facts(before=[other(S.NO_ANSWER)]), f"2nd request {STANDS}"),
        (facts(before=[other(S.NEW), other(S.NO_ANSWER)]), f"3rd request {STANDS}"),
        (facts(before=[other(S.BOOKED)]), ""),
        (
            facts(before=[other(S.DO_NOT_CALL)]),
            "DO NOT CALL: asked on 14 Nov not to be called (K7F-2Q9X). Ask before you dial.",
        ),
        (
            facts(before=[other(S.WRONG_NUMBER, status_on=date(2025, 1, 3))]),
            "This number was wrong on 3 Jan 2025 (K7F-2Q9X).",
        ),
        (facts(after=[other(S.NEW)]), "This number asked again on 12 Nov (K7F-2Q9X)."),
        (facts(S.BOOKED, after=[other(S.NEW)]), ""),
        (
            facts(doubt=Doubt.COSTLY),
            "Calling this number may cost extra (premium rate). Check before you dial.",
        ),
        (
            facts(doubt=Doubt.NOT_KNOWN, after=[other(S.NEW)]),
            "This number’s area code is not known: it may be new, or mistyped. Check "
            "before you dial.\n"
            "This number asked again on 12 Nov (K7F-2Q9X).",
        ),
        (
            facts(after=[other(S.DO_NOT_CALL)]),
            "DO NOT CALL: asked on 14 Nov not to be called (K7F-2Q9X). "
            "Ask before you dial.\nThis number asked again on 12 Nov (K7F-2Q9X).",
        ),
    ],
)
def test_what_the_alert_says(case, said):
    assert alert(case) == said


def test_a_number_that_asked_hundreds_of_times_has_a_short_alert():
    many = [
        other(status, ref=f"R{number}")
        for number in range(300)
        for status in (S.WRONG_NUMBER, S.DO_NOT_CALL)
    ]

    said = alert(facts(before=many)).splitlines()

    assert [line.partition(":")[0] for line in said[:3]] == ["DO NOT CALL"] * 3
    assert "R299" in said[2]
    assert len(said) == 6


def test_what_staff_typed_is_never_repeated_in_the_alert():
    assert "mum" not in alert(facts(sheet_status="call her mum"))


@pytest.mark.parametrize(
    ("earlier", "ordinal"),
    [(1, "2nd"), (2, "3rd"), (3, "4th"), (10, "11th"), (11, "12th"), (20, "21st"), (110, "111th")],
)
def test_requests_are_counted_in_words(earlier, ordinal):
    assert alert(facts(before=[other(S.NEW)] * earlier)).startswith(f"{ordinal} request")
