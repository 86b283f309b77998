"""What has to survive: a scenario plans something, and says what must have arrived at the end."""

import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from peerbot.chat.adapters import Capabilities
from peerbot.chat.addresses import Address, MessageRef, NewInbox, Person, Room
from peerbot.chat.cards import Card, Text, card
from peerbot.chat.forms import Surface
from peerbot.chat.gateway import Delivered, Gateway
from peerbot.clock import Chance, Clock
from peerbot.community.model import Settings
from peerbot.community.service import CommunityService
from peerbot.content.crisis import helplines
from peerbot.crisis.answer import FirstAnswer
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.ladder import Ladder
from peerbot.crisis.line_checks import LineChecks
from peerbot.crisis.lines import LineWords
from peerbot.crisis.model import Alert, Owed, Reason
from peerbot.crisis.news import News
from peerbot.crisis.record import Record
from peerbot.crisis.responders import Responders
from peerbot.crisis.roster import Roster
from peerbot.crisis.spool import Spool
from peerbot.crisis.store import AlertStore
from peerbot.db import Database
from peerbot.delivery.model import AfterCrash, Done, NewSend, Send
from peerbot.delivery.service import Delivery
from peerbot.testing import a_message, an_actor

SENDING = "SELECT id, attempts FROM send WHERE status = 'sending'"


class Platform(Gateway, Protocol):
    """The sink, as the child hands it in, with the clock of this life."""

    @property
    def clock(self) -> Clock: ...

    def capabilities(self, platform: str) -> Capabilities: ...


class Scenario(Protocol):
    """Something durable. A new one joins `SCENARIOS`; it runs in the child, in every life of it."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    @property
    def kills(self) -> int: ...

    @property
    def due(self) -> set[str]:
        """The ids of the places where one message each must have arrived."""
        ...

    @property
    def may_be_unknown(self) -> bool:
        """Whether a message may be known to be unknown instead, and none may arrive twice."""
        ...

    @property
    def held(self) -> str:
        """SQL for what is under way at a kill: so many messages may be repeated."""
        ...

    def declare(self, db: Database, delivery: Delivery, platform: Platform) -> None: ...

    async def plan(self, db: Database, delivery: Delivery) -> None:
        """Plan everything. Called in every life, so it must be safe to repeat."""
        ...


async def a_card(send: Send) -> Card:
    return card("chaos.message", Text("How are you?"), summary="How are you?")


@dataclass(frozen=True, slots=True)
class Round:
    """One message each to many people and a few rooms: sends of several rate limits at once."""

    name: str = "sends"
    size: int = 500
    kills: int = 15
    after_crash: AfterCrash = AfterCrash.AGAIN
    held: str = SENDING

    @property
    def may_be_unknown(self) -> bool:
        return self.after_crash is AfterCrash.ONCE

    @property
    def places(self) -> list[Address]:
        rooms = [Room("sink", f"room-{number}") for number in range(self.size // 10)]
        inboxes = [
            NewInbox(Person("sink", f"person-{number}")) for number in range(self.size - len(rooms))
        ]
        return [*rooms, *inboxes]

    @property
    def due(self) -> set[str]:
        return {place_id(place) for place in self.places}

    def declare(self, db: Database, delivery: Delivery, platform: Platform) -> None:
        delivery.composes("chaos.round", a_card, after_crash=self.after_crash)

    async def plan(self, db: Database, delivery: Delivery) -> None:
        async with db.begin() as session:
            sends = [NewSend(kind="chaos.round", subject="r1", to=place) for place in self.places]
            await delivery.plan_sends(session, sends)


@dataclass(frozen=True, slots=True)
class Closings:
    """Work that has an effect in our tables and posts a summary, as the closing of a round does."""

    name: str = "closings"
    size: int = 150
    kills: int = 15
    may_be_unknown: bool = False
    held: str = SENDING

    @property
    def due(self) -> set[str]:
        return {f"room-{number}" for number in range(self.size)}

    def declare(self, db: Database, delivery: Delivery, platform: Platform) -> None:
        async def close(subject: str) -> Done:
            async with db.begin() as session:
                summary = NewSend(kind="chaos.summary", subject=subject, to=Room("sink", subject))
                await delivery.plan_sends(session, [summary])
            await delivery.go()
            return Done.DONE

        delivery.composes("chaos.summary", a_card, after_crash=AfterCrash.AGAIN)
        delivery.does("chaos.close", close)

    async def plan(self, db: Database, delivery: Delivery) -> None:
        async with db.begin() as session:
            for subject in sorted(self.due):
                await delivery.plan_work(session, "chaos.close", subject)


@dataclass(frozen=True)
class Alerts:
    """Alerts from their committed row on: their process died before anybody heard of them.

    For each the responders' card and the member's private answer must arrive. Every life begins a
    minute later than the one before, so that what a killed one had reserved is free again.
    """

    name: str = "alerts"
    size: int = 100
    kills: int = 15
    may_be_unknown: bool = False
    held: str = (
        "SELECT id || what, next_step_at FROM alert, (SELECT 'card' AS what UNION SELECT 'answer') "
        "WHERE step = 0 AND next_step_at > raised_at"
    )

    @property
    def due(self) -> set[str]:
        numbers = range(self.size)
        return {f"alert-{n:04}" for n in numbers} | {f"person-{n:04}" for n in numbers}

    def declare(self, db: Database, delivery: Delivery, platform: Platform) -> None:
        object.__setattr__(self, "_house", AlertHouse.over(db, platform))

    async def plan(self, db: Database, delivery: Delivery) -> None:
        house: AlertHouse = self._house  # type: ignore[attr-defined]
        await house.set_up()
        async with db.begin() as session:
            store = AlertStore(session)
            for number in range(self.size):
                await store.add(house.alert(f"{number:04}"))
        while await house.ladder.climb():
            pass


@dataclass(frozen=True, slots=True)
class Apart:
    """The sink, with every alert's card in a place of its own, so that it can be counted."""

    platform: Platform

    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        if isinstance(to, Room) and nonce is not None:
            to = Room("sink", f"alert-{nonce[1:5]}")
        return await self.platform.send(to, card, nonce=nonce)

    async def edit(
        self, ref: MessageRef, card: Card, *, reader: Address | None = None
    ) -> Delivered:
        return Delivered(ref)

    def capabilities(self, platform: str) -> Capabilities:
        return self.platform.capabilities(platform)


