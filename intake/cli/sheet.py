"""Commands for the front desk's sheet: sheet setup, check and restore; queue list and reopen."""

import click

from intake.cli.group import main
from intake.cli.output import file_for_others
from intake.cli.wiring import clinic_of, database_of, now, sheet_of
from intake.config import Settings
from intake.reference import read_reference
from intake.sheet.queue.columns import queue_columns
from intake.sheet.queue.health import note_spreadsheet
from intake.sheet.queue.open_queue import as_table, open_requests, write_csv
from intake.sheet.queue.reopen import NotReopened, reopen
from intake.sheet.shape.setup import differences, set_up
from intake.sheet.sync.restore import enqueue_lost, refill
from intake.sheet.sync.snapshot import take_snapshot


@main.group()
def sheet() -> None:
    """The front desk's Google Sheet."""


@sheet.command()
def setup() -> None:
    """Make the sheet as the front desk needs it, or adopt the one that is there; safe to repeat."""
    settings = Settings.from_environ()
    for line in set_up(sheet_of(settings), clinic_of(settings)):
        click.echo(line)


@sheet.command()
def check() -> None:
    """Compare the sheet with what it should be, and say what is off. Changes nothing."""
    settings = Settings.from_environ()
    clinic, google = clinic_of(settings), sheet_of(settings)
    off = [one.sentence for one in differences(google, clinic)]
    reading = google.read([column.tag for column in queue_columns(clinic.queue)])
    off += take_snapshot(database_of(settings), clinic, reading, now=now()).report(reading, clinic)
    for sentence in off:
        click.echo(f"- {sentence}")
    if off:
        raise click.ClickException(
            f"{len(off)} to look at; the relay and “intake sheet setup” put most right."
        )
    click.echo("The sheet is as it should be.")


@sheet.command()
@click.option("--deleted-too", is_flag=True, help="Bring back rows that staff deleted, too.")
def restore(deleted_too: bool) -> None:
    """Bring back rows that vanished with their tab, and columns of the staff that were emptied."""
    settings = Settings.from_environ()
    clinic, google, database = clinic_of(settings), sheet_of(settings), database_of(settings)
    for line in set_up(google, clinic):
        click.echo(line)
    reading, layout = (
        google.read([column.tag for column in queue_columns(clinic.queue)]),
        google.layout(),
    )
    with database.writing() as session:
        note_spreadsheet(session, clinic.key, google.spreadsheet_id)
    looked = take_snapshot(database, clinic, reading, now=now())
    cells = refill(looked, reading, layout.sheet_id, clinic.queue.date_format)
    if cells:
        google.apply(cells)
    with database.writing() as session:
        rows = enqueue_lost(
            session, clinic, looked.found, tab=layout.sheet_id, now=now(), deleted_too=deleted_too
        )
    click.echo(
        f"{len(cells)} cells of the staff written again; {rows} rows on their way: the "
        "relay writes them now."
    )


@main.group()
def queue() -> None:
    """The callback queue in the database."""


@queue.command("list")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV, to open in a spreadsheet or to print.")
def list_queue(as_csv: bool) -> None:
    """Print who still has to be called, in calling order, without asking Google."""
    settings = Settings.from_environ()
    clinic = clinic_of(settings)
    with database_of(settings).reading() as session:
        lines = open_requests(session, clinic, now=now())
    if as_csv:
        with file_for_others() as out:
            write_csv(lines, out)
    elif lines:
        for line in as_table(lines):
            click.echo(line)
    else:
        click.echo("Nobody is waiting for a call.")


@queue.command("reopen")
@click.argument("ref")
def reopen_request(ref: str) -> None:
    """Take back “Do not call”, or open a request that was closed by mistake. REF is in the sheet's
    first column.
    """
    settings = Settings.from_environ()
    clinic = clinic_of(settings)
    with database_of(settings).writing() as session:
        try:
            said = reopen(session, clinic.key, read_reference(ref), now=now())
        except NotReopened as problem:
            raise click.ClickException(str(problem)) from problem
    click.echo(said)
