"""Discord's portal and one server as its REST API tells of them; keeps what it is told."""

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
US = "222222222222222222"
SERVER = "333333333333333333"
OUR_ROLE = "444444444444444444"
CARE = "555555555555555555"
GENERAL = "666666666666666666"
CARE_TEAM = "777777777777777777"

VIEW = discord.Permissions(view_channel=True).value
SEND = discord.Permissions(send_messages=True).value
MANAGE_GUILD = discord.Permissions(manage_guild=True).value
ADMINISTRATOR = discord.Permissions(administrator=True).value


class Answered:
    """A response of aiohttp as discord.py's errors read it."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.reason = "as planted"


def refused(status: int, code: int = 0) -> discord.HTTPException:
    return discord.HTTPException(Answered(status), {"code": code, "message": "no"})  # type: ignore[arg-type]


class FakeRest:
    """Implements `Rest`: everything is in order until a test says otherwise."""

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
        self.in_servers: list[Json] = [{"id": SERVER, "name": "Home", "permissions": "0"}]
        self.roles: dict[str, Json] = {
            SERVER: a_role(SERVER, "@everyone", VIEW | SEND),
            OUR_ROLE: a_role(OUR_ROLE, "peerbot", permissions().value),
            CARE_TEAM: a_role(CARE_TEAM, "care team", 0, mentionable=True),
        }
        self.channels: dict[str, Json] = {
            GENERAL: a_room(GENERAL, "general"),
            CARE: a_room(CARE, "care", {SERVER: (0, VIEW), OUR_ROLE: (VIEW, 0)}),
        }
        self.rules: list[Json] = []
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
        return self.in_servers

    async def server(self, server_id: str) -> Json:
        if server_id in self.breaks:
            raise self.breaks[server_id]
        names = {one["id"]: one["name"] for one in self.in_servers}
        return {"id": server_id, "name": names[server_id], "roles": list(self.roles.values())}

    async def rooms(self, server_id: str) -> list[Json]:
        return list(self.channels.values())

    async def ourselves(self, server_id: str) -> Json:
        return {"user": {"id": US}, "roles": [OUR_ROLE]}

    async def automod_rules(self, server_id: str) -> list[Json]:
        return self.rules

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


def a_role(role_id: str, name: str, may: int, *, mentionable: bool = False) -> Json:
    return {"id": role_id, "name": name, "permissions": str(may), "mentionable": mentionable}


def a_room(room_id: str, name: str, of_roles: Mapping[str, tuple[int, int]] | None = None) -> Json:
    """Return a text channel; `of_roles` are what each role is allowed and denied there."""
    overwrites = [
        {"id": role, "type": 0, "allow": str(allow), "deny": str(deny)}
        for role, (allow, deny) in (of_roles or {}).items()
    ]
    return {"id": room_id, "name": name, "type": 0, "permission_overwrites": overwrites}
