"""The traps that running the engine taught us, each held shut."""

import asyncio
import base64
import fcntl
import logging
import os
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest

from peerbot.clock import real_sleep
from peerbot.db import Database
from peerbot.delivery.engine import AlreadyStarted, Engine, ForeignSettings, Handler, beside
from peerbot.delivery.model import Done
from peerbot.delivery.store.engine_database import DatabaseInUse, PostgresHold
from peerbot.hold import AlreadyRunning
from peerbot.testing import NOW, FakeClock
from tests.delivery.conftest import Platform, Post, Slept, a_delivery, an_engine, people, until

SECRET = "the sentence that nobody may read"


@asynccontextmanager
async def running(engine: Engine, **handlers: Handler) -> AsyncIterator[Engine]:
    for name, handler in handlers.items():
        engine.handle(name, handler)
    await engine.start()
    try:
        yield engine
    finally:
        await engine.stop()


def stored(folder: Path) -> bytes:
    """Return what lies in the engine's files, and what it says once base64 is opened."""
    raw = b"".join(file.read_bytes() for file in sorted(folder.glob("engine.sqlite*")))
    tables = rows(folder, "SELECT name FROM sqlite_master WHERE type = 'table'")
    values = [
        value
        for (table,) in tables
        for row in rows(folder, f'SELECT * FROM "{table}"')
        for value in row
        if isinstance(value, str)
    ]
    return raw + b"\n".join(opened(value) for value in values)


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "engine.sqlite")) as connection:
        return connection.execute(query).fetchall()


