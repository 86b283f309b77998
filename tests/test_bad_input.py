"""Everything that people and platforms may do wrong, against the whole house.

Each item of the list gets a clear answer that somebody sees, and nothing is lost by it. What a
part answers in detail is tested beside that part (`tests/test_settings.py`, `tests/test_db.py`,
`tests/chat`, `tests/checkins/test_bad_input.py`, `tests/delivery`, `tests/crisis`). What machines
do is tried in `tests/test_bad_machines.py`; a database that goes away in the middle of everything
has a file of its own, `tests/test_database_away.py`.
"""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.console.asking import values_of
from adapters.console.world import SPACE, STAFF_ROOM
from peerbot.chat.actions import BadAction, action, decode
from peerbot.chat.addresses import Space
from peerbot.cli import app
from peerbot.testing import SeenForm
from tests.house import ALERTED, ANSWERED, ASKED, IN_DANGER, WORDS, Home
from tests.listed import Listed

THE_LIST = Listed(
    "a broken TOML",
    "a wrong zone",
    "a recurrence that never fires",
    "an impossible date",
    "a message of 40,000 characters",
    "control characters",
    "right-to-left marks",
    "emoji only",
    "a forged button id",
    "another person's button",
    "a button of a closed round",
    "a form sent twice",
)
tries = THE_LIST.tries

CLOSED = "This is closed, or it is no longer there. Nothing was changed."
OUT_OF_DATE = "This button is out of date."


def test_every_item_of_the_list_is_tried_here_in_its_order() -> None:
    assert THE_LIST.tried == THE_LIST.items


# -- what operators write ----------------------------------------------------------------------


@tries("a broken TOML")
@pytest.mark.parametrize("command", [["run"], ["check"], ["console"], ["db", "upgrade"]])
def test_a_broken_settings_file_is_named_with_its_line(tmp_path: Path, command: list[str]) -> None:
    file = tmp_path / "peerbot.toml"
    file.write_text(f'data_folder = "{tmp_path}/data"\nzone = Europe/Paris\n')
    shown = CliRunner().invoke(app, [*command, "--config", str(file)])
    assert shown.exit_code == 1
    assert f"{file} cannot be read: line 2: invalid value; words need quotes" in shown.output
    assert "Traceback" not in shown.output
    assert [one.name for one in tmp_path.iterdir()] == ["peerbot.toml"]


@tries("a wrong zone")
def test_a_wrong_zone_of_the_operators_is_answered_with_the_nearest(tmp_path: Path) -> None:
    file = tmp_path / "peerbot.toml"
    file.write_text('zone = "Europe/Pari"\n')
    shown = CliRunner().invoke(app, ["run", "--config", str(file)])
    assert shown.exit_code == 1
    assert "is not a time zone" in shown.output
    assert "Did you mean Europe/Paris?" in shown.output


# -- what moderators fill in -------------------------------------------------------------------


async def plan_of(home: Home) -> str:
    """Return what alex sees of the weekly check-in."""
    await home.comes("alex", to=STAFF_ROOM)
    await home.uses("alex", "peerbot checkins")
    await home.presses("alex", "Open")
    return await home.sees("alex")


async def refusal(home: Home, filled: dict[str, str]) -> SeenForm:
    """Return the form that alex sent, as it came back: with reasons and with what was typed."""
    await home.submits("alex", filled)
    refused = await home.form("alex")
    assert refused is not None
    assert filled.items() <= refused.fields.items()
    return refused


@tries("a wrong zone")
async def test_a_wrong_zone_is_answered_beside_its_field(home: Home) -> None:
    before = await plan_of(home)
    await home.presses("alex", "Days and time")
    unknown = "I do not know this time zone. "
    for zone, answer in {
        "Europe/Pari": f"{unknown}Did you mean Europe/Paris?",
        "1234567890": f"{unknown}Please write one like Europe/Paris.",
    }.items():
        refused = await refusal(home, {"Time zone, such as Europe/Paris": zone})
        assert refused.reasons == (answer,)
    assert await plan_of(home) == before


@tries("a recurrence that never fires")
async def test_a_rhythm_that_is_over_before_it_begins_is_refused(home: Home) -> None:
    before = await plan_of(home)
    await home.presses("alex", "Interval and end")
    refused = await refusal(home, {"Last day; empty for no end": "2026-03-01"})
    assert refused.reasons[0].startswith("Like this it would never ask.")
    assert await plan_of(home) == before


