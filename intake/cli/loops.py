"""The relay's two loops, put together: what is done for the sheet; what is done for the post and the consent log."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from intake import relay
from intake.callback.arrivals import note_usual_day
from intake.cli.wiring import mailbox_of, sheet_of
from intake.config import Clinic, Settings
from intake.db import Database
from intake.desk.allowance import Allowance
from intake.desk.backlog import backlog
from intake.desk.deliver import deployment_id
from intake.desk.ledger_tab import LedgerTab
from intake.desk.steps import relay_steps
from intake.lease import Holder
from intake.ledger.anchoring import Anchoring, Put, put_into_file
from intake.ledger.keeper import acts_file
from intake.ledger.place import ledger_folder, ledger_origin
from intake.ledger.sealing import Sealing
from intake.limits import forget_counts
from intake.mail.alerts import Alerts
from intake.mail.anchors import AuditorsMail
from intake.mail.deliver import MailDelivery, settle_without_server
from intake.restore.copying import Copying


def sheet_loop(settings: Settings, clinic: Clinic, database: Database) -> relay.Loop:
    """Deliver rows, read staff's work back, keep the sheet in shape, and keep checkpoints in it."""
    allowance = Allowance()
    sheet = sheet_of(settings, allowance)
    tab = LedgerTab(sheet, clinic.time_zone)
    steps = {
        **relay_steps(database, sheet, clinic, deployment_id(settings.secret()), allowance),
        "anchor": allowance.step(_anchoring(database, clinic, {"sheet": tab.put}).step, reads=1, writes=1),
    }
    return relay.Loop("sheet", steps, Holder(database, f"sheet:{clinic.key}"), "Delivered {} row{}.")


def post_loop(settings: Settings, clinic: Clinic, database: Database) -> relay.Loop:
    """Seal the consent log, send mail, and tell the clinic when the queue stands still.

    Nothing here waits for the sheet, nor it for this.
    """
    mailbox, folder = mailbox_of(settings), ledger_folder(settings)
    places: dict[str, Put] = {"file": partial(put_into_file, folder)}
    if mailbox is not None:
        places["mail"] = AuditorsMail(mailbox, clinic).put
    steps: dict[str, relay.Step] = {
        "seal": Sealing(database, folder, ledger_origin(clinic)).step,
        "anchor": _anchoring(database, clinic, places).step,
        "forget counts": partial(forget_counts, database),
        "usual day": partial(note_usual_day, database, clinic),
    }
    if mailbox is None:
        steps["end unsent mail"] = partial(settle_without_server, database, clinic)
    else:
        steps["mail"] = MailDelivery(database, mailbox, clinic, settings.public_url).step
        steps["alerts"] = Alerts(database, mailbox, clinic, backlog).step
    steps["copy acts"] = Copying(database, acts_file(settings, folder)).step
    says = "Handled {} mail{}." if mailbox else ""
    return relay.Loop("post", steps, Holder(database, f"post:{clinic.key}"), says)


def _anchoring(database: Database, clinic: Clinic, places: Mapping[str, Put]) -> Anchoring:
    wanted: dict[str, Put] = {place: put for place, put in places.items() if place in set(clinic.ledger.anchors)}
    return Anchoring(database, wanted, timedelta(hours=clinic.ledger.anchor_every_hours))
