"""What the installation must remember of itself."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from intake.db import Base


class InstallationFact(Base):
    """One fact under its name, such as the fingerprint of the key under which addresses were hashed."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
