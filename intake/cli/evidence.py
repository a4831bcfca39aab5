"""Commands about the consent log as evidence: consent checkpoint, verify, export and rotate-key; db grant."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

import click
from sqlalchemy.orm import Session

from intake.cli.consent import consent
from intake.cli.keep import db
from intake.cli.wiring import clinic_of, database_of, now, sheet_of
from intake.config import Clinic, Settings
from intake.consent.evidence import Selection, evidence, note_export, of_request, of_sample, of_time
from intake.consent.reconcile import reconcile
from intake.counted import counted
from intake.db import Database
from intake.desk.ledger_tab import LedgerTab
from intake.grants import grant
from intake.ledger.anchoring import notes_in
from intake.ledger.audit import audit
from intake.ledger.keys import known_keys, rotate
from intake.ledger.pack import write_pack
from intake.ledger.place import ledger_folder, ledger_origin
from intake.ledger.seal import seal
from intake.ledger.sealed import last_checkpoint
from intake.ledger.signing import MalformedKey, VerifierKey
from intake.staff.reconcile import reconcile_accesses

DAY = click.DateTime(["%Y-%m-%d"])


@consent.command(with_appcontext=False)
def checkpoint() -> None:
    """Seal what was recorded so far and print the signed checkpoint, to be kept outside of this computer."""
    settings = Settings.from_environ()
    clinic = clinic_of(settings)
    with database_of(settings).writing() as session:
        _seal_all(session, settings, clinic)
        last = last_checkpoint(session)
        click.echo(last.note if last else "Nothing was recorded yet.", nl=last is None)


@consent.command(with_appcontext=False)
@click.option("--anchors", "files", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A file of checkpoints that were kept elsewhere. May be repeated.")  # fmt: skip
@click.option("--sheet", "from_sheet", is_flag=True, help="Check against the tab “Ledger” of the clinic's sheet.")
@click.option("--key", "keys", multiple=True, help="A public key to believe, instead of those kept here.")
def verify(files: tuple[Path, ...], from_sheet: bool, keys: tuple[str, ...]) -> None:
    """Check the whole consent log from its bytes up; say what is wrong and where, and end with 1 if anything is."""
    settings = Settings.from_environ()
    clinic, database = clinic_of(settings), database_of(settings)
    anchors = [text for file in files for text in _kept_in(file)]
    if from_sheet:
        anchors += LedgerTab(sheet_of(settings), clinic.time_zone).notes()
    believed = _parse_keys(keys) or known_keys(ledger_folder(settings))
    with database.reading() as session:
        found = audit(session, believed, anchors)
        wrong = [*found.wrong, *reconcile(session, clinic.key), *reconcile_accesses(session)]
    for sentence in wrong:
        click.echo(f"WRONG  {sentence}")
    if wrong:
        raise click.ClickException(f"{len(wrong)} wrong in a log of {_entries(found.size)}.")
    waiting = f"; {counted(found.unsealed, 'waits', 'wait')} to be sealed" if found.unsealed else ""
    click.echo(f"OK: {_entries(found.size)}, {counted(len(anchors), 'checkpoint')} kept elsewhere{waiting}.")
    if not anchors:
        click.echo("Give --anchors or --sheet: only a checkpoint kept elsewhere finds a log that was put back.")


@consent.command(with_appcontext=False)
@click.argument("ref", required=False)
@click.option("--from", "start", type=DAY, help="Requests from this day on …")
@click.option("--to", "end", type=DAY, help="… and before this one.")
@click.option(
    "--sample", type=click.IntRange(min=1), help="So many requests, drawn by the newest checkpoint and --seed."
)
@click.option("--seed", help="Words for the draw, best chosen by the auditor.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("evidence.zip"), show_default=True)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
def export(
    ref: str | None, start: datetime | None, end: datetime | None, sample: int | None, seed: str | None, out: Path,
    force: bool,
) -> None:  # fmt: skip
    """Write an evidence pack, with a verifier of one file: of the person behind REF, of some days, or a fair sample."""
    settings = Settings.from_environ()
    clinic, database = clinic_of(settings), database_of(settings)
    if out.exists() and not force:
        raise click.ClickException(f"{out} exists; give another name with --out, or --force to replace it.")
    with database.writing() as session:
        _seal_all(session, settings, clinic)
    with database.reading() as session, _draft_of(out) as draft:
        chosen = _chosen(session, clinic, ref, start, end, sample, seed)
        packed = evidence(session, chosen, known_keys(ledger_folder(settings)), now=now())
        write_pack(packed, draft)
    with database.writing() as session:  # only what was written was given out
        note_export(session, chosen, now=now())
    Path(draft.name).replace(out)
    click.echo(f"{out}: {_entries(len(packed.entries))} of a log of {_entries(len(packed.leaves))}.")
    click.echo(f"To check it anywhere: python3 verify.py {out.name} --key '{packed.keys[-1]}' --anchors YOURS")


@consent.command("rotate-key", with_appcontext=False)
def rotate_key() -> None:
    """Make a new signing key; the next checkpoint is signed by both, and the log says which key follows which."""
    settings = Settings.from_environ()
    clinic, database = clinic_of(settings), database_of(settings)
    with database.writing() as session:
        _seal_all(session, settings, clinic)
    former, new = rotate(ledger_folder(settings), ledger_origin(clinic))
    with database.writing() as session:
        _seal_all(session, settings, clinic)
    click.echo(f"Former: {former.verifier}\nNew:    {new.verifier}\nTell your auditor the new one.")


@db.command("grant", with_appcontext=False)
@click.argument("role")
def grant_role(role: str) -> None:
    """PostgreSQL: give the application's ROLE what it needs and no more; run it as the owner of the tables."""
    database = Database(Settings.from_environ().database())
    if database.is_sqlite:
        raise click.ClickException("SQLite has no roles; the application's connections are guarded by themselves.")
    with database.migrating() as connection:
        grant(connection, role)
    click.echo(f"{role} may read and add everywhere, and change only what is meant to change.")


