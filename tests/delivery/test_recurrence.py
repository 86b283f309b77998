"""Schedules follow the wall clock of their zone, whatever that clock does."""

import json
from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from itertools import pairwise
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerbot.delivery.recurrence import (
    LATENESS,
    MINIMUM_GAP,
    Every,
    Recurrence,
    RecurrenceError,
    Slot,
    after_zone_change,
    is_late,
    next_after,
    skipped_months,
    upcoming,
    zone_named,
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


# -- Oracle: walks every day, and every minute around a change of the clocks -------------------


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


# -- Strategies --------------------------------------------------------------------------------

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


# -- Whatever the schedule ---------------------------------------------------------------------


@quick
@given(recurrences())
def test_it_occurs_once_on_each_day_that_a_walk_through_the_calendar_finds(
    recurrence: Recurrence,
) -> None:
    last = recurrence.first_day + DAY * 400
    found = [s for s in upcoming(recurrence, utc("2000-01-01"), 402) if s.wall.date() <= last]
    assert found == expected_slots(recurrence, last)


@quick
@given(recurrences(), st.integers(0, 3000))
def test_starting_years_later_finds_the_same_slots(recurrence: Recurrence, days: int) -> None:
    moment = datetime.combine(recurrence.first_day, time(12), UTC) + DAY * days
    from_the_start = upcoming(recurrence, utc("2000-01-01"), days + 4)
    assert next_after(recurrence, moment) == next(
        (slot for slot in from_the_start if slot.moment > moment), None
    )


@quick
@given(recurrences())
def test_moments_and_wall_times_both_move_strictly_forward(recurrence: Recurrence) -> None:
    slots = upcoming(recurrence, utc("2010-01-01"), 60)
    assert all(a.moment < b.moment and a.wall < b.wall for a, b in pairwise(slots))
    assert len({slot.key for slot in slots}) == len(slots)


@quick
@given(recurrences())
def test_asking_again_from_each_slot_gives_the_next_one(recurrence: Recurrence) -> None:
    slots = upcoming(recurrence, utc("2010-01-01"), 10)
    assert [next_after(recurrence, slot.moment) for slot in slots[:-1]] == list(slots[1:])


@quick
@given(recurrences())
def test_clocks_show_the_wanted_time_or_have_just_jumped_over_it(recurrence: Recurrence) -> None:
    for slot in upcoming(recurrence, utc("2010-01-01"), 60):
        assert slot.wall.time() == recurrence.at
        shown = slot.moment.astimezone(recurrence.zone).replace(tzinfo=None)
        a_minute_before = (slot.moment - MINUTE).astimezone(recurrence.zone).replace(tzinfo=None)
        assert a_minute_before < slot.wall <= shown


@quick
@given(recurrences())
def test_nothing_occurs_before_the_first_day_or_after_the_last(recurrence: Recurrence) -> None:
    days = [slot.wall.date() for slot in upcoming(recurrence, utc("2010-01-01"), 400)]
    assert days
    assert recurrence.first_day <= min(days)
    assert max(days) <= (recurrence.until or date.max)


@quick
@given(recurrences())
def test_what_was_stored_comes_back_equal(recurrence: Recurrence) -> None:
    stored = json.loads(json.dumps(recurrence.to_json()))
    assert Recurrence.from_json(stored) == recurrence


@quick
@given(recurrences(), zones, st.integers(0, 20))
def test_after_any_change_of_zone_twenty_hours_pass(
    recurrence: Recurrence, zone: ZoneInfo, nth: int
) -> None:
    fired = upcoming(recurrence, utc("2010-01-01"), nth + 1)[-1].moment
    endless = replace(recurrence, until=None)
    moved, not_before = after_zone_change(endless, zone, fired)
    following = next_after(moved, fired, not_before=not_before)
    assert following is not None
    assert following.moment - fired >= MINIMUM_GAP
    assert following.wall.time() == recurrence.at
    passed_over = [s for s in upcoming(moved, fired, 3) if s.moment < following.moment]
    assert all(s.moment - fired < MINIMUM_GAP for s in passed_over)


# -- Clocks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "at", "skipped", "occurs"),
    [
        ("Europe/Paris", "02:30", "2026-03-29T02:30", "2026-03-29T01:00"),
        ("Europe/Paris", "02:00", "2026-03-29T02:00", "2026-03-29T01:00"),
        ("America/Toronto", "02:59", "2026-03-08T02:59", "2026-03-08T07:00"),
        ("Australia/Lord_Howe", "02:15", "2026-10-04T02:15", "2026-10-03T15:30"),
        ("Atlantic/Azores", "00:10", "2026-03-29T00:10", "2026-03-29T01:00"),
        ("America/St_Johns", "00:30", "2010-03-14T00:30", "2010-03-14T03:31"),
        ("Africa/Casablanca", "02:45", "2019-06-09T02:45", "2019-06-09T02:00"),
        # The jump ends on the next day.
        ("America/Nuuk", "23:30", "2026-03-28T23:30", "2026-03-29T01:00"),
    ],
)
def test_a_time_that_spring_skips_occurs_at_the_first_minute_after_the_jump(
    zone: str, at: str, skipped: str, occurs: str
) -> None:
    recurrence = daily(at, ZoneInfo(zone), first_day=day("2010-01-01"))
    slot = next_after(recurrence, utc(occurs) - HOUR)
    assert slot == Slot(datetime.fromisoformat(skipped), utc(occurs))


