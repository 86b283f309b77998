"""A house in which nothing is due: it asks one question, and no table is looked through for it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from peerbot.app import House, build
from peerbot.clock import Chance
from peerbot.db import Database, Moment, Moments
from peerbot.delivery.engine import Engine
from peerbot.settings import Settings
from peerbot.testing import NOW, FakeClock
from peerbot.vault import AppKey, Vault


async def no_sleep(seconds: float) -> None:
    del seconds


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    clock = FakeClock(NOW)
    built = build(
        settings=Settings(data_folder=tmp_path / "data"),
        db=database,
        vault=Vault(AppKey.load_or_make(tmp_path / "key")[0], clock),
        engine=Engine(tmp_path / "engine.sqlite", environ={}),
        clock=clock,
        chance=Chance(1),
        sleep=no_sleep,
    )
    built.settings.data_folder.mkdir()
    await built.start()
    yield built
    await built.stop()


async def test_an_idle_beat_of_the_whole_house_is_one_statement(house: House) -> None:
    await house.delivery.beat()
    for pulse in (house.delivery.beat_alone, house.delivery.beat_together):
        with house.db.count_statements() as count:
            assert await pulse() == 0
        assert int(count) == 1


async def test_what_is_due_is_found_in_an_index(house: House) -> None:
    asked = [(beat.name, one) for beat in house.delivery.beats for one in beat.planned]
    assert len(asked) >= 7
    for name, question in asked:
        plan = await plan_of(house.db, question)
        assert "index" in plan.lower(), (name, plan)
        assert not any(slow in plan for slow in ("Seq Scan", "TEMP B-TREE", "Sort")), (name, plan)


async def plan_of(db: Database, question: Moment) -> str:
    """Return how the database would answer, as it says it."""
    async with db.read() as session:
        connection = await session.connection()
        asked = Moments([question]).statement.compile(
            dialect=connection.dialect, compile_kwargs={"literal_binds": True}
        )
        if db.is_sqlite:
            rows = await connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"))
            return "\n".join(row[3] for row in rows)
        # A small table is read from end to end whatever indexes it has.
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        await connection.execute(text("SET LOCAL enable_sort = off"))
        rows = await connection.execute(text(f"EXPLAIN {asked}"))
        return "\n".join(row[0] for row in rows)
