"""Whose turn it is to write to an SQLite file."""

import fcntl
import stat
import threading
from pathlib import Path

from intake.db import Database
from intake.write_turn import WriteTurn


def test_one_at_a_time(tmp_path):
    at_work = most = 0
    lock = threading.Lock()

    def work():
        nonlocal at_work, most
        for _ in range(20):
            with WriteTurn(tmp_path / "clinic.db", 60)():
                with lock:
                    at_work += 1
                    most = max(most, at_work)
                with lock:
                    at_work -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert most == 1


def test_who_has_no_patience_left_goes_on_and_leaves_it_to_the_database(tmp_path):
    place = tmp_path / "clinic.db"
    passed = []

    with WriteTurn(place, 60)(), WriteTurn(place, 0.0)():
        passed.append("impatient")

    assert passed == ["impatient"]


def test_it_is_free_again_when_the_holder_failed(tmp_path):
    turn = WriteTurn(tmp_path / "clinic.db", 0.0)
    try:
        with turn():
            raise RuntimeError
    except RuntimeError:
        pass

    held = threading.Event()
    with turn():
        held.set()
    assert held.is_set()


def test_the_file_is_for_this_account_only_and_its_absence_stops_nobody(tmp_path):
    with WriteTurn(tmp_path / "clinic.db", 1.0)():
        assert stat.S_IMODE((tmp_path / "clinic.db-turn").stat().st_mode) == 0o600

    with WriteTurn(tmp_path / "gone" / "clinic.db", 1.0)():
        assert not (tmp_path / "gone").exists()


def test_a_writer_of_the_database_has_the_turn_until_it_has_committed(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/clinic.db")
    others = WriteTurn(tmp_path / "clinic.db", 0.0)
    seen = []

    with database.writing() as session:
        session.connection()
        seen.append(_is_free(others))
    seen.append(_is_free(others))
    database.dispose()

    assert seen == [False, True]


def _is_free(turn):
    with Path(turn._place).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
