"""Draws cards as the walk-through shows them on Discord, each for the eyes that it is meant for.

`python -m tests.adapters.discord.played FOLDER [KEY...]`: a picture of the first card of each key,
in each language; without keys those that `docs/discord.md` shows.
"""

import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import simcord
from playwright.async_api import async_playwright

from peerbot import stage
from peerbot.chat.adapters import Core
from peerbot.chat.addresses import Address, Reply
from peerbot.chat.cards import Card
from peerbot.chat.gateway import Delivered
from peerbot.i18n import LANGUAGES
from peerbot.paths import shipped
from peerbot.settings import load
from tests.adapters.discord.pictures import ALONE, BROWSERS, HEIGHT, WIDTH
from tests.adapters.discord.playing import DiscordPlay

SHOWN = (
    "checkins.answer",
    "checkins.prompt",
    "checkins.summary",
    "community.notice",
    "community.panel",
    "crisis.alert",
    "crisis.answer",
    "resources.results",
    "setup.summary",
    "tips.one",
)
"""In the documentation."""
SEES_ALL = "alex"
ONE_MORE = "\nsam> /tip\n"


class Photographed(DiscordPlay):
    """Plays a script; what was asked for is drawn once it has come to rest."""

    server = "Harbour"

    def __init__(
        self, browser: Callable[[], Awaitable[Any]], folder: Path, language: str, keys: set[str]
    ) -> None:
        super().__init__(write=lambda _text: None)
        self._browser = browser
        self._folder = folder
        self._spoken = language
        self._wanted = set(keys)
        self._waiting: dict[str, tuple[int, int]] = {}

    @property
    def missing(self) -> set[str]:
        """Return the keys that did not come."""
        return self._wanted

    async def start(self, core: Core) -> None:
        await super().start(core)
        self._env.backend.bot_user.name = "peerbot"

    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        delivered = await super().send(to, card, nonce=nonce)
        if card.key in self._wanted:
            self._wanted.remove(card.key)
            self._waiting[card.key] = self._native(to, delivered)
        return delivered

    async def _before_a_deed(self) -> None:
        await self._draw()
        await super()._before_a_deed()

    def _native(self, to: Address, delivered: Delivered) -> tuple[int, int]:
        if isinstance(to, Reply):
            record = self._env.backend.interactions[int(to.token.partition(":")[0])]
            follow_ups = record.followup_ids
            return record.channel_id, follow_ups[-1] if follow_ups else record.message_id
        return int(delivered.ref.room), int(delivered.ref.message)

    async def _draw(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for key, native in waiting.items():
            message = self._env.backend.get_message(*native)
            channel, viewer = self._seen_by(message)
            async with self._env.preview(
                channel, viewers=[viewer], width=WIDTH, height=HEIGHT
            ) as preview:
                # A preview closes its browser with itself.
                preview._capture_manager._browser = await self._browser()
                await preview.screenshot(
                    self._folder / f"{key}.{self._spoken}.png",
                    target=simcord.ResponseMessage(self._env, message),
                    allow_incomplete=True,
                )

    def _seen_by(self, message: Any) -> tuple[Any, Any]:
        readers = self._town.readers_of(message)
        viewer = self._town.members[next(iter(readers)) if readers else SEES_ALL]
        channel = self._env.backend.get_channel(message.channel_id)
        if channel.guild_id is None:
            return viewer.user.dm_channel, viewer.user
        room = simcord.ChannelHandle(self._env, self._town.guild, channel)
        return room, viewer


async def draw(folder: Path, keys: set[str]) -> set[str]:
    """Write the pictures; return the keys that the walk-through does not show."""
    browsers = [found for name in BROWSERS if (found := shutil.which(name))]
    if not browsers:
        raise SystemExit("pictures need Chromium. On Debian: apt install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    settings = load(shipped("config") / "peerbot.toml")
    missing: set[str] = set()
    async with async_playwright() as playwright:

        async def browser() -> Any:
            return await playwright.chromium.launch(executable_path=browsers[0], args=[*ALONE])

        for language in LANGUAGES:
            player = Photographed(browser, folder, language, keys)
            # One deed more, since what the last one brought is drawn before the next.
            script = stage.walkthrough(language) + ONE_MORE
            await stage.play(settings, script=script, player=player)
            missing |= player.missing
    return missing


if __name__ == "__main__":
    left = asyncio.run(draw(Path(sys.argv[1]), set(sys.argv[2:] or SHOWN)))
    if left:
        raise SystemExit(f"the walk-through does not show {', '.join(sorted(left))}")