def opened(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        return value.encode()


async def nothing(*_values: object) -> None:
    return None


async def test_work_runs_once_however_often_it_is_started(tmp_path: Path) -> None:
    ran: list[str] = []

    async def note(subject: str) -> None:
        ran.append(subject)

    async with running(an_engine(tmp_path), note=note) as engine:
        assert await engine.run("work:x:1:try-1", "note", "1")
        assert await engine.run("work:x:1:try-1", "note", "1")
        await engine.settled()
        assert not await engine.run("work:x:1:try-1", "note", "1")
    assert ran == ["1"]


async def test_urgent_work_goes_before_what_waits_already(tmp_path: Path) -> None:
    ran: list[str] = []
    free = False

    async def note(name: str) -> None:
        ran.append(name)
        while name == "first" and not free:
            await real_sleep(0)

    async with running(an_engine(tmp_path), note=note) as engine:
        await engine.enqueue("1", "hall", "note", "first")
        await until(lambda: ran == ["first"])
        await engine.enqueue("2", "hall", "note", "prompt")
        await engine.enqueue("3", "hall", "note", "danger", urgent=True)
        free = True
        await engine.settled()
    assert ran == ["first", "danger", "prompt"]


async def test_work_that_was_cut_off_is_resumed_by_the_next_start(tmp_path: Path) -> None:
    began: list[str] = []

    async def endless(subject: str) -> None:
        began.append(subject)
        while len(began) == 1:
            await real_sleep(0)

    engine = an_engine(tmp_path)
    engine.handle("endless", endless)
    await engine.start()
    await engine.enqueue("1", "hall", "endless", "round1")
    await until(lambda: began == ["round1"])
    await engine.stop(timedelta(0))
    async with running(an_engine(tmp_path), endless=endless) as second:
        await second.settled()
    assert began == ["round1", "round1"]


# -- trap 2: the version is ours ---------------------------------------------------------------


async def test_trap_2_pending_work_does_not_depend_on_the_code(tmp_path: Path) -> None:
    async with running(an_engine(tmp_path), nothing=nothing) as engine:
        await engine.run("1", "nothing")
        await engine.settled()
    found = rows(tmp_path, "SELECT application_version, executor_id FROM workflow_status")
    assert found == [("1", "peerbot")]


# -- trap 3: SQLite ----------------------------------------------------------------------------


async def test_trap_3_the_engines_file_is_in_wal(tmp_path: Path) -> None:
    async with running(an_engine(tmp_path)):
        assert rows(tmp_path, "PRAGMA journal_mode") == [("wal",)]


async def test_trap_3_a_second_process_is_refused(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path / "engine.sqlite.lock", os.O_RDWR | os.O_CREAT)
    os.write(descriptor, b"4711")
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(AlreadyRunning, match="process 4711"):
        await an_engine(tmp_path).start()
    os.close(descriptor)
    async with running(an_engine(tmp_path)):
        pass


async def test_trap_3_a_second_engine_in_this_process_is_refused(tmp_path: Path) -> None:
    async with running(an_engine(tmp_path)):
        with pytest.raises(AlreadyStarted):
            await Engine(tmp_path / "other.sqlite", environ={}).start()


def test_trap_3_the_engine_has_a_file_of_its_own_beside_ours(tmp_path: Path) -> None:
    assert beside(f"sqlite:///{tmp_path}/peerbot.sqlite") == f"sqlite:///{tmp_path}/engine.sqlite"
    assert beside("postgresql://u:p@db/peerbot") == "postgresql+psycopg://u:p@db/peerbot"


# -- trap 4: failures --------------------------------------------------------------------------


async def test_trap_4_work_that_fails_once_is_done_by_the_next_attempt(post: Post) -> None:
    tries: list[str] = []

    async def close(subject: str) -> Done:
        tries.append(subject)
        if len(tries) == 1:
            raise ConnectionError(SECRET)
        return Done.DONE

    post.delivery.does("checkins.close", close)
    await post.work("checkins.close", "round1")
    assert len(tries) == 1
    await post.later(timedelta(seconds=5))
    assert len(tries) == 2
    assert await post.delivery.next_due() is None


async def test_trap_4_the_attempt_is_in_the_id(post: Post, tmp_path: Path) -> None:
    async def again(_subject: str) -> Done:
        return Done.AGAIN

    post.delivery.does("crisis.step", again)
    await post.work("crisis.step", "alert1")
    await post.later(timedelta(minutes=1))
    await post.send(*people(101), subject="round1")
    await post.delivery.stop()
    found = rows(tmp_path, "SELECT workflow_uuid, status FROM workflow_status")
    assert {status for _, status in found} == {"SUCCESS"}
    assert {work_id for work_id, _ in found} == {
        "work:crisis.step:alert1:try-1",
        "work:crisis.step:alert1:try-2",
        "send:checkins.prompt:round1:try-1",
        "send:checkins.prompt:round1:try-1:0001",
        "send:checkins.prompt:round1:try-1:0002",
    }


async def test_trap_4_no_work_ends_in_an_error(tmp_path: Path) -> None:
    async def fails(_subject: str) -> None:
        raise RuntimeError(SECRET)

    async with running(an_engine(tmp_path), fails=fails) as engine:
        await engine.run("1", "fails", "1")
        await engine.run("2", "nobody handles this", "1")
        await engine.settled()
    assert rows(tmp_path, "SELECT DISTINCT status FROM workflow_status") == [("SUCCESS",)]
    assert rows(tmp_path, "SELECT output FROM workflow_output ORDER BY 1") == [
        ('"KeyError"',),
        ('"RuntimeError"',),
    ]


# -- trap 5: no words --------------------------------------------------------------------------


async def test_trap_5_what_the_engine_stores_holds_no_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def fails(_subject: str) -> None:
        raise RuntimeError(SECRET)

    async with running(an_engine(tmp_path), fails=fails) as engine:
        await engine.run("work:x:round1:try-1", "fails", "round1")
        await engine.settled()
    found = stored(tmp_path)
    assert b"round1" in found
    assert SECRET.encode() not in found
    assert b"Traceback" not in found
    assert "dbos_words.py" in caplog.text
    assert "RuntimeError" in caplog.text
    assert SECRET not in caplog.text


def test_trap_5_an_exception_is_stored_as_its_type() -> None:
    from peerbot.delivery.dbos_words import WordlessJson

    json = WordlessJson()
    written = json.serialize(ValueError(SECRET))
    assert written == '{"$error":"ValueError"}'
    assert json.serialize(json.deserialize(written)) == written


@pytest.mark.parametrize("leak", [base64.b64encode(SECRET.encode()).decode(), SECRET])
async def test_trap_5_a_leak_would_be_found(tmp_path: Path, leak: str) -> None:
    async with running(an_engine(tmp_path), nothing=nothing) as engine:
        await engine.run("1", "nothing", "round1")
        await engine.settled()
    with closing(sqlite3.connect(tmp_path / "engine.sqlite")) as connection, connection:
        connection.execute("UPDATE workflow_input SET inputs = ?", (leak,))
    assert SECRET.encode() in stored(tmp_path)


# -- trap 6: the surroundings ------------------------------------------------------------------


async def test_trap_6_foreign_settings_in_the_environment_are_refused(tmp_path: Path) -> None:
    environ = {"DBOS__APPVERSION": "9", "HOME": "/root", "DBOS_SYSTEM_DATABASE_URL": "x"}
    with pytest.raises(ForeignSettings, match="DBOS_SYSTEM_DATABASE_URL, DBOS__APPVERSION"):
        await Engine(tmp_path / "engine.sqlite", environ=environ).start()


async def test_trap_6_finished_work_is_pruned(tmp_path: Path) -> None:
    async with running(an_engine(tmp_path), nothing=nothing) as engine:
        for number in range(3):
            await engine.run(str(number), "nothing")
        await engine.settled()
        assert await engine.prune(NOW - timedelta(days=10_000)) == 0
        assert await engine.prune(NOW + timedelta(days=10_000)) == 3
        for table in ("workflow_status", "workflow_input", "workflow_output"):
            assert rows(tmp_path, f"SELECT * FROM {table}") == []
        assert await engine.run("1", "nothing")


@pytest.fixture
def reached() -> Callable[[], list[object]]:
    """Where this process connected to, or what it looked up, since the test began."""
    addresses: list[object] = []

    def listen(event: str, args: tuple[object, ...]) -> None:
        if event in {"socket.connect", "socket.getaddrinfo"}:
            addresses.append(args[1:] if event == "socket.connect" else args)

    sys.addaudithook(listen)
    return lambda: addresses


async def test_trap_6_nothing_leaves_the_machine(
    tmp_path: Path, reached: Callable[[], list[object]]
) -> None:
    async with running(an_engine(tmp_path), nothing=nothing) as engine:
        await engine.run("1", "nothing")
        await engine.enqueue("2", "hall", "nothing")
        await engine.settled()
    assert reached() == []
    socket.getaddrinfo("127.0.0.1", 1)
    assert len(reached()) == 1, "what leaves the machine would have been seen"


# -- trap 7: one loop --------------------------------------------------------------------------


async def test_trap_7_work_runs_on_the_loop_that_started_the_engine(tmp_path: Path) -> None:
    loops: list[asyncio.AbstractEventLoop] = []

    async def look() -> None:
        loops.append(asyncio.get_running_loop())

    async with running(an_engine(tmp_path), look=look) as engine:
        await engine.run("1", "look")
        await engine.enqueue("2", "hall", "look")
        await engine.settled()
        assert loops == [asyncio.get_running_loop()] * 2
    assert await asyncio.to_thread(lambda: "the loop's threads work afterwards")


# -- PostgreSQL --------------------------------------------------------------------------------


@pytest.fixture
async def on_postgres(postgres_url: str) -> AsyncIterator[Post]:
    db, gateway = Database(postgres_url), Platform()
    engine = Engine(beside(postgres_url), environ={}, queue_poll=0.01, listen_poll=0.01)
    clock, slept = FakeClock(NOW), Slept()
    delivery = a_delivery(db, engine, gateway, clock, slept)
    await delivery.start()
    yield Post(db, engine, gateway, clock, slept, delivery)
    await delivery.stop()
    await db.close()


async def test_the_same_runs_on_postgresql(on_postgres: Post) -> None:
    await on_postgres.send(*people(30))
    assert await on_postgres.stands() == [("sent", "")] * 30
    assert await on_postgres.delivery.prune() == 0


async def test_a_second_process_on_the_same_postgresql_is_refused(on_postgres: Post) -> None:
    with pytest.raises(DatabaseInUse, match="one process at a time"):
        PostgresHold(on_postgres.db.url.render_as_string(hide_password=False))
