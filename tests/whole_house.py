"""A whole house over any database, for tests and benchmarks of everything together."""

from dataclasses import replace
from pathlib import Path

from peerbot.app import House, build
from peerbot.clock import Chance
from peerbot.community.model import Community, Feature, Settings
from peerbot.db import Database
from peerbot.delivery.engine import Engine
from peerbot.settings import Settings as OperatorSettings
from peerbot.testing import GENERAL, NOW, ROBIN, FakeClock, a_command, an_actor
from peerbot.vault import AppKey, Vault


async def no_sleep(seconds: float) -> None:
    del seconds


def a_house(db: Database, folder: Path) -> House:
    """Return a house over `db`, not yet open, that keeps its files in `folder`."""
    clock, data = FakeClock(NOW), folder / "data"
    data.mkdir()
    return build(
        settings=OperatorSettings(data_folder=data),
        db=db,
        vault=Vault(AppKey.load_or_make(folder / "key")[0], clock),
        engine=Engine(folder / "engine.sqlite", environ={}),
        clock=clock,
        chance=Chance(1),
        sleep=no_sleep,
    )


async def a_community_that_is_read(house: House) -> Community:
    """Return a community whose members were told that their messages are looked at."""
    community = await house.communities.of(a_command("help"))
    assert community is not None
    by = an_actor(ROBIN)
    await house.communities.change_draft(community.id, by, _that_reads)
    published = await house.communities.publish(community.id, by)
    assert published.reads_messages
    return community


def _that_reads(settings: Settings) -> Settings:
    told = replace(settings, notice_posted=True, alert_room=GENERAL)
    return told.switching(Feature.READING, on=True)
