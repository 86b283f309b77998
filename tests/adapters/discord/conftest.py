"""Discord's double, and our adapter connected to it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.discord.adapter import Discord
from adapters.discord.client import Pace
from adapters.discord.connection import Gateway
from peerbot.clock import MovableClock
from peerbot.testing.builders import NOW
from tests.adapters.discord.double import Double
from tests.adapters.discord.double.listening import ListeningCore

AT_ONCE = Pace(settles_for=timedelta(milliseconds=10), identifies_after=timedelta())


def an_adapter(double: Double, *, pace: Pace = AT_ONCE, **changed: object) -> Discord:
    """Return the adapter as its settings make it, on its way to the double."""
    settings = double.settings(**changed)
    return Discord(
        connection=Gateway(settings),
        message_content=settings.message_content,
        now=MovableClock(NOW),
        pace=pace,
    )


@pytest.fixture
async def double() -> AsyncIterator[Double]:
    async with Double() as double:
        yield double
    assert double.rest.gaps == []


@pytest.fixture
def core(double: Double) -> ListeningCore:
    return ListeningCore(double.happened)


@pytest.fixture
async def discord(double: Double, core: ListeningCore) -> AsyncIterator[Discord]:
    """The adapter, connected; it reads the words in rooms."""
    adapter = an_adapter(double, message_content=True)
    await adapter.start(core)
    yield adapter
    await adapter.stop()
