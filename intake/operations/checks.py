"""Is all well? Each check answers with one sentence and, where something is off, with what to
do.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from intake.config import Clinic, ConfigError, Settings, load_clinic, read_service_key
from intake.db import Database
from intake.ledger.place import ledger_folder
from intake.mail.errors import MailError
from intake.operations.address_checks import check_address_key
from intake.operations.commit_check import check_commit
from intake.operations.consent_checks import check_consent, check_way_of_asking
from intake.operations.finding import Finding, failure, fine, warning
from intake.operations.held_checks import check_held
from intake.operations.log_checks import check_log, check_signed
from intake.operations.mail import check_mail
from intake.operations.privacy_checks import check_retention, check_scrub
from intake.operations.queue_check import check_backlog
from intake.operations.restore_checks import check_copy, check_restore
from intake.operations.store_check import check_clinic_key, check_room, check_store
from intake.sheet.errors import SheetError
from intake.site import site_folder


def check_settings(settings: Settings) -> Finding:
    """Return the settings as a whole; a wrong single value has stopped the start already."""
    if settings.limits == "off":
        return warning("settings", "INTAKE_LIMITS is off, which is for load tests only; unset it.")
    if not settings.secret_key:
        return fine(
            "settings",
            (
                "read; the signing secret is made on the first start and kept in "
                f"{settings.instance / 'secret_key'}"
            ),
        )
    return fine("settings", "read")


def check_clinic(settings: Settings) -> Finding:
    """Return the clinic file."""
    path = settings.clinic or site_folder() / "clinic.toml"
    try:
        clinic = load_clinic(path)
    except ConfigError as error:
        return failure("clinic file", str(error).replace("\n", "; "))
    if settings.clinic is None:
        return warning(
            "clinic file",
            f"the sample clinic ({path.name}) is in use; set INTAKE_CLINIC to your own file",
        )
    return fine("clinic file", f"{clinic.display_name}, {len(clinic.practitioners)} practitioners")


def check_anchors(settings: Settings, clinic: Clinic) -> Iterator[Finding]:
    """Places for checkpoints that the clinic file names and the settings give no way to."""
    needed = {
        "sheet": ("INTAKE_SPREADSHEET_ID", settings.has_sheet),
        "mail": ("INTAKE_SMTP_URL", settings.smtp_url),
    }
    for place in clinic.ledger.anchors:
        name, is_given = needed.get(place, ("", True))
        if not is_given:
            yield warning(
                "checkpoints", f"[ledger] anchors names “{place}”, where none is kept; set {name}"
            )


def check_credentials(settings: Settings) -> Finding:
    """Return the key file, without asking Google."""
    if settings.google_credentials is None:
        return warning(
            "credentials",
            "no Google Sheet is configured, so requests wait in the outbox; set "
            "INTAKE_GOOGLE_CREDENTIALS and INTAKE_SPREADSHEET_ID",
        )
    path = settings.google_credentials
    try:
        read_service_key(path)
    except ConfigError as error:
        return failure("credentials", str(error))
    if _others_may_read(path):
        return warning(
            "credentials",
            f"{path.name} can be read by other accounts of this computer; run chmod 600 on it",
        )
    return fine("credentials", f"{path.name} is there")


def _others_may_read(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


def run_checks(
    settings: Settings,
    database: Database,
    *,
    now: datetime,
    ask_sheet: Callable[[], str] | None,
    ask_mail: Callable[[], str] | None,
) -> Iterator[Finding]:
    """Yield all checks in order; those that need what an earlier one found broken are left out.

    *ask_sheet* and *ask_mail* reach the sheet and the mail server and return a sentence; they raise
    with the remedy as their message.
    """
    yield check_settings(settings)
    clinic_finding = check_clinic(settings)
    yield clinic_finding
    database_finding = check_store(database)
    yield database_finding
    yield from check_room(database)
    if not database_finding.is_failure:
        yield check_commit(database)
        yield check_address_key(settings, database)
        if clinic_finding.is_failure:
            yield warning(
                "consent and queue", "not checked, because the clinic file must be mended first"
            )
        else:
            clinic = load_clinic(settings.clinic or site_folder() / "clinic.toml")
            yield check_clinic_key(database, clinic.key)
            yield from _of_records(settings, database, clinic, now=now)
            yield check_copy(settings, database, clinic)
            yield check_retention(database, clinic, now=now)
            yield from check_anchors(settings, clinic)
    credentials = check_credentials(settings)
    yield credentials
    if ask_sheet and not credentials.is_failure:
        yield _ask("sheet", ask_sheet)
    if ask_mail:
        yield _ask("mail server", ask_mail)


def checks_without_outside(
    settings: Settings, database: Database, clinic: Clinic, *, now: datetime
) -> Iterator[Finding]:
    """Yield the checks of a clinic at work that ask nobody outside, for a page of the desk."""
    yield from _of_records(settings, database, clinic, now=now)
    yield check_address_key(settings, database)
    yield check_credentials(settings)


def _of_records(
    settings: Settings, database: Database, clinic: Clinic, *, now: datetime
) -> Iterator[Finding]:
    yield check_restore(settings, database)
    yield check_consent(database, clinic)
    yield check_signed(database, ledger_folder(settings))
    yield check_log(database, clinic, now=now, has_sheet=settings.has_sheet)
    yield check_way_of_asking(clinic)
    yield check_held(database, clinic)
    yield check_scrub(database)
    yield check_backlog(database, clinic, now=now)
    yield check_mail(settings, database, clinic, now=now)


def _ask(subject: str, ask: Callable[[], str]) -> Finding:
    try:
        return fine(subject, ask())
    except (SheetError, MailError) as error:
        return failure(subject, str(error))
