"""What people write is nowhere in clear but where they wrote it for; and the search can find it.

A secret sentence goes into every input of a whole community that plays on the real house. Then all
that was written down, logged, raised, indexed, backed up, exported or shown is unpacked and looked
through. The planted leaks at the end show that each kind of place is really looked at.
"""

import asyncio
import base64
import json
import logging
import pickle
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.console.asking import values_of
from adapters.console.world import SPACE, OpenForm, Pressable, pressables_of
from peerbot.app import House
from peerbot.backup import backup, restore
from peerbot.chat.actions import Action, action
from peerbot.chat.addresses import Actor, NewInbox, Person, Reply, Room, person_of
from peerbot.chat.cards import Attachment, Button, Card, Text, buttons, card
from peerbot.chat.commands import Parameter
from peerbot.chat.events import CommandUsed, FormSubmitted, MessagePosted
from peerbot.chat.forms import ChannelPick, Choice, Field, Form, MultiChoice, Surface, TextIn
from peerbot.chat.stage import Trouble
from peerbot.resources.search import DirectoryIndex
from peerbot.tables import Base
from peerbot.tips.search import TipIndex
from peerbot.vault import Vault
from tests.conftest import PostgresServer
from tests.leaks import (
    Ear,
    Exception_,
    Found,
    Ledger,
    Secret,
    in_backup,
    listening,
    search,
    under_the_key,
    unexplained,
)
from tests.town import READY, TO_THE_PROMPT, Town, a_town, copied, migrated

# -- what may be where -------------------------------------------------------------------------

# At level "debug" the drivers log the statements that they run, and what runs is stored.
_STORED = ("file peerbot.sqlite*", "backup *", "log aiosqlite", "log sqlalchemy.engine.*")
_DIRECTORY = tuple(
    f"table *.{column}"
    for column in (
        *("service.*", "organization.*", "phone.*", "location.*", "cost_option.*"),
        *("language.*", "schedule.*"),
    )
)

EXCEPTIONS = (
    Exception_(
        inputs="name of the community",
        places=("table *.community.name", "card * for *", "card * in #*", "export for *", *_STORED),
        because="the space's public name; everybody in it reads it on top of their screen",
    ),
    *(
        Exception_(
            inputs=f"form resources.{section} *",
            places=(*_DIRECTORY, "index resources", "card resources.*", "form *", *_STORED),
            because="staff describe a service for the directory, which everybody may read",
        )
        for section in ("add", "words", "contact", "hours", "who", "place")
    ),
    *(
        Exception_(
            inputs=f"form checkins.edit-words {key}",
            places=(
                *("table *.checkin.*", "table *.checkin_round.*", "export for *"),
                *("card checkins.* in #*", "card checkins.* for *", "form checkins.* for *"),
                *_STORED,
            ),
            because="a moderator writes a check-in's name and question for the whole room",
        )
        for key in ("name", "question")
    ),
    Exception_(
        inputs="check-in words *",
        places=("opened checkin_answer.sealed",),
        because="kept for their writer, under a key of the writer's own",
    ),
    Exception_(
        inputs="check-in words by name",
        places=("card checkins.shared in #check-ins",),
        because="the writer chose the channel, with their name",
    ),
    Exception_(
        inputs="check-in words without a name",
        places=("card checkins.voices in #check-ins",),
        because="the writer chose the channel, without their name",
    ),
    Exception_(
        inputs="check-in words for staff",
        places=("card checkins.for-staff for alex", "card checkins.for-staff for dana"),
        because="the writer chose counselling staff; alex owns the space, dana is staff",
    ),
)
"""Whatever else is found is a leak."""


# -- the story ---------------------------------------------------------------------------------

