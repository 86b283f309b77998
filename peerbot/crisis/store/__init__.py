"""SQL for alerts and for the offers that wait to be posted; rows stay here.

What is kept of hearing oneself has a store of its own, in `hearing`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from peerbot.chat.addresses import MessageRef, Person, Room
from peerbot.crisis.model import LEASE, Alert, Reason, State
from peerbot.crisis.store.hearing import NEXT_HEARING, HearingStore
from peerbot.crisis.store.rows import AlertRow, OfferRow, WorryWordsRow, values_of
from peerbot.db import earliest, insert_new, rows_of

__all__ = ["NEXT_HEARING", "NEXT_OFFER", "NEXT_STEP", "AlertStore", "HearingStore"]

_OPEN = (State.OPEN, State.CLAIMED, State.UNANSWERED)
# What is over has neither a next step nor owes any news.
NEXT_STEP = (earliest(AlertRow.next_step_at), earliest(AlertRow.owed_at))
NEXT_FOLLOW_UP = (earliest(AlertRow.follow_up_at),)
NEXT_OFFER = (earliest(OfferRow.due_at, OfferRow.posted_at.is_(None)),)


class AlertStore:
    """Alerts, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, alert: Alert) -> bool:
        """Add an alert; False if it is known already (a spooled one, read in twice)."""
        return await insert_new(self._session, AlertRow, [values_of(alert)]) == 1

    async def get(self, alert_id: str) -> Alert | None:
        row = await self._session.get(AlertRow, alert_id)
        return None if row is None else row.to_alert()

    async def remove(self, alert_id: str) -> None:
        """Remove an alert that was only a test."""
        await self._session.execute(delete(AlertRow).where(AlertRow.id == alert_id))

    async def all_open(self) -> Sequence[Alert]:
        """Return every alert that is not over."""
        rows = await self._session.scalars(
            select(AlertRow).where(AlertRow.state.in_(_OPEN), AlertRow.member_id != "")
        )
        return tuple(row.to_alert() for row in rows)

    async def closed_since(self, since: datetime) -> Sequence[Alert]:
        """Return what is over, and was raised, called for or taken at or after `since`."""
        rows = await self._session.scalars(
            select(AlertRow).where(
                AlertRow.state.not_in(_OPEN),
                AlertRow.member_id != "",
                or_(
                    AlertRow.raised_at >= since,
                    AlertRow.called_at >= since,
                    AlertRow.claimed_at >= since,
                ),
            )
        )
        return tuple(row.to_alert() for row in rows)

    async def from_message(self, message: MessageRef) -> Sequence[Alert]:
        """Return the alerts that point to a message."""
        rows = await self._session.scalars(
            select(AlertRow).where(
                AlertRow.platform == message.platform,
                AlertRow.source_room == message.room,
                AlertRow.source_message == message.message,
            )
        )
        return tuple(row.to_alert() for row in rows)

    async def waiting(self, community_id: str, first: int, most: int) -> Sequence[Alert]:
        """Return alerts that are not over: untaken ones first, the most serious, the oldest.

        What only chosen people hear of is left out.
        """
        rows = await self._session.scalars(
            select(AlertRow)
            .where(*_is_waiting(community_id))
            .order_by(
                case((AlertRow.state == State.CLAIMED, 1), else_=0),
                AlertRow.tier.desc(),
                AlertRow.raised_at,
                AlertRow.id,
            )
            .offset(first)
            .limit(most)
        )
        return tuple(row.to_alert() for row in rows)

    async def count_waiting(self, community_id: str) -> int:
        """Return how many alerts of a community are not over."""
        found = await self._session.scalar(
            select(func.count()).select_from(AlertRow).where(*_is_waiting(community_id))
        )
        return found or 0

    async def save(self, alert: Alert) -> None:
        """Write everything about an alert; once it is over, what was to be read goes."""
        if alert.is_over:
            known = await self._session.scalar(
                select(AlertRow.worry_words).where(AlertRow.id == alert.id)
            )
            await self._drop_words((known or "").split())
        values = values_of(alert)
        await self._session.execute(
            update(AlertRow).where(AlertRow.id == values.pop("id")).values(**values)
        )

    async def lock(self, alert_id: str) -> Alert | None:
        """Return the alert for a change that nobody else makes meanwhile."""
        row = await self._session.get(AlertRow, alert_id, with_for_update=True)
        return None if row is None else row.to_alert()

    async def due(self, now: datetime, most: int = 50) -> Sequence[Alert]:
        """Return alerts with something due, a step or news, the most serious and oldest first."""
        rows = await self._session.scalars(
            select(AlertRow)
            .where(_is_due(now))
            .order_by(AlertRow.tier.desc(), AlertRow.next_step_at, AlertRow.id)
            .limit(most)
        )
        return tuple(row.to_alert() for row in rows)

    async def take(self, alert: Alert, now: datetime) -> bool:
        """Reserve what is due of an alert for half a minute; False if another process has it."""
        step_due = alert.next_step_at is not None and alert.next_step_at <= now
        news_due = alert.owed_at is not None and alert.owed_at <= now
        taken = await self._session.execute(
            update(AlertRow)
            .where(
                AlertRow.id == alert.id,
                AlertRow.state == alert.state,
                AlertRow.step == alert.step,
                AlertRow.next_step_at.is_not_distinct_from(alert.next_step_at),
                AlertRow.owed_at.is_not_distinct_from(alert.owed_at),
            )
            .values(
                next_step_at=now + LEASE if step_due else alert.next_step_at,
                owed_at=now + LEASE if news_due else alert.owed_at,
            )
        )
        return rows_of(taken) == 1

    async def old_people(self, before: datetime, most: int = 100) -> Sequence[Alert]:
        """Return alerts raised before then that still say who it was."""
        rows = await self._session.scalars(
            select(AlertRow)
            .where(AlertRow.raised_at < before, AlertRow.member_id != "")
            .order_by(AlertRow.raised_at)
            .limit(most)
        )
        return tuple(row.to_alert() for row in rows)

    async def forget_people(self, alerts: Sequence[Alert]) -> None:
        """Drop who and where from these alerts, and close them."""
        await self._drop_words([words for one in alerts if one.worry for words in one.worry.words])
        await self._session.execute(
            update(AlertRow)
            .where(AlertRow.id.in_([one.id for one in alerts]))
            .values(
                member_id="",
                rules="",
                permalink=None,
                source_room=None,
                source_message=None,
                room_id=None,
                thread_id=None,
                claimed_by=None,
                next_step_at=None,
                owed=None,
                owed_at=None,
                more_cards="",
                follow_up_at=None,
                worry_about=None,
                worry_hearers="",
                worry_words="",
                state=State.RESOLVED,
            )
        )

    async def take_follow_ups(self, now: datetime, most: int = 50) -> Sequence[Alert]:
        """Return the alerts whose responder is to be reminded, taking that off each of them.

        Whoever takes it sends it, and nobody sends it again: at most once.
        """
        rows = await self._session.scalars(
            select(AlertRow)
            .where(AlertRow.follow_up_at <= now)
            .order_by(AlertRow.follow_up_at)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        due = tuple(row.to_alert() for row in rows)
        await self._session.execute(
            update(AlertRow)
            .where(AlertRow.id.in_([one.id for one in due]))
            .values(follow_up_at=None)
        )
        return due

    async def of_person(self, person: Person) -> Sequence[Alert]:
        rows = await self._session.scalars(
            select(AlertRow)
            .where(AlertRow.platform == person.platform, AlertRow.member_id == person.id)
            .order_by(AlertRow.raised_at)
        )
        return tuple(row.to_alert() for row in rows)

    async def forget_person(self, person: Person) -> None:
        """Remove the alerts about a person that are over, and their name from those they took.

        An open one stays until it is over: somebody may be on the way to them.
        """
        await self._session.execute(
            delete(AlertRow).where(
                AlertRow.platform == person.platform,
                AlertRow.member_id == person.id,
                AlertRow.state.in_([State.RESOLVED, State.MISREAD]),
            )
        )
        await self._session.execute(
            update(AlertRow)
            .where(AlertRow.claimed_platform == person.platform, AlertRow.claimed_by == person.id)
            .values(claimed_by=None, claimed_platform=None, follow_up_at=None)
        )
        await self._session.execute(
            update(AlertRow)
            .where(
                AlertRow.platform == person.platform,
                AlertRow.worry_about == person.id,
                AlertRow.state.in_([State.RESOLVED, State.MISREAD]),
            )
            .values(worry_about=None)
        )

    # -- worries -----------------------------------------------------------------------------

    async def worries_by(self, person: Person, community_id: str, since: datetime) -> int:
        """Return how many worries about others somebody told of since then."""
        return await self._count(AlertRow.member_id == person.id, person, community_id, since)

    async def worries_about(self, person: Person, community_id: str, since: datetime) -> int:
        """Return how many worries about somebody were told of since then."""
        return await self._count(AlertRow.worry_about == person.id, person, community_id, since)

    async def has_taken_one(self, person: Person, community_id: str) -> bool:
        """Whether somebody took an alert here, and so is a responder."""
        found = await self._session.scalar(
            select(AlertRow.id)
            .where(
                AlertRow.community_id == community_id,
                AlertRow.claimed_platform == person.platform,
                AlertRow.claimed_by == person.id,
            )
            .limit(1)
        )
        return found is not None

    async def keep_words(self, words_id: str, member_id: str, sealed: bytes, now: datetime) -> None:
        """Keep sealed words for those who hear of a worry."""
        row = {"id": words_id, "member_id": member_id, "sealed": sealed, "kept_at": now}
        await insert_new(self._session, WorryWordsRow, [row])

    async def words(self, ids: Sequence[str]) -> Sequence[tuple[str, bytes]]:
        """Return whose words they are, and the words sealed, the oldest first."""
        rows = await self._session.execute(
            select(WorryWordsRow.member_id, WorryWordsRow.sealed)
            .where(WorryWordsRow.id.in_(ids))
            .order_by(WorryWordsRow.kept_at)
        )
        return tuple((member_id, sealed) for member_id, sealed in rows)

    async def drop_old_words(self, before: datetime) -> int:
        """Remove words that were kept before then; return how many."""
        gone = await self._session.execute(
            delete(WorryWordsRow).where(WorryWordsRow.kept_at < before)
        )
        return rows_of(gone)

    async def words_of(self, member_id: str) -> Sequence[bytes]:
        """Return what a member let hearers read and that is still there, sealed."""
        rows = await self._session.scalars(
            select(WorryWordsRow.sealed).where(WorryWordsRow.member_id == member_id)
        )
        return tuple(rows)

    async def drop_words_of(self, member_id: str) -> None:
        await self._session.execute(
            delete(WorryWordsRow).where(WorryWordsRow.member_id == member_id)
        )

    async def _drop_words(self, ids: Sequence[str]) -> None:
        if ids:
            await self._session.execute(delete(WorryWordsRow).where(WorryWordsRow.id.in_(ids)))

    async def _count(
        self, whom: ColumnElement[bool], person: Person, community_id: str, since: datetime
    ) -> int:
        found = await self._session.scalar(
            select(func.count())
            .select_from(AlertRow)
            .where(
                whom,
                AlertRow.platform == person.platform,
                AlertRow.community_id == community_id,
                AlertRow.reason == Reason.WORRIED,
                AlertRow.raised_at >= since,
            )
        )
        return found or 0

    # -- offers ------------------------------------------------------------------------------

    async def plan_offer(self, room: Room, due_at: datetime, apart: timedelta) -> bool:
        """Plan a card in `room`; False if one is or was due there less than `apart` from it."""
        row = await self._session.get(OfferRow, (room.platform, room.id))
        if row is None:
            values = {
                "platform": room.platform,
                "room_id": room.id,
                "space_id": room.space,
                "due_at": due_at,
            }
            return await insert_new(self._session, OfferRow, [values]) == 1
        if abs(due_at - row.due_at) < apart:
            return False
        row.due_at, row.posted_at = due_at, None
        return True

    async def take_offers(self, now: datetime) -> Sequence[Room]:
        """Return the rooms whose card is due, reserving each for half a minute."""
        rows = await self._session.scalars(
            select(OfferRow).where(OfferRow.posted_at.is_(None), OfferRow.due_at <= now)
        )
        found = []
        for row in rows:
            row.due_at = now + LEASE
            found.append(Room(row.platform, row.room_id, row.space_id))
        return tuple(found)

    async def offer_posted(self, room: Room, now: datetime) -> None:
        """Note that the card arrived, or never can."""
        row = await self._session.get(OfferRow, (room.platform, room.id))
        if row is not None:
            row.posted_at = now


def _is_waiting(community_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        AlertRow.community_id == community_id,
        AlertRow.state.in_(_OPEN),
        AlertRow.worry_hearers == "",
    )


def _is_due(now: datetime) -> ColumnElement[bool]:
    due = or_(AlertRow.next_step_at <= now, AlertRow.owed_at <= now)
    return and_(due, AlertRow.state.in_(_OPEN))
