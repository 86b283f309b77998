"""Brings a database to the schema of this release, and says how far it is."""

import asyncio
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.pool import NullPool

from peerbot.db import schema_version_of, with_driver
from peerbot.errors import PeerbotError
from peerbot.failures import failures_understood
from peerbot.paths import shipped

# Any number that nobody else uses: processes that start together upgrade one after the other.
_ADVISORY_LOCK = 7_083_114_250


class NewerDatabase(PeerbotError):
    """The database was made by a newer release than this one."""

    def __init__(self, version: str) -> None:
        super().__init__(
            f"The database was made by a newer peerbot (its schema is {version}, which this "
            "release does not know). Install that release again, or restore a backup from "
            "before the update. Nothing was changed."
        )
        self.version = version


def head() -> str | None:
    """Return the newest migration of this release; None if there is none."""
    return _scripts().get_current_head()


def is_known(version: str) -> bool:
    """Return whether this release has the migration `version`."""
    try:
        return _scripts().get_revision(version) is not None
    except CommandError:
        return False


async def current(url: str) -> str | None:
    """Return the migration that the database at `url` is at; None if none ever ran.

    Raises DatabaseAway.
    """
    return await asyncio.to_thread(current_now, url)


async def upgrade(url: str) -> str | None:
    """Bring the database at `url` to `head()`; return the version that it had before.

    Does nothing if it is there already. Several processes may do this at the same time. Raises
    NewerDatabase or DatabaseAway; then nothing was changed.
    """
    return await asyncio.to_thread(upgrade_now, url)


def current_now(url: str) -> str | None:
    """As `current`, for who has no loop."""
    with _connection(url) as connection:
        return schema_version_of(connection)


def upgrade_now(url: str, to: str = "head") -> str | None:
    """As `upgrade`, for who has no loop; `to` is another migration than the newest, in tests."""
    with _connection(url) as connection:
        before = schema_version_of(connection)
        if before is not None and not is_known(before):
            raise NewerDatabase(before)
        command.upgrade(_config(connection), to)
    return before


def downgrade_now(url: str, to: str) -> None:
    """Undo the migrations after `to` ("base": all of them)."""
    with _connection(url) as connection:
        command.downgrade(_config(connection), to)


def differences(url: str) -> None:
    """Raise alembic's CommandError if the tables in the code and those at `url` differ."""
    with _connection(url) as connection:
        command.check(_config(connection))


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(None))


def _config(connection: Connection | None) -> Config:
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    """Yield a connection in a transaction that one process has at a time."""
    address = with_driver(url, blocking=True)
    is_sqlite = address.get_backend_name() == "sqlite"
    if is_sqlite:
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, poolclass=NullPool)
    if is_sqlite:
        # sqlite3 would commit before each change of a table; so all of them are one transaction.
        event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
        event.listen(engine, "begin", lambda begun: begun.exec_driver_sql("BEGIN IMMEDIATE"))
    with failures_understood(), engine.begin() as connection:
        if not is_sqlite:
            lock = text("SELECT pg_advisory_xact_lock(:number)")
            connection.execute(lock, {"number": _ADVISORY_LOCK})
        yield connection


def draft(message: str) -> Path:
    """Write a migration from the schema before to the tables in the code; return its file.

    What it says about what and why is left to be filled in, and its steps to be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/draft.sqlite"
        upgrade_now(url)
        with _connection(url) as connection:
            drafted = command.revision(_config(connection), message, autogenerate=True)
    if drafted is None or isinstance(drafted, list):
        raise TypeError("one migration was asked for")
    return Path(drafted.path)
