"""Beats run when they have something to do; looking whether they have costs one question."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, Table

from peerbot.db import UtcDateTime, earliest
from peerbot.delivery.beats import Agenda, Beat
from peerbot.delivery.model import Done
from peerbot.delivery.store import NEXT_TRY
from peerbot.stage import Unpluggable
from peerbot.testing import NOW, FakeClock
from tests.delivery.conftest import ROUND, Platform, Post, Slept, a_delivery, an_engine

MINUTE = timedelta(minutes=1)


class Ran(list[str]):
    """The names of the beats that ran, in order."""

    def noting(self, name: str) -> Callable[[], Awaitable[int]]:
        async def run() -> int:
            self.append(name)
            return 1

        return run


async def fails() -> int:
    raise RuntimeError("a secret word")


async def test_an_idle_beat_asks_one_question_however_many_there_are(post: Post) -> None:
    ran = Ran()
    for name in ("crisis.ladder", "tips.open", "checkins.open"):
        post.delivery.add_beat(Beat(name, ran.noting(name), (NEXT_TRY, NEXT_TRY)))
    with post.db.count_statements() as count:
        assert await post.delivery.beat() == 0
    assert int(count) == 1
    assert ran == []


async def test_a_beat_runs_once_its_time_has_come_in_a_table_or_elsewhere(post: Post) -> None:
    ran, soon = Ran(), post.clock() + MINUTE
    post.delivery.add_beat(Beat("tips.open", ran.noting("tips"), (NEXT_TRY,)))
    post.delivery.add_beat(Beat("privacy.retention", ran.noting("privacy"), also=lambda: soon))
    assert await post.delivery.next_due() == soon
    await post.later(MINUTE - timedelta(seconds=1))
    assert ran == []
    await post.later(timedelta(seconds=1))
    assert ran == ["privacy"]
    await post.plan_work("tips.open", ROUND)
    await post.later(timedelta(0))
    assert ran == ["privacy", "tips", "privacy"]


async def test_what_a_beat_planned_and_did_not_start_is_started_by_the_next(post: Post) -> None:
    done = Ran()

    async def close(subject: str) -> Done:
        done.append(subject)
        return Done.DONE

    post.delivery.does("checkins.close", close)
    await post.plan_work("checkins.close", ROUND)
    await post.later(timedelta(0))
    assert done == [ROUND]


async def test_beats_run_in_the_order_in_which_they_were_added(post: Post) -> None:
    ran = Ran()
    for name in ("crisis.ladder", "checkins.close", "checkins.open"):
        post.delivery.add_beat(Beat(name, ran.noting(name), also=post.clock))
    assert await post.delivery.beat() == 3
    assert ran == ["crisis.ladder", "checkins.close", "checkins.open"]
    assert [beat.name for beat in post.delivery.beats] == ran


async def test_a_beat_that_fails_stops_no_other(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    ran = Ran()
    post.delivery.add_beat(Beat("tips.open", fails, also=post.clock))
    post.delivery.add_beat(Beat("checkins.open", ran.noting("checkins"), also=post.clock))
    assert await post.delivery.beat() == 1
    assert "the beat tips.open failed: RuntimeError" in caplog.text
    assert "secret" not in caplog.text


async def test_a_question_that_cannot_be_answered_stops_no_beat(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    ran = Ran()
    nowhere = Table("nowhere", MetaData(), Column("due_at", UtcDateTime()))
    wrong = earliest(nowhere.c.due_at)  # type: ignore[arg-type]
    post.delivery.add_beat(Beat("crisis.ladder", ran.noting("crisis")))
    post.delivery.add_beat(Beat("tips.open", ran.noting("tips"), (wrong,)))
    assert await post.delivery.beat() == 2
    assert ran == ["crisis", "tips"]
    assert "looking at what is due failed: OperationalError" in caplog.text


async def test_while_the_database_is_away_a_beat_says_so_once(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ran, clock = Ran(), FakeClock(NOW)
    db = Unpluggable(sqlite_url)
    delivery = a_delivery(db, an_engine(tmp_path), Platform(), clock, Slept())
    for name in ("crisis.ladder", "tips.open"):
        delivery.add_beat(Beat(name, ran.noting(name), also=clock))
    db.unplugged = True
    assert await delivery.beat() == 0
    assert caplog.text.count("failed: DatabaseAway") == 1
    db.unplugged = False
    assert await delivery.beat() == 2
    await db.close()


async def test_what_is_due_now_is_due_on_a_clock_that_goes_on(post: Post) -> None:
    ticks = iter(range(1_000))

    def clock() -> datetime:
        return NOW + timedelta(microseconds=next(ticks))

    agenda = Agenda(post.db, [Beat("house.storage", nothing_found, also=clock)])
    assert [beat.name for beat in await agenda.due(clock)] == ["house.storage"]


async def nothing_found() -> int:
    return 0
