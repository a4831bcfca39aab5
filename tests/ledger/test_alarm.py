"""The alarm: raised where the log is not the signed one, told everywhere, over when it is
settled.
"""

from datetime import timedelta

import pytest
from sqlalchemy import event

from intake.ledger import alarm
from intake.ledger.alarm import GLANCE, PATROL, Alarm, log_problem, standing_alarms
from intake.ledger.patrol import Patrol
from intake.ledger.seal import NotSealed, unsealed
from intake.ledger.sealing import ENDS, GLANCE_EVERY, PACE, Sealing
from tests.conftest import NOON
from tests.ledger.administrator import as_administrator
from tests.ledger.forgeries import FORGERIES, back_to, forge_entry, reorder
from tests.ledger.test_kept_head import ORIGIN, Log

MINUTE = timedelta(minutes=1)


@pytest.fixture
def log(database, tmp_path):
    return Log(database, tmp_path / "keys")


def patrolled(log, portion=100):
    """Go over the whole log once; the last step."""
    patrol = Patrol(log.database, log.folder, portion)
    steps = [patrol.step(NOON)]
    while steps[-1].not_before == NOON + timedelta(seconds=5):
        steps.append(patrol.step(NOON))
    return steps


@pytest.mark.parametrize("forgery", [*FORGERIES, back_to(3)])
def test_the_worker_raises_the_alarm_and_ends_it_when_the_log_is_back(log, forgery):
    log.grown(3)
    log.grown(3)
    step = Sealing(log.database, log.folder, ORIGIN).step
    with as_administrator(log.database) as connection:
        forgery(connection)

    problem = step(NOON).problem
    step(NOON + MINUTE)

    assert standing_alarms(log.folder) == {GLANCE: Alarm(problem, NOON)}
    assert log_problem(log.folder).words == f"The consent log: {problem}"


def test_an_alarm_is_over_when_the_database_is_back(log):
    log.grown(6)
    step = Sealing(log.database, log.folder, ORIGIN).step
    with as_administrator(log.database) as connection:
        reorder(connection)
    step(NOON)
    assert standing_alarms(log.folder)
    with as_administrator(log.database) as connection:
        reorder(connection)

    assert step(NOON + MINUTE).problem is None
    assert standing_alarms(log.folder) == {}
    assert log_problem(log.folder) is None


def test_the_patrol_finds_what_a_glance_cannot_and_stops_the_signer(log):
    log.grown(600)
    assert patrolled(log)[-1].problem is None
    with as_administrator(log.database) as connection:
        forge_entry(connection, position=200)
    log.write(1)

    problem = patrolled(log)[-1].problem

    assert "among the entries 0 to 255 are others than were signed" in problem
    with pytest.raises(NotSealed, match="among the entries 0 to 255"):
        log.seal()
    assert Sealing(log.database, log.folder, ORIGIN).step(NOON).problem == problem
    assert standing_alarms(log.folder).keys() == {PATROL}


@pytest.mark.parametrize("portion", [7, 100, 256, 300, 1000])
def test_the_patrol_goes_over_every_entry_in_portions_of_any_size(log, portion):
    log.grown(300)
    assert patrolled(log, portion)[-1].not_before == NOON + timedelta(hours=1)
    with as_administrator(log.database) as connection:
        connection.exec_driver_sql("UPDATE ledger_entry SET kind = 'other' WHERE id = 300")

    assert "is filed under another kind" in patrolled(log, portion)[-1].problem


def test_a_whole_round_without_a_finding_ends_the_patrols_alarm(log):
    log.grown(6)
    alarm.sound(log.folder, PATROL, "something", now=NOON)

    assert len(patrolled(log, 2)) == 3
    assert standing_alarms(log.folder) == {}


def test_a_sealing_that_is_not_finished_alarms_nobody(log):
    log.grown(3)
    log.write(3)
    log.dies_before_its_commit()

    assert {step.problem for step in patrolled(log)} == {None}
    assert standing_alarms(log.folder) == {}


def test_nothing_is_patrolled_before_something_was_signed(log):
    assert patrolled(log)[-1].problem is None


def test_an_alarm_that_says_something_new_is_told_again_and_keeps_its_time(tmp_path):
    alarm.sound(tmp_path, GLANCE, "one", now=NOON)
    alarm.note_told(tmp_path, GLANCE, now=NOON)
    alarm.sound(tmp_path, GLANCE, "one", now=NOON + MINUTE)
    assert standing_alarms(tmp_path)[GLANCE] == Alarm("one", NOON, NOON)

    alarm.sound(tmp_path, GLANCE, "two", now=NOON + MINUTE)

    assert standing_alarms(tmp_path)[GLANCE] == Alarm("two", NOON)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"glance": 1}', '{"glance": {"sentence": "x", "since": "today"}}']
)
def test_a_damaged_file_is_an_alarm_too(tmp_path, text):
    (tmp_path / alarm.FILE).write_text(text)

    assert "is damaged" in log_problem(tmp_path).words


@pytest.fixture
def said(log):
    """The statements that the log's database is asked."""
    log.grown(3)
    statements = []
    event.listen(
        log.database.engine, "before_cursor_execute", lambda *call: statements.append(call[2])
    )
    return statements


def test_a_log_whose_ends_stand_still_is_compared_now_and_then(log, said):
    sealing = Sealing(log.database, log.folder, ORIGIN)
    sealing.step(NOON)
    said.clear()

    for at in range(1, GLANCE_EVERY // PACE):
        sealing.step(NOON + at * PACE)
    asked = list(said)
    sealing.step(NOON + GLANCE_EVERY)

    assert asked == 3 * [ENDS.text]
    assert len(said) > len(asked) + 1


def test_a_record_that_comes_while_the_log_stands_still_is_sealed_at_the_next_step(log, said):
    sealing = Sealing(log.database, log.folder, ORIGIN)
    sealing.step(NOON)
    log.write(1)

    sealing.step(NOON + PACE)

    with log.database.reading() as session:
        assert unsealed(session) == []


def test_a_clock_that_is_set_back_does_not_put_off_the_comparison(log, said):
    sealing = Sealing(log.database, log.folder, ORIGIN)
    sealing.step(NOON)
    said.clear()

    sealing.step(NOON - PACE)

    assert len(said) > 1
