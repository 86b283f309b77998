"""Reads the directory that ships: organizations and services, in HSDS terms."""

import hashlib
import re
from pathlib import Path
from typing import Protocol, TypeVar

from peerbot.content.table import Problem, Table, file_text, toml
from peerbot.resources.model import (
    MAX_ADDRESS,
    MAX_COST,
    MAX_DESCRIPTION,
    MAX_ELIGIBILITY,
    MAX_EMAIL,
    MAX_NAME,
    MAX_NEXT_STEP,
    MAX_NUMBER,
    MAX_PHONE_NOTE,
    MAX_SOURCE,
    OLDEST_AGE,
    Location,
    LocationType,
    Organization,
    Phone,
    PhoneType,
    Schedule,
    Service,
    Shipped,
    Status,
    Support,
    days_in,
    is_country,
    is_email,
    is_language,
    is_phone,
)

_FORMAT = "1"
"""Raised when the same files are to be read differently, so that they are loaded anew."""


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_Entry = TypeVar("_Entry", bound=_HasId)


def directory_in(folder: Path, found: list[Problem]) -> Shipped:
    """Return the services of every file in `folder`, without those that have problems."""
    digest = hashlib.sha256(_FORMAT.encode())
    organizations: dict[str, Organization] = {}
    services: dict[str, Service] = {}
    problems: list[Problem] = []
    for path in sorted((folder / "resources").glob("*.toml")):
        file = path.relative_to(folder).as_posix()
        text = file_text(path, file, problems) or ""
        digest.update(text.encode())
        table = Table(file, "", toml(text, file, problems) or {}, problems)
        for row in table.tables("organization"):
            _add(row, organizations, _organization(row))
        for row in table.tables("service"):
            _add(row, services, _service(row, organizations))
        table.no_more()
    found.extend(problems)
    return Shipped(tuple(services.values()), digest.hexdigest(), is_whole=not problems)


def _add(row: Table, known: dict[str, _Entry], entry: _Entry) -> None:
    row.no_more()
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", entry.id):
        row.wrong("id", "is not made of small letters, digits and hyphens", "rename it so")
    if entry.id in known:
        row.wrong("id", f"{entry.id} is used twice", "give one of them another")
    if row.is_sound:
        known[entry.id] = entry


def _organization(row: Table) -> Organization:
    return Organization(
        id=row.text("id", 60),
        community_id=None,
        name=row.text("name", MAX_NAME),
        description=row.texts("description", MAX_DESCRIPTION),
        website=row.url("website"),
    )


def _service(row: Table, organizations: dict[str, Organization]) -> Service:
    organization = row.one_of("organization_id", tuple(organizations) or ("",))
    phones = tuple(_phone(one) for one in row.tables("phone"))
    schedules = tuple(_schedule(one) for one in row.tables("schedule"))
    service = Service(
        id=row.text("id", 60),
        community_id=None,
        organization=organizations.get(organization) or _NOBODY,
        name=row.text("name", MAX_NAME),
        description=row.texts("description", MAX_DESCRIPTION),
        support=_kinds(row),
        status=Status(row.one_of("status", tuple(Status))),
        application_process=row.texts("application_process", MAX_NEXT_STEP),
        eligibility_description=row.texts("eligibility_description", MAX_ELIGIBILITY),
        minimum_age=_age(row, "minimum_age"),
        maximum_age=_age(row, "maximum_age"),
        url=row.url("url"),
        email=row.text("email", MAX_EMAIL, required=False),
        languages=_languages(row),
        cost_option=row.texts("cost", MAX_COST),
        always_open=row.flag("always_open", otherwise=False),
        schedules=schedules,
        phones=phones,
        location=Location(
            LocationType(row.one_of("location_type", tuple(LocationType))),
            row.text("address", MAX_ADDRESS, required=False),
        ),
        country=row.text("country", 2, required=False),
        source=row.text("source", MAX_SOURCE),
        source_read=row.month("source_read"),
    )
    if not is_country(service.country):
        row.wrong("country", "is no country", 'write two letters such as "CA", or ""')
    if service.email and not is_email(service.email):
        row.wrong("email", "is no email address", "write one such as help@example.org")
    if not service.source_read:
        row.wrong("source_read", "is empty", "write the month in which the source was read")
    if not (phones or service.url or service.email):
        row.wrong("phone", "there is no way to reach it", "add a phone, a url or an email")
    return service


_NOBODY = Organization(id="", community_id=None, name="", description={})


def _kinds(row: Table) -> tuple[Support, ...]:
    given = row.several("support")
    if not given or not set(given) <= set(Support):
        row.wrong("support", "names no kind of support", f"choose of {', '.join(Support)}")
    return tuple(kind for kind in Support if kind in given)


def _languages(row: Table) -> tuple[str, ...]:
    codes = row.several("languages")
    if not codes or not all(is_language(code) for code in codes):
        row.wrong("languages", "are no language codes", 'write them like ["en", "fr"]')
    return codes


def _age(row: Table, key: str) -> int | None:
    age = row.number(key)
    if age is not None and not 0 <= age <= OLDEST_AGE:
        row.wrong(key, "is no age", f"write 0 to {OLDEST_AGE}, or leave it out")
    return age


def _phone(row: Table) -> Phone:
    number = row.text("number", MAX_NUMBER)
    if number and not is_phone(number):
        row.wrong("number", "cannot be dialled", "write it as it dials there, such as 988")
    kind = PhoneType(row.one_of("type", tuple(PhoneType)))
    phone = Phone(number, kind, row.text("description", MAX_PHONE_NOTE, required=False))
    row.no_more()
    return phone


def _schedule(row: Table) -> Schedule:
    row.one_of("freq", ("WEEKLY",))
    days = days_in(row.text("byday", 20))
    if days is None:
        row.wrong("byday", "names no days", 'write them like "MO,TU,WE"')
    opens, closes = row.clock("opens_at"), row.clock("closes_at")
    schedule = Schedule(days or frozenset(), opens, closes, row.zone("timezone"))
    row.no_more()
    return schedule
