"""Words in Discord: ours are drawn, everybody else's are shown as typed and do nothing."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.discord.markup import (
    clean,
    cut,
    escaped,
    markdown,
    plain_label,
    shortened,
    size,
    unescaped,
)
from peerbot.chat.addresses import Person, Room
from peerbot.chat.text import Bold, Code, Link, Mention, Moment, When, Words, joined
from peerbot.testing.stand import HOSTILE
from tests.adapters.discord.reader import read

AT = datetime(2026, 3, 1, 21, 30, tzinfo=UTC)

MARKS = st.text(alphabet="\\*_~`|<>[]()@#-+.:/!&t1 9\n\té😀aehrvyon\ufeff", max_size=40)
PIECES = st.lists(
    st.sampled_from(
        [
            *("<@123>", "@everyone", "@here", "<#5>", "<@&7>", "</peer:12>", "<t:1:R>", "<:x:1>"),
            *("<id:home>", "https://evil.test", "[a](https://b)", "**", "__", "||", "```", "\n"),
            *(" ", "# ", "-# ", "- ", "> ", ">>> ", "1. ", "2) ", ":smile:", ":", "\\", "\\\\"),
            *("a", "é"),
        ]
    ),
    max_size=9,
).map("".join)


@settings(deadline=None)
@given(MARKS | PIECES | st.text())
@example("10:30:smile:")
@example(">>> # - 1. x")
@example("\ufeff# x")
def test_whatever_somebody_types_is_seen_as_typed_and_does_nothing(text: str) -> None:
    assert read(markdown(text)) == (clean(text), [])


@settings(deadline=None)
@given(MARKS | PIECES | st.text())
def test_what_was_escaped_comes_back_as_it_was_typed(text: str) -> None:
    assert unescaped(escaped(text)) == clean(text)


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"])))
def test_cleaning_changes_no_ordinary_words(text: str) -> None:
    assert clean(text) == text


@settings(deadline=None)
@given(MARKS | PIECES, MARKS | PIECES)
def test_members_words_cannot_change_what_stands_around_them(before: str, after: str) -> None:
    number = Code("112")
    words = joined(before, Bold("ours"), after, number, before)
    seen, works = read(markdown(words))
    assert works == [("bold", "**ours**"), ("code", "`112`")]
    assert seen == f"{clean(before)}**ours**{clean(after)}`112`{clean(before)}"


@pytest.mark.parametrize("typed", HOSTILE)
def test_the_hostile_words_of_the_conformance_suite_do_nothing(typed: str) -> None:
    assert read(markdown(typed)) == (clean(typed), [])


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("<@123>", r"\<\@123>"),
        ("@everyone", r"\@everyone"),
        ("[a](https://b)", r"\[a\](https\://b)"),
        ("# Loud", r"\# Loud"),
        ("-# small", r"\-\# small"),
        ("  - one\n  1. two", "  \\- one\n  1\\. two"),
        ("at 10:30, Hours: 9-17", "at 10:30, Hours: 9-17"),
        ("We're #1. It is 3 - 2", "We're #1. It is 3 - 2"),
        ("¯\\_(ツ)_/¯", r"¯\\\_(ツ)\_/¯"),
        ("C'est déjà « bien »", "C'est déjà « bien »"),
    ],
)
def test_a_backslash_stands_only_where_discord_would_act(typed: str, sent: str) -> None:
    assert markdown(typed) == sent


def test_controls_and_turned_writing_are_taken_out() -> None:
    assert markdown("a\x00\x1b\x7f\x9bb \u202eevil\u202c \u2066x\u2069\tz") == "ab evil x\tz"
    assert markdown("a\r\nb\rc\u2028d") == "a\nb\nc\nd"
    markdown("lone \ud800 half").encode()


def test_signs_that_people_need_stay() -> None:
    family = "👨‍👩‍👧 ❤️ 👍🏽 שלום \u200fעולם"
    assert markdown(family) == family


@pytest.mark.parametrize(
    ("words", "drawn"),
    [
        (Bold("two"), "**two**"),
        (Bold("a*b"), r"**a\*b**"),
        (Bold(joined("a ", Bold("b"))), "**a b**"),
        (Bold(""), ""),
        (joined(Bold("a"), Bold("b")), "**a** **b**"),
        (Code("1-800 799"), "`1-800 799`"),
        (Code("*9_9*"), "`*9_9*`"),
        (Code("a`b"), r"a\`b"),
        (Code(" "), " "),
        (joined(Code("1"), Code("2")), "`1` `2`"),
        (Mention(Person("discord", "123")), "<@123>"),
        (Mention(Room("discord", "45")), "<#45>"),
        (Mention("678"), "<@&678>"),
        (Mention(Person("discord", "sam")), r"\@sam"),
        (Mention(Room("discord", "1> @here")), r"\#1> \@here"),
        (Mention("12a"), r"\@12a"),
        (Mention("١٢"), r"\@١٢"),
        (Moment(AT, ZoneInfo("UTC"), When.TIME), "<t:1772400600:t>"),
        (Moment(AT, ZoneInfo("UTC"), When.DAY), "<t:1772400600:D>"),
        (Moment(AT, ZoneInfo("Asia/Kolkata")), "<t:1772400600:f>"),
    ],
)
def test_our_own_signs_are_drawn(words: Words, drawn: str) -> None:
    assert markdown(words) == drawn


@pytest.mark.parametrize(
    ("label", "url", "drawn"),
    [
        ("by chat", "https://a.test/x_y?z=1#q", "[by chat](<https://a.test/x_y?z=1#q>)"),
        ("a*b", "https://a.test", r"[a\*b](<https://a.test>)"),
        ("https://bank.test", "https://a.test", r"https\://bank.test (<https://a.test>)"),
        ("bank.com/login", "https://a.test", "bank.com/login (<https://a.test>)"),
        ("x](https://evil.test)", "https://a.test", None),
        ("[x", "https://a.test", r"\[x (<https://a.test>)"),
        ("", "https://a.test", "(<https://a.test>)"),
        ("old", "http://a.test/", r"old (http\://a.test/)"),
        ("odd", "javascript:alert(1)", r"odd (javascript\:alert(1))"),
        ("odd", "https://a.test/>)[x](https://evil.test", None),
        ("odd", "https://bank.test@evil.test/", r"odd (https\://bank.test\@evil.test/)"),
        ("odd", "https://a.test\n/x", "odd (https\\://a.test\n/x)"),
    ],
)
def test_links_lead_where_they_say(label: str, url: str, drawn: str | None) -> None:
    sent = markdown(Link(label, url))
    assert drawn is None or sent == drawn
    assert all(source.startswith(("[", "<https://a.test")) for _name, source in read(sent)[1])
    assert not any(source.endswith("evil.test)") for _name, source in read(sent)[1])


@settings(deadline=None)
@given(MARKS | PIECES)
def test_a_label_never_opens_another_link(label: str) -> None:
    _seen, works = read(markdown(joined("see ", Link(label, "https://a.test/"), ".")))
    assert len(works) == 1
    assert "<https://a.test/>" in works[0][1]


# -- short ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "most", "shown"),
    [
        ("Take it", 10, "Take it"),
        ("Take it back now", 10, "Take it b…"),
        ("**not** <bold>\nhere", 80, "**not** <bold> here"),
        (joined("Call ", Code("112"), " ", Bold("now")), 80, "Call 112 now"),
        ("\x00 \n", 80, ""),
        ("👩‍👧👩‍👧", 8, "👩‍👧…"),
        ("cafe\u0301s", 5, "caf…"),
        ("😀" * 9000, 80, "😀" * 39 + "…"),
        ("e" + "\u0301" * 9000, 80, "…"),
    ],
)
def test_labels_are_plain_and_end_in_an_ellipsis(words: Words, most: int, shown: str) -> None:
    assert plain_label(words, most) == shown


@settings(deadline=None)
@given(st.text(), st.integers(min_value=1, max_value=40))
def test_what_is_cut_fits(text: str, most: int) -> None:
    assert size(cut(text, most)) <= most


@settings(deadline=None)
@given(MARKS | PIECES, st.integers(min_value=10, max_value=60))
@example("111:", 15)
def test_shorter_words_fit_and_still_do_nothing(text: str, most: int) -> None:
    words = joined(text, Bold(text + "x"), Code("112"), text)
    sent = markdown(shortened(words, most))
    assert size(sent) <= most
    _seen, works = read(sent)
    assert {name for name, _source in works} <= {"bold", "code"}
    assert sent == markdown(words) or sent.removesuffix("**").endswith("…")