@pytest.mark.parametrize(
    ("zone", "at", "repeated", "occurs"),
    [
        ("Europe/Paris", "02:30", "2026-10-25T02:30", "2026-10-25T00:30"),
        ("America/Toronto", "01:00", "2026-11-01T01:00", "2026-11-01T05:00"),
        ("Australia/Lord_Howe", "01:45", "2026-04-05T01:45", "2026-04-04T14:45"),
        ("America/St_Johns", "23:30", "2010-11-06T23:30", "2010-11-07T02:00"),
    ],
)
def test_a_time_that_autumn_repeats_occurs_once_and_the_first_time(
    zone: str, at: str, repeated: str, occurs: str
) -> None:
    recurrence = daily(at, ZoneInfo(zone), first_day=day("2010-01-01"))
    tonight, following = upcoming(recurrence, utc(occurs) - MINUTE, 2)
    assert tonight == Slot(datetime.fromisoformat(repeated), utc(occurs))
    assert following.wall == tonight.wall + DAY


def test_during_the_repeated_hour_the_next_one_is_tomorrow() -> None:
    second_half_past_two = utc("2026-10-25T01:30")
    slot = next_after(daily("02:30"), second_half_past_two - MINUTE)
    assert slot is not None
    assert slot.key == "2026-10-26T02:30"


def test_the_key_of_a_skipped_time_is_the_time_that_was_asked_for() -> None:
    slot = next_after(daily("02:30"), utc("2026-03-29T00:00"))
    assert slot is not None
    assert slot.key == "2026-03-29T02:30"


def test_the_hour_stays_the_same_on_the_wall_when_it_moves_in_utc() -> None:
    before, after = upcoming(daily("09:00"), utc("2026-03-28T00:00"), 2)
    assert (before.moment, after.moment) == (utc("2026-03-28T08:00"), utc("2026-03-29T07:00"))


def test_a_day_that_samoa_never_had_is_left_out() -> None:
    recurrence = daily("09:00", APIA, first_day=day("2011-12-01"))
    assert days_of(recurrence, 3, "2011-12-29") == ["2011-12-29", "2011-12-31", "2012-01-01"]


def test_midnight_on_the_day_that_samoa_never_had_does_not_double_the_next_one() -> None:
    recurrence = daily("00:00", APIA, first_day=day("2011-12-29"))
    moments = [slot.moment for slot in upcoming(recurrence, utc("2011-12-01"), 3)]
    assert moments == [utc("2011-12-29T10:00"), utc("2011-12-30T10:00"), utc("2011-12-31T10:00")]


def test_the_moment_itself_does_not_count() -> None:
    slot = next_after(daily(), utc("2026-02-03T08:00"))
    assert slot is not None
    assert slot.moment == utc("2026-02-04T08:00")


def test_a_moment_may_be_told_in_any_zone() -> None:
    moment = datetime(2026, 2, 3, 12, tzinfo=TORONTO)
    assert next_after(daily(), moment) == next_after(daily(), moment.astimezone(UTC))


# -- Days --------------------------------------------------------------------------------------


def test_every_third_day_counts_from_the_first() -> None:
    assert days_of(daily(interval=3), 3, "2026-01-05") == ["2026-01-07", "2026-01-10", "2026-01-13"]


