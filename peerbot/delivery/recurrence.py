"""When something recurs: the wall-clock slots of a schedule, and the moments they fall on."""

import difflib
import zoneinfo
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from dateutil import rrule  # type: ignore[import-untyped, unused-ignore]

MINIMUM_GAP = timedelta(hours=20)
"""After a change of zone, the least time between two prompts."""

LATENESS = timedelta(hours=2)
"""How late a prompt may still be sent; a later one is dropped."""

# Since 1972 every zone is whole minutes away from UTC. The end keeps away from `date.max`, where
# date arithmetic overflows.
EARLIEST_DAY = date(2000, 1, 1)
LATEST_DAY = date(2999, 12, 31)

FIFTH = 5
LAST = -1

_MINUTE = timedelta(minutes=1)


class Every(StrEnum):
    """What a recurrence counts in, and how it picks days from each."""

    DAY = "day"
    WEEK = "week"
    """On chosen weekdays; weeks begin on Monday."""
    MONTH_DAY = "month_day"
    """Monthly on a day of the month, such as the 31st."""
    MONTH_WEEKDAY = "month_weekday"
    """Monthly on a weekday, such as the second Tuesday or the last Friday."""


class RecurrenceError(ValueError):
    """The recurrence cannot be used; `field` says where, `reason` what is wrong and the way out."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Slot:
    """One occurrence. Two slots of one schedule with the same `key` are the same slot."""

    wall: datetime
    """What the schedule says, naive, in the schedule's zone; in a spring gap no clock shows it."""
    moment: datetime
    """When it really occurs, in UTC."""

    @property
    def key(self) -> str:
        """Return the wall time in minutes, such as `2026-03-29T02:30`."""
        return self.wall.isoformat(timespec="minutes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """The days and the wall-clock time at which something recurs.

    Always occurs at least once. Raises `RecurrenceError` if a field makes no sense, is missing or
    does not belong to `every`, or if the recurrence would never occur.
    """

    every: Every
    at: time
    """Wall-clock time in `zone`, naive, whole minutes."""
    zone: ZoneInfo
    first_day: date
    """Nothing occurs before. The interval counts from the first occurrence, not from here."""
    interval: int = 1
    """Every so many days (at most 365), weeks (52) or months (12)."""
    weekdays: frozenset[int] = frozenset()
    """For `WEEK`: 0 is Monday, as in `date.weekday`."""
    month_day: int | None = None
    """For `MONTH_DAY`: 1 to 31. A shorter month has it on its last day."""
    nth: int | None = None
    """For `MONTH_WEEKDAY`: 1 to 5, or -1 for the last. A month without a fifth is skipped."""
    weekday: int | None = None
    """For `MONTH_WEEKDAY`: 0 is Monday."""
    until: date | None = None
    """The last day on which it may occur; None if it goes on."""

    def __post_init__(self) -> None:
        _check_clock(self)
        _check_limits(self)
        _check_details(self)
        _check_it_ever_occurs(self)

    def to_json(self) -> dict[str, object]:
        """Return plain values from which `from_json` makes the same recurrence."""
        return {
            "every": self.every.value,
            "at": self.at.isoformat(timespec="minutes"),
            "zone": self.zone.key,
            "first_day": self.first_day.isoformat(),
            "interval": self.interval,
            "weekdays": sorted(self.weekdays),
            "month_day": self.month_day,
            "nth": self.nth,
            "weekday": self.weekday,
            "until": None if self.until is None else self.until.isoformat(),
        }

    @classmethod
    def from_json(cls, plain: object) -> "Recurrence":
        """Return the recurrence that `to_json` wrote. Raises `RecurrenceError` for anything else.

        Names that may be absent: interval, weekdays, month_day, nth, weekday, until.
        """
        given = _known_fields(plain)
        return cls(
            every=_every(given.get("every")),
            at=_wall_time(given.get("at")),
            zone=zone_named(given.get("zone")),
            first_day=_day("first_day", given.get("first_day")),
            interval=_number("interval", given.get("interval", 1)),
            weekdays=_numbers("weekdays", given.get("weekdays", [])),
            month_day=_number_or_none("month_day", given.get("month_day")),
            nth=_number_or_none("nth", given.get("nth")),
            weekday=_number_or_none("weekday", given.get("weekday")),
            until=None if given.get("until") is None else _day("until", given["until"]),
        )


# -- When it occurs ----------------------------------------------------------------------------


def next_after(
    recurrence: Recurrence, moment: datetime, *, not_before: datetime | None = None
) -> Slot | None:
    """Return the first occurrence strictly after `moment`; None if it never comes.

    Follows the wall clock of the zone. A time that the spring change skips occurs at the first
    minute after the jump; one that the autumn change repeats occurs once, the first time. A day
    that the zone leaves out altogether (Pacific/Apia, 2011-12-30) has no occurrence. Occurrences
    earlier than `not_before` are passed over; one at exactly that moment is not.
    """
    slots = _slots_after(recurrence, moment)
    return next((slot for slot in slots if not_before is None or slot.moment >= not_before), None)


def upcoming(recurrence: Recurrence, moment: datetime, count: int = 5) -> tuple[Slot, ...]:
    """Return the first `count` occurrences strictly after `moment`, fewer if it ends before."""
    return tuple(islice(_slots_after(recurrence, moment), count))


def skipped_months(recurrence: Recurrence, moment: datetime, months: int = 12) -> tuple[date, ...]:
    """Return the first days of months in which a missing fifth weekday is skipped.

    Looks at `months` months, of which the local month of `moment` is the first. Leaves out
    those before `first_day`, after `until`, and in between when it is not their turn.
    """
    if recurrence.weekday is None or recurrence.nth != FIFTH:
        return ()
    this_month = _period(recurrence.every, _local(moment, recurrence.zone).date())
    return tuple(
        _beginning(recurrence.every, month)
        for month in range(this_month, this_month + months)
        if _is_turn_of(recurrence, month) and not _has_fifth(recurrence.weekday, month)
    )


def after_zone_change(
    recurrence: Recurrence, zone: ZoneInfo, last_fired: datetime | None
) -> tuple[Recurrence, datetime | None]:
    """Return the recurrence on the clocks of `zone`, and the `not_before` of its next occurrence.

    The latter is in UTC; None if nothing has been sent yet.
    """
    moved = replace(recurrence, zone=zone)
    return moved, None if last_fired is None else last_fired.astimezone(UTC) + MINIMUM_GAP


def is_late(due: datetime, now: datetime) -> bool:
    """Return whether a prompt that was due at `due` is too late to be sent at `now`."""
    # In UTC, because Python subtracts two times of one zone by their wall clocks.
    return now.astimezone(UTC) - due.astimezone(UTC) > LATENESS


def _slots_after(recurrence: Recurrence, moment: datetime) -> Iterator[Slot]:
    """Yield the occurrences strictly after `moment`, in order."""
    today = _local(moment, recurrence.zone).date()
    slots = takewhile(
        lambda slot: recurrence.until is None or slot.wall.date() <= recurrence.until,
        _slots_from(recurrence, today),
    )
    return (slot for slot in slots if slot.moment > moment)


def _slots_from(recurrence: Recurrence, day: date) -> Iterator[Slot]:
    """Yield the occurrences on or after `day`, in order, as if there were no `until`."""
    for run in _days_from(recurrence, day):
        wall = datetime.combine(run, recurrence.at)
        moment = _moment_of(wall, recurrence.zone)
        if moment is not None:
            yield Slot(wall, moment)


# -- Days --------------------------------------------------------------------------------------


def _days_from(recurrence: Recurrence, day: date) -> Iterator[date]:
    """Yield the days on which it runs, from `day` and `first_day` on, as if without `until`.

    Begins at the turn that `day` is in: an old `first_day` costs nothing.
    """
    first_run = _first_run(recurrence)
    start = max(day, first_run)
    turn = _period(recurrence.every, start)
    turn -= (turn - _period(recurrence.every, first_run)) % recurrence.interval
    days = _calendar_days(recurrence, _beginning(recurrence.every, turn), recurrence.interval)
    return (run for run in days if run >= start)


def _first_run(recurrence: Recurrence) -> date:
    """Return the first day, on or after `first_day`, that is of the kind asked for."""
    period = _period(recurrence.every, recurrence.first_day)
    days = _calendar_days(recurrence, _beginning(recurrence.every, period), interval=1)
    return next(day for day in days if day >= recurrence.first_day)


def _calendar_days(recurrence: Recurrence, beginning: date, interval: int) -> Iterator[date]:
    """Yield the days of every `interval`-th period, of which the first begins on `beginning`."""
    match recurrence:
        case Recurrence(every=Every.DAY):
            rule = rrule.rrule(rrule.DAILY, beginning, interval)
        case Recurrence(every=Every.WEEK, weekdays=weekdays):
            rule = rrule.rrule(
                rrule.WEEKLY, beginning, interval, wkst=rrule.MO, byweekday=sorted(weekdays)
            )
        case Recurrence(every=Every.MONTH_DAY, month_day=int(wanted)):
            # The last of these that the month has: the 31st, or the end of a shorter month.
            days = range(min(wanted, 28), wanted + 1)
            rule = rrule.rrule(rrule.MONTHLY, beginning, interval, bymonthday=days, bysetpos=LAST)
        case Recurrence(every=Every.MONTH_WEEKDAY, weekday=int(weekday), nth=nth):
            rule = rrule.rrule(
                rrule.MONTHLY, beginning, interval, byweekday=rrule.weekday(weekday, nth)
            )
    return (run.date() for run in rule)


def _period(every: Every, day: date) -> int:
    """Return the running number of the day, week or month that `day` is in."""
    match every:
        case Every.DAY:
            return day.toordinal()
        case Every.WEEK:
            return (day.toordinal() - 1) // 7
        case Every.MONTH_DAY | Every.MONTH_WEEKDAY:
            return day.year * 12 + day.month - 1


def _beginning(every: Every, period: int) -> date:
    """Return the first day of the period with that number."""
    match every:
        case Every.DAY:
            return date.fromordinal(period)
        case Every.WEEK:
            return date.fromordinal(period * 7 + 1)
        case Every.MONTH_DAY | Every.MONTH_WEEKDAY:
            return date(period // 12, period % 12 + 1, 1)


def _is_turn_of(recurrence: Recurrence, month: int) -> bool:
    """Return whether an occurrence in this month would be the first, or in step with it."""
    first = _period(recurrence.every, recurrence.first_day)
    last = _period(recurrence.every, recurrence.until or LATEST_DAY)
    since_first_run = month - _period(recurrence.every, _first_run(recurrence))
    is_in_step = since_first_run < 0 or since_first_run % recurrence.interval == 0
    return first <= month <= last and is_in_step


def _has_fifth(weekday: int, month: int) -> bool:
    weekday_of_first, length = monthrange(month // 12, month % 12 + 1)
    return (weekday - weekday_of_first) % 7 + 28 < length


# -- Clocks ------------------------------------------------------------------------------------


def _moment_of(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when clocks in `zone` first show `wall`, or first are past it if none ever does.

    In UTC. None if the zone has no such day at all.
    """
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if _local(moment, zone) == wall:
        return moment
    jump = _end_of_gap(wall, zone)
    leaps_the_day = _local(jump - _MINUTE, zone).date() < wall.date() < _local(jump, zone).date()
    return None if leaps_the_day else jump


def _end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first minute, in UTC, after the jump of the clocks that skips `wall`."""
    # fold=1 counts with the offset after the jump and so comes before it, fold=0 the other way
    # round: https://peps.python.org/pep-0495/#the-fold-attribute
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    late = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    minutes = range((late - early) // _MINUTE)
    return early + _MINUTE * bisect_left(
        minutes, wall, key=lambda minute: _local(early + _MINUTE * minute, zone)
    )


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return what clocks in `zone` show, naive."""
    return moment.astimezone(zone).replace(tzinfo=None)


# -- What makes sense --------------------------------------------------------------------------

_WEEKDAYS = range(7)
_MONTH_DAYS = range(1, 32)
_NTHS = (1, 2, 3, 4, FIFTH, LAST)
_MAX_INTERVAL = {
    Every.DAY: 365,
    Every.WEEK: 52,
    Every.MONTH_DAY: 12,
    Every.MONTH_WEEKDAY: 12,
}
_DETAILS = {
    Every.DAY: frozenset[str](),
    Every.WEEK: frozenset({"weekdays"}),
    Every.MONTH_DAY: frozenset({"month_day"}),
    Every.MONTH_WEEKDAY: frozenset({"nth", "weekday"}),
}
"""The fields that each kind needs; it takes no others of them."""
_ALLOWED = {
    "weekdays": "one or more of 0 (Monday) to 6 (Sunday)",
    "month_day": "1 to 31 (31 is the last day of every month)",
    "nth": "1 to 5, or -1 for the last",
    "weekday": "0 (Monday) to 6 (Sunday)",
}


def _check_clock(recurrence: Recurrence) -> None:
    at = recurrence.at
    if at.tzinfo is not None or at != time(at.hour, at.minute):
        raise RecurrenceError("at", "must be a plain time in whole minutes; leave out the rest")
    zone_named(recurrence.zone.key)


def _check_limits(recurrence: Recurrence) -> None:
    _check_day("first_day", recurrence.first_day)
    if recurrence.until is not None:
        _check_day("until", recurrence.until)
    most = _MAX_INTERVAL[recurrence.every]
    if not 1 <= recurrence.interval <= most:
        raise RecurrenceError("interval", f"is out of range; choose 1 to {most}")


def _check_day(field: str, day: date) -> None:
    if isinstance(day, datetime):
        raise RecurrenceError(field, "must be a day without a time; use its .date()")
    if not EARLIEST_DAY <= day <= LATEST_DAY:
        raise RecurrenceError(
            field, f"is too far away; choose a day from {EARLIEST_DAY} to {LATEST_DAY}"
        )


def _check_details(recurrence: Recurrence) -> None:
    """Raise if a field is missing, does not belong to `every`, or has a value that none has."""
    makes_sense = {
        "weekdays": recurrence.weekdays.issubset(_WEEKDAYS),
        "month_day": recurrence.month_day in _MONTH_DAYS,
        "nth": recurrence.nth in _NTHS,
        "weekday": recurrence.weekday in _WEEKDAYS,
    }
    is_given = {
        "weekdays": bool(recurrence.weekdays),
        "month_day": recurrence.month_day is not None,
        "nth": recurrence.nth is not None,
        "weekday": recurrence.weekday is not None,
    }
    for field, allowed in _ALLOWED.items():
        is_needed = field in _DETAILS[recurrence.every]
        if is_needed and not is_given[field]:
            raise RecurrenceError(field, f"is missing; choose {allowed}")
        if is_given[field] and not is_needed:
            raise RecurrenceError(
                field, f"means nothing for every={recurrence.every.value}; leave it empty"
            )
        if is_needed and not makes_sense[field]:
            raise RecurrenceError(field, f"is out of range; choose {allowed}")


def _check_it_ever_occurs(recurrence: Recurrence) -> None:
    if recurrence.until is None:
        return
    first = next(_slots_from(recurrence, recurrence.first_day)).wall.date()
    if first > recurrence.until:
        raise RecurrenceError(
            "until",
            f"ends it before it ever occurs; choose {first}, a later day, or no end at all",
        )


# -- Plain values ------------------------------------------------------------------------------

# What people type is not repeated in these errors: it may be anything.
_FIELDS = tuple(Recurrence.__dataclass_fields__)


def zone_named(key: object) -> ZoneInfo:
    """Return the zone with that IANA name. Raises `RecurrenceError`, with the nearest name."""
    if isinstance(key, str) and key in _zone_names():
        return ZoneInfo(key)
    nearest = _nearest_zone(key) if isinstance(key, str) else None
    if nearest is None:
        raise RecurrenceError("zone", "is not a zone we know; use a name like Europe/Paris")
    raise RecurrenceError("zone", f"is not a zone we know; did you mean {nearest}?")


@cache
def _zone_names() -> frozenset[str]:
    # Asking ZoneInfo instead would accept other spellings on some file systems only.
    return frozenset(zoneinfo.available_timezones())


def zones_like(typed: str) -> tuple[str, ...]:
    """Return the zones that may be meant by what is typed so far, best first.

    Those whose city begins so, then those with another part that does, then what is nearly so.
    """
    wanted = _folded_zone(typed)
    names = sorted(_zone_names())
    cities = [one for one in names if one.rpartition("/")[2].casefold().startswith(wanted)]
    parts = [one for one in names if any(p.startswith(wanted) for p in one.casefold().split("/"))]
    begun = tuple(dict.fromkeys((*cities, *parts)))
    whole = tuple(one for one in names if one.casefold().startswith(wanted))
    near = _nearest_zone(typed)
    return begun or whole or ((near,) if near else ())


def _folded_zone(typed: str) -> str:
    longest = max(map(len, _zone_names()))
    return typed.strip().replace(" ", "_").casefold()[:longest]


def _nearest_zone(typed: str) -> str | None:
    """Return the zone whose name, or last part of a name, is most like `typed`, if any is."""
    names = sorted(_zone_names())
    spellings = {name.rpartition("/")[2].casefold(): name for name in names}
    spellings |= {name.casefold(): name for name in names}
    wanted = _folded_zone(typed)
    return next((spellings[near] for near in difflib.get_close_matches(wanted, spellings, 1)), None)


def _known_fields(plain: object) -> Mapping[str, object]:
    if not isinstance(plain, Mapping):
        raise RecurrenceError("recurrence", "must be an object with named values")
    if not plain.keys() <= set(_FIELDS):
        raise RecurrenceError(
            "recurrence", f"has names that do not belong; use only {', '.join(_FIELDS)}"
        )
    return plain


def _every(value: object) -> Every:
    try:
        return Every(str(value))
    except ValueError:
        raise RecurrenceError("every", f"is not known; choose one of {', '.join(Every)}") from None


def _wall_time(value: object) -> time:
    try:
        at = time.fromisoformat(str(value))
    except ValueError:
        at = None
    if at is None or at.isoformat(timespec="minutes") != value:
        raise RecurrenceError("at", "is not a time of day; write it like 09:30")
    return at


def _day(field: str, value: object) -> date:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        raise RecurrenceError(field, "is not a day; write it like 2026-03-29")
    return day


def _number(field: str, value: object) -> int:
    # True and False are ints to Python.
    if isinstance(value, bool) or not isinstance(value, int):
        raise RecurrenceError(field, "must be a whole number")
    return value


def _number_or_none(field: str, value: object) -> int | None:
    return None if value is None else _number(field, value)


def _numbers(field: str, value: object) -> frozenset[int]:
    if not isinstance(value, list):
        raise RecurrenceError(field, "must be a list of whole numbers")
    return frozenset(_number(field, number) for number in value)
