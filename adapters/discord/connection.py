"""The way to Discord over the network: login, gateway, and what stands in the way, in sentences."""

import asyncio
import logging
from datetime import timedelta
from typing import Protocol

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from adapters.discord.client import Client
from peerbot.errors import PeerbotError
from peerbot.settings import DiscordSettings

log = logging.getLogger(__name__)

READY_WITHIN = timedelta(seconds=60)

UNKNOWN_BOT = (
    "Discord does not know this token. Copy it again: developer portal, your application, Bot, "
    "Reset Token; then set PEERBOT_DISCORD__TOKEN."
)
NO_INTENT = (
    "discord.message_content is on, but the switch for it is off. Turn on Message Content Intent: "
    "developer portal, your application, Bot; or set discord.message_content = false."
)


class CannotConnect(PeerbotError):
    """Discord does not let us in; says what to do about it."""


class Connection(Protocol):
    """How a client comes to Discord, and leaves."""

    async def open(self, client: Client) -> None:
        """Return when events flow. Raises `CannotConnect`."""
        ...

    async def close(self, client: Client) -> None: ...


def use_addresses(settings: DiscordSettings) -> None:
    """Have discord.py speak to the API and gateway of the settings from now on."""
    if settings.api_base:
        Route.BASE = settings.api_base
    if settings.gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = URL(settings.gateway_url)


class Gateway:
    """Implements `Connection`: one connection for as long as the adapter runs."""

    def __init__(self, settings: DiscordSettings) -> None:
        self._token = settings.token.get_secret_value()
        use_addresses(settings)
        self._running: asyncio.Task[None] | None = None

    async def open(self, client: Client) -> None:
        """Log in and connect; return once the first shard is ready. Raises `CannotConnect`."""
        try:
            await client.login(self._token)
        except discord.LoginFailure:
            raise CannotConnect(UNKNOWN_BOT) from None
        except (discord.HTTPException, OSError) as error:
            raise CannotConnect(f"Discord cannot be reached: {type(error).__name__}.") from error
        self._running = asyncio.create_task(client.connect(reconnect=True))
        ready = asyncio.create_task(client.wait_until_ready())
        done, _waiting = await asyncio.wait(
            {self._running, ready},
            timeout=READY_WITHIN.total_seconds(),
            return_when=asyncio.FIRST_COMPLETED,
        )
        ready.cancel()
        if self._running in done:
            self._explain(self._running)
        if not done:
            # discord.py goes on trying; help over other platforms must not wait for it.
            log.error("Discord lets us in, and its gateway does not answer yet")

    @staticmethod
    def _explain(ended: "asyncio.Task[None]") -> None:
        error = ended.exception()
        if isinstance(error, discord.PrivilegedIntentsRequired):
            raise CannotConnect(NO_INTENT) from None
        raise CannotConnect(f"Discord ended the connection: {type(error).__name__}.") from error

    async def close(self, client: Client) -> None:
        if self._running is None:
            return
        await client.close()
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        self._running = None
