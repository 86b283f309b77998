"""A crisis house in which things break, and time goes by."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

from peerbot.chat.addresses import NewInbox, PrivateThread
from peerbot.chat.gateway import TryLater, Undeliverable, Why
from peerbot.failures import DatabaseAway
from peerbot.testing import GENERAL, SAM
from tests.crisis.conftest import Crisis

BUSY = TryLater("busy", timedelta(seconds=1))
CLOSED = Undeliverable(Why.CLOSED)
ALL_WAYS = (SAM, NewInbox(SAM), PrivateThread(GENERAL, SAM))


def close_every_way(crisis: Crisis, error: Exception) -> None:
    crisis.voice.broken |= dict.fromkeys(ALL_WAYS, error)


def hanging(crisis: Crisis) -> asyncio.Event:
    """Let the database take every question and answer none until the event is set."""
    released = asyncio.Event()

    @asynccontextmanager
    async def hangs():
        await released.wait()
        raise DatabaseAway("a test held it back")
        yield

    crisis.db.begin = crisis.db.read = hangs
    return released


async def climb_after(crisis: Crisis, **time: int) -> None:
    crisis.clock.move(timedelta(**time))
    await crisis.ladder.climb()
