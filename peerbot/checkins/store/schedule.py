"""SQL for check-ins and their rounds: what is planned, what is open, what is due."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from peerbot.checkins.model import Checkin, Round, RoundState, round_of
from peerbot.checkins.store.rows import CheckinRow, RoundRow, checkin_values, round_values
from peerbot.db import earliest, fixed, insert_new

_UNDECIDED = (RoundState.WAITING, RoundState.OPEN)

# The questions of the beats; each finds its answer in an index, without looking at other rows.
NEXT_OPENING = (earliest(CheckinRow.next_at),)
NEXT_CLOSING = tuple(
    earliest(RoundRow.closes_at, RoundRow.state == fixed(each)) for each in _UNDECIDED
)
NEXT_REMINDING = (
    earliest(
        RoundRow.remind_at, RoundRow.state == fixed(RoundState.OPEN), RoundRow.reminded.is_(False)
    ),
)


class CheckinStore:
    """Check-ins and what belongs to them, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    # -- check-ins ---------------------------------------------------------------------------

    async def add(self, checkin: Checkin) -> bool:
        """Add a check-in; False if there is one of this id."""
        row = checkin_values(checkin) | {"id": checkin.id}
        return await insert_new(self._session, CheckinRow, [row]) == 1

    async def checkin(self, checkin_id: str, *, lock: bool = False) -> Checkin | None:
        """Return the check-in, also a deleted one; locked until the transaction ends if wanted."""
        wanted = select(CheckinRow).where(CheckinRow.id == checkin_id)
        row = await self._session.scalar(wanted.with_for_update() if lock else wanted)
        return None if row is None else row.to_checkin()

    async def of_community(self, community_id: str) -> tuple[Checkin, ...]:
        """Return the check-ins of a community that are not deleted, the oldest first."""
        rows = await self._session.scalars(
            select(CheckinRow)
            .where(CheckinRow.community_id == community_id, CheckinRow.deleted_at.is_(None))
            .order_by(CheckinRow.created_at, CheckinRow.id)
        )
        return tuple(row.to_checkin() for row in rows)

    async def has_had_any(self, community_id: str) -> bool:
        found = await self._session.scalar(
            select(CheckinRow.id).where(CheckinRow.community_id == community_id).limit(1)
        )
        return found is not None

    async def save(self, checkin: Checkin) -> None:
        await self._session.execute(
            update(CheckinRow)
            .where(CheckinRow.id == checkin.id)
            .values(checkin_values(checkin))
            .execution_options(synchronize_session=False)
        )

    async def take_due(self, now: datetime) -> tuple[Checkin, ...]:
        """Return the check-ins whose time has come, locked, without those that others work on."""
        rows = await self._session.scalars(
            select(CheckinRow)
            .where(CheckinRow.next_at <= now)
            .order_by(CheckinRow.next_at, CheckinRow.id)
            .limit(100)
            .with_for_update(skip_locked=True)
        )
        return tuple(row.to_checkin() for row in rows)

    async def forget_maker(self, member_id: str) -> None:
        await self._session.execute(
            update(CheckinRow).where(CheckinRow.created_by == member_id).values(created_by=None)
        )

    # -- rounds ------------------------------------------------------------------------------

    async def add_round(self, round_: Round) -> bool:
        """Add a round; False if its check-in has one for this slot."""
        row = round_values(round_) | {"id": round_.id, "reminded": False}
        return await insert_new(self._session, RoundRow, [row]) == 1

    async def move_round(self, round_: Round) -> None:
        """Store what a round is now."""
        await self._session.execute(
            update(RoundRow)
            .where(RoundRow.id == round_.id)
            .values(round_values(round_))
            .execution_options(synchronize_session=False)
        )

    async def round(self, round_id: str) -> Round | None:
        row = await self._session.get(RoundRow, round_id)
        return None if row is None else row.to_round()

    async def lock_round(self, round_id: str, *, alone: bool = False) -> Round | None:
        """Return a round that will not be closed by others while this transaction lasts."""
        row = await self._session.scalar(
            select(RoundRow)
            .where(RoundRow.id == round_id)
            .with_for_update(read=not alone)
            .execution_options(populate_existing=True)
        )
        return None if row is None else row.to_round()

    async def waiting_round(self, checkin_id: str) -> Round | None:
        """Return the round that was answered before it opened, if any was."""
        row = await self._session.scalar(
            select(RoundRow).where(
                RoundRow.checkin_id == checkin_id, RoundRow.state == RoundState.WAITING
            )
        )
        return None if row is None else row.to_round()

    async def keep_early(self, checkin: Checkin, early: Round) -> None:
        """Move a round that was answered early to where its check-in opens next."""
        slot = checkin.due
        if slot is None or checkin.room is None:
            return
        if slot.key == early.slot or not await self.slot_is_taken(checkin.id, slot.key):
            await self.move_round(round_of(checkin, slot, early.id, early.state))

    async def open_rounds(self, community_id: str, now: datetime) -> tuple[Round, ...]:
        """Return the rounds that can be answered now, the one that closes first first."""
        rows = await self._session.scalars(
            select(RoundRow)
            .where(RoundRow.community_id == community_id, RoundRow.state == RoundState.OPEN)
            .where(RoundRow.closes_at > now)
            .order_by(RoundRow.closes_at, RoundRow.id)
        )
        return tuple(row.to_round() for row in rows)

    async def rounds_to_close(self, now: datetime) -> tuple[str, ...]:
        """Return the ids of the rounds whose closing is due."""
        rows = await self._session.scalars(
            select(RoundRow.id)
            .where(RoundRow.state.in_(_UNDECIDED), RoundRow.closes_at <= now)
            .order_by(RoundRow.closes_at)
        )
        return tuple(rows)

    async def rounds_to_remind(self, now: datetime) -> tuple[Round, ...]:
        """Return the open rounds whose reminders are due, and note that they were looked at."""
        rows = await self._session.scalars(
            select(RoundRow)
            .where(RoundRow.state == RoundState.OPEN, RoundRow.reminded.is_(False))
            .where(RoundRow.remind_at <= now)
            .with_for_update(skip_locked=True)
        )
        due = list(rows)
        for row in due:
            row.reminded = True
        return tuple(row.to_round() for row in due)

    async def slot_is_taken(self, checkin_id: str, slot: str) -> bool:
        found = await self._session.scalar(
            select(RoundRow.id).where(RoundRow.checkin_id == checkin_id, RoundRow.slot == slot)
        )
        return found is not None

    async def earlier(self, round_: Round, most: int) -> tuple[Round, ...]:
        """Return the rounds of the same check-in that closed before `round_`, the newest first."""
        rows = await self._session.scalars(
            select(RoundRow)
            .where(RoundRow.checkin_id == round_.checkin_id, RoundRow.state == RoundState.CLOSED)
            .where(RoundRow.opens_at < round_.opens_at)
            .order_by(RoundRow.opens_at.desc())
            .limit(most)
        )
        return tuple(row.to_round() for row in rows)

    async def newest(self, checkin_id: str) -> Round | None:
        """Return the round that opened last, open or closed; None before the first."""
        row = await self._session.scalar(
            select(RoundRow)
            .where(RoundRow.checkin_id == checkin_id)
            .where(RoundRow.state.in_((RoundState.OPEN, RoundState.CLOSED)))
            .order_by(RoundRow.opens_at.desc())
            .limit(1)
        )
        return None if row is None else row.to_round()
