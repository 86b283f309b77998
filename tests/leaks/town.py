"""A whole community: the real house over a real database, its people at the console's platform.

It is built as `peerbot console` builds it, with the log set up as `peerbot run` sets it up, and
every logger told to say everything it can.
"""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from adapters.console.adapter import Console
from adapters.console.asking import values_of
from adapters.console.deeds import Deeds
from adapters.console.inbound import Prompt
from adapters.console.world import SPACE, OpenForm, Pressable, Shown, World, pressables_of
from peerbot import logs
from peerbot.app import House
from peerbot.chat.actions import Action
from peerbot.chat.addresses import Person, Room, person_of
from peerbot.chat.events import FormSubmitted
from peerbot.chat.plain import plain_card
from peerbot.clock import Chance, MovableClock
from peerbot.community.model import Community
from peerbot.paths import shipped
from peerbot.settings import Settings, load
from peerbot.stage import HouseOnStage, Unpluggable
from peerbot.vault import AppKey, Vault, unlock

MONDAY = datetime(2026, 3, 2, 22, 15, tzinfo=UTC)
"""A quarter past five in Toronto; the weekly check-in asks at six."""
TO_THE_PROMPT = timedelta(minutes=45)
POLLING = timedelta(milliseconds=40)
"""Looking more often costs more than the little that waits in the engine's queue."""


class Forms(dict[str, OpenForm]):
    """The forms in front of people; remembers each that anybody was ever shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[tuple[str, OpenForm]] = []

    def __setitem__(self, name: str, opened: OpenForm) -> None:
        self.shown.append((name, opened))
        super().__setitem__(name, opened)


class Ear(logging.Handler):
    """Keeps what each logger said, from debug on: sentence, arguments, exception, extras."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: dict[str, set[str]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        carried = vars(record)
        more = {key: carried[key] for key in carried.keys() - _STANDING}
        shown = self.format(record) if record.exc_info else record.getMessage()
        said = f"{shown} {record.args!r} {record.exc_text} {record.stack_info} {more}"
        self.said.setdefault(record.name, set()).add(said)


_STANDING = vars(logging.makeLogRecord({})).keys() | {"message", "asctime"}


class NotingVault(Vault):
    """Remembers for which purposes something was sealed with the app key."""

    def __init__(self, key: AppKey, clock: MovableClock) -> None:
        super().__init__(key, clock)
        self.purposes: set[str] = set()

    def seal_for_app(self, data: bytes, purpose: str) -> bytes:
        self.purposes.add(purpose)
        return super().seal_for_app(data, purpose)


@dataclass
class Town:
    """One community, and what its people do; each deed returns when all it led to is done."""

    stage: HouseOnStage
    console: Console
    clock: MovableClock
    vault: NotingVault
    ear: Ear

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
    def settings(self) -> Settings:
        return self.stage.settings

    @property
    def community(self) -> Community:
        (only,) = self.house.communities.all
        return only

    @property
    def forms_shown(self) -> list[tuple[str, OpenForm]]:
        assert isinstance(self.world.forms, Forms)
        return self.world.forms.shown

    async def be(self, name: str, *roles: str, place: str | None = None) -> None:
        """Let somebody act from now on, with these roles if they come for the first time."""
        wanted = frozenset(roles) if roles else None
        await self.deeds.step_in(Prompt(name=name, roles=wanted, place=place))

    # -- what people do ----------------------------------------------------------------------

    async def say(self, words: str) -> None:
        await self.deeds.say(words)
        await self.stage.settle()

    async def edit(self, words: str) -> None:
        await self.deeds.edit(words)
        await self.stage.settle()

    async def tap(self, name: str, *values: str, ends: str = "") -> OpenForm | None:
        """Press the newest button (or choose from the newest list) called "feature.verb".

        `ends` is what its id ends with, where several are called so. Unlike a label this outlives
        a change of wording.
        """
        seen = self.world.pressable_by(self.deeds.actor)
        for thing in seen:
            if thing.action.name == name and thing.action.encoded.endswith(ends):
                return await self.press(thing, *values)
        raise AssertionError(f"{self.deeds.current} sees no button {name} {ends}")

    async def press(self, thing: Pressable, *values: str) -> OpenForm | None:
        opened = await self.deeds.press(thing, values)
        await self.stage.settle()
        return opened

    async def use(self, command: str, **options: str) -> OpenForm | None:
        opened = await self.deeds.use(command, options)
        await self.stage.settle()
        return opened

    async def forge(self, wanted: Action, *values: str) -> None:
        """Press what only a forger could: any action, with any values, on some card in the room."""
        shown = next(one for one in self.world.log if not one.is_private)
        await self.press(Pressable(shown=shown, label="", action=wanted), *values)
        self.deeds.close_form()

    async def send(self, **values: Any) -> None:
        """Send the open form with these values; it must be taken."""
        opened = self.deeds.open_form
        assert opened is not None, f"no form is open: {self.last_words}"
        again = await self.submit(opened, {**values_of(opened.form), **values})
        assert again is None, f"not taken: {again.reasons}"

    async def submit(self, opened: OpenForm, values: dict[str, Any]) -> OpenForm | None:
        """Send a form; what was not taken comes back with its reasons."""
        again = await self.deeds.submit(opened, values)
        await self.stage.settle()
        return again

    async def submit_forged(self, wanted: Action, values: dict[str, Any]) -> None:
        """Send values for a form that nobody opened."""
        event = FormSubmitted(
            actor=self.deeds.actor,
            at=self.clock(),
            space=SPACE,
            action=wanted,
            values=values,
            reply=self.world.new_reply(self.deeds.actor, self.clock(), "general", None),
            room=Room(SPACE.platform, "general"),
        )
        await self.house.switchboard.dispatch(event)
        await self.stage.settle()

    async def answer(self, name: str, audience: str, words: str) -> None:
        """Answer the check-in that is open; who was never asked agrees first."""
        await self.be(name)
        await self.use("checkin")
        if self.last.card.key == "community.consent":
            await self.tap("community.agree")
            await self.tap("checkins.now")
        await self.tap("checkins.step", ends="|2")
        await self.tap("checkins.see", audience)
        await self.tap("checkins.words")
        await self.send(words=words)
        await self.tap("checkins.done")

    async def wait(self, length: timedelta) -> None:
        await self.stage.wait(length)

    async def set_up(self) -> None:
        """Take every suggestion, switch the reading of messages on."""
        await self.be("alex", "admin", place="care-team")
        await self.use("peerbot setup")
        await self.tap("community.suggest")
        await self.tap("community.publish")
        await self.use("peerbot panel")
        await self.tap("community.switch", ends="|reading|on")
        await self.tap("community.post-notice")

    # -- what people see ---------------------------------------------------------------------

    @property
    def last(self) -> Shown:
        return self.world.log[-1]

    @property
    def last_words(self) -> str:
        return plain_card(self.last.card)

    def button_for(self, feature: str, verb: str) -> tuple[str, Pressable] | None:
        """Return somebody who was shown this button, and the newest one; None if nobody was."""
        for shown in reversed(self.world.log):
            for thing in pressables_of(shown):
                if (thing.action.feature, thing.action.verb) == (feature, verb):
                    person = person_of(shown.to)
                    return (person.id if person else "alex"), thing
        return None

    def private_cards_of(self, name: str) -> list[Shown]:
        person = Person(SPACE.platform, name)
        return [shown for shown in self.world.log if person_of(shown.to) == person]


