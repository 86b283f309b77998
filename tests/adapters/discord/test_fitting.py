"""What is too much for Discord is cut or joined, and no button and no last line is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.ids import decoded
from adapters.discord.paragraphs import said, within
from peerbot.chat.actions import action
from peerbot.chat.addresses import Person
from peerbot.chat.cards import (
    Actions,
    Chart,
    Divider,
    Fields,
    Heading,
    LinkButton,
    Node,
    Note,
    Option,
    Pager,
    Quote,
    Row,
    Select,
    Text,
    Tone,
)
from peerbot.chat.text import Bold, Code, Mention, joined
from tests.adapters.discord.samples import a_button, a_card, controls, sent, shown, texts

HELP = Note("Help is there at 112.")


def test_what_fits_is_left_as_it_is() -> None:
    nodes = (Heading("h"), Text("t" * 3990), Note("n"))
    assert within(nodes, 4000) == nodes


def test_the_longest_paragraph_is_cut_first_and_says_so() -> None:
    short, long, facts = Text("s" * 300), Quote("q" * 5000), Fields((("Who", "v" * 200),))
    kept = within((Heading("h"), short, long, facts, HELP), 4000)
    assert kept[:2] == (Heading("h"), short)
    assert kept[3:] == (facts, HELP)
    assert said(kept[2]).endswith("q…")
    assert 3990 <= sum(len(said(one)) for one in kept) <= 4000


def test_a_value_is_cut_by_no_more_than_has_to_go() -> None:
    (kept,) = within((Fields((("Who", "v" * 300), ("Since", "10:30"))),), 260)
    assert len(said(kept)) == 260
    assert said(kept).endswith("v…\n**Since:** 10:30")


def test_words_that_have_to_be_escaped_count_with_their_backslashes() -> None:
    (text,) = shown(Text("*" * 3000))
    assert len(text["content"]) <= 4000
    assert text["content"].endswith(r"\*…")


def test_several_long_paragraphs_are_cut_alike() -> None:
    kept = within((Text("a" * 3000), Text("b" * 3000), HELP), 4000)
    lengths = [len(said(one)) for one in kept[:2]]
    assert sum(lengths) + len(said(HELP)) <= 4000
    assert min(lengths) >= 240


def test_a_help_line_is_cut_only_where_it_is_all_there_is() -> None:
    kept = within((Text("a" * 3000), Text("b" * 3900)), 4000)
    assert kept[1] == Text("b" * 3900)
    assert len(said(within((Text("b" * 5000),), 4000)[0])) == 4000


def test_a_table_loses_its_last_lines() -> None:
    chart = Chart("T", (), "alt", tuple(("label" * 20, "1") for _n in range(80)))
    (kept, last) = within((chart, HELP), 4000)
    assert isinstance(kept, Chart)
    assert 20 < len(kept.table) < 80
    assert last == HELP


def test_a_section_that_does_not_fit_is_joined_before_its_button_moves() -> None:
    rows = [Row(f"Tip {n}", a_button(n)) for n in range(11)]
    several = [Text(f"Line {n}") for n in range(12)]
    inside = shown(*several, *rows)
    assert [one["type"] for one in inside] == [10] + [9] * 11
    assert inside[0]["content"].split("\n") == [f"Line {n}" for n in range(12)]


def test_buttons_beside_paragraphs_move_below_with_their_numbers() -> None:
    native = sent(a_card(*(Row(f"Tip {n}", a_button(n)) for n in range(20)), HELP))
    (told,) = texts(native)
    assert told.split("\n")[1:2] == ["**2\\.** Tip 1"]
    assert told.endswith("-# Help is there at 112.")
    labels = [one["label"] for one in controls(native)]
    assert labels == [f"{n + 1}. Press" for n in range(20)]


def test_thirty_buttons_and_a_list_are_all_there() -> None:
    lists = [Select(action("t", f"l{n}"), "Pick", (Option("v", "First"),)) for n in range(9)]
    several = [Actions(tuple(a_button(5 * n + m) for m in range(5))) for n in range(6)]
    native = sent(a_card(Heading("h"), *lists, Divider(), *several, HELP))
    wanted = [action("test", "press", n) for n in range(30)]
    assert [decoded(one["custom_id"])[0] for one in controls(native)] == wanted
    assert "Help is there" in texts(native)[0]


words = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="*_\n`>a", max_size=900),
    st.sampled_from(
        [Bold("x" * 300), Code("112"), Mention(Person("discord", "1")), joined("a", Code("1"))]
    ),
)
pressables = st.one_of(
    st.integers(0, 3).map(a_button), st.just(LinkButton("https://a.test", "Out"))
)
lists = st.lists(st.text("ab", min_size=1, max_size=3), max_size=30).map(
    lambda values: Select(action("t", "l"), "Pick", tuple(Option(v, v) for v in values), most=3)
)
nodes: st.SearchStrategy[Node] = st.one_of(
    words.map(Heading),
    words.map(Text),
    words.map(Quote),
    words.map(Note),
    st.lists(st.tuples(words, words), max_size=12).map(lambda pairs: Fields(tuple(pairs))),
    st.builds(Row, words, st.none() | pressables),
    st.just(Divider()),
    st.lists(pressables, max_size=7).map(lambda several: Actions(tuple(several))),
    lists,
    st.just(Pager(1, 3, action("t", "page"))),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(nodes, max_size=45), st.sampled_from(Tone))
def test_any_card_becomes_a_message_that_discord_takes(several: list[Node], tone: Tone) -> None:
    native = sent(a_card(*several, Text("Help is there."), tone=tone))
    assert any("Help is there." in one for one in texts(native))


@pytest.mark.parametrize("tone", [Tone.CALM, Tone.URGENT])
def test_more_than_any_message_can_hold_still_becomes_one(tone: Tone) -> None:
    several = [Actions(tuple(a_button(5 * n + m) for m in range(5))) for n in range(30)]
    assert controls(sent(a_card(Text("One"), *several, HELP, tone=tone)))
