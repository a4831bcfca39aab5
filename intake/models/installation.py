"""What the installation must remember of itself."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from intake.db import Base


class InstallationFact(Base):
    """One fact under its name, such as the fingerprint of the key under which addresses were
    hashed.
    """

    __tablename__ = "installation_fact"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class WriteProbe(Base):
    """A table that is always empty: readiness writes a row here and deletes it in the same
    transaction.
    """

    __tablename__ = "write_probe"

    id: Mapped[int] = mapped_column(primary_key=True)
    filling: Mapped[bytes]
