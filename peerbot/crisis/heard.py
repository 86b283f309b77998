"""Whether peerbot heard itself lately, and what failed when it did not: types and rules, pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from peerbot.chat.addresses import MessageRef

EVERY = timedelta(hours=1)
"""How often a community is tried (`safety.md`, "Hearing oneself")."""
SOON = timedelta(minutes=10)
"""How soon again when the database or the platform was away: they come back by themselves."""
DEAF_AFTER = timedelta(hours=2)
LEASE = timedelta(minutes=2)
"""How long a process may take over one try before another one does it."""


class Step(StrEnum):
    """The steps on the way from words to a human, in order."""

    RULES = "rules"
    """The rules find nothing in a sentence of theirs, or cannot be read."""
    DECIDE = "decide"
    """It was found, and would lead to no alert."""
    WRITE = "write"
    """It could not be written down."""
    ROOM = "room"
    """The room for alerts could not be reached."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A step that failed; of the rules, in which file."""

    step: Step
    file: str = ""

    def __str__(self) -> str:
        return f"{self.step}:{self.file}" if self.file else str(self.step)

    @staticmethod
    def read(written: str) -> "Fault":
        """Return the fault that `str` wrote."""
        step, _colon, file = written.partition(":")
        return Fault(Step(step), file)


HEALS_BY_ITSELF = frozenset({Step.WRITE, Step.ROOM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """How it stands with hearing oneself in one community."""

    community_id: str
    since: datetime
    """When its alerts got a place: until two hours later nothing is missed yet."""
    due_at: datetime
    heard_at: datetime | None = None
    """When a test message last went the whole way."""
    faults: tuple[Fault, ...] = ()
    """What failed at the last try."""
    failing_since: datetime | None = None
    well_since: datetime | None = None
    """When it became well again; None if it always was, or is not."""
    told: frozenset[Fault] = frozenset()
    """The faults of which responders got a message."""
    card: MessageRef | None = None
    """The standing card."""

    def is_deaf(self, now: datetime) -> bool:
        """Whether nothing went the whole way for two hours."""
        # Both ways: a clock that was set back must not make this look well for days.
        return abs(now - (self.heard_at or self.since)) > DEAF_AFTER

    def is_misplaced(self, now: datetime, every: timedelta = EVERY) -> bool:
        """Whether the next try lies further ahead than it can: the clock was set back."""
        return self.due_at - now > every

    @property
    def sayable(self) -> tuple[Fault, ...]:
        """What failed and can be said in the room; one that is out of reach hears nothing."""
        return tuple(one for one in self.faults if one.step is not Step.ROOM)

    @property
    def is_news(self) -> bool:
        """Whether something failed that responders were not told of."""
        return not self.told.issuperset(self.sayable)

    def tried(self, faults: Iterable[Fault], now: datetime, every: timedelta = EVERY) -> "Hearing":
        """Return how it stands after one try, in which `faults` came up."""
        found = tuple(sorted(set(faults)))
        if found:
            soon = any(one.step in HEALS_BY_ITSELF for one in found)
            return replace(
                self,
                faults=found,
                failing_since=self.failing_since or now,
                well_since=None,
                told=self.told & frozenset(found),
                due_at=now + (SOON if soon else every),
            )
        return replace(
            self,
            faults=(),
            failing_since=None,
            well_since=self.well_since if self.failing_since is None else now,
            told=frozenset(),
            heard_at=now,
            due_at=now + every,
        )


def ready(hearings: Iterable[Hearing], now: datetime) -> dict[str, object]:
    """Return what an outside monitor is told: no name, no id of a platform, no word of anybody.

    `hears` is false if any community was not heard within two hours. Times are ISO, in UTC.
    """
    several = sorted(hearings, key=lambda one: one.community_id)
    return {
        "hears": not any(one.is_deaf(now) for one in several),
        "communities": [
            {
                "id": one.community_id,
                "deaf": one.is_deaf(now),
                "heard_at": None if one.heard_at is None else one.heard_at.isoformat(),
                "failing": [str(fault) for fault in one.faults],
            }
            for one in several
        ],
    }
