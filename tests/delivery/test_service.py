"""What is planned is sent and done once, whatever the platform says."""

import asyncio
import logging
import subprocess
import sys
from datetime import timedelta

import pytest

from peerbot.chat.adapters import Capabilities
from peerbot.chat.addresses import Address, Reply, Room
from peerbot.chat.cards import Card
from peerbot.chat.gateway import TryLater, Undeliverable, Why
from peerbot.clock import real_sleep
from peerbot.delivery.model import (
    AWAY_FOR_AT_MOST,
    KEPT,
    LONGEST_PAUSE,
    LONGEST_WAIT,
    LONGEST_WAIT_IN_DANGER,
    MAX_ATTEMPTS,
    AfterCrash,
    Done,
    Send,
    Status,
)
from peerbot.testing import NOW, SAM
from tests.delivery.conftest import PROMPT, ROUND, Post, a_prompt, people

HALL, LOUNGE = Room("console", "hall", "space"), Room("console", "lounge", "space")
SENT = ("sent", "")


async def test_each_recipient_gets_one_message(post: Post) -> None:
    to: list[Address] = [*people(60), HALL, LOUNGE]
    await post.send(*to)
    assert {one.to for one in post.gateway.sent} == set(to)
    assert len(post.gateway.sent) == len(to)
    assert set(await post.stands()) == {SENT}


async def test_planning_it_again_changes_nothing(post: Post) -> None:
    await post.send(HALL)
    assert await post.plan(HALL) == 0
    await post.delivery.go()
    await post.delivery.settle()
    assert len(post.gateway.sent) == 1


async def test_recipients_who_come_later_get_theirs(post: Post) -> None:
    await post.send(HALL)
    await post.send(HALL, LOUNGE)
    assert [one.to for one in post.gateway.sent] == [HALL, LOUNGE]


async def test_a_message_is_found_again_on_its_platform(post: Post) -> None:
    await post.send(HALL)
    (send,) = await post.delivery.sends_about(PROMPT, ROUND)
    assert send.ref is not None
    assert (send.ref.room, send.ref.message) == ("hall", "m1")


async def test_who_cannot_be_reached_is_shown_to_staff(post: Post) -> None:
    post.gateway.broken = {HALL: Undeliverable(Why.FORBIDDEN)}
    await post.send(HALL, LOUNGE)
    (send,) = await post.delivery.undelivered(NOW - timedelta(hours=1))
    assert (send.to, send.status, send.why) == (HALL, Status.UNREACHABLE, "forbidden")
    assert await post.delivery.undelivered_count(NOW) == 1
    assert await post.delivery.undelivered_count(NOW + timedelta(seconds=1)) == 0


async def test_a_busy_platform_is_tried_again_when_it_said(post: Post) -> None:
    post.gateway.broken = {HALL: TryLater("busy", timedelta(minutes=3))}
    await post.send(HALL)
    assert await post.delivery.next_due() == NOW + timedelta(minutes=3)
    post.gateway.broken = {}
    post.slept.seconds += 180
    await post.later(timedelta(minutes=2))
    assert post.gateway.sent == []
    await post.later(timedelta(minutes=1))
    assert await post.stands() == [SENT]
    assert await post.delivery.next_due() is None


async def test_a_busy_platform_is_left_alone_by_the_rest_of_the_round(post: Post) -> None:
    tried: list[Address] = []

    async def count(to: Address) -> None:
        tried.append(to)

    to = people(20)
    post.gateway.during_send = count
    post.gateway.broken = dict.fromkeys(to, TryLater("busy", timedelta(minutes=3)))
    await post.send(*to)
    assert len(tried) == 1
    assert post.slept.seconds < LONGEST_PAUSE.total_seconds()
    post.gateway.broken = {}
    post.slept.seconds += 180
    await post.later(timedelta(minutes=3))
    assert set(await post.stands()) == {SENT}


async def test_a_platform_that_is_down_for_hours_gets_the_message_when_it_is_back(
    post: Post,
) -> None:
    post.gateway.broken = {HALL: TryLater("down", timedelta(seconds=1))}
    await post.send(HALL)
    for _ in range(12):
        assert await post.stands() == [("pending", "busy")]
        await post.later(LONGEST_WAIT)
    post.gateway.broken = {}
    await post.later(LONGEST_WAIT)
    assert await post.stands() == [SENT]
    assert len(post.gateway.sent) == 1


