"""The tables of what is sent and done durably, and what their rows mean."""

import hashlib
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from peerbot.chat.addresses import Address, MessageRef, NewInbox, Person, Room
from peerbot.db import Base
from peerbot.delivery.model import Held, Item, Send, Status, WorkStatus

ROOM, PERSON, NEW_INBOX = "room", "person", "new-inbox"


class SendRow(Base):
    """One message on its way, unique by what it is about and where it goes.

    Its nonce is its id, and both follow from that key: planning it again gives the same.
    """

    __tablename__ = "send"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "to_kind", "platform", "to_id"),
        # The few that somebody has in hand.
        Index(
            "ix_send_owner",
            "owner",
            sqlite_where=text("owner IS NOT NULL"),
            postgresql_where=text("owner IS NOT NULL"),
        ),
        Index(
            "ix_send_ended_at",
            "ended_at",
            sqlite_where=text("ended_at IS NOT NULL"),
            postgresql_where=text("ended_at IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    to_kind: Mapped[str]
    platform: Mapped[str]
    to_id: Mapped[str]
    to_space: Mapped[str]
    status: Mapped[str]
    batch: Mapped[int]
    """The attempt of its work that handed it over last; 0 before the first."""
    attempts: Mapped[int]
    next_try_at: Mapped[datetime | None]
    """When it is to be handed over; None from then on. Its work's row has the earliest, indexed."""
    owner: Mapped[str | None]
    """The run of the process that has it in hand, until everybody is told how it ended."""
    since: Mapped[datetime | None]
    why: Mapped[str]
    ref_room: Mapped[str | None]
    ref_message: Mapped[str | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def to_send(self) -> Send:
        found = self.ref_room is not None and self.ref_message is not None
        return Send(
            id=self.id,
            kind=self.kind,
            subject=self.subject,
            to=address(self.to_kind, self.platform, self.to_id, self.to_space),
            nonce=self.id,
            status=Status(self.status),
            attempts=self.attempts,
            why=self.why,
            ref=MessageRef(self.platform, self.ref_room or "", self.ref_message or "")
            if found
            else None,
        )

    def to_held(self) -> Held:
        since = self.since or self.created_at
        return Held(send=self.to_send(), since=since, planned_at=self.created_at)


class WorkRow(Base):
    """One piece of work; handing the sends of a subject to the queue is one too (`SENDS`)."""

    __tablename__ = "work"
    __table_args__ = (Index("ix_work_done_at", "done_at"), Index("ix_work_status", "status"))

    kind: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    attempts: Mapped[int]
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it is to be started; None while nothing of it waits."""
    done_at: Mapped[datetime | None]

    def to_item(self) -> Item:
        return Item(kind=self.kind, subject=self.subject, attempts=self.attempts)


def new_work(kind: str, subject: str, now: datetime) -> dict[str, object]:
    return {
        "kind": kind,
        "subject": subject,
        "status": WorkStatus.PLANNED,
        "attempts": 0,
        "next_try_at": now,
        "done_at": None,
    }


def place_and_id(kind: str, subject: str, to: Address) -> tuple[str, str, str, str, str]:
    """Return the columns id, to_kind, platform, to_id and to_space of a send."""
    to_kind, platform, to_id, to_space = _place(to)
    # 20 characters (80 bits), the same for the same key.
    key = f"{kind}\0{subject}\0{to_kind}\0{platform}\0{to_id}"
    send_id = hashlib.blake2b(key.encode(), digest_size=10).hexdigest()
    return send_id, to_kind, platform, to_id, to_space


def address(to_kind: str, platform: str, to_id: str, to_space: str) -> Address:
    if to_kind == ROOM:
        return Room(platform, to_id, to_space)
    person = Person(platform, to_id)
    return person if to_kind == PERSON else NewInbox(person)


def _place(to: Address) -> tuple[str, str, str, str]:
    match to:
        case Room():
            return ROOM, to.platform, to.id, to.space
        case Person():
            return PERSON, to.platform, to.id, ""
        case NewInbox():
            return NEW_INBOX, to.platform, to.person.id, ""
        case _:
            raise ValueError(f"a {type(to).__name__} does not last: send there at once instead")