MEMBERS = ("sam", "kim", "lee", "mia", "noa", "tom")
AUDIENCES = {
    "sam": ("me", "for oneself"),
    "kim": ("staff", "for staff"),
    "lee": ("by-name", "by name"),
    "mia": ("anonymous", "without a name"),
    "noa": ("anonymous", "without a name"),
    "tom": ("anonymous", "without a name"),
}
PANELS = {
    "alex": (
        *("peerbot setup", "peerbot panel", "peerbot checkins", "peerbot tips"),
        *("peerbot resources", "peerbot alerts", "checkin", "resources", "tip", "privacy"),
    )
}
NEVER_FORGED = {("privacy", "erase")}
"""Forgotten people cannot be looked for in what they exported; a test of its own presses it."""


@dataclass
class Story:
    """A few weeks of a community in which every word that anybody writes is a secret."""

    town: Town
    ledger: Ledger

    async def play(self) -> None:
        """Use everything that takes words, in fair weather and in foul."""
        await self.people_come()
        await self.people_write()
        await self.check_in(danger=False)
        await self.commands()
        await self.forged_presses()
        await self.storage_is_away()
        await self.storage_cannot_be_written()
        await self.check_in(danger=True)
        await self.forms()
        await self.town.wait(timedelta(days=8))

    async def people_come(self) -> None:
        """Let everybody join with a secret for a name."""
        for who in (*MEMBERS, "robin", "dana", "ada", "zed"):
            self.town.world.people[who] = Actor(
                person=Person("console", who), name=self.ledger.words("name", who)
            )
            self.town.world.left.add(who)
        await self.town.be("robin", "moderator")
        await self.town.be("dana", "staff")
        for who in (*MEMBERS, "zed"):
            await self.town.be(who)
        # Zed never answers, and wants to be reminded.
        await self.town.use("checkin")
        await self.town.tap("community.agree")
        await self.town.tap("checkins.now")
        await self.town.tap("checkins.remind-on")

    async def people_write(self) -> None:
        for danger in (False, True):
            kind = "dangerous " if danger else ""
            for who, place in (("sam", "#general"), ("kim", "@dm"), ("lee", "#general")):
                where = "direct message" if place == "@dm" else "message in a room"
                said = self.ledger.words(f"{kind}{where}", who, danger=danger)
                edited = self.ledger.words(f"{kind}{where}, edited", who, danger=danger)
                await self.town.play(f"{who} {place}> {said}\n{who}> :edit {edited}")
            await self.town.play("kim #general> :flag lee\nlee> :delete\nkim> :home")
        await self.town.be("robin")
        await self.town.tap("crisis.claim")
        await self.town.use("peerbot alerts")
        await self.town.be("sam")
        await self.town.tap("crisis.misread")

    async def check_in(self, *, danger: bool) -> None:
        """Let a round open, everybody answer it to every kind of reader, and it close."""
        await self.town.wait(timedelta(days=4) if danger else TO_THE_PROMPT)
        kind = "dangerous check-in" if danger else "check-in"
        for who, (audience, named) in AUDIENCES.items():
            words = self.ledger.words(f"{kind} words {named}", who, danger=danger)
            await self.town.answer(who, 2, audience, words)
        await self.staff_look()
        await self.town.wait(timedelta(days=3))

    async def staff_look(self) -> None:
        for who in ("dana", "alex"):
            await self.town.be(who)
            await self.town.use("peerbot checkins")
            await self.town.tap("checkins.open")
            await self.town.tap("checkins.answers")

    async def commands(self) -> None:
        """Type a secret behind every command, wherever something can be typed."""
        for declared in self.town.house.router.commands:
            for who in ("alex", "sam"):
                await self.town.be(who)
                for one in (*declared.parameters, _undeclared):
                    said = self.ledger.words(f"command {declared.name} {one.name}", who)
                    await self.town.use(declared.name, **{one.name: said})
                    self.town.deeds.close_form()
        # A platform that tells us commands which we never declared; busy, so that it goes wrong.
        await self.town.be("sam")
        said = self.ledger.words("command that is none", "sam")
        self.town.world.busy_sends = 1
        await self.town.use(said)

    async def forged_presses(self) -> None:
        """Press everything there is with a secret for an id, and with secrets chosen."""
        await self.town.be("ada", "admin")
        for who in ("ada", "zed"):
            await self.town.be(who)
            for feature, verb in sorted(self.town.house.router.buttons - NEVER_FORGED):
                named = f"{feature}.{verb}"
                secret = self.ledger.secret(f"forged id {named}", who)
                chosen = self.ledger.words(f"forged choice {named}", who)
                await self.town.forge(action(feature, verb, secret.needle), chosen)
                self.town.deeds.close_form()
                for number in ("1",):
                    await self.town.forge(action(feature, verb, number, secret.needle), chosen)
                    self.town.deeds.close_form()
            secret = self.ledger.secret("forged name of a button", who)
            for wanted in (Action(secret.needle, "now"), Action("crisis", secret.needle)):
                self.town.world.busy_sends = 1
                await self.town.forge(wanted)
                await self.submitted(wanted, who, {"words": self.ledger.words("no form", who)})
        self.town.world.busy_sends = 0
        # A forger with an administrator's rights put old settings back, from before the notice.
        await self.town.be("alex")
        await self.town.forge(action("community", "post-notice"))

    async def storage_is_away(self) -> None:
        await self.town.stage.make(Trouble.DATABASE_AWAY)
        for who in ("noa", "tom"):
            await self.town.be(who)
            said = self.ledger.words("dangerous message while storage is away", who, danger=True)
            await self.town.say(said)
            await self.every_form_there_was(who)
        assert len(self.town.house.spool) == 2

    async def storage_cannot_be_written(self) -> None:
        """Let statements fail that carry what was written."""
        await self.town.stage.make(Trouble.DATABASE_BACK)
        await _write_protect(self.town, on=True)
        await self.every_form_there_was("alex")
        await self.town.beat()
        await _write_protect(self.town, on=False)
        await self.town.beat()

    async def every_form_there_was(self, who: str) -> None:
        """Send every kind of form that anybody has been shown, each field a secret."""
        await self.town.be(who)
        forms = {opened.action.name: opened for _who, opened in self.town.world.forms.shown}  # type: ignore[attr-defined]
        for named, opened in forms.items():
            values = {
                one.key: self.ledger.words(f"form {named} {one.key}, not stored", who)
                if isinstance(one, TextIn)
                else _valid(one)
                for one in opened.form.fields
            }
            await self.submitted(opened.action, who, values)

    async def submitted(self, wanted: Action, who: str, values: dict[str, Any]) -> None:
        """Send values for a form, whether anybody opened it or not."""
        event = FormSubmitted(
            actor=self.town.world.actor(Person("console", who)),
            at=self.town.clock(),
            space=SPACE,
            action=wanted,
            values=values,
            reply=self.town.deeds._reply(None),
            room=Room("console", "general"),
        )
        await self.town.house.switchboard.dispatch(event)
        await self.town.stage.settle()

    # -- every form --------------------------------------------------------------------------

    async def forms(self) -> None:
        """Fill every field of words in every form that any feature has declared."""
        await self.buttons_are_shown()
        unseen = []
        for feature, verb in sorted(self.town.house.router._forms):
            found = self._button_of(feature, verb)
            if found is None:
                unseen.append(f"{feature}.{verb}")
                continue
            who, thing = found
            await self.town.be(who)
            opened = await self._opened(thing)
            for one in opened.form.fields:
                if isinstance(one, TextIn):
                    await self._fill(thing, who, one.key, alone=True)
            await self._fill(thing, who, "", alone=False)
        assert not unseen, f"let `buttons_are_shown` lead to a card with a button for {unseen}"

    async def buttons_are_shown(self) -> None:
        """Let alex, who may do everything, come by every card that opens a form."""
        town = self.town
        await town.be("alex")
        await town.use("peerbot checkins")
        await town.tap("checkins.open")
        await town.use("peerbot tips")
        await town.use("peerbot resources")
        await town.tap("resources.staff-show")
        await town.use("peerbot panel")
        await town.tap("community.settings")
        for step, at in (("0", "alex"), ("3", "alex")):
            await town.be(at)
            await town.use("peerbot panel")
            await town.forge(action("community", "setup", step))
        await town.use("tip")
        await town.use("resources")
        await town.wait(timedelta(days=4))
        await town.answer("alex", 3)
        await town.tap("checkins.remind-on")
        await town.use("checkin")

    def _button_of(self, feature: str, verb: str) -> tuple[str, Pressable] | None:
        """Return the newest button that opens a form, and somebody who sees it."""
        for shown in reversed(self.town.world.log):
            for thing in pressables_of(shown):
                if (thing.action.feature, thing.action.verb) == (feature, verb):
                    person = person_of(shown.to)
                    return (person.id if person else "alex"), thing
        return None

    async def _opened(self, thing: Pressable) -> OpenForm:
        opened = await self.town.deeds.press(thing)
        assert opened is not None, f"{thing.action.name}: {self.town.last_words()}"
        return opened

    async def _fill(self, thing: Pressable, who: str, key: str, *, alone: bool) -> None:
        """Send a form with a secret in one field and the rest in order, or secrets in all."""
        opened = await self._opened(thing)
        values: dict[str, Any] = values_of(opened.form)
        for one in opened.form.fields:
            if isinstance(one, TextIn) and (one.key == key or not alone):
                secret = self.ledger.secret(f"form {thing.action.name} {one.key}", who)
                values[one.key] = secret.words if one.most >= len(secret.words) else secret.needle
            elif not values[one.key]:
                values[one.key] = _valid(one)
        await self.town.submit(opened, values)
        self.town.deeds.close_form()


