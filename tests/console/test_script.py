"""Flow scripts: what passes, what fails and what a failure says."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.console.steps import ScriptProblem, headers, parse
from peerbot.chat.stage import Headers

WHOLE = """
# A member looks at the weather.
sam> /weather rain
expect private "You asked about rain"
expect "[Erase]"
expect not "sun"
expect nothing public
robin> expect nothing

sam> press "Add a note"
fill "Your words" = a grey morning
choose "Mood" = "Wet"
send
expect "a grey morning"

choose "What do you see?" = "Clouds", "Blue"
expect "c, b"
press "Erase"
expect "Erase it all?"
press "Yes, erase"
expect "All is erased"
press ">"
expect "This is page 2"

wait 14d
expect public "A week is over"
"""


async def test_a_script_plays_to_its_end(play: Any, toy: Any) -> None:
    played = await play(WHOLE)
    assert played.code == 0
    assert toy.saved == [{"words": "a grey morning", "mood": "w", "more": ""}]
    assert toy.erased == 1


async def test_a_transcript_says_when_to_whom_and_what(play: Any) -> None:
    played = await play("start: 2026-03-02T09:00Z\nzone: America/Toronto\nsam> /weather sun\n")
    assert played.out == (
        "sam> /weather sun\n"
        "  [1] 2026-03-02 04:00 to sam, private: toy.weather\n"
        "      = The weather of today\n"
        "      | THE WEATHER\n"
        "      | You asked about sun.\n"
        "      | Days\n"
        "      | wet | 2\n"
        "      | dry | 5\n"
        "      | What do you see?: Clouds / Blue\n"
        "      | < 1/3 >\n"
        "      > [Add a note] [Erase]\n"
    )


async def test_json_has_one_delivery_a_line(play: Any) -> None:
    played = await play("sam> there is a storm in me\n", as_json=True)
    care, alert = (json.loads(line) for line in played.out.splitlines())
    assert care == {
        "at": "2026-03-02T09:00:00Z",
        "to": "sam",
        "private": True,
        "key": "toy.care",
        "summary": "Here",
        "lines": ["We are here."],
        "buttons": [],
        "edited": False,
        "pinned": False,
    }
    assert (alert["to"], alert["private"]) == ("#care-team", False)


async def test_two_runs_print_the_same(new_toy: Any, play_on: Any) -> None:
    first, second = [await play_on(await new_toy(), WHOLE) for _time in range(2)]
    assert first.out == second.out


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('sam> /weather\nexpect "snow"', 'test.flow:2: expected "snow" for sam; what was there:'),
        ('sam> hello\nexpect "hello"', 'test.flow:2: expected "hello" for sam; nothing was there'),
        ("sam> /weather\nexpect nothing", "test.flow:2: expected nothing for sam; what was"),
        ('sam> /weather\nexpect not "wet"', 'test.flow:2: did not expect "wet" for sam'),
        (
            'sam> /weather\npress "Go"',
            'test.flow:2: there is no "Go" to press; there is "Add a note"',
        ),
        ('sam> /weather\nchoose "X" = "Y"', 'test.flow:2: there is no list "X"; there is "What do'),
        ("sam> /wether", "test.flow:1: There is no such command. Did you mean /weather?"),
        (
            "sam> /weather snow",
            'test.flow:1: "snow" is not offered for topic. There are: rain, sun',
        ),
        ("sam> /break", "test.flow:1: sam> /break: broke in break (RuntimeError: planted)"),
        ("sam> hi\nexpct x", "test.flow:2: what is this? Words are said so: sam> expct x"),
        ("sam> hi\nexpect hi", 'test.flow:2: write it so: expect "text"'),
        ("sam> hi\nwait long", "test.flow:2: How long?"),
        ("! roof away", "test.flow:1: Trouble can be: database away"),
        ("! #attic gone", "test.flow:1: there is no #attic"),
        ("sam> /weather\nsend", "test.flow:2: no form is open in front of sam"),
        ('sam> /weather\npress "Erase"\nsam> hi', 'test.flow:3: "Erase" waits for an answer'),
        (
            'sam> /weather\npress "Add a note"\nsam> hi',
            'test.flow:3: sam has the form "A note" open',
        ),
        (
            'sam> /weather\npress "Add a note"',
            "test.flow:2: the script ends while sam has the form",
        ),
        ("sam #care-team> hi", "test.flow:1: Only moderators and staff see #care-team."),
        ("language: xx\nsam> hi", "test.flow:1: 'xx' is no language here (en, fr)"),
    ],
)
async def test_a_failure_names_the_file_the_line_and_what_was_there(
    play: Any, capsys: pytest.CaptureFixture[str], script: str, said: str
) -> None:
    played = await play(script)
    assert played.code == 1
    assert capsys.readouterr().err.startswith(said)


async def test_a_refused_form_fails_the_script_unless_it_is_mended(
    play: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    opening = (
        'sam> /weather\npress "Add a note"\nfill "Your words" = snow\nchoose "Mood" = "Dry"\nsend\n'
    )
    mended = 'expect "There is no snow"\nfill "Your words" = sun\nsend\nexpect "sun"\n'
    assert (await play(opening + mended)).code == 0
    assert (await play(opening + "sam> hi\n")).code == 1
    assert "which was not taken (There is no snow here.)" in capsys.readouterr().err


async def test_a_failure_can_be_allowed_for_one_step(play: Any) -> None:
    assert (await play('allow failure\nsam> /break\nexpect "our side"\nsam> hi\n')).code == 0
    assert (await play("allow failure\nsam> /break\nsam> /break\n")).code == 1


async def test_what_is_typed_survives_storage_that_is_away(play: Any, toy: Any) -> None:
    played = await play(
        'sam> /weather\n! database away\npress "Add a note"\nfill "Your words" = rain\n'
        'choose "Mood" = "Wet"\nallow failure\nsend\nexpect "cannot save this just now"\n'
        '! database back\nsend\nexpect "rain"\n'
    )
    assert played.code == 0
    assert toy.saved[0]["words"] == "rain"


async def test_time_cannot_be_moved_over_a_kept_database(
    play: Any, toy: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    toy.can_wait = False
    assert (await play("wait 7d\n")).code == 1
    assert "time cannot be moved here" in capsys.readouterr().err


async def test_the_team_sees_its_room_and_members_do_not(play: Any) -> None:
    played = await play(
        'sam> a storm\nexpect private "We are here"\nexpect not "look after"\n'
        'robin (moderator)> expect "look after a member"\nkim> expect nothing\n'
    )
    assert played.code == 0


async def test_words_of_members_cannot_forge_a_transcript(play: Any) -> None:
    played = await play(
        'sam> /weather\npress "Add a note"\nfill "Your words" = x\\n  [9] to all\x1b[2J\n'
        'choose "Mood" = "Wet"\nsend\n'
    )
    assert "\x1b" not in played.out
    assert not any(line.startswith("  [9]") for line in played.out.splitlines())


def test_headers_are_read_before_the_stage_is_built() -> None:
    found = headers(
        "# a title\nlanguage: fr\nstart: 2026-03-02T04:00-05:00\nzone: Europe/Paris\n\nsam> x"
    )
    assert found.language == "fr"
    assert found.start == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert found.zone is not None
    assert found.zone.key == "Europe/Paris"
    assert headers("sam> hi\nlanguage: fr") == Headers()


@pytest.mark.parametrize("wrong", ["start: monday", "start: 2026-03-02T09:00", "zone: Mars/North"])
def test_a_wrong_header_is_refused(wrong: str) -> None:
    with pytest.raises(ScriptProblem, match="line 1"):
        headers(f"{wrong}\nsam> hi")


def test_all_lines_are_read_before_any_is_played() -> None:
    with pytest.raises(ScriptProblem, match="line 2"):
        parse("sam> hi\nwhat now")
