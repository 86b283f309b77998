"""The heart beats on, whatever fails."""

import asyncio
import logging
from datetime import timedelta

import pytest

from peerbot.clock import real_sleep
from peerbot.delivery.beats import Beat
from peerbot.delivery.scheduler import Heartbeat
from peerbot.failures import DatabaseAway
from peerbot.testing import NOW
from tests.delivery.conftest import Failing, Post

SOON, LATER = timedelta(milliseconds=5), timedelta(hours=1)


async def test_the_heart_beats_until_it_is_stopped(post: Post) -> None:
    beats = 0
    thrice = asyncio.Event()

    async def count() -> int:
        nonlocal beats
        beats += 1
        if beats == 3:
            thrice.set()
        raise RuntimeError("a failing beat does not end it")

    post.delivery.add_beat(Beat("tips.open", count, also=post.clock))
    heartbeat = Heartbeat(post.delivery, SOON, LATER)
    heartbeat.start()
    await asyncio.wait_for(thrice.wait(), 5)
    await heartbeat.stop()
    seen = beats
    await post.delivery.settle()
    assert beats == seen


async def test_a_beat_with_a_pulse_of_its_own_waits_for_no_other(post: Post) -> None:
    climbed, released = asyncio.Event(), asyncio.Event()

    async def hangs() -> int:
        await released.wait()
        return 0

    async def climb() -> int:
        climbed.set()
        return 1

    post.delivery.add_beat(Beat("tips.open", hangs, also=post.clock))
    post.delivery.add_beat(Beat("crisis.ladder", climb, also=post.clock, alone=True))
    heartbeat = Heartbeat(post.delivery, SOON, LATER)
    heartbeat.start()
    for _time in range(2):
        climbed.clear()
        assert await asyncio.wait_for(climbed.wait(), 5)
    assert not released.is_set(), "the other one still hangs"
    released.set()
    await heartbeat.stop()


async def test_stopping_cuts_off_nothing_that_was_just_to_begin(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    begun = ended = 0

    async def look() -> int:
        nonlocal begun, ended
        begun += 1
        await real_sleep(0.01)
        ended += 1
        return 0

    post.delivery.add_beat(Beat("checkins.open", look, also=post.clock))
    heart = Heartbeat(post.delivery, LATER, LATER)
    heart.start()
    for job in heart._scheduler.get_jobs():
        job.modify(next_run_time=NOW)
    # The scheduler begins both in the loop's next round; their own first step is in the one after.
    await real_sleep(0)
    await heart.stop()
    await real_sleep(0.02)
    assert begun == ended
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


async def test_what_fails_is_logged_by_its_type_and_the_next_one_comes(
    failing: tuple[Post, Failing], caplog: pytest.LogCaptureFixture
) -> None:
    post, db = failing
    db.away = DatabaseAway("a word")
    await Heartbeat(post.delivery, SOON, LATER).sweep()
    assert "pruning failed: DatabaseAway" in caplog.text
    assert "a word" not in caplog.text


async def test_no_time_is_missed_and_none_is_made_up_for_twice(post: Post) -> None:
    heartbeat = Heartbeat(post.delivery, LATER, LATER)
    heartbeat.start()
    jobs = heartbeat._scheduler.get_jobs()
    await heartbeat.stop()
    promised = {(job.misfire_grace_time, job.coalesce, job.max_instances) for job in jobs}
    assert promised == {(None, True, 1)}
    assert len(jobs) == 3