_undeclared = Parameter(name="undeclared", summary="")  # type: ignore[arg-type]


def _valid(one: Field) -> object:
    """Return a value that a field takes."""
    match one:
        case TextIn():
            return "word" if one.required else ""
        case Choice():
            return one.options[0].value
        case MultiChoice():
            return (one.options[0].value,)
        case ChannelPick():
            return "check-ins"
        case _:
            return False


async def _write_protect(town: Town, *, on: bool) -> None:
    """Let reading work and every change of the database fail, in the database itself."""
    db = town.stage.db
    if db.is_sqlite:
        async with db.begin() as session:
            for table in Base.metadata.tables:
                for deed in ("INSERT", "UPDATE"):
                    named = f"protect_{table}_{deed}"
                    fails = "BEGIN SELECT RAISE(ABORT, 'protected'); END"
                    made = f"CREATE TRIGGER {named} BEFORE {deed} ON {table} {fails}"
                    await session.execute(text(made if on else f"DROP TRIGGER {named}"))
        return
    name = make_url(town.stage.url).database
    async with db._writing.connect() as connection:
        raw = await connection.execution_options(isolation_level="AUTOCOMMIT")
        state = "on" if on else "off"
        await raw.execute(text("SET default_transaction_read_only = off"))
        await raw.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = {state}"))
    await db.close()


# -- the tests ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrated(tmp_path_factory.mktemp("migrated"))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return copied(template, tmp_path / "data")
    found: str = request.getfixturevalue("postgres_url")
    return found


async def test_what_people_write_is_nowhere_that_they_did_not_write_it_for(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = Ledger()
    name = ledger.words("name of the community", "alex")
    with listening() as ear:
        async with a_town(url, tmp_path / "data", name=name) as town:
            await Story(town, ledger).play()
            found = await search(town, ledger, ear, tmp_path)
            found += [Found(one, "printed") for one in ledger.within(capsys.readouterr())]
            assert town.failures, "something broke, so that errors were looked at"
    assert unexplained(found, EXCEPTIONS) == []
    # Else we would have looked in the wrong places: what may be found was found.
    unused = [one for one in EXCEPTIONS if not any(one.covers(each) for each in found)]
    assert unused == []