class Unsealed:
    def seal_for_app(self, data: bytes, purpose: str) -> bytes:
        return data

    def open_for_app(self, sealed: bytes, purpose: str) -> bytes:
        return sealed


class NothingKnown:
    def keep(self, document: str) -> None: ...

    def read(self) -> str | None:
        return None


@dataclass(frozen=True, slots=True)
class AlertHouse:
    """The parts of the crisis feature that a committed alert needs."""

    communities: CommunityService
    ladder: Ladder
    clock: Clock

    @classmethod
    def over(cls, db: Database, platform: Platform) -> "AlertHouse":
        clock, voice = platform.clock, Apart(platform)
        communities = CommunityService(db, clock, Chance(), Settings(), NothingKnown())
        spool = Spool(Path(tempfile.mkdtemp(prefix="peerbot-chaos-spool-")), Unsealed())
        record = Record(db, clock, spool)
        roster = Roster(db, clock, communities)
        responders = Responders(voice, clock, communities, record, roster)
        lines = LineWords(helplines())
        checks = LineChecks(db, clock, communities, helplines())
        answer = FirstAnswer(db, voice, clock, Chance(), communities, lines, roster, checks.of)
        news = News(voice, clock, communities, answer, record)
        ladder = Ladder(db, clock, communities, record, responders, news, roster)
        return cls(communities, ladder, clock)

    async def set_up(self) -> None:
        """Make the community, once: later lives find it in the database."""
        await self.communities.start()
        home = await self.communities.of(a_message("hello"))
        assert home is not None
        day = timedelta(days=1)
        await self.communities.set_now(
            home.id,
            an_actor(),
            "chaos",
            lambda one: replace(
                one, alert_room=Room("sink", "alerts"), claim_urgent=day, claim_emergency=day
            ),
        )

    def alert(self, number: str) -> Alert:
        raised_at = datetime(2026, 3, 2, tzinfo=UTC)
        return Alert(
            id=number,
            community_id=self.communities.all[0].id,
            about=Person("sink", f"person-{number}"),
            tier=Tier.CONCERN,
            category=Category.SUICIDE,
            whose=Whose.AUTHOR,
            reason=Reason.WORDS,
            surface=Surface.PUBLIC,
            rules=("chaos",),
            raised_at=raised_at,
            next_step_at=raised_at,
            owed=Owed.ANSWER,
            owed_at=raised_at,
        )


def place_id(place: Address) -> str:
    return place.person.id if isinstance(place, NewInbox) else str(getattr(place, "id", ""))


def of_size(scenario: Scenario, size: int) -> Scenario:
    return replace(scenario, size=size)  # type: ignore[type-var]


SCENARIOS: tuple[Scenario, ...] = (
    Round(),
    Round(name="prompts", size=200, kills=5, after_crash=AfterCrash.ONCE),
    Closings(),
    Alerts(),
)
