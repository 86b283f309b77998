"""A whole house over a test's database: people at its console act, and tests read their screens."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.console.adapter import Console, connect
from adapters.console.harness import ConsoleHarness
from adapters.console.inbound import Prompt
from adapters.console.world import (
    DEFAULT_ROOM,
    PLATFORM,
    SPACE,
    STAFF_ROOM,
    OpenForm,
    is_labelled,
)
from peerbot.app import House
from peerbot.chat.actions import Action
from peerbot.chat.addresses import Person, Space
from peerbot.chat.events import ButtonPressed
from peerbot.chat.router import Failure
from peerbot.clock import Chance, MovableClock
from peerbot.delivery.scheduler import Heartbeat
from peerbot.errors import StorageAway
from peerbot.paths import shipped
from peerbot.settings import load
from peerbot.stage import QUICK_POLLING, HouseOnStage, Unpluggable
from peerbot.testing.harness import Filled, Seen, SeenForm
from peerbot.vault import unlock

MONDAY = datetime(2026, 3, 2, 14, tzinfo=UTC)
"""Nine in the morning in Toronto, where the house stands."""
ASKED = timedelta(hours=9)
"""So long after it the weekly check-in asks; it takes answers for three days."""

IN_DANGER = "i want to kill myself"
ANSWERED = "You do not have to go through this hour alone"
ALERTED = "Please check on a member"
CLAIM_WITHIN = timedelta(minutes=15)
"""So long such an alert waits for those on duty, and then again for the backup."""
WORDS = "What would you like to say?"


def hears_itself_daily(house: House) -> None:
    """Spare a rehearsal of many days what goes on each hour and is no part of it."""
    house.hearing.every = timedelta(days=1)


class Home:
    """One house and its people, each called by name: `await home.says("sam", "hello")`."""

    def __init__(self, stage: HouseOnStage, console: Console, clock: MovableClock) -> None:
        self.stage = stage
        self.console = console
        self.clock = clock
        self._hands = ConsoleHarness(console)

    @property
    def house(self) -> House:
        assert self.stage.house is not None, "open"
        return self.stage.house

    @property
    def broken(self) -> list[Failure]:
        """What broke inside, apart from a database that was away."""
        return [one for one in self.stage.failures if not isinstance(one.error, StorageAway)]

    # -- what people do ----------------------------------------------------------------------

    async def comes(self, who: str, *roles: str, to: str = DEFAULT_ROOM) -> None:
        """Let somebody act in a room (or `@dm`) from now on; roles: admin, moderator, staff."""
        given = frozenset(roles) if roles else None
        await self.console.deeds.step_in(Prompt(name=who, roles=given, place=to))

    async def says(self, who: str, words: str) -> None:
        await self._hands.say(_person(who), words)

    async def uses(self, who: str, command: str, **options: str) -> None:
        await self._hands.use(_person(who), command, options)

    async def presses(self, who: str, *labels: str) -> None:
        for label in labels:
            await self._hands.press(_person(who), label)

    async def chooses(self, who: str, *options: str) -> None:
        await self._hands.choose(_person(who), options)

    async def forges(
        self,
        who: str,
        action: Action,
        values: tuple[str, ...] = (),
        *,
        space: Space | None = SPACE,
    ) -> None:
        """Press a button with this id that is nowhere on somebody's screen."""
        await self._hands._as(_person(who))
        deeds = self.console.deeds
        event = ButtonPressed(
            actor=deeds.actor,
            at=self.clock(),
            space=space,
            action=action,
            reply=deeds._reply(None),
            values=values,
        )
        await deeds._open_or_dispatch(event, None)

    def button(self, who: str, label: str) -> Action:
        """Return what the newest button with this label on somebody's screen leads to."""
        things = self.console.world.pressable_by(self.console.world.people[who])
        return next(one.action for one in things if is_labelled(one, label))

    async def form(self, who: str) -> SeenForm | None:
        return await self._hands.form_of(_person(who))

    async def submits(self, who: str, filled: Mapping[str, Filled]) -> None:
        """Fill in the open form, by labels, and send it."""
        await self._hands.submit(_person(who), filled)

    def open_form(self, who: str) -> OpenForm:
        return self.console.world.forms[who]

    async def answers(self, who: str, step: str = "Rather connected") -> None:
        """Let somebody answer what is asked, having agreed to check-ins."""
        await self.presses(who, "Answer privately", "Yes, I am 13 or older", "Go on", step)

    async def writes(self, who: str) -> None:
        """Let somebody open the form for words that the channel sees with their name."""
        await self.answers(who)
        await self.chooses(who, "The channel, with my name")
        await self.presses(who, "Add words")

    # -- what they see -----------------------------------------------------------------------

    async def screen(self, who: str) -> Sequence[Seen]:
        """Return everything of ours that somebody sees, the oldest first."""
        return await self._hands.seen_by(_person(who))

    async def sees(self, who: str) -> str:
        """Return the words of the newest thing that somebody sees."""
        return (await self.screen(who))[-1].words

    async def private(self, who: str) -> str:
        """Return the words of everything that somebody alone sees."""
        return "\n".join(one.words for one in await self.screen(who) if one.private)

    async def times(self, who: str, words: str) -> int:
        """Return on how many cards somebody sees these words."""
        return sum(words in one.words for one in await self.screen(who))

    def shown(self, key: str) -> int:
        """Return how many cards of this key were posted, anywhere; a later edit is not counted."""
        return sum(one.card.key == key and not one.edited for one in self.console.world.log)

    # -- time --------------------------------------------------------------------------------

    async def waits(self, length: timedelta) -> None:
        """Let time go by, from one due moment to the next."""
        await self.stage.wait(length)

    async def jumps(self, by: timedelta) -> None:
        """Set the clock to another time at once, and let the heart beat."""
        self.clock.move(by)
        await self.beats()

    async def beats(self) -> None:
        """Let a minute's worth of heartbeats happen, without the minute."""
        heart = self.heart(timedelta(seconds=1))
        for _time in range(2):
            await heart.beat_alone()
            await heart.beat()
            await heart.sweep()
            await self.stage.settle()

    def heart(self, every: timedelta) -> Heartbeat:
        return Heartbeat(self.house.delivery, every, every)

    async def restarts(self) -> None:
        await self.stage.close()
        await self.stage.open()


