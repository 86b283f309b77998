"""When peerbot heard itself, as it is stored."""

from dataclasses import replace
from pathlib import Path

import pytest

from peerbot.chat.addresses import MessageRef
from peerbot.community.model import Community, Settings
from peerbot.community.store import CommunityStore
from peerbot.crisis.heard import SOON, Fault, Hearing, Step
from peerbot.crisis.record import Record
from peerbot.crisis.spool import Spool
from peerbot.crisis.store import AlertStore, HearingStore
from peerbot.db import Database
from peerbot.testing import NOW, SPACE, FakeClock
from peerbot.vault import AppKey, Vault
from tests.crisis import samples


@pytest.fixture
async def a_community(database: Database) -> str:
    new = Community(id="c1", name="Home", created_at=NOW)
    async with database.begin() as session:
        await CommunityStore(session).add(new, SPACE, Settings())
    return new.id


async def test_a_hearing_is_kept_as_it_is(database: Database, a_community: str) -> None:
    new = Hearing(community_id=a_community, since=NOW, due_at=NOW)
    full = replace(
        new,
        due_at=NOW + SOON,
        heard_at=NOW,
        faults=(Fault(Step.RULES, "en/suicide.toml"), Fault(Step.WRITE)),
        failing_since=NOW,
        well_since=NOW,
        told=frozenset({Fault(Step.RULES, "en/suicide.toml")}),
        card=MessageRef("test", "care-team", "m1"),
    )
    async with database.begin() as session:
        store = HearingStore(session)
        await store.begin(new)
        await store.begin(full)
        assert await store.all() == (new,)
    async with database.begin() as session:
        await HearingStore(session).save(full)
    async with database.read() as session:
        assert await HearingStore(session).all() == (full,)
        assert await HearingStore(session).due(NOW, 5) == ()
        assert await HearingStore(session).due(NOW + SOON, 5) == (full,)
    async with database.begin() as session:
        await HearingStore(session).hurry([a_community], NOW)
        assert await HearingStore(session).take(a_community, NOW) is not None
        assert await HearingStore(session).take(a_community, NOW) is None
        await HearingStore(session).forget(a_community)
        assert await HearingStore(session).all() == ()


async def test_a_test_alert_is_written_found_and_gone(
    database: Database, a_community: str, tmp_path: Path
) -> None:
    clock = FakeClock(NOW)
    vault = Vault(AppKey.load_or_make(tmp_path / "key")[0], clock)
    record = Record(database, clock, Spool(tmp_path / "spool", vault))
    assert await record.would_keep(samples.alert(community_id=a_community))
    async with database.read() as session:
        assert await AlertStore(session).all_open() == ()
    assert list(record.book) == []
