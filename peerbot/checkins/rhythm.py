"""How a moderator says when: what they filled in as a recurrence, and the other way round; pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from peerbot.delivery.recurrence import Every, Recurrence, RecurrenceError, zone_named
from peerbot.errors import PeerbotError

NTHS = {"nth-1": 1, "nth-2": 2, "nth-3": 3, "nth-4": 4, "nth-5": 5, "nth-last": -1}


class Because(StrEnum):
    """Why what was filled in makes no rhythm; the words for it stand in `plan_cards`."""

    TIME = "time"
    ZONE = "zone"
    DAY_MISSING = "day-missing"
    ONE_DAY = "one-day"
    MONTH_DAY = "month-day"
    INTERVAL = "interval"
    DATE = "date"
    NEVER = "never"


class NoRhythm(PeerbotError):
    """What was filled in makes no rhythm: `field` of the form, and why."""

    def __init__(self, field: str, because: Because, nearest: str = "") -> None:
        super().__init__(f"{field}: {because}")
        self.field = field
        self.because = because
        self.nearest = nearest
        """The zone that was probably meant; empty if none is near."""


def rhythm_of(recurrence: Recurrence) -> str:
    """Return the choice of the form that stands for how the recurrence counts."""
    if recurrence.every is Every.MONTH_WEEKDAY:
        return next(name for name, nth in NTHS.items() if nth == recurrence.nth)
    return {Every.DAY: "day", Every.WEEK: "week", Every.MONTH_DAY: "month-day"}[recurrence.every]


def weekdays_of(recurrence: Recurrence) -> frozenset[int]:
    if recurrence.weekday is not None:
        return frozenset({recurrence.weekday})
    return recurrence.weekdays


def with_days(
    before: Recurrence,
    *,
    rhythm: str,
    weekdays: Sequence[str],
    month_day: str,
    at: str,
    zone: str,
) -> Recurrence:
    """Return `before` on other days and at another time. Raises `NoRhythm`.

    The interval starts anew when it would count something else than before.
    """
    days = frozenset(int(day) for day in weekdays)
    every = _every(rhythm)
    known_zone, moment = _zone(zone), wall_time(at)
    if every in {Every.WEEK, Every.MONTH_WEEKDAY} and not days:
        raise NoRhythm("weekdays", Because.DAY_MISSING)
    if every is Every.MONTH_WEEKDAY and len(days) > 1:
        raise NoRhythm("weekdays", Because.ONE_DAY)
    return _checked(
        before,
        every=every,
        at=moment,
        zone=known_zone,
        interval=before.interval if _unit(every) == _unit(before.every) else 1,
        weekdays=days if every is Every.WEEK else frozenset(),
        month_day=_month_day(month_day) if every is Every.MONTH_DAY else None,
        nth=NTHS[rhythm] if every is Every.MONTH_WEEKDAY else None,
        weekday=min(days) if every is Every.MONTH_WEEKDAY else None,
    )


def with_span(before: Recurrence, *, interval: str, first_day: str, until: str) -> Recurrence:
    """Return `before` with another interval, beginning and end. Raises `NoRhythm`."""
    if not (interval.isascii() and interval.isdigit() and len(interval) <= 3):
        raise NoRhythm("interval", Because.INTERVAL)
    return _checked(
        before,
        interval=int(interval),
        first_day=day_of("first_day", first_day),
        until=day_of("until", until) if until else None,
    )


def wall_time(text: str) -> time:
    """Return a time of day as people write it: 18:00, 18.00, 18h, 18h30. Raises `NoRhythm`."""
    found = re.fullmatch(r"(\d{1,2})\s*(?:[:.hH]\s*(\d{2})?)?", text.strip(), re.ASCII)
    try:
        return time(int(found[1]), int(found[2] or 0)) if found else _no_time()
    except ValueError:
        return _no_time()


def day_of(field: str, text: str) -> date:
    """Return a day written as 2026-05-31. Raises `NoRhythm` for others, and for 31 June."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip(), re.ASCII):
            raise NoRhythm(field, Because.DATE)
        return date.fromisoformat(text.strip())
    except ValueError:
        raise NoRhythm(field, Because.DATE) from None


def _no_time() -> time:
    raise NoRhythm("at", Because.TIME)


def _every(rhythm: str) -> Every:
    if rhythm in NTHS:
        return Every.MONTH_WEEKDAY
    return {"day": Every.DAY, "week": Every.WEEK, "month-day": Every.MONTH_DAY}[rhythm]


def _unit(every: Every) -> str:
    return "month" if every in {Every.MONTH_DAY, Every.MONTH_WEEKDAY} else every.value


def _zone(text: str) -> ZoneInfo:
    try:
        return zone_named(text.strip())
    except RecurrenceError as error:
        _said, _asked, near = error.reason.partition("did you mean ")
        raise NoRhythm("zone", Because.ZONE, near.rstrip("?")) from None


def _month_day(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= 31):
        raise NoRhythm("month_day", Because.MONTH_DAY)
    return int(text)


_BECAUSE = {
    "interval": Because.INTERVAL,
    "first_day": Because.DATE,
    "until": Because.NEVER,
    "month_day": Because.MONTH_DAY,
    "at": Because.TIME,
}


def _checked(before: Recurrence, **changes: object) -> Recurrence:
    try:
        return replace(before, **changes)  # type: ignore[arg-type]  # Recurrence checks each
    except RecurrenceError as error:
        raise NoRhythm(error.field, _BECAUSE.get(error.field, Because.NEVER)) from None
