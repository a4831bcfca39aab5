"""What looks like a machine's is kept and confirmed, and waits for staff to look at it."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, update

from intake.app import create_app
from intake.callback.abuse import (
    FASTEST,
    MOST_PER_NUMBER,
    WORDS,
    FormBehaviour,
    Sign,
    announcement,
    count_held,
    count_held_in_bursts,
    held_request,
    held_requests,
    release,
    sign_of_machine,
)
from intake.callback.draft import Submission, draft
from intake.callback.earlier_requests import (
    BURST,
    DAYS_LOOKED_AT,
    LEAST,
    MOST_COUNTED,
    SAME_WITHIN,
    EarlierRequests,
    note_usual_day,
)
from intake.callback.history import History, history_query
from intake.config import Settings
from intake.consent.record import Circumstances
from intake.limits import REQUESTS, STAMP
from intake.models import Lead, OutboxEntry, Role, Topic
from intake.operations.held_checks import check_held
from intake.sql import execute
from tests.conftest import NOON, SECRET
from tests.factories import ADDRESS_KEY, answers, many_leads, shown, submit_callback
from tests.page import PageClient

PHONE = "+14165550123"
QUIET = EarlierRequests(for_number=0, lately=0, usual=0, mails=0)


def test_what_is_too_quick_and_too_many_is_what_the_words_say():
    assert (FASTEST.total_seconds(), MOST_PER_NUMBER) == (2, 5)
    assert WORDS.keys() == set(Sign)


@pytest.mark.parametrize(
    ("manner", "sign"),
    [
        (FormBehaviour("", NOON), Sign.HASTE),
        (FormBehaviour("", NOON - FASTEST), None),
        (FormBehaviour("", NOON - timedelta(days=3)), None),
        (FormBehaviour("", None), None),
        (FormBehaviour("", NOON + timedelta(minutes=5)), None),  # another node's clock
        (FormBehaviour("", NOON - FASTEST + timedelta(milliseconds=1)), Sign.HASTE),
        (FormBehaviour("https://buy.example", NOON - timedelta(hours=1)), Sign.TRAP),
    ],
)
def test_what_a_machine_does(manner, sign):
    assert sign_of_machine(manner, QUIET, now=NOON) is sign


def before(session, clinic, now):
    submission = Submission(answers(phone=PHONE), shown(session, clinic), now)
    lead = draft(submission, clinic=clinic, address_key=ADDRESS_KEY).lead
    asked = history_query([lead], clinic.key, session.connection().dialect, now=now)
    return History(execute(session.connection(), asked)).of(PHONE, None)


def sign_now(session, clinic, now):
    return sign_of_machine(FormBehaviour("", None), before(session, clinic, now), now=now)


def test_a_number_that_is_asked_for_all_day_is_looked_at(session, clinic, lead):
    for hour in range(MOST_PER_NUMBER):
        assert sign_now(session, clinic, NOON) is None
        lead(phone="416 555 0123", now=NOON - timedelta(hours=MOST_PER_NUMBER - hour))

    assert sign_now(session, clinic, NOON) is Sign.NUMBER
    assert sign_now(session, clinic, NOON + timedelta(hours=20)) is None
    assert sign_now(session, clinic, NOON - timedelta(days=2)) is None, (
        "the clock was ahead when they came"
    )


def test_the_usual_day_is_that_of_the_last_four_weeks(database, clinic):
    with database.writing() as session:
        many_leads(session, clinic, 2 * DAYS_LOOKED_AT, now=NOON - timedelta(days=2))
        many_leads(session, clinic, 9 * DAYS_LOOKED_AT, now=NOON - timedelta(days=29))

    for now, usual in ((NOON, 2), (NOON + timedelta(days=30), 0), (NOON - timedelta(days=2), 11)):
        note_usual_day(database, clinic, now)
        with database.reading() as session:
            assert before(session, clinic, now).usual == usual


@pytest.mark.parametrize(
    ("lately", "usual", "sign"),
    [
        (LEAST - 1, 0, None),
        (LEAST, 0, Sign.BURST),
        (LEAST, LEAST, Sign.BURST),
        (3 * LEAST - 1, 3 * LEAST, None),
        (3 * LEAST, 3 * LEAST, Sign.BURST),
        (MOST_COUNTED, 10 * MOST_COUNTED, Sign.BURST),
    ],
)
def test_more_within_an_hour_than_on_a_usual_day_is_a_burst_but_never_a_few(lately, usual, sign):
    before = EarlierRequests(for_number=0, lately=lately, usual=usual, mails=0)

    assert sign_of_machine(FormBehaviour("", None), before, now=NOON) is sign


def test_a_burst_is_counted_over_an_hour(session, clinic, lead):
    many_leads(session, clinic, LEAST - 1)
    assert sign_now(session, clinic, NOON) is None

    lead(now=NOON)

    assert sign_now(session, clinic, NOON + timedelta(minutes=59)) is Sign.BURST
    assert sign_now(session, clinic, NOON + timedelta(minutes=60)) is None
    assert sign_now(session, clinic, NOON - timedelta(days=30)) is None, (
        "the clock was ahead when they came"
    )


def test_what_was_held_for_its_own_sake_makes_no_burst_for_patients(session, clinic):
    many_leads(session, clinic, LEAST)
    session.execute(update(Lead).values(hold_reason=Sign.TRAP))
    assert sign_now(session, clinic, NOON) is None

    session.execute(update(Lead).values(hold_reason=BURST))
    assert sign_now(session, clinic, NOON) is Sign.BURST


def test_an_attack_does_not_become_what_is_usual(database, clinic):
    with database.writing() as session:
        many_leads(session, clinic, 2 * DAYS_LOOKED_AT, now=NOON - timedelta(hours=5))
        session.execute(update(Lead).values(hold_reason=Sign.BURST))

    note_usual_day(database, clinic, NOON)

    with database.reading() as session:
        assert before(session, clinic, NOON).usual == 0


def test_patients_in_a_burst_see_what_everybody_sees_and_staff_are_told(
    client, page_database, clinic
):
    with page_database.writing() as session:
        many_leads(session, clinic, LEAST)

    page = client.submit(name="Zuzanna Secret")

    assert "We have your request" in page.text
    assert "1 came in a burst" in check_held(page_database, clinic).sentence
    client.sign_in(Role.FRONT_DESK)
    assert "1 came in a burst" in client.get("/admin/queue").text
    shown_there = client.get("/admin/held")
    assert "Zuzanna Secret" in shown_there.text
    assert "came in a burst" in shown_there.text


def entries(session):
    return session.scalars(select(OutboxEntry.topic).order_by(OutboxEntry.id)).all()


def test_a_held_request_is_confirmed_like_any_and_released_once(client, page_database):
    page = client.submit(website="https://buy.example", email="ana@example.com", agree_news="y")

    assert "We have your request" in page.text
    with page_database.writing() as session:
        (held,) = held_requests(session, "riverside")
        assert held.hold_reason == Sign.TRAP
        assert entries(session) == []
        assert release(session, held, now=NOON)
        assert not release(session, held, now=NOON)
        assert entries(session) == [Topic.QUEUE_ROW, Topic.ACKNOWLEDGEMENT]
        assert held_requests(session, "riverside") == []


def test_what_is_held_is_shown_oldest_first_and_no_more_than_is_asked_for(session, lead):
    held = [lead(), lead(), lead()]
    lead()
    for one in reversed(held):
        one.hold_reason = Sign.TRAP
        session.flush()

    assert held_requests(session, "riverside") == held
    assert held_requests(session, "riverside", limit=2) == held[:2]


def test_a_hundred_are_shown_at_once_and_all_are_counted(session, clinic):
    many_leads(session, clinic, 101)
    session.execute(update(Lead).values(hold_reason=Sign.TRAP))

    assert len(held_requests(session, "riverside")) == 100
    assert count_held(session, "riverside") == 101
    assert count_held(session, "elsewhere") == 0


def test_only_what_is_held_here_and_may_be_shown_is_found_and_counted(session, lead):
    trap, burst, other, *gone, _ = (lead() for _ in range(6))
    for one, sign in (
        (trap, Sign.TRAP),
        (burst, Sign.BURST),
        (other, Sign.BURST),
        *((one, Sign.BURST) for one in gone),
    ):
        one.hold_reason = sign
    other.clinic, gone[0].erased_at, gone[1].restricted_at = "elsewhere", NOON, NOON
    session.flush()

    assert held_requests(session, "riverside") == [trap, burst]
    assert (count_held(session, "riverside"), count_held_in_bursts(session, "riverside")) == (2, 1)
    everybody = session.scalars(select(Lead).order_by(Lead.id)).all()
    assert [held_request(session, "riverside", one.ref) for one in everybody] == [
        trap,
        burst,
        *[None] * 4,
    ]


MAIL = {"topic": Topic.ACKNOWLEDGEMENT}


@pytest.mark.parametrize(
    ("email", "no_mail", "mails"),
    [
        (None, "", []),
        ("ana@example.com", "", [MAIL]),
        ("ana@example.com", "Too many.", [MAIL | {"delivered_at": NOON, "problem": "Too many."}]),
    ],
)
def test_a_row_is_asked_for_and_a_mail_where_there_is_an_address_and_no_reason_against_it(
    email, no_mail, mails
):
    entry = {"lead_id": 7, "asked_at": NOON, "due_at": NOON, "delivered_at": None, "problem": None}

    assert announcement(7, email, now=NOON, no_mail=no_mail) == [
        entry | {"topic": Topic.QUEUE_ROW},
        *(entry | mail for mail in mails),
    ]


def test_a_form_that_is_sent_at_once_is_held(client, page_database):
    client.submit(stamp=client.get("/").value("stamp"))

    with page_database.reading() as session:
        assert session.scalars(select(Lead.hold_reason)).all() == [Sign.HASTE]


def test_where_limits_are_lifted_nothing_is_held(page_database, tmp_path):
    url = page_database.url.render_as_string(hide_password=False)
    unlimited = PageClient(
        create_app(Settings(database_url=url, secret_key=SECRET, instance=tmp_path, limits="off"))
    )

    unlimited.submit(stamp=unlimited.get("/").value("stamp"), website="x")

    with page_database.reading() as session:
        assert session.scalars(select(Lead.hold_reason)).all() == [None]


@pytest.fixture
def apps(database, clock, tmp_path):
    """Two applications on one database, as two processes or nodes have it."""
    url = database.url.render_as_string(hide_password=False)
    made = [
        create_app(Settings(database_url=url, secret_key=SECRET, instance=tmp_path), clock=clock)
        for _ in range(2)
    ]
    yield [PageClient(app) for app in made]
    for app in made:
        PageClient(app).house.database.dispose()


def numbers(times):
    return [f"416 555 01{number:02}" for number in range(times)]


def send(app, stamp, phone, path="/"):
    """Send the form; the answer is not looked at, because that takes longer than everything
    else.
    """
    return app.http.post(
        path, data={"stamp": stamp, "name": "Ana Đặng", "phone": phone}
    ).status_code


def test_one_network_cannot_fill_the_queue_and_loses_nothing_it_typed(apps, clock):
    one, other = apps
    stamp = one.stamp()
    for number, phone in enumerate(numbers(REQUESTS.times)):
        assert send(apps[number % 2], stamp, phone) == 303

    for app in apps:
        page = app.submit(
            name="Ana Đặng",
            what_hurts="My knee",
            agree_news="y",
            email="ana@example.com",
            follow=False,
        )
        assert page.status == 429
        assert "Many requests came from your network" in page.text
        assert (page.value("name"), page.value("what_hurts")) == ("Ana Đặng", "My knee")
        assert page.ticked("agree_news") == ["y"]
    clock.now += timedelta(hours=1)
    assert other.submit(follow=False).status == 303
    one.http.environ_base["REMOTE_ADDR"] = "203.0.113.77"
    assert one.submit(follow=False).status == 303


def test_a_repeat_of_a_request_is_answered_though_the_limit_is_used_up(apps):
    one, other = apps
    stamp = one.stamp()
    for phone in numbers(REQUESTS.times):
        send(one, stamp, phone)

    assert send(other, stamp, "416-555-0100") == 303
    assert send(other, other.stamp(), "(416) 555-0129") == 303
    assert send(other, stamp, "416 555 0199") == 429


def test_a_repeat_is_answered_though_the_limit_is_used_up_also_when_it_comes_late(
    apps, clock, database
):
    one, other = apps
    stamp = one.stamp()
    for phone in numbers(REQUESTS.times):
        send(one, stamp, phone)
    with database.reading() as session:
        token = session.scalars(select(Lead.token).where(Lead.phone == "+14165550105")).one()
    clock.now += SAME_WITHIN + timedelta(minutes=1)

    again = other.http.post("/", data={"stamp": stamp, "name": "Ana Đặng", "phone": "416 555 0105"})

    assert (again.status_code, token in again.location) == (303, True)
    assert send(other, stamp, "416 555 0199") == 429
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Lead)) == REQUESTS.times


def test_repeats_that_come_late_use_up_no_limit(apps, clock, database):
    app, _ = apps
    stamp = app.stamp()
    send(app, stamp, "416 555 0100")
    clock.now += SAME_WITHIN + timedelta(minutes=1)

    for _ in range(REQUESTS.times):
        assert send(app, stamp, "416 555 0100") == 303

    assert send(app, stamp, "416 555 0199") == 303
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Lead)) == 2


def test_a_form_serves_so_many_requests_and_then_asks_to_send_once_more(apps, database):
    stamp = apps[0].stamp("/fr/")
    for number, phone in enumerate(numbers(STAMP.times)):
        app = apps[number % 2]
        app.http.environ_base["REMOTE_ADDR"] = f"203.0.{number}.9"
        assert send(app, stamp, phone, "/fr/") == 303
    app.http.environ_base["REMOTE_ADDR"] = "198.51.100.9"

    typed = {
        "name": "Zoé Roy",
        "phone": "416 555 0199",
        "what_hurts": "Genou",
        "email": "zoe@example.com",
    }
    page = app.submit("/fr/", stamp=stamp, agree_news="y", follow=False, **typed)

    assert page.status == 422
    assert "envoyez-le une fois de plus" in page.text
    assert {name: page.value(name) for name in typed} == typed
    assert page.ticked("agree_news") == ["y"]
    assert (
        app.submit("/fr/", stamp=page.value("stamp"), agree_news="y", follow=False, **typed).status
        == 303
    )
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Lead)) == STAMP.times + 1
        newest = select(Lead.hold_reason).order_by(Lead.id.desc()).limit(1)
        assert session.scalars(newest).one() is None


def test_a_sender_whose_address_is_not_known_shares_no_limit_with_others(database, clinic):
    for number in range(REQUESTS.times + 1):
        with database.writing() as session:
            form, manner = shown(session, clinic), FormBehaviour("", None)
            submit_callback(
                session,
                answers(phone=f"416 555 01{number:02}"),
                form,
                clinic=clinic,
                address_key=ADDRESS_KEY,
                now=NOON,
                manner=manner,
            )

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Lead)) == REQUESTS.times + 1


def test_limits_cost_a_request_one_statement(database, clinic):
    said = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: said.append(args[2]))

    def statements(manner):
        with database.writing() as session:
            form = shown(session, clinic)
            session.flush()
            said.clear()
            submit_callback(
                session,
                answers(phone=f"416 555 01{len(manner)}0"),
                form,
                clinic=clinic,
                address_key=ADDRESS_KEY,
                now=NOON,
                circumstances=Circumstances(network="203.0.113.0/24"),
                manner=manner.get("manner"),
            )
        return len(said)

    assert statements({"manner": FormBehaviour("", None)}) == statements({}) + 1


def test_the_trap_is_out_of_everybodys_way(client):
    trap = client.get("/").soup.select_one("#website")

    assert (trap["tabindex"], trap["autocomplete"], trap.parent["aria-hidden"]) == (
        "-1",
        "off",
        "true",
    )
