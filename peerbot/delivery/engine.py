"""The durable engine behind a few verbs: what is started here ends, even across a crash.

One process at a time works on one engine, held by a lock: a file beside SQLite, an advisory lock
on PostgreSQL. Several processes on PostgreSQL need a watchdog that hands the work of a dead one to
the others (trap 1 of the design), which a later issue brings; then that lock goes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from peerbot.db import with_driver
from peerbot.delivery.store.engine_database import DatabaseInUse, PostgresHold, make_ready
from peerbot.errors import PeerbotError, StorageAway
from peerbot.failures import failures_understood
from peerbot.hold import Hold, hold_exclusively

log = logging.getLogger(__name__)

Value = str | int | Sequence[str]
"""What work is told: ids and numbers, never words, because the engine stores it."""

Handler = Callable[..., Awaitable[None]]
"""Does one work, given its values. Safe to run twice: after a crash it begins anew."""

_LOST = timedelta(seconds=1)
"""How long work may be quiet before we ask the engine whether it still has it."""


class ForeignSettings(PeerbotError):
    """The environment would change the engine behind our back."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"peerbot cannot run with these in its environment: {', '.join(names)}")
        self.names = tuple(names)


class AlreadyStarted(PeerbotError):
    """An engine runs in this process; there can be one."""

    def __init__(self) -> None:
        super().__init__("an engine is running in this process already: stop it first")


def beside(database_url: str) -> str:
    """Return the engine's database for ours: a file beside SQLite's, PostgreSQL's own.

    There the engine's tables are in a schema of their own, `dbos`.
    """
    url = with_driver(database_url)
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{Path(url.database or '').with_name('engine.sqlite')}"
    return url.render_as_string(hide_password=False)


