"""Delivery: opening a big round, and a beat that finds nothing, against the bare database."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import create_engine

from peerbot.chat.addresses import NewInbox, Person
from peerbot.db import Database, with_driver
from peerbot.delivery.model import NewSend
from peerbot.delivery.store import SendRow, SendStore, WorkRow
from peerbot.delivery.store.rows import place_and_id
from peerbot.migrate import upgrade_now
from peerbot.tables import Base
from peerbot.testing import NOW
from tests.benchmarks.timing import Benchmark, Measured, compared, seconds, within
from tests.conftest import PostgresServer
from tests.whole_house import a_house

RECIPIENTS = 10_000
CHECKINS = 1_000_000
BEATS = 100
ROUNDS = count()
SQLITE_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})"
POSTGRES_NUMBERS = "WITH n AS (SELECT generate_series(1, {}) AS i)"

# The same as ours: see `peerbot.db`.
PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON", "synchronous=FULL")


class Bare:
    """The same file, by Python's own driver."""

    def __init__(self, file: Path) -> None:
        self.connection = sqlite3.connect(file, isolation_level=None)
        for pragma in PRAGMAS:
            self.connection.execute(f"PRAGMA {pragma}")

    def insert(self, rows: Sequence[tuple[object, ...]]) -> None:
        marks = ", ".join("?" * len(COLUMNS))
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(
            f"INSERT INTO send ({', '.join(COLUMNS)}) VALUES ({marks})", rows
        )
        self.connection.execute("COMMIT")


def a_round() -> list[NewSend]:
    subject = f"round{next(ROUNDS)}"
    return [
        NewSend(kind="bench", subject=subject, to=NewInbox(Person("console", f"{number:018}")))
        for number in range(RECIPIENTS)
    ]


COLUMNS = (
    *("id", "to_kind", "platform", "to_id", "to_space", "kind", "subject", "status", "batch"),
    *("attempts", "next_try_at", "why", "created_at"),
)


def as_rows(sends: Sequence[NewSend]) -> list[tuple[object, ...]]:
    """Return what the driver is given: moments are text in SQLite."""
    moment = NOW.replace(tzinfo=None).isoformat(" ", "microseconds")
    return [
        (
            *place_and_id(send.kind, send.subject, send.to),
            *(send.kind, send.subject, "pending", 0, 0, moment, "", moment),
        )
        for send in sends
    ]


def opening_a_round() -> Measured:
    """From the recipients to committed rows, against `executemany` of rows made before."""
    with tempfile.TemporaryDirectory() as folder:
        file = an_empty_database(Path(folder))
        bare = Bare(file)

        def theirs() -> float:
            rows = as_rows(a_round())
            taken = seconds(lambda: bare.insert(rows))
            bare.connection.execute("DELETE FROM send")
            return taken

        with asyncio.Runner() as loop:
            db = Database(f"sqlite:///{file}")

            async def open_it(sends: Sequence[NewSend]) -> None:
                async with db.begin() as session:
                    await SendStore(session).add(sends, NOW)

            def ours() -> float:
                sends = a_round()
                taken = seconds(lambda: loop.run(open_it(sends)))
                bare.connection.execute("DELETE FROM send")
                return taken

            found = compared(
                f"opening a round for {RECIPIENTS:,} / bare executemany", ours, theirs, at_most=2
            )
            loop.run(db.close())
        bare.connection.close()
    return found


def an_idle_beat() -> tuple[Measured, ...]:
    """The beat of a whole house in which nothing is due, among a million check-ins.

    Against the same question by the bare driver. A fifth of the check-ins have an open round.
    """
    with tempfile.TemporaryDirectory() as folder:
        sqlite = f"sqlite:///{folder}/peerbot.sqlite"
        upgrade_now(sqlite)
        bare = sqlite3.connect(f"{folder}/peerbot.sqlite", isolation_level=None)
        fill(bare.execute, SQLITE_NUMBERS)
        on_sqlite = idle("SQLite", sqlite, Path(folder), bare.execute)
        bare.close()
    server = PostgresServer(Path(tempfile.mkdtemp(prefix="peerbot-pg-")))
    try:
        url = server.url(server.copy_of("template"))
        with (
            psycopg.connect(url, autocommit=True) as other,
            tempfile.TemporaryDirectory() as folder,
        ):
            fill(other.execute, POSTGRES_NUMBERS)
            # Not to be measured beside it: what the database does by itself after a million rows.
            for chore in ("VACUUM ANALYZE", "CHECKPOINT"):
                other.execute(chore)
            on_postgres = idle("PostgreSQL", url, Path(folder), other.execute)
    finally:
        server.stop()
    return on_sqlite, on_postgres


def idle(where: str, url: str, folder: Path, bare: Callable[[str], Any]) -> Measured:
    """Return what an idle beat over the database at `url` costs."""
    with asyncio.Runner() as loop:
        house = a_house(Database(url), folder)
        loop.run(house.start())
        # What runs once a day ran.
        loop.run(house.delivery.beat())
        assert loop.run(house.delivery.next_due()) == NOW + timedelta(days=1)
        asked = house.delivery._heart._agenda._questions.statement
        question = str(
            asked.compile(dialect=house.db._reading.dialect, compile_kwargs={"literal_binds": True})
        )

        async def beats() -> None:
            for _ in range(BEATS):
                assert await house.delivery.beat() == 0

        def ask() -> None:
            for _ in range(BEATS):
                bare(question).fetchone()

        found = within(
            f"idle beat among {CHECKINS:,} check-ins on {where} / the bare question",
            lambda: seconds(lambda: loop.run(beats())) / BEATS,
            lambda: seconds(ask) / BEATS,
            at_most=1e-3,
        )
        loop.run(house.stop())
    return found


def fill(execute: Callable[[str], object], numbers: str) -> None:
    """Write check-ins that are due tomorrow; `numbers` is SQL for a table n of numbers i."""
    now, later = (f"'{at:%Y-%m-%d %H:%M:%S.%f+00:00}'" for at in (NOW, NOW + timedelta(days=1)))
    if "RECURSIVE" in numbers:
        # SQLite keeps moments as text, without their zone.
        now, later = (at.replace("+00:00", "") for at in (now, later))
    execute(f"INSERT INTO community (id, name, created_at, setup_step) VALUES ('c', 'c', {now}, 0)")
    execute(
        "INSERT INTO checkin (id, community_id, template, name, question, recurrence, own_zone,"
        " window_seconds, state, created_at, next_at, next_wall)"
        f" {numbers.format(CHECKINS)} SELECT 'k' || i, 'c', 't', 'n', 'q', '{{}}', false, 3600,"
        f" 'live', {now}, {later}, 'w' FROM n"
    )
    execute(
        "INSERT INTO checkin_round (id, checkin_id, community_id, slot, state, template, name,"
        " question, room_platform, room_id, room_space, zone, opens_at, closes_at, remind_at,"
        f" reminded) {numbers.format(CHECKINS // 5)} SELECT 'r' || i, 'k' || i, 'c', 's', 'open',"
        f" 't', 'n', 'q', 'p', 'r', '', 'UTC', {now}, {later}, {later}, false FROM n"
    )


def an_empty_database(folder: Path) -> Path:
    file = folder / "peerbot.sqlite"
    engine = create_engine(with_driver(f"sqlite:///{file}", blocking=True))
    Base.metadata.create_all(engine, tables=[SendRow.__table__, WorkRow.__table__])  # type: ignore[list-item]
    engine.dispose()
    return file


def benchmarks() -> tuple[Benchmark, ...]:
    return opening_a_round, an_idle_beat
