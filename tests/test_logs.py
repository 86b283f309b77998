"""The log holds our own sentences and nobody else's words, at every level and whoever listens."""

import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from peerbot import logs
from peerbot.db import Database
from peerbot.vault import MemberKeyRow
from tests.test_db import a_row

WORDS = "what sam wrote"


class Listener(logging.Handler):
    """Writes down every record as a log file would show it, with all that it carries."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.carried: list[object] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {self.format(record)}")
        self.carried += [record.args, record.exc_info, record.exc_text, record.stack_info]


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Somebody who listens to everything that is logged once the house has set up its log."""
    logs.set_up("debug")
    listener = Listener()
    logging.getLogger().addHandler(listener)
    yield listener
    logging.getLogger().removeHandler(listener)


@pytest.fixture(params=["aiosqlite", "sqlalchemy.engine", "psycopg"])
def talkative_driver(request: pytest.FixtureRequest) -> Iterator[logging.Logger]:
    """A driver that somebody told to log everything, after the house had set up its log."""
    driver = logging.getLogger(request.param)
    before = driver.level
    driver.setLevel(logging.DEBUG)
    yield driver
    driver.setLevel(before)


async def test_a_driver_that_is_told_to_log_everything_says_only_where(
    talkative_driver: logging.Logger, listener: Listener, database_url: str
) -> None:
    database = Database(database_url)
    async with database.begin() as session:
        session.add(MemberKeyRow(**a_row(WORDS)))
    async with database.read() as session:
        assert list(await session.scalars(select(MemberKeyRow.member_id))) == [WORDS]
    await database.close()
    assert WORDS not in "".join(listener.lines)
    assert WORDS not in repr(listener.carried)


async def test_drivers_are_silent_below_a_warning_however_much_the_operator_wants_to_read(
    listener: Listener, sqlite_database: Database
) -> None:
    async with sqlite_database.begin() as session:
        session.add(MemberKeyRow(**a_row(WORDS)))
    logging.getLogger("peerbot.tips").debug("a tip went out")
    assert listener.lines == ["DEBUG a tip went out"]


def test_of_an_exception_the_type_is_logged_and_never_its_text(listener: Listener) -> None:
    try:
        int(WORDS)
    except ValueError:
        logging.getLogger("peerbot.tips").exception("%s failed", "tips.search")
        logging.getLogger("asyncio").exception("never retrieved: %s", WORDS)
    assert listener.lines[0] == "ERROR tips.search failed (ValueError)"
    assert listener.lines[1].startswith("ERROR test_logs.py:")
    assert listener.lines[1].endswith("(ValueError)")
    assert WORDS not in "".join(listener.lines) + repr(listener.carried)


def test_a_percent_sign_in_our_own_sentence_stays(listener: Listener) -> None:
    logging.getLogger("peerbot.check").warning("%s is 80 %% full", "disk")
    logging.getLogger("peerbot.check").warning("100 % sure")
    assert listener.lines == ["WARNING disk is 80 % full", "WARNING 100 % sure"]
