"""Discord's REST API as it is really asked: by discord.py, over a socket, of a stand-in."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

import discord
from adapters.discord.commands import payload_of
from adapters.discord.connection import UNKNOWN_BOT, CannotConnect
from adapters.discord.doctor import Wanted, examine
from adapters.discord.native import PLATFORM
from adapters.discord.registering import sync
from adapters.discord.rest import logged_in
from peerbot.chat.addresses import Room
from peerbot.chat.commands import Command
from peerbot.i18n import _
from peerbot.outside import Home
from peerbot.settings import DiscordSettings
from tests.adapters.discord.fake_rest import APPLICATION, CARE, CARE_TEAM, SERVER, US, FakeRest

COMMANDS = (Command(name="help-now", summary=_("Help for a hard moment, privately, at once")),)
TOKEN = "the-right-one"


def as_discord_answers(answer: Any, status: int = 200) -> web.Response:
    """Return JSON as Discord does: discord.py reads none whose type names a charset."""
    body = json.dumps(answer).encode()
    return web.Response(body=body, status=status, content_type="application/json")


class StandIn:
    """Serves what `FakeRest` knows, under Discord's own paths."""

    def __init__(self) -> None:
        self.knows = FakeRest()
        self.asked: list[str] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(f"{request.method} {request.path_qs}")
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return as_discord_answers({"code": 0, "message": "401: Unauthorized"}, 401)
        answer = await self._answer(request)
        if answer is None:
            return as_discord_answers({"code": 0, "message": "404: Not Found"}, 404)
        return as_discord_answers(answer)

    async def _answer(self, request: web.Request) -> Any:
        knows = self.knows
        match request.method, request.path.strip("/").split("/"):
            case "GET", ["users", "@me"]:
                return {"id": US, "username": "peerbot", "discriminator": "0", "avatar": None}
            case "GET", ["oauth2", "applications", "@me"]:
                owner = {"id": "1", "username": "a", "discriminator": "0", "avatar": None}
                rest = {"icon": None, "description": "", "verify_key": "", "owner": owner}
                return await knows.application() | rest
            case "GET", ["applications", "@me"]:
                return await knows.application()
            case "GET", ["applications", application, "commands"]:
                return await knows.commands(int(application))
            case "PUT", ["applications", application, "commands"]:
                return await knows.register(int(application), await request.json())
            case "GET", ["users", "@me", "guilds"]:
                after, most = int(request.query["after"]), int(request.query["limit"])
                return [one for one in knows.in_servers if int(one["id"]) > after][:most]
            case "GET", ["guilds", server]:
                return await knows.server(server)
            case "GET", ["guilds", server, "channels"]:
                return await knows.rooms(server)
            case "GET", ["guilds", server, "members", member]:
                assert member == US
                return await knows.ourselves(server)
            case "GET", ["guilds", server, "auto-moderation", "rules"]:
                return await knows.automod_rules(server)
        return None

    def settings(self, token: str = TOKEN) -> DiscordSettings:
        return DiscordSettings.model_validate({"token": token, "api_base": self.url})


@pytest.fixture
async def stand_in() -> AsyncIterator[StandIn]:
    before, served = discord.http.Route.BASE, StandIn()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", served.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    served.url = f"http://{host}:{port}"
    yield served
    await runner.cleanup()
    discord.http.Route.BASE = before


async def known() -> dict[str, Home]:
    alerts = Room(PLATFORM, CARE, space=SERVER)
    return {SERVER: Home(is_set_up=True, alert_room=alerts, alert_pings=(CARE_TEAM,))}


async def test_the_doctor_asks_discord_and_connects_to_no_gateway(stand_in: StandIn) -> None:
    async with logged_in(stand_in.settings()) as rest:
        await sync(rest, int(APPLICATION), COMMANDS)
        report = await examine(rest, Wanted(commands=COMMANDS, homes=known))
    assert report.problems == []
    assert f"GET /applications/{APPLICATION}/commands?with_localizations=true" in stand_in.asked
    assert [one for one in stand_in.asked if "gateway" in one] == []
    assert [one for one in stand_in.asked if not one.startswith("GET")] == [
        f"PUT /applications/{APPLICATION}/commands"
    ]


async def test_what_is_sent_is_the_payload_in_every_language(stand_in: StandIn) -> None:
    async with logged_in(stand_in.settings()) as rest:
        await sync(rest, int(APPLICATION), COMMANDS)
    assert stand_in.knows.sent == [payload_of(COMMANDS)]


async def test_more_servers_than_one_answer_holds_are_all_seen(stand_in: StandIn) -> None:
    stand_in.knows.in_servers = [
        {"id": str(number), "name": f"n{number}", "permissions": "0"} for number in range(1, 402)
    ]
    async with logged_in(stand_in.settings()) as rest:
        assert len(await rest.servers()) == 401
    pages = [one for one in stand_in.asked if "/users/@me/guilds" in one]
    assert [one.rpartition("=")[2] for one in pages] == ["0", "200", "400"]


async def test_automod_rules_can_be_asked_for(stand_in: StandIn) -> None:
    stand_in.knows.rules = [{"trigger_type": 1, "creator_id": "1"}]
    async with logged_in(stand_in.settings()) as rest:
        assert await rest.automod_rules(SERVER) == stand_in.knows.rules


async def test_a_wrong_token_is_told_with_the_way_to_a_right_one(stand_in: StandIn) -> None:
    with pytest.raises(CannotConnect) as told:
        async with logged_in(stand_in.settings("the-wrong-one")):
            pass
    assert str(told.value) == UNKNOWN_BOT
