"""AutoMod on the double: what simcord's model of it takes on trust, held to what Discord says.

https://discord.com/developers/docs/resources/auto-moderation
"""

import re
from collections.abc import Mapping
from typing import Any

from simcord.backend import Backend
from simcord.backend.errors import BackendError, missing_permissions
from simcord.backend.models.message import Message, SystemMessageMetadata
from simcord.enums import MessageType

import discord

KEYWORD = 1
MOST_RULES = 6
BLOCK, ALERT, TIMEOUT = 1, 2, 3
_LONGEST, _MOST = 60, 1_000
_MOST_EXEMPT_ROOMS = 50

Json = dict[str, Any]


class Moderated(Backend):
    """simcord's model, with limits, alerts and events of AutoMod as Discord describes them."""

    def __init__(self) -> None:
        super().__init__()
        self._hits: list[Json] = []

    # -- rules ---------------------------------------------------------------------------------

    def create_auto_mod_rule(self, guild_id: int, creator_id: int, body: Mapping[str, Any]) -> Any:
        """Make a rule. Raises what Discord answers to one too many, or to a bad one."""
        self._check(guild_id, body)
        rules = self.get_guild(guild_id).auto_mod_rules.values()
        of_this_kind = [one for one in rules if one.trigger_type == int(body["trigger_type"])]
        if int(body["trigger_type"]) == KEYWORD and len(of_this_kind) >= MOST_RULES:
            # https://github.com/discordjs/discord-api-types/issues/853
            said = {
                "code": "AUTO_MODERATION_MAX_RULES_OF_TYPE_EXCEEDED",
                "message": f"Maximum number of rules with trigger type 1 is {MOST_RULES}",
            }
            raise _bad({"_errors": [said]})
        # Discord leaves a rule switched off unless it is asked to switch it on.
        return super().create_auto_mod_rule(guild_id, creator_id, {"enabled": False, **body})

    def edit_auto_mod_rule(self, guild_id: int, rule_id: int, changes: Mapping[str, Any]) -> Any:
        self._check(guild_id, changes)
        return super().edit_auto_mod_rule(guild_id, rule_id, changes)

    def _check(self, guild_id: int, body: Mapping[str, Any]) -> None:
        words = (body.get("trigger_metadata") or {}).get("keyword_filter") or []
        if len(words) > _MOST or any(not 1 <= len(one) <= _LONGEST for one in words):
            raise _bad({"trigger_metadata": {"keyword_filter": {"_errors": []}}})
        if len(body.get("exempt_channels") or []) > _MOST_EXEMPT_ROOMS:
            raise _bad({"exempt_channels": {"_errors": []}})
        actions = body.get("actions")
        if actions is not None and not 1 <= len(actions) <= 5:
            raise _bad({"actions": {"_errors": []}})
        for action in actions or []:
            if action["type"] == ALERT:
                channel = self.channels.get(int(action["metadata"]["channel_id"]))
                if channel is None or channel.guild_id != guild_id:
                    raise _bad({"actions": {"_errors": []}})

    # -- what a rule finds ---------------------------------------------------------------------

    def commit_message(self, message: Message, *, broadcast: bool = True) -> Message:
        """Take a message; what AutoMod found in it is told once the message is there."""
        self._hits = []
        committed = super().commit_message(message, broadcast=broadcast)
        hits, self._hits = self._hits, []
        is_there = message.id in self.messages[message.channel_id]
        for hit in hits:
            self._tell(hit, message, is_there=is_there)
        return committed

    def _match_keyword(self, rule: Any, content: str) -> str | None:  # type: ignore[override]
        """Return the keyword that is in the content, as Discord describes its wildcards.

        A whole word is surrounded by whitespace, so that "die." is none where "die" is asked for.
        """
        for keyword in rule.trigger_metadata.get("keyword_filter") or []:
            bare = keyword.strip("*")
            left = "" if keyword.startswith("*") else r"(?<!\S)"
            right = "" if keyword.endswith("*") else r"(?!\S)"
            if bare and re.search(left + re.escape(bare) + right, content, re.IGNORECASE):
                return str(keyword)
        return None

    def _emit_auto_mod_execution(
        self,
        rule: Any,
        channel: Any,
        user_id: int,
        content: str,
        keyword: str,
        action: Json,
    ) -> None:
        self._hits.append(
            {
                "guild_id": str(channel.guild_id),
                "action": action,
                "rule_id": str(rule.id),
                "rule_trigger_type": rule.trigger_type,
                "user_id": str(user_id),
                "channel_id": str(channel.id),
                "matched_keyword": keyword or None,
            }
        )

    def _tell(self, hit: Json, message: Message, *, is_there: bool) -> None:
        """Tell of one action, to bots that may manage the server alone.

        https://discord.com/developers/docs/events/gateway-events#auto-moderation-action-execution
        """
        shown = hit["matched_keyword"].strip("*") if hit["matched_keyword"] else None
        payload = hit | {
            "content": message.content,
            "matched_content": shown,
        }
        if is_there:
            payload["message_id"] = str(message.id)
        if hit["action"]["type"] == ALERT:
            alert = self._alert(int(hit["action"]["metadata"]["channel_id"]), message)
            payload["alert_system_message_id"] = str(alert.id)
        if self._may_manage(int(hit["guild_id"])):
            self.emit("AUTO_MODERATION_ACTION_EXECUTION", payload)

    def _alert(self, channel_id: int, message: Message) -> Message:
        """Show the message in the room for alerts, under the name of who wrote it."""
        return self.create_message(
            channel_id,
            message.author_id,
            message.content,
            message_type=MessageType.AUTO_MODERATION_ACTION,
            system_metadata=SystemMessageMetadata(),
        )

    def _may_manage(self, guild_id: int) -> bool:
        try:
            self.require_permissions(guild_id, self.bot_user.id, None, "manage_guild")
        except BackendError as error:
            if error.code != missing_permissions().code:
                raise
            return False
        return True


def as_told(event: str, payload: Mapping[str, Any], intents: discord.Intents) -> Mapping[str, Any]:
    """Return an event as a client hears it: without the intent for content there are no words."""
    if event != "AUTO_MODERATION_ACTION_EXECUTION" or intents.message_content:
        return payload
    return {**payload, "content": "", "matched_content": ""}


def _bad(errors: Json) -> BackendError:
    return BackendError(400, 50035, "Invalid Form Body", errors=errors)
