"""Schedules to try, any at all among them, and when they are by a slow walk over every day."""

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from peerbot.delivery.recurrence import (
    Every,
    Recurrence,
    Slot,
    upcoming,
)

PARIS = ZoneInfo("Europe/Paris")


TORONTO = ZoneInfo("America/Toronto")


APIA = ZoneInfo("Pacific/Apia")


MONDAY, TUESDAY, THURSDAY, FRIDAY = 0, 1, 3, 4


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


ZONES = [
    "Africa/Casablanca",
    "America/Nuuk",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Toronto",
    "Asia/Kolkata",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/Paris",
    "Pacific/Apia",
    "UTC",
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)


def daily(at: str = "09:00", zone: ZoneInfo = PARIS, **changes: Any) -> Recurrence:
    wanted = {"every": Every.DAY, "first_day": day("2026-01-01"), **changes}
    return Recurrence(at=time.fromisoformat(at), zone=zone, **wanted)


def weekly(*weekdays: int, **changes: Any) -> Recurrence:
    return daily(every=Every.WEEK, weekdays=frozenset(weekdays), **changes)


def monthly_on(month_day: int, **changes: Any) -> Recurrence:
    return daily(every=Every.MONTH_DAY, month_day=month_day, **changes)


def monthly_by_weekday(nth: int, weekday: int, **changes: Any) -> Recurrence:
    return daily(every=Every.MONTH_WEEKDAY, nth=nth, weekday=weekday, **changes)


def days_of(recurrence: Recurrence, count: int, after: str = "2000-01-01") -> list[str]:
    return [slot.key[:10] for slot in upcoming(recurrence, utc(after), count)]


def belongs(recurrence: Recurrence, today: date) -> bool:
    """Whether `today` is of the kind asked for, whatever the interval."""
    length = monthrange(today.year, today.month)[1]
    match recurrence.every:
        case Every.DAY:
            return True
        case Every.WEEK:
            return today.weekday() in recurrence.weekdays
        case Every.MONTH_DAY:
            return today.day == min(recurrence.month_day or 0, length)
        case Every.MONTH_WEEKDAY if recurrence.nth == -1:
            return today.weekday() == recurrence.weekday and today.day + 7 > length
        case Every.MONTH_WEEKDAY:
            return today.weekday() == recurrence.weekday and (today.day + 6) // 7 == recurrence.nth


def periods_between(every: Every, first: date, today: date) -> int:
    match every:
        case Every.DAY:
            return (today - first).days
        case Every.WEEK:
            monday = first - timedelta(days=first.weekday())
            return (today - monday).days // 7
        case _:
            return (today.year - first.year) * 12 + today.month - first.month


def expected_days(recurrence: Recurrence, last: date) -> list[date]:
    end = min(last, recurrence.until or last)
    all_days = (
        recurrence.first_day + DAY * n for n in range((end - recurrence.first_day).days + 1)
    )
    candidates = [today for today in all_days if belongs(recurrence, today)]
    return [
        today
        for today in candidates
        if periods_between(recurrence.every, candidates[0], today) % recurrence.interval == 0
    ]


def expected_slot(today: date, at: time, zone: ZoneInfo) -> Slot | None:
    """The first minute of that local day, or after it, whose clock reading is `at` or later."""
    wall = datetime.combine(today, at)
    about_then = wall.replace(
        tzinfo=UTC
    )  # some moment within 14 hours of it: every zone is that near
    offsets = [(about_then + 28 * HOUR * n).astimezone(zone).utcoffset() for n in (-1, 0, 1)]
    if offsets[0] is not None and len(set(offsets)) == 1:
        return Slot(wall, about_then - offsets[0])
    minutes = [about_then + MINUTE * n for n in range(-28 * 60, 28 * 60)]
    shown = [minute.astimezone(zone).replace(tzinfo=None) for minute in minutes]
    if today not in {reading.date() for reading in shown}:
        return None
    return Slot(wall, next(m for m, reading in zip(minutes, shown, strict=True) if reading >= wall))


def expected_slots(recurrence: Recurrence, last: date) -> list[Slot]:
    days = expected_days(recurrence, last)
    slots = [expected_slot(today, recurrence.at, recurrence.zone) for today in days]
    return [slot for slot in slots if slot is not None]


zones = st.sampled_from(ZONES).map(ZoneInfo)


# Most changes of the clocks happen in the first hours of the day.
times = st.builds(time, st.sampled_from([*range(24), 0, 1, 2, 3, 23]), st.integers(0, 59))


first_days = st.dates(date(2010, 1, 1), date(2036, 12, 31)) | st.dates(
    date(2011, 12, 20), date(2011, 12, 31)
)


details: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({"every": st.just(Every.DAY), "interval": st.integers(1, 40)}),
    st.fixed_dictionaries(
        {
            "every": st.just(Every.WEEK),
            "interval": st.integers(1, 6),
            "weekdays": st.frozensets(st.integers(0, 6), min_size=1),
        }
    ),
    st.fixed_dictionaries(
        {
            "every": st.just(Every.MONTH_DAY),
            "interval": st.integers(1, 12),
            "month_day": st.integers(1, 31),
        }
    ),
    st.fixed_dictionaries(
        {
            "every": st.just(Every.MONTH_WEEKDAY),
            "interval": st.integers(1, 12),
            "nth": st.sampled_from([1, 2, 3, 4, 5, -1]),
            "weekday": st.integers(0, 6),
        }
    ),
)


@st.composite
def recurrences(draw: st.DrawFn) -> Recurrence:
    endless = Recurrence(
        at=draw(times), zone=draw(zones), first_day=draw(first_days), **draw(details)
    )
    first = upcoming(endless, utc("2000-01-01"), 1)[0].wall.date()
    days_more = draw(st.none() | st.integers(0, 400))
    return replace(endless, until=None if days_more is None else first + DAY * days_more)


quick = settings(
    max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
