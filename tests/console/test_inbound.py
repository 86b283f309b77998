"""What a typed line means; whatever is typed, reading it never raises."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.console.commands import Mistyped, Typed
from adapters.console.commands import parse as parse_command
from adapters.console.inbound import Prompt, length_in, read
from adapters.console.steps import ScriptProblem, headers, parse
from adapters.console.typed import (
    Flag,
    Make,
    Nothing,
    NotUnderstood,
    PressLabel,
    PressNumbers,
    Say,
    SetInbox,
    Use,
    Wait,
)
from peerbot.chat.commands import Command, Parameter, Pick
from peerbot.chat.stage import Trouble
from peerbot.i18n import _

CROOKED = st.text(alphabet=st.sampled_from("sam(>)#@ :/=\"'wait7d,éexpct\\\n\x1b\u202e"))


@given(st.text() | CROOKED)
def test_reading_a_line_never_raises_and_puts_no_words_into_anybodys_mouth(line: str) -> None:
    heard = read(line)
    assert heard.prompt is None or heard.prompt.name in line
    assert not isinstance(heard.deed, Say | Use) or heard.deed.text in line


@given(st.text())
def test_a_script_of_nonsense_is_refused_with_its_line_or_played(text: str) -> None:
    lines = len(text.splitlines())
    assert read_or_refused(text) in range(lines + 1)


def read_or_refused(text: str) -> int:
    """Return the line that a script is refused for, or how many steps it has."""
    try:
        return len(parse(text))
    except ScriptProblem as refused:
        return refused.line


@pytest.mark.parametrize(
    ("line", "deed"),
    [
        ("hello", Say("hello")),
        ("", Nothing()),
        ("3", PressNumbers((3,))),
        ("1, 3", PressNumbers((1, 3))),
        ("\\3", Say("3")),
        ("3 apples", Say("3 apples")),
        ("/tip boundaries", Use("tip boundaries")),
        ("/wait 7d", Wait(timedelta(days=7))),
        (":flag @sam", Flag("sam")),
        (":close-inbox sam", SetInbox("sam", open=False)),
        (":trouble database away", Make(Trouble.DATABASE_AWAY)),
        ('press "Add"', PressLabel("Add")),
        ("is 5 > 3 or not", Say("is 5 > 3 or not")),
        ("you->me", Say("you->me")),
    ],
)
def test_a_line_says_what_is_done(line: str, deed: object) -> None:
    assert read(line).deed == deed


@pytest.mark.parametrize(
    "line", ["/wait", "/wait long", ":fly", ":flag", "/wait 0d", "/wait 99999d"]
)
def test_what_is_not_understood_gets_a_sentence(line: str) -> None:
    assert isinstance(read(line).deed, NotUnderstood)


def test_a_prompt_says_who_acts_where_and_as_what() -> None:
    assert read("robin (moderator, fr) #garden> hi").prompt == Prompt(
        name="robin", roles=frozenset({"moderator"}), locale="fr", place="garden"
    )
    assert read("sam @dm> hi").prompt == Prompt(name="sam", place="@dm")
    assert read("Zoë>").prompt == Prompt(name="Zoë")


def test_a_bracket_left_out_keeps_what_was_said_before() -> None:
    assert read("robin> hi").prompt == Prompt(name="robin", roles=None)
    assert read("robin ()> hi").prompt == Prompt(name="robin", roles=frozenset())


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("7d", timedelta(days=7)),
        ("90m", timedelta(minutes=90)),
        ("3 days", timedelta(days=3)),
        ("1 hour 30 min", timedelta(minutes=90)),
        ("2 semaines", timedelta(weeks=2)),
        ("7", None),
        ("d7", None),
        ("7d or so", None),
        ("999999w", None),
    ],
)
def test_durations(text: str, length: timedelta | None) -> None:
    assert length_in(text) == length


TIP = Command(
    name="tip",
    summary=_("A tip"),
    parameters=(
        Parameter(name="topic", summary=_("Topic"), picks=(Pick("rain", _("Rainy days")),)),
        Parameter(name="words", summary=_("Words"), most=30),
    ),
)
SETUP = Command(name="peerbot setup", summary=_("Set up"))
CHECK = Command(
    name="look",
    summary=_("Look"),
    parameters=(Parameter(name="for", summary=_("What"), required=True),),
)
COMMANDS = (TIP, SETUP, CHECK)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("tip", {}),
        ("tip rain", {"topic": "rain"}),
        ('tip topic="rainy days"', {"topic": "rain"}),
        ("tip rain a quiet place", {"topic": "rain", "words": "a quiet place"}),
        ("tip a quiet place", {"words": "a quiet place"}),
        ("tip words=shelter", {"words": "shelter"}),
        ('tip rain "two words"', {"topic": "rain", "words": "two words"}),
        ("TIP rain", {"topic": "rain"}),
    ],
)
def test_options_come_in_order_or_by_name(text: str, options: dict[str, str]) -> None:
    assert parse_command(text, COMMANDS) == Typed(TIP, options)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tipp", "Did you mean /tip?"),
        ("lo", "Did you mean /look?"),
        ("peerbot", "This one goes on: /peerbot setup"),
        ("peerbot setup now", "/peerbot setup takes no more words."),
        ("tip topic=fog", '"fog" is not offered for topic. There are: rain'),
        ("look", "for is missing: What"),
        ("tip rain " + "x" * 31, "words takes at most 30 characters."),
        ("", "There is no such command."),
    ],
)
def test_a_mistyped_command_gets_a_sentence(text: str, why: str) -> None:
    mistyped = parse_command(text, COMMANDS)
    assert isinstance(mistyped, Mistyped)
    assert why in str(mistyped.why)


HELP = Command(name="help-now", summary=_("Help"), always=True)


@pytest.mark.parametrize("more", ["please i need it", 'x="y" now', "now"])
def test_words_behind_help_now_go_along_and_stop_nothing(more: str) -> None:
    assert parse_command(f"help-now {more}", (*COMMANDS, HELP)) == Typed(HELP, {"more": more})


@given(st.text() | st.text(alphabet=st.sampled_from("tipeerbo stucheck=:\"' x")))
def test_parsing_a_command_never_raises_and_finds_only_what_was_typed(text: str) -> None:
    found = parse_command(text, COMMANDS)
    assert isinstance(found, Mistyped) or found.command.name.split()[0] in text.casefold()


def test_the_example_in_the_documentation_is_a_script() -> None:
    page = Path(__file__).parents[2] / "docs" / "flow-scripts.md"
    example = page.read_text(encoding="utf-8").split("```")[1]
    assert headers(example.strip()).language == "en"
    assert len(parse(example.strip())) > 10
