"""The heartbeat: says every few seconds that it is time to look; what is due, others know."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from peerbot.clock import real_sleep
from peerbot.delivery.service import Delivery

log = logging.getLogger(__name__)


class Heartbeat:
    """Runs beats and sweeps on this process, at intervals; nothing of it is stored."""

    def __init__(self, delivery: Delivery, beat_every: timedelta, sweep_every: timedelta) -> None:
        self._delivery = delivery
        self._beating, self._sweeping = asyncio.Lock(), asyncio.Lock()
        self._beating_alone = asyncio.Lock()
        self._is_ending = False
        # A million schedules are rows, never jobs: there are three of these. By default the
        # scheduler leaves out whatever is a second late, and after a pause it would run once for
        # every time that was missed.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        jobs = (
            (self.beat_alone, beat_every),
            (self.beat, beat_every),
            (self.sweep, sweep_every),
        )
        for job, every in jobs:
            self._scheduler.add_job(job, "interval", seconds=every.total_seconds())

    def start(self) -> None:
        """Begin, on the running loop."""
        self._is_ending = False
        # It tells of every run, and of a failure with its text.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler.start()

    async def stop(self) -> None:
        """End, after what is just running; before `Delivery.stop`."""
        self._is_ending = True
        self._scheduler.pause()
        # What was to begin in this very moment has to come as far as its lock: the scheduler's
        # end would cut it off.
        await real_sleep(0)
        for _who_runs_then_who_waits in range(2):
            async with self._beating_alone, self._beating, self._sweeping:
                pass
        self._scheduler.shutdown(wait=False)

    async def beat(self) -> None:
        async with self._beating:
            if not self._is_ending:
                await _guarded("the beat", self._delivery.beat_together)

    async def beat_alone(self) -> None:
        """Run what nothing else may delay."""
        async with self._beating_alone:
            if not self._is_ending:
                await _guarded("the beat", self._delivery.beat_alone)

    async def sweep(self) -> None:
        async with self._sweeping:
            if not self._is_ending:
                await _guarded("the sweep", self._delivery.sweep)
                await _guarded("pruning", self._delivery.prune)


async def _guarded(name: str, run: Callable[[], Awaitable[object]]) -> None:
    """Run it; if it fails, say so and let the next one come."""
    try:
        await run()
    except Exception as error:  # noqa: BLE001 - nobody is above the heartbeat
        log.error("%s failed: %s", name, type(error).__name__)
