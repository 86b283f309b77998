"""The house as a console plays it: a throw-away database, a clock to move, trouble on demand."""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from peerbot import migrate
from peerbot.app import House, build
from peerbot.chat.adapters import load
from peerbot.chat.router import Failure
from peerbot.chat.stage import Player, Trouble
from peerbot.clock import Chance, Clock, MovableClock, Sleep, SystemClock, real_sleep
from peerbot.db import Database, DatabaseAway, Hold, hold_exclusively
from peerbot.delivery.engine import Engine
from peerbot.delivery.scheduler import Heartbeat
from peerbot.errors import PeerbotError, StorageAway
from peerbot.paths import shipped
from peerbot.settings import Settings
from peerbot.vault import Vault, unlock

log = logging.getLogger(__name__)

BUSY_INSTANTS = 200
"""How often one instant may find something due before we call it a defect."""


class Unpluggable(Database):
    """A database whose plug a script may pull."""

    unplugged = False

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        if self.unplugged:
            raise DatabaseAway("somebody pulled its plug")
        async with super().begin() as session:
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        if self.unplugged:
            raise DatabaseAway("somebody pulled its plug")
        async with super().read() as session:
            yield session


@dataclass
class HouseOnStage:
    """The `Stage` over one database: builds the house, and builds it anew after a restart."""

    settings: Settings
    db: Unpluggable
    vault: Vault
    player: Player
    clock: Clock
    chance: Chance
    sleep: Sleep
    polling: timedelta
    failures: list[Failure] = field(default_factory=list)
    house: House | None = None

    @property
    def can_wait(self) -> bool:
        return isinstance(self.clock, MovableClock)

    def now(self) -> datetime:
        return self.clock()

    async def open(self) -> None:
        """Build the house and let the player in."""
        engine = Engine(self.settings.engine_file, polling=self.polling)
        self.house = build(
            settings=self.settings,
            db=self.db,
            vault=self.vault,
            engine=engine,
            clock=self.clock,
            chance=self.chance,
            sleep=self.sleep,
            on_failure=self.failures.append,
        )
        self.house.delivery.on_failure = self.failures.append
        await self.house.start()
        await self.house.plug(self.player)

    async def close(self) -> None:
        if self.house is not None:
            await self.house.stop()
            self.house = None

    async def wait(self, length: timedelta) -> None:
        assert isinstance(self.clock, MovableClock), "asked to move a real clock"
        end = self.clock() + length
        visits = 0
        while (due := await self._next_due()) is not None and due <= end:
            visits = visits + 1 if due <= self.clock() else 0
            if visits > BUSY_INSTANTS:
                raise PeerbotError("something stays due however often it is done: a defect")
            self.clock.move_to(max(due, self.clock()))
            await self._beat()
        self.clock.move_to(end)
        await self._beat()

    async def settle(self) -> None:
        await self._open_house.delivery.settle()

    async def make(self, trouble: Trouble) -> None:
        match trouble:
            case Trouble.DATABASE_AWAY:
                self.db.unplugged = True
            case Trouble.DATABASE_BACK:
                self.db.unplugged = False
                await self._open_house.open_storage()
                await self._beat()
            case Trouble.RESTART:
                await self.close()
                await self.open()

    @property
    def _open_house(self) -> House:
        assert self.house is not None, "the house is open while somebody plays"
        return self.house

    async def _beat(self) -> None:
        await self._open_house.delivery.beat()
        await self._open_house.delivery.settle()

    async def _next_due(self) -> datetime | None:
        """Return the next instant at which anything is due; None while the database is away."""
        house = self._open_house
        moments = []
        try:
            for beat in house.delivery.beats:
                moments.append(await beat.next_due())
            moments.append(await house.delivery.next_due())
        except StorageAway:
            return None
        known = [moment for moment in moments if moment is not None]
        return min(known) if known else None


async def play(  # noqa: PLR0913 - the options of the command
    settings: Settings,
    *,
    script: str | None,
    name: str = "script",
    as_json: bool = False,
    database: str | None = None,
    start: datetime | None = None,
    seed: int | None = None,
) -> int:
    """Let somebody, or a script, play a whole community; return the exit code.

    Without `database` everything is thrown away at the end and time can be moved.
    """
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="peerbot-")))
        here = settings if database else settings.model_copy(update={"data_folder": folder})
        stage = await _stage(here, database, start, seed, stack)
        await stage.open()
        stack.push_async_callback(stage.close)
        if database:
            beat = Heartbeat(stage._open_house.delivery, settings.delivery)  # noqa: SLF001
            beat.start()
            stack.push_async_callback(beat.stop)
        return await stage.player.play(stage, script=script, as_json=as_json)


async def _stage(
    settings: Settings,
    database: str | None,
    start: datetime | None,
    seed: int | None,
    stack: AsyncExitStack,
) -> HouseOnStage:
    clock: Clock = SystemClock() if database else MovableClock(start or SystemClock()())
    url = database or f"sqlite:///{settings.data_folder / 'peerbot.sqlite'}"
    await migrate.upgrade(url)
    db = Unpluggable(url)
    if database and db.is_sqlite:
        hold: Hold = hold_exclusively(settings.database_file)
        stack.callback(hold.release)
    vault, _made = await unlock(db, settings.key_path, clock)
    player = load("console")(settings)  # type: ignore[operator]  # every adapter has a connect
    return HouseOnStage(
        settings=settings,
        db=db,
        vault=vault,
        player=player,
        clock=clock,
        chance=Chance(seed),
        sleep=_no_sleep if not database else real_sleep,
        polling=timedelta(milliseconds=10) if not database else timedelta(milliseconds=200),
    )


async def _no_sleep(seconds: float) -> None:
    """Waiting for a platform's limit is nothing on a stage."""
    del seconds
    await asyncio.sleep(0)


def walkthrough(language: str) -> str:
    """Return the script that is played when nobody sits at the terminal."""
    file = shipped("config") / "flows" / f"walkthrough.{language}.flow"
    return file.read_text(encoding="utf-8")


