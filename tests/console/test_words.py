"""The console's own words are found by the catalogues, and what they promise is so."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from peerbot import stage
from peerbot.catalogue import in_code
from peerbot.paths import shipped
from peerbot.settings import load

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "adapters").rglob("*.py")) + sorted((ROOT / "peerbot").rglob("*.py"))


def hidden_texts(source: str) -> Iterator[str]:
    """Yield what is called `_` inside of an f-string: the catalogues do not look there."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            calls = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
            names = {"_", "n_"}
            yield from (ast.unparse(one) for one in calls if ast.unparse(one.func) in names)


def test_a_hidden_text_is_found() -> None:
    assert list(hidden_texts("f'({said(_(\"chosen\"))})'")) == ["_('chosen')"]


def test_no_text_hides_from_the_catalogues_in_an_f_string() -> None:
    hidden = [
        f"{file.relative_to(ROOT)}: {text}"
        for file in FILES
        for text in hidden_texts(file.read_text(encoding="utf-8"))
    ]
    assert hidden == []
    known = {text.id for text in in_code()}
    assert {"(chosen)", "(optional)", "edited", "up to {most} characters"} <= known


async def test_a_french_reader_is_asked_in_french(by_hand: Any) -> None:
    screen = await by_hand("sam (fr)> /weather", "1", "x", "1", ":cancel")
    assert "jusqu'à 40 caractères" in screen
    assert "En savoir plus (facultatif)" in screen


async def test_the_first_screen_is_french_to_its_last_word(
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = load(shipped("config") / "peerbot.toml").model_copy(update={"language": "fr"})
    await stage.play(settings, script=None, lines=[":quit"])
    shown = capsys.readouterr().out
    assert "sam @dm> Je n'en peux plus" in shown
    assert "I can't go on" not in shown


async def test_whatever_the_first_screen_offers_is_as_it_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = load(shipped("config") / "peerbot.toml")
    set_up = [
        "alex (admin) #care-team> /peerbot setup",
        'press "Suggest the rest"',
        'press "Publish"',
    ]
    offered = [
        "sam @dm> I can't go on",
        "robin (moderator)> /peerbot panel",
        "robin> /peerbot checkins",
        "robin> /peerbot alerts",
        "robin> /peerbot tips",
        "ana (staff)> /peerbot resources",
    ]
    await stage.play(settings, script=None, lines=[*set_up, *offered])
    shown = capsys.readouterr().out
    first_screen = shown.partition("╯")[0]
    assert [line for line in offered if line not in first_screen] == []
    assert "This one is for" not in shown
    # What sam reads, and nobody else is told of.
    assert "That sounds like a lot to carry" in shown
    assert "# care-team, moderators and staff see this" not in shown


async def test_words_behind_help_now_are_looked_at_and_help_comes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = load(shipped("config") / "peerbot.toml")
    lines = [
        "alex (admin) #care-team> /peerbot setup",
        'press "Suggest the rest"',
        'press "Publish"',
        "sam> /checkin now",
        "sam> /help-now please i want to kill myself",
    ]
    await stage.play(settings, script=None, lines=lines)
    shown = capsys.readouterr().out
    assert "takes no more words" not in shown
    assert "Before your first check-in" in shown
    assert "Please check on a member" in shown
