"""What changes while everything is read again is not forgotten by what was read before."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from peerbot.clock import Chance, MovableClock
from peerbot.community.model import RESPOND, Community, Settings
from peerbot.community.service import CommunityService
from peerbot.db import Database
from peerbot.testing import NOW, a_message
from tests.community.conftest import MODERATOR, OWNER
from tests.crisis.conftest import InMemory


class Slow(Database):
    """A real database whose next answer a test can hold back."""

    held: asyncio.Event | None = None
    has_read: asyncio.Event

    def hold(self) -> asyncio.Event:
        """Let the next reading wait for the event that is returned."""
        self.held, self.has_read = asyncio.Event(), asyncio.Event()
        return self.held

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        async with super().read() as session:
            yield session
        held, self.held = self.held, None
        if held is not None:
            self.has_read.set()
            await held.wait()


@pytest.fixture
async def db(sqlite_url: str) -> AsyncIterator[Slow]:
    made = Slow(sqlite_url)
    yield made
    await made.close()


@pytest.fixture
async def communities(db: Slow) -> CommunityService:
    made = CommunityService(db, MovableClock(NOW), Chance(7), Settings(), InMemory())
    await made.start()
    return made


@pytest.fixture
async def home(communities: CommunityService) -> Community:
    known = await communities.of(a_message("hello"))
    assert known is not None
    return known


def in_french(settings: Settings) -> Settings:
    return replace(settings, language="fr")


async def test_a_draft_that_was_changed_meanwhile_was_forgotten(
    db: Slow, communities: CommunityService, home: Community
) -> None:
    answered = db.hold()
    reading = asyncio.ensure_future(communities.reload())
    await db.has_read.wait()
    await communities.change_draft(
        home.id, OWNER, lambda one: replace(one, moderator_roles=frozenset({"mods"}))
    )
    answered.set()
    await reading
    # Before the first publishing the draft says who is a moderator.
    assert communities.may(MODERATOR, home.id, RESPOND)


async def test_of_two_who_read_at_once_the_later_one_has_the_last_word(
    db: Slow, communities: CommunityService, home: Community
) -> None:
    answered = db.hold()
    reading = asyncio.ensure_future(communities.reload())
    await db.has_read.wait()
    await communities.set_now(home.id, OWNER, "test", in_french)
    answered.set()
    await reading
    assert communities.settings(home.id).language == "fr"


async def test_a_choice_that_was_made_meanwhile_stays(
    db: Slow, communities: CommunityService, home: Community
) -> None:
    member = await communities.member(MODERATOR.person, home.id)
    answered = db.hold()
    reading = asyncio.ensure_future(communities.reload())
    await db.has_read.wait()
    await communities.choose_country(member, "CA")
    answered.set()
    await reading
    assert communities.country_of(member.person) == "CA"