async def test_a_platform_that_stays_away_is_given_up_after_a_day(post: Post) -> None:
    post.gateway.broken = {HALL: TryLater("down", timedelta(seconds=1))}
    await post.send(HALL)
    await post.later(AWAY_FOR_AT_MOST)
    assert await post.stands() == [("pending", "busy")]
    await post.later(LONGEST_WAIT)
    assert await post.stands() == [("unreachable", "gave-up")]
    assert await post.delivery.next_due() is None


async def test_help_does_not_wait_long_once_the_platform_is_back(post: Post) -> None:
    post.delivery.composes("crisis.alert", a_prompt, after_crash=AfterCrash.AGAIN)
    post.gateway.broken = {HALL: TryLater("down", timedelta(seconds=1))}
    await post.send(HALL, kind="crisis.alert")
    for _ in range(20):
        await post.later(LONGEST_WAIT_IN_DANGER)
    post.gateway.broken = {}
    await post.later(LONGEST_WAIT_IN_DANGER)
    assert await post.stands("crisis.alert") == [SENT]


async def test_what_fails_on_our_side_has_an_end(post: Post) -> None:
    async def breaks(send: Send) -> Card:
        raise ValueError(send.kind)

    post.delivery.composes("tips.scheduled", breaks)
    await post.send(HALL, kind="tips.scheduled")
    for _ in range(MAX_ATTEMPTS - 1):
        assert await post.stands("tips.scheduled") == [("pending", "compose")]
        await post.later(LONGEST_WAIT)
    assert await post.stands("tips.scheduled") == [("unreachable", "gave-up")]


async def test_what_is_no_longer_wanted_is_not_sent(post: Post) -> None:
    async def nothing(send: Send) -> Card | None:
        return None

    post.delivery.composes("tips.scheduled", nothing)
    await post.send(HALL, kind="tips.scheduled")
    assert await post.stands("tips.scheduled") == [("dropped", "not-wanted")]
    assert post.gateway.sent == []


