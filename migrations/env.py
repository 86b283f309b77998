"""Runs the migrations on the connection that `peerbot.migrate` hands in."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection, text

from peerbot.db import UtcDateTime
from peerbot.tables import Base

# A migration that waits longer for a lock than this stops everybody who comes after it.
LOCK_TIMEOUT = "5s"


def as_plain_type(kind: str, thing: object, _context: object) -> str | Literal[False]:
    """Return our own types as alembic's drafts write them: migrations import none of our code."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=as_plain_type,
        # All steps or none; SQLite and PostgreSQL both undo changes of tables.
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
