"""The engine's own database: made ready before the engine opens it, and held against others."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg

from peerbot.db import with_driver
from peerbot.errors import PeerbotError
from peerbot.failures import DatabaseAway, failures_understood


class DatabaseInUse(PeerbotError):
    """Another process delivers from the same PostgreSQL database."""

    def __init__(self) -> None:
        super().__init__(
            "another peerbot process already works on this PostgreSQL database. Stop that one "
            "first: this release delivers from one process at a time."
        )


def make_ready(file: Path) -> None:
    """Make the engine's SQLite file, in WAL: with it the engine does four times as much."""
    with failures_understood(), closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


class PostgresHold:
    """A PostgreSQL database that no other process may deliver from meanwhile.

    The lock belongs to a connection, so it ends with the process however that ends. Raises
    DatabaseInUse if another one has it, DatabaseAway if there is no database.
    """

    # Any number that nobody else uses.
    _LOCK = 7_083_114_251

    def __init__(self, url: str) -> None:
        address = with_driver(url).set(drivername="postgresql")
        self._address = address.render_as_string(hide_password=False)
        self._connection = self._taken()

    def keep(self) -> None:
        """Take it again if its connection broke, for the lock went with it. Raises as making it."""
        try:
            self._connection.execute("SELECT 1")
        except psycopg.OperationalError:
            self._connection.close()
            self._connection = self._taken()

    def release(self) -> None:
        self._connection.close()

    def _taken(self) -> "psycopg.Connection[tuple[object, ...]]":
        try:
            connection = psycopg.connect(self._address, autocommit=True, connect_timeout=5)
            row = connection.execute("SELECT pg_try_advisory_lock(%s)", (self._LOCK,)).fetchone()
        except psycopg.OperationalError as error:
            raise DatabaseAway("no connection to PostgreSQL (see `database_url`)") from error
        if row is None or not row[0]:
            connection.close()
            raise DatabaseInUse
        return connection
