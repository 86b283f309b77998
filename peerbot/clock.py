"""Where time and chance come in: the only module that reads the machine's clock."""

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

T = TypeVar("T")

Sleep = Callable[[float], Awaitable[None]]
"""Waits for so many seconds."""


class Clock(Protocol):
    """Says what time it is: an aware moment in UTC."""

    def __call__(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """A clock that stands still until somebody moves it: for tests and the console's `/wait`."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        return self._now

    def move(self, by: timedelta) -> None:
        self._now += by

    def move_to(self, moment: datetime) -> None:
        self._now = moment.astimezone(UTC)


class Chance:
    """Where randomness comes from: seeded in tests and transcripts, the system's otherwise."""

    def __init__(self, seed: int | None = None) -> None:
        self._random: random.Random = (
            secrets.SystemRandom() if seed is None else random.Random(seed)
        )

    def new_id(self) -> str:
        """Return an id of 12 base-32 characters (60 bits), safe in button ids and file names."""
        number = self._random.getrandbits(60)
        return "".join(
            "0123456789abcdefghjkmnpqrstvwxyz"[(number >> 5 * i) & 31] for i in range(12)
        )

    def shuffled(self, things: list[T]) -> list[T]:
        """Return the same things in another order."""
        return self._random.sample(things, len(things))

    def pick(self, things: list[T]) -> T:
        return self._random.choice(things)

    def between(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)


async def real_sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)
