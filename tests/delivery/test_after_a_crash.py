"""Whatever breaks, nothing is lost, and at most what was under way is repeated or not known."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from peerbot.chat.adapters import Capabilities
from peerbot.chat.addresses import Address, Room
from peerbot.db import Database
from peerbot.delivery.model import NONCE_LASTS, SENDS, AfterCrash, Done, Send
from peerbot.delivery.store import SendStore, WorkStore
from peerbot.failures import DatabaseAway, DatabaseFull
from peerbot.testing import NOW, FakeClock
from tests.delivery.conftest import (
    PROMPT,
    ROUND,
    Failing,
    Platform,
    Post,
    Slept,
    a_delivery,
    a_prompt,
    an_engine,
    people,
    until,
)

HALL = Room("console", "hall")
SENT = ("sent", "")
SECOND = timedelta(seconds=1)


async def in_hand_of_a_dead_process(post: Post, to: Address, since: timedelta = SECOND) -> None:
    """Leave a send as a process does that is killed while it sends."""
    await post.plan(to)
    async with post.db.begin() as session:
        store = SendStore(session)
        await WorkStore(session).begin(SENDS + PROMPT, ROUND, 1)
        ((send_id, _),) = await store.hand_over(PROMPT, ROUND, 1, post.clock())
        await store.claim(send_id, "dead", post.clock() - since)


async def restarted(post: Post) -> None:
    await post.delivery.start()
    await post.delivery.settle()


async def test_a_prompt_that_may_have_arrived_is_not_repeated(idle: Post) -> None:
    told: list[str] = []

    async def arrived(send: Send) -> None:
        told.append(send.status.value)

    idle.delivery.composes(PROMPT, a_prompt, arrived=arrived)
    await in_hand_of_a_dead_process(idle, HALL)
    await restarted(idle)
    assert await idle.stands() == [("unknown", "crash")]
    assert idle.gateway.sent == []
    assert told == ["unknown"]


async def test_danger_is_rather_told_twice_than_not_at_all(idle: Post) -> None:
    idle.delivery.composes(PROMPT, a_prompt, after_crash=AfterCrash.AGAIN)
    await in_hand_of_a_dead_process(idle, HALL, since=timedelta(hours=5))
    await restarted(idle)
    assert await idle.stands() == [SENT]


async def test_a_platform_that_knows_the_nonce_gets_it_again_with_the_same(idle: Post) -> None:
    idle.gateway.can = Capabilities(idempotent_sends=True, sends_per_second=100)
    await in_hand_of_a_dead_process(idle, HALL)
    (send,) = await idle.delivery.sends_about(PROMPT, ROUND)
    await restarted(idle)
    assert idle.gateway.nonces == [send.nonce]
    assert len(send.nonce) <= 25


async def test_a_nonce_is_not_trusted_for_long(idle: Post) -> None:
    idle.gateway.can = Capabilities(idempotent_sends=True, sends_per_second=100)
    await in_hand_of_a_dead_process(idle, HALL, since=NONCE_LASTS + SECOND)
    await restarted(idle)
    assert await idle.stands() == [("unknown", "crash")]


async def test_what_was_planned_and_never_started_is_started_by_the_next_process(
    idle: Post,
) -> None:
    await idle.plan(*people(3))
    await restarted(idle)
    assert await idle.stands() == [SENT] * 3


async def test_a_chunk_that_got_lost_is_handed_over_again(post: Post) -> None:
    await post.plan(*people(3))
    async with post.db.begin() as session:
        await WorkStore(session).begin(SENDS + PROMPT, ROUND, 1)
        await SendStore(session).hand_over(PROMPT, ROUND, 1, post.clock())
    await post.delivery.go()
    await post.delivery.settle()
    assert post.gateway.sent == []
    assert await post.delivery.sweep() == 1
    await post.delivery.settle()
    assert await post.stands() == [SENT] * 3


async def test_work_that_got_lost_is_done_by_the_sweep(post: Post) -> None:
    done = post.does("checkins.close")
    await post.plan_work("checkins.close", ROUND)
    async with post.db.begin() as session:
        await WorkStore(session).begin("checkins.close", ROUND, 1)
    assert await post.delivery.sweep() == 1
    await post.delivery.settle()
    assert done == [ROUND]
    assert await post.delivery.sweep() == 0


async def test_an_attempt_that_the_engine_has_behind_it_is_skipped(post: Post) -> None:
    """Our database came from a backup that is older than the engine's."""
    done = post.does("checkins.close")
    await post.work("checkins.close", ROUND)
    async with post.db.begin() as session:
        await WorkStore(session).prune(NOW + SECOND)
    await post.work("checkins.close", ROUND)
    assert done == [ROUND, ROUND]


