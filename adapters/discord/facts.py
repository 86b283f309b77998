"""What a server is like: its rooms and roles, who runs it, and which permissions we lack."""

from collections.abc import Iterable, Iterator

import discord

from adapters.discord.native import PLATFORM
from peerbot.chat.adapters import Finding, RoleFact, RoomFact, SpaceFacts
from peerbot.chat.addresses import Room
from peerbot.chat.text import Bold, Words, listed
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


_KEEPS_NO_HELP = frozenset({"attach_files", "pin_messages"})
"""Without these everything arrives: without its chart, or not pinned."""
_ADMINISTRATOR = _("Administrator")
_MENTION_SWITCH = _("Allow anyone to @mention this role")
TO_WRITE = ("view_channel", "send_messages", "embed_links")
"""What a card in a room needs; an alert stands in an embed."""


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


def facts_of(guild: discord.Guild, rooms: Iterable[discord.abc.GuildChannel]) -> SpaceFacts:
    """Return what a server is like; `rooms` are those that Discord has just told of."""
    texts = (one for one in rooms if isinstance(one, discord.TextChannel))
    return SpaceFacts(
        name=guild.name,
        rooms=tuple(
            _room(one, guild) for one in sorted(texts, key=lambda one: (one.position, one.id))
        ),
        roles=tuple(
            _role(role, guild)
            for role in sorted(guild.roles, reverse=True)
            if not role.is_default() and not role.managed
        ),
        missing=tuple(_missing(guild)),
    )


def greeting_room(guild: discord.Guild) -> Room | None:
    """Return the room where Discord itself says who joined; None if we may not write there."""
    channel = guild.system_channel
    if channel is None or _lacking(channel, guild):
        return None
    return Room(PLATFORM, str(channel.id), space=str(guild.id))


def _room(channel: discord.TextChannel, guild: discord.Guild) -> RoomFact:
    lacking = _lacking(channel, guild)
    return RoomFact(
        room=Room(PLATFORM, str(channel.id), space=str(guild.id)),
        name=channel.name,
        everyone=channel.permissions_for(guild.default_role).view_channel,
        may_write=not lacking,
        wrong=tuple(_wrong_there(lacking, guild)),
    )


def _lacking(channel: discord.TextChannel, guild: discord.Guild) -> tuple[str, ...]:
    """Return which permissions to write a card we lack in a room."""
    me: discord.Member | None = guild.me
    if me is None:
        return ()
    may = channel.permissions_for(me)
    return tuple(one for one in TO_WRITE if not getattr(may, one))


def _wrong_there(lacking: tuple[str, ...], guild: discord.Guild) -> Iterator[Words]:
    """Yield what to do in the room; what our roles lack everywhere has a sentence of its own."""
    here = [one for one in lacking if getattr(guild.me.guild_permissions, one)]
    names = {name: called for name, called, _why in NEEDED}
    if here:
        yield _(
            "There I lack: {permissions}. In the room's settings, Permissions, add my role and "
            "allow it.",
            permissions=listed([Bold(names[one]) for one in here]),
        )


def _role(role: discord.Role, guild: discord.Guild) -> RoleFact:
    """https://discord.com/developers/docs/resources/message#allowed-mentions-object"""
    me: discord.Member | None = guild.me
    notified = role.mentionable or me is None or me.guild_permissions.mention_everyone
    return RoleFact(
        id=str(role.id),
        name=role.name,
        wrong=None
        if notified
        else _(
            "Discord would notify nobody who has the role {role}. In Server Settings, Roles, "
            "{role}, switch on {switch}.",
            role=role.name,
            switch=Bold(_MENTION_SWITCH),
        ),
    )


def _missing(guild: discord.Guild) -> Iterator[Finding]:
    me: discord.Member | None = guild.me
    if me is None:
        return
    has = me.guild_permissions
    for name, called, why in NEEDED:
        if not getattr(has, name):
            yield Finding(
                _(
                    "I lack the permission {name}, which I need {why}. Switch it on in Server "
                    "Settings, Roles, my role.",
                    name=Bold(called),
                    why=why,
                ),
                keeps_help=name not in _KEEPS_NO_HELP,
            )
    if has.administrator:
        yield Finding(
            _(
                "I have the permission {name}, with which I could see every room. I never need "
                "it: please take it from my role in Server Settings, Roles.",
                name=Bold(_ADMINISTRATOR),
            ),
            keeps_help=False,
        )
