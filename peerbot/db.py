"""The database: one `Database` for SQLite and PostgreSQL alike."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, ClassVar

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    MetaData,
    ScalarSelect,
    Table,
    event,
    inspect,
    literal,
    literal_column,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute
from sqlalchemy.types import TypeDecorator

from peerbot.failures import failures_understood

Session = AsyncSession
"""A transaction's session, for those who hand one on without saying SQL."""

BATCH = 1_000
"""Rows per statement of `insert_new`: beyond it nothing gets faster."""

_PATIENCE = timedelta(seconds=10)
_SHORTLY = timedelta(milliseconds=200)
"""How long others wait at most while the log is emptied, should somebody just read."""

# FULL: an alert that was acknowledged must survive a power cut (https://www.sqlite.org/pragma.html).
_PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON", "synchronous=FULL")
_WITHOUT_BEGIN = {"peerbot_without_begin": True}
_POSTGRES_OPTIONS = (
    "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware going in, aware and in UTC coming out. Refuses naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What every table derives from; constraints have the same names on both databases."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime()}
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


Moment = ScalarSelect[datetime]
"""A question for one moment, such as when the next round opens; None if there is none."""


def earliest(column: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]) -> Moment:
    """Return the question for the earliest moment of `column` in rows that meet `conditions`.

    An index over what the conditions compare with one value each, and then `column`, answers it
    at once, however many rows there are.
    """
    return (
        select(column)
        .where(column.is_not(None), *conditions)
        .order_by(column)
        .limit(literal_column("1"))
        .scalar_subquery()
    )


def fixed(value: str) -> ColumnElement[str]:
    """Return `value` as a part of the statement: what has no parameters is planned only once."""
    return literal(value, literal_execute=True)


class Moments:
    """Questions for a moment each, to be asked together in one statement."""

    def __init__(self, questions: Sequence[Moment]) -> None:
        self.statement = select(*(each.label(f"m{n}") for n, each in enumerate(questions)))


class StatementCount:
    """How many statements went to the database; BEGIN and COMMIT are not counted."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __int__(self) -> int:
        return len(self.statements)


class Database:
    """Our tables on SQLite (one process) or PostgreSQL (any number).

    `url` may name the drivers or not: sqlite:///file, postgresql://user:password@host/name.
    `patience` is how long a busy database is waited for before it counts as away.
    """

    def __init__(self, url: str, *, patience: timedelta = _PATIENCE) -> None:
        self.url = with_driver(url)
        if self.is_sqlite:
            # SQLite has one writer: others wait in the pool, in order, instead of polling the
            # file. Readers have connections of their own, which cannot write.
            self._writing = _sqlite_engine(self.url, 1, patience)
            self._reading = _sqlite_engine(self.url, 4, patience, query_only=True)
            self._asking = self._reading.execution_options(**_WITHOUT_BEGIN)
        else:
            self._writing = _postgres_engine(self.url, patience)
            self._reading = self._writing.execution_options(postgresql_readonly=True)
            self._asking = self._writing.execution_options(isolation_level="AUTOCOMMIT")
        self._writers = async_sessionmaker(self._writing, expire_on_commit=False)
        self._readers = async_sessionmaker(self._reading, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """Yield a session in a transaction, committed at the end and rolled back on any error.

        Never open one inside another, and await nothing but the database in it. On SQLite it
        holds the file's only write lock from its first statement on, so that reading before
        writing cannot fail. Raises DatabaseAway (DatabaseFull) if the database fails.
        """
        with failures_understood():
            async with self._writers.begin() as session:
                yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Yield a session that sees one state of the database and cannot write.

        Raises DatabaseAway if the database fails.
        """
        with failures_understood():
            async with self._readers.begin() as session:
                yield session

    async def moments(self, asked: Moments) -> tuple[datetime | None, ...]:
        """Return the answers, in the order of the questions. Raises DatabaseAway.

        This is asked every few seconds: without a session and without a transaction, which one
        statement does not need, it takes a third of the time of `read`.
        """
        with failures_understood():
            async with self._asking.connect() as connection:
                return tuple((await connection.execute(asked.statement)).one())

    async def schema_version(self) -> str | None:
        """Return the migration that the database is at; None if none ever ran."""
        async with self.read() as session:
            connection = await session.connection()
            return await connection.run_sync(schema_version_of)

    async def has_table(self, name: str) -> bool:
        async with self.read() as session:
            connection = await session.connection()
            return await connection.run_sync(lambda there: inspect(there).has_table(name))

    async def let_deleted_go(self) -> None:
        """Let what was deleted leave the files: SQLite would keep it in its log until that is full.

        What somebody still reads at this moment stays until the next time. PostgreSQL's files are
        its operator's. Raises DatabaseAway.
        """
        if self.is_sqlite:
            with failures_understood():
                await asyncio.to_thread(_empty_log, str(self.url.database))

    async def close(self) -> None:
        """Give all connections back; the database can be used again afterwards."""
        await self._writing.dispose()
        if self.is_sqlite:
            await self._reading.dispose()

    @contextmanager
    def count_statements(self) -> Iterator[StatementCount]:
        """Yield a count of the statements that go to the database while it is open."""
        count = StatementCount()

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith("BEGIN"):
                count.statements.append(statement)

        # On PostgreSQL the reading engine is the writing one with an option, and shares its events.
        engines = {self._writing.sync_engine}
        if self.is_sqlite:
            engines.add(self._reading.sync_engine)
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
        try:
            yield count
        finally:
            for engine in engines:
                event.remove(engine, "before_cursor_execute", note)


