"""Scripts play through the real house; the transcripts never change unseen.

The flows that lie here are played in tests/adapters/discord/test_flows_on_discord.py: on the
console, on Discord, and both compared.

`make transcripts` renews them after a wanted change; look at the difference in git.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from peerbot import run, stage
from peerbot.app import House
from peerbot.chat.actions import Action
from peerbot.chat.cards import Button, Pager, Select, buttons_of
from peerbot.chat.commands import Command
from peerbot.delivery.beats import Beat
from peerbot.i18n import _
from peerbot.paths import shipped
from peerbot.settings import Settings, load
from tests.house import hears_itself_daily
from tests.test_words import CARDS

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load(shipped("config") / "peerbot.toml")


async def test_the_documented_example_goes_as_it_is_written(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (HERE.parents[1] / "docs" / "flow-scripts.md").read_text(encoding="utf-8")
    example = page.split("```")[1].strip()
    code = await stage.play(settings, script=example, name="docs/flow-scripts.md")
    said = capsys.readouterr()
    assert code == 0, said.out[-3000:] + said.err


@pytest.mark.long
async def test_the_french_walk_through_is_the_committed_one(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """`make test` compares it with what is played on Discord: there is the same on both."""
    code = await stage.play(settings, script=stage.walkthrough("fr"), name="walk-through")
    played = capsys.readouterr().out
    assert code == 0, played[-3000:]
    assert played == (HERE / "walkthrough.fr.txt").read_text(encoding="utf-8")


async def broken(*_args: object) -> int:
    raise ZeroDivisionError


def with_a_broken_command(house: House) -> None:
    house.router.command("planted", Command(name="planted", summary=_("Planted")), broken)  # type: ignore[arg-type]


def with_a_broken_beat(house: House) -> None:
    due = [house.clock()]

    async def break_once() -> int:
        due.clear()
        return await broken()

    house.delivery.add_beat(Beat("planted.beat", break_once, also=lambda: next(iter(due), None)))


def with_broken_work(house: House) -> None:
    house.delivery.composes("checkins.summary", broken)  # type: ignore[arg-type]
    hears_itself_daily(house)


@pytest.mark.parametrize(
    ("furnish", "script", "step"),
    [
        (with_a_broken_command, "sam> /planted", "planted"),
        (with_a_broken_beat, "wait 1h", "planted.beat"),
        (with_broken_work, stage.walkthrough("en"), "checkins.summary"),
    ],
)
async def test_whatever_breaks_a_script_ends_with_1_and_names_the_step(
    furnish: Callable[[House], None],
    script: str,
    step: str,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = await stage.play(settings, script=script, name="planted", furnish=furnish)
    said = capsys.readouterr()
    assert code == 1
    assert step in (said.out + said.err)[-600:]
    assert "ZeroDivisionError" in (said.out + said.err)[-600:]


def test_without_a_terminal_the_walk_through_is_played_and_is_the_committed_one(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.play(settings) == 0
    committed = (HERE / "walkthrough.en.txt").read_text(encoding="utf-8")
    assert capsys.readouterr().out == committed


async def test_every_button_that_is_shown_leads_somewhere(settings: Settings) -> None:
    """A press on any sample card finds a route: no dead button on any platform."""
    shown = {
        (one.action.feature, one.action.verb)
        for several in CARDS.values()
        for card in several()
        for one in (
            *buttons_of(card),
            *(node for node in card.children if isinstance(node, Select | Pager)),
        )
        if isinstance(one, Button | Select | Pager)
    }
    houses: list[House] = []
    await stage.play(settings, script="sam> hello", furnish=houses.append)
    assert shown <= houses[0].router.buttons


async def test_what_is_asked_before_a_press_is_known_without_the_card(settings: Settings) -> None:
    """As on its button, word for word: a platform may have kept nothing but the action."""
    asked = {
        one.action: one.confirm
        for several in CARDS.values()
        for card in several()
        for one in buttons_of(card)
        if isinstance(one, Button) and one.action.feature != "conform"
    }
    houses: list[House] = []
    await stage.play(settings, script="sam> hello", furnish=houses.append)
    router = houses[0].router
    assert sum(question is not None for question in asked.values()) >= 9
    otherwise = {one for one, question in asked.items() if router.confirm_of(one) != question}
    assert otherwise == set()


@pytest.mark.parametrize("args", [(), ("x",), ("1" * 20,), ("-1",), ("reading", "on")])
async def test_a_forged_action_asks_nothing_that_breaks(
    settings: Settings, args: tuple[str, ...]
) -> None:
    houses: list[House] = []
    await stage.play(settings, script="sam> hello", furnish=houses.append)
    for verb in ("revert", "switch", "nowhere"):
        question = houses[0].router.confirm_of(Action("community", verb, args))
        assert question is None or args == ("1" * 20,)
