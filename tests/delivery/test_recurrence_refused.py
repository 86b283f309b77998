"""Schedules that never come, or too often, are refused with the field that is wrong."""

from datetime import date, datetime
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbot.delivery.recurrence import (
    Every,
    Recurrence,
    RecurrenceError,
    zone_named,
)
from tests.delivery.schedules import (
    APIA,
    FRIDAY,
    MONDAY,
    daily,
    day,
    monthly_by_weekday,
    quick,
    recurrences,
    weekly,
)


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
