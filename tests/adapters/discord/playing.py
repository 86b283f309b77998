"""Flow scripts played on Discord: the real adapter on simcord, seen with the console's eyes."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import simcord

from adapters.console.script import ScriptPlay
from adapters.console.steps import headers
from adapters.console.world import OWNER, SPACE_NAME, World
from adapters.discord.native import PLATFORM
from peerbot.chat.adapters import Capabilities, Core, SpaceFacts
from peerbot.chat.addresses import Address, MessageRef, Person, Reply, Room, Space
from peerbot.chat.cards import Card
from peerbot.chat.gateway import Delivered
from peerbot.chat.router import Failure
from peerbot.chat.stage import Headers, Stage, Trouble
from peerbot.chat.text import Words
from tests.adapters.discord import membership
from tests.adapters.discord.doing import OnDiscord
from tests.adapters.discord.harness import QuickEnv, on_simcord
from tests.adapters.discord.mirror import Listening, Mirror, room_in
from tests.adapters.discord.town import EPOCH, OneClock, Town

A = TypeVar("A")


class Discordia(World):
    """The console's world; what a script does to it, it does to Discord."""

    def __init__(self) -> None:
        super().__init__()
        self.town: Town | None = None

    def delete_room(self, room: str) -> bool:
        gone = super().delete_room(room)
        if gone and self.town is not None:
            self.town.delete_room(room)
        return gone


class DiscordPlay:
    """Implements `Adapter` and `Player`. What peerbot sends goes to Discord, then to the mirror."""

    name = PLATFORM
    server = SPACE_NAME

    def __init__(
        self,
        *,
        restarts: bool = False,
        write: Callable[[str], object] | None = None,
        loses: Callable[[Card], Card] = lambda card: card,
    ) -> None:
        """With `restarts` the house is built anew before each deed.

        `loses` is what an adapter with a defect would make of a card.
        """
        self.world = Discordia()
        self._loses = loses
        self._restarts = restarts
        self._write = write or sys.stdout.write
        self._stage: Stage | None = None
        self._env: simcord.Env | None = None
        self._language = "en"
        self._core: Core | None = None
        self._listening: Listening | None = None
        self._outside: Context = copy_context()
        self._discord = on_simcord(self.now)
        self.capabilities: Capabilities = self._discord.capabilities
        self._town: Town | None = None

    # -- Adapter -------------------------------------------------------------------------------

    async def start(self, core: Core) -> None:
        """Bring the client in; after a restart of the house a new one, to the same Discord."""
        if self._env is None:
            self._env = QuickEnv(self._discord.client, shard_count=1)
            self._env.backend.clock = OneClock(self.now)
            self._town = Town(self._language)
            self._mirror = Mirror(self._town, self.world, self.now)
            self._town.env = self._env
            await self._env.start()
        else:
            self._discord = on_simcord(self.now)
            with membership.only_where_it_is(self._env.backend):
                await self._env.restart_bot(self._discord.client)
        with self._env.time_context():
            self._outside = copy_context()
        self._core = core
        self._listening = Listening(core, self._mirror, self._beyond)
        await self._discord.start(self._listening)

    async def stop(self) -> None:
        await self._discord.stop()

    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        if self.world.busy_sends > 0 and self._town is not None:
            self.world.busy_sends -= 1
            self._town.be_busy_once()
        before = self._mirror.answers(to) if isinstance(to, Reply) else 0
        delivered = await self._beyond(self._discord.send(to, self._loses(card), nonce=nonce))
        if isinstance(to, Reply):
            self._mirror.answered(to, card, before)
        else:
            shown = self._mirror.shown(_native(delivered.ref), to, card)
            assert shown.pinned == delivered.pinned, f"{card.key} is pinned in one place only"
        return delivered

    async def edit(self, ref: MessageRef, card: Card) -> Delivered:
        delivered = await self._beyond(self._discord.edit(ref, card))
        self._mirror.changed(_native(ref), card)
        return delivered

    async def still_shows(self, ref: MessageRef) -> bool:
        return await self._beyond(self._discord.still_shows(ref))

    def domain(self, to: Address) -> str:
        return self._discord.domain(to)

    async def look_around(self) -> None:
        await self._beyond(self._discord.look_around())

    async def facts(self, space: Space) -> SpaceFacts:
        return await self._beyond(self._discord.facts(space))

    async def who_runs(self, space: Space) -> tuple[Person, ...]:
        return await self._beyond(self._discord.who_runs(space))

    # -- Player --------------------------------------------------------------------------------

    def headers(self, script: str) -> Headers:
        wanted = headers(script)
        self._language = wanted.language or self._language
        return wanted

    async def play(
        self,
        stage: Stage,
        *,
        script: str | None,
        as_json: bool,
        name: str = "script",
        lines: Iterable[str] | None = None,
    ) -> int:
        del lines
        assert script is not None, "nobody sits here"
        assert self._env is not None
        assert self._town is not None
        self._stage = stage
        self.world.town = self._town
        self.deeds = OnDiscord(
            self._town, self.world, self._mirror, self._heard, self.now, self._before_a_deed
        )
        try:
            with self._env.time_context():
                self._town.build(self._env, self.server, OWNER)
                await self._town.register(self.core.commands)
                await self.deeds.install(self.server, OWNER)
                await stage.settle()
                here = _StageHere(stage, self._town)
                play = ScriptPlay(self, here, self._write, as_json=as_json)  # type: ignore[arg-type]
                return await play.play(script, name)
        finally:
            await self._env.shutdown()

    @property
    def core(self) -> "_Speaking":
        assert self._core is not None
        return _Speaking(self._core, self._town)

    def now(self) -> datetime:
        return EPOCH if self._stage is None else self._stage.now()

    # -- inside --------------------------------------------------------------------------------

    def _heard(self) -> Listening:
        assert self._listening is not None
        return self._listening

    async def _before_a_deed(self) -> None:
        if self._restarts and self._stage is not None:
            await self._stage.make(Trouble.RESTART)

    async def _beyond(self, work: Awaitable[A]) -> A:
        """Do what peerbot does outside of the bot's own work, whose waits simcord must know."""

        async def done() -> A:
            return await work

        loop = asyncio.get_running_loop()
        return await self._outside.copy().run(loop.create_task, done())


@dataclass
class _Speaking:
    """As much of the core as a script asks, for people by their names."""

    _core: Core
    _town: Town | None

    @property
    def commands(self) -> Any:
        return self._core.commands

    def say(self, words: Words, actor: Any) -> Words:
        from dataclasses import replace

        member = self._town.members.get(actor.person.id) if self._town else None
        person = Person(PLATFORM, str(member.id) if member else "0")
        return self._core.say(words, replace(actor, person=person))


class _StageHere:
    """The stage, asked about rooms by their names."""

    def __init__(self, stage: Stage, town: Town) -> None:
        self._stage = stage
        self._town = town

    @property
    def can_wait(self) -> bool:
        return self._stage.can_wait

    @property
    def failures(self) -> Sequence[Failure]:
        return self._stage.failures

    def now(self) -> datetime:
        return self._stage.now()

    def zone_of(self, room: Room) -> ZoneInfo:
        return self._stage.zone_of(room_in(self._town, room.id))

    async def wait(self, length: timedelta) -> None:
        await self._stage.wait(length)

    async def settle(self) -> None:
        await self._stage.settle()

    async def make(self, trouble: Trouble) -> None:
        await self._stage.make(trouble)


def _native(ref: MessageRef | None) -> tuple[int, int]:
    assert ref is not None
    return int(ref.room), int(ref.message)
