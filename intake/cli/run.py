"""Commands that keep running: serve, relay."""

import gc
import os
import threading
from collections.abc import Sequence

import click

from intake import relay
from intake.cli.group import PORT, main
from intake.cli.loops import post_loop, sheet_loop
from intake.cli.wiring import clinic_of, database_of, now
from intake.config import Settings, require_reachable_name, require_safe
from intake.db import Database
from intake.desk.measures import measure_older
from intake.ledger.place import ledger_folder
from intake.listening import addresses_to_listen_on, without_brackets
from intake.restore.mode import RestoreMode
from intake.server import processes

OBJECTS_OF_A_LOOK = 50_000
"""A look at a long queue makes a million objects that all stay until its end: the collector need not walk over them
each time that there are a thousand more, which was 40 % of the work."""


@main.command(with_appcontext=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Number of web processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Run the web form. Of a name with several addresses the first is listened on."""
    settings = Settings.from_environ()
    require_safe(settings, os.environ)
    require_reachable_name(settings, without_brackets(host))
    clinic_of(settings)
    database = database_of(settings)
    _say_restore_mode(settings, database)
    database.dispose()
    address = addresses_to_listen_on(host, port)[0].rpartition(":")[0]
    settings.secret()  # made before there are several processes
    processes.serve(without_brackets(address), port, workers=workers)


@main.command("relay", with_appcontext=False)
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def run_relay(once: bool) -> None:
    """Deliver the queue, read back what staff do, and send mail. Any number may run: one at a time works."""
    settings = Settings.from_environ()
    clinic, database = clinic_of(settings), database_of(settings)
    loops = [post_loop(settings, clinic, database)]
    if settings.has_sheet:
        loops.insert(0, sheet_loop(settings, clinic, database))
    else:
        click.echo("No Google Sheet is configured, so requests wait in the database; see “intake doctor”.", err=True)
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
    """Each loop, also when an earlier one is stuck: the sheet's trouble does not keep mail waiting."""
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
