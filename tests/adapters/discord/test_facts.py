"""What setup is told of a server: rooms, roles, and what is wrong with our rights in them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from simcord.backend.models import Guild, Overwrite

import discord
from adapters.discord.adapter import Discord
from adapters.discord.facts import NEEDED, permissions
from peerbot.chat.adapters import RoleFact, RoomFact, SpaceFacts
from peerbot.chat.plain import plain
from tests.adapters.discord.double import Double
from tests.adapters.discord.double.connected import an_adapter
from tests.adapters.discord.double.listening import ListeningCore

EVERYONE_SEES = discord.Permissions(view_channel=True, send_messages=True).value
OURS = permissions().value


@dataclass
class Known:
    """A server, and what the adapter that is connected knows of it."""

    double: Double
    adapter: Discord
    core: ListeningCore

    async def is_told(self) -> None:
        """Return once everything that Discord said so far has been heard: it comes in order."""
        heard = self.core.finished
        self.double.home.say(self.double.home.sam, "hello")
        await self.double.until(lambda: self.core.finished > heard)

    async def facts(self) -> SpaceFacts:
        await self.is_told()
        return await self.adapter.facts(self.double.home.space)

    async def facts_with(self, ours: int) -> SpaceFacts:
        """Return the facts where our role has these permissions and @everyone none."""
        for role in list(self.guild.roles.values()):
            mine = role.name == self.double.backend.bot_user.name
            changes = {"permissions": ours if mine else 0}
            self.double.backend.edit_role(self.guild.id, role.id, changes)
        return await self.facts()

    @property
    def guild(self) -> Guild:
        return self.double.backend.get_guild(int(self.double.home.space.id))

    def general(self, facts: SpaceFacts) -> RoomFact:
        return next(one for one in facts.rooms if one.room == self.double.home.room)


@pytest.fixture
async def known(double: Double, core: ListeningCore) -> AsyncIterator[Known]:
    adapter = an_adapter(double, message_content=True)
    await adapter.start(core)
    yield Known(double, adapter, core)
    await adapter.stop()


@pytest.mark.parametrize("name", [name for name, _called, _why in NEEDED])
async def test_each_missing_permission_is_named_with_its_reason_and_what_to_do(
    known: Known, name: str
) -> None:
    lacking = OURS & ~_bit(name)
    facts = await known.facts_with(lacking)
    called, why = next((plain(called), plain(why)) for one, called, why in NEEDED if one == name)
    said = [plain(one.words) for one in facts.missing]
    wanted = f"I lack the permission {called}, which I need {why}. Switch it on in Server Settings"
    assert said == [f"{wanted}, Roles, my role."]
    assert facts.missing[0].keeps_help is (name not in {"attach_files", "pin_messages"})


def _bit(name: str) -> int:
    return discord.Permissions(**{name: True}).value


async def test_permissions_have_discords_own_names_in_french(
    known: Known,
) -> None:
    facts = await known.facts_with(OURS & ~_bit("pin_messages"))
    (said,) = [plain(one.words, "fr") for one in facts.missing]
    assert "Épingler des messages" in said
    assert "Paramètres du serveur, Rôles" in said


async def test_with_all_that_the_invitation_asks_for_nothing_is_missing(
    known: Known,
) -> None:
    facts = await known.facts_with(OURS)
    assert facts.missing == ()


async def test_administrator_is_more_than_we_want(known: Known) -> None:
    facts = await known.facts_with(OURS | _bit("administrator"))
    (found,) = facts.missing
    assert "I have the permission Administrator" in plain(found.words)
    assert not found.keeps_help


def _role(facts: SpaceFacts, name: str) -> RoleFact:
    return next(one for one in facts.roles if one.name == name)


async def test_a_role_that_nobody_may_mention_would_notify_nobody(
    known: Known,
) -> None:
    guild_id = known.guild.id
    known.double.backend.create_role(guild_id, "silent")
    known.double.backend.create_role(guild_id, "called", mentionable=True)
    facts = await known.facts_with(OURS)
    assert _role(facts, "called").wrong is None
    said = _role(facts, "silent").wrong
    assert said is not None
    assert "switch on Allow anyone to @mention this role" in plain(said)
    assert "activez Permettre à tout le monde de @mentionner ce rôle" in plain(said, "fr")
    facts = await known.facts_with(OURS | _bit("mention_everyone"))
    assert _role(facts, "silent").wrong is None


async def test_what_we_lack_in_one_room_is_said_of_that_room(
    known: Known,
) -> None:
    facts = await known.facts_with(OURS)
    assert (known.general(facts).may_write, known.general(facts).wrong) == (True, ())
    us = known.double.backend.bot_user.id
    denied = _bit("send_messages") | _bit("embed_links")
    room = int(known.double.home.room.id)
    known.double.backend.set_overwrite(room, Overwrite(us, 1, deny=denied))
    known.double.backend.announce_channel_update(room)
    general = known.general(await known.facts())
    assert not general.may_write
    (said,) = map(plain, general.wrong)
    assert said.startswith("There I lack: Send Messages, Embed Links. In the room's settings,")


async def test_what_we_lack_everywhere_is_not_said_of_each_room_as_well(
    known: Known,
) -> None:
    facts = await known.facts_with(OURS & ~_bit("embed_links"))
    general = known.general(facts)
    assert (general.may_write, general.wrong) == (False, ())


async def test_a_room_that_everybody_reads_is_told_from_a_private_one(
    known: Known,
) -> None:
    facts = await known.facts_with(OURS)
    assert not known.general(facts).everyone
    changes = {"permissions": EVERYONE_SEES}
    known.double.backend.edit_role(known.guild.id, known.guild.id, changes)
    assert known.general(await known.facts()).everyone


async def test_rooms_are_asked_for_and_not_kept(known: Known) -> None:
    made = known.double.home.add_room("new")
    facts = await known.facts()
    assert made in [one.room for one in facts.rooms]
    (guild,) = known.adapter.client.guilds
    assert list(guild.channels) == []
