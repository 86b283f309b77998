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

MAX_ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=30)


def wait_before(attempt: int, jitter: float) -> timedelta:
    """Return how long to wait before attempt number `attempt` (2 is the first repetition).

    Doubles each time up to half an hour; `jitter` from 0 to 1 takes off up to half, so that many
    failures at once do not come back at once
    (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """
    doubled: timedelta = FIRST_WAIT * 2 ** min(attempt - 2, 16)
    longest = min(doubled, LONGEST_WAIT)
    return longest * (1 - jitter / 2)


@dataclass(frozen=True, slots=True)
class Beat:
    """Something to look after whenever its time has come."""

    name: str
    """For example "checkins.open"."""
    run: Callable[[], Awaitable[int]]
    """Does what is due now and returns how much that was. Safe to call at any time."""
    next_due: Callable[[], Awaitable[datetime | None]]
    """Returns the next instant at which something becomes due; None if nothing is planned."""
