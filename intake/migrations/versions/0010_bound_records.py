"""Bind requests and accounts to the ledger: what was stored before is bound as it stands on this
day.

Each request and each account gets a record, with commitments to what is personal in it. The rules
that write such records from now on are `consent.request_record` and `staff.account_record`; this is
how they wrote them first.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

AT_ONCE = 1000


def upgrade() -> None:
    op.add_column("lead", sa.Column("bound_leaf", sa.LargeBinary(length=32), nullable=True))
    op.add_column("staff_member", sa.Column("salt", sa.LargeBinary(length=32), nullable=True))
    now = datetime.now(UTC)
    _bind_requests(now)
    _bind_accounts(now)


def downgrade() -> None:
    op.drop_column("staff_member", "salt")
    op.drop_column("lead", "bound_leaf")


def _bind_requests(now: datetime) -> None:
    lead, connection = _lead(), op.get_bind()
    ids = connection.scalars(sa.select(lead.c.id).order_by(lead.c.id)).all()
    for start in range(0, len(ids), AT_ONCE):
        rows = (
            connection.execute(sa.select(lead).where(lead.c.id.in_(ids[start : start + AT_ONCE])))
            .mappings()
            .all()
        )
        bound = [(row["id"], _canonical(_request(row, now))) for row in rows]
        _append("request", [canonical for _, canonical in bound], now)
        connection.execute(
            lead.update()
            .where(lead.c.id == sa.bindparam("which"))
            .values(bound_leaf=sa.bindparam("leaf")),
            [{"which": which, "leaf": _leaf(canonical)} for which, canonical in bound],
        )


def _bind_accounts(now: datetime) -> None:
    member, connection = _member(), op.get_bind()
    for row in connection.execute(sa.select(member).order_by(member.c.id)).mappings().all():
        salt = secrets.token_bytes(32)
        connection.execute(member.update().where(member.c.id == row["id"]).values(salt=salt))
        _append("account", [_canonical(_account(row, salt, now))], now)


def _request(row: sa.RowMapping, now: datetime) -> dict[str, object]:
    values: dict[str, str] = {}
    if row["salt"] is not None:
        values = {
            "name": row["name"],
            "phone": row["phone"],
            "email": row["email"] or "",
            "what_hurts": row["what_hurts"] or "",
            "answers": _answers(row),
        }
    return {
        "kind": "request",
        "schema": 1,
        "id": str(uuid4()),
        "why": "upgraded",
        "recorded_at": _stamp(now),
        "person": dict(_commitments(row["salt"] or b"", values)),
        "clinic": row["clinic"],
        "request": row["ref"],
        "received_at": _stamp(row["received_at"]),
        "call_by": _stamp(row["call_by"]),
        "form_language": row["form_language"],
    }


def _answers(row: sa.RowMapping) -> str:
    plain = (
        "phone_extension",
        "phone_typed",
        "consult_with",
        "consult_by",
        "best_time",
        "call_language",
    )
    answers = {name: row[name] for name in plain} | {
        "voicemail_ok": "yes" if row["voicemail_ok"] else "no",
        "services": "\n".join(row["services"]),
        "body_areas": "\n".join(row["body_areas"]),
    }
    return _canonical(answers).decode()


def _account(row: sa.RowMapping, salt: bytes, now: datetime) -> dict[str, object]:
    return {
        "kind": "account",
        "schema": 1,
        "id": str(uuid4()),
        "recorded_at": _stamp(now),
        "account": row["id"],
        "clinic": row["clinic"],
        "role": row["role"],
        "active": "yes" if row["active"] else "no",
        "until": _stamp(row["until"]) if row["until"] else None,
        "person": dict(_commitments(salt, {"email": row["email"], "name": row["name"]})),
    }


def _commitments(salt: bytes, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for field, value in values.items():
        if value:
            yield (
                field,
                digest(digest(salt, field.encode(), "sha256"), value.encode(), "sha256").hex(),
            )


def _append(kind: str, records: list[bytes], now: datetime) -> None:
    entry = sa.table(
        "ledger_entry",
        sa.column("kind"),
        sa.column("canonical"),
        sa.column("leaf"),
        sa.column("recorded_at", sa.DateTime(timezone=True)),
    )
    rows = [
        {"kind": kind, "canonical": one, "leaf": _leaf(one), "recorded_at": now} for one in records
    ]
    op.get_bind().execute(entry.insert(), rows)


def _canonical(record: Mapping[str, object]) -> bytes:
    """RFC 8785, for text, small whole numbers and None: keys of ASCII letters sort the same
    everywhere.
    """
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _leaf(canonical: bytes) -> bytes:
    return sha256(b"\x00" + canonical).digest()


def _stamp(moment: datetime) -> str:
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat(timespec="microseconds")


def _lead() -> sa.TableClause:
    texts = (
        "clinic",
        "ref",
        "form_language",
        "name",
        "phone",
        "phone_extension",
        "phone_typed",
        "email",
        "consult_with",
        "consult_by",
        "best_time",
        "call_language",
        "what_hurts",
    )
    times = [sa.column(name, sa.DateTime(timezone=True)) for name in ("received_at", "call_by")]
    lists = [sa.column(name, sa.JSON()) for name in ("services", "body_areas")]
    return sa.table(
        "lead",
        sa.column("id", sa.Integer()),
        sa.column("voicemail_ok", sa.Boolean()),
        sa.column("salt", sa.LargeBinary()),
        sa.column("bound_leaf", sa.LargeBinary()),
        *times,
        *lists,
        *(sa.column(name, sa.Text()) for name in texts),
    )


def _member() -> sa.TableClause:
    return sa.table(
        "staff_member",
        sa.column("id", sa.Integer()),
        sa.column("clinic", sa.Text()),
        sa.column("email", sa.Text()),
        sa.column("name", sa.Text()),
        sa.column("role", sa.Text()),
        sa.column("active", sa.Boolean()),
        sa.column("until", sa.DateTime(timezone=True)),
        sa.column("salt", sa.LargeBinary()),
    )
