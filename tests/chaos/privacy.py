"""An admin who locks records and takes locks off again: rows leave the sheet and come back."""

import random
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from intake.desk.leaving import put_back, take_out
from intake.models import Lead
from tests.chaos.world import World
from tests.conftest import NOON


def work(world: World, chance: random.Random) -> None:
    """One lock, or one that is taken off."""
    if not world.leads:
        return
    again = world.locked and chance.random() < 0.5
    name = chance.choice(sorted(world.locked if again else list(world.leads)))
    world.locked.add(name)
    with suppress(SQLAlchemyError):  # the database was away
        with world.database.writing() as session:
            lead = session.scalars(select(Lead).where(Lead.ref == world.leads[name])).one()
            is_locked = lead.restricted_at is not None
            lead.restricted_at = None if is_locked else NOON
            (put_back if is_locked else take_out)(session, lead.id, now=NOON)
        world.done["lock taken off" if is_locked else "lock"] += 1
