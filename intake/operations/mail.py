"""Does mail go out? Said by doctor."""

from datetime import datetime, timedelta

from intake.config import Clinic, Settings
from intake.db import Database
from intake.mail.standing import mail_standing
from intake.operations.finding import Finding, fine, warning

LATELY = timedelta(days=7)


def check_mail(settings: Settings, database: Database, clinic: Clinic, *, now: datetime) -> Finding:
    """Return whether there is a mail server, what waits for it, and what was not sent within a
    week.
    """
    with database.reading() as session:
        state = mail_standing(session, clinic.key, since=now - LATELY)
    lost = (
        f"{state.not_sent} not sent within 7 days, the last because: {state.reason}"
        if state.not_sent
        else ""
    )
    if not settings.smtp_url:
        alerts = " and no alert" if clinic.operations.email else ""
        sentence = (
            f"no mail server is configured, so no acknowledgement{alerts} is sent; set "
            "INTAKE_SMTP_URL"
        )
        return warning("mail", f"{sentence}. {lost}" if lost else sentence)
    words = f"{state.waiting} waiting" if state.waiting else "nothing is waiting"
    if state.problem or lost:
        return warning(
            "mail",
            ". ".join(part for part in (words, state.problem, lost) if part).replace("..", "."),
        )
    return fine("mail", words)
