"""What anybody can send to a bot on Discord: answered kindly, and nothing breaks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from simcord import interactions
from simcord.http.router import dispatch

import discord
from peerbot.chat.actions import action
from peerbot.chat.cards import Actions, Button, Confirm, Style, Text
from peerbot.chat.events import ButtonPressed, FormSubmitted
from peerbot.chat.gateway import Undeliverable, Why
from peerbot.testing.fakes import RecordingCore
from peerbot.testing.stand import ASK, FILLED, FORM, Stand, a_card
from tests.adapters.discord.harness import DiscordHarness

GO = action("conform", "go", "a1")
ASKED = Confirm(question="Really?", yes="Yes, do", no="No, stay")


@asynccontextmanager
async def standing() -> AsyncIterator[Stand]:
    """Stand on simcord; no fixture, for simcord's clock belongs to the task that started it."""
    core = RecordingCore()
    core.forms = {(ASK.feature, ASK.verb): FORM}
    harness = await DiscordHarness.start(core)
    try:
        yield Stand(harness, core)
    finally:
        await harness.close()


async def pressed_raw(stand: Stand, custom_id: str, **more: Any) -> None:
    """Let sam send a press that no client of Discord's would: with any custom id."""
    harness: DiscordHarness = stand.harness  # type: ignore[assignment]
    await harness.sends(harness.sam, 3, {"custom_id": custom_id, "component_type": 2} | more)


@pytest.mark.parametrize(
    "custom_id",
    [
        "",
        "x",
        "pb1|",
        "pb1|conform",
        "pb1|conform|go|../../etc",
        "pb1|conform|go|" + "a" * 90,
        "pb9|conform|go",
        "someone-elses",
        "pb1|UPPER|go",
        "\x00pb1|conform|go",
        "kept|0",
    ],
)
async def test_a_forged_or_stale_id_is_answered_and_reaches_no_feature(custom_id: str) -> None:
    async with standing() as stand:
        await stand.show(Text("Press"), Actions((Button(GO, "Go"),)))
        await pressed_raw(stand, custom_id)
        assert stand.core.events == []
        assert "out of date" in (await stand.newest(stand.harness.sam)).words


async def test_a_double_press_is_two_presses_with_an_answer_each() -> None:
    async with standing() as stand:
        await stand.show(Text("Press"), Actions((Button(GO, "Go"),)))
        for _time in range(2):
            await stand.harness.press(stand.harness.sam, "Go")
        assert [type(one) for one in stand.core.events] == [ButtonPressed, ButtonPressed]
        assert len({one.reply.token for one in stand.core.events}) == 2  # type: ignore[union-attr]


async def test_a_no_changes_nothing_and_says_so() -> None:
    async with standing() as stand:
        stand.core.questions = {GO: ASKED}
        await stand.show(Text("Careful"), Actions((Button(GO, "Erase", Style.DANGER, ASKED),)))
        harness: DiscordHarness = stand.harness  # type: ignore[assignment]
        await harness.press(harness.sam, "Erase", says="No, stay")
        assert stand.core.events == []
        words = [one.words for one in await harness.seen_by(harness.sam)]
        assert "Nothing was changed." in words[-1]
        assert not any("Really?" in one for one in words)


async def test_after_a_restart_the_question_has_the_same_words() -> None:
    async with standing() as stand:
        stand.core.questions = {GO: ASKED}
        await stand.show(Text("Careful"), Actions((Button(GO, "Erase", Style.DANGER, ASKED),)))
        harness: DiscordHarness = stand.harness  # type: ignore[assignment]
        harness.adapter.intake.forget()
        await harness.press(harness.sam, "Erase", says="No, stay")
        assert stand.core.events == []
        await harness.press(harness.sam, "Erase", says="Yes, do")
        assert stand.last(ButtonPressed).action == GO


async def test_a_question_that_the_core_knows_no_more_is_asked_about_its_label() -> None:
    async with standing() as stand:
        await stand.show(Text("Careful"), Actions((Button(GO, "Erase", Style.DANGER, ASKED),)))
        harness: DiscordHarness = stand.harness  # type: ignore[assignment]
        await harness.press(harness.sam, "Erase", says="No, leave it")
        assert stand.core.events == []
        await harness.press(harness.sam, "Erase", says="Yes, do it")
        assert stand.last(ButtonPressed).action == GO


async def test_a_form_is_taken_after_a_restart() -> None:
    async with standing() as stand:
        await stand.form()
        harness: DiscordHarness = stand.harness  # type: ignore[assignment]
        harness.adapter.intake.forget()
        await harness.submit(harness.sam, FILLED)
        assert stand.last(FormSubmitted).action == ASK


async def test_words_that_were_not_taken_are_gone_from_the_screen_once_they_are() -> None:
    async with standing() as stand:
        await stand.form()
        harness: DiscordHarness = stand.harness  # type: ignore[assignment]
        stand.core.reasons = {"short": "That is too wet."}
        await harness.submit(harness.sam, FILLED)
        assert any("rain" in one.words for one in await harness.seen_by(harness.sam))
        await harness.submit(harness.sam, {"In a word": "sun"})
        assert not any("rain" in one.words for one in await harness.seen_by(harness.sam))


async def test_a_reply_of_another_process_still_reaches_them() -> None:
    async with standing() as stand:
        reply = (await stand.pressed()).reply
        harness: DiscordHarness = stand.harness  # type: ignore[assignment]
        harness.adapter.intake.forget()
        await harness.adapter.send(reply, a_card(Text("Later")))
        assert "Later" in (await stand.newest(harness.sam)).words


@pytest.mark.parametrize("token", ["", "x", "1", ":", "12:", "0:no-such-token"])
async def test_a_reply_that_is_none_is_told(token: str) -> None:
    async with standing() as stand:
        reply = (await stand.pressed()).reply
        forged = type(reply)(reply.platform, token, reply.person)
        with pytest.raises(Undeliverable) as refused:
            await stand.harness.adapter.send(forged, a_card(Text("?")))
        assert refused.value.why is Why.GONE


@pytest.mark.parametrize("kind", [discord.InteractionType.ping.value, 99])
async def test_an_interaction_of_an_unknown_kind_is_left_alone(kind: int) -> None:
    async with standing() as stand:
        harness: DiscordHarness = stand.harness  # type: ignore[assignment]
        await harness.sends(harness.sam, kind, {})
        assert stand.core.events == []
        assert await harness.seen_by(harness.sam) == []


def test_simcord_has_what_the_harness_builds_on() -> None:
    assert callable(interactions.base_payload)
    assert callable(dispatch)
