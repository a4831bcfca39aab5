"""Commands for privacy: lead erase, retention run, db scrub."""

import click

from intake.cli.database import db
from intake.cli.group import main
from intake.cli.wiring import database_of, now, opened
from intake.config import Clinic, Settings
from intake.models import Lead
from intake.privacy.certificate import certificate_of
from intake.privacy.erase import Ground, erase
from intake.privacy.find import others_of_person, request_of
from intake.privacy.retention import Outlook, RunBy, outlook, run_retention
from intake.privacy.retention_words import said
from intake.privacy.scrub import scrub
from intake.reference import read_reference
from intake.staff.actor import COMMAND_LINE


@main.group()
def lead() -> None:
    """One request, by its reference."""


@main.group()
def retention() -> None:
    """Delete what was kept long enough, by [retention] of the clinic file."""


@lead.command("erase")
@click.argument("ref")
@click.option("--yes", is_flag=True, help="Erase without asking for the reference again.")
def lead_erase(ref: str, yes: bool) -> None:
    """Erase the person behind REF for good, and print the certificate; suppressions and the consent
    log stay.
    """
    _, clinic, database = opened()
    with database.reading() as session:
        found = request_of(session, ref, clinic.key)
        others = [other.ref for other in others_of_person(session, found) if not other.erased_at]
    if not found.erased_at and not yes:
        _ask_for_it(found, clinic)
    with database.writing() as session:
        held = request_of(session, ref, clinic.key, lock=True)
        erasure = erase(
            session,
            held,
            COMMAND_LINE,
            ground=Ground.ASKED,
            endpoint="intake lead erase",
            now=now(),
        )
        text = certificate_of(erasure, clinic).as_text()
    click.echo(text + "\n")
    click.echo(scrub(database).sentence)
    if others:
        click.echo(f"Requests with the same address, which were not erased: {', '.join(others)}")


def _ask_for_it(found: Lead, clinic: Clinic) -> None:
    received = found.received_at.astimezone(clinic.time_zone)
    click.echo(
        f"Request {found.ref}, received {received:%Y-%m-%d %H:%M}. Erasing it cannot be taken back."
    )
    try:
        typed = click.prompt("Type the reference again to erase it")
    except click.Abort:
        raise click.ClickException(
            "Nothing was erased: nobody is there to be asked. Give --yes."
        ) from None
    if read_reference(typed) != found.ref:
        raise click.ClickException("Nothing was erased: that is another reference.")


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
def retention_run(dry_run: bool) -> None:
    """Take out of the sheet, erase and delete what is over by the policy; with --dry-run only say
    what that is.
    """
    _, clinic, database = opened()
    if dry_run:
        with database.reading() as session:
            for one in outlook(session, clinic, now=now()):
                click.echo(_line(one, clinic))
        return
    report = run_retention(database, clinic, RunBy(COMMAND_LINE, "intake retention run"), now=now())
    if report is None:
        click.echo("Nothing is over by the policy.")
        return
    for rule, count in report.counts.items():
        click.echo(f"{count:6}  {said(rule, clinic.retention)}")
    click.echo(scrub(database).sentence)


def _line(one: Outlook, clinic: Clinic) -> str:
    oldest = (
        f", the oldest since {one.oldest.astimezone(clinic.time_zone):%Y-%m-%d}"
        if one.oldest
        else ""
    )
    return f"{one.count:6}  {said(one.rule, clinic.retention)}{oldest}"


@db.command("scrub")
def db_scrub() -> None:
    """Rewrite the database’s files, so that their bytes hold nothing of who was erased; as owner of
    the database.
    """
    done = scrub(database_of(Settings.from_environ()))
    if not done.done:
        raise click.ClickException(done.sentence)
    click.echo(done.sentence)
