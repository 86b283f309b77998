"""A database that goes away while people are there, and comes back: nobody is left alone or misled.

On SQLite the file is locked by somebody else, or cannot be reached at all; on PostgreSQL the real
server ends and is started again, or freezes. All the while the heart beats, as APScheduler has it.
"""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractContextManager,
    AsyncExitStack,
    asynccontextmanager,
    closing,
    contextmanager,
)
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.console.adapter import Console
from peerbot import run
from peerbot.clock import SystemClock, real_sleep
from peerbot.paths import shipped
from peerbot.settings import load
from peerbot.stage import Unpluggable
from tests.conftest import PostgresServer
from tests.house import (
    ALERTED,
    ANSWERED,
    ASKED,
    CLAIM_WITHIN,
    IN_DANGER,
    WORDS,
    Home,
    a_home,
    set_up,
    url_in,
)

OFTEN = timedelta(milliseconds=50)
HANGS_FOREVER_S = 30.0
NOT_SAVED = "What you wrote is still here: please try again in a few minutes."
STORAGE_AWAY = "nothing was saved. Please try again in a few minutes."


# -- what happens each time --------------------------------------------------------------------


async def before(home: Home) -> None:
    """Let kim be in the middle of an answer, and leo of words for everybody."""
    await home.waits(ASKED)
    await home.answers("kim", "In between")
    await home.writes("leo")
    for who in ("kim", "sam"):
        await home.comes(who)


async def meanwhile(home: Home) -> None:
    """See that whoever is in danger is helped, and that the others hear the truth."""
    await home.says("sam", IN_DANGER)
    assert ANSWERED in await home.private("sam")
    assert ALERTED in await home.sees("robin")
    await home.presses("kim", "Very connected")
    assert STORAGE_AWAY in await home.sees("kim")
    await home.submits("leo", {WORDS: "I sang in a choir"})
    given_back = await home.form("leo")
    assert given_back is not None
    assert NOT_SAVED in given_back.reasons[0]
    assert given_back.fields[WORDS] == "I sang in a choir"


async def afterwards(home: Home) -> None:
    """See that everything goes on by itself, from where it was."""
    await until(lambda: len(home.house.record.spooled) == 0)
    await home.uses("robin", "peerbot alerts")
    assert "urgent, thoughts of suicide" in await home.sees("robin")
    await home.presses("kim", "Very connected")
    assert "You chose: Very connected. It is kept." in await home.private("kim")
    await home.submits("leo", {})
    await until(lambda: home.shown("checkins.shared") == 1)
    home.clock.move(CLAIM_WITHIN)
    await until(lambda: home.shown("crisis.passed-on") == 1)
    home.clock.move(CLAIM_WITHIN)
    await until(lambda: home.shown("crisis.nobody-free") == 1)
    assert home.shown("crisis.nobody-free") == 1
    home.clock.move(timedelta(days=3))
    await until(lambda: home.shown("checkins.summary") == 1)
    home.clock.move(timedelta(days=4))
    await until(lambda: home.shown("checkins.prompt") == 2)
    assert home.shown("crisis.alert") == 1


@asynccontextmanager
async def beating(home: Home) -> AsyncIterator[None]:
    """Let APScheduler look at what is due, far more often than in earnest."""
    heart = home.heart(OFTEN)
    heart.start()
    try:
        yield
    finally:
        await heart.stop()


async def until(is_so: Callable[[], bool]) -> None:
    """Return once it is so; whatever never recovers ends the test."""
    async with asyncio.timeout(HANGS_FOREVER_S):
        while not is_so():
            await real_sleep(0.005)


