"""Two hundred patients while processes are killed, Google fails and a front desk is at work."""

from tests.chaos.plan import run
from tests.chaos.verdict import report, wait_for_verdict
from tests.chaos.world import new_world
from tests.logged import personal_lines


def test_each_request_ends_in_one_row_whatever_happens(tmp_path):
    world = new_world(tmp_path / "world", seed=20261124)
    try:
        run(world, leads=200, seconds=20)
        wrong = wait_for_verdict(world)
        assert not wrong, report(world, wrong)
        assert len(world.leads) == 200
        happened = {"database", "fault", "edit", "sort", "lock", "web", "relay 1", "relay 2"}
        assert happened <= world.done.keys()
        log = (world.folder / "log").read_text()
        assert personal_lines(log) == []
    finally:
        world.close()
