"""SQL for alerts and for the offers that wait to be posted; rows stay here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from peerbot.chat.addresses import MessageRef, Person, Room
from peerbot.chat.forms import Surface
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.model import Alert, Outcome, Reason, State, Way
from peerbot.db import Base, insert_new, rows_of


class AlertRow(Base):
    """An alert: ids and enums only, never a word of anybody."""

    __tablename__ = "alert"
    __table_args__ = (
        Index("ix_alert_member", "platform", "member_id", "raised_at"),
        Index("ix_alert_next_step", "next_step_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"), index=True)
    platform: Mapped[str]
    member_id: Mapped[str]
    """The platform's id of the person; emptied once the alert is old."""
    tier: Mapped[int]
    category: Mapped[str]
    whose: Mapped[str]
    reason: Mapped[str]
    surface: Mapped[str]
    rules: Mapped[str]
    raised_at: Mapped[datetime]
    state: Mapped[str]
    count: Mapped[int]
    step: Mapped[int]
    next_step_at: Mapped[datetime | None]
    room_id: Mapped[str | None]
    space_id: Mapped[str | None]
    permalink: Mapped[str | None]
    source_room: Mapped[str | None]
    source_message: Mapped[str | None]
    way: Mapped[str]
    card_platform: Mapped[str | None]
    card_room: Mapped[str | None]
    card_message: Mapped[str | None]
    claimed_platform: Mapped[str | None]
    claimed_by: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    wants_privacy: Mapped[bool]
    says_misread: Mapped[bool]
    needs_backup: Mapped[bool]

    def to_alert(self) -> Alert:
        card = (
            MessageRef(self.card_platform, self.card_room or "", self.card_message)
            if self.card_platform and self.card_message
            else None
        )
        source = (
            MessageRef(self.platform, self.source_room or "", self.source_message)
            if self.source_message
            else None
        )
        return Alert(
            id=self.id,
            community_id=self.community_id,
            about=Person(self.platform, self.member_id),
            tier=Tier(self.tier),
            category=Category(self.category),
            whose=Whose(self.whose),
            reason=Reason(self.reason),
            surface=Surface(self.surface),
            rules=tuple(self.rules.split()),
            raised_at=self.raised_at,
            state=State(self.state),
            count=self.count,
            step=self.step,
            next_step_at=self.next_step_at,
            room=Room(self.platform, self.room_id, self.space_id or "") if self.room_id else None,
            permalink=self.permalink,
            source=source,
            way=Way(self.way),
            card=card,
            claimed_by=Person(self.claimed_platform, self.claimed_by)
            if self.claimed_platform and self.claimed_by
            else None,
            claimed_at=self.claimed_at,
            outcome=Outcome(self.outcome) if self.outcome else None,
            wants_privacy=self.wants_privacy,
            says_misread=self.says_misread,
            needs_backup=self.needs_backup,
        )


class OfferRow(Base):
    """A card addressed to nobody that is to be posted in a room a little later."""

    __tablename__ = "crisis_offer"

    platform: Mapped[str] = mapped_column(primary_key=True)
    room_id: Mapped[str] = mapped_column(primary_key=True)
    space_id: Mapped[str]
    due_at: Mapped[datetime] = mapped_column(index=True)
    posted_at: Mapped[datetime | None]


