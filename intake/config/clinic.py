"""The clinic's own facts (clinic.toml): who it is, when it is open, what it offers. Read once, checked whole."""

import re
import tomllib
from datetime import date, time
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

import holidays
import phonenumbers
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    HttpUrl,
    ValidationError,
    model_validator,
)

from intake.config.errors import ConfigError, explain

REGION = "CA"
READABLE = 4.5  # WCAG 2.2 SC 1.4.3: contrast of text on its background
LINEAR_UNTIL = 0.04045  # where the sRGB curve begins (WCAG 2.2, relative luminance)


def _phone(value: str) -> str:
    try:
        number = phonenumbers.parse(value, REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValueError('expected a phone number, like "+1 416 555 0100"')
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError('expected a colour like "#0b5c56"')
    channels = [int(value[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= LINEAR_UNTIL else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    if 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) < READABLE:
        raise ValueError("is too light: white text on it must be readable (contrast of at least 4.5 to 1)")
    return value.lower()


def _period(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(\d\d:\d\d)-(\d\d:\d\d)", value.replace(" ", ""))
    if not found:
        raise ValueError('expected opening hours like "08:00-12:30"')
    return {"opens": found[1], "closes": found[2]}


def _province(value: str) -> str:
    known = holidays.list_supported_countries()[REGION]
    if value not in known:
        raise ValueError(f"expected one of {', '.join(known)}")
    return value


Text = Annotated[str, Field(min_length=1, max_length=200)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
Phone = Annotated[str, AfterValidator(_phone)]
Colour = Annotated[str, AfterValidator(_colour)]
Province = Annotated[str, AfterValidator(_province)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Period(_Part):
    """One stretch of opening hours on the clinic's wall clock."""

    opens: time
    closes: time

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("closing time must come after opening time")
        return self


Day = tuple[Annotated[Period, BeforeValidator(_period)], ...]


class OpeningHours(_Part):
    """A list of periods for each day of the week, in order; an empty list is a day off."""

    monday: Day
    tuesday: Day
    wednesday: Day
    thursday: Day
    friday: Day
    saturday: Day
    sunday: Day
    closed_on: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if not any(self.week()):
            raise ValueError("the clinic must be open on at least one day of the week")
        if any(one.closes > two.opens for day in self.week() for one, two in pairwise(day)):
            raise ValueError("the periods of a day must follow each other without overlap")
        return self

    def week(self) -> tuple[Day, ...]:
        """The seven days from Monday, as `date.weekday()` counts."""
        return (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday)


class Address(_Part):
    """Where letters reach the clinic (SOR/2012-36 s. 4 asks for it beside every request for consent)."""

    street: Text
    city: Text
    province: Text
    postal_code: Annotated[str, Field(pattern=r"^[A-Z]\d[A-Z] \d[A-Z]\d$")]

    @property
    def line(self) -> str:
        """The address on one line, in Canada Post's order."""
        return f"{self.street}, {self.city} {self.province}  {self.postal_code}"


class Phones(_Part):
    """The number patients may ring, and the one that shows when the clinic calls (E.164)."""

    reception: Phone
    calls_from: Phone


class PrivacyContact(_Part):
    """The contact person that PHIPA s. 15 asks for."""

    name: Text
    email: EmailStr
    phone: Phone


class Sender(_Part):
    """One who sends messages; `on_behalf_of` where consent is sought for another (SOR/2012-36 s. 4(b), (c))."""

    name: Text
    on_behalf_of: Text | None = None


class Offer(_Part):
    """Something a patient can choose, with its name in both languages."""

    key: Key
    en: Text
    fr: Text

    def label(self, language: str) -> str:
        """The name in *language* ("en" or "fr")."""
        return self.fr if language == "fr" else self.en


class Colours(_Part):
    """The page's two colours; white text must be readable on both."""

    brand: Colour = "#0b5c56"
    accent: Colour = "#8a3b12"


class Queue(_Part):
    """The front desk's sheet: its tab, and the health details that stay out of it unless they are named here."""

    tab: Text = "Queue"
    extra_columns: tuple[Literal["email", "services", "body_areas", "what_hurts"], ...] = ()


class Clinic(_Part):
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
    queue: Queue = Queue()

    @model_validator(mode="after")
    def _no_key_twice(self) -> Self:
        for name, offers in (("practitioners", self.practitioners), ("services", self.services)):
            if len({offer.key for offer in offers}) < len(offers):
                raise ValueError(f"{name}: each needs a key of its own")
        return self


def load_clinic(path: Path) -> Clinic:
    """The clinic described by the TOML file at *path*; `ConfigError` says which key is wrong and what is expected."""
    try:
        return Clinic.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(
            f"INTAKE_CLINIC: {path} can not be read ({error.strerror}); give the path of a clinic file"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a TOML file: {error}") from None
    except ValidationError as error:
        raise ConfigError(explain(error, prefix=f"{path.name}: ")) from None
