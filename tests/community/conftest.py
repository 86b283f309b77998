"""A community behind the real router and door, over a real database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from peerbot.chat.actions import action
from peerbot.chat.adapters import Capabilities, RoleFact, RoomFact, SpaceFacts
from peerbot.chat.addresses import Actor, Room, Space
from peerbot.chat.cards import Card, Text, card
from peerbot.chat.commands import Command, Role
from peerbot.chat.gateway import DeliveryError
from peerbot.chat.router import Failure, Router
from peerbot.chat.text import Words
from peerbot.clock import Chance, MovableClock
from peerbot.community import about_team, joining
from peerbot.community.about_team import AboutTeamRoutes
from peerbot.community.door import Door
from peerbot.community.joining import Joining
from peerbot.community.model import Community, Settings
from peerbot.community.notice import Notice
from peerbot.community.readiness import Preflight
from peerbot.community.routes import CommunityRoutes, add_routes
from peerbot.community.service import CommunityService
from peerbot.community.setup import Countries
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

    def capabilities(self, platform: str) -> Capabilities:
        del platform
        return Capabilities(message_content=self.reads)

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
    add_routes(
        router,
        CommunityRoutes(
            communities=communities,
            places=places,
            notice=Notice(communities, places),
            countries=countries,
            drill=drill,
            preflight=preflight,
            duty=lambda _community: ("On duty now: somebody.",),
            undelivered=undelivered,
        ),
    )

    about_team.add_routes(router, AboutTeamRoutes(communities))

    async def checked_in(_event: object) -> Card:
        return card("checkins.open", Text("open"), summary="open")

    router.command("checkins", Command(name="checkin", summary=_("x")), checked_in)
    router.button("checkins", "answer", checked_in)
    router.button("checkins", "manage", checked_in, role=Role.MODERATOR)
    yield Town(sqlite_database, clock, communities, router, places, kept, failures, drills)
    assert failures == []


__all__ = ["SAM"]
