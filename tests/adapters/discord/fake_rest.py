"""Discord's portal as its REST API tells of it; keeps the commands that it is told."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import discord
from adapters.discord.connection import CannotConnect
from adapters.discord.facts import permissions
from adapters.discord.rest import Rest
from peerbot.settings import DiscordSettings

Json = dict[str, Any]

APPLICATION = "111111111111111111"
_US = "222222222222222222"
_SERVER = "333333333333333333"
_OUR_ROLE = "444444444444444444"


class Answered:
    """A response of aiohttp as discord.py's errors read it."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.reason = "as planted"


def refused(status: int, code: int = 0) -> discord.HTTPException:
    return discord.HTTPException(Answered(status), {"code": code, "message": "no"})  # type: ignore[arg-type]


class FakeRest:
    """Implements `Rest`: everything is in order, in a server with no rooms.

    For what depends on the state of a server see the double.
    """

    def __init__(self) -> None:
        self.portal: Json = {
            "id": APPLICATION,
            "name": "peerbot",
            "flags": 1 << 19,
            "bot_public": False,
            "bot_require_code_grant": False,
            "interactions_endpoint_url": None,
            "privacy_policy_url": "https://example.org/privacy",
        }
        self.known: list[Json] = []
        self.sent: list[list[Json]] = []
        self.breaks: Mapping[str, Exception] = {}

    async def application(self) -> Json:
        return self.portal

    async def commands(self, application_id: int) -> list[Json]:
        assert str(application_id) == APPLICATION
        return self.known

    async def register(self, application_id: int, commands: Sequence[Json]) -> list[Json]:
        assert str(application_id) == APPLICATION
        if "register" in self.breaks:
            raise self.breaks["register"]
        self.sent.append(list(commands))
        self.known = as_kept(commands)
        return self.known

    async def servers(self) -> list[Json]:
        return [{"id": _SERVER, "name": "Home", "permissions": "0"}]

    async def server(self, server_id: str) -> Json:
        everyone = {"id": server_id, "name": "@everyone", "permissions": "0"}
        ours = {"id": _OUR_ROLE, "name": "peerbot", "permissions": str(permissions().value)}
        return {"id": server_id, "name": "Home", "roles": [everyone, ours]}

    async def rooms(self, server_id: str) -> list[Json]:
        del server_id
        return []

    async def ourselves(self, server_id: str) -> Json:
        del server_id
        return {"user": {"id": _US}, "roles": [_OUR_ROLE]}

    async def automod_rules(self, server_id: str) -> list[Json]:
        del server_id
        return []

    @asynccontextmanager
    async def way(self, settings: DiscordSettings) -> AsyncIterator[Rest]:
        yield self


@asynccontextmanager
async def no_way(settings: DiscordSettings) -> AsyncIterator[Rest]:
    """Lead nowhere, as when the network is down."""
    if settings is not None:
        raise CannotConnect("Discord cannot be reached (planted).")
    yield FakeRest()


def as_kept(commands: Sequence[Json]) -> list[Json]:
    """Return commands as Discord gives them back: with its ids, and what is false left out."""
    return [
        {
            **_kept(one),
            "id": str(900 + number),
            "application_id": APPLICATION,
            "version": str(800 + number),
            "dm_permission": True,
            "nsfw": False,
            "contexts": list(reversed(one["contexts"])),
        }
        for number, one in enumerate(reversed(commands))
    ]


def _kept(part: Json) -> Json:
    inner = {
        name: [_kept(one) for one in part[name]]
        for name in ("options", "choices")
        if part.get(name)
    }
    rest = {name: value for name, value in part.items() if name not in {"options", "choices"}}
    if not rest.get("required"):
        rest.pop("required", None)
    localizations = {"name_localizations": None, "description_localizations": None}
    described = {"description": ""} if "description" not in rest else {}
    return {**localizations, **described, **rest, **inner}