def test_every_second_week_counts_from_the_first_run_and_not_from_the_first_day() -> None:
    recurrence = weekly(MONDAY, interval=2, first_day=day("2026-01-01"))  # a Thursday
    assert days_of(recurrence, 3) == ["2026-01-05", "2026-01-19", "2026-02-02"]


def test_a_week_that_begins_in_the_middle_keeps_all_its_weekdays_later() -> None:
    recurrence = weekly(TUESDAY, THURSDAY, interval=2, first_day=day("2026-01-01"))
    assert days_of(recurrence, 4) == ["2026-01-01", "2026-01-13", "2026-01-15", "2026-01-27"]


def test_the_31st_is_the_last_day_of_a_shorter_month() -> None:
    expected = ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]
    assert days_of(monthly_on(31), 4, "2028-01-05") == expected


def test_the_30th_of_february_is_its_last_day() -> None:
    assert days_of(monthly_on(30), 3) == ["2026-01-30", "2026-02-28", "2026-03-30"]


def test_every_third_month_counts_from_the_first_run() -> None:
    recurrence = monthly_on(5, interval=3, first_day=day("2026-01-20"))
    assert days_of(recurrence, 3) == ["2026-02-05", "2026-05-05", "2026-08-05"]


def test_second_tuesdays() -> None:
    expected = ["2026-01-13", "2026-02-10", "2026-03-10"]
    assert days_of(monthly_by_weekday(2, TUESDAY), 3) == expected


def test_last_fridays() -> None:
    expected = ["2026-01-30", "2026-02-27", "2026-03-27"]
    assert days_of(monthly_by_weekday(-1, FRIDAY), 3) == expected


def test_a_missing_fifth_friday_is_skipped() -> None:
    expected = ["2026-01-30", "2026-05-29", "2026-07-31"]
    assert days_of(monthly_by_weekday(5, FRIDAY), 3) == expected


def test_the_last_day_counts() -> None:
    recurrence = daily(until=day("2026-01-02"))
    assert days_of(recurrence, 5) == ["2026-01-01", "2026-01-02"]
    assert next_after(recurrence, utc("2026-01-02T08:00")) is None


def test_ten_years_of_dailies_cost_no_more_than_a_day() -> None:
    old, new = daily(first_day=day("2016-01-01")), daily()
    now = utc("2026-06-01T12:00")
    assert next_after(old, now) == next_after(new, now)
    began = perf_counter()
    for _ in range(1000):
        next_after(old, now)
    assert perf_counter() - began < 1.0  # walking through ten years each time takes 6 s


# -- Previews ----------------------------------------------------------------------------------


def test_the_preview_names_the_months_without_a_fifth_friday() -> None:
    months = skipped_months(monthly_by_weekday(5, FRIDAY), utc("2026-01-10"), 6)
    assert months == tuple(map(day, ["2026-02-01", "2026-03-01", "2026-04-01", "2026-06-01"]))


def test_months_out_of_turn_are_not_called_skipped() -> None:
    recurrence = monthly_by_weekday(5, FRIDAY, interval=2)
    months = skipped_months(recurrence, utc("2026-01-10"), 6)
    assert months == (day("2026-03-01"),)


def test_a_wait_for_the_very_first_fifth_weekday_is_shown_too() -> None:
    recurrence = monthly_by_weekday(5, FRIDAY, interval=3, first_day=day("2026-03-10"))
    months = skipped_months(recurrence, utc("2026-01-10"), 8)
    assert months == (day("2026-03-01"), day("2026-04-01"), day("2026-08-01"))


def test_months_after_the_end_are_not_called_skipped() -> None:
    recurrence = monthly_by_weekday(5, FRIDAY, until=day("2026-03-31"))
    months = skipped_months(recurrence, utc("2026-01-10"))
    assert months == (day("2026-02-01"), day("2026-03-01"))


@pytest.mark.parametrize("recurrence", [daily(), monthly_on(31), monthly_by_weekday(4, FRIDAY)])
def test_other_schedules_skip_no_month(recurrence: Recurrence) -> None:
    assert skipped_months(recurrence, utc("2026-01-10")) == ()


