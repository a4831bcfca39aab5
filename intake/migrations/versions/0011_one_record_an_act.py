"""The answers of one form share a record in the ledger, and what opens its commitments stands once
for them.

Records that were written before stay as they are, one for each answer. On the way back they do as
well: what shares a record goes on sharing it, since the log is never written anew.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

KEY = "uq_consent_event_leaf"
UNIQUE = f"CONSTRAINT {KEY} UNIQUE (leaf)"


def upgrade() -> None:
    op.create_index(op.f("ix_consent_event_leaf"), "consent_event", ["leaf"])
    _make_openings("leaf", sa.LargeBinary(length=32))
    op.execute(
        'INSERT INTO consent_opening (leaf, "values") SELECT event.leaf, former."values" '
        "FROM consent_opening_former AS former JOIN consent_event AS event ON event.id = "
        "former.event_id "
        "WHERE event.id = (SELECT min(id) FROM consent_event AS same WHERE same.leaf = event.leaf)"
    )
    op.drop_table("consent_opening_former")
    if any(
        one["name"] == KEY
        for one in sa.inspect(op.get_bind()).get_unique_constraints("consent_event")
    ):
        _allow_shared_records()


def downgrade() -> None:
    op.drop_index(op.f("ix_consent_event_leaf"), "consent_event")
    of_event = sa.ForeignKeyConstraint(
        ["event_id"], ["consent_event.id"], name=op.f("fk_consent_opening_event_id")
    )
    _make_openings("event_id", sa.Integer(), of_event)
    op.execute(
        'INSERT INTO consent_opening (event_id, "values") SELECT event.id, former."values" '
        "FROM consent_opening_former AS former JOIN consent_event AS event ON event.leaf = "
        "former.leaf"
    )
    op.drop_table("consent_opening_former")


def _make_openings(
    key: str, of_type: "sa.types.TypeEngine[Any]", *constraints: sa.Constraint
) -> None:
    """A table of openings by *key*; the one that was there is now `consent_opening_former`."""
    op.rename_table("consent_opening", "consent_opening_former")
    # Where the name of a key is taken in the whole schema
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_consent_opening RENAME TO pk_consent_opening_former")
    op.create_table(
        "consent_opening",
        sa.Column(key, of_type, nullable=False, autoincrement=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint(key, name=op.f("pk_consent_opening")),
        *constraints,
    )


def _allow_shared_records() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(KEY, "consent_event", type_="unique")
    else:
        _rebuild_events()


def _rebuild_events() -> None:
    """SQLite drops a constraint only with its table: a new one takes the rows, the indexes and the
    triggers over.

    What points to an event is set aside meanwhile, since a row that is pointed to cannot be
    dropped.
    """
    of_both = sa.text(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ('consent_event', 'mail_sent')"
    )
    made = {name: (what, sql) for what, name, sql in op.get_bind().execute(of_both) if sql}
    before, _, after = made["consent_event"][1].partition(UNIQUE)
    shorter = before.rstrip().rstrip(",") + after
    triggers = {name: sql for name, (what, sql) in made.items() if what == "trigger"}
    indexes = [sql for what, sql in made.values() if what == "index" and " ON consent_event" in sql]
    for name in triggers:
        op.execute(f"DROP TRIGGER {name}")
    op.execute("CREATE TABLE mail_of_event (id INTEGER PRIMARY KEY, consent_event_id INTEGER)")
    op.execute("INSERT INTO mail_of_event SELECT id, consent_event_id FROM mail_sent")
    op.execute("UPDATE mail_sent SET consent_event_id = NULL")
    op.execute(shorter.replace("consent_event", "consent_event_new", 1))
    op.execute("INSERT INTO consent_event_new SELECT * FROM consent_event ORDER BY id")
    op.execute("DROP TABLE consent_event")
    op.execute("ALTER TABLE consent_event_new RENAME TO consent_event")
    op.execute(
        "UPDATE mail_sent SET consent_event_id = (SELECT consent_event_id FROM mail_of_event WHERE "
        "mail_of_event.id = mail_sent.id)"
    )
    op.drop_table("mail_of_event")
    for sql in [*indexes, *triggers.values()]:
        op.execute(sql.replace(" OR (leaf = NEW.leaf)", ""))
