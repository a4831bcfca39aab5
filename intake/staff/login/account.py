"""Our accounts as the library asks for them, in short transactions of our own: it never holds one
open.
"""

from typing import Any, ClassVar, cast

from flask import g
from flask_security import RoleMixin, UserMixin
from flask_security.datastore import UserDatastore
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from intake.models import StaffMember, StaffPasskey
from intake.staff.invite import is_within
from intake.staff.second_factor import has_second_factor
from intake.staff.sessions import may_come_in
from intake.web import now, reading, transaction


class Account(UserMixin, StaffMember):  # type: ignore[misc]  # the library declares plain values
    """An account with the questions of the library. What it may do is asked by the guard alone."""

    roles: ClassVar[list[RoleMixin]] = []  # type: ignore[misc]

    @property
    def is_active(self) -> bool:
        """Whether the account is open, and whole or about to become so."""
        return may_come_in(self, now()) and (has_second_factor(self) or is_within(self, now()))


class NoRole(RoleMixin):
    """The library wants a class for roles; ours are a column."""


class Accounts(UserDatastore):
    """Reads in one short session, and writes what the library changed in another.

    Hashing a password takes a while: nobody waits for SQLite's one write lock meanwhile.
    """

    def __init__(self) -> None:
        super().__init__(Account, NoRole, cast("Any", StaffPasskey))

    def find_user(self, case_insensitive: bool = False, **named: Any) -> Account | None:  # noqa: ARG002  (its signature)
        """Return the account with this email, number or identifier."""
        ((name, value),) = named.items()
        wanted = str(value).lower() if name == "email" else value
        with reading() as session:
            return session.scalars(
                select(Account)
                .where(getattr(Account, name) == wanted)
                .options(selectinload(StaffMember.webauthn))
            ).first()

    def find_webauthn(self, credential_id: bytes) -> Any:
        """Return the passkey with this identifier."""
        with reading() as session:
            return session.scalars(
                select(StaffPasskey).where(StaffPasskey.credential_id == credential_id)
            ).first()

    def find_user_from_webauthn(self, webauthn: Any) -> Account | None:
        """Return whose passkey it is."""
        return self.find_user(id=webauthn.user_id)

    def create_webauthn(self, user: Any, *_: Any, **values: Any) -> None:
        """Add a passkey to the account; what the browser says of its extensions is nothing to
        us.
        """
        self.put(
            StaffPasskey(
                user_id=user.id, **values | {"extensions": None, "lastuse_datetime": now()}
            )
        )

    def put(self, model: Any) -> Any:
        """To be written with the next `commit`."""
        changed = getattr(model, "_get_current_object", lambda: model)()
        g.setdefault("login_changed", []).append(changed)
        return model

    def delete(self, model: Any) -> None:
        """To be deleted with the next `commit`."""
        g.setdefault("login_deleted", []).append(model)

    def commit(self) -> None:
        """Write each changed column of what was put."""
        with transaction() as session:
            session.add_all(g.pop("login_changed", []))
            for gone in g.pop("login_deleted", []):
                session.delete(session.merge(gone))
