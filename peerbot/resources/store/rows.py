"""The tables of the directory, in HSDS 3.1's names, and what their rows mean."""

import json
from collections.abc import Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from peerbot.db import Base
from peerbot.resources.model import (
    Location,
    LocationType,
    Organization,
    Phone,
    PhoneType,
    Schedule,
    Service,
    days_in,
)


class OrganizationRow(Base):
    __tablename__ = "organization"

    id: Mapped[str] = mapped_column(primary_key=True)
    community_id: Mapped[str | None] = mapped_column(ForeignKey("community.id"), index=True)
    name: Mapped[str]
    description: Mapped[str]
    website: Mapped[str]


class ServiceRow(Base):
    __tablename__ = "service"
    # A number is never given twice, so that an old button cannot lead to a newer service.
    __table_args__ = (UniqueConstraint("community_id", "copy_of"), {"sqlite_autoincrement": True})

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    community_id: Mapped[str | None] = mapped_column(ForeignKey("community.id"), index=True)
    copy_of: Mapped[str | None]
    organization_id: Mapped[str] = mapped_column(ForeignKey("organization.id"))
    name: Mapped[str]
    description: Mapped[str]
    support: Mapped[str]
    status: Mapped[str]
    application_process: Mapped[str]
    eligibility_description: Mapped[str]
    minimum_age: Mapped[int | None]
    maximum_age: Mapped[int | None]
    url: Mapped[str]
    email: Mapped[str]
    always_open: Mapped[bool]
    country: Mapped[str]
    source: Mapped[str]
    source_read: Mapped[str]
    pinned: Mapped[bool]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str | None]
    version: Mapped[int]


class PartRow(Base):
    """Something that a service has several of, in their order."""

    __abstract__ = True

    service_number: Mapped[int] = mapped_column(
        ForeignKey("service.number", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)


class PhoneRow(PartRow):
    __tablename__ = "phone"

    number: Mapped[str]
    type: Mapped[str]
    description: Mapped[str]


class ServiceScheduleRow(PartRow):
    __tablename__ = "schedule"

    byday: Mapped[str]
    opens_at: Mapped[str]
    closes_at: Mapped[str]
    timezone: Mapped[str]


class LanguageRow(PartRow):
    __tablename__ = "language"

    code: Mapped[str]


class CostOptionRow(PartRow):
    __tablename__ = "cost_option"

    option: Mapped[str]


class LocationRow(PartRow):
    __tablename__ = "location"

    location_type: Mapped[str]
    address: Mapped[str]


class DirectoryVersionRow(Base):
    """Counts the directory's changes, and names the shipped pack that was loaded last."""

    __tablename__ = "directory_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    pack: Mapped[str]


AS_THEY_ARE = (
    *("id", "community_id", "copy_of", "name", "minimum_age", "maximum_age", "url", "email"),
    *("always_open", "country", "source", "source_read", "pinned"),
    *("verified_at", "verified_by", "version"),
)
"""What a row and a service hold alike."""
NOWHERE = Location(LocationType.VIRTUAL)
PARTS = (PhoneRow, ServiceScheduleRow, LanguageRow, CostOptionRow, LocationRow)


def values_of(service: Service) -> dict[str, object]:
    return {name: getattr(service, name) for name in AS_THEY_ARE} | {
        "organization_id": service.organization.id,
        "description": _json(service.description),
        "support": json.dumps([kind.value for kind in service.support]),
        "status": service.status.value,
        "application_process": _json(service.application_process),
        "eligibility_description": _json(service.eligibility_description),
    }


def parts_of(service: Service) -> dict[type[PartRow], list[dict[str, object]]]:
    costs = [{"option": _json(service.cost_option)}] if service.cost_option else []
    place = service.location
    return {
        PhoneRow: [
            {"number": one.number, "type": one.type.value, "description": one.description}
            for one in service.phones
        ],
        ServiceScheduleRow: [
            {
                "byday": one.codes,
                "opens_at": f"{one.opens_at:%H:%M}",
                "closes_at": f"{one.closes_at:%H:%M}",
                "timezone": one.timezone.key,
            }
            for one in service.schedules
        ],
        LanguageRow: [{"code": code} for code in service.languages],
        CostOptionRow: [dict(one) for one in costs],
        LocationRow: [{"location_type": place.location_type.value, "address": place.address}],
    }


def organization_values(organization: Organization) -> dict[str, object]:
    return {
        "community_id": organization.community_id,
        "name": organization.name,
        "description": _json(organization.description),
        "website": organization.website,
    }


def to_organization(row: OrganizationRow) -> Organization:
    return Organization(
        id=row.id,
        community_id=row.community_id,
        name=row.name,
        description=json.loads(row.description),
        website=row.website,
    )


def to_phone(row: PhoneRow) -> Phone:
    return Phone(row.number, PhoneType(row.type), row.description)


def to_location(row: LocationRow) -> Location:
    return Location(LocationType(row.location_type), row.address)


def to_schedule(row: ServiceScheduleRow) -> Schedule:
    return Schedule(
        days_in(row.byday) or frozenset(),
        time.fromisoformat(row.opens_at),
        time.fromisoformat(row.closes_at),
        ZoneInfo(row.timezone),
    )


def _json(texts: Mapping[str, str]) -> str:
    return json.dumps(dict(texts), ensure_ascii=False, sort_keys=True)
