"""Opening a big round, and a beat that finds nothing, against the bare database."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine

from peerbot.chat.addresses import NewInbox, Person
from peerbot.db import Database, insert_new, with_driver
from peerbot.delivery.model import NewSend, WorkStatus
from peerbot.delivery.store import SendRow, SendStore, WorkRow, WorkStore
from peerbot.delivery.store.rows import place_and_id
from peerbot.tables import Base
from peerbot.testing import NOW
from tests.benchmarks.timing import Benchmark, Measured, compared, seconds

RECIPIENTS = 10_000
SCHEDULES = 100_000
ROUNDS = count()

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

            # The first connection is not what is measured.
            ours()
            found = compared(f"opening a round for {RECIPIENTS:,}", ours, theirs, reach=2)
            loop.run(db.close())
        bare.connection.close()
    return found


def an_idle_beat() -> Measured:
    """Asking what is due where nothing is: among many that are planned for later, and among none.

    It must not grow with their number; 1 ms is the goal.
    """
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as loop:
        full, empty = (Path(folder) / name for name in ("full", "empty"))
        databases = []
        for place in (full, empty):
            place.mkdir()
            databases.append(Database(f"sqlite:///{an_empty_database(place)}"))
        loop.run(fill(databases[0]))

        async def ask(db: Database) -> None:
            async with db.read() as session:
                assert await WorkStore(session).due(NOW) == ()

        def many(db: Database) -> float:
            return each(200, lambda: loop.run(ask(db)))

        ours, theirs = (partial(many, db) for db in databases)
        ours(), theirs()
        found = compared(f"idle beat among {SCHEDULES:,} or none", ours, theirs, reach=1.2)
        for db in databases:
            loop.run(db.close())
    return found


async def fill(db: Database) -> None:
    later = NOW + timedelta(days=1)
    rows = [
        {
            "kind": "bench",
            "subject": f"{number:08}",
            "status": WorkStatus.PLANNED,
            "attempts": 0,
            "next_try_at": later,
        }
        for number in range(SCHEDULES)
    ]
    async with db.begin() as session:
        await insert_new(session, WorkRow, rows)


def each(times: int, work: Callable[[], object]) -> float:
    """Return how long one of so many takes."""

    def all_of_them() -> None:
        for _ in range(times):
            work()

    return seconds(all_of_them) / times


def an_empty_database(folder: Path) -> Path:
    file = folder / "peerbot.sqlite"
    engine = create_engine(with_driver(f"sqlite:///{file}", blocking=True))
    Base.metadata.create_all(engine, tables=[SendRow.__table__, WorkRow.__table__])  # type: ignore[list-item]
    engine.dispose()
    return file


def benchmarks() -> tuple[Benchmark, ...]:
    return (opening_a_round, an_idle_beat)
