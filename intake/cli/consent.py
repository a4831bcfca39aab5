"""Commands for consent: publish, withdraw, withdrawals, suppressions."""

from collections.abc import Collection
from datetime import datetime
from typing import BinaryIO

import click

from intake.changes import wait_for_readers
from intake.cli.group import main
from intake.cli.output import file_for_others
from intake.cli.wiring import clinic_of, database_of, now, opened
from intake.config import Settings
from intake.consent.address_key import require_same_key
from intake.consent.difference import difference
from intake.consent.invalidate import invalidate
from intake.consent.mailing_list import not_to_be_mailed
from intake.consent.publishing import changes, digest_of, is_published
from intake.consent.staff_withdrawal import TERM, WAYS, withdraw_for, withdrawals
from intake.consent.suppression_list import write_list
from intake.models import Purpose
from intake.staff.actor import COMMAND_LINE
from intake.staff.publish_words import publish_words

PURPOSES = click.Choice([purpose.value for purpose in Purpose])
NOTHING = "Nothing to publish: the words are unchanged."
A_DAY = click.DateTime(["%Y-%m-%d"])


@main.group()
def consent() -> None:
    """Consent: its wording, withdrawals, the suppression list."""


@consent.command("publish")
@click.option("--yes", is_flag=True, help="Publish without asking.")
def consent_publish(yes: bool) -> None:
    """Show how the consent wording would change, ask, and publish it in both languages."""
    _, clinic, database = opened()
    with database.reading() as session:
        if is_published(session, clinic):
            click.echo(NOTHING)
            return
        proposed = changes(session, clinic)
        for change in proposed:
            click.echo("\n".join(difference(change)) + "\n")
    if proposed and not yes:
        _ask_for_it()
    with database.writing() as session:
        published = publish_words(
            session,
            clinic,
            COMMAND_LINE,
            read=digest_of(proposed),
            endpoint="consent publish",
            now=now(),
        )
    if published is None:  # somebody else did it while this one was asked
        click.echo(NOTHING)
        return
    wait_for_readers(database)
    added = [f"{one.purpose} {one.language} version {one.version}" for one in published]
    click.echo(
        f"Published {', '.join(added)}."
        if added
        else "The words are unchanged; stored how the form shows them."
    )


def _ask_for_it() -> None:
    try:
        agreed = click.confirm(
            "Publish these words? They cannot be changed or taken back afterwards."
        )
    except click.Abort:
        raise click.ClickException(
            "Nothing was published: nobody is there to be asked. Give --yes."
        ) from None
    if not agreed:
        raise click.ClickException("Nothing was published.")


@consent.command("withdraw")
@click.argument("ref")
@click.option(
    "--received",
    required=True,
    type=A_DAY,
    help="The day on which the person said it (YYYY-MM-DD).",
)
@click.option("--by", required=True, type=click.Choice(WAYS), help="How it reached the clinic.")
@click.option(
    "--purpose", "purposes", multiple=True, type=PURPOSES, help="Only this; all emails without it."
)
@click.option("--note", default="", help="For the record, such as where the letter is kept.")
def consent_withdraw(
    ref: str, received: datetime, by: str, purposes: tuple[str, ...], note: str
) -> None:
    """Record a withdrawal that was made by phone, by letter, by reply or at the desk; it takes
    effect at once.
    """
    settings = Settings.from_environ()
    clinic, meant = clinic_of(settings), {Purpose(purpose) for purpose in purposes} or set(Purpose)
    with database_of(settings).writing() as session:
        recorded = withdraw_for(
            session,
            ref,
            meant,
            clinic=clinic,
            address_key=settings.address_key(),
            by=by,
            received=received.date(),
            note=note,
            now=now(),
        )
    if not recorded.ended:
        click.echo("Nothing to stop: it was withdrawn before.")
        return
    click.echo(
        f"Stopped: {_named(recorded.ended)}. {_days(recorded.business_days)} after it was received."
    )
    if recorded.agreed_since:
        click.echo(
            f"Ask the person: {_named(recorded.agreed_since)} was agreed to again after that day."
        )


@consent.command("invalidate")
@click.argument("ref")
@click.option("--purpose", required=True, type=PURPOSES, help="What had been agreed to.")
@click.option("--reason", required=True, help="Why it was no valid consent, for the record.")
def consent_invalidate(ref: str, purpose: str, reason: str) -> None:
    """Record, with the reason, that an agreement was no valid consent; the earlier record stays as
    it is.
    """
    settings = Settings.from_environ()
    clinic = clinic_of(settings)
    with database_of(settings).writing() as session:
        event = invalidate(session, ref, Purpose(purpose), clinic=clinic, reason=reason, now=now())
    click.echo(f"Recorded as {event.uid}: {purpose} does not count as agreed to any more.")


@consent.command("withdrawals")
@click.option(
    "--since", type=A_DAY, help="Only what took effect on or after this day (YYYY-MM-DD)."
)
def consent_withdrawals(since: datetime | None) -> None:
    """List withdrawals with the business days until each took effect; ends with 1 when one is over
    the law's ten.
    """
    settings = Settings.from_environ()
    with database_of(settings).reading() as session:
        handled = withdrawals(session, clinic_of(settings), since=since.date() if since else None)
    for one in handled:
        late = "  LATE" if one.is_late else ""
        click.echo(
            f"{one.ref}  received {one.received}  effected {one.effected}  "
            f"{_days(one.business_days)}  by {one.by}: {_named(one.purposes)}{late}"
        )
    late_ones = sum(one.is_late for one in handled)
    if late_ones:
        raise click.ClickException(
            f"{late_ones} took longer than {TERM} business days (CASL s. 11(3))."
        )
    if not handled:
        click.echo("Nobody withdrew.")


@consent.command("suppressions")
@click.option("--filter", "mailing_list", type=click.File("rb"), help="A mailing tool's list.")
@click.option(
    "--purpose",
    default=Purpose.NEWS.value,
    show_default=True,
    type=PURPOSES,
    help="With --filter: what is to be mailed.",
)
def consent_suppressions(mailing_list: BinaryIO | None, purpose: str) -> None:
    """Print the suppression list as CSV for a mailing tool; with --filter the lines of its list not
    to be mailed.
    """
    settings = Settings.from_environ()
    key, clinic = settings.address_key(), clinic_of(settings).key
    with database_of(settings).reading() as session, file_for_others() as out:
        if mailing_list is None:
            write_list(session, clinic, out)
            return
        require_same_key(session, key)
        refused = not_to_be_mailed(
            session, mailing_list, clinic=clinic, purpose=Purpose(purpose), address_key=key
        )
        for line in refused:
            out.buffer.write(line)


def _named(purposes: Collection[Purpose]) -> str:
    return ", ".join(purpose for purpose in Purpose if purpose in purposes)


def _days(count: int) -> str:
    return f"{count} business day{'' if count == 1 else 's'}"
