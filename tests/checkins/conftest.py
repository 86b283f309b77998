"""A community with check-ins behind the real router and door, over a real database."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from peerbot.chat.actions import action
from peerbot.chat.adapters import RoleFact, RoomFact, SpaceFacts
from peerbot.chat.addresses import Actor, Room, Space
from peerbot.chat.cards import Button, Card, Row
from peerbot.chat.forms import Form, Values
from peerbot.chat.gateway import Undeliverable
from peerbot.chat.plain import plain_card
from peerbot.chat.router import Failure, Router
from peerbot.checkins.model import Checkin, State
from peerbot.checkins.routes import add_routes, add_work
from peerbot.checkins.service import CheckinService
from peerbot.checkins.templates import draft_from
from peerbot.clock import Chance, MovableClock
from peerbot.community.door import Door
from peerbot.community.model import Member, Purpose, Settings
from peerbot.community.service import CommunityService
from peerbot.db import Database
from peerbot.delivery.beats import Beat
from peerbot.delivery.model import NewSend, Send, Status
from peerbot.testing import (
    ANA,
    NOW,
    ROBIN,
    SAM,
    RecordingGateway,
    SilentScreen,
    a_command,
    a_message,
    a_person,
    a_press,
    a_submission,
    an_actor,
)
from peerbot.vault import AppKey, Vault

LOUNGE = Room("test", "lounge", "home")
MODERATOR = an_actor(ROBIN, "mods")
STAFF = an_actor(ANA, "staff")
MONDAY_AT_SIX = NOW.replace(hour=18)
PUBLISHED = Settings(
    checkin_room=LOUNGE,
    moderator_roles=frozenset({"mods"}),
    staff_roles=frozenset({"staff"}),
    checkin_rhythm="weekly",
)


class NothingKept:
    def keep(self, document: str) -> None:
        del document

    def read(self) -> str | None:
        return None


@dataclass
class Places(RecordingGateway):
    rooms: tuple[Room, ...] = (LOUNGE, Room("test", "garden", "home"))

    async def facts(self, space: Space) -> SpaceFacts:
        del space
        rooms = tuple(RoomFact(room=room, name=room.id, everyone=True) for room in self.rooms)
        return SpaceFacts(name="Home", rooms=rooms, roles=(RoleFact(id="mods", name="Mods"),))


class DeliveryAtOnce:
    """Delivery's verbs over memory: `settle` does and sends what is planned, each thing once."""

    def __init__(self, gateway: RecordingGateway) -> None:
        self.gateway = gateway
        self.sends: dict[tuple[str, str, Any], Send] = {}
        self.planned_work: list[tuple[str, str]] = []
        self.composers: dict[str, Any] = {}
        self.told: dict[str, Any] = {}
        self.workers: dict[str, Any] = {}
        self.beats: tuple[Beat, ...] = ()

    def composes(self, kind: str, compose: Any, *, arrived: Any = None, **_rules: Any) -> None:
        self.composers[kind] = compose
        if arrived is not None:
            self.told[kind] = arrived

    def does(self, kind: str, work: Any) -> None:
        self.workers[kind] = work

    def add_beat(self, beat: Beat) -> None:
        self.beats = (*self.beats, beat)

    async def plan_sends(self, session: object, sends: Sequence[NewSend]) -> int:
        del session
        before = len(self.sends)
        for one in sends:
            new = Send(
                id=f"s{len(self.sends)}", kind=one.kind, subject=one.subject, to=one.to,
                nonce="n", status=Status.PENDING, attempts=0, why="", ref=None,
            )  # fmt: skip
            self.sends.setdefault((one.kind, one.subject, one.to), new)
        return len(self.sends) - before

    async def plan_work(self, session: object, kind: str, subject: str) -> None:
        del session
        if (kind, subject) not in self.planned_work:
            self.planned_work.append((kind, subject))

    async def go(self) -> None:
        return

    async def sends_about(self, kind: str, subject: str) -> tuple[Send, ...]:
        about = (kind, subject)
        return tuple(one for key, one in self.sends.items() if key[:2] == about)

    async def settle(self) -> None:
        for kind, subject in list(self.planned_work):
            await self.workers[kind](subject)
        for key, send in list(self.sends.items()):
            if send.status is not Status.PENDING:
                continue
            card = await self.composers[send.kind](send)
            ended = replace(send, status=Status.DROPPED)
            if card is not None:
                try:
                    ref = (await self.gateway.send(send.to, card)).ref
                    ended = replace(send, ref=ref, status=Status.SENT)
                except Undeliverable as error:
                    ended = replace(send, status=Status.UNREACHABLE, why=error.why.value)
            self.sends[key] = ended
            if send.kind in self.told:
                await self.told[send.kind](ended)


class SomeOffers:
    async def tips_for(self, community_id: str, language: str, kind: str) -> tuple[Row, ...]:
        return (Row(f"A tip on {kind}: In {language}", _show("tips")),)

    async def resources_for(self, community_id: str, language: str, kind: str) -> tuple[Row, ...]:
        return (Row(f"A place for {kind}: Open", _show("resources")),)