@asynccontextmanager
async def a_home(
    folder: Path, url: str, *, db: Unpluggable | None = None, seed: int = 7
) -> AsyncIterator[Home]:
    """Open a house over the database at `url`, with alex and robin in it.

    Whatever breaks in it, apart from its database, fails the test. Over the same database another
    `seed` is needed: it makes the ids.
    """
    settings = load(shipped("config") / "peerbot.toml").model_copy(
        update={"data_folder": folder, "zone": "America/Toronto"}
    )
    clock, console = MovableClock(MONDAY), connect(settings)
    db = db or Unpluggable(url)
    vault, _made = await unlock(db, settings.key_path, clock)
    stage = HouseOnStage(
        settings=settings,
        url=url,
        environ={},
        db=db,
        vault=vault,
        player=console,
        clock=clock,
        chance=Chance(seed),
        sleep=no_sleep,
        ticks=lambda: clock().timestamp(),
        polling=QUICK_POLLING,
        furnish=hears_itself_daily,
    )
    console._now = clock
    home = Home(stage, console, clock)
    await stage.open()
    try:
        await console.deeds.install("Console", "alex")
        await home.comes("alex", "admin", to=STAFF_ROOM)
        await home.comes("robin", "moderator", to=STAFF_ROOM)
        yield home
    finally:
        await stage.close()
        await db.close()
    assert home.broken == []


async def set_up(home: Home) -> None:
    """Let alex set peerbot up for Canada, with rooms watched and robin to answer alerts."""
    await home.uses("alex", "peerbot setup")
    await home.presses("alex", "Next", "Next", "Next")
    await home.chooses("alex", "Canada")
    await home.presses("alex", "Suggest the rest", "Publish")
    await home.uses("alex", "peerbot panel")
    await home.presses("alex", "Switch on", "Post the notice, switch on")


async def no_sleep(seconds: float) -> None:
    del seconds


def url_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'peerbot.sqlite'}"


def _person(who: str) -> Person:
    return Person(PLATFORM, who)


@pytest.fixture(scope="session")
def set_up_folder(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a house that was set up and closed."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(_sqlite_template, folder / "peerbot.sqlite")

    async def make() -> None:
        async with a_home(folder, url_in(folder), seed=1) as home:
            await set_up(home)

    asyncio.run(make())
    return folder


@pytest.fixture
def home_folder(set_up_folder: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(set_up_folder, tmp_path / "data"))


@pytest.fixture
async def home(home_folder: Path) -> AsyncIterator[Home]:
    """A house that is set up, on SQLite, on a Monday morning."""
    async with a_home(home_folder, url_in(home_folder)) as home:
        yield home
