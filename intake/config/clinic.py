"""The clinic's own facts (clinic.toml): who it is, when it is open, what it offers. Read once,
checked whole.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import EmailStr, Field, HttpUrl, ValidationError, model_validator

from intake.config.errors import ConfigError, explain
from intake.config.kinds import Colour, Key, Paragraph, Part, Phone, PostalCode, Province, Text
from intake.config.opening import OpeningHours
from intake.config.reading import read_prepared
from intake.config.retention import Retention


class Address(Part):
    """Where letters reach the clinic (SOR/2012-36 s. 4 asks for it beside every request for
    consent).
    """

    street: Text
    city: Text
    province: Text
    postal_code: PostalCode

    @property
    def line(self) -> str:
        """The address on one line, in Canada Post's order."""
        return f"{self.street}, {self.city} {self.province}  {self.postal_code}"


class Phones(Part):
    """The number patients may ring, and the one that shows when the clinic calls (E.164)."""

    reception: Phone
    calls_from: Phone


class InBoth(Part):
    """A text of the clinic's own in both languages."""

    en: Paragraph
    fr: Paragraph

    def said(self, language: str) -> str:
        """Return the text in *language* ("en" or "fr")."""
        return self.fr if language == "fr" else self.en


class PrivacyContact(Part):
    """The contact person that PHIPA s. 15 asks for, and where the clinic keeps data (shown on
    /privacy as it is).
    """

    name: Text
    email: EmailStr
    phone: Phone
    location: InBoth | None = None


class Sender(Part):
    """One who sends messages; `on_behalf_of` where consent is sought for another (SOR/2012-36 s.
    4(b), (c)).
    """

    name: Text
    on_behalf_of: Text | None = None


class Offer(Part):
    """Something a patient can choose, with its name in both languages."""

    key: Key
    en: Text
    fr: Text

    def label(self, language: str) -> str:
        """Return the name in *language* ("en" or "fr")."""
        return self.fr if language == "fr" else self.en


class Colours(Part):
    """The page's two colours; white text must be readable on both."""

    brand: Colour = "#0b5c56"
    accent: Colour = "#8a3b12"


class QueueConfig(Part):
    """The front desk's sheet: its tab, how it is kept, and the health details that stay out of it
    unless named here.
    """

    tab: Text = "QueueConfig"
    languages: Annotated[tuple[Literal["en", "fr"], ...], Field(min_length=1)] = ("en", "fr")
    """The languages of the how-to tab."""
    assignees: tuple[Text, ...] = ()
    """Offered in Assigned to, where any name may be written."""
    protection: Literal["warn", "lock"] = "warn"
    """What happens when staff change a column of the pipeline: they are asked first, or may not."""
    date_format: Literal["yyyy-mm-dd", "dd/mm/yyyy", "mm/dd/yyyy"] = "yyyy-mm-dd"
    read_every_seconds: Annotated[int, Field(ge=5, le=300)] = 15
    extra_columns: tuple[Literal["email", "services", "body_areas", "what_hurts"], ...] = ()


class Consent(Part):
    """How consent to email is asked for. "by_submitting": one notice and no boxes; weak, and kept
    apart as implied.
    """

    mode: Literal["boxes", "by_submitting"] = "boxes"


class Ledger(Part):
    """Where signed checkpoints of the consent log are kept besides, and how often."""

    anchors: tuple[Literal["sheet", "mail", "file"], ...] = ("sheet", "file")
    anchor_every_hours: Annotated[int, Field(ge=1, le=168)] = 24
    auditor_email: EmailStr | None = None

    @model_validator(mode="after")
    def _mail_has_an_address(self) -> Self:
        if "mail" in self.anchors and self.auditor_email is None:
            raise ValueError("anchors: “mail” needs auditor_email, to which checkpoints are sent")
        return self


class Operations(Part):
    """Who is told when the queue stands still, and after how long."""

    email: EmailStr | None = None
    alert_after_minutes: Annotated[int, Field(ge=5, le=1440)] = 30


class Clinic(Part):
    """All of clinic.toml, checked; made by `load_clinic`."""

    key: Key
    legal_name: Text
    display_name: Text
    province: Province
    time_zone: ZoneInfo
    email: EmailStr
    web: HttpUrl
    booking: HttpUrl
    call_within_minutes: Annotated[int, Field(ge=5, le=2400)] = 60
    address: Address
    phones: Phones
    privacy: PrivacyContact
    opening_hours: OpeningHours
    senders: Annotated[tuple[Sender, ...], Field(min_length=1)]
    practitioners: Annotated[tuple[Offer, ...], Field(min_length=1)]
    services: Annotated[tuple[Offer, ...], Field(min_length=1)]
    colours: Colours = Colours()
    queue: QueueConfig = QueueConfig()
    consent: Consent = Consent()
    ledger: Ledger = Ledger()
    operations: Operations = Operations()
    retention: Retention = Retention()

    @model_validator(mode="after")
    def _no_key_twice(self) -> Self:
        for name, offers in (("practitioners", self.practitioners), ("services", self.services)):
            keys = [offer.key for offer in offers]
            twice = next((key for key in keys if keys.count(key) > 1), None)
            if twice:
                raise ValueError(
                    f"{name}: each needs a key of its own, “{twice}” stands there twice"
                )
        return self


def load_clinic(path: Path) -> Clinic:
    """Return the clinic described by the TOML file at *path*; `ConfigError` says which key is wrong
    and what is expected.
    """
    try:
        return Clinic.model_validate(
            tomllib.loads(read_prepared(path, "INTAKE_CLINIC", "a clinic file"))
        )
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"INTAKE_CLINIC: {path} is not a TOML file: {error}") from None
    except ValidationError as error:
        raise ConfigError(explain(error, prefix=f"{path.name}: ")) from None
