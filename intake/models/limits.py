"""How often something was asked for, counted for the whole installation."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from intake.db import Base, Utc


class RateCounter(Base):
    """One count of one limit: of a network, a form or an address, which are known by a keyed hash
    only.
    """

    __tablename__ = "rate_counter"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    """The name of the limit (`intake.limits`)."""
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Keyed hash of what is counted."""
    since: Mapped[datetime] = mapped_column(Utc)
    until: Mapped[datetime] = mapped_column(Utc, index=True)
    """The end of the span; the next count begins at one."""
    times: Mapped[int]
