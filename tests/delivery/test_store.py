"""Rows of sends and work, the same on both databases."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from peerbot.chat.addresses import Address, MessageRef, NewInbox, Person, Room
from peerbot.db import Database
from peerbot.delivery.model import SENDS, Held, Item, NewSend, Outcome, Status, WorkStatus
from peerbot.delivery.store import SendRow, SendStore, WorkStore
from peerbot.testing import NOW

KIND, ROUND = "checkins.prompt", "round1"
HALL = Room("discord", "1", "space")
PLACES: tuple[Address, ...] = (HALL, Person("discord", "1"), NewInbox(Person("discord", "1")))
MINUTE = timedelta(minutes=1)


def to(*places: Address) -> list[NewSend]:
    return [NewSend(kind=KIND, subject=ROUND, to=place) for place in places]


async def handed_over(database: Database, *places: Address) -> list[str]:
    async with database.begin() as session:
        store = SendStore(session)
        await store.add(to(*places), NOW)
        assert await WorkStore(session).begin(SENDS + KIND, ROUND, 1)
        return [send_id for send_id, _ in await store.hand_over(KIND, ROUND, 1, NOW)]


async def claimed(database: Database, send_id: str, owner: str = "me") -> Held | None:
    async with database.begin() as session:
        return await SendStore(session).claim(send_id, owner, NOW)


async def noted(
    database: Database, held: Held, outcome: Outcome, *, still_to_tell: bool = False
) -> bool:
    async with database.begin() as session:
        send = await SendStore(session).note(held, outcome, NOW, still_to_tell=still_to_tell)
    return send is not None


async def test_every_lasting_place_comes_back_as_it_was(database: Database) -> None:
    async with database.begin() as session:
        assert await SendStore(session).add(to(*PLACES, HALL), NOW) == 3
    async with database.read() as session:
        sends = await SendStore(session).about(KIND, ROUND)
    assert {send.to for send in sends} == set(PLACES)
    assert {send.to.space for send in sends if isinstance(send.to, Room)} == {"space"}


async def test_a_send_is_unique_by_what_it_is_about_and_where_it_goes(database: Database) -> None:
    (send_id,) = await handed_over(database, HALL)
    async with database.begin() as session:
        row = await session.get_one(SendRow, send_id)
        columns = {column.key: getattr(row, column.key) for column in SendRow.__table__.columns}
    with pytest.raises(IntegrityError):
        async with database.begin() as session:
            session.add(SendRow(**{**columns, "id": "another"}))


async def test_a_big_round_is_planned_in_batches(database: Database) -> None:
    rooms = [Room("discord", f"'{number}\"%s\\") for number in range(2_500)]
    async with database.begin() as session:
        assert await SendStore(session).add(to(*rooms), NOW) == 2_500
        assert await SendStore(session).add(to(*rooms, HALL), NOW) == 1
        assert {send.to for send in await SendStore(session).about(KIND, ROUND)} == {*rooms, HALL}


async def test_one_of_two_who_want_a_send_gets_it(database: Database) -> None:
    (send_id,) = await handed_over(database, HALL)
    both = await asyncio.gather(*(claimed(database, send_id, owner) for owner in ("a", "b")))
    assert sorted(one is None for one in both) == [False, True]


async def test_an_attempt_that_is_over_cannot_be_noted(database: Database) -> None:
    (send_id,) = await handed_over(database, HALL)
    first = await claimed(database, send_id)
    assert first is not None
    again = Outcome(status=Status.PENDING, why="busy", next_try_at=NOW)
    assert await noted(database, first, again)
    second = await claimed(database, send_id)
    assert second is not None
    assert second.send.attempts == 2
    assert not await noted(database, first, Outcome(status=Status.UNKNOWN))
    assert await noted(database, second, Outcome(status=Status.SENT))


async def test_what_was_sent_keeps_where_it_is(database: Database) -> None:
    (send_id,) = await handed_over(database, HALL)
    held = await claimed(database, send_id)
    assert held is not None
    ref = MessageRef("discord", "1", "m1")
    await noted(database, held, Outcome(status=Status.SENT, ref=ref))
    async with database.read() as session:
        (send,) = await SendStore(session).about(KIND, ROUND)
        assert await SendStore(session).held() == []
    assert (send.status, send.ref) == (Status.SENT, ref)


async def test_a_send_is_held_until_everybody_is_told(database: Database) -> None:
    (send_id,) = await handed_over(database, HALL)
    held = await claimed(database, send_id)
    assert held is not None
    await noted(database, held, Outcome(status=Status.SENT), still_to_tell=True)
    async with database.begin() as session:
        store = SendStore(session)
        assert [one.send.status for one in await store.held()] == [Status.SENT]
        assert await store.prune(NOW + MINUTE) == 0
        await store.let_go(send_id)
        assert await store.held() == []
        assert await store.prune(NOW + MINUTE) == 1


async def test_a_batch_that_is_handed_over_again_is_the_same(database: Database) -> None:
    first = await handed_over(database, *PLACES)
    held = await claimed(database, first[0])
    assert held is not None
    await noted(database, held, Outcome(status=Status.SENT))
    async with database.begin() as session:
        assert await WorkStore(session).begin(SENDS + KIND, ROUND, 1)
        again = await SendStore(session).hand_over(KIND, ROUND, 1, NOW)
    assert [send_id for send_id, _ in again] == first


async def test_sends_are_summed_up_in_their_work(database: Database) -> None:
    first, second, _third = await handed_over(database, *PLACES)
    for send_id, outcome in (
        (first, Outcome(status=Status.SENT)),
        (second, Outcome(status=Status.PENDING, next_try_at=NOW + MINUTE)),
    ):
        held = await claimed(database, send_id)
        assert held is not None
        await noted(database, held, outcome)
    async with database.begin() as session:
        store, works = SendStore(session), WorkStore(session)
        assert await store.sum_up(KIND, ROUND, NOW) == NOW + MINUTE
        assert len(await works.running()) == 1
        assert await works.next_due() == NOW + MINUTE
        assert await store.forget(Person("discord", "1")) == 2
        await store.take_back(KIND, ROUND, NOW, NOW)
        await store.sum_up(KIND, ROUND, NOW)
        assert await works.running() == ()


async def test_what_was_not_delivered_is_found_by_when_it_ended(database: Database) -> None:
    for send_id, status in zip(
        await handed_over(database, *PLACES),
        (Status.SENT, Status.UNREACHABLE, Status.UNKNOWN),
        strict=True,
    ):
        held = await claimed(database, send_id)
        assert held is not None
        await noted(database, held, Outcome(status=status))
    async with database.read() as session:
        store = SendStore(session)
        assert len(await store.undelivered(NOW)) == await store.undelivered_count(NOW) == 2
        assert await store.undelivered(NOW + MINUTE) == ()


async def test_work_is_begun_by_one_attempt_and_resumed_by_the_same(database: Database) -> None:
    async with database.begin() as session:
        works = WorkStore(session)
        await works.plan("x", "1", NOW)
        await works.plan("x", "1", NOW + MINUTE)
        assert await works.due(NOW) == (Item(kind="x", subject="1", attempts=0),)
        assert await works.begin("x", "1", 1)
        assert await works.begin("x", "1", 1)
        assert await works.due(NOW + MINUTE) == ()
        first = Item(kind="x", subject="1", attempts=1)
        assert await works.put_off(first, NOW)
        assert not await works.begin("x", "1", 1)
        assert await works.begin("x", "1", 2)
        assert not await works.put_off(first, NOW)
        await works.finish(Item(kind="x", subject="1", attempts=2), WorkStatus.DONE, NOW)
        assert not await works.begin("x", "1", 3)
        assert await works.prune(NOW + MINUTE) == 1


async def test_planning_sends_waits_for_who_sums_them_up(database: Database) -> None:
    """Or the new ones would be taken for done: the work's row is locked first."""
    (send_id,) = await handed_over(database, HALL)
    held = await claimed(database, send_id)
    assert held is not None
    await noted(database, held, Outcome(status=Status.SENT))

    async def sum_up() -> None:
        async with database.begin() as session:
            await SendStore(session).sum_up(KIND, ROUND, NOW)

    async def plan() -> None:
        async with database.begin() as session:
            await SendStore(session).add(to(Room("discord", "2")), NOW)

    await asyncio.gather(sum_up(), plan(), sum_up())
    async with database.read() as session:
        assert len(await WorkStore(session).due(NOW)) == 1
