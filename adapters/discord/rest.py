"""The few questions that are asked of Discord without its gateway, and why it may not answer."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any, Protocol

import aiohttp
import discord
from discord.http import HTTPClient, Route

from adapters.discord.connection import UNKNOWN_BOT, CannotConnect, use_addresses
from adapters.discord.native import Json
from peerbot.settings import DiscordSettings

NOBODY_TO_BE = (
    "No token is set, so Discord lets nobody in. Developer portal, your application, Bot, Reset "
    "Token; then set PEERBOT_DISCORD__TOKEN."
)

ANSWERS_WITHIN = timedelta(seconds=45)
"""To one question, with what discord.py waits and repeats; it alone would wait five minutes."""
_MOST_RATE_LIMIT_SECONDS = 30.0
_SERVERS_AT_ONCE = 200
"""https://discord.com/developers/docs/resources/user#get-current-user-guilds"""
# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json-json-error-codes
_TOO_MANY_NEW_COMMANDS = 30034


class Rest(Protocol):
    """What Discord says when it is asked; each method raises what discord.py does."""

    async def application(self) -> Json:
        """Return what the portal knows of the application that the token belongs to."""
        ...

    async def commands(self, application_id: int) -> list[Json]:
        """Return its global commands, each in all its languages."""
        ...

    async def register(self, application_id: int, commands: Sequence[Json]) -> list[Json]:
        """Put these in the place of all global commands; return what Discord made of them."""
        ...

    async def servers(self) -> list[Json]:
        """Return the servers we are in, each with our permissions there."""
        ...

    async def server(self, server_id: str) -> Json:
        """Return one server with its roles."""
        ...

    async def rooms(self, server_id: str) -> list[Json]:
        """Return all its channels, those too that are hidden from us."""
        ...

    async def ourselves(self, server_id: str) -> Json:
        """Return us as a member there, with our roles."""
        ...

    async def automod_rules(self, server_id: str) -> list[Json]:
        """Return its AutoMod rules; needs Manage Server."""
        ...


Way = Callable[[DiscordSettings], AbstractAsyncContextManager[Rest]]
"""How to come to Discord for as long as a command runs. Raises `CannotConnect`."""


class Api:
    """Implements `Rest` for a client that is logged in."""

    def __init__(self, http: HTTPClient, our_id: int) -> None:
        self._http = http
        self._our_id = our_id

    async def application(self) -> Json:
        # discord.py's own method asks the older address, which leaves some of it out.
        return await self._one("/applications/@me")

    async def commands(self, application_id: int) -> list[Json]:
        path = f"/applications/{application_id}/commands"
        return await self._several(path, with_localizations="true")

    async def register(self, application_id: int, commands: Sequence[Json]) -> list[Json]:
        path = f"/applications/{application_id}/commands"
        kept: list[Json] = await self._asked("PUT", path, json=list(commands))
        return kept

    async def servers(self) -> list[Json]:
        found: list[Json] = []
        while True:
            after = found[-1]["id"] if found else "0"
            some = await self._several("/users/@me/guilds", limit=_SERVERS_AT_ONCE, after=after)
            found += some
            if len(some) < _SERVERS_AT_ONCE:
                return found

    async def server(self, server_id: str) -> Json:
        return await self._one(f"/guilds/{server_id}")

    async def rooms(self, server_id: str) -> list[Json]:
        return await self._several(f"/guilds/{server_id}/channels")

    async def ourselves(self, server_id: str) -> Json:
        return await self._one(f"/guilds/{server_id}/members/{self._our_id}")

    async def automod_rules(self, server_id: str) -> list[Json]:
        return await self._several(f"/guilds/{server_id}/auto-moderation/rules")

    async def _one(self, path: str) -> Json:
        found: Json = await self._asked("GET", path)
        return found

    async def _several(self, path: str, **params: str | int) -> list[Json]:
        found: list[Json] = await self._asked("GET", path, params=params)
        return found

    async def _asked(self, method: str, path: str, **given: Any) -> Any:
        async with asyncio.timeout(ANSWERS_WITHIN.total_seconds()):
            return await self._http.request(Route(method, path), **given)


@asynccontextmanager
async def logged_in(settings: DiscordSettings) -> AsyncIterator[Rest]:
    """Speak to Discord over the network, without its gateway. Raises `CannotConnect`."""
    if not settings.is_configured:
        raise CannotConnect(NOBODY_TO_BE)
    use_addresses(settings)
    client = discord.Client(
        intents=discord.Intents(guilds=True), max_ratelimit_timeout=_MOST_RATE_LIMIT_SECONDS
    )
    async with plainly():
        try:
            async with asyncio.timeout(ANSWERS_WITHIN.total_seconds()):
                await client.login(settings.token.get_secret_value())
            assert client.user is not None, "login asks who we are"
            yield Api(client.http, client.user.id)
        finally:
            await client.close()


@asynccontextmanager
async def plainly() -> AsyncIterator[None]:
    """Turn whatever Discord or the network raises inside into `CannotConnect`."""
    try:
        yield
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise CannotConnect(why(error)) from None


def why(error: Exception) -> str:
    """Return what a failure of discord.py or of the network means, and what to do about it."""
    match error:
        case discord.LoginFailure():
            return UNKNOWN_BOT
        case discord.HTTPException(code=code) if code == _TOO_MANY_NEW_COMMANDS:
            return "Discord takes 200 new commands a day and has had them. Try again tomorrow."
        case discord.RateLimited() | discord.HTTPException(status=429):
            return "Discord wants to be asked less often. Try again in some minutes."
        case discord.HTTPException(status=status, code=code) if status < 500:
            return f"Discord does not take what peerbot asked ({status}, code {code})."
        case discord.HTTPException(status=status):
            said = f"it answers {status}"
        case _:
            said = type(error).__name__
    return (
        f"Discord cannot be reached ({said}). Look at this machine's network and at "
        "https://discordstatus.com, then try again."
    )
