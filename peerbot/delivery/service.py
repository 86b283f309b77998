"""What features ask of delivery: send this, do that, and let no crash get in the way."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from peerbot.chat.addresses import Person
from peerbot.clock import Chance, Clock, Sleep, real_sleep
from peerbot.db import Database
from peerbot.delivery.beats import Beat
from peerbot.delivery.engine import Engine
from peerbot.delivery.heart import Heart
from peerbot.delivery.model import (
    KEPT,
    LONGEST_DELAY,
    SENDS,
    AfterCrash,
    Arrived,
    Compose,
    Done,
    Item,
    NewSend,
    OnFailure,
    Send,
    Work,
    WorkStatus,
    chunk_size,
    not_told,
    wait_before,
)
from peerbot.delivery.pace import Pace, Ticks
from peerbot.delivery.sending import Kind, Platforms, Sending
from peerbot.delivery.store import NEXT_TRY, SendStore, Session, WorkStore
from peerbot.delivery.store.engine_database import DatabaseInUse
from peerbot.errors import StorageAway

log = logging.getLogger(__name__)

LONGEST_ENGINE_MEMORY = timedelta(days=2)
"""How long the engine remembers what ended; our own rows say it for longer."""

_WORK, _HAND_OVER, _CHUNK = "work", "hand-over", "chunk"


class Delivery:
    """Durable sends and work: planned in a feature's own transaction, begun by `go`.

    What is planned ends, whatever crashes meanwhile: the engine resumes what was running, and the
    sweep starts the next attempt of what got lost.
    """

    def __init__(
        self,
        db: Database,
        engine: Engine,
        gateway: Platforms,
        clock: Clock,
        chance: Chance,
        *,
        share_of_limit: float = 0.8,
        sleep: Sleep = real_sleep,
        ticks: Ticks = time.monotonic,
        sending: type[Sending] = Sending,
        on_failure: OnFailure = not_told,
    ) -> None:
        self._db = db
        self._engine = engine
        self._gateway = gateway
        self._clock = clock
        self._chance = chance
        pace = Pace(share_of_limit, ticks, sleep)
        self._sending = sending(db, gateway, clock, chance, pace)
        self._on_failure = self._sending.on_failure = on_failure
        self._is_wanted = self._is_started = False
        self._starting = asyncio.Lock()
        self._works: dict[str, Work] = {}
        own = Beat("delivery", self._start_due, (NEXT_TRY,), self._still_to_start)
        self._heart = Heart(db, clock, own, on_failure)
        engine.handle(_WORK, self._work)
        engine.handle(_HAND_OVER, self._hand_over)
        engine.handle(_CHUNK, self._chunk)

    # -- what features declare, before `start` -----------------------------------------------

    def composes(
        self,
        kind: str,
        compose: Compose,
        *,
        after_crash: AfterCrash = AfterCrash.ONCE,
        arrived: Arrived | None = None,
        late_after: timedelta | None = None,
    ) -> None:
        """Have sends of this kind made by `compose` at the moment of sending.

        `arrived` is told how each one ended, at least once. One that is not sent `late_after` it
        was planned is dropped.
        """
        self._sending.add_kind(
            kind,
            Kind(compose=compose, after_crash=after_crash, arrived=arrived, late_after=late_after),
        )

    def does(self, kind: str, work: Work) -> None:
        """Have work of this kind done by `work`, which gets the subject's id."""
        self._works[kind] = work

    def add_beat(self, beat: Beat) -> None:
        """Have `beat` run when it has something to do; ours comes after those of all features."""
        self._heart.add(beat)

    @property
    def beats(self) -> tuple[Beat, ...]:
        return self._heart.beats

    # -- running -----------------------------------------------------------------------------

    async def start(self) -> None:
        """Resume what an earlier process left. The platforms are connected before.

        While the database is away nothing starts, and each beat tries again. Raises what else
        `Engine.start` raises.
        """
        self._is_wanted = True
        try:
            await self.sweep()
        except StorageAway as error:
            log.error("%s Sends and rounds wait for it.", error)

    async def stop(self) -> None:
        """Bring what is in hand to its end and leave the rest for the next start."""
        self._is_wanted = self._is_started = False
        self._sending.stop()
        await self._engine.stop()

    async def go(self) -> None:
        """Start what is planned and due; return when it is started. Safe at any time.

        While the database is away nothing starts, and the next beat makes up for it: what is
        planned was stored, so that nobody has to hear of it.
        """
        if not self._is_started:
            return
        try:
            async with self._db.read() as session:
                due = await WorkStore(session).due(self._clock())
            for item in due:
                await self._start(item)
        except StorageAway as error:
            log.error("nothing can be started: %s", type(error).__name__)

    async def settle(self) -> None:
        """Return when everything that was started has ended; what waits for later still waits."""
        await self._engine.settled()

    async def beat(self) -> int:
        """Run every beat that has something to do; return how much they found.

        A beat that fails is logged, and the others run all the same.
        """
        return await self.beat_alone() + await self.beat_together()

    async def beat_alone(self) -> int:
        """Run the beats that have a pulse of their own and something to do; return how much."""
        return await self._heart.beat_alone()

    async def beat_together(self) -> int:
        """Run the other beats that have something to do; return how much they found."""
        return await self._heart.beat_together()

    async def sweep(self) -> int:
        """Start again what is neither running nor done; return how much that was.

        Raises DatabaseAway, and DatabaseInUse if another process delivers by now.
        """
        await self._start_engine()
        await self._mend_engine()
        await self._mend()
        async with self._db.read() as session:
            works = WorkStore(session)
            running = await works.running()
            misplaced = await works.beyond(self._clock() + LONGEST_DELAY)
        # Asked second: what ended in between has left our rows already, or will not be changed.
        lost = _lost(running, await self._engine.under_way()) if running else []
        for item in (*lost, *misplaced):
            log.warning("%s is started again after attempt %s", item.kind, item.attempts)
            await self._recover(item)
        await self.go()
        return len(lost) + len(misplaced)

    async def prune(self) -> int:
        """Forget what ended long ago; return how much that was."""
        now = self._clock()
        async with self._db.begin() as session:
            sends = await SendStore(session).prune(now - KEPT)
            works = await WorkStore(session).prune(now - KEPT)
        return sends + works + await self._engine.prune(now - LONGEST_ENGINE_MEMORY)

    # -- what features ask -------------------------------------------------------------------

    async def plan_sends(self, session: Session, sends: Sequence[NewSend]) -> int:
        """Plan these in the caller's transaction; return how many were new. Then `go`.

        Raises ValueError for an address that does not last.
        """
        return await SendStore(session).add(sends, self._clock())

    async def plan_work(self, session: Session, kind: str, subject: str) -> None:
        """Plan it in the caller's transaction, once per kind and subject. Then `go`."""
        await WorkStore(session).plan(kind, subject, self._clock())

    async def sends_about(self, kind: str, subject: str) -> tuple[Send, ...]:
        async with self._db.read() as session:
            return await SendStore(session).about(kind, subject)

    async def undelivered(self, since: datetime) -> tuple[Send, ...]:
        """Return what ended at or after `since` without arriving, or without our knowing."""
        async with self._db.read() as session:
            return await SendStore(session).undelivered(since)

    async def undelivered_count(self, since: datetime) -> int:
        async with self._db.read() as session:
            return await SendStore(session).undelivered_count(since)

    async def next_due(self) -> datetime | None:
        """Return when a beat, or the next attempt of something, is due; None if nothing waits."""
        return await self._heart.next_due()

    async def sends_to(self, person: Person) -> tuple[Send, ...]:
        """Return what is kept of sends to somebody's inbox."""
        async with self._db.read() as session:
            return await SendStore(session).to_person(person)

    async def forget(self, session: Session, person: Person) -> int:
        """Remove every send to somebody in the caller's transaction; return how many."""
        return await SendStore(session).forget(person)

    # -- what the engine runs ----------------------------------------------------------------

    async def _work(self, kind: str, subject: str, attempt: int) -> None:
        """Do one attempt, and note what came of it."""
        async with self._db.begin() as session:
            if not await WorkStore(session).begin(kind, subject, attempt):
                return
        item = Item(kind=kind, subject=subject, attempts=attempt)
        try:
            done = await self._works[kind](subject)
        except Exception as error:  # noqa: BLE001 - it is tried again, and nobody above could say more
            log.error("%s failed in attempt %s: %s", kind, attempt, type(error).__name__)
            self._on_failure(kind, error)
            done = Done.AGAIN
        now = self._clock()
        async with self._db.begin() as session:
            works = WorkStore(session)
            if done is Done.AGAIN:
                await works.put_off(item, now + self._backoff(attempt))
            else:
                ended = WorkStatus.DONE if done is Done.DONE else WorkStatus.GIVEN_UP
                await works.finish(item, ended, now)

    async def _hand_over(self, kind: str, subject: str, attempt: int) -> None:
        """Put what is due of these sends into the queue, in chunks of one domain each."""
        async with self._db.begin() as session:
            if not await WorkStore(session).begin(SENDS + kind, subject, attempt):
                return
            due = await SendStore(session).hand_over(kind, subject, attempt, self._clock())
        by_domain: dict[tuple[str, str], list[str]] = {}
        rates: dict[tuple[str, str], float] = {}
        for send_id, to in due:
            key = (self._gateway.domain(to), to.platform)
            by_domain.setdefault(key, []).append(send_id)
            rates.setdefault(key, self._sending.per_second(to))
        number = 0
        for (domain, platform), ids in by_domain.items():
            size = chunk_size(rates[domain, platform])
            for first in range(0, len(ids), size):
                number += 1
                await self._engine.enqueue(
                    f"{_id(SENDS + kind, subject, attempt)}:{number:04}",
                    domain,
                    _CHUNK,
                    kind,
                    subject,
                    domain,
                    platform,
                    ids[first : first + size],
                    urgent=self._sending.is_urgent(kind),
                )
        if not due:
            await self._sum_up(kind, subject)

    async def _chunk(
        self, kind: str, subject: str, domain: str, platform: str, send_ids: Sequence[str]
    ) -> None:
        await self._sending.chunk(domain, platform, send_ids)
        await self._sum_up(kind, subject)

    # -- inside ------------------------------------------------------------------------------

    async def _start_due(self) -> int:
        await self._start_engine()
        await self.go()
        return 0

    def _still_to_start(self) -> datetime | None:
        return self._clock() if self._is_wanted and not self._is_started else None

    async def _start_engine(self) -> None:
        async with self._starting:
            if self._is_wanted and not self._is_started:
                self._sending.go_on()
                await self._engine.start()
                self._is_started = True

    async def _mend_engine(self) -> None:
        try:
            await self._engine.mend()
        except DatabaseInUse:
            self._is_started = False
            raise

    async def _start(self, item: Item) -> None:
        """Start the next attempt; one that the engine has behind it is skipped."""
        if item.kind.startswith(SENDS):
            handler, kind = _HAND_OVER, item.kind.removeprefix(SENDS)
        else:
            handler, kind = _WORK, item.kind
        for attempt in count(item.attempts + 1):
            work_id = _id(item.kind, item.subject, attempt)
            if await self._engine.run(work_id, handler, kind, item.subject, attempt):
                return
            async with self._db.begin() as session:
                if not await WorkStore(session).skip(replace(item, attempts=attempt - 1)):
                    return

    async def _sum_up(self, kind: str, subject: str) -> None:
        now = self._clock()
        async with self._db.begin() as session:
            more_at = await SendStore(session).sum_up(kind, subject, now)
        if more_at is not None and more_at <= now:
            await self.go()

    async def _mend(self) -> None:
        for kind, subject in await self._sending.mend():
            async with self._db.begin() as session:
                await SendStore(session).sum_up(kind, subject, self._clock())

    async def _recover(self, item: Item) -> None:
        now = self._clock()
        async with self._db.begin() as session:
            if item.kind.startswith(SENDS):
                sends, kind = SendStore(session), item.kind.removeprefix(SENDS)
                await sends.take_back(kind, item.subject, now, now + LONGEST_DELAY)
                await sends.sum_up(kind, item.subject, now)
            else:
                works = WorkStore(session)
                await works.put_off(item, now)
                await works.hurry(item, now)

    def _backoff(self, attempt: int) -> timedelta:
        return wait_before(attempt + 1, self._chance.between(0, 1))


def _id(kind: str, subject: str, attempt: int) -> str:
    """Return the id of one attempt, such as `work:checkins.close:ROUND:try-2`."""
    name = kind if kind.startswith(SENDS) else f"{_WORK}:{kind}"
    return f"{name}:{subject}:try-{attempt}"


def _lost(running: Sequence[Item], under_way: set[str]) -> list[Item]:
    """Return the items of which no attempt (and no chunk of one) is under way."""
    bases = {work_id.rpartition(":try-")[0] for work_id in under_way}
    return [
        one for one in running if _id(one.kind, one.subject, 0).rpartition(":try-")[0] not in bases
    ]