@tries("an impossible date")
async def test_a_day_that_does_not_exist_is_refused(home: Home) -> None:
    before = await plan_of(home)
    await home.presses("alex", "Interval and end")
    for day in ("2026-02-30", "2026-13-01", "31.02.2026", "0000-00-00", "soon"):
        refused = await refusal(home, {"Last day; empty for no end": day})
        assert refused.reasons[0].startswith("There is no such day.")
    assert await plan_of(home) == before


# -- what people write -------------------------------------------------------------------------


@tries("a message of 40,000 characters")
async def test_danger_at_the_end_of_a_very_long_message_is_heard(home: Home) -> None:
    await home.comes("sam")
    await home.says("sam", ("la " * 13_400)[: 39_999 - len(IN_DANGER)] + " " + IN_DANGER)
    assert ANSWERED in await home.private("sam")
    assert ALERTED in await home.sees("robin")


@tries("a message of 40,000 characters")
async def test_forty_thousand_characters_in_a_form_are_given_back(home: Home) -> None:
    await home.waits(ASKED)
    await home.writes("sam")
    await home.submits("sam", {WORDS: "a" * 40_000})
    refused = await home.form("sam")
    assert refused is not None
    assert "39500 characters too long (at most 500). Nothing is lost" in refused.reasons[0]
    assert refused.fields[WORDS] == "a" * 40_000


@tries("a message of 40,000 characters")
async def test_forty_thousand_characters_to_look_for_find_nothing_kindly(home: Home) -> None:
    await home.comes("sam")
    await home.uses("sam", "resources", search="a" * 40_000)
    assert "Nothing fits" in await home.sees("sam")


async def shared(home: Home, words: str) -> str:
    """Return what the room shows of words that sam shares there by name."""
    await home.waits(ASKED)
    await home.writes("sam")
    await home.submits("sam", {WORDS: words})
    assert await home.form("sam") is None
    await home.stage.settle()
    await home.comes("kim", to="check-ins")
    return await home.sees("kim")


@tries("control characters")
async def test_control_characters_are_taken_out_of_what_is_shown(home: Home) -> None:
    seen = await shared(home, "I sang\x00 in a \x1b[31mchoir\x9b2J\x07")
    assert "I sang in a [31mchoir2J" in seen
    assert not set("\x00\x1b\x9b\x07") & set(seen)


@tries("control characters")
async def test_control_characters_hide_no_danger(home: Home) -> None:
    await home.comes("sam")
    await home.says("sam", "i want to \x00ki\x07ll\x1b my\u200bself")
    assert ANSWERED in await home.private("sam")


@tries("control characters")
async def test_control_characters_in_a_command_are_answered(home: Home) -> None:
    await home.comes("sam")
    await home.uses("sam", "resources", search="\x00\x1b[2J\ud800")
    assert "Nothing fits" in await home.sees("sam")


@tries("right-to-left marks")
async def test_marks_that_turn_the_text_around_them_are_taken_out(home: Home) -> None:
    seen = await shared(home, "\u202eevil\u202c \u2066אני בסדר\u2069")
    assert "evil אני בסדר" in seen
    assert not set("\u202e\u202c\u2066\u2069") & set(seen)


@tries("right-to-left marks")
async def test_marks_that_turn_the_text_hide_no_danger(home: Home) -> None:
    await home.comes("sam")
    await home.says("sam", "i want to \u202ekill\u202c \u2067myself\u2069")
    assert ANSWERED in await home.private("sam")


@tries("emoji only")
async def test_emoji_alone_are_words_like_others(home: Home) -> None:
    assert "🫂❤️\u200d🩹" in await shared(home, "🫂❤️\u200d🩹")


@tries("emoji only")
async def test_emoji_alone_alarm_nobody(home: Home) -> None:
    await home.comes("sam")
    before = len(home.console.world.log)
    await home.says("sam", "😂🎉🫂")
    assert len(home.console.world.log) == before


# -- what people press -------------------------------------------------------------------------


@tries("a forged button id")
@pytest.mark.parametrize("who", ["kim", "alex"])
async def test_whatever_is_forged_the_person_reads_an_answer(home: Home, who: str) -> None:
    """Every button that any feature knows, with arguments that nobody made."""
    await home.waits(ASKED)
    await home.answers("kim")
    buttons = (*sorted(home.house.router.buttons), ("nobody", "knows"))
    silent = []
    for args in ((), ("nothing-here",), ("99999999999999999999", "-1", "x.y:z")):
        for feature, verb in buttons:
            seen = len(home.console.world.log)
            await home.forges(who, action(feature, verb, *args), ("forged",))
            if len(home.console.world.log) == seen and await home.form(who) is None:
                silent.append((feature, verb, args))
            home.console.deeds.close_form()
    assert silent == []


