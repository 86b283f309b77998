"""When rounds open and close, and whom words reach."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbot.chat.forms import Surface
from peerbot.checkins.model import (
    Answer,
    Audience,
    State,
    Step,
    readable,
    reminder_before,
    tally,
)
from peerbot.checkins.rhythm import (
    Because,
    NoRhythm,
    day_of,
    rhythm_of,
    wall_time,
    with_days,
    with_span,
)
from peerbot.checkins.templates import TEMPLATES
from peerbot.delivery.recurrence import MINIMUM_GAP, Every
from peerbot.testing import NOW
from tests.checkins.conftest import a_draft, a_live

PARIS = ZoneInfo("Europe/Paris")
ZONES = [
    ZoneInfo(name)
    for name in ("Europe/Paris", "Pacific/Kiritimati", "Pacific/Honolulu", "America/St_Johns")
]


def an_answer(**changes: object) -> Answer:
    return replace(
        Answer(id="a", round_id="r", member_id="m", step=Step(3), answered_at=NOW), **changes
    )


def test_a_draft_asks_nobody() -> None:
    assert a_draft().replanned(NOW).next_at is None


def test_a_live_one_asks_at_its_wall_time() -> None:
    live = a_live(zone=PARIS)
    assert live.next_wall == "2026-03-02T18:00"
    assert live.next_at == datetime(2026, 3, 2, 17, tzinfo=UTC)


def test_a_pause_without_an_end_plans_nothing() -> None:
    assert replace(a_live(), state=State.PAUSED).replanned(NOW).next_at is None


def test_a_pause_until_a_date_goes_on_by_itself() -> None:
    until = NOW + timedelta(days=10)
    paused = replace(a_live(), state=State.PAUSED, paused_until=until).replanned(NOW)
    assert paused.next_wall == "2026-03-16T18:00"


@given(
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(sorted(TEMPLATES)),
)
def test_after_a_change_of_zone_nobody_is_asked_again_within_20_hours(
    before: ZoneInfo, after: ZoneInfo, at: time, template: str
) -> None:
    asked = replace(
        TEMPLATES[template].recurrence(before, date(2026, 3, 1)), every=Every.DAY,
        weekdays=frozenset(), nth=None, weekday=None, at=at,
    )  # fmt: skip
    first = a_live(recurrence=asked)
    assert first.next_at is not None
    now = first.next_at
    moved = replace(first, last_opened_at=now, recurrence=replace(asked, zone=after)).replanned(now)
    assert moved.next_at is not None
    assert moved.next_at - now >= MINIMUM_GAP


def test_a_round_closes_before_the_next_one_opens() -> None:
    daily = TEMPLATES["daily"].recurrence(ZoneInfo("UTC"), date(2026, 3, 2))
    live = a_live(recurrence=daily, window=timedelta(days=3))
    assert live.due is not None
    assert live.closing_of(live.due) - live.due.moment == timedelta(days=1)


def test_the_reminder_comes_a_day_before_a_long_round_closes() -> None:
    assert reminder_before(NOW, NOW + timedelta(days=6)) == NOW + timedelta(days=5)


def test_the_reminder_of_a_short_round_comes_in_its_last_quarter() -> None:
    assert reminder_before(NOW, NOW + timedelta(hours=12)) == NOW + timedelta(hours=9)


def test_skipped_and_unfinished_answers_do_not_count() -> None:
    counted = tally((an_answer(), an_answer(skipped=True), an_answer(step=None)))
    assert counted.steps == (0, 0, 1, 0, 0)


def test_words_only_ever_go_where_their_form_said() -> None:
    for wrote in Audience:
        for chose in Audience:
            answer = an_answer(sealed=b"x", words_for=wrote, audience=chose)
            assert answer.shows_words_to is (chose if wrote is chose else Audience.ME)


def test_words_wait_for_a_second_look_when_more_people_shall_see_them() -> None:
    assert an_answer(sealed=b"x", words_for=Audience.ME, audience=Audience.STAFF).words_wait
    assert not an_answer(sealed=b"x", words_for=Audience.STAFF, audience=Audience.ME).words_wait


def test_only_private_words_are_screened_as_private() -> None:
    assert [one for one in Audience if one.surface is Surface.PRIVATE] == [Audience.ME]


@pytest.mark.parametrize("words", ["", "  ", "\u200b\u200d", "\u202e\u202c", "\u2066 \u2069"])
def test_words_that_nobody_can_see_are_no_words(words: str) -> None:
    assert readable(words) == ""


def test_right_to_left_words_stay_but_turn_nothing_around_them() -> None:
    assert readable("\u202eאני בסדר\u200f!\u202c") == "אני בסדר\u200f!"


def test_emoji_alone_are_words() -> None:
    assert readable("🫂❤️") == "🫂❤️"


# -- How a moderator says when -----------------------------------------------------------------


@pytest.mark.parametrize("text", ["18:00", "18.00", "18h", "18h00", "18", " 18:00 "])
def test_a_time_may_be_written_as_people_do(text: str) -> None:
    assert wall_time(text) == time(18)


@pytest.mark.parametrize("text", ["", "6 pm", "25:00", "18:60", "noon", "१८:००", "18:0"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(NoRhythm) as refused:
        wall_time(text)
    assert refused.value.because is Because.TIME


@pytest.mark.parametrize(
    "text", ["2026-06-31", "31.6.2026", "tomorrow", "2026-13-01", "٢٠٢٦-01-01"]
)
def test_an_impossible_date_is_refused(text: str) -> None:
    with pytest.raises(NoRhythm) as refused:
        day_of("until", text)
    assert (refused.value.field, refused.value.because) == ("until", Because.DATE)


def days(**changes: object) -> dict[str, object]:
    filled = {"rhythm": "week", "weekdays": ("0",), "month_day": "", "at": "18:00", "zone": "UTC"}
    return filled | changes


@pytest.mark.parametrize(
    ("changes", "field", "because"),
    [
        ({"weekdays": ()}, "weekdays", Because.DAY_MISSING),
        ({"rhythm": "nth-2", "weekdays": ("0", "1")}, "weekdays", Because.ONE_DAY),
        ({"rhythm": "month-day", "month_day": "32"}, "month_day", Because.MONTH_DAY),
        ({"rhythm": "month-day", "month_day": ""}, "month_day", Because.MONTH_DAY),
        ({"at": "later"}, "at", Because.TIME),
        ({"zone": "Mars/Olympus"}, "zone", Because.ZONE),
    ],
)
def test_what_makes_no_rhythm_is_refused_beside_its_field(
    changes: dict[str, object], field: str, because: Because
) -> None:
    with pytest.raises(NoRhythm) as refused:
        with_days(a_draft().recurrence, **days(**changes))  # type: ignore[arg-type]
    assert (refused.value.field, refused.value.because) == (field, because)


def test_a_wrong_zone_is_answered_with_the_nearest() -> None:
    with pytest.raises(NoRhythm) as refused:
        with_days(a_draft().recurrence, **days(zone="Europe/Pariss"))  # type: ignore[arg-type]
    assert refused.value.nearest == "Europe/Paris"


@pytest.mark.parametrize("rhythm", ["day", "week", "month-day", "nth-1", "nth-5", "nth-last"])
def test_every_rhythm_comes_back_into_the_form_as_it_was_chosen(rhythm: str) -> None:
    made = with_days(a_draft().recurrence, **days(rhythm=rhythm, month_day="31"))  # type: ignore[arg-type]
    assert rhythm_of(made) == rhythm


def test_a_new_unit_starts_with_every_one_of_it() -> None:
    often = with_span(a_draft().recurrence, interval="50", first_day="2026-03-02", until="")
    assert with_days(often, **days(rhythm="month-day", month_day="1")).interval == 1  # type: ignore[arg-type]
    assert with_days(often, **days()).interval == 50  # type: ignore[arg-type]


@pytest.mark.parametrize("interval", ["0", "-1", "53", "9999", "two", "²"])
def test_an_interval_without_sense_is_refused(interval: str) -> None:
    with pytest.raises(NoRhythm) as refused:
        with_span(a_draft().recurrence, interval=interval, first_day="2026-03-02", until="")
    assert refused.value.field == "interval"


def test_a_rhythm_that_never_comes_is_refused() -> None:
    with pytest.raises(NoRhythm) as refused:
        with_span(a_draft().recurrence, interval="1", first_day="2026-03-03", until="2026-03-04")
    assert (refused.value.field, refused.value.because) == ("until", Because.NEVER)