@quick
@given(recurrences(), st.integers(0, 30))
def test_a_month_either_has_its_fifth_weekday_or_is_called_skipped(
    recurrence: Recurrence, months: int
) -> None:
    fifths = Recurrence(
        every=Every.MONTH_WEEKDAY,
        nth=5,
        weekday=recurrence.first_day.weekday(),
        at=recurrence.at,
        zone=recurrence.zone,
        first_day=recurrence.first_day.replace(day=1),
    )
    now = datetime.combine(fifths.first_day, time(12), UTC) + DAY * 5
    skipped = skipped_months(fifths, now, months)
    happening = {s.wall.date().replace(day=1) for s in upcoming(fifths, now, months)}
    assert not happening & set(skipped)
    seen = sorted({*skipped, *(m for m in happening if months and m < _month(now, months))})
    assert seen == [_month(now, n) for n in range(months)]


def _month(moment: datetime, later: int) -> date:
    index = moment.year * 12 + moment.month - 1 + later
    return date(index // 12, index % 12 + 1, 1)


# -- After a change of zone, and late ----------------------------------------------------------


def test_moving_west_after_a_prompt_does_not_ask_again_the_same_day() -> None:
    fired = utc("2026-05-04T07:00")  # 09:00 in Paris
    moved, not_before = after_zone_change(daily(), TORONTO, fired)
    slot = next_after(moved, fired, not_before=not_before)
    assert slot is not None
    assert slot.moment == utc("2026-05-05T13:00")


def test_exactly_twenty_hours_later_is_late_enough() -> None:
    slot = next_after(daily(), utc("2026-02-03T12:00"), not_before=utc("2026-02-04T08:00"))
    assert slot is not None
    assert slot.moment == utc("2026-02-04T08:00")


def test_a_schedule_that_never_fired_may_fire_at_once_in_its_new_zone() -> None:
    moved, not_before = after_zone_change(daily(), TORONTO, None)
    assert (moved.zone, not_before) == (TORONTO, None)


def test_the_twenty_hours_are_real_hours_even_across_a_change_of_the_clocks() -> None:
    fired = datetime(2026, 3, 28, 9, tzinfo=PARIS)
    _, not_before = after_zone_change(daily(), TORONTO, fired)
    assert not_before == utc("2026-03-29T04:00")


def test_two_hours_late_is_still_sent_and_a_moment_more_is_not() -> None:
    due = utc("2026-02-03T08:00")
    assert not is_late(due, due - HOUR)
    assert not is_late(due, due)
    assert not is_late(due, due + LATENESS)
    assert is_late(due, due + LATENESS + timedelta(seconds=1))


def test_lateness_is_in_real_hours_even_across_a_change_of_the_clocks() -> None:
    due = datetime(2026, 3, 29, 1, 30, tzinfo=PARIS)
    assert not is_late(due, datetime(2026, 3, 29, 4, 15, tzinfo=PARIS))


# -- What is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("at", {"at": "09:00:30"}),
        ("at", {"at": "09:00+02:00"}),
        ("first_day", {"first_day": day("1999-12-31")}),
        ("first_day", {"first_day": datetime(2026, 1, 1)}),  # noqa: DTZ001 - what is refused
        ("until", {"until": date.max}),
        ("until", {"until": day("2025-12-31")}),
        ("interval", {"interval": 0}),
        ("interval", {"interval": 366}),
        ("interval", {"every": Every.WEEK, "weekdays": frozenset({0}), "interval": 53}),
        ("interval", {"every": Every.MONTH_DAY, "month_day": 1, "interval": 13}),
        ("weekdays", {"every": Every.WEEK}),
        ("weekdays", {"every": Every.WEEK, "weekdays": frozenset({7})}),
        ("weekdays", {"weekdays": frozenset({1})}),
        ("month_day", {"every": Every.MONTH_DAY}),
        ("month_day", {"every": Every.MONTH_DAY, "month_day": 32}),
        ("month_day", {"every": Every.MONTH_DAY, "month_day": 0}),
        ("month_day", {"month_day": 3}),
        ("nth", {"every": Every.MONTH_WEEKDAY, "weekday": 1}),
        ("nth", {"every": Every.MONTH_WEEKDAY, "weekday": 1, "nth": 6}),
        ("nth", {"every": Every.MONTH_WEEKDAY, "weekday": 1, "nth": 0}),
        ("weekday", {"every": Every.MONTH_WEEKDAY, "nth": 1}),
        ("weekday", {"every": Every.MONTH_WEEKDAY, "nth": 1, "weekday": -1}),
        ("until", {"every": Every.MONTH_DAY, "month_day": 20, "until": day("2026-01-19")}),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(RecurrenceError) as refusal:
        daily(**changes)
    assert refusal.value.field == field


def test_a_schedule_that_ends_too_early_is_told_the_first_day_that_would_do() -> None:
    with pytest.raises(RecurrenceError, match="choose 2026-05-29, a later day, or no end"):
        monthly_by_weekday(5, FRIDAY, first_day=day("2026-02-01"), until=day("2026-05-28"))


def test_a_schedule_only_for_a_day_that_never_was_is_refused() -> None:
    missing = day("2011-12-30")
    with pytest.raises(RecurrenceError, match="before it ever occurs"):
        daily(zone=APIA, first_day=missing, until=missing)


def test_a_zone_without_a_name_is_refused_because_it_could_not_be_stored() -> None:
    with files("tzdata.zoneinfo.Europe").joinpath("Paris").open("rb") as unnamed:
        nameless = ZoneInfo.from_file(unnamed)
    with pytest.raises(RecurrenceError, match=r"^zone: "):
        daily(zone=nameless)


def test_a_refusal_says_what_is_wrong_and_how_to_mend_it() -> None:
    with pytest.raises(ValueError, match=r"^weekdays: is missing; choose one or more of 0 \(Mond"):
        weekly()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("recurrence", {"cron": "* * * * *"}),
        ("every", {"every": "fortnight"}),
        ("every", {"every": None}),
        ("at", {"at": "9:00"}),
        ("at", {"at": "25:00"}),
        ("at", {"at": "09:00:00"}),
        ("at", {"at": "09:00+01:00"}),
        ("at", {"at": 540}),
        ("zone", {"zone": None}),
        ("zone", {"zone": "../../etc/passwd"}),
        ("zone", {"zone": "America"}),
        ("zone", {"zone": "\0" * 10_000}),
        ("first_day", {"first_day": "20260101"}),
        ("first_day", {"first_day": "2026-02-30"}),
        ("first_day", {"first_day": "0001-01-01"}),
        ("until", {"until": "never"}),
        ("until", {"until": False}),
        ("interval", {"interval": "2"}),
        ("interval", {"interval": 1.0}),
        ("interval", {"interval": True}),
        ("interval", {"interval": None}),
        ("interval", {"interval": 10**30}),
        ("weekdays", {"weekdays": "1"}),
        ("weekdays", {"weekdays": [[1]]}),
        ("weekdays", {"weekdays": None}),
        ("month_day", {"month_day": "31"}),
    ],
)
def test_malformed_values_are_refused_at_their_field(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(RecurrenceError) as refusal:
        Recurrence.from_json({**daily().to_json(), **changes})
    assert refusal.value.field == field


@pytest.mark.parametrize("plain", [None, [], "day", 3, {}, {1: 2}])
def test_what_is_no_recurrence_at_all_is_refused(plain: object) -> None:
    with pytest.raises(RecurrenceError):
        Recurrence.from_json(plain)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@quick
@given(recurrences(), st.sampled_from(sorted(daily().to_json())), json_values)
def test_any_other_value_is_read_or_refused_but_nothing_else_happens(
    recurrence: Recurrence, field: str, value: object
) -> None:
    plain = {**recurrence.to_json(), field: value}
    try:
        read = Recurrence.from_json(plain)
    except RecurrenceError:
        return
    assert read.to_json() == plain


def test_what_may_be_absent_may_be_absent() -> None:
    plain = {"every": "day", "at": "09:00", "zone": "Europe/Paris", "first_day": "2026-01-01"}
    assert Recurrence.from_json(plain) == daily()


def test_json_is_plain_and_readable() -> None:
    assert weekly(FRIDAY, MONDAY, until=day("2026-12-31")).to_json() == {
        "every": "week",
        "at": "09:00",
        "zone": "Europe/Paris",
        "first_day": "2026-01-01",
        "interval": 1,
        "weekdays": [0, 4],
        "month_day": None,
        "nth": None,
        "weekday": None,
        "until": "2026-12-31",
    }


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("europe/paris", "Europe/Paris"),
        ("Toronto", "America/Toronto"),
        ("Amercia/New York", "America/New_York"),
        ("Lord Howe", "Australia/Lord_Howe"),
    ],
)
def test_an_unknown_zone_is_answered_with_the_nearest_name(typed: str, meant: str) -> None:
    with pytest.raises(RecurrenceError, match=f"did you mean {meant}\\?"):
        zone_named(typed)


def test_an_error_does_not_repeat_what_was_typed() -> None:
    with pytest.raises(RecurrenceError) as refusal:
        zone_named("my private words")
    assert "private" not in str(refusal.value)
