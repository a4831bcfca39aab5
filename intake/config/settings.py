"""The settings of one installation, read once from the environment (`INTAKE_…`)."""

import hmac
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from intake.config.errors import ConfigError, explain
from intake.config.google import read_spreadsheet_id
from intake.config.kept_secret import kept_secret
from intake.config.mail import MailFolder, MailServer, read_mail_url
from intake.config.public_url import read_public_url
from intake.config.secrets import weakness, with_files_read

PREFIX = "INTAKE_"
EXPECTED_DATABASE = "expected postgresql://user@host/name or sqlite:///path/of/file.db"
MEMORY = ":memory:"


class Settings(BaseModel):
    """Frozen; made by `from_environ`, which raises `ConfigError` naming the variable at fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    instance: Path = Field(
        Path("instance"),
        description="Folder for the database and the keys.",
        examples=["/var/lib/intake"],
    )
    database_url: str = Field(
        "",
        description="The database. Without it, SQLite in the instance folder.",
        examples=["postgresql://intake@localhost/intake"],
    )
    secret_key: str = Field(
        "",
        description="At least 32 random characters. Without it, one is made and kept in the "
        "instance folder. "
        "Never change it: withdrawals are found by hashes under it, and passwords of staff "
        "stop working.",
    )
    clinic: Path | None = Field(
        None,
        description="The clinic file. Without it, the sample clinic.",
        examples=["/etc/intake/clinic.toml"],
    )
    google_credentials: Path | None = Field(
        None,
        description="The key file of Google’s service account.",
        examples=["/etc/intake/service-account.json"],
    )
    spreadsheet_id: str = Field(
        "",
        description="The front desk’s spreadsheet: its id or its whole address. Without these two "
        "settings, "
        "requests wait in the database.",
        examples=["1AbCdEfGhIjKlMnOpQrStUvWxYz"],
    )
    public_url: str = Field(
        "",
        description="The address at which patients reach the form, without a path. Links in "
        "emails begin with it, "
        "and no other name is answered, except on this computer.",
        examples=["https://callback.example.com"],
    )
    smtp_url: str = Field(
        "",
        description="The mail server: smtp:// with STARTTLS or smtps://, with special characters "
        "of the password "
        "as %XX; file:///folder writes emails into files instead. Without it, no email is sent.",
        examples=["smtp://user:password@mail.example.com:587"],
    )
    trusted_proxies: int = Field(
        0,
        ge=0,
        le=10,
        description="How many proxies stand in front of the web form.",
        examples=["1"],
    )
    limits: Literal["on", "off"] = Field(
        "on",
        description=(
            "“off” lifts rate limits, the time trap and the trap field. For load tests "
            "only: the doctor warns."
        ),
        examples=["off"],
    )
    log_level: Literal["info", "warning", "error"] = Field(
        "info",
        description="The least serious log lines that are written: info, warning or error.",
        examples=["warning"],
    )

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Return the settings in *environ*; a variable that is empty counts as not set."""
        ours = with_files_read(
            {name: value for name, value in environ.items() if name.startswith(PREFIX)}, PREFIX
        )
        given = {name.removeprefix(PREFIX).lower(): value for name, value in ours.items()}
        try:
            return cls.model_validate({name: value for name, value in given.items() if value})
        except ValidationError as error:
            raise ConfigError(explain(error, prefix=PREFIX, upper=True)) from None

    @field_validator("secret_key")
    @classmethod
    def _not_guessed(cls, value: str) -> str:
        if value and (problem := weakness(value)):
            raise ValueError(problem)
        return value

    @field_validator("database_url")
    @classmethod
    def _known_engine(cls, value: str) -> str:
        try:
            url = make_url(value) if value else make_url("sqlite:///default.db")
        except ArgumentError:
            raise ValueError(EXPECTED_DATABASE) from None
        engine = url.get_backend_name()
        if engine == "sqlite" and (url.database or MEMORY) == MEMORY:
            raise ValueError(
                "each process would have a database of its own in memory; give "
                "sqlite:///path/of/file.db"
            )
        if engine not in {"sqlite", "postgresql"}:
            raise ValueError(EXPECTED_DATABASE)
        if not str(url.query.get("prepare_threshold", "0")).isdecimal():
            raise ValueError(
                "prepare_threshold in the address: expected a whole number, like "
                '"prepare_threshold=5"'
            )
        return value

    @field_validator("spreadsheet_id")
    @classmethod
    def _id_or_address(cls, value: str) -> str:
        return read_spreadsheet_id(value) if value else value

    @field_validator("public_url")
    @classmethod
    def _reachable(cls, value: str) -> str:
        return read_public_url(value) if value else value

    @field_validator("smtp_url")
    @classmethod
    def _known_place(cls, value: str) -> str:
        if value:
            read_mail_url(value)
        return value

    @model_validator(mode="after")
    def _links_lead_somewhere(self) -> Self:
        if self.smtp_url and not self.public_url:
            raise ValueError(
                "INTAKE_SMTP_URL needs INTAKE_PUBLIC_URL, the address of the form, for the "
                "links in each mail"
            )
        return self

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.google_credentials is None) != (not self.spreadsheet_id):
            raise ValueError(
                "INTAKE_GOOGLE_CREDENTIALS and INTAKE_SPREADSHEET_ID belong together; give "
                "both or neither"
            )
        return self

    @property
    def has_sheet(self) -> bool:
        """Whether a Google Sheet is configured; without one the queue waits in the outbox."""
        return self.google_credentials is not None

    @property
    def is_https(self) -> bool:
        """Whether patients reach the form by https; else it serves this computer only
        (`read_public_url`).
        """
        return self.public_url.startswith("https://")

    @property
    def mail(self) -> MailServer | MailFolder | None:
        """Return where mail goes; without a place none is sent."""
        return read_mail_url(self.smtp_url) if self.smtp_url else None

    def database(self) -> str:
        """Return the database's URL, with the psycopg driver for PostgreSQL, and SQLite in the
        instance folder by default.
        """
        if not self.database_url:
            return f"sqlite:///{(self.instance / 'intake.db').absolute()}"
        url = make_url(self.database_url)
        if url.get_backend_name() == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        return url.render_as_string(hide_password=False)

    def secret(self) -> str:
        """Return the signing secret: as given, else one made on the first start and kept in the
        instance folder.
        """
        return self.secret_key or kept_secret(self.instance / "secret_key")

    def address_key(self) -> bytes:
        """Return the key of hashes that stand for addresses; made from the secret, with which it
        changes.
        """
        return _derived(self.secret(), "addresses.1")

    def acts_key(self) -> bytes:
        """Return the key of the digests in the file of kept acts (`ledger.acts_file`)."""
        return _derived(self.secret(), "kept-acts.1")

    def login_key(self, use: str) -> bytes:
        """Return a key for one *use* of the staff's login: what is stored for it cannot be read
        without the secret.
        """
        return _derived(self.secret(), f"login.{use}.1")


def _derived(secret: str, use: str) -> bytes:
    return hmac.digest(secret.encode(), use.encode(), sha256)
