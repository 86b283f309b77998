"""SQL for hearing oneself: one row for each community whose alerts have a place."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from peerbot.chat.addresses import MessageRef
from peerbot.crisis.heard import LEASE, Fault, Hearing
from peerbot.db import Base, earliest, insert_new


class HearingRow(Base):
    """When a community was heard, and what failed; nothing of anybody."""

    __tablename__ = "crisis_hearing"

    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"), primary_key=True)
    since: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    heard_at: Mapped[datetime | None]
    faults: Mapped[str]
    """Such as "rules:en/suicide.toml write"."""
    failing_since: Mapped[datetime | None]
    well_since: Mapped[datetime | None]
    told: Mapped[str]
    card_platform: Mapped[str | None]
    card_room: Mapped[str | None]
    card_message: Mapped[str | None]

    def to_hearing(self) -> Hearing:
        card = (
            MessageRef(self.card_platform, self.card_room or "", self.card_message)
            if self.card_platform and self.card_message
            else None
        )
        return Hearing(
            community_id=self.community_id,
            since=self.since,
            due_at=self.due_at,
            heard_at=self.heard_at,
            faults=_read(self.faults),
            failing_since=self.failing_since,
            well_since=self.well_since,
            told=frozenset(_read(self.told)),
            card=card,
        )


NEXT_HEARING = (earliest(HearingRow.due_at),)


class HearingStore:
    """Hearings, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self) -> Sequence[Hearing]:
        rows = await self._session.scalars(select(HearingRow).order_by(HearingRow.community_id))
        return tuple(row.to_hearing() for row in rows)

    async def due(self, now: datetime, most: int) -> Sequence[Hearing]:
        """Return what is due, the longest due first."""
        rows = await self._session.scalars(
            select(HearingRow)
            .where(HearingRow.due_at <= now)
            .order_by(HearingRow.due_at)
            .limit(most)
        )
        return tuple(row.to_hearing() for row in rows)

    async def take(self, community_id: str, now: datetime) -> Hearing | None:
        """Reserve a community's try for two minutes; None if it is not due, or somebody has it."""
        row = await self._session.get(HearingRow, community_id, with_for_update=True)
        if row is None or row.due_at > now:
            return None
        row.due_at = now + LEASE
        return row.to_hearing()

    async def hurry(self, community_ids: Sequence[str], now: datetime) -> None:
        """Make communities due now."""
        await self._session.execute(
            update(HearingRow).where(HearingRow.community_id.in_(community_ids)).values(due_at=now)
        )

    async def begin(self, hearing: Hearing) -> None:
        """Add a community, unless it is known."""
        values = {"community_id": hearing.community_id, **_values_of(hearing)}
        await insert_new(self._session, HearingRow, [values])

    async def save(self, hearing: Hearing) -> None:
        """Write everything about a hearing that is known."""
        await self._session.execute(
            update(HearingRow)
            .where(HearingRow.community_id == hearing.community_id)
            .values(**_values_of(hearing))
        )

    async def forget(self, community_id: str) -> None:
        await self._session.execute(
            delete(HearingRow).where(HearingRow.community_id == community_id)
        )


def _values_of(hearing: Hearing) -> dict[str, object]:
    card = hearing.card
    return {
        "since": hearing.since,
        "due_at": hearing.due_at,
        "heard_at": hearing.heard_at,
        "faults": _written(hearing.faults),
        "failing_since": hearing.failing_since,
        "well_since": hearing.well_since,
        "told": _written(sorted(hearing.told)),
        "card_platform": card.platform if card else None,
        "card_room": card.room if card else None,
        "card_message": card.message if card else None,
    }


def _written(faults: Sequence[Fault]) -> str:
    return " ".join(map(str, faults))


def _read(written: str) -> tuple[Fault, ...]:
    return tuple(map(Fault.read, written.split()))
