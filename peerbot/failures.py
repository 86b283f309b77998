"""What failures of the database mean: it is away, its disk is full, or a statement is wrong."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import InterfaceError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from peerbot.errors import StorageAway

CANNOT_BE_OPENED = "its file cannot be opened: check the folder and its permissions"

# https://www.postgresql.org/docs/current/errcodes-appendix.html: connection, operator, system
_PG_AWAY_CLASSES = ("08", "57", "58")
# too many connections, limit exceeded, lock not available, read-only
_PG_AWAY = {"53300", "53400", "55P03", "25006"}
_PG_DISK_FULL = "53100"

# https://www.sqlite.org/rescode.html, the primary codes
_SQLITE_AWAY = {
    sqlite3.SQLITE_BUSY: "it is busy: another program holds the file",
    sqlite3.SQLITE_LOCKED: "it is busy: another program holds the file",
    sqlite3.SQLITE_IOERR: "its disk does not answer",
    sqlite3.SQLITE_CANTOPEN: CANNOT_BE_OPENED,
    sqlite3.SQLITE_READONLY: "its file cannot be written: check the folder and its permissions",
    sqlite3.SQLITE_CORRUPT: "its file is damaged: restore a backup with `peerbot db restore`",
    sqlite3.SQLITE_NOTADB: "its file is no database: restore a backup with `peerbot db restore`",
}


class DatabaseAway(StorageAway):
    """The database cannot be reached right now; nothing of this transaction was stored.

    Whoever helps a person in danger goes on without it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The database cannot be reached: {reason}. Nothing was stored; "
            "start the database or free it, then try again (`peerbot check` looks at it)."
        )
        self.reason = reason


class DatabaseFull(DatabaseAway):
    """The disk has no room left; nothing of this transaction was stored."""

    def __init__(self) -> None:
        super().__init__("its disk is full: make room on it")


@contextmanager
def failures_understood() -> Iterator[None]:
    """Turn failures of the database itself into DatabaseAway; others go on, without any value."""
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseAway("all its connections are in use") from error
    except (StatementError, sqlite3.Error) as error:
        _take_values_out(error)
        if (away := _away(error)) is None:
            raise
        raise away from error


def _take_values_out(error: StatementError | sqlite3.Error) -> None:
    """Leave of PostgreSQL's text what names code and schema: it quotes whole rows in its errors.

    SQLite's texts name tables and columns only, and SQLAlchemy's own hides what was bound; but it
    keeps that beside the text.
    """
    if isinstance(error, StatementError):
        error.params = None
    cause = error.orig if isinstance(error, StatementError) else error
    state = getattr(cause, "sqlstate", None)
    if cause is None or state is None:
        return
    found = getattr(cause, "diag", None)
    parts = (getattr(found, f"{part}_name", None) for part in ("table", "column", "constraint"))
    said = " ".join(["PostgreSQL says", state, *(name for name in parts if name)])
    cause.args = (said,)
    error.args = (f"({type(cause).__name__}) {said}",)


def _away(error: StatementError | sqlite3.Error) -> DatabaseAway | None:
    """Return what `error` means if the database itself failed; None if a statement did."""
    cause = error.orig if isinstance(error, StatementError) else error
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            return DatabaseFull()
        return DatabaseAway(_SQLITE_AWAY[code]) if code in _SQLITE_AWAY else None
    state = getattr(cause, "sqlstate", None)
    if state == _PG_DISK_FULL:
        return DatabaseFull()
    if state is None and isinstance(error, OperationalError | InterfaceError):
        return DatabaseAway("no connection to PostgreSQL (see `database_url`)")
    if state is not None and (state in _PG_AWAY or state.startswith(_PG_AWAY_CLASSES)):
        return DatabaseAway(f"PostgreSQL says {state}")
    return None
