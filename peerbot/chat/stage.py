"""What an adapter that plays a whole community needs beyond the port: time, trouble, quiet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from peerbot.chat.adapters import Adapter
from peerbot.chat.addresses import Room
from peerbot.chat.router import Failure


class Trouble(StrEnum):
    """What a script may do to the house, to see how it bears it."""

    DATABASE_AWAY = "database away"
    DATABASE_BACK = "database back"
    RESTART = "restart"
    """Everything in memory is thrown away and built anew over the same database."""
    RULES_BROKEN = "rule file broken"
    """Restarted with a rule file that cannot be read."""
    RULES_DEAF = "rules find nothing"
    """Restarted with rules that can be read and find nothing."""
    RULES_BACK = "rules back"


class Stage(Protocol):
    """The house around a console, as the composition root built it."""

    @property
    def can_wait(self) -> bool:
        """Whether time may be moved: only over a throw-away database."""
        ...

    @property
    def failures(self) -> Sequence[Failure]:
        """What broke so far, oldest first."""
        ...

    def now(self) -> datetime: ...

    def zone_of(self, room: Room) -> ZoneInfo:
        """Return in which zone the community that `room` belongs to reads times."""
        ...

    async def wait(self, length: timedelta) -> None:
        """Walk from one due instant to the next and run the beats at each, for `length`."""
        ...

    async def settle(self) -> None:
        """Return when everything that was started has been done or has failed."""
        ...

    async def make(self, trouble: Trouble) -> None: ...


@dataclass(frozen=True, slots=True)
class Headers:
    """What a script says about the stage it wants; None where it says nothing."""

    language: str | None = None
    start: datetime | None = None
    zone: ZoneInfo | None = None


class Player(Adapter, Protocol):
    """An adapter with a person in front of it."""

    def headers(self, script: str) -> Headers:
        """Return what stands above the first step. Raises a `PeerbotError` that names the line."""
        ...

    async def play(
        self,
        stage: Stage,
        *,
        script: str | None,
        as_json: bool,
        name: str = "script",
        lines: Iterable[str] | None = None,
    ) -> int:
        """Let a person (or `script`, called `name` in its errors) play until they leave.

        The person types at the terminal, or has typed `lines` elsewhere.
        Returns the process's exit code.
        """
        ...
