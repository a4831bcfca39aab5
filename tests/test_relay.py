"""The relay's loops run side by side, each under a lease of its own."""

import asyncio
import threading
from datetime import timedelta

import pytest

from intake import relay
from intake.lease import Holder
from intake.mail.deliver import MailDelivery
from intake.mail.smtp import SmtpServer
from intake.outbox import Progress
from intake.sheet.google.adapter import GoogleSheet
from intake.sheet.shape.setup import set_up
from intake.sheet.sync.deliver import Delivery
from tests.conftest import NOON
from tests.demo.sandbox.running import running_sandbox
from tests.factories import Factory
from tests.mail.server import mail_host
from tests.waiting import RAN_TOO_LONG

PATIENCE = RAN_TOO_LONG


def loop(database, name, step, **more):
    return relay.Loop(name, {name: step}, Holder(database, name), **more)


class Running:
    """`run_all` in a thread, as the command runs it; `stop` ends it."""

    def __init__(self, loops, clock):
        self.stop = threading.Event()
        self._thread = threading.Thread(
            target=relay.run_all,
            args=(loops,),
            kwargs={"clock": clock, "stop": self.stop, "poll": 0.01},
        )

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


def test_a_slow_mail_server_does_not_hold_up_the_sheet(page_database, clinic, clock, tmp_path):
    with running_sandbox(tmp_path / "sheet") as sandbox, mail_host() as host:
        google = GoogleSheet(sandbox.access.credentials, sandbox.access.spreadsheet_id)
        set_up(google, clinic)
        host.gate, in_sheet = asyncio.Event(), threading.Event()
        delivery = Delivery(page_database, google, clinic, "test")
        post = MailDelivery(
            page_database, SmtpServer(host.server), clinic, "https://callback.example.com"
        )

        def deliver(now):
            progress = delivery.step(now)
            if progress.done:
                in_sheet.set()
            return progress

        with page_database.writing() as session:
            Factory(session, clinic)(email="ana@example.com")
        with Running(
            [loop(page_database, "post", post.step), loop(page_database, "sheet", deliver)], clock
        ):
            assert host.waiting.wait(PATIENCE), "the mail server has the mail and says nothing"
            assert in_sheet.wait(PATIENCE), "the row is there nevertheless"
            assert host.taken == []
            host.open_gate()

    assert len(host.taken) == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_loop_that_dies_ends_all_so_that_somebody_notices(page_database, clock):
    def die(_):
        raise SystemExit

    with Running(
        [loop(page_database, "one", die), loop(page_database, "two", lambda _: Progress())], clock
    ) as running:
        assert running.stop.wait(PATIENCE)


def test_leases_are_given_back_at_the_end_and_each_loop_has_its_own(page_database, clock):
    both = threading.Barrier(3)

    def step(now):
        both.wait(PATIENCE)
        return Progress(not_before=now + timedelta(hours=1))

    with Running([loop(page_database, "one", step), loop(page_database, "two", step)], clock):
        both.wait(PATIENCE)
        assert not Holder(page_database, "one").holds(NOON)

    assert Holder(page_database, "one").holds(NOON)
    assert Holder(page_database, "two").holds(NOON)


def test_once_does_what_is_due_and_says_why_it_stops(page_database, clock):
    stop, left = threading.Event(), [1, 1, 0]

    assert (
        relay.once(
            loop(page_database, "one", lambda _: Progress(done=left.pop(0))), clock=clock, stop=stop
        )
        == 2
    )
    with pytest.raises(relay.Stuck, match="call somebody"):
        relay.once(
            loop(page_database, "one", lambda _: Progress(problem="call somebody")),
            clock=clock,
            stop=stop,
        )
    Holder(page_database, "one").holds(NOON)
    with pytest.raises(relay.NotOurs):
        relay.once(loop(page_database, "one", lambda _: Progress()), clock=clock, stop=stop)
