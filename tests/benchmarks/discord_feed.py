"""Discord's events as frames of its gateway, and clients that are handed them: ours and bare ones.

https://discord.com/developers/docs/events/gateway-events
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import discord

from adapters.discord.adapter import Discord
from adapters.discord.connection import use_addresses
from peerbot.chat.adapters import Core
from tests.adapters.discord.double import Double
from tests.adapters.discord.double.connected import AT_ONCE, an_adapter

Json = dict[str, Any]

SERVER, ROOM = 200_000_000_000_000_000, 300_000_000_000_000_000
_ROLES = 20
_ROOMS = 30
_WRITERS = 50
_FIRST_MESSAGE = 1_400_000_000_000_000_000


def a_server(number: int = 0) -> Json:
    """Return GUILD_CREATE of a community of middling size, as a client without members hears it."""
    guild = SERVER + number * 1_000
    roles = [_role(guild, one) for one in range(_ROLES)]
    return {
        "id": str(guild),
        "unavailable": False,
        "name": f"A place to talk {number}",
        "icon": "a" * 32,
        "owner_id": str(_writer(0)),
        "verification_level": 2,
        "default_message_notifications": 1,
        "explicit_content_filter": 2,
        "features": ["COMMUNITY", "NEWS"],
        "mfa_level": 1,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "nsfw_level": 0,
        "afk_timeout": 300,
        "large": True,
        "member_count": 800,
        "joined_at": "2026-01-05T10:00:00.000000+00:00",
        "emojis": [],
        "stickers": [],
        "voice_states": [],
        "members": [_member(guild, 0)],
        "presences": [],
        "threads": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "roles": roles,
        "channels": [_room(guild, one) for one in range(_ROOMS)],
    }


def a_message(text: str, number: int, *, guild: int = SERVER, room: int = ROOM) -> Json:
    """Return MESSAGE_CREATE of one of some people who write there."""
    writer = number % _WRITERS
    return {
        "type": 0,
        "tts": False,
        "timestamp": "2026-03-02T09:15:27.403000+00:00",
        "pinned": False,
        "nonce": str(_FIRST_MESSAGE + number),
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "member": _member(guild, writer) | {"user": None},
        "id": str(_FIRST_MESSAGE + number),
        "flags": 0,
        "embeds": [],
        "edited_timestamp": None,
        "content": text,
        "components": [],
        "channel_type": 0,
        "channel_id": str(room),
        "author": _user(writer),
        "attachments": [],
        "guild_id": str(guild),
    }


class Bare(discord.Client):
    """The least that a client in discord.py can do with a message."""

    async def on_message(self, message: discord.Message) -> None:
        pass


@asynccontextmanager
async def our_client(double: Double, core: Core) -> AsyncIterator[discord.Client]:
    """Connect ours to the double, before `core`; it reads what is written in rooms."""
    adapter: Discord = an_adapter(double, message_content=True)
    await adapter.start(core)
    try:
        yield adapter.client
    finally:
        await adapter.stop()


@asynccontextmanager
async def bare_client(double: Double, **options: Any) -> AsyncIterator[discord.Client]:
    """Connect one that does nothing, with these options and discord.py's defaults for the rest."""
    wants = discord.Intents.default()
    wants.message_content = True
    settles = {"guild_ready_timeout": AT_ONCE.settles_for.total_seconds()}
    use_addresses(double.settings())
    client = Bare(**({"intents": wants} | settles | options))
    await client.login(double.token)
    running = asyncio.create_task(client.connect())
    await client.wait_until_ready()
    try:
        yield client
    finally:
        await client.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


class Feed:
    """Frames that are handed to a connected client one after another, each when it has done."""

    _numbers = count(1)

    def __init__(self, client: discord.Client) -> None:
        self._gateway = client._connection._get_websocket(SERVER, shard_id=0)
        self._loop = client.loop

    async def tells(self, event: str, payload: Json) -> None:
        await self._take(_frame(event, payload, next(self._numbers)))

    def messages(self, texts: Sequence[str], times: int) -> list[str]:
        """Return the frames of so many messages, for `takes`."""
        return [
            _frame("MESSAGE_CREATE", a_message(texts[one % len(texts)], one), one)
            for one in range(times)
        ]

    async def takes(self, frames: Sequence[str]) -> None:
        """Hand them over at a pace that leaves nothing waiting: not in a burst."""
        for frame in frames:
            await self._take(frame)

    async def _take(self, frame: str) -> None:
        await self._gateway.received_message(frame)
        # What is under way because of it comes to its end first, in as many rounds as it needs:
        # a pause between messages would be measured, too.
        while self._loop._ready:  # type: ignore[attr-defined]  # noqa: ASYNC110
            await asyncio.sleep(0)


def _frame(event: str, payload: Json, number: int) -> str:
    return json.dumps({"t": event, "s": number, "op": 0, "d": payload}, separators=(",", ":"))


def _role(guild: int, number: int) -> Json:
    return {
        "id": str(guild + number),
        "name": f"Role number {number}" if number else "@everyone",
        "permissions": "2248473465835073",
        "position": number,
        "color": 1_752_220,
        "colors": {"primary_color": 1_752_220, "secondary_color": None, "tertiary_color": None},
        "hoist": number < 3,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def _room(guild: int, number: int) -> Json:
    hidden = [{"id": str(guild), "type": 0, "allow": "0", "deny": "1024"}]
    seen_by = [{"id": str(guild + 2), "type": 0, "allow": "1024", "deny": "0"}]
    return {
        "id": str(guild + ROOM - SERVER + number),
        "type": 0,
        "name": f"room-number-{number}",
        "position": number,
        "topic": "Where we talk about this and that, kindly and in turn.",
        "nsfw": False,
        "parent_id": None,
        "rate_limit_per_user": 0,
        "last_message_id": str(_FIRST_MESSAGE - number),
        "flags": 0,
        "permission_overwrites": hidden + seen_by if number % 5 == 0 else [],
    }


def _member(guild: int, number: int) -> Json:
    return {
        "user": _user(number),
        "roles": [str(guild + 1 + number % 5), str(guild + 7)],
        "nick": None,
        "premium_since": None,
        "pending": False,
        "mute": False,
        "deaf": False,
        "joined_at": "2026-01-09T18:22:40.120000+00:00",
        "flags": 0,
        "communication_disabled_until": None,
        "banner": None,
        "avatar": None,
    }


def _user(number: int) -> Json:
    return {
        "id": str(_writer(number)),
        "username": f"somebody{number}",
        "global_name": f"Somebody {number}",
        "discriminator": "0",
        "avatar": "b" * 32,
        "avatar_decoration_data": None,
        "public_flags": 0,
        "primary_guild": None,
        "clan": None,
    }


def _writer(number: int) -> int:
    return 100_000_000_000_000_000 + number
