"""What Discord shows under a field while somebody types in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from adapters.discord.commands import choices_of, payload_of, typed_in
from peerbot.chat.commands import Command, Parameter
from peerbot.chat.events import CommandUsed, OptionTyped
from peerbot.chat.router import Answer, Failure, Router
from peerbot.chat.suggestions import Suggestion
from peerbot.chat.switchboard import Switchboard
from peerbot.i18n import Msg
from peerbot.testing import EnglishReaders, OpenDoor, RecordingCore, SilentScreen
from tests.adapters.discord.double import Double
from tests.adapters.discord.double.connected import an_adapter
from tests.adapters.discord.double.faults import FIRST_ANSWERS, refused
from tests.adapters.discord.harness import DiscordHarness

WORDS = Parameter(name="words", summary=Msg("Search"), suggested=True, most=80)
WHERE = Parameter(name="where", summary=Msg("Search"))
ALONE = Command(name="find", summary=Msg("Search"), parameters=(WORDS, WHERE))
GROUPED = Command(name="peerbot find", summary=Msg("Search"), parameters=(WORDS, WHERE))
RAIN = Suggestion("rain", "Rain, and a little sun")
AUTOCOMPLETE = 4


@asynccontextmanager
async def standing(core: Any = None) -> AsyncIterator[DiscordHarness]:
    """Stand on simcord; no fixture, for simcord's clock belongs to the task that started it."""
    core = core or RecordingCore()
    core.commands, core.suggests = (ALONE, GROUPED), (RAIN,)
    harness = await DiscordHarness.start(core)
    try:
        yield harness
    finally:
        await harness.close()


@pytest.mark.parametrize("name", ["find", "peerbot find"])
async def test_what_the_core_offers_is_shown_with_its_label(name: str) -> None:
    core = RecordingCore()
    async with standing(core) as harness:
        shown = await harness.types(harness.sam, name, "words", "ra", where="here")
        assert shown == [{"name": "Rain, and a little sun", "value": "rain"}]
        (typed,) = core.typed
        assert (typed.name, typed.option, typed.typed) == (name, "words", "ra")
        assert typed.options == {"where": "here"}
        assert (typed.person, typed.space) == (harness.sam, harness.space)


async def test_typing_is_no_deed_and_leaves_no_turn_behind() -> None:
    core = RecordingCore()
    async with standing(core) as harness:
        for typed in ("r", "ra", "rai"):
            await harness.types(harness.sam, "find", "words", typed)
        assert core.events == []
        assert len(harness.adapter.intake._turns) == 0
        assert list(await harness.seen_by(harness.sam)) == []


async def test_what_was_not_offered_can_be_sent_all_the_same() -> None:
    core = RecordingCore()
    async with standing(core) as harness:
        await harness.use(harness.sam, "find", {"words": "a word of my own"})
        (used,) = core.events
        assert isinstance(used, CommandUsed)
        assert used.options == {"words": "a word of my own"}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"type": 1, "name": "find"},
        {"type": 1, "name": "find", "options": "words"},
        {"type": 1, "name": "find", "options": [{"name": "words", "type": 3, "value": "x"}]},
        {"type": 1, "name": "find", "options": [{"name": "words", "value": 7, "focused": True}]},
        {"type": 1, "name": 7, "options": [{"name": "words", "value": "x", "focused": True}]},
        {"type": 2, "name": "find", "options": [{"name": "w", "value": "x", "focused": True}]},
        {"type": 1, "name": "x", "options": [{"name": "a", "value": "x" * 9000, "focused": 1}]},
    ],
)
async def test_a_forged_field_is_offered_nothing_and_breaks_nothing(data: dict[str, Any]) -> None:
    assert typed_in(data) == ("", "", {})
    core = RecordingCore()
    async with standing(core) as harness:
        core.suggests = ()
        await harness.sends(harness.sam, AUTOCOMPLETE, data)
        assert core.events == []
        assert list(await harness.seen_by(harness.sam)) == []


class Breaks(RecordingCore):
    async def suggestions(self, event: OptionTyped) -> tuple[Suggestion, ...]:
        raise RuntimeError(event.typed)


async def test_words_that_are_typed_are_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with standing(Breaks()) as harness:
        assert await harness.types(harness.sam, "find", "words", "my secret") == []
    assert "RuntimeError" in caplog.text
    assert "my secret" not in caplog.text


async def test_the_options_that_are_suggested_and_no_others_are_completed() -> None:
    find = next(one for one in payload_of((ALONE,)) if one["name"] == "find")
    completed = {one["name"]: one.get("autocomplete", False) for one in find["options"]}
    assert completed == {"words": True, "where": False}


def test_discords_limits_are_kept_in_its_own_count() -> None:
    flowers = [Suggestion(f"{n}{'🌱' * 40}", "🌱" * 90) for n in range(40)]
    too_long = Suggestion("🌱" * 60, "Flowers")
    shown = choices_of([too_long, *flowers])
    assert len(shown) == 25
    assert all(len(one["name"].encode("utf-16-le")) // 2 <= 100 for one in shown)
    assert "🌱" * 60 not in {one["value"] for one in shown}


async def test_an_answer_that_comes_too_late_is_no_trouble(
    double: Double, caplog: pytest.LogCaptureFixture
) -> None:
    """They typed on: Discord knows that interaction no more."""
    failures: list[Failure] = []
    board = Switchboard(EnglishReaders())
    router = Router(board, SilentScreen(), OpenDoor(), failures.append)

    async def look(_event: CommandUsed) -> Answer:
        return None

    async def suggest(_event: OptionTyped) -> tuple[Suggestion, ...]:
        return (RAIN,)

    router.command("toy", ALONE, look, suggest={"words": suggest})
    board.lead_to(router)
    adapter = an_adapter(double)
    await adapter.start(board)
    double.plant(refused(FIRST_ANSWERS, 404, 10062))
    late = double.home.types(double.home.sam, "find", "words", "ra")
    await double.until(lambda: len(double.first_answers()) == 1)
    in_time = double.home.types(double.home.sam, "find", "words", "rai")
    await double.until(lambda: in_time.autocomplete_choices)
    assert in_time.autocomplete_choices == [{"name": str(RAIN.label), "value": "rain"}]
    assert late.autocomplete_choices is None
    await adapter.stop()
    assert failures == []
    assert [one for one in caplog.records if "suggest" in one.message] == []
