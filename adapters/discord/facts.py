"""What a server is like: its rooms and roles, who runs it, and which permissions we lack."""

from collections.abc import Iterator

import discord

from adapters.discord.inbound import person
from adapters.discord.native import PLATFORM
from peerbot.chat.adapters import RoleFact, RoomFact, SpaceFacts
from peerbot.chat.addresses import Room
from peerbot.chat.text import Bold, Words
from peerbot.i18n import Msg, _

NEEDED: tuple[tuple[str, Msg, Msg], ...] = (
    ("view_channel", _("View Channels"), _("to be in the rooms you choose")),
    ("send_messages", _("Send Messages"), _("to post check-ins and alerts")),
    ("embed_links", _("Embed Links"), _("to show the cards of alerts")),
    ("attach_files", _("Attach Files"), _("to show charts")),
    ("read_message_history", _("Read Message History"), _("to keep its own cards up to date")),
    ("pin_messages", _("Pin Messages"), _("to pin the notice to members and the panel")),
    (
        "create_private_threads",
        _("Create Private Threads"),
        _("to reach somebody in danger whose inbox is closed"),
    ),
    (
        "send_messages_in_threads",
        _("Send Messages in Threads"),
        _("to write to them there"),
    ),
)
"""Permission, its name in Discord's settings, and what it is for. Never Administrator.
https://discord.com/developers/docs/topics/permissions#permissions-bitwise-permission-flags"""


TO_FILTER_WORDS: tuple[str, Msg, Msg] = (
    "manage_guild",
    _("Manage Server"),
    _("to make its rule in AutoMod, and to hear what that finds"),
)
"""As `NEEDED`; asked for only by who wants the word filter: it lets us do more than that.
https://discord.com/developers/docs/resources/auto-moderation#auto-moderation-permission-requirements"""


def permissions(*, word_filter: bool = False) -> discord.Permissions:
    """Return the permissions that an invitation asks for."""
    wanted = (*NEEDED, TO_FILTER_WORDS) if word_filter else NEEDED
    return discord.Permissions(**{name: True for name, _called, _why in wanted})


def facts_of(guild: discord.Guild) -> SpaceFacts:
    return SpaceFacts(
        name=guild.name,
        rooms=tuple(_room(one, guild) for one in guild.text_channels),
        roles=tuple(
            RoleFact(id=str(role.id), name=role.name)
            for role in sorted(guild.roles, reverse=True)
            if not role.is_default() and not role.managed
        ),
        admins=(person(discord.Object(guild.owner_id)),) if guild.owner_id else (),
        missing=tuple(_missing(guild)),
    )


def _room(channel: discord.TextChannel, guild: discord.Guild) -> RoomFact:
    return RoomFact(
        room=Room(PLATFORM, str(channel.id), space=str(guild.id)),
        name=channel.name,
        everyone=channel.permissions_for(guild.default_role).view_channel,
        may_write=_may_write(channel, guild),
    )


def _may_write(channel: discord.TextChannel, guild: discord.Guild) -> bool:
    me: discord.Member | None = guild.me
    if me is None:
        return True
    may = channel.permissions_for(me)
    return may.view_channel and may.send_messages and may.embed_links


def _missing(guild: discord.Guild) -> Iterator[Words]:
    me: discord.Member | None = guild.me
    if me is None:
        return
    has = me.guild_permissions
    for name, called, why in NEEDED:
        if not getattr(has, name):
            yield _("I lack the permission {name}: it is {why}.", name=Bold(called), why=why)
