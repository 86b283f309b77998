"""A community behind the real router and door, over a real database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from peerbot.chat.actions import action
from peerbot.chat.adapters import Capabilities, RoleFact, RoomFact, SpaceFacts
from peerbot.chat.addresses import Actor, Address, Room, Space
from peerbot.chat.cards import Card, Text, card
from peerbot.chat.commands import Command, Role
from peerbot.chat.gateway import Delivered, DeliveryError
from peerbot.chat.plain import plain_card
from peerbot.chat.router import Failure, Router
from peerbot.chat.text import Words
from peerbot.chat.word_filter import Watching, WatchWords
from peerbot.clock import Chance, MovableClock
from peerbot.community import about_team, consent_routes, joining, setup_routes, word_filter_routes
from peerbot.community.about_team import AboutTeamRoutes
from peerbot.community.consent_routes import ConsentRoutes
from peerbot.community.countries import Countries
from peerbot.community.door import Door
from peerbot.community.joining import Joining
from peerbot.community.model import Community, Settings
from peerbot.community.notice import Notice
from peerbot.community.readiness import Preflight
from peerbot.community.routes import CommunityRoutes, add_routes
from peerbot.community.service import CommunityService
from peerbot.community.setup_routes import SetupRoutes
from peerbot.community.word_filter import WatchedWords
from peerbot.community.word_filter_routes import WordFilterRoutes
from peerbot.db import Database
from peerbot.i18n import _
from peerbot.testing import (
    ALEX,
    ANA,
    NOW,
    ROBIN,
    SAM,
    RecordingGateway,
    SilentScreen,
    a_command,
    a_press,
    a_submission,
    an_actor,
)
from tests.crisis.conftest import InMemory

OWNER = an_actor(ALEX, owns_space=True)
MODERATOR = an_actor(ROBIN, "mods")
STAFF = an_actor(ANA, "staff")
CARE = Room("test", "care-team", "home")
GENERAL = Room("test", "general", "home")
PHRASES = ("i want to end my life", "je suis suicidaire", "je veux en finir")
FACTS = SpaceFacts(
    name="Home",
    rooms=(
        RoomFact(room=GENERAL, name="general", everyone=True),
        RoomFact(room=CARE, name="care-team", everyone=False),
    ),
    roles=(RoleFact(id="mods", name="Moderators"), RoleFact(id="staff", name="Counselling staff")),
)


@dataclass
class Places(RecordingGateway):
    known: SpaceFacts = FACTS
    mute: DeliveryError | None = None
    """Raised instead of the facts."""

    reads: bool = True
    """Whether the platform gives us the words of rooms."""
    filters: bool = True
    """Whether it has a word filter of its own."""
    rule: WatchWords | None = None
    """Our rule in that filter."""
    rule_is_on: bool = False
    refuses: list[DeliveryError] = field(default_factory=list)
    """What the filter answers next, instead of doing it."""
    asked: list[str] = field(default_factory=list)
    """What was asked of the filter, and of members in between."""

    def capabilities(self, platform: str) -> Capabilities:
        del platform
        return Capabilities(message_content=self.reads, word_filter=self.filters)

    async def begin_watching(self, space: Space, watch: WatchWords, *, on: bool) -> None:
        self._asked("on" if on else "made")
        self.rule, self.rule_is_on = watch, on

    async def keep_watching(self, space: Space, watch: WatchWords) -> Watching:
        self._asked("kept")
        if self.rule is None:
            return Watching.NONE
        self.rule = watch
        return Watching.ON if self.rule_is_on else Watching.PAUSED

    async def stop_watching(self, space: Space) -> None:
        self._asked("gone")
        self.rule, self.rule_is_on = None, False

    def _asked(self, what: str) -> None:
        self.asked.append(what)
        if self.refuses:
            raise self.refuses.pop(0)

    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        sent = await super().send(to, card, nonce=nonce)
        if card.key == "community.notice":
            self.asked.append("told")
        return sent

    async def facts(self, space: Space) -> SpaceFacts:
        del space
        if self.mute is not None:
            raise self.mute
        return self.known


@dataclass
class Town:
    """Everything a community test looks at; `does` presses and returns what was answered."""

    db: Database
    clock: MovableClock
    communities: CommunityService
    router: Router
    places: Places
    kept: InMemory
    watched: WatchedWords
    failures: list[Failure] = field(default_factory=list)
    drills: list[Community] = field(default_factory=list)

    async def command(self, name: str, by: Actor = OWNER, room: Room = CARE) -> Card:
        await self.router.dispatch(a_command(name, by=by, room=room))
        return self._last

    async def press(
        self, *wanted: object, by: Actor = OWNER, values: tuple[str, ...] = (), room: Room = CARE
    ) -> Card:
        feature, verb, *args = wanted
        pressed = a_press(action(str(feature), str(verb), *args), by=by, values=values, room=room)
        await self.router.dispatch(pressed)
        return self._last

    async def submit(self, verb: str, by: Actor = OWNER, **values: str) -> dict[str, object]:
        wanted = action("community", verb)
        return dict(await self.router.dispatch(a_submission(wanted, values, by=by)))

    async def home(self) -> Community:
        found = await self.communities.of(a_command("peerbot setup", by=OWNER))
        assert found is not None
        return found

    async def settings(self) -> Settings:
        return self.communities.settings((await self.home()).id)

    @property
    def _last(self) -> Card:
        return self.places.sent[-1].card


@pytest.fixture
async def town(sqlite_database: Database) -> AsyncIterator[Town]:
    clock = MovableClock(NOW)
    kept = InMemory()
    communities = CommunityService(sqlite_database, clock, Chance(3), Settings(), kept)
    await communities.start()
    places = Places()
    failures: list[Failure] = []
    drills: list[Community] = []
    router = Router(places, SilentScreen(), Door(communities), failures.append)

    async def nothing_unheard(_community_id: str) -> tuple[Words, ...]:
        return ()

    async def drill(community: Community, by: Actor) -> Card:
        del by
        drills.append(community)
        return card("crisis.drill", Text(_("The drill")), summary=_("The drill"))

    async def undelivered() -> int:
        return 2

    countries = Countries(
        lambda language: (("CA", "Canada"), ("FR", "France")), lambda code: (f"lines of {code}",)
    )
    preflight = Preflight(places=places, unheard=nothing_unheard)
    joining.add_routes(
        router, Joining(communities=communities, gateway=places, preflight=preflight)
    )
    notice = Notice(communities, places)
    watched = WatchedWords(communities, notice, places, clock, PHRASES)
    communities.when_published(watched.after_publishing)
    filter_routes = WordFilterRoutes(watched, communities)
    word_filter_routes.add_routes(router, filter_routes)
    setup_routes.add_routes(
        router,
        SetupRoutes(
            communities=communities,
            places=places,
            countries=countries,
            drill=drill,
            preflight=preflight,
        ),
    )
    consent_routes.add_routes(router, ConsentRoutes(communities))
    add_routes(
        router,
        CommunityRoutes(
            communities=communities,
            platforms=places,
            notice=notice,
            preflight=preflight,
            duty=lambda _community: ("On duty now: somebody.",),
            undelivered=undelivered,
            word_filter=filter_routes.row,
        ),
    )

    about_team.add_routes(router, AboutTeamRoutes(communities))

    async def checked_in(_event: object) -> Card:
        return card("checkins.open", Text("open"), summary="open")

    router.command("checkins", Command(name="checkin", summary=_("x")), checked_in)
    router.button("checkins", "answer", checked_in)
    router.button("checkins", "manage", checked_in, role=Role.MODERATOR)
    yield Town(sqlite_database, clock, communities, router, places, kept, watched, failures, drills)
    assert failures == []


@pytest.fixture
async def unread(town: Town) -> Town:
    """A community that is set up, where peerbot does not see messages."""
    town.places.reads = False
    await town.press("community", "suggest")
    await town.press("community", "set", "country", values=("CA",))
    await town.press("community", "publish")
    return town


@pytest.fixture
async def filtered(unread: Town) -> Town:
    """The same with the filter switched on."""
    shown = await unread.press("community", "filter-on")
    assert shown.key == "community.filter-begun"
    return unread


async def row(town: Town) -> str:
    """Return the line of the filter on the panel and its button; empty if there is none."""
    lines = plain_card(await town.command("peerbot panel")).splitlines()
    place = next((n for n, one in enumerate(lines) if "word filter" in one), None)
    return "" if place is None else " ".join(lines[place : place + 2])


__all__ = ["SAM"]
