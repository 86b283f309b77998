"""A delivery of our own for each test: real tables, the real engine, a platform that we watch."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from peerbot.chat.adapters import Capabilities
from peerbot.chat.addresses import Address, NewInbox, Person, Room
from peerbot.chat.cards import Card, Text, card
from peerbot.chat.gateway import Delivered
from peerbot.clock import Chance, real_sleep
from peerbot.db import Database
from peerbot.delivery.engine import Engine
from peerbot.delivery.model import Done, NewSend, Send
from peerbot.delivery.service import Delivery
from peerbot.failures import DatabaseAway
from peerbot.testing import NOW, FakeClock, RecordingGateway

PROMPT = "checkins.prompt"
ROUND = "round1"


@dataclass(slots=True)
class Platform(RecordingGateway):
    """A platform whose rooms have a rate limit each, and all inboxes one together."""

    can: Capabilities = field(default_factory=lambda: Capabilities(sends_per_second=10_000))
    during_send: Callable[[Address], Awaitable[None]] | None = None

    def domain(self, to: Address) -> str:
        return f"room-{to.id}" if isinstance(to, Room) else "inboxes"

    def capabilities(self, platform: str) -> Capabilities:
        return self.can

    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        if self.during_send is not None:
            await self.during_send(to)
        return await RecordingGateway.send(self, to, card, nonce=nonce)

    @property
    def nonces(self) -> list[str | None]:
        return [one.nonce for one in self.sent]


class Slept:
    """A sleep that only counts; `ticks` has passed as long as was slept."""

    def __init__(self) -> None:
        self.seconds = 0.0

    async def __call__(self, seconds: float) -> None:
        self.seconds += seconds

    def ticks(self) -> float:
        return self.seconds


@dataclass(slots=True)
class Post:
    """A running delivery and everything that it stands on."""

    db: Database
    engine: Engine
    gateway: Platform
    clock: FakeClock
    slept: Slept
    delivery: Delivery

    async def plan(self, *to: Address, kind: str = PROMPT, subject: str = ROUND) -> int:
        async with self.db.begin() as session:
            sends = [NewSend(kind=kind, subject=subject, to=one) for one in to]
            return await self.delivery.plan_sends(session, sends)

    async def send(self, *to: Address, kind: str = PROMPT, subject: str = ROUND) -> None:
        """Plan these, start them and wait until they have ended or wait for later."""
        await self.plan(*to, kind=kind, subject=subject)
        await self.delivery.go()
        await self.delivery.settle()

    async def plan_work(self, kind: str, subject: str) -> None:
        async with self.db.begin() as session:
            await self.delivery.plan_work(session, kind, subject)

    def does(self, kind: str) -> list[str]:
        """Return for what work of this kind was done, and let it be done from now on."""
        done: list[str] = []

        async def note(subject: str) -> Done:
            done.append(subject)
            return Done.DONE

        self.delivery.does(kind, note)
        return done

    async def work(self, kind: str, subject: str) -> None:
        await self.plan_work(kind, subject)
        await self.delivery.go()
        await self.delivery.settle()

    async def later(self, by: timedelta) -> None:
        """Let time go by, and then what is due."""
        self.clock.move(by)
        await self.delivery.beat()
        await self.delivery.settle()

    async def stands(self, kind: str = PROMPT, subject: str = ROUND) -> list[tuple[str, str]]:
        """Return status and reason of each send, by address."""
        sends = await self.delivery.sends_about(kind, subject)
        by_address = sorted(sends, key=lambda send: repr(send.to))
        return [(send.status.value, send.why) for send in by_address]


class Failing(Database):
    """A database that goes away when told."""

    away: DatabaseAway | None = None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        if self.away is not None:
            raise self.away
        async with super().begin() as session:
            yield session


def a_delivery(
    db: Database, engine: Engine, gateway: Platform, clock: FakeClock, slept: Slept
) -> Delivery:
    delivery = Delivery(db, engine, gateway, clock, Chance(7), sleep=slept, ticks=slept.ticks)
    delivery.composes(PROMPT, a_prompt)
    return delivery


async def a_prompt(send: Send) -> Card:
    return card("checkins.prompt", Text("How are you?"), summary="How are you?")


def people(count: int) -> list[NewInbox]:
    return [NewInbox(Person("console", f"p{number:05}")) for number in range(count)]


def an_engine(folder: Path) -> Engine:
    return Engine(
        folder / "engine.sqlite", environ={"HOME": "/root"}, queue_poll=0.01, listen_poll=0.01
    )


@pytest.fixture
async def idle(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Post]:
    """A post that is not started yet."""
    engine, gateway = an_engine(tmp_path), Platform()
    clock, slept = FakeClock(NOW), Slept()
    delivery = a_delivery(sqlite_database, engine, gateway, clock, slept)
    yield Post(sqlite_database, engine, gateway, clock, slept, delivery)
    await delivery.stop()


@pytest.fixture
async def post(idle: Post) -> Post:
    await idle.delivery.start()
    return idle


async def until(is_so: Callable[[], bool]) -> None:
    """Return once it is so; looks whenever the loop is free."""
    while not is_so():
        await real_sleep(0)


@pytest.fixture
async def failing(sqlite_url: str, tmp_path: Path) -> AsyncIterator[tuple[Post, Failing]]:
    db, engine, gateway = Failing(sqlite_url), an_engine(tmp_path), Platform()
    clock, slept = FakeClock(NOW), Slept()
    delivery = a_delivery(db, engine, gateway, clock, slept)
    await delivery.start()
    yield Post(db, engine, gateway, clock, slept, delivery), db
    await delivery.stop()
    await db.close()
