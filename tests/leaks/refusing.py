"""A database that refuses what would change it."""

from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import text

from peerbot.db import Database
from peerbot.tables import Base


@asynccontextmanager
async def refusing(db: Database) -> Any:
    """Let the database refuse each row that is written into any of our tables meanwhile."""
    tables = list(Base.metadata.tables)
    if db.is_sqlite:
        deeds = ("INSERT", "UPDATE")
        named = {(table, deed): f"refuses_{table}_{deed}" for table in tables for deed in deeds}
        begin = [
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
            for (table, deed), name in named.items()
        ]
        end = [f"DROP TRIGGER {name}" for name in named.values()]
    else:
        begin = [
            f'ALTER TABLE "{one}" ADD CONSTRAINT refuses CHECK (false) NOT VALID' for one in tables
        ]
        end = [f'ALTER TABLE "{one}" DROP CONSTRAINT refuses' for one in tables]
    await _run(db, begin)
    yield
    await _run(db, end)


async def _run(db: Database, statements: list[str]) -> None:
    async with db.begin() as session:
        for statement in statements:
            await session.execute(text(statement))
