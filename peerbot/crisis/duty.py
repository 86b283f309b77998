"""Who is on duty when: weekly times on the community's clock, and what people say themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from peerbot.chat.addresses import Person

Who = Person | str
"""A person, or the platform's id of a role."""

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
ALL_DAYS = frozenset(range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Weekly times of one person or role, by the wall clock of the community."""

    id: str
    who: Who
    weekdays: frozenset[int]
    """The days on which it begins; 0 is Monday, as in `datetime.weekday`. Never empty."""
    begins: time
    ends: time
    """On the next day if it is not after `begins`; the same time is a whole day."""


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody said of themselves; it wins over the weekly times until it runs out."""

    person: Person
    on_duty: bool
    until: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, in UTC; on whom it rests, or nobody."""

    begins: datetime
    ends: datetime
    who: Who | None = None

    def covers(self, moment: datetime) -> bool:
        return self.begins <= moment < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """The duty times of one community."""

    zone: ZoneInfo
    shifts: tuple[Shift, ...] = ()
    words: tuple[Word, ...] = ()

    def is_kept(self, now: datetime) -> bool:
        """Whether it says anything; if not, the first role that alerts notify is always on duty."""
        return bool(self.shifts) or any(one.on_duty and one.until > now for one in self.words)

    def on_duty(self, now: datetime, without: Person | None = None) -> tuple[Who, ...]:
        """Return who is on duty, in the order in which they were written down."""
        spans = self._spans(now, now + DAY)
        there = (one.who for one in spans if one.covers(now) and one.who is not None)
        return tuple(one for one in dict.fromkeys(there) if one != without)

    def names(self, person: Person) -> bool:
        """Whether somebody has weekly times, or said something of themselves."""
        return any(one.who == person for one in self.shifts) or any(
            one.person == person for one in self.words
        )

    def word_of(self, person: Person, now: datetime) -> Word | None:
        """Return what somebody said of themselves, as far as it still holds."""
        return next((one for one in self.words if one.person == person and one.until > now), None)

    def next_start(self, now: datetime) -> datetime | None:
        """Return when somebody's time begins next, within a week; None if nobody's does."""
        return min((one.begins for one in self.next_spans(now)), default=None)

    def next_spans(self, now: datetime) -> tuple[Span, ...]:
        """Return the spans that begin next, all at the same time, within a week."""
        ahead = [one for one in self._spans(now, now + WEEK) if one.begins > now]
        first = min((one.begins for one in ahead), default=None)
        return tuple(one for one in ahead if one.begins == first)

    def gaps(self, now: datetime) -> tuple[Span, ...]:
        """Return when nobody is on duty within a week from `now`, in order."""
        end, free_from, found = now + WEEK, now, []
        for span in sorted(self._spans(now, end), key=lambda one: one.begins):
            if span.begins > free_from:
                found.append(Span(free_from, span.begins))
            free_from = max(free_from, span.ends)
        if free_from < end:
            found.append(Span(free_from, end))
        return tuple(found)

    # -- inside ------------------------------------------------------------------------------

    def _spans(self, begin: datetime, end: datetime) -> Sequence[Span]:
        """Return every span that touches `begin` to `end`; who is off duty has none meanwhile."""
        off = {one.person: one.until for one in self.words if not one.on_duty}
        # On duty for now: the far past only says that it began already.
        said = (Span(begin - DAY, one.until, one.person) for one in self.words if one.on_duty)
        planned = (span for shift in self.shifts for span in self._of(shift, begin, end))
        found = []
        for span in (*said, *planned):
            silent_until = off.get(span.who) if isinstance(span.who, Person) else None
            begins = span.begins if silent_until is None else max(span.begins, silent_until)
            if begins < span.ends and begins < end and span.ends > begin:
                found.append(Span(begins, span.ends, span.who))
        return found

    def _of(self, shift: Shift, begin: datetime, end: datetime) -> Iterator[Span]:
        day = begin.astimezone(self.zone).date() - DAY
        last = end.astimezone(self.zone).date()
        while day <= last:
            if day.weekday() in shift.weekdays:
                over = day if shift.ends > shift.begins else day + DAY
                yield Span(
                    self._moment(day, shift.begins), self._moment(over, shift.ends), shift.who
                )
            day += DAY

    def _moment(self, day: date, wall: time) -> datetime:
        """Return a time on the wall clock, in UTC.

        One that the spring change skips is as long after the change; one that comes twice in
        autumn is the first. Times that meet on the wall meet on every day, so no hole opens.
        """
        return datetime.combine(day, wall, self.zone).astimezone(UTC)
