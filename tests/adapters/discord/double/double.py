"""Discord as a test holds it: a server on loopback, its people, and what goes wrong with it."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Self

from aiohttp import web

from discord.gateway import DiscordWebSocket
from discord.http import Route
from peerbot.settings import DiscordSettings
from tests.adapters.discord.double.automod import Moderated
from tests.adapters.discord.double.faults import SENDS, Fault
from tests.adapters.discord.double.gateway import GATEWAY, RESUMING, Gateway
from tests.adapters.discord.double.home import Home
from tests.adapters.discord.double.portal import Portal
from tests.adapters.discord.double.rest import BASE, Request, Rest

TOKEN = "a-token-of-the-double"
GUARD_SECONDS = 10.0
"""No test waits that long: it is where one that would wait for ever ends."""


class Double:
    """Discord between `async with` and its end. For a bot in this process or in another one."""

    def __init__(self, *, token: str = TOKEN) -> None:
        self.token = token
        self.backend = Moderated()
        self.home = Home(self.backend)
        self.portal = Portal(self.backend)
        self.rest = Rest(self.portal, token, self.happened)
        self.gateway = Gateway(self.portal, token, self.happened)
        self._happened = asyncio.Event()
        self._open = AsyncExitStack()
        self._port = 0

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=32 * 1024**2)
        app.router.add_get(GATEWAY, self.gateway.serve)
        app.router.add_get(RESUMING, self.gateway.serve)
        app.router.add_route("*", BASE + "/{path:.*}", self.rest.serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        self._open.push_async_callback(runner.cleanup)
        self._open.push_async_callback(self.gateway.stop)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._port = runner.addresses[0][1]
        self.gateway.url = self.rest.gateway_url = self.gateway_url
        # The adapter sets these for the whole process, and other tests run in it, too.
        self._open.callback(setattr, Route, "BASE", Route.BASE)
        default = DiscordWebSocket.DEFAULT_GATEWAY
        self._open.callback(setattr, DiscordWebSocket, "DEFAULT_GATEWAY", default)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._open.aclose()

    # -- where it is ---------------------------------------------------------------------------

    @property
    def api_base(self) -> str:
        return f"http://127.0.0.1:{self._port}{BASE}"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self._port}{GATEWAY}"

    def settings(self, **changed: object) -> DiscordSettings:
        """Return settings with which the bot comes here, with whatever else a test wants."""
        ours = {
            "token": self.token,
            "api_base": self.api_base,
            "gateway_url": self.gateway_url,
        }
        return DiscordSettings.model_validate(ours | changed)

    @property
    def environment(self) -> dict[str, str]:
        """Return what `peerbot run` needs in its environment to come here."""
        return {
            "PEERBOT_DISCORD__TOKEN": self.token,
            "PEERBOT_DISCORD__API_BASE": self.api_base,
            "PEERBOT_DISCORD__GATEWAY_URL": self.gateway_url,
        }

    # -- what happens --------------------------------------------------------------------------

    @property
    def requests(self) -> list[Request]:
        """Every REST request, oldest first."""
        return self.rest.requests

    def sends(self) -> list[Request]:
        """Return the requests that were to create a message in a channel."""
        return [one for one in self.requests if fnmatchcase(f"{one.method} {one.path}", SENDS)]

    def first_answers(self) -> list[Request]:
        return [one for one in self.requests if one.path.endswith("/callback")]

    def plant(self, *faults: Fault) -> None:
        self.rest.faults.plant(*faults)

    def time_passes(self, by: timedelta) -> None:
        """Move Discord's clock: interactions expire by it, and nonces are forgotten."""
        self.backend.advance_clock(by.total_seconds())

    def happened(self) -> None:
        """Say that something has changed: whoever waits in `until` looks again."""
        self._happened.set()

    async def until(self, is_so: Callable[[], object], *, within: float = GUARD_SECONDS) -> None:
        """Return once it is so. Raises TimeoutError if it never is."""
        async with asyncio.timeout(within):
            while not is_so():
                self._happened.clear()
                await self._happened.wait()
