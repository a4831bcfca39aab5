"""From settings to the things themselves: clinic, database, sheet, mailbox, clock."""

from datetime import UTC, datetime
from functools import partial

import click

from intake.config import Clinic, ConfigError, MailFolder, Settings, load_clinic
from intake.db import Database
from intake.ledger.keeper import acts_file, database_with_copy
from intake.ledger.place import ledger_folder
from intake.mail.folder import MailboxFolder
from intake.mail.smtp import SmtpServer
from intake.operations.store_check import check_clinic_key, check_reachable
from intake.restore.restoring import RestoreTarget
from intake.sheet.google.adapter import GoogleSheet
from intake.sheet.google.call_quota import Allowance
from intake.site import site_folder


def clinic_of(settings: Settings) -> Clinic:
    """Return the clinic file in use."""
    return load_clinic(settings.clinic or site_folder() / "clinic.toml")


def database_of(settings: Settings) -> Database:
    """Return the database, once it is known to be reachable, current and this clinic's own."""
    key = clinic_of(settings).key
    database = database_with_copy(settings, ledger_folder(settings))
    for check in (check_reachable, partial(check_clinic_key, key=key)):
        finding = check(database)
        if finding.is_failure:
            raise click.ClickException(finding.sentence)
    return database


def opened() -> tuple[Settings, Clinic, Database]:
    """Return the installation that the environment describes: how most commands begin."""
    settings = Settings.from_environ()
    return settings, clinic_of(settings), database_of(settings)


def sheet_of(settings: Settings, allowance: Allowance | None = None) -> GoogleSheet:
    """Return the configured sheet; *allowance* is for what calls it all day. Raises `ConfigError`
    where there is none.
    """
    if settings.google_credentials is None:
        raise ConfigError(
            "No Google Sheet is configured; set INTAKE_GOOGLE_CREDENTIALS and "
            "INTAKE_SPREADSHEET_ID."
        )
    return GoogleSheet(settings.google_credentials, settings.spreadsheet_id, allowance)


def mailbox_of(settings: Settings) -> SmtpServer | MailboxFolder | None:
    """Return where mail goes; None where no place is configured."""
    place = settings.mail
    if place is None:
        return None
    return MailboxFolder(place.path) if isinstance(place, MailFolder) else SmtpServer(place)


def place_of(settings: Settings, clinic: Clinic, database: Database) -> RestoreTarget:
    """Return the database with what lies beside it, for doing lost acts again."""
    folder = ledger_folder(settings)
    return RestoreTarget(
        database, clinic, folder, acts_file(settings, folder), settings.address_key()
    )


def now() -> datetime:
    """Return the real clock."""
    return datetime.now(UTC)