class Engine:
    """Runs work by id, each id once; the same on SQLite and PostgreSQL.

    `where` is its SQLite file or a database URL; see `beside`.
    `environ` is the machine's environment, only to refuse what would change the engine.
    `queue_poll` and `listen_poll` are how often it looks at its tables, in seconds: 0.01 where
    nobody may wait.
    """

    _running: "Engine | None" = None

    def __init__(
        self,
        where: Path | str,
        *,
        environ: Mapping[str, str],
        queue_poll: float = 0.2,
        listen_poll: float = 1.0,
    ) -> None:
        self._url = f"sqlite:///{where}" if isinstance(where, Path) else where
        self._environ = environ
        self._queue_poll = queue_poll
        self._listen_poll = listen_poll
        self._handlers: dict[str, Handler] = {}
        self._open: set[str] = set()
        self._tasks: dict[asyncio.Task[object], str] = {}
        self._quiet: set[str] = set()
        self._ended = asyncio.Event()
        self._hold: Hold | PostgresHold | None = None

    def handle(self, name: str, handler: Handler) -> None:
        """Have work of this name done by `handler`; before `start`, which resumes what is left."""
        self._handlers[name] = handler

    async def start(self) -> None:
        """Start, and resume what an earlier process left.

        Raises AlreadyRunning or DatabaseInUse if another process has it, ForeignSettings if
        DBOS_* variables are set, AlreadyStarted, DatabaseAway.
        """
        if foreign := sorted(name for name in self._environ if name.startswith("DBOS_")):
            raise ForeignSettings(foreign)
        if Engine._running is not None:
            raise AlreadyStarted
        Engine._running = self
        try:
            await asyncio.to_thread(self._make_ready)
            await self._launch()
        except BaseException:
            await self._close()
            raise

    async def stop(self, patience: timedelta = timedelta(seconds=5)) -> None:
        """Let running work end, interrupt it after `patience`; the next start resumes that."""
        if Engine._running is not self:
            return
        from peerbot.delivery import dbos_words as dbos

        dbos.pause()
        if running := set(self._tasks):
            _, late = await asyncio.wait(running, timeout=patience.total_seconds())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._open.clear()
        self._quiet.clear()
        self._ended.set()
        await self._close()

    async def run(self, work_id: str, name: str, *values: Value) -> bool:
        """Have it run now, once per id; False if it ended before and so never runs again.

        Raises DatabaseAway.
        """
        from peerbot.delivery import dbos_words as dbos

        if work_id in self._open:
            return True
        stands = await dbos.stands(work_id)
        if stands is dbos.Stands.ENDED:
            return False
        self._open.add(work_id)
        if stands is dbos.Stands.UNKNOWN:
            await self._or_not(work_id, dbos.start(work_id, name, values))
        return True

    async def enqueue(
        self, work_id: str, domain: str, name: str, *values: Value, urgent: bool = False
    ) -> None:
        """Have it run once per id, one at a time per domain; what is `urgent` comes first."""
        from peerbot.delivery import dbos_words as dbos

        self._open.add(work_id)
        priority = 1 if urgent else 2
        await self._or_not(work_id, dbos.enqueue(work_id, domain, priority, name, values))

    async def under_way(self) -> set[str]:
        """Return the ids of all work that runs or waits in the queue. Raises DatabaseAway."""
        from peerbot.delivery import dbos_words as dbos

        waiting, begun = await dbos.under_way()
        return waiting | begun

    async def settled(self) -> None:
        """Return when everything has ended that was started, also what it started meanwhile.

        While the engine's database is away: when that has ended which runs here.
        """
        from peerbot.delivery import dbos_words as dbos

        quiet: set[str] = set()
        while self._open:
            self._ended.clear()
            try:
                await asyncio.wait_for(self._ended.wait(), _LOST.total_seconds())
            except TimeoutError:
                try:
                    waiting, begun = await dbos.under_way()
                except StorageAway:
                    self._open &= self._here
                    continue
                # Twice: between its beginning and ours the engine has work that does not run here.
                self._open &= (waiting | begun) - (quiet & (begun - self._here))
                quiet = begun - self._here

    async def mend(self) -> int:
        """Take up again what an outage of the engine's database broke; return how much that was.

        Work whose end the engine could not write would count as running for ever, and hold its
        domain in the queue. What is found twice without running here has ended. Raises
        DatabaseInUse, after stopping, if another process holds the database by now; DatabaseAway.
        """
        from peerbot.delivery import dbos_words as dbos

        await self._hold_on()
        _waiting, begun = await dbos.under_way()
        quiet = begun - self._here
        ended, self._quiet = quiet & self._quiet, quiet - self._quiet
        if ended:
            log.warning("%s works had ended without the engine's knowing", len(ended))
            await dbos.end(ended)
            self._open -= ended
        return len(ended)

    async def prune(self, before: datetime) -> int:
        """Remove what ended before; return how many."""
        from peerbot.delivery import dbos_words as dbos

        return await dbos.prune(before)

    # -- inside ------------------------------------------------------------------------------

    def _make_ready(self) -> None:
        from peerbot.delivery import dbos_words as dbos

        url = with_driver(self._url)
        if url.get_backend_name() == "sqlite":
            file = Path(url.database or "")
            self._hold = hold_exclusively(file)
            make_ready(file)
        else:
            self._hold = PostgresHold(self._url)
        with failures_understood():
            dbos.make_tables(self._address, self._queue_poll)

    async def _launch(self) -> None:
        from peerbot.delivery import dbos_words as dbos

        dbos.launch(self._address, self._perform, poll=self._listen_poll)
        self._open |= await self.under_way()

    async def _hold_on(self) -> None:
        """Have our hold even if its connection broke meanwhile."""
        if not isinstance(self._hold, PostgresHold):
            return
        try:
            await asyncio.to_thread(self._hold.keep)
        except DatabaseInUse:
            await self.stop()
            raise

    @property
    def _here(self) -> set[str]:
        """The ids of the work that this process is doing."""
        return set(self._tasks.values())

    @property
    def _address(self) -> str:
        url = with_driver(self._url, blocking=True)
        return url.render_as_string(hide_password=False)

    async def _perform(self, work_id: str, name: str, values: Sequence[Value]) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(work_id)
        self._tasks[task] = work_id
        task.add_done_callback(lambda task: self._note_end(work_id, task))
        await self._handlers[name](*values)

    def _note_end(self, work_id: str, task: "asyncio.Task[object]") -> None:
        self._tasks.pop(task, None)
        self._open.discard(work_id)
        self._ended.set()

    async def _or_not(self, work_id: str, starting: Awaitable[None]) -> None:
        try:
            await starting
        except BaseException:
            self._open.discard(work_id)
            raise

    async def _close(self) -> None:
        from peerbot.delivery import dbos_words as dbos

        dbos.pause()
        loop = asyncio.get_running_loop()
        # Closing waits for the queue's threads; and the engine has taken the loop's own executor,
        # which it leaves dead.
        with ThreadPoolExecutor(1) as aside:
            await loop.run_in_executor(aside, dbos.destroy)
        loop.set_default_executor(ThreadPoolExecutor())
        Engine._running = None
        if self._hold is not None:
            self._hold.release()
            self._hold = None
