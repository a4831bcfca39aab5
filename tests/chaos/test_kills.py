"""A confirmation is a promise, whatever happens to the process that gave it. `make kills` does this
for longer.
"""

from tests.chaos.kills import Clinic, run, wrong_with

REQUESTS, KILLS = 120, 6


def test_what_was_confirmed_is_stored_whole_and_once_though_processes_are_killed(
    database, tmp_path
):
    clinic = Clinic(tmp_path, database, seed=20261128)
    try:
        run(clinic, REQUESTS, KILLS)
        wrong = wrong_with(clinic)
    finally:
        clinic.close()

    assert wrong == []
    assert (len(clinic.confirmed), clinic.killed) == (REQUESTS, KILLS)
