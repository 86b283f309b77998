"""What is wrong in one server, from what Discord and its community's settings say of it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

import discord

from adapters.discord.facts import NEEDED
from adapters.discord.native import PLATFORM, Json
from peerbot.chat.plain import plain
from peerbot.outside import Home

MOST_KEYWORD_RULES = 6
"""Of a server, whoever made them.
https://discord.com/developers/docs/resources/auto-moderation#auto-moderation-rule-object-trigger-types"""
_KEYWORD = 1

_OF_A_MEMBER = 1
"""https://discord.com/developers/docs/resources/channel#overwrite-object"""
_TO_WRITE_ALERTS = ("view_channel", "send_messages", "embed_links")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server as Discord describes it."""

    id: str
    name: str
    roles: Mapping[str, Json]
    rooms: Mapping[str, Json]
    our_id: str
    our_roles: frozenset[str]

    @classmethod
    def of(cls, server: Json, rooms: list[Json], ourselves: Json) -> "Server":
        """Return it from what Get Guild, Get Guild Channels and Get Guild Member give."""
        return cls(
            id=str(server["id"]),
            name=str(server["name"]),
            roles={str(role["id"]): role for role in server["roles"]},
            rooms={str(room["id"]): room for room in rooms},
            our_id=str(ourselves["user"]["id"]),
            our_roles=frozenset(map(str, ourselves["roles"])),
        )

    def we_may(self, room: Json | None = None) -> discord.Permissions:
        """Return what we may do, in a room or by our roles alone."""
        return self._may(self.our_roles, self.our_id, room)

    def everyone_may(self, room: Json) -> discord.Permissions:
        return self._may(frozenset(), None, room)

    def _may(
        self, roles: frozenset[str], member_id: str | None, room: Json | None
    ) -> discord.Permissions:
        """https://discord.com/developers/docs/topics/permissions#permission-overwrites"""
        # The role of everyone has the id of the server.
        held = [self.roles[role] for role in (self.id, *roles) if role in self.roles]
        may = reduce(int.__or__, (int(role["permissions"]) for role in held), 0)
        if discord.Permissions(may).administrator:
            return discord.Permissions.all()
        overwrites = room.get("permission_overwrites", []) if room else []
        of_roles = {str(one["id"]): one for one in overwrites if one["type"] != _OF_A_MEMBER}
        of_members = {str(one["id"]): one for one in overwrites if one["type"] == _OF_A_MEMBER}
        for several in (
            [of_roles.get(self.id)],
            [of_roles.get(role) for role in roles],
            [of_members.get(member_id or "")],
        ):
            there = [one for one in several if one is not None]
            for one in there:
                may &= ~int(one["deny"])
            for one in there:
                may |= int(one["allow"])
        return discord.Permissions(may)


def problems(
    server: Server, home: Home | None, *, message_content: bool, knows_homes: bool = True
) -> Iterator[str]:
    """Yield a sentence for each thing that keeps peerbot from its work there.

    `home` is what the community decided, None if it decided nothing; without `knows_homes` nobody
    could say, and only Discord's side is looked at. `message_content` is the operator's setting.
    """
    yield from _missing(server)
    if not knows_homes:
        return
    if home is None or not home.is_set_up:
        yield (
            f"{server.name}: setup was never finished. Somebody who may manage the server types "
            "/peerbot setup there."
        )
        return
    if home.reads_messages and not message_content:
        yield (
            f"{server.name}: members were told that messages are looked at, but "
            "discord.message_content is off, so none arrives. Set it to true and switch on Message "
            "Content Intent in the portal; or switch off Noticing danger in messages, /peerbot "
            "panel."
        )
    yield from _wrong_with_alerts(server, home)


def automod_problems(server: Server, rules: list[Json] | None) -> Iterator[str]:
    """Yield what keeps a rule of ours from being made; `rules` are None if we may not see them."""
    if rules is None:
        yield (
            f"{server.name}: peerbot lacks Manage Server, which it needs to make its AutoMod rule "
            f"and to hear of it. {_SWITCH_ON}"
        )
        return
    keyword_rules = [one for one in rules if one["trigger_type"] == _KEYWORD]
    ours = any(str(one["creator_id"]) == server.our_id for one in keyword_rules)
    if not ours and len(keyword_rules) >= MOST_KEYWORD_RULES:
        yield (
            f"{server.name}: AutoMod has {MOST_KEYWORD_RULES} keyword rules and takes no more, so "
            "peerbot's has no place. Remove one in Server Settings, AutoMod."
        )


# -- inside ----------------------------------------------------------------------------------------

_SWITCH_ON = "Switch it on in Server Settings, Roles, the role of peerbot."


def _missing(server: Server) -> Iterator[str]:
    may = server.we_may()
    for name, called, why in NEEDED:
        if not getattr(may, name):
            yield (
                f"{server.name}: peerbot lacks {plain(called)}, which it needs {plain(why)}. "
                f"{_SWITCH_ON}"
            )


def _wrong_with_alerts(server: Server, home: Home) -> Iterator[str]:
    chosen = home.alert_room
    if chosen is None:
        yield (
            f"{server.name}: no room for alerts is chosen, so no responder would hear. Choose one "
            "with /peerbot setup."
        )
        return
    if chosen.platform != PLATFORM or chosen.space not in {None, server.id}:
        return  # in another space of the same community
    room = server.rooms.get(chosen.id)
    if room is None:
        yield (
            f"{server.name}: the room for alerts is gone, so no responder would hear. Choose "
            "another with /peerbot setup."
        )
        return
    yield from _wrong_with_room(server, room)
    yield from _wrong_with_pings(server, home, room)


def _wrong_with_room(server: Server, room: Json) -> Iterator[str]:
    called = f"#{room['name']}, the room for alerts"
    if server.everyone_may(room).view_channel:
        yield (
            f"{server.name}: everybody can read {called}. Take View Channel from @everyone in the "
            "room's settings, or choose a private room with /peerbot setup."
        )
    may, by_roles = server.we_may(room), server.we_may()
    names = {name: plain(called) for name, called, _why in NEEDED}
    # What our roles lack everywhere has a sentence of its own.
    lacking = [
        names[one] for one in _TO_WRITE_ALERTS if not getattr(may, one) and getattr(by_roles, one)
    ]
    if lacking:
        yield (
            f"{server.name}: peerbot may not write in {called}: it lacks {', '.join(lacking)} "
            "there. Add the role of peerbot in the room's settings, Permissions, and allow it."
        )


def _wrong_with_pings(server: Server, home: Home, room: Json) -> Iterator[str]:
    """Yield what keeps roles from being notified.

    https://discord.com/developers/docs/resources/message#allowed-mentions-object
    """
    if not home.alert_pings:
        yield (
            f"{server.name}: alerts notify nobody, so they are seen only by whoever looks into the "
            "room. Choose a role with /peerbot setup."
        )
    may_mention_all = server.we_may(room).mention_everyone
    for role_id in dict.fromkeys(home.alert_pings):
        role = server.roles.get(role_id)
        if role is None:
            yield (
                f"{server.name}: a role that alerts notify is gone. Choose another with /peerbot "
                "setup."
            )
        elif not role.get("mentionable") and not may_mention_all:
            yield (
                f"{server.name}: alerts cannot notify the role {role['name']}. Switch on Allow "
                f"anyone to @mention this role, in Server Settings, Roles, {role['name']}."
            )
