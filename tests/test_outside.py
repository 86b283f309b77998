"""What adapters' own commands learn of the house: its commands, and what communities decided."""

from dataclasses import replace
from pathlib import Path

import pytest

from peerbot.clock import Chance, MovableClock
from peerbot.community.model import Feature
from peerbot.community.model import Settings as CommunitySettings
from peerbot.community.service import CommunityService
from peerbot.db import Database
from peerbot.errors import StorageAway
from peerbot.outside import Home, declared, homes
from peerbot.settings import Settings
from peerbot.testing import ALEX, NOW, a_message, an_actor
from peerbot.testing.builders import PLATFORM, SPACE
from tests.crisis.conftest import ALERTS, InMemory


async def test_every_command_is_known_without_a_database_or_a_key(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path / "data")
    names = {one.name for one in await declared(settings)}
    assert {"help-now", "privacy", "peerbot setup"} <= names
    assert list(tmp_path.iterdir()) == []


async def test_what_a_community_published_is_known_by_its_space(
    database: Database, database_url: str
) -> None:
    settings = Settings(database_url=database_url)
    communities = CommunityService(
        database, MovableClock(NOW), Chance(3), CommunitySettings(), InMemory()
    )
    await communities.start()
    community = await communities.of(a_message("hello"))
    assert community is not None
    assert await homes(settings, PLATFORM) == {SPACE.id: Home(is_set_up=False)}
    await communities.set_now(community.id, an_actor(ALEX, owns_space=True), "test", _decided)
    assert await homes(settings, PLATFORM) == {
        SPACE.id: Home(is_set_up=True, alert_room=ALERTS, alert_pings=("7",), reads_messages=True)
    }
    await communities.set_now(community.id, an_actor(ALEX, owns_space=True), "test", _filters)
    assert (await homes(settings, PLATFORM))[SPACE.id].filters_words
    assert await homes(settings, "elsewhere") == {}


def _decided(settings: CommunitySettings) -> CommunitySettings:
    changed = replace(settings, alert_room=ALERTS, alert_pings=("7",), notice_posted=True)
    return changed.switching(Feature.READING, on=True)


def _filters(settings: CommunitySettings) -> CommunitySettings:
    on = settings.switching(Feature.WORD_FILTER, on=True)
    return replace(on, notice_told=on.wide)


async def test_without_a_database_nobody_can_say(tmp_path: Path) -> None:
    with pytest.raises(StorageAway, match="`peerbot run` makes it"):
        await homes(Settings(data_folder=tmp_path / "data"), PLATFORM)
    assert list(tmp_path.iterdir()) == []


async def test_a_database_from_before_is_told(empty_postgres_url: str) -> None:
    with pytest.raises(StorageAway, match="peerbot db upgrade"):
        await homes(Settings(database_url=empty_postgres_url), PLATFORM)
