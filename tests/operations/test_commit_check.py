"""The doctor tells what a commit costs on this disk."""

from itertools import accumulate

import pytest
from sqlalchemy import event, func, select

from intake.models import WriteProbe
from intake.operations.commit_check import TRIES, check_commit


def stopwatch(*milliseconds):
    """A clock on which the commits take so long, one after the other."""
    readings = iter(list(accumulate(part for each in milliseconds for part in (1000, each))))
    return lambda: next(readings) / 1000


@pytest.mark.parametrize(
    ("milliseconds", "line"),
    [
        ((3, 2, 1, 900, 4), "ok    disk: a commit takes 3.0 ms"),
        ((1, 19.8, 19.9, 900, 900), "ok    disk: a commit takes 19.9 ms"),
        (
            (1, 1, 20.4, 21, 900),
            "warn  disk: a commit takes 20.4 ms, and every patient waits for one; ",
        ),
    ],
)
def test_the_median_of_a_few_commits_is_told_and_a_slow_disk_is_warned_of(
    database, milliseconds, line
):
    found = check_commit(database, stopwatch=stopwatch(*milliseconds))

    assert found.line.startswith(line)
    assert not found.is_failure


def test_real_commits_are_timed_and_nothing_stays(database, session):
    commits: list[object] = []
    event.listen(database.engine, "commit", commits.append)

    found = check_commit(database)

    assert len(commits) == TRIES
    assert " ms" in found.sentence
    assert session.scalar(select(func.count()).select_from(WriteProbe)) == 0