@asynccontextmanager
async def a_town(
    url: str,
    folder: Path,
    *,
    name: str = "Console",
    furnish: Callable[[House], object] | None = None,
) -> AsyncIterator[Town]:
    """Yield a town over the migrated database at `url`, its files in `folder`.

    `furnish` may add to the house before it opens.
    """
    embedded = make_url(url).get_backend_name() == "sqlite"
    settings = load(shipped("config") / "peerbot.toml").model_copy(
        update={
            "data_folder": folder,
            "zone": "America/Toronto",
            "database_url": "" if embedded else url,
        }
    )
    clock = MovableClock(MONDAY)
    with listening() as ear:
        db = Unpluggable(url)
        try:
            await unlock(db, settings.key_path, clock)
            vault = NotingVault(AppKey.load(settings.key_path), clock)
            console = Console(clock)
            console.world.forms = Forms()
            stage = HouseOnStage(
                settings=settings,
                url=url,
                environ={},
                db=db,
                vault=vault,
                player=console,
                clock=clock,
                chance=Chance(1),
                sleep=_at_once,
                ticks=lambda: clock().timestamp(),
                polling=POLLING,
                furnish=furnish,
            )
            await stage.open()
            try:
                town = Town(stage, console, clock, vault, ear)
                await town.deeds.install(name, "alex")
                await town.set_up()
                yield town
            finally:
                await stage.close()
        finally:
            await db.close()


@contextmanager
def listening() -> Iterator[Ear]:
    """Yield an ear at every logger there is, each of them told to say everything."""
    ear = Ear()
    for late in ("adapters", "aiosqlite", "dbos", "psycopg", "sqlalchemy.engine.Engine"):
        logging.getLogger(late)
    known = logging.Logger.manager.loggerDict.values()
    loggers = {logging.getLogger(), *(one for one in known if isinstance(one, logging.Logger))}
    before = {one: (one.level, one.disabled) for one in loggers}
    factory = logging.getLogRecordFactory()
    logs.set_up("debug")
    heads = [one for one in loggers if one.parent is None or not one.propagate]
    # Whoever else listens (pytest) would format a hundred thousand lines of debugging.
    others = {handler: handler.level for one in heads for handler in one.handlers}
    for handler in others:
        handler.setLevel(logging.CRITICAL + 1)
    for one in loggers:
        one.setLevel(logging.DEBUG)
        one.disabled = False
    for one in heads:
        one.addHandler(ear)
    try:
        yield ear
    finally:
        logging.setLogRecordFactory(factory)
        for one in heads:
            one.removeHandler(ear)
        for handler, usual in others.items():
            handler.setLevel(usual)
        for one, (level, disabled) in before.items():
            one.setLevel(level)
            one.disabled = disabled


async def _at_once(seconds: float) -> None:
    del seconds
