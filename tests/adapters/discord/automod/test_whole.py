"""AutoMod with all of peerbot: from the panel to help, over a restart, and until it is deleted."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from simcord.backend.models.message import Message

from peerbot.app import House
from peerbot.chat.addresses import Room
from peerbot.chat.events import Installed
from peerbot.clock import MovableClock
from peerbot.community.word_filter import LOOKED_AT_EVERY
from peerbot.db import Database
from peerbot.testing import NOW, an_actor
from tests.adapters.discord.automod.conftest import Server
from tests.adapters.discord.double import Double
from tests.adapters.discord.double.automod import TIMEOUT
from tests.adapters.discord.double.connected import an_adapter
from tests.adapters.discord.double.home import texts_in
from tests.whole_house import a_house

IS_ON = "tells me of those phrases from this moment"


async def a_community(house: House, server: Server) -> None:
    """Set it up as an admin of the server would, with a room for alerts and one for check-ins."""
    owner, room = an_actor(server.owner, owns_space=True), server.double.home.room
    space = server.double.home.space
    community = await house.communities.of(Installed(actor=owner, at=NOW, space=space, name="Home"))
    assert community is not None
    await house.communities.change_draft(
        community.id, owner, lambda one: replace(one, alert_room=server.care, checkin_room=room)
    )
    await house.communities.publish(community.id, owner)


async def pressed(server: Server, *labels: str) -> None:
    """Open the panel and press one button after the other, each once it is there."""
    double = server.double
    await double.until(lambda: server.backend.find_command("peerbot", server.id, type=1))
    double.home.use(server.owner, "peerbot panel")
    for label in labels:
        await shown(double, label)
        double.home.press(server.owner, label, carrying(double, label)[-1])


async def shown(double: Double, label: str) -> None:
    await double.until(lambda: carrying(double, label))


def carrying(double: Double, label: str) -> list[Message]:
    kept = double.home.messages_in_the_room()
    return [one for one in kept if f"'label': '{label}'" in str(one.components)]


def saying(double: Double, words: str) -> list[Message]:
    return [one for one in double.home.messages_in_the_room() if words in texts_in(one)]


def written_by_people(double: Double, room: Room) -> list[int]:
    """Return who wrote what stands in a room for all to read, but for the notice of ours."""
    kept = double.backend.messages[int(room.id)].values()
    open_to_all = [one for one in kept if not one.is_ephemeral and one.type == 0]
    return [one.author_id for one in open_to_all if not one.pinned]


@pytest.fixture
async def house(
    double: Double, server: Server, sqlite_database: Database, tmp_path: Path
) -> AsyncIterator[House]:
    """Everything, running; Discord does not give it what is written in rooms."""
    double.portal.message_content = False
    (tmp_path / "first").mkdir()
    house = a_house(sqlite_database, tmp_path / "first")
    await house.start(an_adapter(double))
    await a_community(house, server)
    yield house
    await house.stop()
    assert double.rest.gaps == []


async def test_from_the_panel_to_the_answer_and_the_alert(
    double: Double, server: Server, house: House
) -> None:
    await pressed(server, "More about it", "Tell members, switch on")
    await double.until(lambda: saying(double, IS_ON))
    assert saying(double, "shows that message, word for word, to the responders")
    assert server.ours.enabled
    timeout = {"type": TIMEOUT, "metadata": {"duration_seconds": 60}}
    server.changed(server.ours, actions=[*server.ours.actions, timeout])

    said = double.home.say(double.home.sam, "no one to tell. i want to end my life!")
    await double.until(lambda: double.home.inbox_of(double.home.sam))
    await double.until(lambda: double.home.messages_in(server.care.id))
    await house.noticing.settled()
    (answer,) = double.home.inbox_of(double.home.sam)
    assert "hour alone" in texts_in(answer)
    (alert,) = double.home.messages_in(server.care.id)
    assert f"/{said.id}" in str(alert.components) + texts_in(alert)
    assert "end my life" not in texts_in(alert)
    assert written_by_people(double, double.home.room) == [int(double.home.sam.id)]
    (known,) = house.record.book
    assert (known.count, known.about) == (1, double.home.sam), "two reports, one message"


async def test_going_back_to_settings_from_before_takes_the_rule_out_of_the_server(
    double: Double, server: Server, house: House
) -> None:
    assert house.storage.is_open
    await pressed(server, "More about it", "Tell members, switch on")
    await double.until(lambda: saying(double, IS_ON))
    await double.until(lambda: server.ours.enabled)
    home = house.communities.all[0]
    await house.communities.revert(home.id, an_actor(server.owner, owns_space=True), 1)
    assert server.rules == []


async def test_after_a_restart_it_goes_on_and_what_a_moderator_deletes_is_told_once(
    double: Double, server: Server, house: House, sqlite_url: str, tmp_path: Path
) -> None:
    await pressed(server, "More about it", "Tell members, switch on")
    await double.until(lambda: saying(double, IS_ON))
    await house.stop()
    (tmp_path / "second").mkdir()
    again = a_house(Database(sqlite_url), tmp_path / "second")
    await again.start(an_adapter(double))
    try:
        await again.delivery.beat()
        (community,) = again.communities.all
        assert again.communities.settings(community.id).filters_words
        assert server.ours.enabled
        double.home.say(double.home.robin, "je suis suicidaire")
        await double.until(lambda: double.home.inbox_of(double.home.robin))
        await again.noticing.settled()

        server.backend.delete_auto_mod_rule(server.id, server.ours.id)
        assert isinstance(again.clock, MovableClock)
        again.clock.move(LOOKED_AT_EVERY)
        for _time in range(2):
            await again.delivery.beat()
        told = [texts_in(one) for one in double.home.messages_in(server.care.id)]
        assert sum("Somebody deleted my rule in its settings." in one for one in told) == 1
        assert not again.communities.settings(community.id).filters_words
        assert server.rules == []
    finally:
        await again.stop()
