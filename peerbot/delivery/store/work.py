"""SQL for work that is to be done."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from peerbot.db import earliest, insert_new, rows_of
from peerbot.delivery.model import Item, WorkStatus
from peerbot.delivery.store.rows import WorkRow, new_work

NEXT_TRY = earliest(WorkRow.next_try_at)
"""The question for when something is to be started."""


class WorkStore:
    """Work that is to be done, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def plan(self, kind: str, subject: str, now: datetime) -> None:
        """Plan it for now; nothing happens if it ever was planned."""
        await insert_new(self._session, WorkRow, [new_work(kind, subject, now)])

    async def plan_again(self, kind: str, subject: str, now: datetime) -> None:
        """Plan it for now, also if it was planned, running or done already."""
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        await self._session.execute(
            dialect.insert(WorkRow)
            .values(new_work(kind, subject, now))
            .on_conflict_do_update(
                index_elements=[WorkRow.kind, WorkRow.subject],
                set_={"status": WorkStatus.PLANNED, "next_try_at": now, "done_at": None},
            )
        )

    async def due(self, now: datetime, most: int = 1_000) -> tuple[Item, ...]:
        """Return what is to be started, what waits longest first."""
        rows = await self._session.execute(
            select(WorkRow.kind, WorkRow.subject, WorkRow.attempts)
            .where(WorkRow.next_try_at <= now)
            .order_by(WorkRow.next_try_at)
            .limit(most)
        )
        return tuple(Item(kind=row[0], subject=row[1], attempts=row[2]) for row in rows)

    async def next_due(self) -> datetime | None:
        """Return the earliest moment at which something is to be started; None if nothing is."""
        return await self._session.scalar(select(NEXT_TRY))

    async def beyond(self, moment: datetime) -> tuple[Item, ...]:
        """Return what is to be started only after `moment`."""
        rows = await self._session.scalars(select(WorkRow).where(WorkRow.next_try_at > moment))
        return tuple(row.to_item() for row in rows)

    async def hurry(self, item: Item, now: datetime) -> None:
        """What waits for its next attempt is due now."""
        await self._session.execute(
            update(WorkRow)
            .where(*_is(item), WorkRow.status == WorkStatus.PLANNED)
            .values(next_try_at=now)
        )

    async def running(self) -> tuple[Item, ...]:
        rows = await self._session.scalars(
            select(WorkRow).where(WorkRow.status == WorkStatus.RUNNING)
        )
        return tuple(row.to_item() for row in rows)

    async def begin(self, kind: str, subject: str, attempt: int) -> bool:
        """Begin this attempt, or go on with it after a crash; False if another one has it."""
        new = and_(WorkRow.status != WorkStatus.DONE, WorkRow.attempts < attempt)
        resumed = and_(WorkRow.status == WorkStatus.RUNNING, WorkRow.attempts == attempt)
        changed = await self._session.execute(
            update(WorkRow)
            .where(WorkRow.kind == kind, WorkRow.subject == subject, or_(new, resumed))
            .values(status=WorkStatus.RUNNING, attempts=attempt, next_try_at=None)
        )
        return rows_of(changed) == 1

    async def finish(self, item: Item, status: WorkStatus, now: datetime) -> None:
        """Note that this attempt brought it to an end."""
        await self._change(item, status=status, next_try_at=None, done_at=now)

    async def put_off(self, item: Item, until: datetime) -> bool:
        """Have the next attempt started at `until`; False if this one is not running any more."""
        return await self._change(item, status=WorkStatus.PLANNED, next_try_at=until)

    async def skip(self, item: Item) -> bool:
        """Count an attempt that the engine will never run; False if the item has moved on."""
        changed = await self._session.execute(
            update(WorkRow)
            .where(*_is(item), WorkRow.next_try_at.is_not(None))
            .values(attempts=item.attempts + 1)
        )
        return rows_of(changed) == 1

    async def prune(self, before: datetime) -> int:
        """Remove what was done before; return how many."""
        return rows_of(await self._session.execute(delete(WorkRow).where(WorkRow.done_at < before)))

    async def _change(self, item: Item, **values: object) -> bool:
        changed = await self._session.execute(
            update(WorkRow).where(*_is(item), WorkRow.status == WorkStatus.RUNNING).values(**values)
        )
        return rows_of(changed) == 1


def _is(item: Item) -> tuple[ColumnElement[bool], ...]:
    return (
        WorkRow.kind == item.kind,
        WorkRow.subject == item.subject,
        WorkRow.attempts == item.attempts,
    )
