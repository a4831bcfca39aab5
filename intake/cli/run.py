"""The command that keeps running beside the web form: relay."""

import gc
import threading
from collections.abc import Sequence

import click

from intake import relay
from intake.cli.group import main
from intake.cli.loops import post_loop, sheet_loop
from intake.cli.wiring import now, opened
from intake.config import Settings
from intake.db import Database
from intake.ledger.place import ledger_folder
from intake.restore.mode import RestoreMode
from intake.sheet.queue.derived_values import measure_older

OBJECTS_OF_A_LOOK = 50_000
"""A look at a long queue makes a million objects that all stay until its end: the collector need
not walk over them each time that there are a thousand more, which was 40 % of the work."""


@main.command("relay")
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def run_relay(once: bool) -> None:
    """Deliver the queue, read back what staff do, and send mail. Any number may run: one at a time
    works.
    """
    settings, clinic, database = opened()
    loops = [post_loop(settings, clinic, database)]
    if settings.has_sheet:
        loops.insert(0, sheet_loop(settings, clinic, database))
    else:
        click.echo(
            "No Google Sheet is configured, so requests wait in the database; see “intake doctor”.",
            err=True,
        )
    _say_restore_mode(settings, database)
    with database.writing() as session:
        measure_older(session, clinic)
    stop = relay.stop_on_signals()
    gc.set_threshold(OBJECTS_OF_A_LOOK)
    if once:
        _run_once(loops, stop)
    else:
        relay.run_all(loops, clock=now, stop=stop)


def _run_once(loops: Sequence[relay.Loop], stop: threading.Event) -> None:
    """Each loop, also when an earlier one is stuck: the sheet's trouble does not keep mail
    waiting.
    """
    problems: list[str] = []
    for loop in loops:
        try:
            done = relay.once(loop, clock=now, stop=stop)
            if loop.says:
                click.echo(loop.says.format(done, "" if done == 1 else "s"))
        except relay.NotOurs:
            click.echo(f"Another relay is at work on the {loop.name}; nothing to do.")
        except relay.Stuck as problem:
            problems.append(str(problem))
    if problems:
        raise click.ClickException(" ".join(problems))


def _say_restore_mode(settings: Settings, database: Database) -> None:
    """Each process that starts on a database from a backup notes it and says so."""
    problem = RestoreMode(database, ledger_folder(settings)).enter_if_on(now=now())
    if problem:
        click.echo(problem, err=True)
