"""A whole community in a test: the real house over a real database, people at the console's world.

`a_town` is built as `peerbot console` builds it; what people do are the console's deeds, written as
a flow script (`docs/flow-scripts.md`) or one by one.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url

from adapters.console.adapter import Console
from adapters.console.asking import values_of
from adapters.console.deeds import Deeds
from adapters.console.inbound import Prompt
from adapters.console.script import ScriptPlay
from adapters.console.steps import parse
from adapters.console.world import OpenForm, Pressable, Shown, World, is_labelled, pressables_of
from peerbot import migrate
from peerbot.app import House
from peerbot.chat.actions import Action
from peerbot.chat.addresses import Person, person_of
from peerbot.chat.forms import Values
from peerbot.chat.plain import plain_card
from peerbot.chat.router import Failure
from peerbot.clock import Chance, MovableClock
from peerbot.community.model import Community
from peerbot.paths import shipped
from peerbot.settings import Settings, load
from peerbot.stage import QUICK_POLLING, HouseOnStage, Unpluggable
from peerbot.vault import AppKey, Vault, unlock

MONDAY = datetime(2026, 3, 2, 14, tzinfo=UTC)
"""Nine in the morning in Toronto; the weekly check-in asks at six."""
TO_THE_PROMPT = timedelta(hours=9)

READY = """
alex (admin) #care-team> /peerbot setup
alex> press "Suggest the rest"
alex> press "Publish"
alex> /peerbot panel
alex> press "Switch on"
alex> press "Post the notice, switch on"
"""
"""Set up with suggestions; messages are looked at, and a check-in asks every Monday."""


class Forms(dict[str, OpenForm]):
    """The forms in front of people; remembers each that anybody was ever shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[tuple[str, OpenForm]] = []

    def __setitem__(self, name: str, opened: OpenForm) -> None:
        self.shown.append((name, opened))
        super().__setitem__(name, opened)


@dataclass
class Town:
    """One community on one stage."""

    stage: HouseOnStage
    console: Console
    clock: MovableClock
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._play = ScriptPlay(self.console, self.stage, self.said.append, as_json=False)

    # -- who is who --------------------------------------------------------------------------

    @property
    def house(self) -> House:
        assert self.stage.house is not None, "the town is open"
        return self.stage.house

    @property
    def world(self) -> World:
        return self.console.world

    @property
    def deeds(self) -> Deeds:
        return self.console.deeds

    @property
    def failures(self) -> list[Failure]:
        return self.stage.failures

    @property
    def settings(self) -> Settings:
        return self.stage.settings

    @property
    def community(self) -> Community:
        (only,) = self.house.communities.all
        return only

    # -- what people do ----------------------------------------------------------------------

    async def play(self, script: str) -> None:
        """Play a flow script; a step that is not as it should be raises `ScriptProblem`."""
        self._play._failures = len(self.failures)
        await self._play._play(parse(script))

    async def be(self, name: str, *roles: str) -> None:
        """Let somebody act from now on."""
        await self.deeds.step_in(Prompt(name=name, roles=frozenset(roles) if roles else None))

    async def say(self, words: str) -> None:
        await self.deeds.say(words)
        await self.stage.settle()

    async def press(self, label: str) -> OpenForm | None:
        """Press the newest button of this label that the person can see."""
        things = self.world.pressable_by(self.deeds.actor)
        opened = await self.deeds.press(next(one for one in things if is_labelled(one, label)))
        await self.stage.settle()
        return opened

    async def tap(self, name: str, *values: str, ends: str = "") -> OpenForm | None:
        """Press the newest button (or choose from the newest list) called "feature.verb".

        `ends` is what its id ends with, where several are called so. Unlike a label this outlives
        a change of wording.
        """
        seen = (one for one in self.world.pressable_by(self.deeds.actor) if _is(one, name, ends))
        thing = next(seen, None)
        assert thing is not None, f"{self.deeds.current} sees no button {name} {ends}"
        opened = await self.deeds.press(thing, values)
        await self.stage.settle()
        return opened

    async def use(self, command: str, **options: str) -> OpenForm | None:
        opened = await self.deeds.use(command, options)
        await self.stage.settle()
        return opened

    async def forge(self, wanted: Action, *values: str) -> OpenForm | None:
        """Press what only a forger could: any action, with any values, on some card in the room."""
        card = next(one for one in self.world.log if not one.is_private)
        forged = Pressable(shown=card, label="", action=wanted)
        opened = await self.deeds.press(forged, values)
        await self.stage.settle()
        return opened

    async def send(self, **values: str | tuple[str, ...] | bool) -> OpenForm | None:
        """Send the open form with these values; what was not taken comes back with its reasons."""
        opened = self.deeds.open_form
        assert opened is not None, f"no form is open: {self.last_words()}"
        return await self.submit(opened, {**values_of(opened.form), **values})

    async def submit(self, opened: OpenForm, values: Values) -> OpenForm | None:
        again = await self.deeds.submit(opened, values)
        await self.stage.settle()
        return again

    async def answer(self, name: str, step: int, audience: str = "", words: str = "") -> None:
        """Answer the check-in that is open; who was never asked agrees first."""
        await self.be(name)
        await self.use("checkin")
        if self.last.card.key == "community.consent":
            await self.tap("community.agree")
            await self.tap("checkins.now")
        await self.tap("checkins.step", ends=f"|{step}")
        if audience:
            await self.tap("checkins.see", audience)
        if words:
            await self.tap("checkins.words")
            await self.send(words=words)
        await self.tap("checkins.done")

    # -- what people see ---------------------------------------------------------------------

    def seen(self, name: str, since: int = 0) -> list[Shown]:
        """Return what somebody saw from delivery number `since` on."""
        actor = self.world.actor(Person("console", name))
        return [one for one in self.world.log[since:] if self.world.sees(actor, one)]

    def private_to(self, name: str, since: int = 0) -> list[Shown]:
        me = Person("console", name)
        return [one for one in self.world.log[since:] if person_of(one.to) == me]

    def in_room(self, room: str, since: int = 0) -> list[Shown]:
        here = self.world.log[since:]
        return [one for one in here if not one.is_private and one.ref.room == room]

    @property
    def last(self) -> Shown:
        return self.world.log[-1]

    @property
    def so_far(self) -> int:
        """How many deliveries there were."""
        return len(self.world.log)

    def last_words(self) -> str:
        return plain_card(self.last.card)

    def card_with(self, verb: str) -> Shown:
        """Return the newest card with a button of this verb."""
        for shown in reversed(self.world.log):
            if any(one.action.verb == verb for one in pressables_of(shown)):
                return shown
        raise AssertionError(f"nobody was ever shown a button {verb}")

    # -- what happens to everybody -----------------------------------------------------------

    async def wait(self, length: timedelta) -> None:
        await self.stage.wait(length)

    async def beat(self) -> None:
        """Let the house look at its clock once, as it does every few seconds."""
        await self.house.delivery.beat()
        await self.house.delivery.settle()


