"""Discord as an adapter: connects, hands events over, sends and edits cards."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from http import HTTPStatus

import discord

from adapters.discord import inbound
from adapters.discord.automod import AutoMod
from adapters.discord.client import USUAL_PACE, Client, Pace
from adapters.discord.connection import Connection, Gateway
from adapters.discord.errors import THREAD_IS_LOST, TROUBLE, as_delivery, in_a_word
from adapters.discord.facts import facts_of
from adapters.discord.intake import Http, Intake
from adapters.discord.names import Names
from adapters.discord.native import PLATFORM, Json, Native
from adapters.discord.places import Places
from adapters.discord.registering import sync_at_start
from adapters.discord.render import message_of
from adapters.discord.rest import Api
from adapters.discord.turns import Turn
from adapters.discord.under_way import UnderWay
from adapters.discord.unseen import tell_unseen
from peerbot.chat.adapters import Capabilities, Core, SpaceFacts
from peerbot.chat.addresses import (
    Address,
    MessageRef,
    NewInbox,
    Person,
    PrivateThread,
    Reply,
    Room,
    Space,
)
from peerbot.chat.cards import Card, Chart
from peerbot.chat.gateway import Delivered, Undeliverable, Why
from peerbot.clock import Clock, SystemClock
from peerbot.settings import Settings

log = logging.getLogger(__name__)

DRAINS_FOR = timedelta(seconds=10)


OffTheLoop = Callable[[Callable[[], Native]], Awaitable[Native]]


class Discord:
    """Implements `Adapter`."""

    name = PLATFORM

    def __init__(
        self,
        *,
        connection: Connection,
        message_content: bool = False,
        look_early: bool = True,
        now: Clock | None = None,
        shard_count: int | None = None,
        off_the_loop: OffTheLoop = asyncio.to_thread,
        pace: Pace = USUAL_PACE,
    ) -> None:
        self.capabilities = Capabilities(
            private_thread=True,
            message_content=message_content,
            word_filter=True,
            # https://github.com/discord/discord-api-docs/issues/7854
            previews_every_card=False,
            pins=True,
            idempotent_sends=True,
            sends_per_second=1.0,
        )
        now = now or SystemClock()
        self._connection = connection
        self._off_the_loop = off_the_loop
        self._core: Core | None = None
        self._registering: asyncio.Task[None] | None = None
        self._under_way = UnderWay()
        self._names = Names(lambda: self.client.http)
        self._looking = asyncio.Lock()
        self.word_filter = AutoMod(lambda: self.client.http, lambda: self.client)
        self.intake = Intake(
            self._connected,
            self._http,
            now,
            self._under_way,
            self._names,
            first_within=pace.first_answer_within,
            is_our_rule=self.word_filter.is_ours,
        )
        self.client = Client(
            self.intake,
            message_content=message_content,
            look_early=look_early,
            shard_count=shard_count,
            pace=pace,
            on_ready=self.look_around,
        )
        self._places = Places(lambda: self.client.http, self.intake.inboxes, now)

    # -- Adapter -------------------------------------------------------------------------------

    async def start(self, core: Core) -> None:
        self._core = core
        await self._connection.open(self.client)
        # Beside everything else: help that is registered already must not wait for the rest.
        self._registering = asyncio.create_task(self._register(core))

    async def stop(self) -> None:
        """Let what is under way come to its end, for ten seconds at most; then disconnect."""
        if self._registering is not None:
            self._registering.cancel()
            await asyncio.gather(self._registering, return_exceptions=True)
        await self._under_way.settled(DRAINS_FOR)
        await self._connection.close(self.client)
        await self._under_way.ended()
        self._core = None

    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        if isinstance(to, Reply):
            # Without a nonce: what was given up must not be shown beside what is sent instead.
            return await self._answer(to, card)
        return await self._under_way.to_its_end(self._send(to, card, nonce))

    async def edit(self, ref: MessageRef, card: Card) -> Delivered:
        return await self._under_way.to_its_end(self._edit(ref, card))

    async def still_shows(self, ref: MessageRef) -> bool:
        return await self._under_way.to_its_end(self._still_shows(ref))

    def domain(self, to: Address) -> str:
        """Return one lane for each room, and one for all inboxes: those are opened gently."""
        match to:
            case Room(id=room) | PrivateThread(room=Room(id=room)):
                return f"{PLATFORM}.{room}"
            case _:
                return f"{PLATFORM}.inboxes"

    async def facts(self, space: Space) -> SpaceFacts:
        guild = self._guild(space)
        async with as_delivery():
            return facts_of(guild, await guild.fetch_channels())

    async def who_runs(self, space: Space) -> tuple[Person, ...]:
        owner = self._guild(space).owner_id
        return (inbound.person(discord.Object(owner)),) if owner else ()

    def _guild(self, space: Space) -> discord.Guild:
        guild = self.client.get_guild(_number(space.id))
        if guild is None:
            raise Undeliverable(Why.GONE, "not in that server")
        return guild

    async def look_around(self) -> None:
        """Compare the servers that Discord lists with those that the core knows of."""
        if self._core is not None:
            await self._under_way.to_its_end(self._look_around(self._core))

    # -- inside --------------------------------------------------------------------------------

    async def _look_around(self, core: Core) -> None:
        try:
            async with self._looking:
                await tell_unseen(self.client, self.intake, lambda: core.spaces(PLATFORM))
        except TROUBLE as error:
            log.warning("Discord does not say which servers we are in: %s", in_a_word(error))

    async def _register(self, core: Core) -> None:
        """Only here, once for each start: Discord says "ready" again after every reconnect."""
        us = self.client.user
        api = Api(self.client.http, us.id if us else 0)
        await sync_at_start(api, self.client.application_id or 0, core.commands)

    async def _answer(self, to: Reply, card: Card) -> Delivered:
        message = await self._drawn(card)
        async with as_delivery():
            await self._turn(to).answer(message, instead=to.instead)
        return Delivered(None)

    async def _send(self, to: Address, card: Card, nonce: str | None) -> Delivered:
        message = await self._drawn(card)
        async with as_delivery():
            channel_id, sent = await self._put(to, message, nonce)
        ref = inbound.ref_of(channel_id, int(sent["id"]))
        pinned = card.pinned and await self._places.pin(channel_id, int(sent["id"]))
        return Delivered(ref, pinned=pinned)

    async def _put(self, to: Address, message: Native, nonce: str | None) -> tuple[int, Json]:
        channel_id = await self._channel(to)
        try:
            return channel_id, await self._places.send(channel_id, message, nonce)
        except discord.HTTPException as error:
            is_gone = error.code in THREAD_IS_LOST
            if not isinstance(to, PrivateThread) or not is_gone:
                raise
        # Somebody deleted or locked the thread; who is in danger hears of it all the same.
        self._places.forget_thread(to)
        channel_id = await self._channel(replace(to, made=""))
        return channel_id, await self._places.send(channel_id, message, nonce)

    async def _edit(self, ref: MessageRef, card: Card) -> Delivered:
        message = await self._drawn(card)
        channel_id, message_id = _number(ref.room), _number(ref.message)
        async with as_delivery():
            try:
                await self._places.edit(channel_id, message_id, message)
            except discord.HTTPException as error:
                if message.is_v2 or error.status != HTTPStatus.BAD_REQUEST:
                    raise
                # It was made in Components V2, and Discord lets no message leave that.
                same = await self._drawn(card, stays_v2=True)
                await self._places.edit(channel_id, message_id, same)
        pinned = card.pinned and await self._places.pin(channel_id, message_id)
        return Delivered(ref, pinned=pinned)

    async def _still_shows(self, ref: MessageRef) -> bool:
        async with as_delivery():
            return await self._places.is_there(_number(ref.room), _number(ref.message))

    def _connected(self) -> Core:
        if self._core is None:
            raise RuntimeError("Discord is not started: nobody takes its events")
        return self._core

    def _http(self) -> Http:
        return Http(self.client.http, self.client.application_id or 0)

    def _turn(self, reply: Reply) -> Turn:
        try:
            return self.intake.turn(reply.token)
        except ValueError:
            raise Undeliverable(Why.GONE, "no such interaction") from None

    async def _channel(self, to: Address) -> int:
        match to:
            case Room():
                return _number(to.id)
            case Person():
                return await self._places.inbox(to, opening=False)
            case NewInbox():
                return await self._places.inbox(to.person, opening=True)
            case PrivateThread():
                return await self._places.thread(to)
            case Reply():
                raise Undeliverable(Why.UNSUPPORTED)

    async def _drawn(self, card: Card, *, stays_v2: bool = False) -> Native:
        """Return the card as a message; charts are drawn off the loop, which others need."""
        card = await self._names.shown(card)
        draw = partial(message_of, card, stays_v2=stays_v2)
        if any(isinstance(one, Chart) for one in card.children):
            return await self._off_the_loop(draw)
        return draw()


def _number(platform_id: str) -> int:
    if not platform_id.isdecimal():
        raise Undeliverable(Why.GONE, "not an id of Discord's")
    return int(platform_id)


def connect(settings: Settings) -> Discord:
    """Return the adapter for the bot whose token is in the settings."""
    return Discord(
        connection=Gateway(settings.discord),
        message_content=settings.discord.message_content,
        look_early=settings.discord.look_early,
    )
