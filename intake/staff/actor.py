"""Whoever acts: a member of staff who came in, or somebody at the command line."""

from dataclasses import dataclass

from intake.models import Role, StaffMember


@dataclass(frozen=True)
class Actor:
    """Who it is, by the name that logs and records give them."""

    staff_id: int | None
    called: str
    """The address they sign in with."""
    role: Role
    name: str = ""

    @property
    def reads_only(self) -> bool:
        """Whether they change nothing and see pseudonyms until they give a reason."""
        return self.role is Role.AUDITOR


COMMAND_LINE = Actor(None, "command line", Role.OWNER)
"""Whoever has the machine: more than any account can do, and named so."""


def person_of(member: StaffMember) -> Actor:
    """Return the person behind an account."""
    return Actor(member.id, member.email, member.role, member.name)
