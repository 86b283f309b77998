"""What a tip is, which may be shown where, and when a channel gets one: types and rules, pure."""

import re
from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from peerbot.chat.addresses import Person, Room
from peerbot.delivery.recurrence import Recurrence, Slot, upcoming

TOPICS = ("needs", "listening", "conflict", "boundaries", "asking", "connection")
"""In the order in which they are offered; their names stand in `cards`."""

MAX_TITLE = 60
MAX_TEXT = 700
MAX_WORDS = 200
MAX_SOURCE = 200
MAX_SCHEDULES = 10
"""Rooms of one community that can have a tip on a schedule."""


class Support(StrEnum):
    """The kinds of support, as people feel the need."""

    EMOTIONAL = "emotional"
    TANGIBLE = "tangible"
    INFORMATIONAL = "informational"
    COMPANY = "company"


class Basis(StrEnum):
    """How well the source was known to whoever wrote the tip."""

    READ = "read"
    REPORTED = "reported"
    """Another page reports what it says."""
    TITLE = "title"
    """Only what it is about was known."""


@dataclass(frozen=True, slots=True)
class TipText:
    """A tip in one language."""

    title: str
    text: str
    words: str
    """A sentence to say or write, as an example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """Something small to try, in our own words."""

    id: str
    topic: str
    support: Support
    texts: Mapping[str, TipText]
    """By language; English is always there."""
    source: str
    url: str
    """Empty where the source has no page that we know."""
    basis: Basis
    source_read: str
    """The month in which the source was read ("2026-03"); empty if it was not."""
    review_by: date
    """The last day on which it is shown without a fresh look."""
    reviewed_by: str
    """The counsellor who reviewed it; empty if nobody has yet."""
    reviewed_on: date | None
    channel: bool = True
    """Whether anyone may come across it. One that speaks of danger is for who looks for it."""

    def text_in(self, language: str) -> TipText:
        return self.texts.get(language) or self.texts["en"]

    def is_expired(self, today: date) -> bool:
        return today > self.review_by


@dataclass(frozen=True, slots=True)
class Library:
    """Every tip that was read from the content packs."""

    tips: tuple[Tip, ...]

    def shown(self, today: date) -> tuple[Tip, ...]:
        """Return the tips that have not expired."""
        return tuple(tip for tip in self.tips if not tip.is_expired(today))

    def get(self, tip_id: str, today: date) -> Tip | None:
        """Return the tip of that id; None if there is none, or if it has expired."""
        return next((tip for tip in self.shown(today) if tip.id == tip_id), None)

    def on(self, topic: str, today: date) -> tuple[Tip, ...]:
        """Return what somebody who asks for `topic` may see; "" is no topic in particular."""
        return tuple(
            tip for tip in self.shown(today) if (tip.topic == topic if topic else tip.channel)
        )

    def for_rooms(self, topic: str, today: date) -> tuple[Tip, ...]:
        """Return what may be posted where everybody reads; `topic` "" is any."""
        return tuple(tip for tip in self.on(topic, today) if tip.channel)

    def topics(self, today: date) -> tuple[str, ...]:
        """Return the topics that have something to show, in their order."""
        there = {tip.topic for tip in self.shown(today)}
        return tuple(topic for topic in TOPICS if topic in there)


class LatelySeen:
    """Which tips each person has seen in this run, so that the next one is another.

    In memory alone, a few ids for the people who asked last: nothing about a person is stored.
    """

    def __init__(self, people: int = 2_000, tips: int = 24) -> None:
        self._people = people
        self._tips = tips
        self._seen: OrderedDict[Person, deque[str]] = OrderedDict()

    def note(self, person: Person, tip_id: str) -> None:
        seen = self._seen.setdefault(person, deque(maxlen=self._tips))
        if tip_id in seen:
            seen.remove(tip_id)
        seen.append(tip_id)
        self._seen.move_to_end(person)
        while len(self._seen) > self._people:
            self._seen.popitem(last=False)

    def freshest(self, person: Person, tips: Iterable[Tip]) -> list[Tip]:
        """Return the tips that `person` has not seen; else the one seen longest ago."""
        return unseen(tuple(self._seen.get(person, ())), tips)


def unseen(seen: tuple[str, ...], tips: Iterable[Tip]) -> list[Tip]:
    """Return the tips that are not in `seen` (oldest first); else the one seen longest ago."""
    several = list(tips)
    new = [tip for tip in several if tip.id not in seen]
    return new or sorted(several, key=lambda tip: seen.index(tip.id))[:1]


# -- A tip on a schedule -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A tip for a room, again and again."""

    id: str
    community_id: str
    room: Room
    topic: str
    """Empty for any."""
    recurrence: Recurrence
    next_at: datetime | None
    """When it is due next; None once it never comes again."""
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One tip for one slot of a schedule."""

    id: str
    schedule_id: str
    slot: str
    """The wall time, as `Slot.key`: a slot gets one tip, however many processes look."""
    tip_id: str
    due_at: datetime


def coming(schedule: Schedule, now: datetime, count: int = 5) -> tuple[Slot, ...]:
    """Return the next slots that will be kept, fewer if the schedule ends before."""
    if schedule.next_at is None:
        return ()
    since = max(now, schedule.next_at - timedelta(minutes=1))
    return upcoming(schedule.recurrence, since, count)


def time_of_day(typed: str) -> time | None:
    """Return the time in words such as "9:00", "09h30" or "18 h"; None if there is none."""
    found = re.fullmatch(r"\s*(\d{1,2})\s*(?:[:hH.]\s*(\d{2})?)?\s*", typed, re.ASCII)
    if found is None or not (int(found[1]) < 24 and int(found[2] or 0) < 60):
        return None
    return time(int(found[1]), int(found[2] or 0))
