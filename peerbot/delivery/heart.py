"""The heart: at each pulse it runs the beats that have something to do, and nothing stops it."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime

from peerbot.clock import Clock
from peerbot.db import Database
from peerbot.delivery.beats import Agenda, Beat
from peerbot.delivery.model import OnFailure
from peerbot.errors import StorageAway

log = logging.getLogger(__name__)

ANSWER_WITHIN_SECONDS = 2.0
"""How long a pulse of its own waits to hear what is due before it goes without."""


class Heart:
    """Two pulses: of the beats that nothing may delay, and of all others one after the other."""

    def __init__(self, db: Database, clock: Clock, last: Beat, on_failure: OnFailure) -> None:
        """The `last` beat comes after all that are added."""
        self._db = db
        self._clock = clock
        self._last = last
        self._on_failure = on_failure
        self._beats: list[Beat] = []
        self._agenda = Agenda(db, [last])
        self._agenda_alone = Agenda(db, [])
        self._asking: set[asyncio.Task[list[Beat]]] = set()

    def add(self, beat: Beat) -> None:
        self._beats.append(beat)
        self._agenda = Agenda(self._db, self._together)
        self._agenda_alone = Agenda(self._db, self._alone)

    @property
    def beats(self) -> tuple[Beat, ...]:
        """What was added, in order."""
        return tuple(self._beats)

    async def next_due(self) -> datetime | None:
        """Return when a beat has something to do; None if nothing waits. Raises DatabaseAway."""
        found = [await each.next_due() for each in (self._agenda_alone, self._agenda)]
        return min((moment for moment in found if moment is not None), default=None)

    async def beat_alone(self) -> int:
        """Run the beats that have a pulse of their own and something to do; return how much.

        All of them while nobody can say: they do what they can without the database.
        """
        asking = asyncio.create_task(self._agenda_alone.due(self._clock))
        self._asking.add(asking)
        asking.add_done_callback(self._answered)
        done, _ = await asyncio.wait({asking}, timeout=ANSWER_WITHIN_SECONDS)
        if not done or asking.exception() is not None:
            return await self._run(self._alone)
        return await self._run(asking.result())

    async def beat_together(self) -> int:
        """Run the other beats that have something to do; return how much they found."""
        return await self._run(await self._due())

    def _answered(self, asking: asyncio.Task[list[Beat]]) -> None:
        """Take the error of a question too, so that one left behind is not reported as lost."""
        self._asking.discard(asking)
        if not asking.cancelled() and (error := asking.exception()) is not None:
            log.error("nobody can say what is due: %s", type(error).__name__)

    async def _run(self, beats: Sequence[Beat]) -> int:
        found = 0
        for beat in beats:
            try:
                found += await beat.run()
            except Exception as error:  # noqa: BLE001 - the next feature's beat must run
                self._failed(f"the beat {beat.name}", beat.name, error)
        return found

    @property
    def _alone(self) -> list[Beat]:
        return [each for each in self._beats if each.alone]

    @property
    def _together(self) -> list[Beat]:
        return [*(each for each in self._beats if not each.alone), self._last]

    async def _due(self) -> Sequence[Beat]:
        """Return the beats that have something to do; none while the database is away."""
        try:
            return await self._agenda.due(self._clock)
        except StorageAway as error:
            self._failed("looking at what is due", "delivery.due", error)
            return ()
        except Exception as error:  # noqa: BLE001 - one wrong question must not stop all beats
            self._failed("looking at what is due", "delivery.due", error)
            return self._together

    def _failed(self, what: str, step: str, error: Exception) -> None:
        log.error("%s failed: %s", what, type(error).__name__)
        self._on_failure(step, error)
