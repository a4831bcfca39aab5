"""Tell mailboxes apart that full case folding took for one: room for the hash under which former
releases knew them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

FORMER_KEY = "uq_suppression_clinic_address_hash_channel_purpose"
KEY = f"{FORMER_KEY}_is_former"
OUTWEIGHED = """
    DELETE FROM suppression WHERE is_former AND EXISTS (
        SELECT 1 FROM suppression AS own
        WHERE own.clinic = suppression.clinic AND own.address_hash = suppression.address_hash
        AND own.channel = suppression.channel AND own.purpose = suppression.purpose
        AND NOT own.is_former
    )
"""
"""On the way back there is room for one row of an address: for that which counts."""


def upgrade() -> None:
    op.add_column("lead", sa.Column("email_hash_former", sa.String(length=64), nullable=True))
    op.add_column(
        "suppression",
        sa.Column("is_former", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.execute(sa.table("suppression", sa.column("is_former")).update().values(is_former=sa.true()))
    with op.batch_alter_table("suppression") as table:
        table.drop_constraint(FORMER_KEY, type_="unique")
        table.create_unique_constraint(
            KEY, ["clinic", "address_hash", "channel", "purpose", "is_former"]
        )


def downgrade() -> None:
    op.execute(OUTWEIGHED)
    with op.batch_alter_table("suppression") as table:
        table.drop_constraint(KEY, type_="unique")
        table.create_unique_constraint(FORMER_KEY, ["clinic", "address_hash", "channel", "purpose"])
        table.drop_column("is_former")
    op.drop_column("lead", "email_hash_former")