class AlertStore:
    """Alerts, in one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, alert: Alert) -> bool:
        """Add an alert; False if it is known already (a spooled one, read in twice)."""
        return await insert_new(self._session, AlertRow, [_values(alert)]) == 1

    async def get(self, alert_id: str) -> Alert | None:
        row = await self._session.get(AlertRow, alert_id)
        return None if row is None else row.to_alert()

    async def latest_of(self, member: Person, since: datetime, until: datetime) -> Alert | None:
        """Return the newest alert about `member` in that time; drills do not count."""
        row = await self._session.scalar(
            select(AlertRow)
            .where(AlertRow.platform == member.platform, AlertRow.member_id == member.id)
            .where(AlertRow.raised_at.between(since, until), AlertRow.reason != Reason.DRILL)
            .order_by(AlertRow.raised_at.desc())
            .limit(1)
        )
        return None if row is None else row.to_alert()

    async def from_message(self, message: MessageRef) -> Alert | None:
        """Return the alert that a message raised."""
        row = await self._session.scalar(
            select(AlertRow)
            .where(
                AlertRow.platform == message.platform,
                AlertRow.source_room == message.room,
                AlertRow.source_message == message.message,
            )
            .order_by(AlertRow.raised_at.desc(), AlertRow.tier.desc())
            .limit(1)
        )
        return None if row is None else row.to_alert()

    async def waiting(self, community_id: str) -> Sequence[Alert]:
        """Return the alerts that are not over, newest first; at most ten."""
        rows = await self._session.scalars(
            select(AlertRow)
            .where(
                AlertRow.community_id == community_id,
                AlertRow.state.in_([State.OPEN, State.CLAIMED, State.UNANSWERED]),
            )
            .order_by(AlertRow.raised_at.desc())
            .limit(10)
        )
        return tuple(row.to_alert() for row in rows)

    async def save(self, alert: Alert) -> None:
        """Write everything about an alert."""
        values = _values(alert)
        await self._session.execute(
            update(AlertRow).where(AlertRow.id == values.pop("id")).values(**values)
        )

    async def advance(self, alert: Alert) -> bool:
        """Write how far the ladder came; False if somebody took the alert meanwhile.

        Only what the ladder itself decides is written: a claim made at the same moment stays.
        """
        values = _values(alert)
        card = {name: values[name] for name in ("card_platform", "card_room", "card_message")}
        await self._session.execute(update(AlertRow).where(AlertRow.id == alert.id).values(**card))
        done = await self._session.execute(
            update(AlertRow)
            .where(AlertRow.id == alert.id, AlertRow.state == State.OPEN)
            .values(
                step=alert.step,
                next_step_at=alert.next_step_at,
                way=alert.way,
                state=alert.state,
            )
        )
        return rows_of(done) == 1

    async def lock(self, alert_id: str) -> Alert | None:
        """Return the alert for a change that nobody else makes meanwhile."""
        row = await self._session.get(AlertRow, alert_id, with_for_update=True)
        return None if row is None else row.to_alert()

    async def claim(self, alert_id: str, responder: Person, now: datetime) -> bool:
        """Give a waiting alert to `responder`; False if somebody was faster, on any process."""
        won = await self._session.execute(
            update(AlertRow)
            .where(AlertRow.id == alert_id, AlertRow.state.in_([State.OPEN, State.UNANSWERED]))
            .values(
                state=State.CLAIMED,
                claimed_platform=responder.platform,
                claimed_by=responder.id,
                claimed_at=now,
                next_step_at=None,
            )
        )
        return rows_of(won) == 1

    async def due(self, now: datetime, most: int = 50) -> Sequence[Alert]:
        """Return open alerts whose next step is due, the most serious and oldest first."""
        rows = await self._session.scalars(
            select(AlertRow)
            .where(AlertRow.next_step_at <= now, AlertRow.state == State.OPEN)
            .order_by(AlertRow.tier.desc(), AlertRow.next_step_at, AlertRow.id)
            .limit(most)
        )
        return tuple(row.to_alert() for row in rows)

    async def raised_later(self, now: datetime, most: int = 50) -> Sequence[Alert]:
        """Return open alerts that were raised after `now`: the clock was set back since."""
        rows = await self._session.scalars(
            select(AlertRow)
            .where(AlertRow.raised_at > now, AlertRow.state == State.OPEN)
            .order_by(AlertRow.raised_at)
            .limit(most)
        )
        return tuple(row.to_alert() for row in rows)

    async def move(self, alert: Alert) -> None:
        """Write when the alert was raised and when its next step is due, if it is still open."""
        await self._session.execute(
            update(AlertRow)
            .where(AlertRow.id == alert.id, AlertRow.state == State.OPEN)
            .values(raised_at=alert.raised_at, next_step_at=alert.next_step_at)
        )

    async def take_step(self, alert: Alert, until: datetime) -> bool:
        """Reserve the alert's next step until then; False if another process has it."""
        taken = await self._session.execute(
            update(AlertRow)
            .where(
                AlertRow.id == alert.id,
                AlertRow.step == alert.step,
                AlertRow.state == State.OPEN,
                AlertRow.next_step_at == alert.next_step_at,
            )
            .values(next_step_at=until)
        )
        return rows_of(taken) == 1

    async def next_step_at(self) -> datetime | None:
        """Return when the next step of any alert is due."""
        found: datetime | None = await self._session.scalar(
            select(func.min(AlertRow.next_step_at)).where(AlertRow.state == State.OPEN)
        )
        return found

    async def forget_people(self, before: datetime) -> int:
        """Drop who and where from alerts raised before then, and close them; return how many."""
        done = await self._session.execute(
            update(AlertRow)
            .where(AlertRow.raised_at < before, AlertRow.member_id != "")
            .values(
                member_id="",
                rules="",
                permalink=None,
                source_room=None,
                source_message=None,
                room_id=None,
                claimed_by=None,
                next_step_at=None,
                state=State.RESOLVED,
            )
        )
        return rows_of(done)

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
            .values(claimed_by=None, claimed_platform=None)
        )

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
        # Both ways: a clock that was set back by days must not silence us for days.
        if abs(row.due_at - due_at) < apart:
            return False
        row.due_at, row.posted_at = due_at, None
        return True

    async def offers_due(self, now: datetime) -> Sequence[Room]:
        """Return the rooms whose card is due, marking each as posted."""
        rows = await self._session.scalars(
            select(OfferRow).where(OfferRow.posted_at.is_(None), OfferRow.due_at <= now)
        )
        found = []
        for row in rows:
            row.posted_at = now
            found.append(Room(row.platform, row.room_id, row.space_id))
        return tuple(found)

    async def next_offer_at(self) -> datetime | None:
        found: datetime | None = await self._session.scalar(
            select(func.min(OfferRow.due_at)).where(OfferRow.posted_at.is_(None))
        )
        return found


def _values(alert: Alert) -> dict[str, object]:
    card, source = alert.card, alert.source
    return {
        "id": alert.id,
        "community_id": alert.community_id,
        "platform": alert.about.platform,
        "member_id": alert.about.id,
        "tier": int(alert.tier),
        "category": alert.category,
        "whose": alert.whose,
        "reason": alert.reason,
        "surface": alert.surface,
        "rules": " ".join(alert.rules),
        "raised_at": alert.raised_at,
        "state": alert.state,
        "count": alert.count,
        "step": alert.step,
        "next_step_at": alert.next_step_at,
        "room_id": alert.room.id if alert.room else None,
        "space_id": alert.room.space if alert.room else None,
        "permalink": alert.permalink,
        "source_room": source.room if source else None,
        "source_message": source.message if source else None,
        "way": alert.way,
        "card_platform": card.platform if card else None,
        "card_room": card.room if card else None,
        "card_message": card.message if card else None,
        "claimed_platform": alert.claimed_by.platform if alert.claimed_by else None,
        "claimed_by": alert.claimed_by.id if alert.claimed_by else None,
        "claimed_at": alert.claimed_at,
        "outcome": alert.outcome,
        "wants_privacy": alert.wants_privacy,
        "says_misread": alert.says_misread,
        "needs_backup": alert.needs_backup,
    }
