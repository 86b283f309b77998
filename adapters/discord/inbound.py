"""What Discord says, as events. Nothing here reads or changes anything else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import discord

from adapters.discord.native import PLATFORM, Json
from peerbot.chat.actions import Action
from peerbot.chat.addresses import Actor, MessageRef, Person, Reply, Room, Space
from peerbot.chat.events import (
    ButtonPressed,
    CommandUsed,
    FormSubmitted,
    MessageDeleted,
    MessageFlagged,
    MessagePosted,
    WordsFiltered,
)
from peerbot.chat.forms import Values

NOBODY = "0"
"""Whoever deleted a message: Discord does not say."""
_WRITTEN = {discord.MessageType.default.value, discord.MessageType.reply.value}
_LANGUAGES_BY_DISCORD = {"en-US": "en", "en-GB": "en"}


def token_of(interaction: discord.Interaction) -> str:
    """Return what a `Reply` carries: enough to answer after a restart, too."""
    return f"{interaction.id}:{interaction.token}"


def person(user: discord.abc.Snowflake) -> Person:
    return Person(PLATFORM, str(user.id))


def actor_of(
    user: discord.User | discord.Member,
    *,
    permissions: discord.Permissions | None = None,
    locale: str | None = None,
) -> Actor:
    """Return someone with what Discord says of them now.

    `permissions` are those that came with an interaction; a member of the cache has their own.
    """
    owns, roles = False, frozenset[str]()
    if isinstance(user, discord.Member):
        roles = frozenset(str(role.id) for role in user.roles if not role.is_default())
        may = permissions or user.guild_permissions
        owns = user.guild.owner_id == user.id or may.administrator or may.manage_guild
    return Actor(
        person=person(user),
        name=user.display_name,
        owns_space=owns,
        platform_roles=roles,
        locale=_LANGUAGES_BY_DISCORD.get(locale, locale) if locale else None,
    )


def actor_in(interaction: discord.Interaction) -> Actor:
    return actor_of(
        interaction.user,
        permissions=interaction.permissions if interaction.guild_id else None,
        locale=str(interaction.locale),
    )


def space_of(guild_id: int | None) -> Space | None:
    return None if guild_id is None else Space(PLATFORM, str(guild_id))


def room_of(channel_id: int | None, guild_id: int | None) -> Room | None:
    """Return the room; None in a direct message."""
    if channel_id is None or guild_id is None:
        return None
    return Room(PLATFORM, str(channel_id), space=str(guild_id))


def reply_of(interaction: discord.Interaction) -> Reply:
    return Reply(PLATFORM, token_of(interaction), person(interaction.user))


def command(
    interaction: discord.Interaction, at: datetime, name: str, options: Mapping[str, str]
) -> CommandUsed:
    return CommandUsed(
        actor=actor_in(interaction),
        at=at,
        space=space_of(interaction.guild_id),
        name=name,
        reply=reply_of(interaction),
        room=room_of(interaction.channel_id, interaction.guild_id),
        options=options,
    )


def pressed(interaction: discord.Interaction, at: datetime, action: Action) -> ButtonPressed:
    """Return a press, or a choice from a list with its values."""
    data: Mapping[str, Any] = interaction.data or {}
    values = data.get("values")
    message = interaction.message
    return ButtonPressed(
        actor=actor_in(interaction),
        at=at,
        space=space_of(interaction.guild_id),
        action=action,
        reply=reply_of(interaction),
        room=room_of(interaction.channel_id, interaction.guild_id),
        message=None if message is None else ref_of(message.channel.id, message.id),
        values=tuple(map(str, values)) if isinstance(values, list) else (),
    )


def submitted(
    interaction: discord.Interaction, at: datetime, action: Action, values: Values
) -> FormSubmitted:
    return FormSubmitted(
        actor=actor_in(interaction),
        at=at,
        space=space_of(interaction.guild_id),
        action=action,
        values=values,
        reply=reply_of(interaction),
        room=room_of(interaction.channel_id, interaction.guild_id),
    )


def ref_of(channel_id: int, message_id: int) -> MessageRef:
    return MessageRef(PLATFORM, str(channel_id), str(message_id))


def link_to(guild_id: int | None, channel_id: int, message_id: int) -> str:
    """Return where a message can be read by those who may.

    https://discord.com/developers/docs/reference#message-formatting
    """
    return f"https://discord.com/channels/{guild_id or '@me'}/{channel_id}/{message_id}"


def posted(message: discord.Message, at: datetime, *, edited: bool = False) -> MessagePosted:
    guild_id = message.guild.id if message.guild else None
    return MessagePosted(
        actor=actor_of(message.author),
        at=at,
        space=space_of(guild_id),
        text=message.content,
        room=room_of(message.channel.id, guild_id),
        ref=ref_of(message.channel.id, message.id),
        permalink=link_to(guild_id, message.channel.id, message.id),
        edited=edited,
    )


def edited(
    payload: discord.RawMessageUpdateEvent, at: datetime, known: discord.Guild | None
) -> MessagePosted | None:
    """Return an edit of somebody's words; None if it changes none, or a program's."""
    data: Mapping[str, Any] = payload.data
    author, text = data.get("author"), data.get("content")
    if not isinstance(author, dict) or not isinstance(text, str) or author.get("bot"):
        return None
    if data.get("edited_timestamp") is None or data.get("webhook_id"):
        return None  # An embed that Discord added: nobody wrote anything.
    if data.get("type", 0) not in _WRITTEN:
        return None  # What AutoMod shows bears the name of who wrote it.
    who = _author(author, data.get("member"), known)
    return MessagePosted(
        actor=who,
        at=at,
        space=space_of(payload.guild_id),
        text=text,
        room=room_of(payload.channel_id, payload.guild_id),
        ref=ref_of(payload.channel_id, payload.message_id),
        permalink=link_to(payload.guild_id, payload.channel_id, payload.message_id),
        edited=True,
    )


def filtered(found: discord.AutoModAction, at: datetime) -> WordsFiltered | None:
    """Return what a rule of AutoMod for words found; None if it was one for anything else.

    Without the intent for message content the words are empty, and the phrase is there.
    https://discord.com/developers/docs/events/gateway-events#auto-moderation-action-execution
    """
    if found.rule_trigger_type is not discord.AutoModRuleTriggerType.keyword:
        return None
    guild_id, channel_id, message_id = found.guild_id, found.channel_id, found.message_id
    is_known = channel_id is not None and message_id is not None
    return WordsFiltered(
        actor=Actor(person=Person(PLATFORM, str(found.user_id)), name=""),
        at=at,
        space=space_of(guild_id),
        phrase=(found.matched_keyword or "").strip("*"),
        text=found.content or "",
        room=room_of(channel_id, guild_id),
        ref=ref_of(channel_id or 0, message_id or 0) if is_known else None,
        permalink=link_to(guild_id, channel_id or 0, message_id or 0) if is_known else None,
    )


def deleted(payload: discord.RawMessageDeleteEvent, at: datetime) -> MessageDeleted:
    return MessageDeleted(
        actor=Actor(person=Person(PLATFORM, NOBODY), name=""),
        at=at,
        space=space_of(payload.guild_id),
        ref=ref_of(payload.channel_id, payload.message_id),
    )


def flagged(interaction: discord.Interaction, at: datetime) -> MessageFlagged | None:
    """Return the message that somebody flagged; None if Discord's payload does not hold it."""
    data: Json = dict(interaction.data or {})
    message = _resolved(data)
    author = message.get("author") if message else None
    if message is None or not isinstance(author, dict) or interaction.channel_id is None:
        return None
    guild_id, channel_id = interaction.guild_id, interaction.channel_id
    message_id = int(message["id"])
    return MessageFlagged(
        actor=actor_in(interaction),
        at=at,
        space=space_of(guild_id),
        message=MessagePosted(
            actor=_author(author, message.get("member"), interaction.guild),
            at=at,
            space=space_of(guild_id),
            text=str(message.get("content") or ""),
            room=room_of(channel_id, guild_id),
            ref=ref_of(channel_id, message_id),
            permalink=link_to(guild_id, channel_id, message_id),
        ),
        reply=reply_of(interaction),
    )


def _resolved(data: Json) -> Json | None:
    resolved = data.get("resolved")
    messages = resolved.get("messages") if isinstance(resolved, dict) else None
    found = messages.get(str(data.get("target_id"))) if isinstance(messages, dict) else None
    usable = isinstance(found, dict) and str(found.get("id", "")).isdecimal()
    return found if usable else None


def _author(author: Json, member: object, guild: discord.Guild | None) -> Actor:
    """Return who wrote a message that came as raw data."""
    roles = member.get("roles") if isinstance(member, dict) else None
    name = author.get("global_name") or author.get("username") or ""
    return Actor(
        person=Person(PLATFORM, str(author.get("id", NOBODY))),
        name=str(name),
        owns_space=guild is not None and str(guild.owner_id) == str(author.get("id")),
        platform_roles=frozenset(map(str, roles)) if isinstance(roles, list) else frozenset(),
    )
