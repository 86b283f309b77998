"""Servers add peerbot, take it out and change their names, while it is connected and while not."""

import pytest

from adapters.discord.adapter import Discord
from adapters.discord.facts import permissions
from discord import Permissions
from peerbot.chat.addresses import Room, Space
from peerbot.chat.events import Event, Installed, Removed, Renamed
from tests.adapters.discord import membership
from tests.adapters.discord.double import Double, faults
from tests.adapters.discord.double.connected import an_adapter
from tests.adapters.discord.double.faults import Answer, Fault
from tests.adapters.discord.double.listening import ListeningCore

LIST = "GET /users/@me/guilds"
ELSEWHERE = Space("discord", "424242424242424242")


def kinds(events: list[Event]) -> list[str]:
    return [type(one).__name__ for one in events]


def home_id(double: Double) -> int:
    return int(double.home.space.id)


# -- while we are connected ----------------------------------------------------------------------


async def test_a_server_that_takes_us_out_and_adds_us_again_is_heard(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    double.home.owner.lets_peerbot(permissions() | Permissions(view_audit_log=True))
    membership.take_out(double.backend, home_id(double))
    await double.until(lambda: core.events)
    membership.add(double.backend, home_id(double), by=int(double.home.robin.id))
    await double.until(lambda: len(core.events) == 2)
    removed, installed = core.events
    assert isinstance(removed, Removed)
    assert isinstance(installed, Installed)
    assert removed.space == installed.space == double.home.space
    assert installed.name == "Home"
    assert (installed.actor.person, installed.is_certain) == (double.home.robin, True)


async def test_without_the_audit_log_it_is_the_owner_and_that_is_no_certainty(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    guild = double.backend.get_guild(home_id(double))
    membership.add(double.backend, guild.id, by=int(double.home.robin.id))
    await double.until(lambda: core.events)
    (installed,) = core.events
    assert isinstance(installed, Installed)
    assert (installed.actor.person.id, installed.is_certain) == (str(guild.owner_id), False)


@pytest.mark.parametrize("may_write", [True, False])
async def test_the_room_in_which_discord_greets_is_named_if_we_may_write_there(
    double: Double, discord: Discord, core: ListeningCore, may_write: bool
) -> None:
    guild = double.backend.get_guild(home_id(double))
    guild.system_channel_id = int(double.home.room.id)
    if not may_write:
        only_view(double)
    membership.add(double.backend, guild.id)
    await double.until(lambda: core.events)
    (installed,) = core.events
    assert isinstance(installed, Installed)
    wanted = Room("discord", double.home.room.id, space=double.home.space.id)
    assert installed.greets_in == (wanted if may_write else None)


def only_view(double: Double) -> None:
    """Take from our role whatever is more than seeing rooms."""
    guild = double.backend.get_guild(home_id(double))
    for role in guild.roles.values():
        role.permissions = 1 << 10


async def test_a_new_name_of_a_server_is_heard(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    double.backend.edit_guild(home_id(double), {"name": "Harbour"})
    await double.until(lambda: core.events)
    (renamed,) = core.events
    assert isinstance(renamed, Renamed)
    assert (renamed.space, renamed.name) == (double.home.space, "Harbour")


async def test_another_change_of_a_server_is_no_new_name(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    double.backend.edit_guild(home_id(double), {"afk_timeout": 900})
    double.home.say(double.home.sam, "hello")
    await double.until(lambda: core.events)
    assert kinds(core.events) == ["MessagePosted"]


# -- while we were not ---------------------------------------------------------------------------


async def test_a_server_that_added_us_while_we_were_away_was_called_by_its_id(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    core.known_spaces = {}
    await discord.look_around()
    (installed,) = core.events
    assert isinstance(installed, Installed)
    assert (installed.space, installed.name) == (double.home.space, "Home")


async def test_a_name_that_we_have_wrong_is_mended(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    core.known_spaces = {double.home.space: double.home.space.id}
    await discord.look_around()
    (renamed,) = core.events
    assert isinstance(renamed, Renamed)
    assert renamed.name == "Home"


async def test_a_server_that_took_us_out_while_we_were_away_is_told(
    double: Double, core: ListeningCore
) -> None:
    membership.take_out(double.backend, home_id(double), seen=False)
    core.known_spaces = {double.home.space: "Home"}
    adapter = an_adapter(double)
    await adapter.start(core)
    await adapter.look_around()
    await adapter.stop()
    assert set(kinds(core.events)) == {"Removed"}
    assert {one.space for one in core.events} == {double.home.space}


async def test_after_a_session_that_could_not_be_resumed_we_look_again(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    """discord.py keeps a server in its cache that took us out between two sessions."""
    core.known_spaces = {double.home.space: "Home"}
    membership.take_out(double.backend, home_id(double), seen=False)
    double.gateway.forgets_everybody()
    await double.until(lambda: core.events)
    assert double.gateway.identified == 2
    assert set(kinds(core.events)) == {"Removed"}


async def test_where_nothing_happened_nothing_is_told(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    core.known_spaces = {double.home.space: "Home"}
    await discord.look_around()
    assert core.events == []


async def test_before_the_core_knows_anything_discord_is_not_even_asked(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    await discord.look_around()
    assert core.events == []
    assert [one for one in double.requests if one.path == "/users/@me/guilds"] == []


async def test_where_discord_does_not_say_nothing_stops(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    core.known_spaces = {double.home.space: "Home", ELSEWHERE: "Elsewhere"}
    double.plant(faults.failing(LIST, 503))
    await discord.look_around()
    assert core.events == []


async def test_a_list_alone_takes_us_out_of_nowhere(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    """Much stops when we are taken out, so Discord has to say so of that very server."""
    core.known_spaces = {double.home.space: "Home", ELSEWHERE: "Elsewhere"}
    double.plant(Fault(on=LIST, answer=Answer(200, [])))
    await discord.look_around()
    assert kinds(core.events) == ["Removed"]
    assert core.events[0].space == ELSEWHERE