def reached(gateway: Platform, count: int) -> bool:
    return len(gateway.sent) >= count


async def test_stopping_in_the_middle_of_a_round_loses_and_repeats_nothing(
    sqlite_database: Database, tmp_path: Path
) -> None:
    sent: list[str | None] = []
    to = people(30)
    for life in range(2):
        gateway, clock, slept = Platform(), FakeClock(NOW), Slept()
        delivery = a_delivery(sqlite_database, an_engine(tmp_path), gateway, clock, slept)
        post = Post(sqlite_database, an_engine(tmp_path), gateway, clock, slept, delivery)
        await delivery.start()
        if life == 0:
            await post.plan(*to)
            await delivery.go()
            await until(partial(reached, gateway, 10))
            await delivery.stop()
            assert 10 <= len(gateway.sent) < 30
        else:
            await delivery.settle()
            assert await post.stands() == [SENT] * 30
            await delivery.stop()
        sent += gateway.nonces
    assert len(sent) == len(set(sent)) == 30


# -- the database ----------------------------------------------------------------------------


@pytest.mark.parametrize("away", [DatabaseFull(), DatabaseAway("it is stopped")])
async def test_a_database_that_fails_in_the_middle_of_a_chunk_loses_and_repeats_nothing(
    failing: tuple[Post, Failing], away: DatabaseAway
) -> None:
    post, db = failing
    to = people(20)

    async def fail_at_the_tenth(_to: Address) -> None:
        if len(post.gateway.sent) == 9:
            db.away = away

    post.gateway.during_send = fail_at_the_tenth
    await post.send(*to)
    assert len(post.gateway.sent) == 10
    with pytest.raises(DatabaseAway):
        await post.delivery.sweep()
    post.gateway.during_send = None
    db.away = None
    await post.delivery.sweep()
    await post.delivery.settle()
    assert len(post.gateway.sent) == len(set(post.gateway.nonces)) == 20
    assert await post.stands() == [SENT] * 20


async def test_work_whose_end_could_not_be_noted_is_done_again(
    failing: tuple[Post, Failing],
) -> None:
    post, db = failing
    tries: list[str] = []

    async def close(subject: str) -> Done:
        tries.append(subject)
        db.away = DatabaseFull() if len(tries) == 1 else None
        return Done.DONE

    post.delivery.does("checkins.close", close)
    await post.work("checkins.close", ROUND)
    db.away = None
    assert await post.delivery.sweep() == 1
    await post.delivery.settle()
    assert len(tries) == 2
    assert await post.delivery.sweep() == 0


async def test_a_start_without_a_database_is_made_up_for_by_a_beat(idle: Post) -> None:
    await idle.plan(HALL)
    ours = Path(idle.db.url.database or "")
    hidden = ours.rename(ours.with_suffix(".hidden"))
    ours.mkdir()
    await idle.db.close()
    await idle.delivery.start()
    await idle.delivery.beat()
    await idle.db.close()
    ours.rmdir()
    hidden.rename(ours)
    await idle.delivery.beat()
    await idle.delivery.settle()
    assert await idle.stands() == [SENT]


# -- the clock -------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [timedelta(days=-3), timedelta(days=400)])
async def test_a_clock_that_jumps_loses_and_repeats_nothing(post: Post, jump: timedelta) -> None:
    async def jump_at_the_fifth(_to: Address) -> None:
        if len(post.gateway.sent) == 5:
            post.clock.move(jump)

    post.gateway.during_send = jump_at_the_fifth
    await post.send(*people(12))
    await post.later(timedelta(0))
    assert len(post.gateway.sent) == len(set(post.gateway.nonces)) == 12
    assert set(await post.stands()) == {SENT}


async def test_what_a_wrong_clock_planned_for_later_is_done_once_it_is_right(post: Post) -> None:
    tries: list[str] = []

    async def step(subject: str) -> Done:
        tries.append(subject)
        return Done.DONE if len(tries) == 2 else Done.AGAIN

    post.delivery.does("crisis.step", step)
    post.clock.move(timedelta(days=400))
    await post.plan(HALL)
    await post.plan_work("crisis.step", "alert1")
    post.clock.move(-timedelta(days=400))
    assert await post.delivery.sweep() == 2
    await post.delivery.settle()
    assert await post.stands() == [SENT]
    assert tries == ["alert1"]
