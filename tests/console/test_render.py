"""Cards in a terminal: members' words do nothing, charts have bars, titles say who sees it."""

from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console as RichConsole

from adapters.console.render import facts, inert, line, panel, transcript
from adapters.console.world import Shown
from peerbot.chat.addresses import Address, MessageRef, NewInbox, Person, PrivateThread, Reply, Room
from peerbot.chat.cards import Bar, Card, Chart, Quote, Text, Tone
from peerbot.chat.plain import plain
from peerbot.testing import NOW

SAM = Person("console", "sam")
GENERAL = Room("console", "general")


def a_shown(
    *nodes: object, to: Address = GENERAL, tone: Tone = Tone.CALM, room: str = "general"
) -> Shown:
    card = Card("test.card", nodes, "In short", tone)  # type: ignore[arg-type]
    return Shown(number=1, at=NOW, to=to, card=card, ref=MessageRef("console", room, "m1"))


def printed(shown: Shown, width: int = 80, color: str | None = None) -> str:
    paper = StringIO()
    screen = RichConsole(file=paper, width=width, color_system=color, highlight=False)  # type: ignore[arg-type]
    screen.print(panel(shown, (), ZoneInfo("UTC"), plain))
    return paper.getvalue()


@given(st.text())
def test_no_control_character_survives(text: str) -> None:
    safe = inert(text)
    assert all(character == "\n" or ord(character) >= 0x20 for character in safe)
    assert not set(safe) & set("\x7f\x9b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    safe.encode()


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"])))
def test_ordinary_words_in_any_script_stay_as_they_are(text: str) -> None:
    assert inert(text) == text


def test_escapes_are_shown_not_obeyed() -> None:
    hostile = "\x1b[2J\x1b]0;title\x07 \x9b31m"
    for shown in (a_shown(Text(hostile)), a_shown(Quote(hostile))):
        assert "\x1b" not in printed(shown)
        assert "\x9b" not in printed(shown)
        assert not any("\x1b" in one for one in transcript(shown, ZoneInfo("UTC")))
        assert "\x1b" not in str(facts(shown)["lines"])


def test_words_that_turn_the_reading_direction_become_visible() -> None:
    assert inert("\u202eevil\u202c") == "<U+202E>evil<U+202C>"


def test_markup_of_the_drawing_library_is_only_words() -> None:
    assert "[red]no[/red] [link=x]" in printed(a_shown(Text("[red]no[/red] [link=x]")))
    assert line("[bold]x").plain == "[bold]x"


@pytest.mark.parametrize(
    ("to", "room", "title"),
    [
        (GENERAL, "general", "# general, everyone sees this"),
        (Room("console", "care-team"), "care-team", "# care-team, moderators and staff see this"),
        (Reply("console", "r1", SAM), "general", "🔒 only sam sees this"),
        (NewInbox(SAM), "@dm", "🔒 inbox of sam, only sam sees this"),
        (PrivateThread(GENERAL, SAM), "general", "🔒 a thread in #general, only sam sees this"),
    ],
)
def test_the_title_says_who_sees_it(to: Address, room: str, title: str) -> None:
    assert title in printed(a_shown(Text("x"), to=to, room=room))


def test_tone_is_said_in_words_too() -> None:
    assert "urgent" in printed(a_shown(Text("x"), tone=Tone.URGENT))
    assert "with care" in printed(a_shown(Text("x"), tone=Tone.CARE))


def test_a_chart_has_bars_numbers_and_its_alt_text() -> None:
    chart = Chart("Week", (Bar("low", 1), Bar("high", 2)), "One low, two high", (("a", "b"),))
    screen = printed(a_shown(chart))
    assert "█" * 24 in screen
    assert "One low, two high" in screen


def test_a_chart_of_nothing_can_be_drawn() -> None:
    for bars in ((Bar("low", 0),), ()):
        screen = printed(a_shown(Chart("Week", bars, "Nothing came in", ())))
        assert "Nothing came in" in screen
        assert "█" not in screen


@pytest.mark.parametrize("width", [30, 40, 80, 200])
def test_it_fits_the_terminal(width: int) -> None:
    screen = printed(a_shown(Text("long " * 200), Quote("x" * 300)), width)
    assert max(len(one) for one in screen.splitlines()) <= width
