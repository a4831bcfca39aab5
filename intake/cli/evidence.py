"""Commands about the consent log as evidence: consent export; db grant."""

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
from intake.cli.database import db
from intake.cli.log import seal_all
from intake.cli.wiring import now, opened
from intake.config import Clinic, Settings
from intake.consent.evidence import evidence, note_export
from intake.consent.selection import Selection, of_request, of_sample, of_time
from intake.counted import counted
from intake.db import Database
from intake.grants import grant
from intake.ledger.keys import known_keys
from intake.ledger.order import require_order
from intake.ledger.pack import write_pack
from intake.ledger.place import ledger_folder

DAY = click.DateTime(["%Y-%m-%d"])


@consent.command()
@click.argument("ref", required=False)
@click.option("--from", "start", type=DAY, help="Requests from this day on …")
@click.option("--to", "end", type=DAY, help="… and before this one.")
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    help="So many requests, drawn by the newest checkpoint and --seed.",
)
@click.option("--seed", help="Words for the draw, best chosen by the auditor.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("evidence.zip"),
    show_default=True,
    help="The pack to write.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
def export(
    ref: str | None,
    start: datetime | None,
    end: datetime | None,
    sample: int | None,
    seed: str | None,
    out: Path,
    force: bool,
) -> None:
    """Write an evidence pack, with a verifier of one file: of the person behind REF, of some days,
    or a fair sample.
    """
    settings, clinic, database = opened()
    if out.exists() and not force:
        raise click.ClickException(
            f"{out} exists; give another name with --out, or --force to replace it."
        )
    seal_all(database, settings, clinic)
    with database.reading() as session, _draft_of(out) as draft:
        require_order(session, ledger_folder(settings))
        chosen = _chosen(session, clinic, ref, start, end, sample, seed)
        packed = evidence(session, chosen, known_keys(ledger_folder(settings)), now=now())
        write_pack(packed, draft)
    with database.writing() as session:  # only what was written was given out
        note_export(session, chosen, now=now())
    Path(draft.name).replace(out)
    click.echo(
        f"{out}: {_entries(len(packed.entries))} of a log of {_entries(len(packed.leaves))}."
    )
    click.echo(
        f"To check it anywhere: python3 verify.py {out.name} --key '{packed.keys[-1]}' "
        "--anchors YOURS"
    )


@db.command("grant")
@click.argument("role")
def grant_role(role: str) -> None:
    """PostgreSQL: give the application's ROLE what it needs and no more; run it as the owner of the
    tables.
    """
    database = Database(Settings.from_environ().database())
    if database.is_sqlite:
        raise click.ClickException(
            "SQLite has no roles; the application's connections are guarded by themselves."
        )
    with database.migrating() as connection:
        grant(connection, role)
    click.echo(f"{role} may read and add everywhere, and change only what is meant to change.")


@contextmanager
def _draft_of(out: Path) -> Iterator[IO[bytes]]:
    """A file beside *out* that is for its owner alone, as it holds what the person entered; gone
    when writing fails.
    """
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
