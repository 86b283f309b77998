"""A community with a directory: the real service and router, and a gateway that records."""

import pytest

from peerbot.chat.addresses import Person
from peerbot.chat.router import Failure, Router
from peerbot.clock import Chance
from peerbot.community.model import Community, Settings
from peerbot.community.service import CommunityService
from peerbot.content import read
from peerbot.db import Database
from peerbot.resources.model import Shipped
from peerbot.resources.routes import add_routes
from peerbot.resources.service import ResourceService
from peerbot.testing import (
    NOW,
    SAM,
    FakeClock,
    OpenDoor,
    RecordingGateway,
    SilentScreen,
    a_message,
)


class NothingKept:
    def keep(self, document: str) -> None:
        del document

    def read(self) -> str | None:
        return None


class House:
    """Everything a test of resources wants to hold."""

    def __init__(self, database: Database, seed: int = 7) -> None:
        self.clock = FakeClock(NOW)
        self.gateway = RecordingGateway()
        self.screen = SilentScreen()
        self.failures: list[Failure] = []
        chance = Chance(seed)
        self.communities = CommunityService(
            database, self.clock, chance, Settings(zone="Europe/Paris"), NothingKept()
        )
        self.resources = ResourceService(database, self.clock, chance, self.communities)
        self.router = Router(self.gateway, self.screen, OpenDoor(), self.failures.append)
        add_routes(self.router, self.resources)

    async def open(self) -> "House":
        await self.communities.start()
        home = await self.communities.of(a_message("hello"))
        assert home is not None
        self.home: Community = home
        return self

    def text(self, person: Person = SAM) -> str:
        """What somebody read last."""
        return self.gateway.texts_to(person)[-1]

    def key(self, person: Person = SAM) -> str:
        return self.gateway.keys_to(person)[-1]


@pytest.fixture
def shipped() -> Shipped:
    return read().directory


@pytest.fixture
async def empty_house(database: Database) -> House:
    return await House(database).open()


@pytest.fixture
async def house(empty_house: House, shipped: Shipped) -> House:
    """With the directory that ships."""
    await empty_house.resources.load_shipped(shipped)
    return empty_house


@pytest.fixture
async def other_process(database: Database, house: House) -> House:
    return await House(database, seed=8).open()
