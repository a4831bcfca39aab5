"""Fold the names anew: apostrophes, hyphens, spaces and unseen characters make no difference in a
search any more.
"""

import sqlalchemy as sa
from alembic import op

from intake.contacts import folded

revision = "0007"
down_revision = "0006"

lead = sa.table("lead", sa.column("id"), sa.column("name"), sa.column("name_folded"))


def upgrade() -> None:
    connection = op.get_bind()
    for number, name, before in connection.execute(
        sa.select(lead.c.id, lead.c.name, lead.c.name_folded)
    ).all():
        if (after := folded(name)) != before:
            connection.execute(lead.update().where(lead.c.id == number).values(name_folded=after))


def downgrade() -> None:
    """The former release finds fewer names by what it stored itself: nothing is lost."""