@asynccontextmanager
async def a_town(
    url: str,
    folder: Path,
    *,
    name: str = "Console",
    script: str = READY,
    vault_of: Callable[[AppKey, MovableClock], Vault] = Vault,
    furnish: Callable[[House], object] | None = None,
) -> AsyncIterator[Town]:
    """Yield a town over the migrated database at `url`, its files in `folder`.

    `script` is played first. `vault_of` and `furnish` are for what a test wants otherwise.
    """
    settings = load(shipped("config") / "peerbot.toml").model_copy(
        update={
            "data_folder": folder,
            "zone": "America/Toronto",
            "database_url": "" if make_url(url).get_backend_name() == "sqlite" else url,
        }
    )
    clock = MovableClock(MONDAY)
    db = Unpluggable(url)
    try:
        await unlock(db, settings.key_path, clock)
        console = Console()
        stage = HouseOnStage(
            settings=settings,
            url=url,
            environ={},
            db=db,
            vault=vault_of(AppKey.load(settings.key_path), clock),
            player=console,
            clock=clock,
            chance=Chance(1),
            sleep=_at_once,
            polling=QUICK_POLLING,
            furnish=furnish,
        )
        console.world.forms = Forms()
        console._now = stage.now
        await stage.open()
        try:
            town = Town(stage, console, clock)
            await town.deeds.install(name, "alex")
            await town.play(script)
            yield town
        finally:
            await stage.close()
    finally:
        await db.close()


def migrated(folder: Path) -> Path:
    """Return a new SQLite file in `folder` with every table, made by the migrations."""
    file = folder / "peerbot.sqlite"
    asyncio.run(migrate.upgrade(f"sqlite:///{file}"))
    return file


def copied(template: Path, folder: Path) -> str:
    """Return the URL of a copy of `template`, where the embedded database of `folder` lies."""
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{shutil.copy(template, folder / 'peerbot.sqlite')}"


def _is(thing: Pressable, name: str, ends: str) -> bool:
    return thing.action.name == name and thing.action.encoded.endswith(ends)


async def _at_once(seconds: float) -> None:
    del seconds
