"""The developer portal: how the application is set up there, and what Discord's answers show of it.

https://discord.com/developers/docs/resources/application#application-object
"""

from dataclasses import dataclass
from typing import Any

from simcord.backend import Backend, serializers

from tests.adapters.discord.membership import servers_with

Json = dict[str, Any]

# https://discord.com/developers/docs/resources/application#application-object-application-flags
_MESSAGE_CONTENT, _MESSAGE_CONTENT_LIMITED = 1 << 18, 1 << 19
SERVERS_AT_ONCE = 200
"""https://discord.com/developers/docs/resources/user#get-current-user-guilds"""


@dataclass(slots=True)
class Portal:
    """Switches and fields that its owner can change; everything is in order until a test does."""

    backend: Backend
    message_content: bool = True
    """Message Content Intent."""
    is_reviewed: bool = False
    """Whether Discord has looked at it; an application in few servers needs no review."""
    is_public: bool = False
    wants_code_grant: bool = False
    interactions_endpoint: str | None = None
    privacy_policy: str | None = "https://example.org/privacy"

    @property
    def flags(self) -> int:
        if not self.message_content:
            return 0
        return _MESSAGE_CONTENT if self.is_reviewed else _MESSAGE_CONTENT_LIMITED

    def application(self) -> Json:
        """Return what Get Current Application answers; what is not set is left out or null."""
        bot = {**serializers.user_payload(self.backend.bot_user), "primary_guild": None}
        owner = bot | {"id": "1", "username": "operator", "global_name": None, "bot": False}
        policy = {} if self.privacy_policy is None else {"privacy_policy_url": self.privacy_policy}
        return {
            "id": str(self.backend.application_id),
            "name": self.backend.bot_user.name,
            "icon": None,
            "description": "",
            "summary": "",
            "type": None,
            "bot": bot,
            "bot_public": self.is_public,
            "bot_require_code_grant": self.wants_code_grant,
            "verify_key": "0" * 64,
            "flags": self.flags,
            "flags_new": str(self.flags),
            "redirect_uris": [],
            "interactions_endpoint_url": self.interactions_endpoint,
            "role_connections_verification_url": None,
            "owner": owner,
            "approximate_guild_count": len(self.backend.guilds),
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
            "team": None,
            "eligible_oauth2_scopes": [],
            **policy,
        }

    def servers(self, params: dict[str, str]) -> list[Json]:
        """Return a page of what Get Current User Guilds answers.

        https://discord.com/developers/docs/resources/user#get-current-user-guilds
        """
        after, most = int(params.get("after", 0)), int(params.get("limit", SERVERS_AT_ONCE))
        return [
            {
                "id": str(server.id),
                "name": server.name,
                "icon": None,
                "banner": None,
                "owner": server.owner_id == self.backend.bot_user.id,
                "permissions": str(
                    self.backend.compute_permissions(server.id, self.backend.bot_user.id)
                ),
                "features": [],
            }
            for server in servers_with(self.backend)
            if server.id > after
        ][: min(most, SERVERS_AT_ONCE)]
