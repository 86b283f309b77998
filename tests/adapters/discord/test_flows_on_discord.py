"""Every flow script goes on Discord as on the console: the real adapter, on simcord's model of it.

What is otherwise there is in `differences.py`; whoever mends one of those has to take it out.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.discord.client import intents
from peerbot import content, stage
from peerbot.chat.cards import Actions, Card
from peerbot.house import House
from peerbot.paths import shipped
from peerbot.settings import Settings, load
from peerbot.tips.cards import TOPIC_NAMES
from tests.adapters.discord import differences
from tests.adapters.discord.playing import DiscordPlay
from tests.house import hears_itself_daily

FLOWS = Path(__file__).parents[2] / "flows"
ALL = sorted(one.stem for one in FLOWS.glob("*.flow"))
DAYS_LONG = (
    "checkins",
    "crisis_canary",
    "crisis_follow_up",
    "crisis_shadow",
    "removed_and_added",
)
"""They wait for days: `make test` plays them once, `make restarts` compares them as well."""
EVERY_DEED = (Path(__file__).parent / "every_deed.flow").read_text(encoding="utf-8")
SETUP = "alex (admin) #care-team> /peerbot setup\n"
SCRIPT_OF_A_MEMBER = """
robin (moderator) #general> /peerbot panel
expect private "This one is for moderators."
alex (admin) #care-team> /peerbot setup
press "Suggest the rest"
press "Publish"
robin> /peerbot panel
expect private "Not ready yet"
sam #general> /peerbot setup
expect private "This one is for whoever runs this space. Nothing was changed."
"""


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load(shipped("config") / "peerbot.toml")


def script(flow: str) -> str:
    return (FLOWS / f"{flow}.flow").read_text(encoding="utf-8")


def furnishing(flow: str) -> Callable[[House], object] | None:
    return None if flow == "crisis_canary" else hears_itself_daily


async def on_discord(
    settings: Settings,
    text: str,
    *,
    restarts: bool = False,
    furnish: Callable[[House], object] | None = None,
) -> tuple[int, str]:
    """Play the script; return the exit code and all that was seen."""
    seen: list[str] = []
    player = DiscordPlay(restarts=restarts, write=seen.append)
    code = await stage.play(settings, script=text, player=player, furnish=furnish)
    return code, "".join(seen)


async def on_console(
    settings: Settings,
    text: str,
    capsys: pytest.CaptureFixture[str],
    *,
    furnish: Callable[[House], object] | None = None,
) -> tuple[int, str]:
    """Play the script; return the exit code and all that was seen."""
    capsys.readouterr()
    code = await stage.play(settings, script=text, furnish=furnish)
    said = capsys.readouterr()
    return code, said.out + (said.err if code else "")


@pytest.mark.parametrize("flow", DAYS_LONG)
async def test_the_flow_of_many_days_goes_on_discord_as_written(
    flow: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    code, seen = await on_discord(settings, script(flow), furnish=furnishing(flow))
    assert code == 0, seen[-3000:] + capsys.readouterr().err


@pytest.mark.parametrize(
    "flow", [pytest.param(one, marks=pytest.mark.long) if one in DAYS_LONG else one for one in ALL]
)
async def test_the_flow_goes_as_written_and_shows_on_discord_what_it_shows_on_the_console(
    flow: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    code, console = await on_console(settings, script(flow), capsys, furnish=furnishing(flow))
    assert code == 0, console[-3000:]
    code, seen = await on_discord(settings, script(flow), furnish=furnishing(flow))
    if flow in differences.CANNOT_RUN:
        assert code != 0, f"{flow} can be played now: take it out of differences.py"
        return
    assert code == 0, seen[-3000:] + capsys.readouterr().err
    assert differences.undeclared(flow, console, seen) == []


@pytest.mark.long
@pytest.mark.parametrize("flow", ALL)
async def test_the_flow_goes_on_with_a_restart_before_each_deed(
    flow: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    code, seen = await on_discord(settings, script(flow), restarts=True)
    declared = flow in differences.OTHERWISE_AFTER_RESTARTS
    assert (code != 0) is declared, seen[-3000:] + capsys.readouterr().err


async def test_the_french_walk_through_is_the_committed_one(settings: Settings) -> None:
    code, seen = await on_discord(settings, stage.walkthrough("fr"))
    assert code == 0, seen[-3000:]
    committed = (FLOWS / "walkthrough.fr.txt").read_text(encoding="utf-8")
    assert differences.undeclared("walkthrough", committed, seen) == []


@pytest.mark.long
async def test_the_walk_through_is_the_committed_one_with_a_restart_before_each_deed(
    settings: Settings,
) -> None:
    code, seen = await on_discord(settings, stage.walkthrough("en"), restarts=True)
    assert code == 0, seen[-3000:]
    committed = (FLOWS / "walkthrough.en.txt").read_text(encoding="utf-8")
    ours, theirs = differences.only_in_one(committed, seen)
    # Which tip comes is chance, and a house that is built anew draws from it as well.
    assert without_tips([*ours, *theirs]) == []


def without_tips(lines: Iterable[str]) -> list[str]:
    """Return the lines that no tip brought in."""
    texts = [tip.texts["en"] for tip in content.read().tips.tips]
    said = {part for one in texts for part in (one.title, one.text, one.words)}
    said |= {str(name) for name in TOPIC_NAMES.values()}
    folded = {one.casefold() for one in said}
    return [line for line in lines if line.strip(" |=>").casefold() not in folded]


async def test_what_no_flow_does_is_the_same_too(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    code, seen = await on_discord(settings, EVERY_DEED)
    assert code == 0, seen[-3000:] + capsys.readouterr().err
    code, console = await on_console(settings, EVERY_DEED, capsys)
    assert code == 0, console[-3000:]
    assert differences.undeclared("every_deed", console, seen) == []


@pytest.mark.long
async def test_what_no_flow_does_is_the_same_with_restarts(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    code, seen = await on_discord(settings, EVERY_DEED)
    assert code == 0, seen[-3000:] + capsys.readouterr().err
    code, after = await on_discord(settings, EVERY_DEED, restarts=True)
    assert code == 0, after[-3000:] + capsys.readouterr().err
    assert differences.only_in_one(seen, after) == ([], [])


# -- the player itself -----------------------------------------------------------------------------


def without_buttons(card: Card) -> Card:
    kept = tuple(one for one in card.children if not isinstance(one, Actions))
    return replace(card, children=kept)


def without_its_first_words(card: Card) -> Card:
    return replace(card, children=card.children[1:])


@pytest.mark.parametrize("loses", [without_buttons, without_its_first_words])
async def test_what_discord_does_not_show_fails_the_step(
    loses: Callable[[Card], Card], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    player = DiscordPlay(loses=loses)
    assert await stage.play(settings, script=SETUP, player=player) == 1
    assert "Discord does not show" in capsys.readouterr().err


# -- what cannot be done there ---------------------------------------------------------------------


async def test_there_is_no_home_page(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    player = DiscordPlay()
    assert not player.capabilities.home_surface
    assert await stage.play(settings, script="sam> :home", player=player) == 1
    assert str(differences.NO_HOME) in capsys.readouterr().err


async def test_what_is_written_to_peerbot_alone_cannot_be_flagged(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _seen = await on_discord(settings, "sam @dm> hello\nkim #general> :flag sam\n")
    assert code == 1
    assert str(differences.NO_FLAG_IN_AN_INBOX) in capsys.readouterr().err


def test_nobody_tells_us_who_joins() -> None:
    assert not intents(message_content=True).members, differences.NOBODY_JOINS


async def test_responders_were_not_shown_the_commands_of_the_team(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """A role without any permission of Discord's is enough; whom it is not for hears so."""
    code, seen = await on_discord(settings, SCRIPT_OF_A_MEMBER)
    assert code == 0, seen[-3000:] + capsys.readouterr().err


IN_AN_INBOX = """
alex (admin) @dm> /peerbot setup
expect private "Here I cannot see what you are in your community, so nothing was changed."
expect private "Help works here too: /help-now."
/help-now
expect private "You do not have to go through this alone"
"""


async def test_who_runs_the_server_was_told_in_an_inbox_that_it_is_for_somebody_else(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """Discord says nothing of roles in a direct message."""
    code, seen = await on_discord(settings, IN_AN_INBOX)
    assert code == 0, seen[-3000:] + capsys.readouterr().err
