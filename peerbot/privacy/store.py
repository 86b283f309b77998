"""SQL for those who were erased and are named in alerts still, or again after a restore."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from peerbot.chat.addresses import Person
from peerbot.crisis.model import State
from peerbot.crisis.store.rows import AlertRow
from peerbot.db import rows_of


class NamedStore:
    """People whom alerts name by their platform's id, members or not, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def everybody(self) -> Sequence[Person]:
        """Return everybody whom an alert or a worry is about, or who took one."""
        about = select(AlertRow.platform, AlertRow.member_id).where(AlertRow.member_id != "")
        took = select(AlertRow.claimed_platform, AlertRow.claimed_by).where(
            AlertRow.claimed_platform.is_not(None), AlertRow.claimed_by.is_not(None)
        )
        worried = select(AlertRow.platform, AlertRow.worry_about).where(
            AlertRow.worry_about.is_not(None)
        )
        rows = await self._session.execute(about.union(took, worried))
        return tuple(Person(platform, person) for platform, person in rows)

    async def taken_by(self, person: Person) -> Sequence[tuple[datetime, datetime | None]]:
        """Return when each alert that somebody took was raised, and when they took it."""
        rows = await self._session.execute(
            select(AlertRow.raised_at, AlertRow.claimed_at)
            .where(AlertRow.claimed_platform == person.platform, AlertRow.claimed_by == person.id)
            .order_by(AlertRow.raised_at)
        )
        return tuple((raised_at, claimed_at) for raised_at, claimed_at in rows)

    async def forget(self, person: Person, until: datetime) -> int:
        """Forget somebody in alerts that are over and were raised before then; return in how many.

        What came later was never asked to be forgotten, and an open alert stays until it is over.
        """
        over = (
            AlertRow.raised_at < until,
            AlertRow.state.in_([State.RESOLVED, State.MISREAD]),
        )
        gone = await self._session.execute(
            delete(AlertRow).where(
                AlertRow.platform == person.platform, AlertRow.member_id == person.id, *over
            )
        )
        unworried = await self._session.execute(
            update(AlertRow)
            .where(AlertRow.platform == person.platform, AlertRow.worry_about == person.id, *over)
            .values(worry_about=None)
        )
        unnamed = await self._session.execute(
            update(AlertRow)
            .where(
                AlertRow.claimed_platform == person.platform,
                AlertRow.claimed_by == person.id,
                *over,
            )
            .values(claimed_by=None, claimed_platform=None, follow_up_at=None)
        )
        return rows_of(gone) + rows_of(unnamed) + rows_of(unworried)