async def test_a_late_prompt_is_dropped_and_logged(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.delivery.composes(PROMPT, a_prompt, late_after=timedelta(hours=2))
    await post.plan(HALL)
    await post.later(timedelta(hours=3))
    assert await post.stands() == [("dropped", "late")]
    assert "3:00:00 late" in caplog.text


async def test_a_card_that_cannot_be_made_stops_nobody_elses(post: Post) -> None:
    async def broken_for_the_hall(send: Send) -> Card:
        if send.to == HALL:
            raise RuntimeError("a secret word")
        return await a_prompt(send)

    post.delivery.composes(PROMPT, broken_for_the_hall)
    await post.send(HALL, LOUNGE)
    assert await post.stands() == [("pending", "compose"), SENT]


async def test_an_adapter_that_breaks_while_sending_leaves_it_unknown(post: Post) -> None:
    async def defect(to: Address) -> None:
        raise KeyError("an adapter's defect")

    post.gateway.during_send = defect
    await post.send(HALL)
    assert await post.stands() == [("unknown", "crash")]


async def test_every_end_is_told(post: Post) -> None:
    ends: list[tuple[Address, str]] = []

    async def arrived(send: Send) -> None:
        ends.append((send.to, send.status.value))

    post.delivery.composes(PROMPT, a_prompt, arrived=arrived)
    post.gateway.broken = {HALL: Undeliverable(Why.GONE)}
    await post.send(HALL, LOUNGE)
    assert sorted(ends, key=repr) == [(HALL, "unreachable"), (LOUNGE, "sent")]


async def test_an_end_that_could_not_be_told_is_told_again(post: Post) -> None:
    told: list[str] = []

    async def arrived(send: Send) -> None:
        told.append(send.id)
        if len(told) == 1:
            raise RuntimeError("not now")

    post.delivery.composes(PROMPT, a_prompt, arrived=arrived)
    await post.send(HALL)
    await post.delivery.sweep()
    await post.delivery.sweep()
    assert len(told) == 2
    assert len(post.gateway.sent) == 1


async def test_a_place_that_does_not_last_is_refused(post: Post) -> None:
    with pytest.raises(ValueError, match="a Reply does not last"):
        await post.plan(Reply("console", "token", SAM))


async def test_who_is_erased_gets_nothing_more(post: Post) -> None:
    sam, robin, *_ = people(2)
    post.gateway.broken = {sam: TryLater("busy", timedelta(seconds=5))}
    await post.send(sam, robin)
    assert [send.to for send in await post.delivery.sends_to(sam.person)] == [sam]
    async with post.db.begin() as session:
        assert await post.delivery.forget(session, sam.person) == 1
    post.gateway.broken = {}
    await post.later(timedelta(hours=1))
    assert [one.to for one in post.gateway.sent] == [robin]
    assert await post.delivery.sends_to(sam.person) == ()
    assert await post.delivery.next_due() is None


# -- work ------------------------------------------------------------------------------------


async def test_work_is_done_once_however_often_it_is_planned(post: Post) -> None:
    done = post.does("checkins.close")
    for _ in range(3):
        await post.work("checkins.close", ROUND)
    assert done == [ROUND]


async def test_work_that_asks_for_it_is_done_again_and_waits_longer_each_time(post: Post) -> None:
    tries: list[str] = []

    async def not_yet(subject: str) -> Done:
        tries.append(subject)
        return Done.DONE if len(tries) == 4 else Done.AGAIN

    post.delivery.does("crisis.step", not_yet)
    await post.work("crisis.step", "alert1")
    waits = []
    while (due := await post.delivery.next_due()) is not None:
        waits.append(due - post.clock())
        await post.later(waits[-1])
    assert len(tries) == 4
    assert waits == sorted(waits)


async def test_work_that_gives_up_stays_so(post: Post) -> None:
    tries: list[str] = []

    async def hopeless(subject: str) -> Done:
        tries.append(subject)
        return Done.GIVEN_UP

    post.delivery.does("x", hopeless)
    await post.work("x", "1")
    await post.delivery.sweep()
    await post.work("x", "1")
    assert tries == ["1"]


async def test_work_that_nobody_does_yet_waits(post: Post) -> None:
    await post.work("later.feature", "1")
    assert await post.delivery.next_due() is not None


async def test_sends_that_are_planned_by_work_go_out_with_it(post: Post) -> None:
    async def open_round(subject: str) -> Done:
        await post.plan(HALL, LOUNGE, subject=subject)
        await post.delivery.go()
        return Done.DONE

    post.delivery.does("checkins.open", open_round)
    await post.work("checkins.open", ROUND)
    assert await post.stands() == [SENT, SENT]


# -- beats -----------------------------------------------------------------------------------


async def test_what_ended_long_ago_is_forgotten(post: Post) -> None:
    await post.send(HALL)
    assert await post.delivery.prune() == 0
    post.clock.move(KEPT + timedelta(days=1))
    assert await post.delivery.prune() >= 2
    assert await post.stands() == []


# -- pace ------------------------------------------------------------------------------------


async def test_a_round_keeps_below_the_platforms_limit(post: Post) -> None:
    post.gateway.can = Capabilities(sends_per_second=10)
    await post.send(*people(17))
    assert post.slept.seconds == pytest.approx(16 / 8)


async def test_one_message_at_a_time_goes_to_each_domain(post: Post) -> None:
    under_way: list[str] = []
    together: set[tuple[str, ...]] = set()
    rooms = asyncio.Barrier(3)

    async def look(to: Address) -> None:
        domain = post.gateway.domain(to)
        is_first = domain not in {one for several in together for one in several}
        under_way.append(domain)
        together.add(tuple(sorted(under_way)))
        if is_first:
            # Meanwhile the second part of the inboxes would begin, if it could.
            await rooms.wait()
        await real_sleep(0)
        under_way.remove(domain)

    post.gateway.during_send = look
    async with asyncio.timeout(10):
        await post.send(*people(110), HALL, LOUNGE)
    assert max(map(len, together)) > 1
    assert [domains for domains in together if len(domains) != len(set(domains))] == []


def test_delivery_can_be_imported_without_the_engine() -> None:
    code = "import sys, peerbot.delivery.service; sys.exit('dbos' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_nothing_that_is_logged_holds_a_persons_id(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "peerbot")

    async def breaks(to: Address) -> None:
        raise RuntimeError(repr(to))

    post.gateway.during_send = breaks
    await post.send(*people(4))
    assert caplog.text.count(f"{PROMPT} broke while sending: RuntimeError") == 4
    assert "p00000" not in caplog.text