@pytest.fixture(autouse=True)
def _no_trace(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever fails is logged by its kind: no trace, and no word of anybody."""
    yield
    assert [one for one in caplog.get_records("call") if one.exc_info] == []
    assert "Traceback" not in caplog.text
    assert "choir" not in caplog.text


# -- SQLite ------------------------------------------------------------------------------------


@contextmanager
def unplugged(home: Home, folder: Path) -> Iterator[None]:
    home.stage.db.unplugged = True
    yield
    home.stage.db.unplugged = False


@contextmanager
def locked(home: Home, folder: Path) -> Iterator[None]:
    """Let another program hold the file's only write lock, as a backup tool might."""
    with closing(sqlite3.connect(folder / "peerbot.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.parametrize("goes_away", [unplugged, locked])
async def test_on_sqlite_help_goes_on_and_afterwards_nothing_is_missing(
    home_folder: Path, goes_away: Callable[[Home, Path], AbstractContextManager[None]]
) -> None:
    url = url_in(home_folder)
    # Else every question to a locked file takes ten seconds.
    db = Unpluggable(url, patience=timedelta(milliseconds=500))
    async with a_home(home_folder, url, db=db) as home:
        await before(home)
        async with beating(home):
            with goes_away(home, home_folder):
                await meanwhile(home)
            await afterwards(home)
        assert home.house.record.spooled == ()


async def test_a_house_that_opened_without_its_database_makes_up_for_it(home_folder: Path) -> None:
    async with a_home(home_folder, url_in(home_folder)) as home:
        await home.comes("kim")
        await home.uses("kim", "privacy")
        await home.chooses("kim", "Français")
        await home.comes("sam")
        home.stage.db.unplugged = True
        await home.restarts()
        async with beating(home):
            await home.says("sam", IN_DANGER)
            assert ANSWERED in await home.private("sam")
            assert ALERTED in await home.sees("robin")
            home.stage.db.unplugged = False
            await until(lambda: len(home.house.record.spooled) == 0)
        # What kim chose lies in the database alone.
        await home.uses("kim", "help-now")
        assert "appelez le 988" in await home.sees("kim")


# -- PostgreSQL --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgresServer]:
    """A server that no other test needs."""
    folder = Path(tempfile.mkdtemp(prefix="peerbot-pg-"))
    server = PostgresServer(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own_url(own_server: PostgresServer) -> str:
    return own_server.url(own_server.copy_of("template"))


async def test_on_postgresql_help_goes_on_and_afterwards_nothing_is_missing(
    own_server: PostgresServer, own_url: str, tmp_path: Path
) -> None:
    async with a_home(tmp_path, own_url) as home:
        await set_up(home)
        await before(home)
        async with beating(home):
            own_server.go_away()
            await meanwhile(home)
            own_server.come_back()
            await afterwards(home)
        assert home.house.record.spooled == ()


async def test_a_server_that_ends_in_the_middle_of_a_send_is_made_up_for(
    own_server: PostgresServer, own_url: str, tmp_path: Path
) -> None:
    async with a_home(tmp_path, own_url) as home:
        await set_up(home)
        await home.comes("sam")

        def end_it() -> None:
            if home.shown("checkins.prompt"):
                home.console.world.on_shown = lambda: None
                own_server.go_away()

        home.console.world.on_shown = end_it
        async with beating(home):
            home.clock.move(ASKED)
            await until(lambda: home.shown("checkins.prompt") == 1)
            await home.says("sam", IN_DANGER)
            assert ANSWERED in await home.private("sam")
            own_server.come_back()
            await until(lambda: len(home.house.record.spooled) == 0)
            await home.answers("kim")
            home.clock.move(timedelta(days=3))
            await until(lambda: home.shown("checkins.summary") == 1)
        assert home.shown("checkins.prompt") == 1


async def test_a_server_that_freezes_holds_back_neither_answer_nor_alert(
    own_server: PostgresServer, own_url: str, tmp_path: Path
) -> None:
    async with a_home(tmp_path, own_url) as home:
        await set_up(home)
        await home.comes("sam")
        record = home.house.record
        record._patience_seconds = 0.2
        with own_server.frozen():
            async with asyncio.timeout(HANGS_FOREVER_S):
                await home.says("sam", IN_DANGER)
            assert ANSWERED in await home.private("sam")
            assert ALERTED in await home.sees("robin")
            # Its driver waits twelve seconds with every question, and still does: nobody else.
            assert record._left_behind
        async with beating(home):
            await until(lambda: len(home.house.record.spooled) == 0)
        await home.waits(2 * CLAIM_WITHIN)
        assert home.shown("crisis.nobody-free") == 1


async def test_a_start_without_the_server_is_made_up_for_key_and_all(
    own_server: PostgresServer, own_url: str, tmp_path: Path
) -> None:
    settings = load(shipped("config") / "peerbot.toml").model_copy(
        update={"data_folder": tmp_path, "database_url": own_url}
    )
    own_server.go_away()
    async with AsyncExitStack() as stack:
        house = await run._opened(settings, [Console()], stack, SystemClock())
        await house.delivery.beat()
        own_server.come_back()
        await house.delivery.beat()
        async with house.db.read() as session:
            checks = await session.scalar(text("SELECT count(*) FROM app_key_check"))
        assert checks == 1
        assert await house.delivery.sweep() == 0
