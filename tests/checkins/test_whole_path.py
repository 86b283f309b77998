"""A weekly check-in from its prompt to its summary, over the real delivery and its engine."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from peerbot.chat.router import Router
from peerbot.checkins.model import Audience, Step
from peerbot.checkins.routes import add_routes, add_work
from peerbot.checkins.service import CheckinService
from peerbot.checkins.store import CheckinStore
from peerbot.clock import Chance
from peerbot.community.door import Door
from peerbot.db import Database
from peerbot.delivery.engine import Engine
from peerbot.delivery.service import Delivery
from tests.checkins.conftest import LOUNGE, MONDAY_AT_SIX, SomeOffers, Town, a_town
from tests.delivery.conftest import Platform, Slept


class Lived(Town):
    """A town whose delivery is the real one."""

    real: Delivery
    platform: Platform

    async def opened(self) -> str:
        """Return the id of the round that is open."""
        async with self.db.read() as session:
            store = CheckinStore(session)
            (round_,) = await store.open_rounds(self.community_id, self.clock())
        return round_.id

    async def until(self, length: timedelta) -> None:
        """Move the clock to so long after the first prompt and let everything happen."""
        self.clock.move_to(MONDAY_AT_SIX + length)
        await self.real.beat()
        await self.real.settle()


@pytest.fixture
async def lived(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Lived]:
    made = await a_town(sqlite_database)
    slept, platform = Slept(), Platform()
    engine = Engine(
        tmp_path / "engine.sqlite", environ={"HOME": "/root"}, queue_poll=0.01, listen_poll=0.01
    )
    delivery = Delivery(
        made.db, engine, platform, made.clock, Chance(7), sleep=slept, ticks=slept.ticks
    )
    checkins = CheckinService(
        db=made.db,
        vault=made.vault,
        clock=made.clock,
        chance=Chance(9),
        communities=made.communities,
        delivery=delivery,
        gateway=made.places,
        offers=SomeOffers(),
    )
    router = Router(made.places, made.screen, Door(made.communities), made.failures.append)
    add_routes(router, checkins)
    add_work(delivery, checkins)
    await delivery.start()
    town = Lived(
        made.db, made.clock, made.communities, checkins, router, made.places, made.delivery,
        made.screen, made.vault, made.community_id, made.failures,
    )  # fmt: skip
    town.real, town.platform = delivery, platform
    yield town
    await delivery.stop()


async def test_a_week_of_a_community(lived: Lived) -> None:
    await lived.a_checkin()
    await lived.until(timedelta())
    assert lived.platform.keys_to(LOUNGE) == ["checkins.prompt"]
    round_id = await lived.opened()
    people = await lived.answers(round_id, 3, 3, 3, 4, 4, 4)
    for person in people[:3]:
        await lived.checkins.answers.write(person, round_id, Audience.ANONYMOUS, "we met")
    await lived.checkins.answers.write(people[3], round_id, Audience.BY_NAME, "I sang")
    await lived.real.settle()
    assert lived.platform.keys_to(LOUNGE)[-1] == "checkins.shared"
    await lived.until(timedelta(days=3))
    assert sorted(lived.platform.keys_to(LOUNGE)[2:]) == ["checkins.summary", "checkins.voices"]
    await lived.until(timedelta(days=7))
    assert lived.platform.keys_to(LOUNGE)[-1] == "checkins.prompt"


async def test_posted_words_are_changed_where_they_stand(lived: Lived) -> None:
    await lived.a_checkin()
    await lived.until(timedelta())
    round_id = await lived.opened()
    sam = await lived.member("sam")
    await lived.checkins.answers.choose_step(sam, round_id, Step.VERY_CONNECTED)
    await lived.checkins.answers.write(sam, round_id, Audience.BY_NAME, "I sang")
    await lived.real.settle()
    await lived.checkins.answers.skip(sam, round_id)
    assert [card.key for _ref, card in lived.places.edited] == ["checkins.taken-back"]


async def test_a_prompt_in_a_queue_for_two_hours_is_dropped(lived: Lived) -> None:
    await lived.a_checkin()
    await lived.real.stop()
    await lived.until(timedelta())
    lived.clock.move(timedelta(hours=2, seconds=1))
    await lived.real.start()
    await lived.real.settle()
    assert lived.platform.keys_to(LOUNGE) == []
