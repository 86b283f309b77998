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
from adapters.discord.errors import TROUBLE, in_a_word
from peerbot.errors import PeerbotError
from peerbot.settings import DiscordSettings

log = logging.getLogger(__name__)

READY_WITHIN = timedelta(seconds=60)

UNKNOWN_TOKEN = 4004
"""https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway"""
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
        self._is_wanted = False

    async def open(self, client: Client) -> None:
        """Log in and connect; return once all shards are ready. Raises `CannotConnect`."""
        self._is_wanted = True
        try:
            await self._log_in(client)
            await self._connect(client)
        except BaseException:
            await self.close(client)
            raise

    async def close(self, client: Client) -> None:
        if not self._is_wanted:
            return
        self._is_wanted = False
        await client.close()
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None

    # -- inside --------------------------------------------------------------------------------

    async def _log_in(self, client: Client) -> None:
        try:
            await client.login(self._token)
        except discord.LoginFailure:
            raise CannotConnect(UNKNOWN_BOT) from None
        except TROUBLE as error:
            raise CannotConnect(f"Discord cannot be reached: {in_a_word(error)}.") from error

    async def _connect(self, client: Client) -> None:
        self._running = asyncio.create_task(client.connect(reconnect=True))
        ready = asyncio.create_task(client.wait_until_ready())
        try:
            done, _waiting = await asyncio.wait(
                {self._running, ready},
                timeout=READY_WITHIN.total_seconds(),
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            ready.cancel()
        if self._running in done:
            raise CannotConnect(_why(self._running)) from self._running.exception()
        if not done:
            # discord.py goes on trying; help over other platforms must not wait for it.
            log.error("Discord lets us in, and its gateway does not answer yet")
        self._running.add_done_callback(self._ended)

    def _ended(self, running: "asyncio.Task[None]") -> None:
        """Say why we are connected no more, where it was not we who wanted that."""
        if self._is_wanted and not running.cancelled():
            log.critical("Discord is gone until peerbot is started again: %s", _why(running))


def _why(ended: "asyncio.Task[None]") -> str:
    match ended.exception():
        case discord.PrivilegedIntentsRequired():
            return NO_INTENT
        case discord.ConnectionClosed(code=code) if code == UNKNOWN_TOKEN:
            return UNKNOWN_BOT
        case discord.ConnectionClosed(code=code):
            return f"Discord ended the connection (close code {code})."
        case error:
            return f"Discord ended the connection: {type(error).__name__}."
