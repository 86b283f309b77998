"""Which tips may be shown where, and which come next."""

from datetime import date, time

import pytest

from peerbot.content import read
from peerbot.testing import ROBIN, SAM
from peerbot.tips.model import LatelySeen, Library, time_of_day, unseen
from peerbot.tips.search import TipIndex
from tests.tips.samples import a_tip

TODAY = date(2026, 11, 24)


def test_an_expired_tip_is_nowhere() -> None:
    library = Library((a_tip(review_by=date(2026, 11, 23)),))
    assert library.shown(TODAY) == library.on("needs", TODAY) == ()
    assert library.get("needs-a-tip", TODAY) is None
    assert library.topics(TODAY) == ()


def test_a_tip_is_shown_on_its_last_day() -> None:
    assert Library((a_tip(review_by=TODAY),)).shown(TODAY)


def test_a_tip_about_danger_comes_only_to_who_asks_for_its_topic() -> None:
    library = Library((a_tip(channel=False),))
    assert library.on("", TODAY) == ()
    assert library.on("needs", TODAY)
    assert library.for_rooms("needs", TODAY) == library.for_rooms("", TODAY) == ()


def test_what_somebody_saw_lately_does_not_come_again_until_all_were_seen() -> None:
    tips = [a_tip(f"tip-{number}") for number in range(3)]
    seen = LatelySeen()
    for tip in tips[:2]:
        seen.note(SAM, tip.id)
    assert seen.freshest(SAM, tips) == [tips[2]]
    seen.note(SAM, "tip-2")
    assert seen.freshest(SAM, tips) == [tips[0]]
    assert seen.freshest(ROBIN, tips) == tips


def test_only_so_many_people_are_remembered() -> None:
    seen = LatelySeen(people=1)
    seen.note(SAM, "tip-0")
    seen.note(ROBIN, "tip-0")
    assert unseen((), [a_tip("tip-0")]) == seen.freshest(SAM, [a_tip("tip-0")])


@pytest.mark.parametrize(
    ("typed", "at"),
    [("9:00", time(9)), ("09h30", time(9, 30)), (" 18 h", time(18)), ("7", time(7))],
)
def test_a_time_is_read_as_people_write_it(typed: str, at: time) -> None:
    assert time_of_day(typed) == at


@pytest.mark.parametrize("typed", ["", "24:00", "9:60", "noon", "٩:٠٠", "9:00:00", "x" * 40_000])
def test_what_is_no_time_is_none(typed: str) -> None:
    assert time_of_day(typed) is None


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("lend money", "boundaries-short-and-clear"),
        ("lending money", "boundaries-short-and-clear"),
        ("boundries", "boundaries"),
        ("silence", "listening-let-a-pause-be"),
        ("le silence", "listening-let-a-pause-be"),
        ("émotion", "needs-behind-the-feeling"),
        ("emotion", "needs-behind-the-feeling"),
        ("emotoin", "needs-behind-the-feeling"),
        ("first appointment", "asking-take-someone-along"),
        ("un premier rendez-vous à deux", "asking-take-someone-along"),
        ("thoughts of suicide", "asking-when-it-cannot-wait"),
        ("SEVERAL CALLS A DAY", "boundaries-speak-for-yourself"),
        ("listenig", "listening"),
    ],
)
def test_search_finds_the_tip_despite_typos_endings_and_accents(words: str, first: str) -> None:
    library = read().tips
    found = TipIndex(library.tips).find(words, library.tips)
    assert [tip.id.startswith(first) for tip in found[:1]] == [True], [tip.id for tip in found]


@pytest.mark.parametrize("words", ["(", "*", "", "   ", "🙂🙂", "xyzzyq", "\u202e\u202d", "-+!"])
def test_a_search_without_usable_words_finds_nothing(words: str) -> None:
    library = read().tips
    assert TipIndex(library.tips).find(words, library.tips) == ()


def test_a_search_of_forty_thousand_characters_is_answered() -> None:
    library = read().tips
    assert TipIndex(library.tips).find("silence " * 5_000, library.tips)
