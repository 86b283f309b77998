"""SQL for the directory; rows stay here. Read `rows` first."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from peerbot.db import insert_new
from peerbot.resources.model import Organization, Service, Status, Support
from peerbot.resources.store.rows import (
    AS_THEY_ARE,
    NOWHERE,
    PARTS,
    CostOptionRow,
    DirectoryVersionRow,
    LanguageRow,
    LocationRow,
    OrganizationRow,
    PartRow,
    PhoneRow,
    ServiceRow,
    ServiceScheduleRow,
    organization_values,
    parts_of,
    to_location,
    to_organization,
    to_phone,
    to_schedule,
    values_of,
)

_ONLY = 1
"""The id of the one row of `directory_version`."""

_Part = TypeVar("_Part", bound=PartRow)


class ResourceStore:
    """The directory, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    # -- the version -------------------------------------------------------------------------

    async def version(self) -> int:
        """Return how often the directory changed so far."""
        found = await self._session.scalar(select(DirectoryVersionRow.version))
        return found or 0

    async def pack(self) -> str:
        """Return the digest of the shipped pack that was loaded last; keep others from loading."""
        await self._have_counter()
        loaded = await self._session.scalar(select(DirectoryVersionRow.pack).with_for_update())
        return loaded or ""

    async def loaded(self, pack: str) -> None:
        await self._session.execute(update(DirectoryVersionRow).values(pack=pack))

    async def moved(self) -> None:
        """Count a change, so that every process builds its index anew."""
        await self._have_counter()
        following = DirectoryVersionRow.version + 1
        await self._session.execute(update(DirectoryVersionRow).values(version=following))

    # -- services ----------------------------------------------------------------------------

    async def all(self) -> tuple[Service, ...]:
        """Return every service of every community, and what ships, in the order of their ids."""
        rows = await self._session.scalars(select(ServiceRow).order_by(ServiceRow.id))
        return await self._services(rows.all(), None)

    async def service(self, number: int) -> Service | None:
        return await self._only(ServiceRow.number == number)

    async def by_id(self, service_id: str) -> Service | None:
        return await self._only(ServiceRow.id == service_id)

    async def copy_of(self, service_id: str, community_id: str) -> Service | None:
        """Return the copy that a community has of a shipped service; None if it has none."""
        return await self._only(
            ServiceRow.copy_of == service_id, ServiceRow.community_id == community_id
        )

    async def put_organizations(self, organizations: Iterable[Organization]) -> None:
        """Add those that are not there, and change those that say something else by now."""
        wanted = {one.id: one for one in organizations}
        rows = [{"id": one.id, **organization_values(one)} for one in wanted.values()]
        await insert_new(self._session, OrganizationRow, rows)
        there = await self._session.scalars(
            select(OrganizationRow)
            .where(OrganizationRow.id.in_(wanted))
            .execution_options(populate_existing=True)
        )
        for row in there:
            if to_organization(row) != wanted[row.id]:
                await self._session.execute(
                    update(OrganizationRow)
                    .where(OrganizationRow.id == row.id)
                    .values(organization_values(wanted[row.id]))
                )

    async def organization_named(self, name: str, community_id: str | None) -> Organization | None:
        """Return the community's organization of that name, else the shipped one, if any."""
        shipped = OrganizationRow.community_id.is_(None)
        rows = await self._session.scalars(
            select(OrganizationRow)
            .where(func.lower(OrganizationRow.name) == func.lower(name))
            .where(or_(OrganizationRow.community_id == community_id, shipped))
            .order_by(shipped, OrganizationRow.id)
        )
        row = rows.first()
        return None if row is None else to_organization(row)

    async def add(self, *services: Service) -> int:
        """Add services in batches; return how many.

        Leaves out those whose id, or whose copy of the same one, is there already.
        """
        await self.put_organizations(one.organization for one in services)
        there = set(await self._numbers(services))
        added = await insert_new(self._session, ServiceRow, [values_of(one) for one in services])
        numbers = await self._numbers(services)
        new = [one for one in services if one.id in numbers and one.id not in there]
        await self._put_parts({numbers[one.id]: one for one in new})
        return added

    async def change(self, service: Service, seen: int) -> bool:
        """Store a changed service; False if it is not at the version `seen` any more."""
        await self.put_organizations([service.organization])
        changed = await self._session.execute(
            update(ServiceRow)
            .where(ServiceRow.number == service.number, ServiceRow.version == seen)
            .values(values_of(service))
        )
        if int(changed.rowcount) != 1:  # type: ignore[attr-defined]
            return False
        await self._put_parts({service.number: service})
        return True

    async def remove(self, number: int) -> None:
        for part in PARTS:
            await self._session.execute(delete(part).where(part.service_number == number))
        await self._session.execute(delete(ServiceRow).where(ServiceRow.number == number))

    async def doubt_copies(self, service_id: str) -> None:
        """Take back the checks of copies whose shipped service has changed since."""
        await self._session.execute(
            update(ServiceRow)
            .where(ServiceRow.copy_of == service_id)
            .values(verified_at=None, verified_by=None)
        )

    # -- people ------------------------------------------------------------------------------

    async def verified_by(self, member_id: str) -> tuple[tuple[str, datetime | None], ...]:
        """Return id and moment of the checks that a member made."""
        rows = await self._session.execute(
            select(ServiceRow.id, ServiceRow.verified_at)
            .where(ServiceRow.verified_by == member_id)
            .order_by(ServiceRow.id)
        )
        return tuple((one.id, one.verified_at) for one in rows)

    async def forget(self, member_id: str) -> None:
        """Keep the checks that a member made, but no longer whose they were."""
        await self._session.execute(
            update(ServiceRow).where(ServiceRow.verified_by == member_id).values(verified_by=None)
        )

    # -- inside ------------------------------------------------------------------------------

    async def _have_counter(self) -> None:
        row = {"id": _ONLY, "version": 0, "pack": ""}
        await insert_new(self._session, DirectoryVersionRow, [row])

    async def _only(self, *conditions: ColumnElement[bool]) -> Service | None:
        rows = await self._session.scalars(
            select(ServiceRow).where(*conditions).execution_options(populate_existing=True)
        )
        row = rows.one_or_none()
        return None if row is None else (await self._services([row], [row.number]))[0]

    async def _numbers(self, services: Iterable[Service]) -> Mapping[str, int]:
        """Return the numbers of those services that are there, by id."""
        ids = [one.id for one in services]
        rows = await self._session.execute(
            select(ServiceRow.id, ServiceRow.number).where(ServiceRow.id.in_(ids))
        )
        return {row.id: row.number for row in rows}

    async def _put_parts(self, services: Mapping[int, Service]) -> None:
        rows: dict[type[PartRow], list[dict[str, object]]] = {part: [] for part in PARTS}
        for number, service in services.items():
            for table, parts in parts_of(service).items():
                rows[table] += (
                    {"service_number": number, "position": position, **part}
                    for position, part in enumerate(parts)
                )
        for table, several in rows.items():
            await self._session.execute(delete(table).where(table.service_number.in_(services)))
            await insert_new(self._session, table, several)

    async def _services(
        self, rows: Sequence[ServiceRow], numbers: Sequence[int] | None
    ) -> tuple[Service, ...]:
        organizations = {
            row.id: to_organization(row)
            for row in await self._session.scalars(
                select(OrganizationRow).execution_options(populate_existing=True)
            )
        }
        phones = await self._parts(PhoneRow, numbers)
        schedules = await self._parts(ServiceScheduleRow, numbers)
        languages = await self._parts(LanguageRow, numbers)
        costs = await self._parts(CostOptionRow, numbers)
        locations = await self._parts(LocationRow, numbers)
        return tuple(
            Service(
                **{name: getattr(row, name) for name in AS_THEY_ARE},
                number=row.number,
                organization=organizations[row.organization_id],
                description=json.loads(row.description),
                support=tuple(Support(kind) for kind in json.loads(row.support)),
                status=Status(row.status),
                application_process=json.loads(row.application_process),
                eligibility_description=json.loads(row.eligibility_description),
                languages=tuple(one.code for one in languages[row.number]),
                cost_option=next((json.loads(one.option) for one in costs[row.number]), {}),
                schedules=tuple(to_schedule(one) for one in schedules[row.number]),
                phones=tuple(to_phone(one) for one in phones[row.number]),
                location=next((to_location(one) for one in locations[row.number]), NOWHERE),
            )
            for row in rows
        )

    async def _parts(
        self, table: type[_Part], numbers: Sequence[int] | None
    ) -> Mapping[int, Sequence[_Part]]:
        """Return the parts of these services (None is all), by service, in their order."""
        wanted = select(table).order_by(table.service_number, table.position)
        if numbers is not None:
            wanted = wanted.where(table.service_number.in_(numbers))
        found: dict[int, list[_Part]] = defaultdict(list)
        for row in await self._session.scalars(wanted.execution_options(populate_existing=True)):
            found[row.service_number].append(row)
        return found
