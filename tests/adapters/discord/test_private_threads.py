"""Threads for one person and us: made once, and found again, whatever becomes of them."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.discord.adapter import Discord
from peerbot.chat.addresses import NewInbox, PrivateThread, Room
from peerbot.chat.cards import Text, card
from peerbot.chat.gateway import TryLater, Undeliverable, Why
from tests.adapters.discord.double import Double, faults
from tests.adapters.discord.double.connected import an_adapter
from tests.adapters.discord.double.faults import SENDS
from tests.adapters.discord.double.listening import ListeningCore

HELLO = card("test.hello", Text("Hello"), summary="Hello")


def _threads(double: Double) -> list[Any]:
    return [one for one in double.backend.channels.values() if one.is_thread]


async def test_a_thread_that_its_person_could_not_be_let_into_is_not_made_twice(
    double: Double, discord: Discord
) -> None:
    to = PrivateThread(double.home.room, double.home.sam)
    double.plant(faults.dropped("PUT /channels/*/thread-members/*", times=2))
    with pytest.raises(TryLater):
        await discord.send(to, HELLO, nonce="1")
    sent = await discord.send(to, HELLO, nonce="1")
    threads = [one for one in double.backend.channels.values() if one.is_thread]
    assert sent.ref is not None
    assert [str(one.id) for one in threads] == [sent.ref.room]
    assert int(double.home.sam.id) in threads[0].thread_members


async def test_after_a_restart_the_thread_that_was_made_before_goes_on(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    to = PrivateThread(double.home.room, double.home.sam)
    before = await discord.send(to, HELLO)
    assert before.ref is not None
    restarted = an_adapter(double)
    await restarted.start(core)
    after = await restarted.send(replace(to, made=before.ref.room), HELLO)
    await restarted.stop()
    assert after.ref is not None
    assert after.ref.room == before.ref.room
    assert [str(one.id) for one in _threads(double)] == [before.ref.room]


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, 10003), (403, 50001), (400, 50083), (400, 160005)],
    ids=["deleted", "we were taken out of it", "put away", "locked"],
)
@pytest.mark.parametrize("restarts", [False, True])
async def test_in_the_place_of_a_thread_that_is_lost_another_is_made(
    double: Double, discord: Discord, core: ListeningCore, status: int, code: int, restarts: bool
) -> None:
    to = PrivateThread(double.home.room, double.home.sam)
    before = await discord.send(to, HELLO, nonce="1")
    assert before.ref is not None
    double.plant(faults.refused(f"POST /channels/{before.ref.room}/messages", status, code))
    sends = discord
    if restarts:
        sends = an_adapter(double)
        await sends.start(core)
    after = await sends.send(replace(to, made=before.ref.room), HELLO, nonce="2")
    again = await sends.send(to, HELLO, nonce="3")
    if restarts:
        await sends.stop()
    assert after.ref is not None
    assert after.ref.room != before.ref.room
    assert again.ref is not None
    assert again.ref.room == after.ref.room
    new = double.backend.get_channel(int(after.ref.room))
    assert int(double.home.sam.id) in new.thread_members


async def test_a_thread_in_which_we_may_not_write_is_not_made_again_and_again(
    double: Double, discord: Discord
) -> None:
    to = PrivateThread(double.home.room, double.home.sam)
    double.plant(faults.refused(SENDS, 403, 50013, times=2))
    for _ in range(2):
        with pytest.raises(Undeliverable) as refused:
            await discord.send(to, HELLO)
        assert refused.value.why is Why.FORBIDDEN
    assert len(_threads(double)) == 1


async def test_who_writes_in_a_thread_has_one_of_their_own_in_its_room(
    double: Double, discord: Discord
) -> None:
    room = int(double.home.room.id)
    theirs = double.backend.create_thread(room, "A long day", int(double.home.sam.id))
    to = PrivateThread(Room("discord", str(theirs.id), double.home.space.id), double.home.sam)
    sent = await discord.send(to, HELLO)
    assert sent.ref is not None
    made = double.backend.get_channel(int(sent.ref.room))
    assert (made.parent_id, made.type) == (room, 12)
    assert int(double.home.sam.id) in made.thread_members


async def test_where_there_are_no_threads_none_is_looked_for_in_the_category_above(
    double: Double, discord: Discord
) -> None:
    double.plant(faults.refused("POST /channels/*/threads", 400, 50024))
    with pytest.raises(Undeliverable) as refused:
        await discord.send(PrivateThread(double.home.room, double.home.sam), HELLO)
    assert refused.value.why is Why.UNSUPPORTED
    assert len([one for one in double.requests if one.path.endswith("/threads")]) == 1


async def test_a_room_that_is_gone_makes_no_thread(double: Double, discord: Discord) -> None:
    double.plant(faults.refused("POST /channels/*/messages", 404, 10003))
    with pytest.raises(Undeliverable):
        await discord.send(double.home.room, HELLO)
    assert _threads(double) == []


async def test_a_room_that_was_deleted_is_told_and_no_thread_is_tried_in_it_twice(
    double: Double, discord: Discord
) -> None:
    to = PrivateThread(double.home.room, double.home.sam)
    first = await discord.send(to, HELLO, nonce="1")
    assert first.ref is not None
    # Discord takes the threads of a room away along with it; simcord does not.
    double.backend.delete_channel(int(first.ref.room))
    double.backend.delete_channel(int(double.home.room.id))
    for place in (double.home.room, to):
        with pytest.raises(Undeliverable) as refused:
            await discord.send(place, HELLO)
        assert refused.value.why is Why.GONE
    made = [one for one in double.requests if one.path.endswith("/threads")]
    assert [one.status for one in made] == [200, 404]


@pytest.mark.parametrize("code", [10007, 10013])
async def test_a_person_who_left_is_told_from_a_closed_inbox(
    double: Double, discord: Discord, code: int
) -> None:
    double.plant(faults.refused("PUT /channels/*/thread-members/*", 404, code))
    with pytest.raises(Undeliverable) as refused:
        await discord.send(PrivateThread(double.home.room, double.home.sam), HELLO)
    assert refused.value.why is Why.LEFT
    double.plant(faults.refused(SENDS, 403, 50278))
    with pytest.raises(Undeliverable) as refused:
        await discord.send(NewInbox(double.home.sam), HELLO)
    assert refused.value.why is Why.LEFT
