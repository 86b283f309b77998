"""What is sent and done durably: types and rules, pure."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from peerbot.chat.addresses import Address, MessageRef
from peerbot.chat.cards import Card


class Status(StrEnum):
    """Where one send stands."""

    PENDING = "pending"
    SENDING = "sending"
    """Handed to the platform by `owner`; after a crash nobody knows whether it arrived."""
    SENT = "sent"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    """Found in `sending` after a crash, and not to be repeated."""
    DROPPED = "dropped"
    """No longer wanted: too late, or its subject is closed."""


class AfterCrash(StrEnum):
    """What to do with a send that was under way when its process died."""

    ONCE = "once"
    """Rather not at all than twice: prompts and reminders, where the platform cannot tell."""
    AGAIN = "again"
    """Rather twice than not at all: danger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSend:
    """One message to be sent. Unique on (kind, subject, to): planning it twice changes nothing."""

    kind: str
    """Registered with `Delivery.composes`, for example "checkins.prompt"."""
    subject: str
    """The id of what it is about: a round, an alert."""
    to: Address
    """A `Room`, `Person` or `NewInbox`: a place that lasts longer than a reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """One message on its way."""

    id: str
    kind: str
    subject: str
    to: Address
    nonce: str
    """At most 25 characters, the same for every attempt."""
    status: Status
    attempts: int
    why: str
    """Why it was not delivered; empty otherwise."""
    ref: MessageRef | None


class Done(StrEnum):
    """How a piece of work ended, as far as the engine may know."""

    DONE = "done"
    AGAIN = "again"
    """Try again later, with a longer wait each time."""
    GIVEN_UP = "given-up"


Work = Callable[[str], Awaitable[Done]]
"""Does one piece of durable work about a subject (an id). Safe to run twice."""

Compose = Callable[[Send], Awaitable[Card | None]]
"""Returns the card of a send at the moment of sending; None if it is no longer wanted."""

Arrived = Callable[[Send], Awaitable[None]]
"""Told once a send has ended, whichever way."""

OnFailure = Callable[[str, Exception], object]
"""Told which step broke; the work itself goes on or is tried again."""


def not_told(step: str, error: Exception) -> None:
    """Tell nobody, beside the log."""
    del step, error


MAX_ATTEMPTS = 8
"""Of what fails on our side, or may have arrived already."""
AWAY_FOR_AT_MOST = timedelta(days=1)
"""A platform that is busy or away is tried again for so long: its outages last for hours."""
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=30)
LONGEST_WAIT_IN_DANGER = timedelta(minutes=1)
"""For what goes before everything else: it must not wait long once the platform is back."""


def wait_before(attempt: int, jitter: float, longest: timedelta = LONGEST_WAIT) -> timedelta:
    """Return how long to wait before attempt number `attempt` (2 is the first repetition).

    Doubles each time up to `longest`; `jitter` from 0 to 1 takes off up to half, so that many
    failures at once do not come back at once
    (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """
    doubled: timedelta = FIRST_WAIT * 2 ** min(attempt - 2, 16)
    return min(doubled, longest) * (1 - jitter / 2)


class WorkStatus(StrEnum):
    """Where one piece of work stands."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece of work as it waits: unique by (kind, subject)."""

    kind: str
    subject: str
    attempts: int
    """How often it was begun; the next attempt's id carries the next number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A send in the hands of a process."""

    send: Send
    since: datetime
    planned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of handing a send to its platform; `PENDING` with a time means: again then."""

    status: Status
    why: str = ""
    ref: MessageRef | None = None
    next_try_at: datetime | None = None


SENDS = "send:"
"""Begins the kind of the work that hands the sends of one (kind, subject) to the queue."""

LONGEST_CHUNK = 100
"""Most sends in one chunk. One workflow per recipient was three to four times slower."""

CHUNK_LASTS = timedelta(minutes=1)
"""About the longest that one chunk may hold its rate limit."""

LONGEST_PAUSE = timedelta(seconds=10)
"""The longest pause within a chunk; where more is needed the chunk ends and is continued later."""

LONGEST_DELAY = timedelta(hours=1)
"""Nothing waits longer for its next attempt; what seems to was planned by a wrong clock."""

NONCE_LASTS = timedelta(minutes=2)
"""How long a platform that can do so is trusted to recognise a nonce.

Discord says "in the past few minutes":
https://discord.com/developers/docs/resources/message#create-message
"""

KEPT = timedelta(days=30)
"""How long what has ended stays on record."""


def chunk_size(per_second: float) -> int:
    """Return how many sends go into one chunk at this pace: at least 1, at most 100."""
    return max(1, min(LONGEST_CHUNK, int(per_second * CHUNK_LASTS.total_seconds())))


def may_repeat(after_crash: AfterCrash, *, idempotent: bool, since: timedelta) -> bool:
    """Return whether a send that may have arrived `since` ago is to be sent again."""
    return after_crash is AfterCrash.AGAIN or (idempotent and since <= NONCE_LASTS)
