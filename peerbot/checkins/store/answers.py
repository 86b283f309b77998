"""SQL for what members answered, and for whom to remind."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from peerbot.chat.addresses import Person
from peerbot.checkins.model import Answer, Audience, Reminder, Round, RoundState
from peerbot.checkins.store.rows import AnswerRow, ReminderRow, RoundRow
from peerbot.community.model import CONSENT_VERSION, Purpose

# Only to join with: asking one by one would be a statement for each person.
from peerbot.community.store import ConsentRow, MemberRow
from peerbot.db import insert_new, rows_of


class AnswerStore:
    """Answers and reminders, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    # -- answers -----------------------------------------------------------------------------

    async def of_member(self, round_id: str, member_id: str) -> Answer | None:
        row = await self._session.scalar(
            select(AnswerRow)
            .where(AnswerRow.round_id == round_id, AnswerRow.member_id == member_id)
            .execution_options(populate_existing=True)
        )
        return None if row is None else row.to_answer()

    async def by_id(self, answer_id: str) -> Answer | None:
        row = await self._session.get(AnswerRow, answer_id)
        return None if row is None else row.to_answer()

    async def add(self, answer: Answer) -> bool:
        """Add an answer; False if the member has one in this round."""
        row = {**_values(answer), "id": answer.id}
        return await insert_new(self._session, AnswerRow, [row]) == 1

    async def save(self, answer: Answer) -> None:
        await self._session.execute(
            update(AnswerRow)
            .where(AnswerRow.id == answer.id)
            .values(_values(answer))
            .execution_options(synchronize_session=False)
        )

    async def in_round(self, round_id: str) -> tuple[Answer, ...]:
        rows = await self._session.scalars(
            select(AnswerRow).where(AnswerRow.round_id == round_id).order_by(AnswerRow.id)
        )
        return tuple(row.to_answer() for row in rows)

    async def for_staff(
        self, round_id: str, *, first: int, most: int
    ) -> tuple[tuple[Answer, Person], ...]:
        """Return answers shared with staff and who gave them, from number `first` (0) on."""
        found = await self._session.execute(
            select(AnswerRow, MemberRow.platform, MemberRow.native_id)
            .join(MemberRow, MemberRow.id == AnswerRow.member_id)
            .where(*_shared_with_staff(round_id))
            .order_by(AnswerRow.step, AnswerRow.answered_at, AnswerRow.id)
            .offset(first)
            .limit(most)
        )
        return tuple(
            (row.to_answer(), Person(platform, native_id)) for row, platform, native_id in found
        )

    async def count_for_staff(self, round_id: str) -> int:
        found = await self._session.scalar(
            select(func.count()).select_from(AnswerRow).where(*_shared_with_staff(round_id))
        )
        return found or 0

    async def on_voice_card(self, round_id: str, number: int) -> tuple[Answer, ...]:
        """Return the answers whose anonymous words stand together on one card.

        In the order of their ids, which are random.
        """
        rows = await self._session.scalars(
            select(AnswerRow)
            .where(AnswerRow.round_id == round_id, AnswerRow.voice_card == number)
            .order_by(AnswerRow.id)
        )
        return tuple(row.to_answer() for row in rows)

    async def everything_of(self, member_id: str) -> tuple[tuple[Answer, Round], ...]:
        """Return all answers of a member with their rounds, the oldest first."""
        found = await self._session.execute(
            select(AnswerRow, RoundRow)
            .join(RoundRow, RoundRow.id == AnswerRow.round_id)
            .where(AnswerRow.member_id == member_id)
            .order_by(AnswerRow.answered_at)
        )
        return tuple((answer.to_answer(), round_.to_round()) for answer, round_ in found)

    async def forget(self, member_id: str) -> None:
        """Remove what a member answered and their reminder."""
        await self._session.execute(delete(AnswerRow).where(AnswerRow.member_id == member_id))
        await self._session.execute(delete(ReminderRow).where(ReminderRow.member_id == member_id))

    async def forget_older(self, community_id: str, before: datetime) -> int:
        """Remove answers given before then in rounds that are over; a history stays."""
        closed = select(RoundRow.id).where(
            RoundRow.community_id == community_id,
            RoundRow.state.in_((RoundState.CLOSED, RoundState.MISSED)),
        )
        gone = await self._session.execute(
            delete(AnswerRow)
            .where(AnswerRow.answered_at < before, AnswerRow.round_id.in_(closed))
            .where(AnswerRow.member_id.not_in(_agreed_to(Purpose.HISTORY)))
            .execution_options(synchronize_session=False)
        )
        return rows_of(gone)

    # -- reminders ---------------------------------------------------------------------------

    async def reminder(self, member_id: str) -> Reminder | None:
        row = await self._session.get(ReminderRow, member_id, populate_existing=True)
        if row is None:
            return None
        return Reminder(
            member_id=row.member_id, community_id=row.community_id, paused_until=row.paused_until
        )

    async def set_reminder(self, reminder: Reminder) -> None:
        await self._session.merge(
            ReminderRow(
                member_id=reminder.member_id,
                community_id=reminder.community_id,
                paused_until=reminder.paused_until,
            )
        )

    async def drop_reminder(self, member_id: str) -> None:
        await self._session.execute(delete(ReminderRow).where(ReminderRow.member_id == member_id))

    async def to_remind(self, round_: Round, now: datetime) -> Sequence[Person]:
        """Return who wants to be reminded now, still agrees to it and has not answered."""
        answered = select(AnswerRow.member_id).where(AnswerRow.round_id == round_.id)
        found = await self._session.execute(
            select(MemberRow.platform, MemberRow.native_id)
            .join(ReminderRow, ReminderRow.member_id == MemberRow.id)
            .where(ReminderRow.community_id == round_.community_id)
            .where(ReminderRow.paused_until.is_(None) | (ReminderRow.paused_until <= now))
            .where(MemberRow.id.in_(_agreed_to(Purpose.DIRECT_MESSAGES)))
            .where(MemberRow.id.not_in(answered))
            .order_by(MemberRow.id)
        )
        return tuple(Person(platform, native_id) for platform, native_id in found)


def _agreed_to(purpose: Purpose) -> Select[str]:
    return select(ConsentRow.member_id).where(
        ConsentRow.purpose == purpose, ConsentRow.version >= CONSENT_VERSION
    )


def _shared_with_staff(round_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        AnswerRow.round_id == round_id,
        AnswerRow.audience == Audience.STAFF,
        AnswerRow.step.is_not(None),
        AnswerRow.skipped.is_(False),
    )


def _values(answer: Answer) -> Mapping[str, object]:
    return {
        "round_id": answer.round_id,
        "member_id": answer.member_id,
        "step": answer.step,
        "skipped": answer.skipped,
        "help": " ".join(answer.help),
        "audience": answer.audience,
        "sealed": answer.sealed,
        "words_for": answer.words_for,
        "voice_card": answer.voice_card,
        "answered_at": answer.answered_at,
    }
