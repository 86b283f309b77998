"""The engine's database fails in the middle of work: afterwards everything goes on by itself."""

import asyncio
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from peerbot.clock import real_sleep
from peerbot.delivery.store.engine_database import DatabaseInUse, PostgresHold
from peerbot.failures import DatabaseAway
from tests.delivery.conftest import Post, an_engine, people
from tests.delivery.test_engine import on_postgres, running
from tests.full_disk import full_disk

__all__ = ["on_postgres"]
SENT = ("sent", "")


async def test_work_whose_end_the_engine_cannot_write_does_not_hold_its_domain_for_ever(
    tmp_path: Path,
) -> None:
    ran: list[str] = []
    free = asyncio.Event()

    async def note(name: str) -> None:
        ran.append(name)
        await free.wait()

    async with running(an_engine(tmp_path), note=note) as engine:
        await engine.enqueue("1", "hall", "note", "first")
        while not ran:
            await real_sleep(0)
        with full_disk():
            free.set()
            await engine.settled()
        await engine.enqueue("2", "hall", "note", "second")
        assert [await engine.mend(), await engine.mend()] == [0, 1]
        await engine.settled()
        assert ran == ["first", "second"]
        assert await engine.under_way() == set()


async def test_work_that_is_under_way_is_left_alone(tmp_path: Path) -> None:
    free = asyncio.Event()
    began: list[str] = []

    async def note(name: str) -> None:
        began.append(name)
        await free.wait()

    async with running(an_engine(tmp_path), note=note) as engine:
        await engine.enqueue("1", "hall", "note", "first")
        while not began:
            await real_sleep(0)
        assert [await engine.mend() for _time in range(3)] == [0, 0, 0]
        free.set()
        await engine.settled()
    assert began == ["first"]


async def test_nobody_waits_for_ever_for_what_ended_unwritten(tmp_path: Path) -> None:
    async def note() -> None:
        return

    async with running(an_engine(tmp_path), note=note) as engine:
        with full_disk():
            with pytest.raises(DatabaseAway):
                await engine.run("1", "note")
            await engine.settled()
        assert await engine.run("1", "note")
        await engine.settled()


async def test_what_is_planned_while_the_engine_cannot_write_goes_out_later(post: Post) -> None:
    await post.plan(*people(3))
    with full_disk():
        await post.delivery.go()
    assert post.gateway.sent == []
    await post.delivery.beat()
    await post.delivery.settle()
    assert await post.stands() == [SENT] * 3


async def test_the_hold_on_postgresql_is_taken_again_after_its_connection_broke(
    on_postgres: Post,
) -> None:
    await hang_up_on_the_holder(on_postgres)
    await on_postgres.delivery.sweep()
    with pytest.raises(DatabaseInUse):
        PostgresHold(url_of(on_postgres))
    await on_postgres.send(*people(3))
    assert await on_postgres.stands() == [SENT] * 3


async def test_whoever_was_faster_delivers_and_we_wait_until_they_are_gone(
    on_postgres: Post,
) -> None:
    await hang_up_on_the_holder(on_postgres)
    other = PostgresHold(url_of(on_postgres))
    for _time in range(2):
        with pytest.raises(DatabaseInUse):
            await on_postgres.delivery.sweep()
    await on_postgres.send(*people(3))
    assert on_postgres.gateway.sent == []
    other.release()
    while await holder(on_postgres) is not None:
        await real_sleep(0)
    await on_postgres.delivery.sweep()
    await on_postgres.delivery.settle()
    assert await on_postgres.stands() == [SENT] * 3


async def holder(post: Post) -> int | None:
    """Return the server's process for the connection that holds the lock; None if none does."""
    held = (
        "SELECT pid FROM pg_locks JOIN pg_database ON database = pg_database.oid "
        "WHERE datname = current_database() AND locktype = 'advisory' "
        "AND (classid::bigint << 32 | objid::bigint) = :lock"
    )
    async with post.db.read() as session:
        pid: int | None = await session.scalar(text(held), {"lock": PostgresHold._LOCK})
    return pid


async def hang_up_on_the_holder(post: Post) -> None:
    """End the connection to which our lock belongs, as a server does that is restarted."""
    with psycopg.connect(url_of(post), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (await holder(post),))


def url_of(post: Post) -> str:
    return post.db.url.set(drivername="postgresql").render_as_string(hide_password=False)
