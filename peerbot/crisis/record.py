"""Where alerts are kept: in memory, in the database, and sealed beside it while that is away."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from peerbot.chat.addresses import Actor, MessageRef
from peerbot.clock import Clock
from peerbot.community.model import Community
from peerbot.crisis.book import Book
from peerbot.crisis.model import LEASE, Alert
from peerbot.crisis.spool import Spool
from peerbot.crisis.store import AlertStore
from peerbot.db import Database, Session
from peerbot.errors import Gone, StorageAway

log = logging.getLogger(__name__)

T = TypeVar("T")
Ask = Callable[[AlertStore], Awaitable[T]]

PATIENCE_SECONDS = 2.0
"""How long help waits for the database before it goes on without."""
MOMENT_SECONDS = 0.5
"""How long a card about a new alert waits for its row; after that the alert is sealed first."""


MOST_REFUSALS = 10
"""How often a row may be refused before it counts as one that can never be."""


class NotAnswered(Exception):
    """The database did not answer, whatever the reason; help goes on without it."""


class Record:
    """Keeps alerts. Nothing here raises because a database is away, slow, full or not yet made.

    Every change is made to the row if it can be reached within a moment, else to the copy in
    memory, which is spooled and merged into the row later. Work on a database that hangs is left
    behind, not waited for.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        spool: Spool,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
        moment_seconds: float = MOMENT_SECONDS,
    ) -> None:
        self._db = db
        self._clock = clock
        self._spool = spool
        self._patience_seconds = patience_seconds
        self._moment_seconds = moment_seconds
        self._left_behind: set[asyncio.Task[Any]] = set()
        self._refused: Counter[str] = Counter()
        self.book = Book()

    # -- starting and stopping ---------------------------------------------------------------

    def read_in(self) -> None:
        """Take up what an earlier process could not write."""
        for alert in self._spool.read_in():
            self.book.put(alert)

    async def load(self) -> bool:
        """Read the alerts that are open; return whether the database could be asked."""
        try:
            alerts = await self.asked(lambda store: store.all_open())
        except NotAnswered:
            return False
        for alert in alerts:
            mine = self._spool.get(alert.id)
            self.book.put(mine.merged_with(alert) if mine else alert)
        return True

    async def settled(self) -> None:
        """Return when no work on the database is left behind any more."""
        while self._left_behind:
            await asyncio.wait(self._left_behind)

    @property
    def spooled(self) -> tuple[Alert, ...]:
        """What waits to be written into the database."""
        return tuple(self._spool)

    # -- finding -----------------------------------------------------------------------------

    async def get(self, alert_id: str, community: Community) -> Alert:
        """Return an alert of this community. Raises `Gone`, or `StorageAway`."""
        alert = self.book.get(alert_id)
        try:
            alert = await self.asked(lambda store: store.get(alert_id)) or alert
        except NotAnswered:
            if alert is None:
                raise StorageAway("The database cannot be asked about this alert.") from None
        if alert is None or alert.community_id != community.id:
            raise Gone("no such alert here")
        return alert

    async def known(self, alert_id: str) -> Alert | None:
        """Return an alert as far as it is known; None if there is none, or nobody can say."""
        try:
            return await self.asked(lambda store: store.get(alert_id)) or self.book.get(alert_id)
        except NotAnswered:
            return self.book.get(alert_id)

    async def from_message(self, message: MessageRef) -> tuple[Alert, ...]:
        """Return the alerts that point to a message, as far as they are known."""
        found = {one.id: one for one in self.book.from_message(message)}
        try:
            rows = await self.asked(lambda store: store.from_message(message))
        except NotAnswered:
            rows = ()
        return tuple((found | {one.id: one for one in rows}).values())

    async def closed_since(self, since: datetime) -> tuple[Alert, ...]:
        """Return what is over and began lately, written or spooled. Raises `NotAnswered`."""
        rows = await self.asked(lambda store: store.closed_since(since))
        spooled = [one for one in self._spool if one.is_over]
        return tuple({one.id: one for one in (*rows, *spooled)}.values())

    # -- changing ----------------------------------------------------------------------------

    async def keep(self, alert: Alert) -> bool:
        """Write a new alert; return whether it is in the database and not only spooled."""
        self.book.put(alert)

        async def write(store: AlertStore) -> None:
            await store.add(alert)

        try:
            await self._written(write)
        except NotAnswered:
            log.error("an alert could not be written; it is spooled")
            if self._spool.get(alert.id) is None:
                self._put_by(alert)
            return False
        self._spool.drop(alert)
        return True

    async def keep_again(self, alert: Alert) -> Alert | None:
        """Write an alert that was raised once more; a claim made meanwhile stays."""

        def risen(one: Alert) -> Alert:
            return one if one.is_over else alert.merged_with(one)

        kept = await self.change(alert.id, risen)
        # Whether written or spooled, it is now kept as `kept` is.
        self._spool.drop(alert)
        return kept

    async def safe(self, alert: Alert, keeping: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Return `keeping` under way, once the alert would outlive us: nobody is called before.

        The database has a moment for it; after that it is sealed beside it.
        """
        kept = asyncio.ensure_future(keeping)
        done, _ = await asyncio.wait({kept}, timeout=self._moment_seconds)
        if not done:
            spooled = self._spool.get(alert.id)
            self._put_by(alert.merged_with(spooled) if spooled else alert)
        return kept

    async def would_keep(self, alert: Alert) -> bool:
        """Write a test alert and take it away again before anybody else can see it.

        Returns whether it could be found meanwhile, as it was written. Raises `NotAnswered`.
        """

        async def trying(store: AlertStore) -> bool:
            await store.add(alert)
            found = await store.get(alert.id)
            await store.remove(alert.id)
            return found == alert

        return await self._written(trying)

    async def change(self, alert_id: str, change: Callable[[Alert], Alert]) -> Alert | None:
        """Change an alert wherever it is kept; None if there is none that anybody knows of."""
        mine, spooled = self.book.get(alert_id), self._spool.get(alert_id)

        async def write(store: AlertStore) -> Alert | None:
            row = await store.lock(alert_id)
            if row is None and mine is None:
                return None
            if row is None:
                assert mine is not None
                changed = change(mine)
                if await store.add(changed):
                    return changed
                row = await store.lock(alert_id)  # `keep` was writing it at the same moment
                assert row is not None
            changed = change(spooled.merged_with(row) if spooled else row)
            await store.save(changed)
            return changed

        try:
            changed = await self._written(write)
        except NotAnswered:
            mine = self.book.get(alert_id)
            if mine is None:
                return None
            changed = change(mine)
            self._put_by(changed)
        else:
            if spooled is not None:
                self._spool.drop(spooled)
        if changed is None:
            self.book.drop(alert_id)
        else:
            self.book.put(changed)
        return changed

    async def own(self, alert_id: str, actor: Actor) -> Alert:
        """Return an open alert about `actor`. Raises `Gone` if it is not theirs, or over."""
        alert = await self.known(alert_id)
        if alert is None or alert.about != actor.person or alert.is_over:
            raise Gone("no open alert about this person")
        return alert

    async def take(self, alert: Alert) -> Alert | None:
        """Reserve what is due of an alert for half a minute; None if somebody else has it.

        While the database is away this process does it: in danger twice is better than never.
        """
        now = self._clock()
        step_due = alert.next_step_at is not None and alert.next_step_at <= now
        news_due = alert.owed_at is not None and alert.owed_at <= now
        taken = replace(
            alert,
            next_step_at=now + LEASE if step_due else alert.next_step_at,
            owed_at=now + LEASE if news_due else alert.owed_at,
        )
        if self._spool.get(alert.id) is None:
            try:
                if not await self._written(lambda store: store.take(alert, now)):
                    return None
            except NotAnswered:
                log.error("a step of an alert could not be reserved; it is done all the same")
        self.book.put(taken)
        return taken

    # -- what is due -------------------------------------------------------------------------

    async def due(self) -> tuple[Alert, ...]:
        """Return the alerts with something due, the most serious first.

        What is spooled, or all that is open while the database is away, is known from memory.
        """
        now = self._clock()
        known = {one.id: one for one in self.book if _is_due(one, now)}
        try:
            rows = await self.asked(lambda store: store.due(now))
        except NotAnswered:
            found = known
        else:
            unwritten = {one.id: known[one.id] for one in self._spool if one.id in known}
            found = {one.id: one for one in rows} | unwritten
        return tuple(sorted(found.values(), key=lambda one: (-one.tier, one.raised_at)))

    async def mend_times(self) -> None:
        """Begin again with alerts that lie in the future: the clock was set back meanwhile."""
        now = self._clock()
        for alert in self.book:
            if alert.raised_at > now:
                log.warning("the clock was set back: an alert begins again")
                await self.change(
                    alert.id, lambda one: one.raised_again(now) if one.raised_at > now else one
                )

    async def empty_spool(self) -> int:
        """Write into the database what is spooled; return how many alerts that was.

        One that it does not take holds up no other, and is put aside after a few tries.
        """
        moved = 0
        for alert in self._spool:
            try:
                await self.within_patience(self._merged(alert))
            except NotAnswered as error:
                if error.__cause__ is None or isinstance(error.__cause__, StorageAway):
                    return moved
                self._refused[alert.id] += 1
                if self._refused[alert.id] >= MOST_REFUSALS:
                    log.critical("a spooled alert can never be written; its file is put aside")
                    self._spool.put_aside(alert)
                continue
            self._spool.drop(alert)
            moved += 1
        return moved

    # -- inside ------------------------------------------------------------------------------

    async def asked(self, ask: Ask[T]) -> T:
        """Return what the database says. Raises `NotAnswered` instead of anything else."""
        return await self.reading(lambda session: ask(AlertStore(session)))

    async def reading(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Return what `work` reads, as patiently as for alerts. Raises `NotAnswered`."""

        async def reading() -> T:
            async with self._db.read() as session:
                return await work(session)

        return await self.within_patience(reading())

    async def writing(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Return what `work` writes, as patiently as for alerts. Raises `NotAnswered`."""

        async def writing() -> T:
            async with self._db.begin() as session:
                return await work(session)

        return await self.within_patience(writing())

    async def _written(self, write: Ask[T]) -> T:
        return await self.writing(lambda session: write(AlertStore(session)))

    async def _merged(self, alert: Alert) -> None:
        async with self._db.begin() as session:
            store = AlertStore(session)
            row = await store.lock(alert.id)
            if row is None:
                await store.add(alert)
            else:
                await store.save(alert.merged_with(row))

    async def within_patience(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what `work` returns, or leave it behind after a moment. Raises `NotAnswered`."""
        task = asyncio.ensure_future(work)
        self._left_behind.add(task)
        task.add_done_callback(self._left_behind.discard)
        done, _ = await asyncio.wait({task}, timeout=self._patience_seconds)
        if not done:
            task.add_done_callback(_look_at)
            raise NotAnswered
        try:
            return task.result()
        except Exception as error:
            # Whatever keeps a row from being read or written, a person in danger is helped.
            log.error("help goes on without the database: %s", type(error).__name__)
            raise NotAnswered from error

    def _put_by(self, alert: Alert) -> None:
        if not self._spool.keep(alert):
            log.critical("an alert could be neither written nor spooled; it is in memory only")


def _is_due(alert: Alert, now: datetime) -> bool:
    step = alert.next_step_at is not None and alert.next_step_at <= now
    return step or (alert.owed_at is not None and alert.owed_at <= now)


def _look_at(task: asyncio.Task[Any]) -> None:
    """Take the error of work that was left behind, so that it is not reported as lost."""
    if not task.cancelled() and task.exception() is not None:
        log.error("what was left behind failed: %s", type(task.exception()).__name__)
