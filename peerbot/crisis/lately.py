"""What is remembered for minutes, in memory: not too much of it, and the oldest goes first."""

from datetime import datetime, timedelta
from typing import TypeVar

KEPT_FOR = timedelta(minutes=10)
_MOST_REMEMBERED = 5_000

K = TypeVar("K")
V = TypeVar("V")


class Lately(dict[K, tuple[datetime, V]]):
    """Values by key, each with when it was put there, the oldest first."""

    def forget_old(self, now: datetime) -> None:
        """Drop what is too old, and of the rest what would be too much with one more."""
        # Both ways, for a clock that was set back.
        while self:
            oldest = next(iter(self))
            is_old = abs(now - self[oldest][0]) >= KEPT_FOR
            if not is_old and len(self) < _MOST_REMEMBERED:
                return
            del self[oldest]
