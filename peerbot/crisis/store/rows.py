"""The rows of alerts and of offers, and how an alert is written in one."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, false, text
from sqlalchemy.orm import Mapped, mapped_column

from peerbot.chat.addresses import MessageRef, Person, Room
from peerbot.chat.forms import Surface
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.model import Alert, Outcome, Owed, Reason, State, Way
from peerbot.crisis.worry import Worry
from peerbot.db import Base


class AlertRow(Base):
    """An alert: ids and enums only, never a word of anybody."""

    __tablename__ = "alert"
    __table_args__ = (
        Index("ix_alert_member", "platform", "member_id", "raised_at"),
        Index("ix_alert_next_step", "next_step_at"),
        Index("ix_alert_owed", "owed_at"),
        Index("ix_alert_follow_up", "follow_up_at"),
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
    thread_id: Mapped[str | None]
    answered: Mapped[int | None]
    answered_at: Mapped[datetime | None]
    owed: Mapped[str | None]
    owed_at: Mapped[datetime | None]
    untold: Mapped[bool] = mapped_column(server_default=false())
    until: Mapped[datetime | None]
    called_at: Mapped[datetime | None]
    more_cards: Mapped[str] = mapped_column(server_default="")
    """Other cards in the responders' room: platform, room, message, tabs between, a line each."""
    keepers_know: Mapped[bool] = mapped_column(server_default=false())
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
    alike: Mapped[int] = mapped_column(server_default="0")
    follow_up_at: Mapped[datetime | None]
    worry_about: Mapped[str | None]
    """The platform's id of the member that a report is about."""
    worry_hearers: Mapped[str] = mapped_column(server_default="")
    """The chosen people who alone hear of it: platform and id, a tab between, a line each."""
    worry_words: Mapped[str] = mapped_column(server_default="")
    worry_speaks_of_self: Mapped[bool] = mapped_column(server_default=false())
    worry_earlier_by: Mapped[int] = mapped_column(server_default="0")
    worry_earlier_about: Mapped[int] = mapped_column(server_default="0")

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
            thread=self.thread_id,
            answered=Tier(self.answered) if self.answered is not None else None,
            answered_at=self.answered_at,
            owed=Owed(self.owed) if self.owed else None,
            owed_at=self.owed_at,
            untold=self.untold,
            until=self.until,
            called_at=self.called_at,
            more_cards=tuple(
                MessageRef(*line.split("\t")) for line in self.more_cards.splitlines()
            ),
            keepers_know=self.keepers_know,
            card=card,
            claimed_by=Person(self.claimed_platform, self.claimed_by)
            if self.claimed_platform and self.claimed_by
            else None,
            claimed_at=self.claimed_at,
            outcome=Outcome(self.outcome) if self.outcome else None,
            wants_privacy=self.wants_privacy,
            says_misread=self.says_misread,
            needs_backup=self.needs_backup,
            alike=self.alike,
            follow_up_at=self.follow_up_at,
            worry=self._worry() if self.reason == Reason.WORRIED else None,
        )

    def _worry(self) -> Worry:
        return Worry(
            about=Person(self.platform, self.worry_about) if self.worry_about else None,
            hearers=tuple(Person(*line.split("\t")) for line in self.worry_hearers.splitlines()),
            words=tuple(self.worry_words.split()),
            speaks_of_self=self.worry_speaks_of_self,
            earlier_by=self.worry_earlier_by,
            earlier_about=self.worry_earlier_about,
        )


class WorryWordsRow(Base):
    """What the one who worries lets the hearers read, sealed with the writer's own key."""

    __tablename__ = "worry_words"

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str] = mapped_column(index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime]


class OfferRow(Base):
    """A card addressed to nobody that is to be posted in a room a little later."""

    __tablename__ = "crisis_offer"
    __table_args__ = (
        Index(
            "ix_crisis_offer_to_post",
            "due_at",
            sqlite_where=text("posted_at IS NULL"),
            postgresql_where=text("posted_at IS NULL"),
        ),
    )

    platform: Mapped[str] = mapped_column(primary_key=True)
    room_id: Mapped[str] = mapped_column(primary_key=True)
    space_id: Mapped[str]
    due_at: Mapped[datetime]
    posted_at: Mapped[datetime | None]


def values_of(alert: Alert) -> dict[str, object]:
    """Return an alert as the values of its row."""
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
        "thread_id": alert.thread,
        "answered": None if alert.answered is None else int(alert.answered),
        "answered_at": alert.answered_at,
        "owed": alert.owed,
        "owed_at": alert.owed_at,
        "untold": alert.untold,
        "until": alert.until,
        "called_at": alert.called_at,
        "more_cards": "\n".join(
            f"{one.platform}\t{one.room}\t{one.message}" for one in alert.more_cards
        ),
        "keepers_know": alert.keepers_know,
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
        "alike": alert.alike,
        "follow_up_at": alert.follow_up_at,
        **_values_of_worry(alert.worry or Worry()),
    }


def _values_of_worry(worry: Worry) -> dict[str, object]:
    return {
        "worry_about": worry.about.id if worry.about else None,
        "worry_hearers": "\n".join(f"{one.platform}\t{one.id}" for one in worry.hearers),
        "worry_words": " ".join(worry.words),
        "worry_speaks_of_self": worry.speaks_of_self,
        "worry_earlier_by": worry.earlier_by,
        "worry_earlier_about": worry.earlier_about,
    }