async def insert_new(
    session: AsyncSession, table: type[Base] | Table, rows: Sequence[Mapping[str, Any]]
) -> int:
    """Insert those of `rows` that break no unique constraint; return how many were inserted.

    All rows have the same keys. Safe when several processes insert the same ones.
    """
    target = table if isinstance(table, Table) else table.__table__
    assert isinstance(target, Table)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(target).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    )
    inserted = 0
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        result = await session.execute(statement, batch)
        assert isinstance(result, CursorResult)
        inserted += result.rowcount
    return inserted


def _empty_log(file: str) -> None:
    with closing(sqlite3.connect(file, timeout=_SHORTLY.total_seconds())) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def rows_of(result: object) -> int:
    """Return how many rows an update or delete changed."""
    assert isinstance(result, CursorResult)
    return result.rowcount


def schema_version_of(connection: Connection) -> str | None:
    """Return the migration that the database of `connection` is at; None if none ever ran."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def with_driver(url: str, *, blocking: bool = False) -> URL:
    """Return `url` with the driver that we use: aiosqlite or psycopg; sqlite3 if `blocking`."""
    parsed = make_url(re.sub(r"^postgres:", "postgresql:", url))
    if parsed.get_backend_name() != "sqlite":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.database in {None, "", ":memory:"}:
        raise ValueError("a database in memory cannot be shared: use a temporary file")
    return parsed.set(drivername="sqlite" if blocking else "sqlite+aiosqlite")


def _sqlite_engine(
    url: URL, connections: int, patience: timedelta, *, query_only: bool = False
) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=patience.total_seconds(),
        hide_parameters=True,
        connect_args={"timeout": patience.total_seconds()},
    )
    begin = "BEGIN" if query_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine.sync_engine, "do_connect")
    def try_first(*_: object) -> None:
        # A connection that aiosqlite cannot open leaves a thread behind, which fails if the loop
        # ends first; this one fails here.
        sqlite3.connect(str(url.database)).close()

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        # sqlite3's own idea of transactions begins them too late; we begin them ourselves.
        connection.isolation_level = None
        pragmas = (*_PRAGMAS, "query_only=ON") if query_only else _PRAGMAS
        try:
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            # Nobody else knows of this connection yet, and its thread would outlive the loop.
            connection.close()
            raise

    @event.listens_for(engine.sync_engine, "begin")
    def begin_now(connection: Connection) -> None:
        if not _WITHOUT_BEGIN.items() <= connection.get_execution_options().items():
            connection.exec_driver_sql(begin)

    return engine


def _postgres_engine(url: URL, patience: timedelta) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=10,
        max_overflow=5,
        pool_timeout=patience.total_seconds(),
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "options": _POSTGRES_OPTIONS},
    )
