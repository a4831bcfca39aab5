"""The relay's two loops, put together: what is done for the sheet; what is done for the post and
the consent log.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from intake import relay
from intake.callback.earlier_requests import note_usual_day
from intake.cli.wiring import mailbox_of, place_of, sheet_of
from intake.config import Clinic, Settings
from intake.db import Database
from intake.lease import Holder
from intake.ledger.alarm import log_problem
from intake.ledger.anchoring import Anchoring, AnchorPlace, every_one, newest
from intake.ledger.keeper import acts_file
from intake.ledger.kept_notes import add_note
from intake.ledger.patrol import Patrol
from intake.ledger.place import ledger_folder, ledger_origin
from intake.ledger.sealing import Sealing
from intake.limits import forget_counts
from intake.mail.alerts import Alerts
from intake.mail.anchors import AuditorsMail
from intake.mail.deliver import MailDelivery, settle_without_server
from intake.mail.log_alarms import LogAlarms
from intake.models import StoredCheckpoint
from intake.newest_entry import NewestEntry
from intake.restore.catching_up import CatchingUp
from intake.restore.copying import Copying
from intake.restore.mode import SENTENCE, RestoreMode, entered_at
from intake.sheet.google.call_quota import Allowance
from intake.sheet.queue.backlog import Backlog, backlog
from intake.sheet.sync.deliver import deployment_id
from intake.sheet.sync.ledger_tab import LedgerTab
from intake.sheet.sync.steps import relay_steps


def sheet_loop(settings: Settings, clinic: Clinic, database: Database) -> relay.Loop:
    """Deliver rows, read staff's work back, keep the sheet in shape, and keep checkpoints in it."""
    allowance, folder = Allowance(), ledger_folder(settings)
    sheet = sheet_of(settings, allowance)
    places = {"sheet": AnchorPlace(LedgerTab(sheet, clinic.time_zone).put, newest)}
    steps = {
        **relay_steps(
            database,
            sheet,
            clinic,
            deployment_id(settings.secret()),
            allowance,
            alarm=partial(log_problem, folder),
        ),
        "anchor": allowance.step(
            _anchoring(database, folder, clinic, places).step, reads=2, writes=1
        ),
    }
    mode = RestoreMode(database, ledger_folder(settings))
    guarded = {name: mode.guarded(step) for name, step in steps.items()}
    lease, says = Holder(database, f"sheet:{clinic.key}"), "Delivered {} row{}."
    return relay.Loop("sheet", guarded, lease, says, NewestEntry(database))


def post_loop(settings: Settings, clinic: Clinic, database: Database) -> relay.Loop:
    """Seal the consent log and go over it, send mail, and tell the clinic when something stands
    still or was altered.

    Nothing here waits for the sheet, nor it for this.
    """
    mailbox, folder = mailbox_of(settings), ledger_folder(settings)
    mode = RestoreMode(database, folder)
    places = {"file": AnchorPlace(partial(_add_to_file, folder), every_one)}
    if mailbox is not None:
        places["mail"] = AuditorsMail(mailbox, clinic).place
    steps: dict[str, relay.Step] = {
        "seal": Sealing(database, folder, ledger_origin(clinic)).step,
        "patrol": Patrol(database, folder).step,
        "anchor": mode.guarded(_anchoring(database, folder, clinic, places).step),
        "forget counts": partial(forget_counts, database),
        "usual day": partial(note_usual_day, database, clinic),
    }
    if mailbox is None:
        steps["end unsent mail"] = mode.guarded(partial(settle_without_server, database, clinic))
    else:
        steps["mail"] = mode.guarded(
            MailDelivery(database, mailbox, clinic, settings.public_url).step
        )
        steps["alerts"] = Alerts(database, mailbox, clinic, partial(_queue_or_restore, mode)).step
        steps["log alarms"] = LogAlarms(database, mailbox, clinic, folder).step
    steps["copy acts"] = Copying(database, acts_file(settings, folder)).step
    steps["catch up"] = CatchingUp(place_of(settings, clinic, database), mode).step
    says = "Handled {} mail{}." if mailbox else ""
    return relay.Loop(
        "post", steps, Holder(database, f"post:{clinic.key}"), says, NewestEntry(database)
    )


def _anchoring(
    database: Database, folder: Path, clinic: Clinic, places: Mapping[str, AnchorPlace]
) -> Anchoring:
    wanted: dict[str, AnchorPlace] = {
        name: place for name, place in places.items() if name in set(clinic.ledger.anchors)
    }
    return Anchoring(database, folder, wanted)


def _add_to_file(folder: Path, checkpoint: StoredCheckpoint) -> None:
    add_note(folder, checkpoint.note)


def _queue_or_restore(mode: RestoreMode, session: Session, clinic: str) -> Backlog:
    """Return how the queue stands; while a database from a backup waits for a person, that is the
    trouble to be told.
    """
    state = backlog(session, clinic)
    return (
        replace(state, problem=SENTENCE, problem_since=entered_at(session))
        if mode.is_on(session)
        else state
    )
