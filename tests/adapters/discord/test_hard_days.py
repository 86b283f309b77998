"""An hour without Discord, a form that was open for a quarter of an hour, a very long message."""

from collections import Counter
from datetime import timedelta
from typing import Any

from peerbot import stage
from peerbot.chat.addresses import Address
from peerbot.chat.cards import Card, Text
from peerbot.chat.events import FormSubmitted, MessagePosted
from peerbot.chat.gateway import Delivered
from peerbot.chat.stage import Stage
from peerbot.paths import shipped
from peerbot.settings import load
from peerbot.testing.stand import FILLED, a_card
from tests.adapters.discord.harness import DiscordHarness
from tests.adapters.discord.playing import DiscordPlay
from tests.adapters.discord.test_untrusted import standing

SCRIPT = """
language: en
start: 2026-03-02T14:00Z
zone: America/Toronto
alex (admin) #care-team> /peerbot setup
alex> press "Suggest the rest"
alex> press "Publish"
wait until 17:50
# Discord goes down
wait 1s
wait 1h
# and is back
wait 2s
wait 30m
sam> expect public "How connected have you felt this week?"
"""
IN_DANGER = """
language: en
start: 2026-03-02T14:00Z
zone: America/Toronto
alex (admin) #care-team> /peerbot setup
alex> press "Suggest the rest"
alex> press "Publish"
alex> /peerbot panel
alex> press "Switch on"
alex> press "Post the notice, switch on"
# Discord goes down
wait 1s
sam #general> i want to kill myself tonight
wait 1h
# and is back
wait 2s
wait 2m
alex> expect public "Please check on a member"
sam> expect private "Please let someone be with you now"
sam> expect private "nobody has taken it so far"
"""
DOWN, BACK = timedelta(seconds=1), timedelta(seconds=2)


class DownForAnHour(DiscordPlay):
    """Discord answers nothing but 503 after a wait of one second, until one of two."""

    def __init__(self) -> None:
        super().__init__(write=lambda _text: None)
        self.arrived: Counter[str] = Counter()
        self.tried: Counter[str] = Counter()

    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        self.tried[card.key] += 1
        delivered = await super().send(to, card, nonce=nonce)
        self.arrived[card.key] += 1
        return delivered

    async def play(self, stage: Stage, **asked: Any) -> int:
        return await super().play(_Weather(stage, self), **asked)  # type: ignore[arg-type]

    def is_down(self, *, down: bool) -> None:
        assert self._env is not None
        self._env.backend.faults.clear()
        if down:
            self._env.inject_error("*", "/channels/*", status=503, code=0, message="", times=None)


class _Weather:
    def __init__(self, real: Stage, player: DownForAnHour) -> None:
        self._real = real
        self._player = player

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    async def wait(self, length: timedelta) -> None:
        if length == BACK:
            self._player.is_down(down=False)
        await self._real.wait(length)
        if length == DOWN:
            self._player.is_down(down=True)


async def test_a_check_in_that_was_due_while_discord_was_down_for_an_hour_comes_once() -> None:
    player = DownForAnHour()
    settings = load(shipped("config") / "peerbot.toml")
    assert await stage.play(settings, script=SCRIPT, player=player) == 0
    assert player.tried["checkins.prompt"] > 1
    assert player.arrived["checkins.prompt"] == 1


async def test_help_comes_once_and_soon_after_discord_was_down_for_an_hour() -> None:
    player = DownForAnHour()
    settings = load(shipped("config") / "peerbot.toml")
    assert await stage.play(settings, script=IN_DANGER, player=player) == 0
    assert player.arrived["crisis.answer"] == 1
    assert player.arrived["crisis.alert"] == 1
    assert player.arrived["crisis.nobody-free"] == 0


async def test_a_form_that_was_open_for_fourteen_minutes_is_taken() -> None:
    async with standing() as stand:
        await stand.form()
        harness: DiscordHarness = stand.harness  # type: ignore[assignment]
        await harness.later(timedelta(minutes=14))
        await harness.submit(harness.sam, FILLED)
        submitted = stand.last(FormSubmitted)
        await harness.adapter.send(submitted.reply, a_card(Text("Thank you")))
        assert "Thank you" in (await stand.newest(harness.sam)).words


async def test_a_message_of_mostly_unseen_signs_arrives_word_for_word() -> None:
    text = ("\u200b\u2060\u00ad" * 662 + "i want to die")[:2000]
    async with standing() as stand:
        await stand.harness.say(stand.harness.sam, text)
        assert stand.last(MessagePosted).text == text
