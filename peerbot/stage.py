"""The house as a console plays it: a throw-away database, a clock to move, trouble on demand."""

import logging
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from peerbot import migrate
from peerbot.app import House, build
from peerbot.chat.adapters import load
from peerbot.chat.addresses import Room
from peerbot.chat.router import Failure
from peerbot.chat.stage import Headers, Player, Trouble
from peerbot.clock import Chance, Clock, MovableClock, Sleep, SystemClock, real_sleep
from peerbot.crisis.record import PATIENCE_SECONDS
from peerbot.db import Database, Moments, Session
from peerbot.delivery.engine import Engine, beside
from peerbot.delivery.pace import Ticks
from peerbot.delivery.scheduler import Heartbeat
from peerbot.delivery.service import Delivery
from peerbot.errors import PeerbotError, StorageAway
from peerbot.failures import DatabaseAway
from peerbot.hold import hold_exclusively
from peerbot.paths import shipped
from peerbot.settings import Settings, environment
from peerbot.vault import Vault, unlock

log = logging.getLogger(__name__)

POLLING = timedelta(milliseconds=200)
QUICK_POLLING = timedelta(milliseconds=100)
LONG_PATIENCE = 60.0
"""Seconds, for a script: its database is there or unplugged, and a busy machine changes nothing."""
SCRIPT_SEED = 1
BUSY_INSTANTS = 200
"""How often one instant may find something due before we call it a defect."""


class Unpluggable(Database):
    """A database whose plug a script may pull."""

    unplugged = False

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Session]:
        if self.unplugged:
            raise DatabaseAway("somebody pulled its plug")
        async with super().begin() as session:
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Session]:
        if self.unplugged:
            raise DatabaseAway("somebody pulled its plug")
        async with super().read() as session:
            yield session

    async def moments(self, asked: Moments) -> tuple[datetime | None, ...]:
        if self.unplugged:
            raise DatabaseAway("somebody pulled its plug")
        return await super().moments(asked)


@dataclass
class HouseOnStage:
    """The `Stage` over one database: builds the house, and builds it anew after a restart."""

    settings: Settings
    url: str
    environ: Mapping[str, str]
    db: Unpluggable
    vault: Vault
    player: Player
    clock: Clock
    chance: Chance
    sleep: Sleep
    ticks: Ticks
    polling: timedelta
    failures: list[Failure] = field(default_factory=list)
    house: House | None = None
    spoilt: Trouble | None = None
    """What is wrong with the crisis rules that the house reads when it opens."""
    furnish: Callable[[House], object] | None = None

    @property
    def can_wait(self) -> bool:
        return isinstance(self.clock, MovableClock)

    def now(self) -> datetime:
        return self.clock()

    def zone_of(self, room: Room) -> ZoneInfo:
        return self._open_house.communities.reader_of(room).zone

    async def open(self) -> None:
        """Build the house and let the player in."""
        poll = self.polling.total_seconds()
        engine = Engine(beside(self.url), environ=self.environ, queue_poll=poll, listen_poll=poll)
        with rules_as(self.spoilt) as rules:
            self.house = build(
                settings=self.settings,
                db=self.db,
                vault=self.vault,
                engine=engine,
                clock=self.clock,
                chance=self.chance,
                sleep=self.sleep,
                ticks=self.ticks,
                on_failure=self.failures.append,
                rules=rules,
                patience_seconds=LONG_PATIENCE if self.can_wait else PATIENCE_SECONDS,
            )
        if self.furnish is not None:
            self.furnish(self.house)
        await self.house.start(self.player)

    @property
    def delivery(self) -> Delivery:
        return self._open_house.delivery

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
        await self._open_house.hearing.settled()
        await self._open_house.delivery.settle()

    async def make(self, trouble: Trouble) -> None:
        match trouble:
            case Trouble.DATABASE_AWAY:
                self.db.unplugged = True
            case Trouble.DATABASE_BACK:
                self.db.unplugged = False
                await self._beat()
            case Trouble.RESTART:
                await self._restart()
            case Trouble.RULES_BROKEN | Trouble.RULES_DEAF:
                self.spoilt = trouble
                await self._restart()
            case Trouble.RULES_BACK:
                self.spoilt = None
                await self._restart()

    @property
    def _open_house(self) -> House:
        assert self.house is not None, "the house is open while somebody plays"
        return self.house

    async def _restart(self) -> None:
        await self.close()
        await self.open()

    async def _beat(self) -> None:
        await self._open_house.delivery.beat()
        await self.settle()

    async def _next_due(self) -> datetime | None:
        """Return the next instant at which anything is due; None while the database is away."""
        try:
            return await self._open_house.delivery.next_due()
        except StorageAway:
            return None


