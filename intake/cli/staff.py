"""Commands about who of the clinic may come in: staff add, list, reset, end."""

from collections.abc import Callable
from datetime import datetime

import click
from sqlalchemy.orm import Session

from intake.cli.group import main
from intake.cli.wiring import clinic_of, database_of, now, opened
from intake.config import Settings
from intake.models import Role
from intake.staff.accounts import (
    WORDS,
    StaffAction,
    account_of,
    accounts,
    add_account,
    end_account,
    end_of,
    reset_account,
)
from intake.staff.actor import COMMAND_LINE
from intake.staff.sessions import may_come_in

HERE = "http://127.0.0.1:8000"
ROLES = click.Choice([role.value for role in Role])


@main.group()
def staff() -> None:
    """Accounts of the admin’s desk."""


@staff.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Full name of the person.")
@click.option("--role", required=True, type=ROLES, help="What they may do.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day, for a visit.")
def add(email: str, name: str, role: str, until: datetime | None) -> None:
    """Make an account and print its one-time link."""
    settings = Settings.from_environ()
    clinic = clinic_of(settings)
    last = end_of(until.date(), clinic.time_zone) if until else None

    def make(session: Session) -> str:
        by = StaffAction(COMMAND_LINE, "staff add", now())
        return add_account(
            session, clinic.key, email=email, name=name, role=Role(role), by=by, until=last
        )[1]

    click.echo(f"One-time link, for three days: {link_of(settings, _done(settings, make))}")


@staff.command("list")
def show() -> None:
    """List who may come in, and as what."""
    _, clinic, database = opened()
    with database.reading() as session:
        for one in accounts(session, clinic.key):
            state = "" if may_come_in(one, now()) else "  (ended)"
            click.echo(f"{WORDS[one.role]:<10}  {one.email}  {one.name}{state}")
    database.dispose()


@staff.command("reset")
@click.argument("email")
@click.option(
    "--second-factor", is_flag=True, help="Take app, passkeys and recovery codes back too."
)
def reset(email: str, second_factor: bool) -> None:
    """Take a password back, end the person’s sessions and print a new one-time link."""
    settings = Settings.from_environ()

    def change(session: Session) -> str:
        member = account_of(session, clinic_of(settings).key, email)
        by = StaffAction(COMMAND_LINE, "staff reset", now())
        return reset_account(session, member, by=by, second_factor=second_factor)

    click.echo(f"One-time link, for three days: {link_of(settings, _done(settings, change))}")


@staff.command("end")
@click.argument("email")
def end(email: str) -> None:
    """End an account; who is signed in with it is out at once."""
    settings = Settings.from_environ()

    def change(session: Session) -> str:
        member = account_of(session, clinic_of(settings).key, email)
        end_account(session, member, by=StaffAction(COMMAND_LINE, "staff end", now()))
        return member.email

    click.echo(f"{_done(settings, change)} may not come in any more.")


def link_of(settings: Settings, token: str) -> str:
    """Return the address of a one-time link."""
    return f"{(settings.public_url or HERE).rstrip('/')}/admin/welcome/{token}"


def _done(settings: Settings, change: Callable[[Session], str]) -> str:
    database = database_of(settings)
    with database.writing() as session:
        done = change(session)
    database.dispose()
    return done
