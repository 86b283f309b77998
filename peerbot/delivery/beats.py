"""Beats: what features look after whenever its time has come, and when that is."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from peerbot.clock import Clock
from peerbot.db import Database, Moment, Moments


def nothing_else() -> None:
    """Return None: everything that becomes due lies in a table."""
    return


@dataclass(frozen=True, slots=True)
class Beat:
    """Something to look after whenever its time has come."""

    name: str
    """For example "checkins.open"."""
    run: Callable[[], Awaitable[int]]
    """Does what is due now and returns how much that was. Safe to call at any time."""
    planned: tuple[Moment, ...] = ()
    """Questions for when something in our tables becomes due."""
    also: Callable[[], datetime | None] = nothing_else
    """Returns when something that lies in no table becomes due; None if nothing does."""
    alone: bool = False
    """Whether it has a pulse of its own and runs at each, so that nothing can delay it."""


class Agenda:
    """When each of several beats has something to do: one question to the database for all."""

    def __init__(self, db: Database, beats: Sequence[Beat]) -> None:
        self._db = db
        self._beats = tuple(beats)
        self._questions = Moments([asked for beat in self._beats for asked in beat.planned])

    async def due(self, clock: Clock) -> list[Beat]:
        """Return the beats that have something to do, in their order. Raises DatabaseAway."""
        moments = await self._moments()
        now = clock()  # asked last: what is due "now" must not lie a moment ahead
        return [
            beat
            for beat, moment in zip(self._beats, moments, strict=True)
            if moment and moment <= now
        ]

    async def next_due(self) -> datetime | None:
        """Return when the next beat has something to do; None if nothing is planned.

        Raises DatabaseAway.
        """
        return _first(await self._moments())

    async def _moments(self) -> list[datetime | None]:
        asks = any(beat.planned for beat in self._beats)
        answers = iter(await self._db.moments(self._questions) if asks else ())
        return [_first([beat.also(), *islice(answers, len(beat.planned))]) for beat in self._beats]


def _first(moments: Sequence[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
