"""A community with tips: the real service and router, a gateway and a delivery that record."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from peerbot.chat.adapters import RoomFact, SpaceFacts
from peerbot.chat.addresses import Room, Space
from peerbot.chat.gateway import TryLater
from peerbot.chat.router import Failure, Router
from peerbot.clock import Chance
from peerbot.community.model import Community, Settings
from peerbot.community.service import CommunityService
from peerbot.content import read
from peerbot.db import Database
from peerbot.delivery.model import NewSend, Send, Status
from peerbot.testing import (
    NOW,
    SAM,
    SPACE,
    FakeClock,
    OpenDoor,
    RecordingGateway,
    SilentScreen,
    a_message,
)
from peerbot.tips.model import Library
from peerbot.tips.routes import add_routes, add_work
from peerbot.tips.service import TipService

GARDEN = Room("test", "garden", "home")
LOUNGE = Room("test", "lounge", "home")


class NothingKept:
    def keep(self, document: str) -> None:
        del document

    def read(self) -> str | None:
        return None


class RecordedDelivery:
    """Delivery's verbs that tips use; what is planned is composed when a test says so."""

    def __init__(self, gateway: RecordingGateway) -> None:
        self.gateway = gateway
        self.planned: list[NewSend] = []
        self.composers: dict[str, Any] = {}
        self.beats: list[Any] = []

    def composes(self, kind: str, compose: Any, **_rules: Any) -> None:
        self.composers[kind] = compose

    def add_beat(self, beat: Any) -> None:
        self.beats.append(beat)

    async def plan_sends(self, session: object, sends: Sequence[NewSend]) -> int:
        del session
        self.planned.extend(sends)
        return len(sends)

    async def go(self) -> None:
        return

    async def deliver(self) -> None:
        """Send what is planned, as it would be at this moment."""
        planned, self.planned = self.planned, []
        for one in planned:
            send = Send(
                id="s", kind=one.kind, subject=one.subject, to=one.to, nonce="n",
                status=Status.SENDING, attempts=1, why="", ref=None,
            )  # fmt: skip
            card = await self.composers[one.kind](send)
            if card is not None:
                await self.gateway.send(one.to, card)


class Facts:
    """What the platform says of the space; `is_away` makes it say nothing."""

    is_away = False

    async def __call__(self, space: Space) -> SpaceFacts:
        if self.is_away:
            raise TryLater("the platform is busy", timedelta(seconds=1))
        rooms = (GARDEN, LOUNGE) if space == SPACE else ()
        return SpaceFacts(
            name="Home",
            rooms=tuple(RoomFact(room=room, name=room.id, everyone=True) for room in rooms),
            roles=(),
        )


class Tips:
    """Everything a test of tips wants to hold."""

    def __init__(self, database: Database, library: Library, seed: int = 7) -> None:
        self.clock = FakeClock(NOW)
        self.gateway = RecordingGateway()
        self.screen = SilentScreen()
        self.delivery = RecordedDelivery(self.gateway)
        self.facts = Facts()
        self.failures: list[Failure] = []
        chance = Chance(seed)
        self.communities = CommunityService(
            database, self.clock, chance, Settings(zone="Europe/Paris"), NothingKept()
        )
        self.service = TipService(
            database, self.clock, chance, self.communities, self.delivery, self.facts, library
        )  # fmt: skip
        self.router = Router(self.gateway, self.screen, OpenDoor(), self.failures.append)
        add_routes(self.router, self.service)
        add_work(self.delivery, self.service)  # type: ignore[arg-type]

    async def open(self) -> "Tips":
        await self.communities.start()
        home = await self.communities.of(a_message("hello"))
        assert home is not None
        self.home: Community = home
        return self

    @property
    def text(self) -> str:
        """What Sam read last."""
        return self.gateway.texts_to(SAM)[-1]

    @property
    def key(self) -> str:
        return self.gateway.keys_to(SAM)[-1]


@pytest.fixture
def library() -> Library:
    return read().tips


@pytest.fixture
async def tips(database: Database, library: Library) -> Tips:
    return await Tips(database, library).open()


@pytest.fixture
async def other_process(database: Database, library: Library, tips: Tips) -> Tips:
    """The same community in a second process."""
    return await Tips(database, library, seed=8).open()
