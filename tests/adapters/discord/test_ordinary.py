"""Ordinary messages are let pass before discord.py makes anything of them; nothing else is."""

from dataclasses import dataclass

import pytest

import discord as library
from adapters.discord.adapter import Discord
from adapters.discord.client import Client
from peerbot.chat.addresses import Actor, Room, Space
from peerbot.chat.events import MessagePosted
from tests.adapters.discord.double import Double
from tests.adapters.discord.double.connected import an_adapter
from tests.adapters.discord.double.listening import ListeningCore


class Knowing(ListeningCore):
    """Finds nothing in words without a storm, and breaks over thunder."""

    def __init__(self, double: Double) -> None:
        super().__init__(double.happened)
        self.asked: list[tuple[str, Actor, Space, Room]] = []

    def is_ordinary(self, text: str, actor: Actor, space: Space, room: Room) -> bool:
        self.asked.append((text, actor, space, room))
        if "thunder" in text:
            raise RuntimeError("broken")
        return "storm" not in text

    @property
    def heard(self) -> list[str]:
        return [one.text for one in self.events if isinstance(one, MessagePosted)]


@pytest.fixture
def core(double: Double) -> Knowing:
    return Knowing(double)


@dataclass(frozen=True, slots=True)
class Sam:
    """Somebody whom we have met already, by one message."""

    double: Double
    core: Knowing
    discord: Discord

    def says(self, *texts: str) -> None:
        for text in texts:
            self.double.home.say(self.double.home.sam, text)

    async def heard(self, last: str) -> list[str]:
        """Return what became events, once `last` has."""
        await self.double.until(lambda: last in self.core.heard)
        return self.core.heard


@pytest.fixture
async def sam(double: Double, discord: Discord, core: Knowing) -> Sam:
    sam = Sam(double, core, discord)
    sam.says("hello")
    await sam.heard("hello")
    return sam


async def test_what_is_ordinary_is_no_event_once_somebody_was_met(sam: Sam) -> None:
    sam.says("nice day", "a storm", "rain", "a storm again")
    assert await sam.heard("a storm again") == ["hello", "a storm", "a storm again"]


async def test_whoever_was_not_met_yet_takes_the_whole_way(sam: Sam) -> None:
    sam.double.home.say(sam.double.home.robin, "good morning")
    assert await sam.heard("good morning") == ["hello", "good morning"]


async def test_the_core_is_asked_with_what_an_event_would_hold(sam: Sam) -> None:
    sam.says("a storm")
    await sam.heard("a storm")
    event = sam.core.events[-1]
    assert isinstance(event, MessagePosted)
    assert sam.core.asked == [("a storm", event.actor, event.space, event.room)]


async def test_whatever_breaks_takes_the_whole_way(sam: Sam) -> None:
    sam.says("thunder")
    assert await sam.heard("thunder") == ["hello", "thunder"]


async def test_an_edit_and_a_direct_message_are_events(sam: Sam) -> None:
    home, backend = sam.double.home, sam.double.backend
    said = home.say(home.sam, "nice day")
    backend.edit_message(said.channel_id, said.id, {"content": "nicer day"})
    home.whisper(home.sam, "good evening")
    assert await sam.heard("good evening") == ["hello", "nicer day", "good evening"]


async def test_whose_roles_are_others_now_is_met_anew(sam: Sam) -> None:
    home, backend = sam.double.home, sam.double.backend
    role = home.owner.makes_role("moderators", mentionable=False)
    sam.says("the roles of the server changed")
    await sam.heard("the roles of the server changed")
    backend.add_member_role(int(home.space.id), int(home.sam.id), int(role))
    sam.says("with a role")
    await sam.heard("with a role")
    sam.says("with the same role")
    backend.remove_member_role(int(home.space.id), int(home.sam.id), int(role))
    sam.says("without it")
    heard = await sam.heard("without it")
    assert heard[2:] == ["with a role", "without it"]
    roles = [one.actor.platform_roles for one in sam.core.events]
    assert roles[2:] == [frozenset({role}), frozenset()]


async def test_when_a_role_may_more_whoever_holds_it_is_met_anew(sam: Sam) -> None:
    home, backend = sam.double.home, sam.double.backend
    role = home.owner.makes_role("helpers", mentionable=False)
    backend.add_member_role(int(home.space.id), int(home.sam.id), int(role))
    sam.says("with a role")
    await sam.heard("with a role")
    may = library.Permissions(manage_guild=True).value
    backend.edit_role(int(home.space.id), int(role), {"permissions": may})
    sam.says("it may more now")
    await sam.heard("it may more now")
    assert [one.actor.owns_space for one in sam.core.events] == [False, False, True]


async def test_looking_early_can_be_switched_off(double: Double, core: Knowing) -> None:
    adapter = an_adapter(double, message_content=True, look_early=False)
    await adapter.start(core)
    sam = Sam(double, core, adapter)
    for text in ("hello", "nice day"):
        sam.says(text)
        await sam.heard(text)
    assert core.heard == ["hello", "nice day"]
    await adapter.stop()


@pytest.mark.parametrize(
    "odd",
    [
        {"type": 24},
        {"webhook_id": "1"},
        {"author": {"id": "of somebody else"}},
        {"member": None},
        {"member": {"roles": ["1"]}},
        {"guild_id": None},
        {"content": None},
        {"channel_id": "no id"},
    ],
    ids=lambda odd: next(iter(odd)),
)
async def test_what_is_not_as_ever_takes_the_whole_way(sam: Sam, odd: dict[str, object]) -> None:
    home, ordinary = sam.double.home, sam.discord.intake.ordinary
    as_ever = {
        "type": 0,
        "guild_id": home.space.id,
        "channel_id": home.room.id,
        "author": {"id": home.sam.id},
        "member": {"roles": []},
        "content": "nice day",
    }
    assert ordinary.holds(as_ever)
    assert not ordinary.holds(as_ever | odd)
    missing = next(iter(odd))
    assert missing == "webhook_id" or not ordinary.holds(
        {key: as_ever[key] for key in as_ever if key != missing}
    )


def test_discord_py_keeps_its_parsers_where_we_stand_before_them() -> None:
    """With another release nothing breaks, but messages cost more: see `make bench`."""
    bare = library.Client(intents=library.Intents.none())._connection.parsers
    ours = Discord(connection=Nowhere()).client._connection.parsers
    changed = {event for event in bare if ours[event].__name__ != bare[event].__name__}
    assert changed == {
        "MESSAGE_CREATE",
        *("GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE"),
        *("GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE"),
        *("CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE"),
        *("THREAD_CREATE", "THREAD_UPDATE", "THREAD_DELETE", "THREAD_LIST_SYNC"),
    }


class Nowhere:
    """Implements `Connection`."""

    async def open(self, client: Client) -> None:
        del client

    async def close(self, client: Client) -> None:
        del client
