"""A core that listens behind the adapter, answers as a feature would, and can be waited for."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager

from peerbot.chat.events import Event
from peerbot.chat.text import Words
from peerbot.testing.fakes import RecordingCore
from tests.adapters.discord.double.double import Double


@contextmanager
def telling(double: Double) -> Iterator[None]:
    """Let the double look again at whatever is logged."""
    handler = logging.Handler()
    handler.emit = lambda _record: double.happened()  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)


class ListeningCore(RecordingCore):
    """Tells the double whenever it hears something, so that `Double.until` looks again."""

    def __init__(self, happened: Callable[[], None]) -> None:
        super().__init__()
        self.goes_on = asyncio.Event()
        """While it is not set, whatever is heard takes its time."""
        self.goes_on.set()
        self.then: Callable[[Event], Awaitable[object]] | None = None
        """What a feature does with an event."""
        self.finished = 0
        self._happened = happened

    async def dispatch(self, event: Event) -> Mapping[str, Words]:
        reasons = await super().dispatch(event)
        self._happened()
        await self.goes_on.wait()
        if self.then is not None:
            await self.then(event)
        self.finished += 1
        self._happened()
        return reasons