@tries("a forged button id")
async def test_a_choice_that_was_never_offered_changes_nothing(home: Home) -> None:
    await home.waits(ASKED)
    await home.answers("kim", "In between")
    offered = home.button("kim", "Very connected")
    forged = action(offered.feature, offered.verb, offered.args[0], "6")
    await home.forges("kim", forged)
    assert OUT_OF_DATE in await home.sees("kim")
    await home.presses("kim", "Answer privately")
    assert "You chose: In between. It is kept." in await home.private("kim")


@tries("a forged button id")
@pytest.mark.parametrize(
    "text", ["", "pb1", "pb1|checkins", "pb2|checkins|now", "pb1|a|b|\x00", "pb1|a|b|" + "x" * 99]
)
def test_an_id_that_is_not_ours_is_refused_before_it_is_an_event(text: str) -> None:
    with pytest.raises(BadAction):
        decode(text)


@tries("another person's button")
async def test_nobody_asks_after_another_persons_alert_or_quiets_it(home: Home) -> None:
    await home.comes("sam")
    await home.says("sam", IN_DANGER)
    await home.presses("sam", "Is anyone there?")
    for label in ("Is anyone there?", "Keep this private"):
        await home.forges("kim", home.button("sam", label))
        assert CLOSED in await home.sees("kim")
    await home.forges("kim", home.button("sam", "You misread me"))
    assert "The responders see that you said so" not in await home.sees("kim")
    assert "says that this was a misreading" not in await home.sees("robin")
    assert "Nobody has taken this yet" in await home.sees("robin")


@tries("another person's button")
async def test_a_member_takes_no_alert_with_a_responders_button(home: Home) -> None:
    await home.comes("sam")
    await home.says("sam", IN_DANGER)
    await home.forges("kim", home.button("robin", "I've got this"))
    assert "This one is for moderators" in await home.sees("kim")
    assert "Nobody has taken this yet" in await home.sees("robin")


@tries("another person's button")
async def test_a_round_of_another_community_is_not_theirs(home: Home) -> None:
    await home.waits(ASKED)
    await home.answers("kim", "In between")
    step = home.button("kim", "Very connected")
    elsewhere = Space(SPACE.platform, "elsewhere")
    await home.forges("sam", step, space=elsewhere)
    await home.forges("sam", home.button("sam", "Yes, I am 13 or older"), space=elsewhere)
    await home.forges("sam", step, space=elsewhere)
    assert "This button is meant for somebody else. Nothing was changed." in await home.sees("sam")


@tries("a button of a closed round")
async def test_after_a_round_has_closed_its_buttons_say_so_and_the_answer_stays(
    home: Home,
) -> None:
    await home.waits(ASKED)
    await home.answers("kim", "In between")
    await home.waits(timedelta(days=3))
    for label in ("Very connected", "Done", "Answer privately", "Skip this one"):
        await home.forges("kim", home.button("kim", label))
        assert CLOSED in await home.sees("kim")
    await home.uses("kim", "privacy")
    await home.presses("kim", "Export everything")
    (file,) = (await home.screen("kim"))[-1].files
    answers = json.loads(file[1])["checkins"]
    assert '"step": 3' in json.dumps(answers), answers


@tries("a button of a closed round")
async def test_words_for_a_round_that_has_closed_meanwhile_are_given_back(home: Home) -> None:
    await home.waits(ASKED)
    await home.writes("kim")
    await home.waits(timedelta(days=3))
    await home.submits("kim", {WORDS: "I sang in a choir"})
    refused = await home.form("kim")
    assert refused is not None
    assert "closed or taken away meanwhile" in refused.reasons[0]
    assert refused.fields[WORDS] == "I sang in a choir"


@tries("a form sent twice")
async def test_a_form_sent_twice_at_once_is_one_answer_and_one_post(home: Home) -> None:
    await home.waits(ASKED)
    await home.writes("kim")
    opened = home.open_form("kim")
    values = {**values_of(opened.form), "words": "I sang in a choir"}
    deeds = home.console.deeds
    assert await asyncio.gather(*(deeds.submit(opened, values) for _ in range(2))) == [None, None]
    await home.stage.settle()
    assert "I sang in a choir" in await home.sees("robin")
    assert home.shown("checkins.shared") == 1
