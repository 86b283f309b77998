"""What the lab keeps, on both databases: counts that add up, and a trial that is told once."""

import asyncio
from datetime import date, timedelta

import pytest

from peerbot.clock import Chance
from peerbot.community.model import Settings
from peerbot.community.service import CommunityService
from peerbot.crisis.detection import Category, Tier
from peerbot.crisis.lab.model import Counted, Judged, Score, Trial, Verdict
from peerbot.crisis.store.lab import LabStore
from peerbot.db import Database
from peerbot.testing import NOW, FakeClock, a_message
from tests.crisis.conftest import InMemory

DAY = date(2026, 3, 2)
LEASE = timedelta(hours=1)


@pytest.fixture
async def home(database: Database) -> str:
    communities = CommunityService(database, FakeClock(NOW), Chance(1), Settings(), InMemory())
    await communities.start()
    community = await communities.of(a_message("hello"))
    assert community is not None
    return community.id


def found(home: str, rule: str = "", day: date = DAY) -> Counted:
    return Counted(home, day, Tier.URGENT, Category.SUICIDE, rule)


async def test_counts_of_several_processes_add_up(database: Database, home: str) -> None:
    async def count(n: int) -> None:
        async with database.begin() as session:
            await LabStore(session).count_found({found(home): n, found(home, "a.rule"): n})

    await asyncio.gather(*(count(n) for n in (1, 2, 3, 4)))
    async with database.read() as session:
        kept = await LabStore(session).found(home, DAY)
    assert kept == {found(home): 10, found(home, "a.rule"): 10}


async def test_only_the_days_since_then_are_shown(database: Database, home: str) -> None:
    later = DAY + timedelta(days=1)
    async with database.begin() as session:
        await LabStore(session).count_found({found(home): 1, found(home, day=later): 2})
    async with database.read() as session:
        assert await LabStore(session).found(home, later) == {found(home, day=later): 2}
        assert await LabStore(session).found("elsewhere", DAY) == {}


async def test_verdicts_make_a_score(database: Database, home: str) -> None:
    given = {
        Verdict(home, "a.rule", Judged.RIGHT): 3,
        Verdict(home, "a.rule", Judged.MISREAD): 1,
        Verdict(home, "b.rule", Judged.MEMBER_MISREAD): 2,
    }
    for _time in range(2):
        async with database.begin() as session:
            await LabStore(session).count_verdicts(given)
    async with database.read() as session:
        scores = await LabStore(session).scores(home)
    assert scores == (
        Score(rule="a.rule", right=6, misread=2),
        Score(rule="b.rule", member_misread=4),
    )
    assert scores[0].false_alarms == 0.25
    assert scores[1].false_alarms is None


def test_four_verdicts_say_nothing_and_five_do() -> None:
    assert Score(rule="r", right=1, misread=3).false_alarms is None
    assert Score(rule="r", right=2, misread=3).false_alarms == 0.6


async def test_a_trial_is_told_once_by_one_process(database: Database, home: str) -> None:
    trial = Trial(community_id=home, began_on=DAY, ends_at=NOW)
    async with database.begin() as session:
        await LabStore(session).begin_trial(trial)

    async def take() -> tuple[Trial, ...]:
        async with database.begin() as session:
            return await LabStore(session).take_ended(NOW, LEASE)

    async with database.begin() as session:
        assert await LabStore(session).take_ended(NOW - LEASE, LEASE) == ()
    taken = await asyncio.gather(*(take() for _process in range(3)))
    assert sorted(map(len, taken)) == [0, 0, 1]
    async with database.begin() as session:
        assert len(await LabStore(session).take_ended(NOW + LEASE, LEASE)) == 1, "it failed once"
        await LabStore(session).told(home)
    async with database.begin() as session:
        # Another setting is published: the trial is not told again.
        await LabStore(session).begin_trial(trial)
        assert await LabStore(session).take_ended(NOW + 9 * LEASE, LEASE) == ()


async def test_a_longer_trial_goes_on_counting_and_a_new_one_begins_anew(
    database: Database, home: str
) -> None:
    trial = Trial(community_id=home, began_on=DAY, ends_at=NOW)
    longer = Trial(community_id=home, began_on=DAY + timedelta(days=3), ends_at=NOW + LEASE)
    async with database.begin() as session:
        store = LabStore(session)
        await store.begin_trial(trial)
        await store.count_found({found(home): 1})
        await store.told(home)
        await store.begin_trial(longer)
        assert await store.trial(home) == Trial(
            community_id=home, began_on=DAY, ends_at=NOW + LEASE
        )
        assert len(await store.found(home, DAY)) == 1
    async with database.begin() as session:
        assert len(await LabStore(session).take_ended(NOW + LEASE, LEASE)) == 1
        await LabStore(session).end_trial(home)
    async with database.begin() as session:
        store = LabStore(session)
        assert await store.trial(home) is None
        await store.begin_trial(longer)
        assert await store.found(home, DAY) == {}


async def test_a_phrase_is_changed_and_taken_out_only_at_home(
    database: Database, home: str
) -> None:
    async with database.begin() as session:
        store = LabStore(session)
        await store.put_phrase("p1", home, b"one", NOW)
        await store.put_phrase("p1", home, b"two", NOW)
        await store.put_phrase("p1", "elsewhere", b"three", NOW)
        await store.remove_phrase("p1", "elsewhere")
        assert await store.phrases() == (("p1", home, b"two"),)
        await store.remove_phrase("p1", home)
        assert await store.phrases() == ()
