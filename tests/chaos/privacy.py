"""An admin who locks records and takes locks off again: rows leave the sheet and come back."""

import random

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from intake.models import Lead
from intake.sheet.queue.removal_orders import cancel_removal, order_removal
from tests.chaos.world import World
from tests.conftest import NOON


def act(world: World, chance: random.Random, kind: str) -> bool:
    """Lock a record that is not, or take a lock off; False while there is none, or the database is
    away.
    """
    is_off = kind == "lock taken off"
    try:
        with world.database.writing() as session:
            fitting = Lead.restricted_at.is_not(None) if is_off else Lead.restricted_at.is_(None)
            known = session.scalars(
                select(Lead).where(fitting, Lead.ref.in_(world.leads.values())).order_by(Lead.id)
            )
            leads = known.all()
            if not leads:
                return False
            lead = chance.choice(leads)
            world.locked.add(lead.name)
            lead.restricted_at = None if is_off else NOON
            (cancel_removal if is_off else order_removal)(session, lead.id, now=NOON)
    except SQLAlchemyError:
        return False
    world.done[kind] += 1
    return True
