"""What a service is, when it is open and who may see it: types and rules, pure.

Names are those of HSDS 3.1 (https://docs.openreferral.org), our own additions say so.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

MAX_NAME = 80
MAX_DESCRIPTION = 500
MAX_NEXT_STEP = 160
MAX_ELIGIBILITY = 160
MAX_COST = 80
MAX_ADDRESS = 160
MAX_URL = 200
MAX_EMAIL = 100
MAX_NUMBER = 30
MAX_PHONE_NOTE = 40
MAX_PHONES = 4
MAX_SCHEDULES = 4
MAX_LANGUAGES = 8
MAX_SOURCE = 300
OLDEST_AGE = 120

Texts = Mapping[str, str]
"""A text by language; staff write in theirs, shipped entries have all."""

_MIDNIGHT = time(0)
_DAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Support(StrEnum):
    """The kinds of support, as people feel the need. Ours, not HSDS'."""

    EMOTIONAL = "emotional"
    TANGIBLE = "tangible"
    INFORMATIONAL = "informational"
    COMPANY = "company"


class Status(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    """Not shown to members yet."""
    TEMPORARILY_CLOSED = "temporarily closed"
    DEFUNCT = "defunct"


class LocationType(StrEnum):
    PHYSICAL = "physical"
    POSTAL = "postal"
    VIRTUAL = "virtual"


class PhoneType(StrEnum):
    VOICE = "voice"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Phone:
    number: str
    """As it dials there, never rewritten."""
    type: PhoneType
    description: str = ""
    """The word to text first, or the key to press."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Weekly hours, by the clock in `timezone`."""

    byday: frozenset[int]
    """0 is Monday."""
    opens_at: time
    closes_at: time
    """00:00 is the end of the day; earlier than `opens_at` means past midnight."""
    timezone: ZoneInfo

    def closing(self, now: datetime) -> time | None:
        """Return when it closes if it is open at `now`; None if it is closed."""
        wall = now.astimezone(self.timezone)
        clock, today = wall.time(), wall.weekday()
        past_midnight = _MIDNIGHT < self.closes_at <= self.opens_at
        if today in self.byday and clock >= self.opens_at:
            is_open = past_midnight or self.closes_at == _MIDNIGHT or clock < self.closes_at
        else:
            is_open = past_midnight and (today - 1) % 7 in self.byday and clock < self.closes_at
        return self.closes_at if is_open else None

    @property
    def codes(self) -> str:
        """Return the days as HSDS writes them: "MO,TU"."""
        return ",".join(_DAY_CODES[day] for day in sorted(self.byday))


@dataclass(frozen=True, slots=True)
class Location:
    location_type: LocationType
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    id: str
    community_id: str | None
    """None if it ships with peerbot."""
    name: str
    description: Texts
    website: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One thing that people can use; members read "resource"."""

    id: str
    number: int = 0
    """Ours: short, for the ids of buttons; 0 until it is stored."""
    community_id: str | None
    """None if it ships with peerbot and everybody sees it."""
    copy_of: str | None = None
    """Ours: the shipped service that this one stands in for in its community."""
    organization: Organization
    name: str
    description: Texts
    support: tuple[Support, ...]
    status: Status
    application_process: Texts
    """The next step."""
    eligibility_description: Texts
    minimum_age: int | None = None
    maximum_age: int | None = None
    url: str = ""
    email: str = ""
    languages: tuple[str, ...] = ()
    cost_option: Texts
    always_open: bool = False
    """Day and night. Without it and without schedules the hours are not known."""
    schedules: tuple[Schedule, ...] = ()
    phones: tuple[Phone, ...] = ()
    location: Location
    country: str = ""
    """ISO 3166 code of where it serves; empty is anywhere."""
    source: str = ""
    source_read: str = ""
    """The month in which the source was read ("2026-03"); empty for what staff added."""
    pinned: bool = False
    verified_at: datetime | None = None
    """When counselling staff last said that it is right."""
    verified_by: str | None = None
    """Who of them, by our member id; None once that person was erased."""
    version: int = 1
    """Counts changes, so that two people who edit at once notice each other."""

    @property
    def hours_known(self) -> bool:
        return self.always_open or bool(self.schedules)

    def is_open(self, now: datetime) -> bool:
        """Whether it is open at `now`; False where the hours are not known."""
        return self.always_open or any(one.closing(now) is not None for one in self.schedules)

    def closing(self, now: datetime) -> tuple[time, ZoneInfo] | None:
        """Return when it closes, if it is open by a schedule; None otherwise."""
        for schedule in self.schedules:
            at = schedule.closing(now)
            if at is not None:
                return at, schedule.timezone
        return None

    @property
    def is_online(self) -> bool:
        return self.location.location_type is LocationType.VIRTUAL

    @property
    def freshness(self) -> date:
        """Return the day on which somebody last looked, as far as is known."""
        if self.verified_at is not None:
            return self.verified_at.date()
        if self.source_read:
            return date.fromisoformat(f"{self.source_read}-01")
        return date.min

    def serves(self, country: str) -> bool:
        """Whether it serves `country`; what serves anywhere always does, and "" is any country."""
        return not country or self.country in {"", country}

    def same_words(self, other: "Service") -> bool:
        """Whether both say the same, whatever their numbers, versions and checks."""
        return _bare(self) == _bare(other)

    def verified(self, now: datetime, by: str) -> "Service":
        return replace(self, verified_at=now, verified_by=by, status=Status.ACTIVE)


def _bare(service: Service) -> Service:
    return replace(service, number=0, version=0, verified_at=None, verified_by=None)


@dataclass(frozen=True, slots=True)
class Shipped:
    """The directory that ships with peerbot; `digest` changes whenever it does."""

    services: tuple[Service, ...]
    digest: str
    is_whole: bool = True
    """Whether all of it could be read; if not, what is missing may only be misspelt."""


def shadowed(services: Iterable[Service], community_id: str | None) -> frozenset[str]:
    """Return the ids of shipped services that a community has a copy of its own of."""
    return frozenset(
        one.copy_of
        for one in services
        if one.copy_of is not None and one.community_id == community_id
    )


def seen_by(services: Iterable[Service], community_id: str | None) -> tuple[Service, ...]:
    """Return what belongs to a community, whatever its status: its own, and what ships."""
    several = tuple(services)
    hidden = shadowed(several, community_id)
    return tuple(
        one
        for one in several
        if one.community_id == community_id or (one.community_id is None and one.id not in hidden)
    )


def in_order(services: Iterable[Service]) -> tuple[Service, ...]:
    """Return services as they are listed without a search: pinned, then freshest, then by id."""
    return tuple(
        sorted(services, key=lambda one: (not one.pinned, -one.freshness.toordinal(), one.id))
    )


def oldest_first(services: Iterable[Service]) -> tuple[Service, ...]:
    """Return services as staff should look at them: not shown yet, then the longest unchecked."""
    return tuple(
        sorted(
            services,
            key=lambda one: (
                one.status is Status.DEFUNCT,
                one.status is Status.ACTIVE,
                one.verified_at or datetime.min.replace(tzinfo=UTC),
                one.freshness,
                one.id,
            ),
        )
    )


def said(texts: Texts, language: str) -> str:
    """Return a text in `language`, else in English, else in any; "" if there is none."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


# -- What people type --------------------------------------------------------------------------

_PHONE = re.compile(r"[0-9A-Za-z*#+(][0-9A-Za-z*#+()./\- ]*")
_EMAIL = re.compile(r"[^@\s<>|]+@[^@\s<>|]+\.[^@\s<>|]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_CLOCK = re.compile(r"(\d{1,2})\s*(?:[:hH.]\s*(\d{2})?)?", re.ASCII)


def web_address(typed: str) -> str | None:
    """Return an http or https address, with https put before a bare name; None if it is none."""
    address = typed if "://" in typed else f"https://{typed}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return None
    is_plain = not re.search(r"[\s<>|\\\"]", address) and "@" not in parts.netloc
    is_web = parts.scheme in {"http", "https"} and "." in host.strip(".")
    return address if is_plain and is_web and len(address) <= MAX_URL else None


def is_phone(typed: str) -> bool:
    """Whether it looks like something to dial: short codes and *4141 count."""
    digits = sum(c.isdigit() for c in typed)
    return bool(_PHONE.fullmatch(typed)) and digits >= 2 and len(typed) <= MAX_NUMBER


def is_email(typed: str) -> bool:
    return bool(_EMAIL.fullmatch(typed)) and len(typed) <= MAX_EMAIL


def is_language(code: str) -> bool:
    return bool(_LANGUAGE.fullmatch(code))


def is_country(code: str) -> bool:
    return not code or bool(_COUNTRY.fullmatch(code))


def is_month(text: str) -> bool:
    return bool(re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", text, re.ASCII))


def time_of_day(typed: str) -> time | None:
    """Return the time in words such as "9:00", "18 h" or "24:00" (as 00:00); None if none."""
    found = _CLOCK.fullmatch(typed.strip())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if (hour, minute) == (24, 0):
        return _MIDNIGHT
    return time(hour, minute) if hour < 24 and minute < 60 else None


def days_in(codes: str) -> frozenset[int] | None:
    """Return the days in "MO,TU"; None if a code is not one of HSDS'."""
    given = codes.split(",")
    if not all(code in _DAY_CODES for code in given):
        return None
    return frozenset(_DAY_CODES.index(code) for code in given)


def needs_a_look(service: Service, now: datetime, after: timedelta = timedelta(days=180)) -> bool:
    """Whether staff should check a shown service again."""
    return service.verified_at is None or now - service.verified_at > after
