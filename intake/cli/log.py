"""Commands about the consent log itself: consent checkpoint, verify, restart and rotate-key."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from intake.cli.consent import consent
from intake.cli.wiring import clinic_of, database_of, now, opened, sheet_of
from intake.config import Clinic, Settings
from intake.counted import counted
from intake.db import Database
from intake.ledger.alarm import GLANCE, PATROL, end
from intake.ledger.comparison import compare
from intake.ledger.kept_checkpoints import KeptNote, committed, kept_here, numbered
from intake.ledger.kept_notes import notes_in
from intake.ledger.keys import known_keys, rotate
from intake.ledger.order import require_whole
from intake.ledger.place import ledger_folder, ledger_origin
from intake.ledger.restart import restart
from intake.ledger.seal import seal
from intake.ledger.sealed import last_checkpoint
from intake.ledger.signing import MalformedKey, VerifierKey
from intake.operations.whole_log import verify_whole
from intake.sheet.errors import SheetError
from intake.sheet.sync.ledger_tab import LedgerTab
from intake.staff.actor import COMMAND_LINE

TAB = "the tab “Ledger”"


@consent.command()
def checkpoint() -> None:
    """Seal what was recorded so far and print the signed checkpoint, to be kept outside of this
    computer.
    """
    settings = Settings.from_environ()
    database = database_of(settings)
    seal_all(database, settings, clinic_of(settings))
    with database.reading() as session:
        last = last_checkpoint(session)
    click.echo(last.note if last else "Nothing was recorded yet.", nl=last is None)


@consent.command()
@click.option(
    "--anchors",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of checkpoints that were kept elsewhere. May be repeated.",
)
@click.option(
    "--sheet/--no-sheet",
    "with_sheet",
    default=None,
    help=(
        "Insist on the tab “Ledger” of the clinic's sheet, or leave it out. [default: read it "
        "if it can be]"
    ),
)
@click.option(
    "--key", "keys", multiple=True, help="A public key to believe, instead of those kept here."
)
def verify(files: tuple[Path, ...], with_sheet: bool | None, keys: tuple[str, ...]) -> None:
    """Check the whole consent log from its bytes up, and against every checkpoint that can be
    reached.

    Says what is wrong and where, and ends with 1 if anything is; says which checkpoints it could
    not reach.
    """
    settings = Settings.from_environ()
    clinic, database, folder = clinic_of(settings), database_of(settings), ledger_folder(settings)
    believed, missed = _parse_keys(keys) or known_keys(folder), list[str]()
    elsewhere = [kept for file in files for kept in _kept_in(file)]
    elsewhere += _kept_in_sheet(settings, clinic, with_sheet, missed)
    if "mail" in clinic.ledger.anchors and not files:
        missed.append(f"what was mailed to {clinic.ledger.auditor_email}; give it with --anchors")
    here = kept_here(folder)
    with database.reading() as session:
        compared = compare(session, folder)
    here = committed(here, compared)
    verified = verify_whole(database, clinic.key, believed, [*here, *elsewhere])
    found, told = verified.audit, [compared.sentence] if compared.is_alarm else []
    wrong = [*told, *found.wrong, *verified.differences]
    for sentence in wrong:
        click.echo(f"WRONG  {sentence}")
    for sentence in found.restarted:
        click.echo(f"RESTARTED  {sentence}")
    for line in _compared([*here, *elsewhere], missed):
        click.echo(line)
    if wrong:
        raise click.ClickException(f"{len(wrong)} wrong in a log of {_entries(found.size)}.")
    end(folder, GLANCE, PATROL)
    waiting = f"; {counted(found.unsealed, 'waits', 'wait')} to be sealed" if found.unsealed else ""
    kept = counted(len(here) + len(elsewhere), "checkpoint")
    click.echo(f"OK: {_entries(found.size)}, {kept} kept elsewhere{waiting}.")


@consent.command("restart")
@click.option("--reason", required=True, help="Why; it is recorded in the log for good.")
@click.option("--yes", is_flag=True, help="Restart without asking.")
def restart_log(reason: str, yes: bool) -> None:
    """Go on from the log in the database although it is not the one that was signed; the log
    records the reason.
    """
    settings, clinic, database = opened()
    if not yes:
        click.confirm(
            "What was signed before can then no longer be shown whole. Restart the log?", abort=True
        )
    with database.writing() as session:
        signed = restart(
            session,
            ledger_folder(settings),
            ledger_origin(clinic),
            reason=reason,
            who=COMMAND_LINE.called,
            now=now(),
        )
    click.echo(
        f"Restarted at {_entries(signed.size)}. Tell your auditor, who still has "
        "checkpoints of before."
    )


@consent.command("rotate-key")
def rotate_key() -> None:
    """Make a new signing key; the next checkpoint is signed by both, and the log says which key
    follows which.
    """
    settings, clinic, database = opened()
    seal_all(database, settings, clinic)
    former, new = rotate(ledger_folder(settings), ledger_origin(clinic))
    seal_all(database, settings, clinic)
    click.echo(f"Former: {former.verifier}\nNew:    {new.verifier}\nTell your auditor the new one.")


def seal_all(database: Database, settings: Settings, clinic: Clinic) -> None:
    """Check the whole log, then seal what waits. Raises `NotSealed`."""
    folder, origin = ledger_folder(settings), ledger_origin(clinic)
    require_whole(database, folder)
    sealed = True
    while sealed:
        with database.writing() as session:
            sealed = seal(session, folder, origin, now=now()) is not None


def _kept_in_sheet(
    settings: Settings, clinic: Clinic, wanted: bool | None, missed: list[str]
) -> list[KeptNote]:
    """Return what stands in the sheet's tab; without it a word in *missed*, or an error where it is
    *wanted* for sure.
    """
    if wanted is None and "sheet" not in clinic.ledger.anchors:
        return []
    if wanted is False or (wanted is None and not settings.has_sheet):
        missed.append(
            f"{TAB}: "
            f"{'--no-sheet was given' if settings.has_sheet else 'no Google Sheet is configured'}"
        )
        return []
    try:
        return numbered(
            LedgerTab(sheet_of(settings), clinic.time_zone).notes(), f"{TAB}, checkpoint"
        )
    except SheetError as error:
        if wanted:
            raise
        missed.append(f"{TAB}: {error}")
        return []


def _compared(kept: Sequence[KeptNote], missed: Sequence[str]) -> Iterator[str]:
    """With what the log was compared, and with what it could not be."""
    files = Counter(one.where.rpartition(", checkpoint ")[0] for one in kept)
    heads = [one.where for one in kept if ", checkpoint " not in one.where]
    named = [
        f"{counted(count, 'checkpoint')} of {place}" for place, count in files.items() if place
    ]
    if kept:
        yield f"Compared with: {', '.join([*heads, *named])}."
    for place in missed:
        yield f"Not compared with: {place}"
    if not kept:
        yield (
            "Give --anchors: only a checkpoint that is kept outside the database finds one "
            "that was put back."
        )


def _kept_in(file: Path) -> list[KeptNote]:
    notes = notes_in(file.read_text("utf-8-sig", errors="replace"))
    if not notes:  # an emptied file would else pass for nothing to compare with
        raise click.ClickException(f"{file} holds no checkpoint.")
    return numbered(notes, f"{file}, checkpoint")


def _parse_keys(texts: tuple[str, ...]) -> list[VerifierKey]:
    try:
        return [VerifierKey.parse(text) for text in texts]
    except MalformedKey as error:
        raise click.ClickException(f"--key: {error}") from error


def _entries(number: int) -> str:
    return counted(number, "entry", "entries")
