"""Schedules follow the wall clock of their zone, whatever that clock does."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbot.delivery.recurrence import (
    LATENESS,
    MINIMUM_GAP,
    Every,
    Recurrence,
    Slot,
    after_zone_change,
    is_late,
    next_after,
    skipped_months,
    upcoming,
)
from tests.delivery.schedules import (
    APIA,
    DAY,
    FRIDAY,
    HOUR,
    MINUTE,
    MONDAY,
    PARIS,
    THURSDAY,
    TORONTO,
    TUESDAY,
    daily,
    day,
    days_of,
    expected_slots,
    monthly_by_weekday,
    monthly_on,
    quick,
    recurrences,
    utc,
    weekly,
    zones,
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
