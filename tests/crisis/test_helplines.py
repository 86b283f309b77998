"""Help lines: open now first, short, as they really dial, never a retired number."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from peerbot.chat.plain import plain
from peerbot.content.crisis import helplines, read_helplines
from peerbot.content.helplines import parse
from peerbot.content.table import Problem
from peerbot.crisis.detection.finding import Category, Tier
from peerbot.crisis.helplines import Confidence, Hours, Span, faults, long_unread, without
from peerbot.crisis.lines import LineWords

LINES = helplines()
NIGHT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""Three at night in Toronto."""


def digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def every_text(language: str) -> list[tuple[str, str]]:
    words = LineWords(LINES)
    return [
        (code, plain(line, language))
        for code in LINES.countries
        for category in Category
        for line in words.all(code, category, NIGHT)
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_retired_number_can_be_shown(language: str) -> None:
    shown = every_text(language)
    for retired in LINES.retired:
        number = digits(retired.number)
        assert not [
            text
            for code, text in shown
            if code == retired.country and number in [digits(part) for part in text.split(",")]
        ], retired.number
        assert not [
            text
            for code, text in shown
            if code == retired.country and number in digits(text) and len(number) > 5
        ]


def test_no_country_is_left_empty() -> None:
    words = LineWords(LINES)
    for code, country in LINES.countries.items():
        shown = [plain(line) for line in words.all(code, Category.SUICIDE, NIGHT)]
        assert country.emergency in shown[0]
        assert "findahelpline.com" in shown[-1]


def test_the_shipped_file_has_no_open_problem() -> None:
    assert read_helplines()[1] == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"call": "", "text": "", "chat": "", "whatsapp": ""}, "nothing to call"),
        ({"call": "1-833-456-4566"}, "is retired"),
        ({"call": "+1 833 456 4566"}, "is retired"),
        ({"text": "456-45"}, "is retired"),
        ({"name": "Talk Suicide (1-833-456-4566)"}, "is retired"),
        ({"superseded_by": "ca-988", "valid_to": None}, "no last day"),
        ({"country": "ZZ"}, "has no [countries.ZZ]"),
        ({"hours": Hours.LISTED, "open": ()}, "`open` is empty"),
    ],
)
def test_each_kind_of_problem_is_named(change: dict[str, object], said: str) -> None:
    line = replace(LINES.lines[0], country="CA")
    broken = replace(LINES, lines=(replace(line, **change),))  # type: ignore[arg-type]
    found = faults(broken)
    assert [one for one in found if said in f"{one.reason}; {one.mend}"]
    assert without(broken, found).lines == ()


def test_what_is_only_untidy_is_named_and_still_shown() -> None:
    line = replace(LINES.lines[0], superseded_by="nobody", valid_to=date(2099, 1, 1))
    untidy = replace(LINES, lines=(line, line))
    found = faults(untidy)
    assert {one.key for one in found} == {"id", "superseded_by"}
    assert without(untidy, found) == untidy


def test_lines_that_nobody_read_for_long_are_named() -> None:
    old = replace(LINES.lines[0], verified_at=date(2019, 1, 1))
    fresh = replace(old, verified_at=date(2026, 11, 1))
    lines = replace(LINES, lines=(old, fresh))
    assert long_unread(lines, date(2026, 11, 24)) == (old,)


def test_lines_open_now_come_before_closed_ones() -> None:
    for code in LINES.countries:
        shown = LINES.lines_of(code, Category.SUICIDE, NIGHT)
        first_two = {one.id for one in shown[:2]}
        rest = [
            one.is_open(NIGHT)
            for one in shown
            if one.id not in first_two
            and one.audience in {"everyone", "adults"}
            and one.about & {"suicide", "crisis"}
        ]
        assert rest == sorted(rest, reverse=True), code


def test_adult_and_youth_lines_stand_together() -> None:
    for code in LINES.countries:
        shown = LINES.lines_of(code, Category.SUICIDE, NIGHT)
        audiences = [one.audience for one in shown]
        if "youth" in audiences and {"everyone", "adults"} & set(audiences):
            assert audiences.index("youth") == 1, code


@pytest.mark.parametrize("category", list(Category))
@pytest.mark.parametrize("tier", [Tier.URGENT, Tier.EMERGENCY])
def test_urgent_and_emergency_help_begins_with_the_emergency_number(
    category: Category, tier: Tier
) -> None:
    few = LineWords(LINES).few("CA", category, tier, NIGHT)
    assert plain(few[0]).startswith("In Canada, in immediate danger: call 911")
    assert len(few) == 3


def test_a_quiet_offer_of_help_says_for_which_country_its_lines_are() -> None:
    few = LineWords(LINES).few("CA", Category.SUICIDE, Tier.CONCERN, NIGHT)
    assert plain(few[0]).startswith("In Canada: 9-8-8")
    assert "911" not in plain(few[0])


def test_a_country_without_lines_still_has_its_emergency_number() -> None:
    bare = next(code for code in LINES.countries if not LINES.lines_of(code, Category.NONE, NIGHT))
    few = LineWords(LINES).few(bare, Category.NONE, Tier.CONCERN, NIGHT)
    assert LINES.countries[bare].emergency in plain(few[0])
    assert "findahelpline.com" in plain(few[1])


def test_without_a_country_people_are_not_guessed() -> None:
    few = LineWords(LINES).few("", Category.SUICIDE, Tier.URGENT, NIGHT)
    assert plain(few[0]) == "In immediate danger: your local emergency number"
    assert "findahelpline.com" in plain(few[1])


def test_unknown_hours_are_never_open_now() -> None:
    unknown = [line for line in LINES.lines if line.hours is Hours.SEE_SITE]
    assert unknown
    assert not [line for line in unknown if line.is_open(NIGHT)]


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        ("2026-03-02T22:00", True),
        ("2026-03-03T01:59", True),
        ("2026-03-03T02:00", False),
        ("2026-03-03T22:00", False),
    ],
)
def test_hours_past_midnight(at: str, open_: bool) -> None:
    monday_night = Span(frozenset({0}), time(21), time(2))
    assert monday_night.covers(datetime.fromisoformat(at)) is open_


def test_an_expired_line_is_not_shown() -> None:
    expired = replace(LINES.lines[0], valid_to=date(2026, 1, 1))
    lines = replace(LINES, lines=(expired,))
    assert lines.lines_of(expired.country, Category.SUICIDE, NIGHT) == ()


@pytest.mark.parametrize("confidence", [Confidence.MEDIUM, Confidence.LOW, Confidence.UNVERIFIED])
def test_a_line_that_nobody_verified_is_not_shown(confidence: Confidence) -> None:
    doubtful = replace(LINES.lines[0], confidence=confidence)
    lines = replace(LINES, lines=(doubtful,))
    assert lines.lines_of(doubtful.country, Category.SUICIDE, NIGHT) == ()


def test_short_codes_and_keywords_are_written_as_they_dial() -> None:
    texts = [text for _code, text in every_text("en")]
    assert [text for text in texts if "call 988" in text]
    assert [text for text in texts if "text CONNECT to 686868" in text]


def test_a_file_with_a_missing_part_says_which() -> None:
    found: list[Problem] = []
    parse({"line": []}, found)
    assert "helplines.toml, countries: is missing" in str(found[0])


def test_hours_follow_the_line_s_own_zone() -> None:
    line = next(one for one in LINES.lines if one.hours is Hours.LISTED)
    assert line.zone != ZoneInfo("UTC")
