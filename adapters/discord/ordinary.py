"""Lets ordinary messages in rooms pass before discord.py makes anything of them.

Nearly all that is written is ordinary. Danger must not queue behind it, and what it costs to find
that out is what peerbot costs: an object, a task and an event for each message cost more than
looking at its words.
"""

from collections.abc import Callable, MutableMapping
from typing import Any

import discord

from adapters.discord.inbound import room_of, space_of
from adapters.discord.native import Json
from peerbot.chat.adapters import Core
from peerbot.chat.addresses import Actor, Room, Space
from peerbot.chat.events import MessagePosted

_MOST_KNOWN = 10_000
_CHANGE_WHO_MAY = (
    *("GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE"),
    *("GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE"),
)
"""After these the same roles may make something else of somebody.
https://discord.com/developers/docs/events/gateway-events#receive-events"""

_BY_PEOPLE = frozenset({0, 19})
"""Messages and replies, and nothing that Discord says in somebody's name.
https://discord.com/developers/docs/resources/message#message-object-message-types"""

Parsers = MutableMapping[str, Callable[[Any], None]]


class Ordinary:
    """Knows who wrote lately, as the core does; whoever it does not know takes the whole way."""

    def __init__(self, core: Callable[[], Core]) -> None:
        self._core = core
        self._actors: dict[tuple[str, str], Actor] = {}
        self._places: dict[str, tuple[Space, Room]] = {}

    def stand_before(self, parsers: Parsers) -> None:
        """Stand before these, which discord.py calls with each event of the gateway.

        They are no part of its public interface: where it keeps none for a message any more,
        nothing changes, and every message takes the whole way.
        """
        whole_way = parsers.get("MESSAGE_CREATE")
        if whole_way is None:
            return

        def message_create(data: Json) -> None:
            if not self.holds(data):
                whole_way(data)

        parsers["MESSAGE_CREATE"] = message_create
        for event in _CHANGE_WHO_MAY:
            parsers[event] = self._forgetting(parsers[event])

    def met(self, event: MessagePosted, author: discord.User | discord.Member) -> None:
        """Remember who somebody is, from a message that took the whole way."""
        if event.space is None or not isinstance(author, discord.Member):
            return
        if len(self._actors) >= _MOST_KNOWN:
            self._actors.clear()
        self._actors[event.space.id, event.person.id] = event.actor

    def holds(self, data: Json) -> bool:
        """Return whether nothing follows from MESSAGE_CREATE; whatever breaks, something may.

        https://discord.com/developers/docs/events/gateway-events#message-create
        """
        try:
            actor = self._actors.get((data["guild_id"], data["author"]["id"]))
            if actor is None or "webhook_id" in data or data["type"] not in _BY_PEOPLE:
                return False
            roles, known = data["member"]["roles"], actor.platform_roles
            if len(roles) != len(known) or not known.issuperset(roles):
                return False
            space, room = self._place(data["channel_id"], data["guild_id"])
            return self._core().is_ordinary(data["content"], actor, space, room)
        except Exception:  # noqa: BLE001 - said above; the whole way tells what is broken
            return False

    # -- inside --------------------------------------------------------------------------------

    def _forgetting(self, parse: Callable[[Any], None]) -> Callable[[Any], None]:
        def forget_and_parse(data: Any) -> None:
            self._actors.clear()
            parse(data)

        return forget_and_parse

    def _place(self, channel_id: str, guild_id: str) -> tuple[Space, Room]:
        known = self._places.get(channel_id)
        if known is not None:
            return known
        if len(self._places) >= _MOST_KNOWN:
            self._places.clear()
        space, room = space_of(int(guild_id)), room_of(int(channel_id), int(guild_id))
        assert space is not None
        assert room is not None
        self._places[channel_id] = space, room
        return space, room
