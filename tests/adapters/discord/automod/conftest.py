"""The double's server as far as AutoMod is concerned; our adapter, without the intent for words."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from simcord.backend.models.channel import Overwrite
from simcord.enums import OverwriteType

import discord as library
from adapters.discord.adapter import Discord
from adapters.discord.automod import (
    NAME,
)
from adapters.discord.facts import permissions
from peerbot.chat.addresses import Person, Room
from peerbot.chat.word_filter import WatchWords
from peerbot.content.crisis import watch_list
from tests.adapters.discord.double import Double
from tests.adapters.discord.double.automod import BLOCK
from tests.adapters.discord.double.connected import an_adapter
from tests.adapters.discord.double.listening import ListeningCore

PHRASES = tuple(one.text for one in watch_list()[0].phrases)
RULES = "* /guilds/*/auto-moderation/rules*"


class Server:
    """The double's server, as far as AutoMod is concerned."""

    def __init__(self, double: Double) -> None:
        self.double = double
        self.backend = double.backend
        self.id = int(double.home.space.id)
        self.guild = self.backend.get_guild(self.id)
        self.owner = Person("discord", str(self.guild.owner_id))
        self.care = self.a_room("care-team", private=True)
        double.home.owner.lets_peerbot(permissions(word_filter=True))

    def a_room(self, name: str, *, private: bool = False) -> Room:
        seen = library.Permissions.view_channel.flag
        ours = self.guild.members[self.backend.bot_user.id].role_ids[0]
        hidden = [
            Overwrite(self.id, OverwriteType.ROLE, deny=seen),
            Overwrite(ours, OverwriteType.ROLE, allow=seen),
        ]
        made = self.backend.create_channel(self.id, name, overwrites=hidden if private else [])
        return Room("discord", str(made.id), space=str(self.id))

    def watch(self, *not_in: Room, room: Room | None = None) -> WatchWords:
        return WatchWords(phrases=PHRASES, room=room or self.care, not_in=not_in)

    @property
    def rules(self) -> list[Any]:
        return list(self.guild.auto_mod_rules.values())

    @property
    def ours(self) -> Any:
        (found,) = [one for one in self.rules if one.name == NAME]
        return found

    def theirs(self, *keywords: str, action: int = BLOCK, **more: Any) -> Any:
        """Make a rule as somebody else who may manage the server."""
        body = {
            "name": "no swearing",
            "event_type": 1,
            "trigger_type": 1,
            "trigger_metadata": {"keyword_filter": list(keywords)},
            "actions": [{"type": action}],
            "enabled": True,
        }
        return self.backend.create_auto_mod_rule(self.id, int(self.owner.id), body | more)

    def changed(self, rule: Any, **changes: Any) -> None:
        """Change a rule as a moderator does in the server's settings."""
        self.backend.edit_auto_mod_rule(self.id, rule.id, changes)

    def may_manage(self, *, allowed: bool) -> None:
        self.double.home.owner.lets_peerbot(permissions(word_filter=allowed))

    def requests(self) -> list[str]:
        """Return which requests for AutoMod were made, oldest first."""
        return [one.method for one in self.double.requests if "auto-moderation" in one.path]


@pytest.fixture
def server(double: Double) -> Server:
    return Server(double)


@pytest.fixture
async def unread(double: Double, server: Server, core: ListeningCore) -> AsyncIterator[Discord]:
    """The adapter, connected; it does not have the intent for what is written in rooms."""
    del server
    double.portal.message_content = False
    adapter = an_adapter(double)
    await adapter.start(core)
    yield adapter
    await adapter.stop()
