"""`peerbot crisis heard`: what somebody, or a monitor, learns from outside."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from peerbot.chat.addresses import Room
from peerbot.clock import Chance, MovableClock
from peerbot.community.model import Settings as CommunitySettings
from peerbot.community.service import CommunityService
from peerbot.crisis.heard import Fault, Hearing, Step
from peerbot.crisis.store import HearingStore
from peerbot.db import Database
from peerbot.errors import StorageAway
from peerbot.listening import heard
from peerbot.settings import Settings
from peerbot.testing import ALEX, NOW, a_message, an_actor
from tests.crisis.conftest import ALERTS, InMemory
from tests.test_cli import play

LATER = NOW + timedelta(minutes=12)
MUCH_LATER = NOW + timedelta(hours=3)


@pytest.fixture
async def town(database: Database, database_url: str) -> "Town":
    communities = CommunityService(
        database, MovableClock(NOW), Chance(3), CommunitySettings(), InMemory()
    )
    await communities.start()
    community = await communities.of(a_message("hello"))
    assert community is not None
    return Town(database, Settings(database_url=database_url), communities, community.id)


class Town:
    """One community in a database, and how its operator asks about it."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        communities: CommunityService,
        community_id: str,
    ) -> None:
        self.database = database
        self.settings = settings
        self.community_id = community_id
        self._communities = communities

    async def alerts_go_to(self, room: Room | None) -> None:
        owner = an_actor(ALEX, owns_space=True)
        await self._communities.set_now(
            self.community_id,
            owner,
            "test",
            lambda one: replace(one, alert_room=room, zone="America/Toronto"),
        )

    async def was(self, *faults: Fault) -> None:
        new = Hearing(community_id=self.community_id, since=NOW, due_at=NOW).tried((), NOW)
        async with self.database.begin() as session:
            await HearingStore(session).begin(new.tried(faults, NOW) if faults else new)


async def test_it_says_when_it_was_heard_last(town: Town) -> None:
    await town.alerts_go_to(ALERTS)
    await town.was()
    said = await heard(town.settings, LATER)
    assert said.exit_code == 0
    (line,) = said.sentences()
    assert "last heard itself 2026-03-02 04:00 (America/Toronto)" in line
    assert json.loads(said.as_json())["hears"] is True


async def test_after_two_hours_it_is_deaf_and_says_why(town: Town) -> None:
    await town.alerts_go_to(ALERTS)
    await town.was(Fault(Step.RULES, "en/suicide.toml"), Fault(Step.WRITE))
    said = await heard(town.settings, MUCH_LATER)
    assert said.exit_code == 1
    line, rules, written = said.sentences()
    assert "DEAF, more than 2 h" in line
    assert "en/suicide.toml" in rules
    assert "could not be written down" in written
    (one,) = json.loads(said.as_json())["communities"]
    assert one["failing"] == ["rules:en/suicide.toml", "write"]


async def test_what_was_never_tried_is_deaf_after_two_hours(town: Town) -> None:
    await town.alerts_go_to(ALERTS)
    assert (await heard(town.settings, LATER)).exit_code == 0
    said = await heard(town.settings, MUCH_LATER)
    assert said.exit_code == 1
    assert "never heard itself" in said.sentences()[0]


async def test_without_a_place_for_alerts_there_is_nothing_to_hear(town: Town) -> None:
    await town.was()
    said = await heard(town.settings, MUCH_LATER)
    assert said.exit_code == 0
    assert "No community has a place for alerts yet" in said.sentences()[0]


async def test_a_database_from_before_is_told(empty_postgres_url: str) -> None:
    with pytest.raises(StorageAway, match="peerbot db upgrade"):
        await heard(Settings(database_url=empty_postgres_url), NOW)


def test_the_command_ends_with_1_where_nobody_can_say(tmp_path: Path) -> None:
    code, said = play("crisis", "heard", PEERBOT_DATA_FOLDER=str(tmp_path / "data"))
    assert code == 1
    assert "There is no database yet" in said


def test_the_command_prints_one_object_for_programs(sqlite_url: str) -> None:
    code, said = play("crisis", "heard", "--json", PEERBOT_DATABASE_URL=sqlite_url)
    assert (code, json.loads(said)) == (0, {"hears": True, "communities": []})
