"""The tables of check-ins, and how a row becomes one of our types."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from peerbot.chat.addresses import Room
from peerbot.checkins.model import (
    Answer,
    Audience,
    Checkin,
    Help,
    Round,
    RoundState,
    State,
    Step,
    Tally,
)
from peerbot.db import Base
from peerbot.delivery.recurrence import Recurrence


class CheckinRow(Base):
    __tablename__ = "checkin"

    id: Mapped[str] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"), index=True)
    template: Mapped[str]
    name: Mapped[str]
    question: Mapped[str]
    room_platform: Mapped[str | None]
    room_id: Mapped[str | None]
    room_space: Mapped[str | None]
    recurrence: Mapped[str]
    own_zone: Mapped[bool]
    window_seconds: Mapped[int]
    state: Mapped[str]
    paused_until: Mapped[datetime | None]
    created_by: Mapped[str | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    next_wall: Mapped[str | None]
    last_opened_at: Mapped[datetime | None]

    def to_checkin(self) -> Checkin:
        return Checkin(
            id=self.id,
            community_id=self.community_id,
            template=self.template,
            name=self.name,
            question=self.question,
            room=room_from(self.room_platform, self.room_id, self.room_space),
            recurrence=Recurrence.from_json(json.loads(self.recurrence)),
            own_zone=self.own_zone,
            window=timedelta(seconds=self.window_seconds),
            state=State(self.state),
            paused_until=self.paused_until,
            created_by=self.created_by,
            created_at=self.created_at,
            deleted_at=self.deleted_at,
            next_at=self.next_at,
            next_wall=self.next_wall,
            last_opened_at=self.last_opened_at,
        )


class RoundRow(Base):
    """Unique by the local wall slot: whoever comes first, in any process, opens it."""

    __tablename__ = "checkin_round"
    __table_args__ = (
        UniqueConstraint("checkin_id", "slot"),
        Index("ix_checkin_round_state_closes_at", "state", "closes_at"),
        Index("ix_checkin_round_community_id_state", "community_id", "state"),
        Index("ix_checkin_round_to_remind", "state", "reminded", "remind_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    checkin_id: Mapped[str] = mapped_column(ForeignKey("checkin.id"))
    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"))
    slot: Mapped[str]
    state: Mapped[str]
    template: Mapped[str]
    name: Mapped[str]
    question: Mapped[str]
    room_platform: Mapped[str]
    room_id: Mapped[str]
    room_space: Mapped[str]
    zone: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    remind_at: Mapped[datetime]
    reminded: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    tally: Mapped[str | None]

    def to_round(self) -> Round:
        return Round(
            id=self.id,
            checkin_id=self.checkin_id,
            community_id=self.community_id,
            slot=self.slot,
            state=RoundState(self.state),
            template=self.template,
            name=self.name,
            question=self.question,
            room=Room(self.room_platform, self.room_id, self.room_space),
            zone=ZoneInfo(self.zone),
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            remind_at=self.remind_at,
            closed_at=self.closed_at,
            tally=tally_from(self.tally),
        )


class AnswerRow(Base):
    __tablename__ = "checkin_answer"
    __table_args__ = (UniqueConstraint("round_id", "member_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("checkin_round.id"))
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    step: Mapped[int | None]
    skipped: Mapped[bool]
    help: Mapped[str]
    audience: Mapped[str]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    words_for: Mapped[str | None]
    voice_card: Mapped[int | None]
    answered_at: Mapped[datetime] = mapped_column(index=True)

    def to_answer(self) -> Answer:
        return Answer(
            id=self.id,
            round_id=self.round_id,
            member_id=self.member_id,
            step=None if self.step is None else Step(self.step),
            skipped=self.skipped,
            help=tuple(Help(kind) for kind in self.help.split()),
            audience=Audience(self.audience),
            sealed=self.sealed,
            words_for=None if self.words_for is None else Audience(self.words_for),
            voice_card=self.voice_card,
            answered_at=self.answered_at,
        )


class ReminderRow(Base):
    __tablename__ = "checkin_reminder"

    member_id: Mapped[str] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    community_id: Mapped[str] = mapped_column(ForeignKey("community.id"), index=True)
    paused_until: Mapped[datetime | None]


def room_from(platform: str | None, native_id: str | None, space: str | None) -> Room | None:
    if platform is None or native_id is None:
        return None
    return Room(platform, native_id, space or "")


def room_values(room: Room | None) -> dict[str, str | None]:
    return {
        "room_platform": room.platform if room else None,
        "room_id": room.id if room else None,
        "room_space": room.space if room else None,
    }


def checkin_values(checkin: Checkin) -> dict[str, object]:
    return {
        "community_id": checkin.community_id,
        "template": checkin.template,
        "name": checkin.name,
        "question": checkin.question,
        **room_values(checkin.room),
        "recurrence": json.dumps(checkin.recurrence.to_json()),
        "own_zone": checkin.own_zone,
        "window_seconds": int(checkin.window.total_seconds()),
        "state": checkin.state,
        "paused_until": checkin.paused_until,
        "created_by": checkin.created_by,
        "created_at": checkin.created_at,
        "deleted_at": checkin.deleted_at,
        "next_at": checkin.next_at,
        "next_wall": checkin.next_wall,
        "last_opened_at": checkin.last_opened_at,
    }


def round_values(round_: Round) -> dict[str, object]:
    return {
        "checkin_id": round_.checkin_id,
        "community_id": round_.community_id,
        "slot": round_.slot,
        "state": round_.state,
        "template": round_.template,
        "name": round_.name,
        "question": round_.question,
        **room_values(round_.room),
        "zone": round_.zone.key,
        "opens_at": round_.opens_at,
        "closes_at": round_.closes_at,
        "remind_at": round_.remind_at,
        "closed_at": round_.closed_at,
        "tally": None
        if round_.tally is None
        else json.dumps({"steps": round_.tally.steps, "help": dict(round_.tally.help)}),
    }


def tally_from(stored: str | None) -> Tally | None:
    if stored is None:
        return None
    plain = json.loads(stored)
    return Tally(tuple(plain["steps"]), tuple((Help(kind), n) for kind, n in plain["help"].items()))
