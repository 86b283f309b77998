"""Discord's double, and our adapter connected to it."""

from collections.abc import AsyncIterator

import pytest

from adapters.discord.adapter import Discord
from tests.adapters.discord.double import Double
from tests.adapters.discord.double.connected import an_adapter
from tests.adapters.discord.double.listening import ListeningCore


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
