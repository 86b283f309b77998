"""One server with a room, two members, and what they do: told to Discord, seen by the bot."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from simcord.backend import Backend, serializers
from simcord.backend.access import message_accessible
from simcord.backend.models import Interaction, Message, Overwrite
from simcord.enums import OverwriteType
from simcord.interactions import base_payload, nest_options, walk_to_subcommand

import discord
from adapters.discord.facts import permissions
from peerbot.chat.addresses import Person, Room, Space
from peerbot.testing.harness import Filled
from tests.adapters.discord.double.owner import Owner
from tests.adapters.discord.parts import parts_in

Json = dict[str, Any]

# https://discord.com/developers/docs/interactions/receiving-and-responding
COMMAND, COMPONENT, TYPING, SUBMIT = 2, 3, 4, 5
# https://discord.com/developers/docs/interactions/application-commands
SLASH, ON_A_MESSAGE = 1, 3
# https://discord.com/developers/docs/components/reference#component-object-component-types
_BUTTON, _SELECT = 2, 3
_STRING = 3


class _Field(IntEnum):
    """A field of a modal that is sent back in a way of its own."""

    TEXT_INPUT = 4
    RADIO = 21
    CHECKBOX = 23


class Home:
    """Sam and Robin are there before the bot connects; it is Alex's."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._guild = backend.create_guild("Home")
        self.owner = Owner(backend, self._guild.id, permissions())
        self._general = backend.create_channel(self._guild.id, "general")
        self._users = {name: backend.make_user(name) for name in ("sam", "robin")}
        for user in self._users.values():
            backend.add_member(self._guild.id, user.id)
        self.sam = Person("discord", str(self._users["sam"].id))
        self.robin = Person("discord", str(self._users["robin"].id))
        self.alex = Person("discord", str(self._guild.owner_id))
        self.space = Space("discord", str(self._guild.id))
        self.room = Room("discord", str(self._general.id), space=self.space.id)

    # -- who and what else is there ------------------------------------------------------------

    def add_role(self, name: str) -> int:
        """Return the id of a new role that can be called, whose people may manage messages."""
        may = discord.Permissions(manage_messages=True).value
        return self._backend.create_role(self._guild.id, name, permissions=may, mentionable=True).id

    def add_room(self, name: str, *, only_for: tuple[int, ...] = ()) -> Room:
        """Add a room for everybody; for some roles and the bot alone, if any are named."""
        seen = discord.Permissions.view_channel.flag
        ours = self._backend.get_member(self._guild.id, self._backend.bot_user.id).role_ids
        allowed = [*only_for, *ours] if only_for else []
        overwrites = [Overwrite(one, OverwriteType.ROLE, allow=seen) for one in allowed]
        if only_for:
            overwrites.append(Overwrite(self._guild.id, OverwriteType.ROLE, deny=seen))
        made = self._backend.create_channel(self._guild.id, name, overwrites=overwrites)
        return Room("discord", str(made.id), space=self.space.id)

    def add_member(self, name: str, *roles: int) -> Person:
        user = self._backend.make_user(name)
        self._backend.add_member(self._guild.id, user.id, roles=roles)
        return Person("discord", str(user.id))

    # -- what people do ------------------------------------------------------------------------

    def say(self, person: Person, text: str) -> Message:
        return self._backend.create_message(self._general.id, int(person.id), text)

    def whisper(self, person: Person, text: str) -> Message:
        """Write to the bot directly."""
        inbox = self._backend.get_dm_channel(int(person.id))
        return self._backend.create_message(inbox.id, int(person.id), text)

    def use(
        self, person: Person, command: str, *, room: Room | None = None, **options: str
    ) -> Interaction:
        """Use a slash command, as it is registered; one that is not has no groups."""
        given = [{"name": k, "type": _STRING, "value": v} for k, v in options.items()]
        name, *inner = command.split()
        known = self._backend.find_command(name, self._guild.id, type=SLASH)
        if known is not None:
            _leaf, path = walk_to_subcommand(known, inner)
            given = nest_options(known, path, given)
        data = {"id": "1", "name": name, "type": SLASH, "options": given}
        return self._interaction(person, COMMAND, int((room or self.room).id), data)

    def types(self, person: Person, command: str, option: str, typed: str) -> Interaction:
        """Type in an option of a slash command of one word."""
        given = [{"name": option, "type": _STRING, "value": typed, "focused": True}]
        data = {"id": "1", "name": command, "type": SLASH, "options": given}
        return self._interaction(person, TYPING, self._general.id, data)

    def flag(self, person: Person, message: Message, command: str = "Flag") -> Interaction:
        """Use a command in the menu of somebody's message."""
        data = {
            "id": "2",
            "name": command,
            "type": ON_A_MESSAGE,
            "target_id": str(message.id),
            "resolved": {"messages": {str(message.id): self._payload(message)}},
        }
        return self._interaction(person, COMMAND, message.channel_id, data)

    def press(self, person: Person, label: str, on: Message) -> Interaction:
        button = next(one for one in parts_in(on.components) if one.get("label") == label)
        data = {"custom_id": button["custom_id"], "component_type": _BUTTON}
        return self._interaction(person, COMPONENT, on.channel_id, data, on=on)

    def choose(self, person: Person, labels: tuple[str, ...], on: Message) -> Interaction:
        listed = next(
            one
            for one in parts_in(on.components)
            if any(option["label"] in labels for option in one.get("options") or [])
        )
        values = [one["value"] for one in listed["options"] if one["label"] in labels]
        data = {"custom_id": listed["custom_id"], "component_type": _SELECT, "values": values}
        return self._interaction(person, COMPONENT, on.channel_id, data, on=on)

    def submit(
        self, person: Person, shown: Interaction, filled: Mapping[str, Filled]
    ) -> Interaction:
        """Fill in the modal that answered `shown`, by labels, and send it."""
        assert shown.modal is not None
        components = [
            {"type": one["type"], "id": number, "component": _sent(one, filled)}
            for number, one in enumerate(shown.modal["components"], start=1)
            if "component" in one
        ]
        data = {"custom_id": shown.modal["custom_id"], "components": components}
        messages = self._backend.messages.get(shown.channel_id, {})
        on = messages.get(shown.source_message_id or 0)
        return self._interaction(person, SUBMIT, shown.channel_id, data, on=on)

    # -- what people see -----------------------------------------------------------------------

    def seen_by(self, person: Person) -> list[Message]:
        """Return what the bot wrote and the person can see, oldest first."""
        found = [one for channel in self._backend.messages for one in self.messages_in(channel)]
        who = int(person.id)
        return sorted(
            (one for one in found if message_accessible(self._backend, one.channel_id, one, who)),
            key=lambda one: one.id,
        )

    def messages_in(self, channel_id: int | str) -> list[Message]:
        """Return what the bot wrote there, oldest first."""
        kept = self._backend.messages.get(int(channel_id), {}).values()
        ours = [one for one in kept if one.author_id == self._backend.bot_user.id]
        return sorted(ours, key=lambda one: one.id)

    def messages_in_the_room(self) -> list[Message]:
        return self.messages_in(self.room.id)

    def inbox_of(self, person: Person) -> list[Message]:
        channel = self._backend.dm_channels.get(int(person.id))
        return [] if channel is None else self.messages_in(channel)

    # -- inside --------------------------------------------------------------------------------

    def _interaction(
        self, person: Person, kind: int, channel_id: int, data: Json, *, on: Message | None = None
    ) -> Interaction:
        record, payload = base_payload(
            self._backend,
            type=kind,
            channel_id=channel_id,
            guild_id=self._backend.get_channel(channel_id).guild_id,
            user_id=int(person.id),
            data=data,
        )
        if on is not None:
            record.source_message_id = on.id
            payload["message"] = self._payload(on)
        self._backend.emit("INTERACTION_CREATE", payload)
        return record

    def _payload(self, message: Message) -> Json:
        return dict(serializers.message_payload(self._backend, message))


