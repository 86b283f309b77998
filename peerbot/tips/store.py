"""SQL for rooms that get a tip on a schedule, and what they got; rows stay here."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from peerbot.chat.addresses import Room
from peerbot.db import Base, earliest, insert_new
from peerbot.delivery.recurrence import Recurrence
from peerbot.tips.model import Round, Schedule


class ScheduleRow(Base):
    __tablename__ = "tip_schedule"
    __table_args__ = (
        UniqueConstraint("community_id", "platform", "room_id"),
        Index("ix_tip_schedule_due", "paused", "next_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"))
    platform: Mapped[str]
    room_id: Mapped[str]
    space_id: Mapped[str]
    topic: Mapped[str]
    recurrence: Mapped[str]
    next_at: Mapped[datetime | None]
    paused: Mapped[bool] = mapped_column(default=False)

    def to_schedule(self) -> Schedule:
        return Schedule(
            id=self.id,
            community_id=self.community_id,
            room=Room(self.platform, self.room_id, self.space_id),
            topic=self.topic,
            recurrence=Recurrence.from_json(json.loads(self.recurrence)),
            next_at=self.next_at,
            paused=self.paused,
        )


class RoundRow(Base):
    """One tip for one slot; unique by the wall time, so that no slot is served twice."""

    __tablename__ = "tip_round"
    __table_args__ = (UniqueConstraint("schedule_id", "slot"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    schedule_id: Mapped[str] = mapped_column(ForeignKey("tip_schedule.id", ondelete="CASCADE"))
    slot: Mapped[str]
    tip_id: Mapped[str]
    due_at: Mapped[datetime]


NEXT_TIP = (earliest(ScheduleRow.next_at, ScheduleRow.paused.is_(False)),)


class TipStore:
    """Schedules of tips and their rounds, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def of_community(self, community_id: str) -> tuple[Schedule, ...]:
        """Return the schedules of a community, in an order that stays."""
        rows = await self.session.scalars(
            select(ScheduleRow)
            .where(ScheduleRow.community_id == community_id)
            .order_by(ScheduleRow.id)
        )
        return tuple(row.to_schedule() for row in rows)

    async def schedule(self, schedule_id: str) -> Schedule | None:
        row = await self.session.get(ScheduleRow, schedule_id)
        return None if row is None else row.to_schedule()

    async def save(self, schedule: Schedule) -> Schedule:
        """Change the schedule of that id; nothing happens if it was removed meanwhile."""
        await self.session.execute(
            update(ScheduleRow).where(ScheduleRow.id == schedule.id).values(_values(schedule))
        )
        return schedule

    async def put(self, schedule: Schedule) -> Schedule:
        """Give a room this schedule; one that it has already becomes this one, under its old id."""
        await insert_new(self.session, ScheduleRow, [{"id": schedule.id, **_values(schedule)}])
        of_room = (
            ScheduleRow.community_id == schedule.community_id,
            ScheduleRow.platform == schedule.room.platform,
            ScheduleRow.room_id == schedule.room.id,
        )
        await self.session.execute(update(ScheduleRow).where(*of_room).values(_values(schedule)))
        id_there = await self.session.scalar(select(ScheduleRow.id).where(*of_room))
        return replace(schedule, id=str(id_there))

    async def remove(self, schedule_id: str) -> None:
        await self.session.execute(delete(RoundRow).where(RoundRow.schedule_id == schedule_id))
        await self.session.execute(delete(ScheduleRow).where(ScheduleRow.id == schedule_id))

    async def due(self, now: datetime, most: int = 100) -> tuple[Schedule, ...]:
        """Return schedules whose time has come, the longest waiting first."""
        rows = await self.session.scalars(
            select(ScheduleRow)
            .where(ScheduleRow.paused.is_(False), ScheduleRow.next_at <= now)
            .order_by(ScheduleRow.next_at, ScheduleRow.id)
            .limit(most)
        )
        return tuple(row.to_schedule() for row in rows)

    async def next_due(self) -> datetime | None:
        return await self.session.scalar(select(*NEXT_TIP))

    async def move_on(self, schedule: Schedule, next_at: datetime | None) -> bool:
        """Set when it is due next; False if another process did so first."""
        moved = await self.session.execute(
            update(ScheduleRow)
            .where(ScheduleRow.id == schedule.id, ScheduleRow.next_at == schedule.next_at)
            .values(next_at=next_at)
        )
        return int(moved.rowcount) == 1  # type: ignore[attr-defined]

    async def add_round(self, opened: Round) -> bool:
        """Add a round; False if its slot has one already."""
        row = {
            "id": opened.id,
            "schedule_id": opened.schedule_id,
            "slot": opened.slot,
            "tip_id": opened.tip_id,
            "due_at": opened.due_at,
        }
        return await insert_new(self.session, RoundRow, [row]) == 1

    async def round(self, round_id: str) -> Round | None:
        row = await self.session.get(RoundRow, round_id)
        return None if row is None else _round(row)

    async def rounds_of(self, schedule_id: str, most: int = 60) -> Sequence[Round]:
        """Return the newest rounds of a schedule, oldest first."""
        rows = await self.session.scalars(
            select(RoundRow)
            .where(RoundRow.schedule_id == schedule_id)
            .order_by(RoundRow.due_at.desc(), RoundRow.id)
            .limit(most)
        )
        return tuple(_round(row) for row in reversed(rows.all()))

    async def prune_rounds(self, before: datetime) -> int:
        """Remove rounds that were due before `before`; return how many."""
        gone = await self.session.execute(delete(RoundRow).where(RoundRow.due_at < before))
        return int(gone.rowcount)  # type: ignore[attr-defined]


def _values(schedule: Schedule) -> dict[str, object]:
    return {
        "community_id": schedule.community_id,
        "platform": schedule.room.platform,
        "room_id": schedule.room.id,
        "space_id": schedule.room.space,
        "topic": schedule.topic,
        "recurrence": json.dumps(schedule.recurrence.to_json()),
        "next_at": schedule.next_at,
        "paused": schedule.paused,
    }


def _round(row: RoundRow) -> Round:
    return Round(
        id=row.id,
        schedule_id=row.schedule_id,
        slot=row.slot,
        tip_id=row.tip_id,
        due_at=row.due_at,
    )