BROKEN_FILE = "en/suicide.toml"


@contextmanager
def rules_as(spoilt: Trouble | None) -> Iterator[Path | None]:
    """Yield a folder of rules: with a file that nobody can read, or with none; None for the whole.

    What peerbot says to itself to hear whether it notices danger is there in each.
    """
    if spoilt is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="peerbot-rules-") as folder:
        rules = Path(shutil.copytree(shipped("config") / "crisis", Path(folder) / "crisis"))
        if spoilt is Trouble.RULES_BROKEN:
            (rules / BROKEN_FILE).write_text("this is no rule file", encoding="utf-8")
        else:
            for file in rules.glob("*/*.toml"):
                file.unlink()
        yield Path(folder)


async def play(
    settings: Settings,
    *,
    script: str | None,
    name: str = "script",
    as_json: bool = False,
    database: str | None = None,
    lines: Iterable[str] | None = None,
    start: datetime | None = None,
    furnish: Callable[[House], object] | None = None,
    player: Player | None = None,
) -> int:
    """Let somebody, or a script, play a whole community; return the exit code.

    Without `database` everything is thrown away at the end and time can be moved. A script's
    headers say when and in which language it plays; chance is then the same each time. `lines` are
    what somebody typed elsewhere than at this terminal; they, too, may begin at `start`. `furnish`
    may add to each house that is built, before it opens. Without a `player` the console plays.
    """
    if player is None:
        player = _console(settings)
    wanted = player.headers(script) if script is not None else Headers()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="peerbot-")))
        changes: dict[str, object] = {} if database else {"data_folder": folder}
        changes |= {"language": wanted.language} if wanted.language else {}
        changes |= {"zone": wanted.zone.key} if wanted.zone else {}
        here = settings.model_copy(update=changes)
        seed = None if script is None else SCRIPT_SEED
        stage = await _stage(here, player, database, wanted.start or start, seed, stack)
        stage.furnish = furnish
        await stage.open()
        stack.push_async_callback(stage.close)
        if database:
            heartbeat = Heartbeat(
                stage.delivery, settings.delivery.beat_every, settings.delivery.sweep_every
            )
            heartbeat.start()
            stack.push_async_callback(heartbeat.stop)
        return await player.play(stage, script=script, as_json=as_json, name=name, lines=lines)


def _console(settings: Settings) -> Player:
    console: Player = load("console")(settings)  # type: ignore[operator]  # every adapter's connect
    return console


async def _stage(
    settings: Settings,
    player: Player,
    database: str | None,
    start: datetime | None,
    seed: int | None,
    stack: AsyncExitStack,
) -> HouseOnStage:
    clock: Clock = SystemClock()
    if not database:
        clock = MovableClock(start or _monday_morning(clock(), settings))
    url = database or f"sqlite:///{settings.database_file}"
    db = Unpluggable(url)
    stack.push_async_callback(db.close)
    if database and db.is_sqlite:
        # Before anything is written: another process may be at work on it.
        stack.callback(hold_exclusively(Path(db.url.database or "")).release)
    await migrate.upgrade(url)
    vault, _made = await unlock(db, settings.key_path, clock)
    return HouseOnStage(
        settings=settings,
        url=url,
        environ=environment(),
        db=db,
        vault=vault,
        player=player,
        clock=clock,
        chance=Chance(seed),
        sleep=real_sleep if database else _no_sleep,
        # Where nobody waits for a platform's limit, its rest is over when the script says so.
        ticks=time.monotonic if database else lambda: clock().timestamp(),
        polling=POLLING if database else QUICK_POLLING,
    )


def _monday_morning(now: datetime, settings: Settings) -> datetime:
    """Return nine o'clock on this week's Monday: a throw-away community begins with its week."""
    today = now.astimezone(settings.home_zone)
    monday = today - timedelta(days=today.weekday())
    return monday.replace(hour=9, minute=0, second=0, microsecond=0)


async def _no_sleep(seconds: float) -> None:
    """Waiting for a platform's limit is nothing on a stage."""
    del seconds


def walkthrough(language: str) -> str:
    """Return the script that is played when nobody sits at the terminal."""
    file = shipped("config") / "flows" / f"walkthrough.{language}.flow"
    return file.read_text(encoding="utf-8")
