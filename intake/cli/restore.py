"""The command restore: what a database that was put back from a backup has lost, and taking it up
again.
"""

import click

from intake.cli.group import main
from intake.cli.wiring import now, opened, place_of, sheet_of
from intake.config import Clinic, Settings
from intake.db import Database
from intake.ledger.comparison import LogRelation, compare
from intake.ledger.keeper import acts_file
from intake.ledger.kept_acts import KeptActKind
from intake.ledger.kept_notes import read_notes
from intake.ledger.place import ledger_folder, ledger_origin
from intake.ledger.restart import restart
from intake.privacy.scrub import scrub
from intake.restore.lost import Lost, largest_head
from intake.restore.mode import leave_restore_mode
from intake.restore.recorded import lost as lost_acts
from intake.restore.restoring import RestoreTarget, take_up
from intake.restore.sheet_knows import SheetKnows, sheet_knows
from intake.sheet.queue.columns import queue_columns
from intake.sheet.sync.ledger_tab import LedgerTab
from intake.staff.actor import COMMAND_LINE

NOTHING = "Nothing is lost, as far as the kept head, the copy of acts and the sheet know."
HOW = (
    "Nothing was changed. “intake restore --reason …” takes up the lost requests, does the "
    "withdrawals and erasures again, and lets the log go on."
)
DONE = (
    "Done: the relay goes on with the sheet and the mail. Call the people whose requests were "
    "taken up, and tell your auditor of the restart; “intake consent verify” tells of it, too."
)


@main.command("restore")
@click.option(
    "--reason",
    default="",
    help=(
        "Why a backup was put back, for the log; name no patient. Without it, only say what is "
        "lost."
    ),
)
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option(
    "--without-sheet",
    is_flag=True,
    help="Go on although the sheet cannot be read; its rows are not compared.",
)
def restore_command(reason: str, yes: bool, without_sheet: bool) -> None:
    """Say what a database from a backup has lost; with --reason, do withdrawals and erasures again
    and go on.
    """
    settings, clinic, database = opened()
    lost = _survey(settings, clinic, database, without_sheet=without_sheet)
    if lost.compared.standing is LogRelation.CONTRADICTS:
        raise click.ClickException(lost.compared.sentence)
    for line in lost.lines():
        click.echo(line)
    if not lost.is_anything:
        click.echo(NOTHING)
        return
    if not reason.strip():
        click.echo(HOW)
        return
    if not yes:
        click.confirm("Take all of this up now?", abort=True)
    _take_up(place_of(settings, clinic, database), lost, reason.strip())


def _take_up(place: RestoreTarget, lost: Lost, reason: str) -> None:
    """Do it, then let the log go on; killed in between, the command is run again."""
    for line in take_up(place, lost, reason=reason, now=now()):
        click.echo(f"- {line}")
    with place.database.writing() as session:
        if lost.compared.is_older:
            origin = ledger_origin(place.clinic)
            restart(
                session,
                place.folder,
                origin,
                reason=f"restored: {reason}",
                who=COMMAND_LINE.called,
                now=now(),
            )
        leave_restore_mode(session)
    if any(act.kind is KeptActKind.ERASED for act in lost.acts):
        click.echo(scrub(place.database).sentence)
    click.echo(DONE)


def _survey(settings: Settings, clinic: Clinic, database: Database, *, without_sheet: bool) -> Lost:
    folder, notes = ledger_folder(settings), []
    sheet: SheetKnows | None = None
    if settings.has_sheet and not without_sheet:
        google = sheet_of(settings)
        reading = google.read([column.tag for column in queue_columns(clinic.queue)])
        sheet = sheet_knows(database, clinic, reading, google.layout().sheet_id, now=now())
        notes += LedgerTab(google, clinic.time_zone).notes()
    notes += read_notes(folder)
    file = acts_file(settings, folder)
    copy = list(file.acts())
    with database.reading() as session:
        compared = compare(session, folder)
        acts = lost_acts(session, copy, clinic.key)
    return Lost(compared, copy, acts, sheet, largest_head(notes, folder), file.problems())
