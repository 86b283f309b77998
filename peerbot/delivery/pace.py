"""How fast we send: one turn after the other in each rate-limit domain, below its limit."""

from collections.abc import Callable
from datetime import timedelta

from peerbot.clock import Sleep

Ticks = Callable[[], float]
"""Seconds since any moment; never goes back, whatever happens to the machine's clock."""


class Pace:
    """Turns in rate-limit domains. One sender per domain: turns are not shared between tasks."""

    def __init__(self, share_of_limit: float, ticks: Ticks, sleep: Sleep) -> None:
        self._share = share_of_limit
        self._ticks = ticks
        self._sleep = sleep
        self._free_at: dict[str, float] = {}

    def per_second(self, limit: float) -> float:
        """Return how many sends we allow ourselves where the platform takes `limit` a second."""
        return limit * self._share

    def wait(self, domain: str) -> timedelta:
        """Return how long it is until the next turn in `domain`."""
        return timedelta(seconds=max(0.0, self._free_at.get(domain, 0.0) - self._ticks()))

    async def turn(self, domain: str, limit: float) -> None:
        """Wait for the next turn in `domain` and take it."""
        now = self._ticks()
        starts_at = max(now, self._free_at.get(domain, now))
        self._free_at[domain] = starts_at + 1 / self.per_second(limit)
        if starts_at > now:
            await self._sleep(starts_at - now)

    def hold(self, domain: str, wait: timedelta) -> None:
        """Give no turn in `domain` for so long: the platform asked for it."""
        until = self._ticks() + wait.total_seconds()
        self._free_at[domain] = max(until, self._free_at.get(domain, until))
