"""SQL for duty times: weekly ones, and what people say of themselves."""

from collections.abc import Mapping
from datetime import datetime, time

from sqlalchemy import ForeignKey, Index, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from peerbot.chat.addresses import Person
from peerbot.crisis.duty import Shift, Word
from peerbot.db import Base, rows_of


class ShiftRow(Base):
    """Weekly times of one person, or of a role (then without a platform)."""

    __tablename__ = "duty_shift"
    __table_args__ = (Index("ix_duty_shift_who", "platform", "native_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"), index=True)
    platform: Mapped[str]
    native_id: Mapped[str]
    weekdays: Mapped[str]
    begins: Mapped[str]
    ends: Mapped[str]

    def to_shift(self) -> Shift:
        return Shift(
            id=self.id,
            who=Person(self.platform, self.native_id) if self.platform else self.native_id,
            weekdays=frozenset(map(int, self.weekdays)),
            begins=time.fromisoformat(self.begins),
            ends=time.fromisoformat(self.ends),
        )


class WordRow(Base):
    """What somebody said of themselves, until it runs out."""

    __tablename__ = "duty_word"

    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"), primary_key=True)
    platform: Mapped[str] = mapped_column(primary_key=True)
    native_id: Mapped[str] = mapped_column(primary_key=True)
    on_duty: Mapped[bool]
    until: Mapped[datetime]


class DutyStore:
    """Duty times, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self) -> Mapping[str, tuple[tuple[Shift, ...], tuple[Word, ...]]]:
        """Return weekly times and what people said, by the community's id."""
        shifts: dict[str, list[Shift]] = {}
        words: dict[str, list[Word]] = {}
        for shift in await self._session.scalars(select(ShiftRow).order_by(ShiftRow.id)):
            shifts.setdefault(shift.community_id, []).append(shift.to_shift())
        for word in await self._session.scalars(
            select(WordRow).order_by(WordRow.platform, WordRow.native_id)
        ):
            person = Person(word.platform, word.native_id)
            said = Word(person, word.on_duty, word.until)
            words.setdefault(word.community_id, []).append(said)
        return {
            one: (tuple(shifts.get(one, ())), tuple(words.get(one, ()))) for one in shifts | words
        }

    async def add(self, community_id: str, shift: Shift) -> None:
        who = shift.who
        self._session.add(
            ShiftRow(
                id=shift.id,
                community_id=community_id,
                platform=who.platform if isinstance(who, Person) else "",
                native_id=who.id if isinstance(who, Person) else who,
                weekdays="".join(map(str, sorted(shift.weekdays))),
                begins=shift.begins.isoformat("minutes"),
                ends=shift.ends.isoformat("minutes"),
            )
        )

    async def remove(self, community_id: str, shift_id: str) -> bool:
        """Remove weekly times; False if they were gone already."""
        gone = await self._session.execute(
            delete(ShiftRow).where(ShiftRow.id == shift_id, ShiftRow.community_id == community_id)
        )
        return rows_of(gone) == 1

    async def say(self, community_id: str, word: Word) -> None:
        """Keep what somebody says of themselves, in place of what they said before."""
        person = word.person
        await self._session.merge(
            WordRow(
                community_id=community_id,
                platform=person.platform,
                native_id=person.id,
                on_duty=word.on_duty,
                until=word.until,
            )
        )

    async def unsay(self, community_id: str, person: Person) -> None:
        await self._session.execute(
            delete(WordRow).where(
                WordRow.community_id == community_id,
                WordRow.platform == person.platform,
                WordRow.native_id == person.id,
            )
        )

    async def forget_past(self, now: datetime) -> int:
        """Remove what people said and what has run out; return how much."""
        return rows_of(await self._session.execute(delete(WordRow).where(WordRow.until <= now)))

    async def of_person(self, person: Person) -> tuple[tuple[Shift, ...], tuple[Word, ...]]:
        """Return the times of one person, wherever they are on duty."""
        shifts = await self._session.scalars(
            select(ShiftRow)
            .where(ShiftRow.platform == person.platform, ShiftRow.native_id == person.id)
            .order_by(ShiftRow.id)
        )
        words = await self._session.scalars(
            select(WordRow)
            .where(WordRow.platform == person.platform, WordRow.native_id == person.id)
            .order_by(WordRow.community_id)
        )
        return (
            tuple(one.to_shift() for one in shifts),
            tuple(Word(person, one.on_duty, one.until) for one in words),
        )

    async def forget_person(self, person: Person) -> None:
        for row in (ShiftRow, WordRow):
            await self._session.execute(
                delete(row).where(row.platform == person.platform, row.native_id == person.id)
            )