def _show(feature: str) -> Button:
    return Button(action(feature, "show", "1"), "Show me")


@dataclass
class Town:
    """Everything a test looks at; `press` and its like return what was answered in private."""

    db: Database
    clock: MovableClock
    communities: CommunityService
    checkins: CheckinService
    router: Router
    places: Places
    delivery: DeliveryAtOnce
    screen: SilentScreen
    vault: Vault
    community_id: str = ""
    failures: list[Failure] = field(default_factory=list)

    # -- people ------------------------------------------------------------------------------

    async def member(self, name: str) -> Member:
        """Return somebody who agreed to check-ins."""
        member = await self.communities.member(a_person(name), self.community_id)
        await self.communities.agree(member, Purpose.CHECKINS, old_enough=True)
        return member

    async def press(
        self, verb: str, *args: object, by: Actor | None = None, values: tuple[str, ...] = ()
    ) -> Card:
        pressed = a_press(action("checkins", verb, *args), by=by or SAM, values=values)
        await self.router.dispatch(pressed)
        return self.places.sent[-1].card

    async def command(self, name: str, by: Actor | None = None) -> Card:
        await self.router.dispatch(a_command(name, by=by or SAM))
        return self.places.sent[-1].card

    async def form(self, verb: str, *args: object, by: Actor | None = None) -> Form | Card:
        return await self.router.open_form(a_press(action("checkins", verb, *args), by=by or SAM))

    async def submit(
        self, verb: str, *args: object, by: Actor | None = None, **values: Any
    ) -> dict[str, Any]:
        filled: Values = values
        event = a_submission(action("checkins", verb, *args), filled, by=by or SAM)
        return {key: str(words) for key, words in (await self.router.dispatch(event)).items()}

    # -- time --------------------------------------------------------------------------------

    async def at(self, moment: datetime) -> None:
        """Move the clock there at once and run every beat."""
        self.clock.move_to(moment)
        for beat in self.delivery.beats:
            await beat.run()
        await self.delivery.settle()

    async def after(self, length: timedelta) -> None:
        await self.at(self.clock() + length)

    # -- check-ins ---------------------------------------------------------------------------

    async def a_checkin(self, **changes: Any) -> Checkin:
        """Return a live weekly check-in: Mondays at 18:00 UTC, open for three days."""
        made = await self.checkins.plans.make(self.community_id, "weekly", MODERATOR)
        live = await self.checkins.plans.publish(self.community_id, made.id, MODERATOR)
        if not changes:
            return live
        changed = replace(live, **changes)
        return await self.checkins.plans.move(changed, MODERATOR, changed.recurrence)

    async def an_open_round(self) -> str:
        """Return the id of a weekly round that has just opened."""
        await self.a_checkin()
        await self.at(MONDAY_AT_SIX)
        return self.round_id

    @property
    def round_id(self) -> str:
        """The round that was asked last."""
        return [one for one in self.delivery.sends.values() if one.kind == "checkins.prompt"][
            -1
        ].subject

    async def answers(self, round_id: str, *steps: int) -> list[Member]:
        """Let one new person answer for each step."""
        people = [await self.member(f"p{number}") for number in range(len(steps))]
        for person, step in zip(people, steps, strict=True):
            await self.checkins.answers.choose_step(person, round_id, step)
        return people

    def in_the_room(self) -> list[str]:
        return self.places.texts_to(LOUNGE)

    def keys_in_the_room(self) -> list[str]:
        return self.places.keys_to(LOUNGE)


def said(card: Card) -> str:
    return plain_card(card)


@pytest.fixture
async def town(sqlite_database: Database) -> AsyncIterator[Town]:
    made = await a_town(sqlite_database)
    yield made
    assert made.failures == []


async def a_town(db: Database) -> Town:
    clock = MovableClock(NOW)
    communities = CommunityService(db, clock, Chance(3), PUBLISHED, NothingKept())
    await communities.start()
    places = Places()
    delivery = DeliveryAtOnce(places)
    vault = Vault(AppKey((b"k" * 32,)), clock)
    screen = SilentScreen()
    failures: list[Failure] = []
    router = Router(places, screen, Door(communities), failures.append)
    checkins = CheckinService(
        db,
        vault,
        clock,
        Chance(7),
        communities,
        delivery,
        places,
        SomeOffers(),  # type: ignore[arg-type]
    )
    add_routes(router, checkins)
    add_work(delivery, checkins)  # type: ignore[arg-type]
    town = Town(
        db, clock, communities, checkins, router, places, delivery, screen, vault, failures=failures
    )
    home = await communities.of(a_message("hello", author=SAM))
    assert home is not None
    town.community_id = home.id
    await town.member("sam")
    return town


def a_draft(**changes: Any) -> Checkin:
    """Return a draft of the weekly check-in that belongs to nobody's database."""
    zone = changes.pop("zone", PUBLISHED.zone_info)
    now = changes.pop("now", NOW)
    return replace(draft_from("weekly", "c1", "home", zone, LOUNGE, None, now), **changes)


def a_live(**changes: Any) -> Checkin:
    now = changes.get("now", NOW)
    return replace(a_draft(**changes), state=State.LIVE).replanned(now)
