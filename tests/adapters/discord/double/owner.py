"""What whoever owns a server decides there: rooms, roles, AutoMod, and what peerbot may do."""

from collections.abc import Mapping

from simcord.backend import Backend
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from discord import Permissions

# https://discord.com/developers/docs/resources/auto-moderation
_WHEN_SENT, _KEYWORD, _BLOCK = 1, 1, 1


class Owner:
    """Decides about one server, and adds peerbot with what an invitation asks for."""

    def __init__(self, backend: Backend, server_id: int, invited_with: Permissions) -> None:
        self._backend = backend
        self._server = backend.get_guild(server_id)
        us = backend.get_member(server_id, backend.bot_user.id)
        (self.role_of_peerbot,) = us.role_ids
        self.lets_peerbot(invited_with)

    # -- roles ---------------------------------------------------------------------------------

    def makes_role(self, name: str, *, mentionable: bool) -> str:
        role = self._backend.create_role(self._server.id, name, mentionable=mentionable)
        return str(role.id)

    def takes_mentions_from(self, role_id: str) -> None:
        self._backend.edit_role(self._server.id, int(role_id), {"mentionable": False})

    def removes_role(self, role_id: str) -> None:
        self._backend.delete_role(self._server.id, int(role_id))

    def lets_peerbot(self, do: Permissions) -> None:
        """Give the role of peerbot exactly these permissions."""
        self._allow(self.role_of_peerbot, do)

    def lets_everyone(self, do: Permissions) -> None:
        self._allow(self._server.id, do)

    # -- rooms ---------------------------------------------------------------------------------

    def makes_hidden_room(self, name: str) -> str:
        """Return the id of a room that peerbot sees, and everybody else only by other roles."""
        room = self._backend.create_channel(self._server.id, name)
        see = Permissions(view_channel=True)
        self.in_room(str(room.id), deny={self._server.id: see}, allow={self.role_of_peerbot: see})
        return str(room.id)

    def in_room(
        self,
        room_id: str,
        *,
        allow: Mapping[int, Permissions] | None = None,
        deny: Mapping[int, Permissions] | None = None,
    ) -> None:
        """Settle, by ids of roles and of peerbot, what is allowed and denied there."""
        for one in list(self._backend.get_channel(int(room_id)).overwrites):
            self._backend.delete_overwrite(int(room_id), one.target_id)
        nothing = Permissions.none()
        for target in {**(allow or {}), **(deny or {})}:
            overwrite = Overwrite(
                target_id=target,
                type=OverwriteType.ROLE if target in self._server.roles else OverwriteType.MEMBER,
                allow=(allow or {}).get(target, nothing).value,
                deny=(deny or {}).get(target, nothing).value,
            )
            self._backend.set_overwrite(int(room_id), overwrite)

    def removes_room(self, room_id: str) -> None:
        self._backend.delete_channel(int(room_id))

    # -- AutoMod -------------------------------------------------------------------------------

    def makes_word_rule(self, number: int) -> None:
        """Make a rule that blocks words, as any moderator can; peerbot has no part in it."""
        rule = {
            "name": f"words {number}",
            "event_type": _WHEN_SENT,
            "trigger_type": _KEYWORD,
            "trigger_metadata": {"keyword_filter": [f"word{number}"]},
            "actions": [{"type": _BLOCK}],
        }
        self._backend.create_auto_mod_rule(self._server.id, self._server.owner_id, rule)

    # -- inside --------------------------------------------------------------------------------

    def _allow(self, role_id: int, permissions: Permissions) -> None:
        changes = {"permissions": permissions.value}
        self._backend.edit_role(self._server.id, role_id, changes)
