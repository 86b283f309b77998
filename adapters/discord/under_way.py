"""Work that comes to its end although whoever asked for it waits no longer."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeVar

T = TypeVar("T")


class UnderWay:
    """Keeps tasks of our own: neither discord.py nor the core's patience cuts them off."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def to_its_end(self, work: Coroutine[Any, Any, T]) -> T:
        """Do it and return what it returns; cancelled, leave it running.

        discord.py cuts off its own tasks when it closes. And a request of it that is cut off while
        it waits out a global rate limit leaves every later one waiting for ever (2.7.1,
        discord/http.py: `_global_over` is set again only after the sleep).
        """
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def settled(self, within: timedelta) -> None:
        """Return when nothing is under way, or after `within`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within.total_seconds()):
                while self._tasks:
                    await asyncio.wait(self._tasks)

    async def ended(self) -> None:
        """Cut off what is still under way; return when it is."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
