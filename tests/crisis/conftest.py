"""A community with an alert room, and the crisis feature over a real database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from peerbot.chat.adapters import Capabilities
from peerbot.chat.addresses import Address, MessageRef, Person, Room, Space
from peerbot.chat.cards import Card
from peerbot.chat.forms import Surface
from peerbot.chat.gateway import Delivered
from peerbot.chat.heard import Heard
from peerbot.clock import Chance, MovableClock
from peerbot.community.model import Community, Feature, Settings
from peerbot.community.service import CommunityService
from peerbot.content.crisis import helplines, watch_list
from peerbot.crisis.answer import FirstAnswer
from peerbot.crisis.detection.finding import Category, Evidence, Finding, Tier, Whose
from peerbot.crisis.detection.own import OwnRules
from peerbot.crisis.drill import Drill
from peerbot.crisis.ears import Detector, Ears, Sentence
from peerbot.crisis.follow_up import FollowUps
from peerbot.crisis.hearing import HearingOneself
from peerbot.crisis.lab.tally import Tally
from peerbot.crisis.ladder import Ladder
from peerbot.crisis.line_checks import LineChecks
from peerbot.crisis.noticing import Noticing, Own
from peerbot.crisis.parts import crisis_parts
from peerbot.crisis.record import Record
from peerbot.crisis.roster import Roster
from peerbot.crisis.routes import CrisisRoutes
from peerbot.crisis.service import CrisisService
from peerbot.crisis.spool import Spool
from peerbot.crisis.worries import Worries
from peerbot.db import Database
from peerbot.failures import DatabaseAway
from peerbot.testing import ALEX, NOW, SAM, SPACE, RecordingGateway, a_message, an_actor
from peerbot.vault import AppKey, Vault

ALERTS = Room("test", "care-team")


SENTENCES = (
    Sentence(file="en/suicide.toml", tier=Tier.URGENT, text="this is urgent"),
    Sentence(file="fr/suicide.toml", tier=Tier.EMERGENCY, text="one emergency"),
)
"""What it says to itself."""


class Away(Database):
    """A real database that a test can take away."""

    away = False

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        if self.away:
            raise DatabaseAway("a test took it away")
        async with super().begin() as session:
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        if self.away:
            raise DatabaseAway("a test took it away")
        async with super().read() as session:
            yield session


@dataclass
class Voice(RecordingGateway):
    """A recording gateway that can do what Discord can."""

    able: Capabilities = field(default_factory=lambda: Capabilities(private_thread=True))
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        sent = await super().send(to, card, nonce=nonce)
        self.news.set()
        return sent

    async def has_sent(self, count: int) -> None:
        """Return once that many cards have been sent in all."""
        while len(self.sent) < count:
            self.news.clear()
            await self.news.wait()

    def capabilities(self, platform: str) -> Capabilities:
        del platform
        return self.able

    async def edit(
        self, ref: MessageRef, card: Card, *, reader: Address | None = None
    ) -> Delivered:
        if isinstance(reader, Room) and reader in self.broken:
            raise self.broken[reader]
        return await super().edit(ref, card)


class Says:
    """A detector that finds what a test says, by a word."""

    def __init__(self) -> None:
        self.looked_at: list[str] = []
        self.deaf_to: set[str] = set()
        """Texts in which nothing is found any more."""

    def find(self, text: str, own: OwnRules | None = None) -> Finding | None:
        del own
        self.looked_at.append(text)
        if text in self.deaf_to:
            return None
        tiers = {"emergency": Tier.EMERGENCY, "urgent": Tier.URGENT, "concern": Tier.CONCERN}
        tier = next((tiers[word] for word in text.split() if word in tiers), None)
        if tier is None:
            return None
        other = "friend" in text.split()
        return Finding(
            tier=tier,
            category=Category.THIRD_PARTY if other else Category.SUICIDE,
            whose=Whose.OTHER if other else Whose.AUTHOR,
            evidence=(Evidence("en.test", 0, 4),),
            modifiers=(),
        )


class NoPhrases:
    """No community has phrases of its own."""

    def of(self, community_id: str) -> None:
        del community_id


class InMemory:
    """A last-known-good file that is a string."""

    def __init__(self) -> None:
        self.document: str | None = None

    def keep(self, document: str) -> None:
        self.document = document

    def read(self) -> str | None:
        return self.document


@dataclass
class Crisis:
    """The whole feature, with what a test looks at."""

    db: Away
    voice: Voice
    clock: MovableClock
    communities: CommunityService
    community: Community
    service: CrisisService
    noticing: Noticing
    record: Record
    ladder: Ladder
    answer: FirstAnswer
    spool: Spool
    spool_folder: Path
    vault: Vault
    detector: Says
    hearing: HearingOneself
    drill: Drill
    tally: Tally
    failures: list[Exception]
    """What went wrong in a step of helping somebody."""
    roster: Roster
    follow_ups: FollowUps
    worries: Worries
    checks: LineChecks
    admins: list[Person]
    """Who runs the space, as the platform says."""

    @property
    def routes(self) -> CrisisRoutes:
        return CrisisRoutes(
            self.service, self.noticing, self.worries, self.checks, self.communities
        )

    async def hears(
        self,
        text: str,
        *,
        surface: Surface = Surface.PUBLIC,
        author=SAM,
        reply=None,
        space: Space = SPACE,
    ) -> None:
        message = a_message(text, author=author, at=self.clock())
        public = surface is Surface.PUBLIC
        await self.noticing.heard(
            Heard(
                text=text,
                surface=surface,
                author=message.actor,
                space=space,
                room=message.room if public else None,
                reply=reply,
                ref=message.ref if public else None,
                permalink=message.permalink if public else None,
            )
        )

    async def close(self) -> None:
        """Let what was begun come to its end before the database goes."""
        await self.hearing.settled()
        await self.record.settled()
        await self.db.close()

    async def set(self, change: Callable[[Settings], Settings]) -> None:
        await self.communities.set_now(
            self.community.id, an_actor(ALEX, owns_space=True), "test", change
        )


@pytest.fixture
async def crisis(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Crisis]:
    made = await a_process(sqlite_url, tmp_path)
    await set_up(made)
    yield made
    await made.close()


@pytest.fixture
async def anywhere(database_url: str, tmp_path: Path) -> AsyncIterator[Crisis]:
    """The same on each kind of database."""
    made = await set_up(await a_process(database_url, tmp_path))
    yield made
    await made.close()


@pytest.fixture
async def two(database_url: str, tmp_path: Path) -> AsyncIterator[tuple[Crisis, Crisis]]:
    """Two processes over one database, each with its own memory, on each kind of database."""
    (tmp_path / "other").mkdir()
    one = await set_up(await a_process(database_url, tmp_path))
    other = await a_process(database_url, tmp_path / "other", seed=8)
    yield one, other
    await one.close()
    await other.close()


async def set_up(made: Crisis) -> Crisis:
    """Return it with a room for alerts, two roles to call, and messages looked at."""
    await made.set(
        lambda one: replace(
            one,
            alert_room=ALERTS,
            country="CA",
            notice_posted=True,
            moderator_roles=frozenset({"mods"}),
            alert_pings=("on-duty", "backup"),
        ).switching(Feature.READING, on=True)
    )
    return made


UNHURRIED_SECONDS = 30.0
"""For tests in which the database answers: a slow machine is no database that is away."""


async def a_process(
    url: str,
    folder: Path,
    *,
    seed: int = 7,
    patience_seconds: float = UNHURRIED_SECONDS,
    hears_with: Detector | None = None,
    own: Own | None = None,
) -> Crisis:
    """Return the feature as one process over a database runs it; its files lie in `folder`."""
    db = Away(url)
    clock = MovableClock(NOW)
    chance = Chance(seed)
    communities = CommunityService(db, clock, chance, Settings(), InMemory())
    voice = Voice()
    vault = Vault(AppKey.load_or_make(folder / "key")[0], clock)
    spool = Spool(folder / "spool", vault)
    detector = Says()
    failures: list[Exception] = []
    admins: list[Person] = []

    async def who_runs(_space: Space) -> tuple[Person, ...]:
        return tuple(admins)

    parts = crisis_parts(
        db=db,
        vault=vault,
        clock=clock,
        chance=chance,
        communities=communities,
        voice=voice,
        ears=Ears(detector=hears_with or detector, sentences=SENTENCES),
        own=own or NoPhrases(),
        helplines=helplines(),
        watched=watch_list()[0],
        spool=spool,
        admins=who_runs,
        on_failure=lambda _step, error: failures.append(error),
        patience_seconds=patience_seconds,
    )
    await communities.start()
    community = await communities.of(a_message("hello"))
    assert community is not None
    await parts.roster.load()
    return Crisis(
        db,
        voice,
        clock,
        communities,
        community,
        parts.service,
        parts.noticing,
        parts.record,
        parts.ladder,
        parts.answer,
        spool,
        folder / "spool",
        vault,
        detector,
        parts.hearing,
        parts.drill,
        parts.tally,
        failures,
        parts.roster,
        parts.follow_ups,
        parts.worries,
        parts.checks,
        admins,
    )