def _seal_all(session: Session, settings: Settings, clinic: Clinic) -> None:
    while seal(session, ledger_folder(settings), ledger_origin(clinic), now=now()):
        pass


@contextmanager
def _draft_of(out: Path) -> Iterator[IO[bytes]]:
    """A file beside *out* that is for its owner alone, as it holds what the person entered; gone when writing fails."""
    draft: Path | None = None
    try:
        with NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as file:
            draft = Path(file.name)
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        if draft:
            draft.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise click.ClickException(f"{out} cannot be written ({error.strerror}).") from error
        raise


def _entries(number: int) -> str:
    return counted(number, "entry", "entries")


def _kept_in(file: Path) -> list[str]:
    notes = notes_in(file.read_text("utf-8-sig", errors="replace"))
    if not notes:  # an emptied file would else pass for nothing to compare with
        raise click.ClickException(f"{file} holds no checkpoint.")
    return notes


def _parse_keys(texts: tuple[str, ...]) -> list[VerifierKey]:
    try:
        return [VerifierKey.parse(text) for text in texts]
    except MalformedKey as error:
        raise click.ClickException(f"--key: {error}") from error


def _chosen(
    session: Session,
    clinic: Clinic,
    ref: str | None,
    start: datetime | None,
    end: datetime | None,
    sample: int | None,
    seed: str | None,
) -> Selection:
    if ref:
        return of_request(session, clinic.key, ref)
    if start and end:
        zone = clinic.time_zone
        return of_time(session, clinic.key, start.replace(tzinfo=zone), end.replace(tzinfo=zone))
    if sample and seed:
        return of_sample(session, clinic.key, sample, seed)
    raise click.UsageError("Give REF, or --from and --to, or --sample and --seed.")
