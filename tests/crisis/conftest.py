"""A community with an alert room, and the crisis feature over a real database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from peerbot.chat.adapters import Capabilities
from peerbot.chat.addresses import Address, MessageRef, Room, Space
from peerbot.chat.cards import Card
from peerbot.chat.forms import Surface
from peerbot.chat.gateway import Delivered
from peerbot.chat.router import Heard
from peerbot.clock import Chance, MovableClock
from peerbot.community.model import Community, Feature, Settings
from peerbot.community.service import CommunityService
from peerbot.content.crisis import helplines
from peerbot.crisis.answer import FirstAnswer
from peerbot.crisis.detection.finding import Category, Evidence, Finding, Tier, Whose
from peerbot.crisis.detection.own import OwnRules
from peerbot.crisis.lab.tally import Tally
from peerbot.crisis.ladder import Ladder
from peerbot.crisis.lines import LineWords
from peerbot.crisis.news import News
from peerbot.crisis.noticing import Noticing
from peerbot.crisis.record import Record
from peerbot.crisis.responders import Responders
from peerbot.crisis.service import CrisisService
from peerbot.crisis.spool import Spool
from peerbot.db import Database, DatabaseAway
from peerbot.testing import ALEX, NOW, SAM, SPACE, RecordingGateway, a_message, an_actor
from peerbot.vault import AppKey, Vault

ALERTS = Room("test", "care-team")


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
        del reader
        return await super().edit(ref, card)


class Says:
    """A detector that finds what a test says, by a word."""

    def __init__(self) -> None:
        self.looked_at: list[str] = []

    def find(self, text: str, own: OwnRules | None = None) -> Finding | None:
        del own
        self.looked_at.append(text)
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
    tally: Tally
    failures: list[Exception]
    """What went wrong in a step of helping somebody."""

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

    async def set(self, change: Callable[[Settings], Settings]) -> None:
        await self.communities.set_now(
            self.community.id, an_actor(ALEX, owns_space=True), "test", change
        )


@pytest.fixture
async def crisis(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Crisis]:
    db = Away(sqlite_url)
    clock = MovableClock(NOW)
    chance = Chance(7)
    communities = CommunityService(db, clock, chance, Settings(), InMemory())
    voice = Voice()
    vault = Vault(AppKey.load_or_make(tmp_path / "key")[0], clock)
    spool = Spool(tmp_path / "spool", vault)
    record = Record(db, clock, spool, patience_seconds=0.2)
    responders = Responders(voice, clock, communities, record)
    lines = LineWords(helplines())
    answer = FirstAnswer(db, voice, clock, chance, communities, lines)
    news = News(voice, clock, communities, answer, record)
    detector = Says()
    tally = Tally(db, clock, communities)
    failures: list[Exception] = []
    noticing = Noticing(
        clock=clock,
        chance=chance,
        communities=communities,
        detector=detector,
        own=NoPhrases(),
        count=tally,
        record=record,
        responders=responders,
        answer=answer,
        news=news,
        on_failure=failures.append,
    )
    service = CrisisService(
        clock=clock,
        communities=communities,
        lines=lines,
        record=record,
        responders=responders,
        answer=answer,
        news=news,
        noticing=noticing,
        tally=tally,
    )
    await communities.start()
    community = await communities.of(a_message("hello"))
    assert community is not None
    made = Crisis(
        db,
        voice,
        clock,
        communities,
        community,
        service,
        noticing,
        record,
        Ladder(db, clock, communities, record, responders, news, failures.append),
        answer,
        spool,
        tmp_path / "spool",
        vault,
        detector,
        tally,
        failures,
    )
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
    yield made
    await db.close()
