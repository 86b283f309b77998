"""The database on both kinds: transactions, times, and what its failures mean."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from peerbot.db import (
    Database,
    insert_new,
)
from peerbot.failures import DatabaseAway, DatabaseFull
from peerbot.hold import AlreadyRunning, hold_exclusively
from peerbot.vault import AppKeyCheckRow, MemberKeyRow
from tests.full_disk import full_disk

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


def a_row(member_id: str = "sam", **changes: Any) -> Mapping[str, Any]:
    return {"member_id": member_id, "wrapped": b"x", "created_at": NOON} | changes


async def stored(database: Database) -> list[str]:
    async with database.read() as session:
        return sorted(await session.scalars(select(MemberKeyRow.member_id)))


async def test_a_transaction_is_stored_at_its_end(database: Database) -> None:
    async with database.begin() as session:
        session.add(MemberKeyRow(**a_row()))
    assert await stored(database) == ["sam"]


async def test_an_error_stores_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.begin() as session:
            await insert_new(session, MemberKeyRow, [a_row()])
            raise ZeroDivisionError
    assert await stored(database) == []


async def test_reading_before_writing_never_finds_the_database_locked(database: Database) -> None:
    async with database.begin() as session:
        session.add(AppKeyCheckRow(id=1, sealed=b"0"))

    async def count_up() -> None:
        async with database.begin() as session:
            row = await session.get(AppKeyCheckRow, 1, with_for_update=True)
            assert row is not None
            await session.flush()
            row.sealed = str(int(row.sealed) + 1).encode()

    await asyncio.gather(*(count_up() for _ in range(30)))
    async with database.read() as session:
        assert await session.scalar(select(AppKeyCheckRow.sealed)) == b"30"


async def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    async with database.begin() as session:
        await insert_new(session, MemberKeyRow, [a_row()])
        assert await stored(database) == []


async def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises((DBAPIError, DatabaseAway)):
        async with database.read() as session:
            await insert_new(session, MemberKeyRow, [a_row()])
    assert await stored(database) == []


async def test_a_moment_comes_back_aware_and_in_utc(database: Database) -> None:
    in_paris = NOON.astimezone(timezone(timedelta(hours=2)))
    async with database.begin() as session:
        session.add(MemberKeyRow(**a_row(created_at=in_paris)))
    async with database.read() as session:
        moment = await session.scalar(select(MemberKeyRow.created_at))
    assert moment == NOON
    assert moment is not None
    assert moment.tzinfo is UTC


async def test_moments_of_different_zones_are_compared_by_time(database: Database) -> None:
    async with database.begin() as session:
        await insert_new(session, MemberKeyRow, [a_row()])
    just_before = (NOON - timedelta(seconds=1)).astimezone(timezone(timedelta(hours=9)))
    async with database.read() as session:
        later = select(func.count()).where(MemberKeyRow.created_at > just_before)
        assert await session.scalar(later) == 1


async def test_a_naive_moment_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="without a time zone"):
        async with database.begin() as session:
            await insert_new(session, MemberKeyRow, [a_row(created_at=NOON.replace(tzinfo=None))])


async def test_only_new_rows_are_inserted_and_counted(database: Database) -> None:
    async with database.begin() as session:
        assert await insert_new(session, MemberKeyRow, [a_row("sam"), a_row("kim")]) == 2
        assert await insert_new(session, MemberKeyRow, [a_row("sam"), a_row("lou")]) == 1
        assert await insert_new(session, MemberKeyRow, [a_row("sam")]) == 0
        assert await insert_new(session, MemberKeyRow, []) == 0
    assert await stored(database) == ["kim", "lou", "sam"]


async def test_many_rows_go_in_by_the_thousand(database: Database) -> None:
    rows = [a_row(f"member {number}") for number in range(2_500)]
    with database.count_statements() as count:
        async with database.begin() as session:
            assert await insert_new(session, MemberKeyRow, rows) == 2_500
    assert int(count) == 3


async def test_a_broken_constraint_stays_what_it_is(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.begin() as session:
            session.add(MemberKeyRow(**a_row(wrapped=None)))


async def test_the_text_of_a_failed_statement_holds_no_value(database: Database) -> None:
    words = a_row("what sam wrote", wrapped=b"what sam wrote")
    naive = NOON.replace(tzinfo=None)
    for broken in (
        [words | {"wrapped": None}],
        [words, words],
        [words | {"created_at": naive}],
    ):
        with pytest.raises(StatementError) as failed:
            async with database.begin() as session:
                await session.execute(insert(MemberKeyRow), broken)
        shown = "".join(traceback.format_exception(failed.value)) + repr(vars(failed.value))
        assert "what sam wrote" not in shown
        assert "member_key" in shown


async def test_statements_are_counted_for_reading_and_writing(database: Database) -> None:
    await stored(database)
    with database.count_statements() as count:
        await stored(database)
        async with database.begin() as session:
            await session.execute(text("SELECT 1"))
        async with database.begin():
            pass
    assert int(count) == 2
    await stored(database)
    assert int(count) == 2


async def test_a_database_without_migrations_has_no_version(database: Database) -> None:
    async with database.begin() as session:
        await session.execute(text("DROP TABLE IF EXISTS alembic_version"))
    assert await database.schema_version() is None


async def test_sqlite_is_set_up_to_lose_and_leave_nothing(sqlite_database: Database) -> None:
    async with sqlite_database.begin() as session:
        pragmas = ("journal_mode", "foreign_keys", "secure_delete", "synchronous")
        values = [await session.scalar(text(f"PRAGMA {name}")) for name in pragmas]
    full = 2
    assert values == ["wal", 1, 1, full]


async def test_what_was_deleted_leaves_the_files_once_nobody_reads_it(
    sqlite_database: Database, tmp_path: Path
) -> None:
    key = b"a key that is to be forgotten"

    def is_somewhere() -> bool:
        return any(key in file.read_bytes() for file in tmp_path.iterdir())

    async with sqlite_database.begin() as session:
        await insert_new(session, MemberKeyRow, [a_row(wrapped=key)])
    async with sqlite_database.read() as reader:
        await reader.scalar(select(MemberKeyRow.wrapped))
        async with sqlite_database.begin() as session:
            await session.execute(delete(MemberKeyRow))
        await sqlite_database.let_deleted_go()
        assert is_somewhere()
    await sqlite_database.let_deleted_go()
    assert not is_somewhere()


async def test_a_locked_sqlite_file_is_away_and_says_so(tmp_path: Path, sqlite_url: str) -> None:
    database = Database(sqlite_url, patience=timedelta(milliseconds=20))
    other = sqlite3.connect(tmp_path / "peerbot.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseAway, match="busy"):
        async with database.begin() as session:
            await insert_new(session, MemberKeyRow, [a_row()])
    other.close()
    async with database.begin() as session:
        await insert_new(session, MemberKeyRow, [a_row()])
    await database.close()


async def test_a_folder_that_is_gone_is_away(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/gone/peerbot.sqlite")
    with pytest.raises(DatabaseAway, match="check the folder"):
        await stored(database)
    await database.close()


async def test_a_file_that_is_no_database_says_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_text("not a database " * 100)
    database = Database(f"sqlite:///{tmp_path}/x.sqlite")
    with pytest.raises(DatabaseAway, match="peerbot db restore"):
        await stored(database)
    await database.close()


async def test_a_full_disk_is_named(sqlite_database: Database) -> None:
    with pytest.raises(DatabaseFull, match="disk is full"):
        async with sqlite_database.begin() as session:
            await session.execute(text("PRAGMA max_page_count = 1"))
            await insert_new(session, MemberKeyRow, [a_row(wrapped=bytes(1_000_000))])
    assert await stored(sqlite_database) == []


async def test_a_postgresql_that_is_not_there_is_away() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseAway, match="no connection to PostgreSQL"):
        await stored(database)
    await database.close()


async def test_a_postgresql_that_hangs_up_is_away_and_then_back(postgres_url: str) -> None:
    database = Database(postgres_url)
    with pytest.raises(DatabaseAway):
        async with database.begin() as session:
            pid = await session.scalar(text("SELECT pg_backend_pid()"))
            with psycopg.connect(postgres_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", (pid,))
            await insert_new(session, MemberKeyRow, [a_row()])
    assert await stored(database) == []
    await database.close()


async def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="temporary file"):
        Database("sqlite://")


def test_a_second_process_is_refused_with_the_first_ones_id_and_folder(tmp_path: Path) -> None:
    file = tmp_path / "peerbot.sqlite"
    with hold_exclusively(file):
        again = subprocess.run(
            [sys.executable, "-c", _HOLD, str(file)], capture_output=True, text=True, check=False
        )
    assert f"already runs on {tmp_path} (process {os.getpid()})" in again.stderr


def test_a_hold_in_a_folder_that_is_gone_is_away(tmp_path: Path) -> None:
    with pytest.raises(DatabaseAway, match="check the folder"):
        hold_exclusively(tmp_path / "gone" / "peerbot.sqlite")


def test_a_hold_on_a_full_disk_holds(tmp_path: Path) -> None:
    file = tmp_path / "peerbot.sqlite"
    with full_disk(), hold_exclusively(file), pytest.raises(AlreadyRunning) as refused:
        hold_exclusively(file)
    assert refused.value.pid is None


def test_a_hold_is_given_back(tmp_path: Path) -> None:
    hold = hold_exclusively(tmp_path / "x")
    with pytest.raises(AlreadyRunning) as refused:
        hold_exclusively(tmp_path / "x")
    assert refused.value.pid == os.getpid()
    hold.release()
    hold.release()
    hold_exclusively(tmp_path / "x").release()


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "peerbot.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", f"{_HOLD}; print('held', flush=True); sys.stdin.read()", str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(AlreadyRunning):
            hold_exclusively(file)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    hold_exclusively(file).release()


_HOLD = (
    "import sys, pathlib; from peerbot.hold import hold_exclusively; "
    "hold = hold_exclusively(pathlib.Path(sys.argv[1]))"
)
