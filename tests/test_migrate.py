"""Migrations: up, down, twice, at the same time, and never on a newer database."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from peerbot import migrate
from peerbot.db import with_driver
from peerbot.failures import DatabaseAway
from peerbot.paths import shipped


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/made/empty.sqlite"
    else:
        yield request.getfixturevalue("empty_postgres_url")


async def test_a_new_database_comes_to_this_release(empty_url: str) -> None:
    assert await migrate.upgrade(empty_url) is None
    assert await migrate.current(empty_url) == migrate.head()
    assert await migrate.upgrade(empty_url) == migrate.head()


async def test_processes_that_start_together_upgrade_once(empty_url: str) -> None:
    await asyncio.gather(*(migrate.upgrade(empty_url) for _ in range(3)))
    assert await migrate.current(empty_url) == migrate.head()


def test_every_migration_can_be_undone_and_done_again(empty_url: str) -> None:
    migrate.upgrade_now(empty_url)
    migrate.downgrade_now(empty_url, "base")
    assert migrate.current_now(empty_url) is None
    migrate.upgrade_now(empty_url)
    assert migrate.current_now(empty_url) == migrate.head()


async def test_a_newer_database_is_left_alone(empty_url: str) -> None:
    await migrate.upgrade(empty_url)
    engine = create_engine(with_driver(empty_url, blocking=True))
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32))")
        )
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('of_next_year')"))
    engine.dispose()
    with pytest.raises(migrate.NewerDatabase, match=r"of_next_year.*Nothing was changed"):
        await migrate.upgrade(empty_url)
    assert await migrate.current(empty_url) == "of_next_year"


async def test_a_database_that_is_away_says_so() -> None:
    with pytest.raises(DatabaseAway):
        await migrate.upgrade("postgresql://nobody@127.0.0.1:1/nothing")


def test_every_migration_says_what_and_why() -> None:
    files = list((shipped("migrations") / "versions").glob("*.py"))
    assert files
    for file in files:
        words = file.read_text(encoding="utf-8")
        assert "What: " in words, file
        assert "Why: " in words, file
        assert "<" not in words.split('"""')[1], f"{file}: fill in what and why"
