"""Servers that added us, took us out or changed their name while we were not connected."""

from collections.abc import Callable, Mapping

import discord

from adapters.discord.client import Client, who_added
from adapters.discord.intake import Intake
from peerbot.chat.addresses import Space

Known = Callable[[], Mapping[Space, str] | None]
"""Returns where the core believes us to be, with names; None if it cannot say."""


async def tell_unseen(client: Client, intake: Intake, known: Known) -> None:
    """Hand over an event for each server that `known` has wrong.

    Discord is asked for the list: discord.py keeps servers in its cache that took us out between
    two sessions. Raises what discord.py does.
    https://discord.com/developers/docs/resources/user#get-current-user-guilds
    """
    before = known()
    if before is None:
        return
    listed = {one.id: one.name async for one in client.fetch_guilds(limit=None, with_counts=False)}
    for space, name in before.items():
        called = listed.get(int(space.id))
        if called is None:
            await _tell_removed(client, intake, int(space.id))
        elif called != name:
            await intake.renamed(int(space.id), called)
    # What joined since the list was asked for has told so itself.
    told = {int(space.id) for space in (*before, *(known() or ()))}
    for guild_id in listed.keys() - told:
        guild = client.get_guild(guild_id)
        # One that is unavailable says so little that it has to wait for the next time.
        if guild is not None and not guild.unavailable:
            await intake.joined(guild, await who_added(guild))


async def _tell_removed(client: Client, intake: Intake, guild_id: int) -> None:
    """Tell it only if Discord says so of this very server: much stops there then."""
    try:
        await client.fetch_guild(guild_id, with_counts=False)
    except (discord.NotFound, discord.Forbidden):
        await intake.removed(guild_id)
