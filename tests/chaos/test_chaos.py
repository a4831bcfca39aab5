"""Two hundred patients while processes are killed, Google fails and a front desk is at work."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.chaos.plan import LEADS, plan
from tests.chaos.run import run
from tests.chaos.verdict import report, wait_for_verdict
from tests.chaos.world import new_world
from tests.logged import personal_lines

SEED = 20261124


def test_a_seed_says_what_happens_and_how_often():
    once, again, another = plan(SEED), plan(SEED), plan(SEED + 1)

    assert once == again
    assert once.acts != another.acts
    assert once.wanted() == another.wanted()
    assert min(once.wanted().values()) >= 2
    assert plan(SEED, rounds=3).wanted() == once.wanted() + once.wanted() + once.wanted()


@pytest.fixture
def folder():
    """Not pytest's, for a PostgreSQL server is to live in it (tests.postgres)."""
    with TemporaryDirectory(prefix="chaos-") as folder:
        yield Path(folder) / "world"


def test_each_request_ends_in_one_row_whatever_happens(folder):
    world, planned = new_world(folder, SEED), plan(SEED)
    try:
        run(world, planned)
        wrong = wait_for_verdict(world)
        assert not wrong, report(world, wrong)
        assert len(world.leads) == LEADS
        assert {kind: world.done[kind] for kind in planned.wanted()} == planned.wanted()
        log = (world.folder / "log").read_text()
        assert personal_lines(log) == []
    finally:
        world.close()
