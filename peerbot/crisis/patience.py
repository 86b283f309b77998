"""How long help waits for the database, whatever the database's driver thinks of that."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import TypeVar

from peerbot.db import DatabaseAway

T = TypeVar("T")

DATABASE_PATIENCE = timedelta(seconds=2)
"""After this help goes on without it (`safety.md`)."""


class Patience:
    """Waits so long and no longer."""

    def __init__(self, length: timedelta = DATABASE_PATIENCE) -> None:
        self._length = length
        self._left: set[asyncio.Task[object]] = set()

    async def wait(self, work: Coroutine[object, object, T]) -> T:
        """Return what `work` returns. Raises DatabaseAway if it does, or if it takes too long.

        A driver that is cancelled waits for its server all the same: for a locked file as long as
        SQLite does, for a frozen PostgreSQL twelve seconds. So it is left behind to end by itself.
        """
        task = asyncio.create_task(work)
        try:
            done, _pending = await asyncio.wait({task}, timeout=self._length.total_seconds())
        except asyncio.CancelledError:
            self._leave(task)
            raise
        if not done:
            self._leave(task)
            raise DatabaseAway("it does not answer")
        return task.result()

    def _leave(self, task: asyncio.Task[T]) -> None:
        # The loop itself would forget a task that nobody holds.
        self._left.add(task)
        task.add_done_callback(self._forget)
        task.cancel()

    def _forget(self, task: asyncio.Task[T]) -> None:
        self._left.discard(task)
        if not task.cancelled():
            # Looked at, so that nobody is warned: whoever waited has heard already.
            task.exception()
