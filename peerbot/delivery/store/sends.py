"""SQL for messages on their way."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    String,
    and_,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from peerbot.chat.addresses import Address, Person
from peerbot.db import BATCH, UtcDateTime, rows_of
from peerbot.delivery.model import SENDS, Held, NewSend, Outcome, Send, Status, WorkStatus
from peerbot.delivery.store.rows import ROOM, SendRow, WorkRow, address, place_and_id
from peerbot.delivery.store.work import WorkStore

_UNDER_WAY = (Status.PENDING, Status.SENDING)
_FAILED = (Status.UNREACHABLE, Status.UNKNOWN)


class SendStore:
    """Messages on their way, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, sends: Iterable[NewSend], now: datetime) -> int:
        """Add those that are new, with the work that hands them over; return how many."""
        by_subject: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        for send in sends:
            rows = by_subject.setdefault((send.kind, send.subject), [])
            rows.append(place_and_id(send.kind, send.subject, send.to))
        added = 0
        for (kind, subject), rows in by_subject.items():
            new = 0
            for first in range(0, len(rows), BATCH):
                new += await self._insert_new(kind, subject, rows[first : first + BATCH], now)
            if new:
                await WorkStore(self._session).plan_again(SENDS + kind, subject, now)
            added += new
        return added

    async def hand_over(
        self, kind: str, subject: str, batch: int, now: datetime
    ) -> Sequence[tuple[str, Address]]:
        """Put what is due into `batch`; return the ids and addresses of all that ever was in it.

        The same batch gives the same answer, so its chunks can be made again after a crash.
        """
        await self._session.execute(
            update(SendRow)
            .where(*_about(kind, subject), SendRow.status == Status.PENDING)
            .where(SendRow.next_try_at <= now)
            .values(batch=batch, next_try_at=None)
        )
        rows = await self._session.execute(
            select(SendRow.id, SendRow.to_kind, SendRow.platform, SendRow.to_id, SendRow.to_space)
            .where(*_about(kind, subject), SendRow.batch == batch)
            .order_by(SendRow.id)
        )
        return [(row[0], address(*row[1:])) for row in rows]

    async def claim(self, send_id: str, owner: str, now: datetime) -> Held | None:
        """Take a pending send in hand; None if it is not pending any more."""
        row: SendRow | None = await self._session.scalar(
            update(SendRow)
            .where(SendRow.id == send_id, SendRow.status == Status.PENDING)
            .values(
                status=Status.SENDING,
                owner=owner,
                since=now,
                attempts=SendRow.attempts + 1,
                next_try_at=None,
            )
            .returning(SendRow)
        )
        return None if row is None else row.to_held()

    async def note(
        self, held: Held, outcome: Outcome, now: datetime, *, still_to_tell: bool
    ) -> Send | None:
        """Note how this attempt went; return the send, or None if it is not under way any more.

        One that ended and is `still_to_tell` stays in its owner's hands: see `let_go`.
        """
        changes: dict[str, object] = {
            "status": outcome.status,
            "why": outcome.why,
            "next_try_at": outcome.next_try_at,
            "ref_room": outcome.ref and outcome.ref.room,
            "ref_message": outcome.ref and outcome.ref.message,
        }
        ended = outcome.status is not Status.PENDING
        if ended:
            changes["ended_at"] = now
        if not (ended and still_to_tell):
            changes["owner"] = None
        row: SendRow | None = await self._session.scalar(
            update(SendRow)
            .where(SendRow.id == held.send.id, SendRow.status == Status.SENDING)
            .where(SendRow.attempts == held.send.attempts)
            .values(changes)
            .returning(SendRow)
        )
        return None if row is None else row.to_send()

    async def let_go(self, send_id: str) -> None:
        """Nobody has to be told about it any more."""
        await self._session.execute(update(SendRow).where(SendRow.id == send_id).values(owner=None))

    async def postpone(self, send_ids: Sequence[str], until: datetime) -> None:
        """Those that are still pending are handed over again at `until`."""
        await self._session.execute(
            update(SendRow)
            .where(SendRow.id.in_(send_ids), SendRow.status == Status.PENDING)
            .values(next_try_at=until)
        )

    async def take_back(self, kind: str, subject: str, now: datetime, latest: datetime) -> None:
        """What was handed over and not taken in hand is due now, as is what waits past `latest`."""
        await self._session.execute(
            update(SendRow)
            .where(*_about(kind, subject), SendRow.status == Status.PENDING)
            .where(or_(SendRow.next_try_at.is_(None), SendRow.next_try_at > latest))
            .values(next_try_at=now)
        )

    async def held(self, most: int = 500) -> Sequence[Held]:
        """Return what is in somebody's hands, this process's or another's."""
        rows = await self._session.scalars(
            select(SendRow).where(SendRow.owner.is_not(None)).order_by(SendRow.id).limit(most)
        )
        return [row.to_held() for row in rows]

    async def sum_up(self, kind: str, subject: str, now: datetime) -> datetime | None:
        """Bring the work of these sends up to date; return when more is to be handed over."""
        work = await self._session.get(WorkRow, (SENDS + kind, subject), with_for_update=True)
        if work is None:
            return None
        waits = and_(SendRow.status == Status.PENDING, SendRow.next_try_at.is_not(None))
        next_try_at, under_way = (
            await self._session.execute(
                select(
                    func.min(SendRow.next_try_at).filter(waits), func.count().filter(~waits)
                ).where(*_about(kind, subject), SendRow.status.in_(_UNDER_WAY))
            )
        ).one()
        if under_way:
            work.status = WorkStatus.RUNNING
        elif next_try_at is not None:
            work.status = WorkStatus.PLANNED
        else:
            work.status = WorkStatus.DONE
        work.next_try_at = next_try_at
        work.done_at = now if work.status == WorkStatus.DONE else None
        when: datetime | None = next_try_at
        return when

    async def about(self, kind: str, subject: str) -> tuple[Send, ...]:
        rows = await self._session.scalars(
            select(SendRow).where(*_about(kind, subject)).order_by(SendRow.created_at, SendRow.id)
        )
        return tuple(row.to_send() for row in rows)

    async def undelivered(self, since: datetime) -> tuple[Send, ...]:
        """Return what ended at or after `since` without (as far as we know) arriving."""
        rows = await self._session.scalars(
            select(SendRow)
            .where(SendRow.ended_at >= since, SendRow.status.in_(_FAILED))
            .order_by(SendRow.ended_at, SendRow.id)
        )
        return tuple(row.to_send() for row in rows)

    async def undelivered_count(self, since: datetime) -> int:
        count = await self._session.scalar(
            select(func.count())
            .select_from(SendRow)
            .where(SendRow.ended_at >= since, SendRow.status.in_(_FAILED))
        )
        return count or 0

    async def to_person(self, person: Person) -> tuple[Send, ...]:
        """Return what was and is to be sent to somebody's inbox, oldest first."""
        rows = await self._session.scalars(
            select(SendRow).where(_to(person)).order_by(SendRow.created_at, SendRow.id)
        )
        return tuple(row.to_send() for row in rows)

    async def forget(self, person: Person) -> int:
        """Remove every send to somebody, also what was still to come; return how many."""
        return rows_of(await self._session.execute(delete(SendRow).where(_to(person))))

    async def prune(self, before: datetime) -> int:
        """Remove what ended before; return how many."""
        return rows_of(
            await self._session.execute(
                delete(SendRow).where(SendRow.ended_at < before, SendRow.owner.is_(None))
            )
        )

    # -- inside ------------------------------------------------------------------------------

    async def _insert_new(
        self, kind: str, subject: str, rows: Sequence[tuple[str, ...]], now: datetime
    ) -> int:
        """Insert those of one subject that are new; return how many.

        What all rows share is passed once, and the rest in one value: a third of the time of
        `insert_new`, which passes every column of every row.
        """
        is_postgres = self._session.get_bind().dialect.name == "postgresql"
        dialect = postgresql if is_postgres else sqlite
        elements = func.json_array_elements if is_postgres else func.json_each
        row = elements(literal(rows, JSON())).table_valued("value").c.value
        values: dict[str, ColumnElement[Any]] = {
            name: row.op("->>", return_type=String())(literal_column(str(place)))
            for place, name in enumerate(("id", "to_kind", "platform", "to_id", "to_space"))
        }
        values |= {
            "kind": literal(kind),
            "subject": literal(subject),
            "status": literal(Status.PENDING.value),
            "batch": literal(0),
            "attempts": literal(0),
            "next_try_at": literal(now, UtcDateTime()),
            "why": literal(""),
            "created_at": literal(now, UtcDateTime()),
        }
        inserted = await self._session.execute(
            dialect.insert(SendRow)
            # SQLite cannot tell ON CONFLICT from a join's ON without a WHERE.
            .from_select(list(values), select(*values.values()).where(true()))
            .on_conflict_do_nothing()
            .execution_options(preserve_rowcount=True)
        )
        return rows_of(inserted)


def _about(kind: str, subject: str) -> tuple[ColumnElement[bool], ...]:
    return (SendRow.kind == kind, SendRow.subject == subject)


def _to(person: Person) -> ColumnElement[bool]:
    return and_(
        SendRow.platform == person.platform,
        SendRow.to_id == person.id,
        SendRow.to_kind != ROOM,
    )
