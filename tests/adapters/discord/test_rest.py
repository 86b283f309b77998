"""Discord's REST API as it is really asked: by discord.py, over a socket, of the double."""

import pytest

from adapters.discord.commands import payload_of
from adapters.discord.connection import UNKNOWN_BOT, CannotConnect
from adapters.discord.facts import permissions
from adapters.discord.registering import sync
from adapters.discord.rest import logged_in
from discord import Permissions
from peerbot.chat.commands import Command
from peerbot.i18n import _
from tests.adapters.discord.double import Double

COMMANDS = (Command(name="help-now", summary=_("Help for a hard moment, privately, at once")),)


async def test_what_is_sent_is_the_payload_in_every_language(double: Double) -> None:
    async with logged_in(double.settings()) as rest:
        await sync(rest, double.backend.application_id, COMMANDS)
    commands = f"/applications/{double.backend.application_id}/commands"
    asked, sent = (one for one in double.requests if one.path == commands)
    assert (asked.method, asked.params) == ("GET", {"with_localizations": "true"})
    assert (sent.method, sent.json) == ("PUT", payload_of(COMMANDS))


async def test_more_servers_than_one_answer_holds_are_all_seen(double: Double) -> None:
    for number in range(400):
        double.backend.create_guild(f"n{number}")
    async with logged_in(double.settings()) as rest:
        servers = await rest.servers()
    assert [one["id"] for one in servers] == [str(one) for one in sorted(double.backend.guilds)]
    pages = [one.params["after"] for one in double.requests if one.path == "/users/@me/guilds"]
    assert pages == ["0", servers[199]["id"], servers[399]["id"]]


async def test_automod_rules_can_be_asked_for(double: Double) -> None:
    home = double.home
    home.owner.makes_word_rule(1)
    home.owner.lets_peerbot(permissions() | Permissions(manage_guild=True))
    async with logged_in(double.settings()) as rest:
        (rule,) = await rest.automod_rules(home.space.id)
    assert (rule["name"], rule["trigger_type"]) == ("words 1", 1)


async def test_a_wrong_token_is_told_with_the_way_to_a_right_one(double: Double) -> None:
    with pytest.raises(CannotConnect) as told:
        async with logged_in(double.settings(token="the-wrong-one")):
            pass
    assert str(told.value) == UNKNOWN_BOT
