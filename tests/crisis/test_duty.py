"""Who is on duty when: weekly times over days, nights and clock changes; what people say."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbot.crisis.duty import ALL_DAYS, WEEK, Duty, Shift, Span, Word
from peerbot.testing import ANA, ROBIN

TORONTO = ZoneInfo("America/Toronto")


def a_shift(begins: int, ends: int, *days: int, who=ROBIN, named="s") -> Shift:
    return Shift(
        id=named,
        who=who,
        weekdays=frozenset(days) or ALL_DAYS,
        begins=time(begins),
        ends=time(ends),
    )


def at(text: str) -> datetime:
    """Return a moment on Toronto's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=TORONTO).astimezone(UTC)


def duty(*shifts: Shift, words: tuple[Word, ...] = ()) -> Duty:
    return Duty(zone=TORONTO, shifts=shifts, words=words)


def test_an_evening_begins_and_ends_by_the_communitys_clock() -> None:
    evenings = duty(a_shift(18, 22))
    assert evenings.on_duty(at("2026-01-14T17:59")) == ()
    assert evenings.on_duty(at("2026-01-14T18:00")) == (ROBIN,)
    assert evenings.on_duty(at("2026-01-14T21:59")) == (ROBIN,)
    assert evenings.on_duty(at("2026-01-14T22:00")) == ()


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    saturdays = duty(a_shift(22, 8, 5))
    assert saturdays.on_duty(at("2026-01-18T03:00")) == (ROBIN,)  # Sunday morning
    assert saturdays.on_duty(at("2026-01-17T03:00")) == ()


def test_from_an_hour_to_the_same_hour_is_a_whole_day() -> None:
    assert duty(a_shift(8, 8)).gaps(at("2026-01-14T12:00")) == ()


def test_roles_and_people_are_on_duty_together() -> None:
    both = duty(a_shift(8, 22, who="mods"), a_shift(18, 20, who=ANA, named="t"))
    assert both.on_duty(at("2026-01-14T19:00")) == ("mods", ANA)
    assert both.on_duty(at("2026-01-14T19:00"), without=ANA) == ("mods",)


def test_the_times_when_nobody_is_on_duty_are_found() -> None:
    weekdays = duty(a_shift(8, 22, 0, 1, 2, 3, 4, 5), a_shift(22, 8, 0, 1, 2, 3, 4, 6, named="n"))
    # Saturday night is missing, and Sunday by day.
    assert weekdays.gaps(at("2026-01-14T12:00")) == (
        Span(at("2026-01-17T22:00"), at("2026-01-18T22:00")),
    )


def test_it_is_known_who_comes_next() -> None:
    evenings = duty(a_shift(18, 22, 5), a_shift(8, 12, 6, who="mods", named="t"))
    assert evenings.next_start(at("2026-01-14T12:00")) == at("2026-01-17T18:00")
    assert [one.who for one in evenings.next_spans(at("2026-01-17T19:00"))] == ["mods"]
    assert duty().next_start(at("2026-01-14T12:00")) is None


def test_who_says_so_is_on_duty_until_then() -> None:
    said = duty(words=(Word(ANA, True, at("2026-01-14T22:00")),))
    assert said.is_kept(at("2026-01-14T21:00"))
    assert said.on_duty(at("2026-01-14T21:59")) == (ANA,)
    assert said.on_duty(at("2026-01-14T22:00")) == ()
    assert not said.is_kept(at("2026-01-14T22:00"))


def test_who_is_off_duty_is_left_alone_although_it_is_their_time() -> None:
    off = duty(
        a_shift(18, 22),
        a_shift(18, 22, who=ANA, named="t"),
        words=(Word(ROBIN, False, at("2026-01-14T20:00")),),
    )
    assert off.on_duty(at("2026-01-14T19:00")) == (ANA,)
    assert off.on_duty(at("2026-01-14T20:00")) == (ROBIN, ANA)
    alone = duty(a_shift(18, 22), words=(Word(ROBIN, False, at("2026-01-15T12:00")),))
    assert alone.gaps(at("2026-01-14T12:00"))[0] == Span(
        at("2026-01-14T12:00"), at("2026-01-15T18:00")
    )
    assert alone.next_start(at("2026-01-14T12:00")) == at("2026-01-15T18:00")


def test_an_evening_is_at_the_same_time_on_the_wall_after_each_clock_change() -> None:
    evenings = duty(a_shift(18, 22))
    for day in ("2026-03-07", "2026-03-08", "2026-10-31", "2026-11-01"):
        assert evenings.on_duty(at(f"{day}T17:59")) == ()
        assert evenings.on_duty(at(f"{day}T18:00")) == (ROBIN,)


def test_a_night_is_an_hour_shorter_in_spring_and_longer_in_autumn() -> None:
    nights = duty(a_shift(22, 8))
    for day, hours in (("2026-03-07", 9), ("2026-10-31", 11), ("2026-06-01", 10)):
        (night,) = (one for one in nights._spans(at(f"{day}T23:00"), at(f"{day}T23:01")))
        assert night.ends - night.begins == timedelta(hours=hours)


@pytest.mark.parametrize("night", ["2026-03-07", "2026-10-31"])
@pytest.mark.parametrize("hour", range(24))
def test_times_that_meet_on_the_wall_leave_no_hole_when_the_clock_changes(
    night: str, hour: int
) -> None:
    split = duty(a_shift(hour, (hour + 9) % 24), a_shift((hour + 9) % 24, hour, named="t", who=ANA))
    assert split.gaps(at(f"{night}T12:00")) == ()


@given(
    st.lists(
        st.tuples(st.integers(0, 23), st.integers(0, 23), st.sets(st.integers(0, 6), min_size=1)),
        max_size=4,
    ),
    st.integers(0, 366 * 24 * 60),
)
def test_at_every_moment_either_somebody_is_on_duty_or_it_is_a_gap(
    planned: list[tuple[int, int, set[int]]], minutes: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    times = duty(*(a_shift(b, e, *days, named=str(n)) for n, (b, e, days) in enumerate(planned)))
    gaps = times.gaps(now)
    assert all(one.ends <= other.begins for one, other in pairwise(gaps))
    for step in range(0, 7 * 24, 5):
        moment = now + timedelta(hours=step)
        is_gap = any(gap.covers(moment) for gap in gaps)
        assert is_gap == (times.on_duty(moment) == ())
    start = times.next_start(now)
    assert start is None or now < start < now + WEEK
