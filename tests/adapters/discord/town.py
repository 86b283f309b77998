"""A server on simcord, with the rooms, roles and people that flow scripts know by name."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import simcord
from simcord._clock import Clock as SimcordClock

import discord
from adapters.console.world import ROOMS, STAFF_ROOM, TEAM_ROLES
from adapters.discord.commands import payload_of
from peerbot.chat.addresses import Actor
from peerbot.chat.commands import Command
from peerbot.clock import Clock
from peerbot.i18n import LANGUAGES

Json = dict[str, Any]

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_LOCALES = {"en": "en-US"}
"""Discord's tags for languages that it does not call by two letters."""
ADMIN = "admin"
"""In the prompt of a script: whoever runs the space."""


class OneClock(SimcordClock):
    """simcord's clock, which follows the stage's: tokens expire when the script waits."""

    def __init__(self, now: Clock) -> None:
        self._of_the_stage = now
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        return self._of_the_stage() + self._ahead

    @property
    def elapsed(self) -> float:  # type: ignore[override]  # an attribute there
        return (self.now() - EPOCH).total_seconds()

    def advance(self, seconds: float) -> None:
        # Only when a timer of the client's ran out for real.
        self._ahead += timedelta(seconds=seconds)


class Town:
    """Discord itself: who is there, and what each is called in a script."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._locales: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self.rooms: dict[str, simcord.ChannelHandle] = {}
        self.members: dict[str, simcord.MemberActor] = {}
        self._roles: dict[str, simcord.RoleHandle] = {}

    def build(self, env: simcord.Env, name: str, owner: str) -> None:
        """Make the server with its rooms and roles; peerbot is in it from the beginning."""
        self.env = env
        env.backend.subscribers.insert(0, self._as_discord_says)
        runs_it = env.create_user(owner, global_name=owner)
        self.guild = env.create_guild(name, owner=runs_it)
        self.members[owner] = simcord.MemberActor(env, self.guild, runs_it)
        self._called(runs_it.id, owner)
        for role in TEAM_ROLES:
            # No permission of Discord's makes anybody a moderator here: the core's roles do.
            self._add_role(role, discord.Permissions.none())
        # Managed, so that setup offers it to nobody: on the console it is no role either.
        self._add_role(ADMIN, discord.Permissions(administrator=True), managed=True)
        for room in ROOMS:
            self.rooms[room] = self.guild.create_text_channel(
                room, overwrites=self._for_the_team() if room == STAFF_ROOM else {}
            )
            self._called(self.rooms[room].id, room)

    async def register(self, commands: tuple[Command, ...]) -> None:
        http = self.env.bot.http
        payload = payload_of(commands, LANGUAGES)
        await http.bulk_upsert_global_commands(self.env.backend.application_id, payload)

    # -- names ---------------------------------------------------------------------------------

    def name_of(self, id_: str) -> str:
        """Return what a script calls a person, a room or a role; the id of a stranger."""
        return self._names.get(id_, id_)

    def room_id(self, name: str) -> str:
        return str(self.rooms[name].id)

    def _called(self, id_: int, name: str) -> None:
        self._names[str(id_)] = name

    def readers_of(self, message: Any) -> set[str] | None:
        """Return who alone reads a message; None if everybody does who is in its room."""
        channel = self.env.backend.get_channel(message.channel_id)
        if message.is_ephemeral:
            return {self.name_of(message.interaction_metadata["user"]["id"])}
        if channel.guild_id is None:
            return {self.name_of(str(one)) for one in channel.recipient_ids}
        if channel.type == discord.ChannelType.private_thread.value:
            ours = self.env.backend.bot_user.id
            return {self.name_of(str(one)) for one in channel.thread_members if one != ours}
        return None

    # -- people --------------------------------------------------------------------------------

    def let_in(self, name: str, actor: Actor) -> None:
        """Let somebody be there as the script says: with their roles and their language."""
        if actor.locale is not None:
            self._locales[name] = actor.locale
        if name not in self.members:
            user = self.env.create_user(name, global_name=actor.name)
            self._called(user.id, name)
            self.members[name] = self.guild.add_member(user)
        member = self.members[name]
        if member.id not in self.guild.member_ids():
            self.guild.add_member(member.user)
        self._give_roles(member, actor)

    def let_go(self, name: str) -> None:
        self.guild.remove_member(self.members[name])

    def inbox_of(self, name: str) -> int:
        return self.env.backend.get_dm_channel(self.members[name].id).id

    def set_inbox(self, name: str, *, is_open: bool) -> None:
        """Let Discord refuse direct messages to somebody, or take them again."""
        path = f"/channels/{self.inbox_of(name)}/messages"
        faults = self.env.backend.faults
        faults[:] = [one for one in faults if one["path"] != path]
        if not is_open:
            self.env.inject_error(
                "POST", path, status=403, code=50007, message="closed", times=None
            )

    def be_busy_once(self) -> None:
        """Let Discord refuse the next request for being too many, but for a person's name."""
        busy = {
            "method": "*",
            "path": "/[!u]*",
            "status": 429,
            "code": 0,
            "message": "",
            "times": 1,
        }
        self.env.backend.faults.append(busy)

    def delete_room(self, name: str) -> None:
        self.env.backend.delete_channel(self.rooms.pop(name).id)

    # -- inside --------------------------------------------------------------------------------

    def _add_role(self, name: str, may: discord.Permissions, **fields: Any) -> None:
        self._roles[name] = self.guild.create_role(name, permissions=may, **fields)
        self._called(self._roles[name].id, name)

    def _give_roles(self, member: simcord.MemberActor, actor: Actor) -> None:
        wanted = set(actor.platform_roles)
        for new in wanted - set(self._roles):
            self._add_role(new, discord.Permissions.none())
        if actor.owns_space and member.id != self.guild.owner.id:
            wanted.add(ADMIN)
        backend = self.env.backend
        has = set(backend.get_member(self.guild.id, member.id).role_ids)
        for name, role in self._roles.items():
            if name in wanted and role.id not in has:
                backend.add_member_role(self.guild.id, member.id, role.id)
            if name not in wanted and role.id in has:
                backend.remove_member_role(self.guild.id, member.id, role.id)

    def _for_the_team(self) -> dict[Any, discord.PermissionOverwrite]:
        bot = self.guild.roles[self.env.backend.bot_user.name]
        team = [*(self._roles[role] for role in TEAM_ROLES), bot]
        return {
            self.guild.default_role: discord.PermissionOverwrite(view_channel=False),
            **{role: discord.PermissionOverwrite(view_channel=True) for role in team},
        }

    def _as_discord_says(self, event: str, payload: Mapping[str, Any]) -> None:
        """Mend what simcord says otherwise, before the client hears it."""
        match event, payload:
            case "GUILD_CREATE", dict():
                # What was there before the connection is "unavailable: false"; what is joined now
                # has no such field, and a library tells the two apart by it.
                # https://discord.com/developers/docs/events/gateway-events#guild-create
                payload.pop("unavailable", None)
            case "INTERACTION_CREATE", dict():
                # simcord's people all use American English.
                user = (payload.get("member") or payload)["user"]
                said = self._locales.get(self.name_of(str(user["id"])), self._language)
                payload["locale"] = _LOCALES.get(said, said)
            case _:
                pass