def texts_in(message: Message) -> str:
    """Return every text that the message shows, one to a line."""
    embeds = [text for one in message.embeds for text in _embedded(one)]
    shown = [one["content"] for one in parts_in(message.components) if "content" in one]
    return "\n".join(filter(None, [message.content, *embeds, *shown]))


def _embedded(embed: Json) -> list[str]:
    fields = [one[key] for one in embed.get("fields") or [] for key in ("name", "value")]
    return [embed.get("title", ""), embed.get("description", ""), *fields]


def _sent(label: Json, filled: Mapping[str, Filled]) -> Json:
    """Return a field of a modal as Discord sends it back, untouched if it is not filled in."""
    field: Json = label["component"]
    sent = {"type": field["type"], "custom_id": field["custom_id"], "id": 100}
    held = filled.get(label["label"])
    match field["type"]:
        case _Field.TEXT_INPUT:
            return sent | {"value": (field.get("value") or "") if held is None else held}
        case _Field.CHECKBOX:
            return sent | {"value": bool(field.get("default")) if held is None else held}
        case _Field.RADIO:
            return sent | {"value": next(iter(_chosen(field, held)), None)}
        case _:
            return sent | {"values": _chosen(field, held)}


def _chosen(field: Json, labels: Filled | None) -> list[str]:
    options = field.get("options") or []
    if labels is None:
        return [one["value"] for one in options if one.get("default")]
    assert isinstance(labels, tuple)
    return [one["value"] for one in options if one["label"] in labels]
