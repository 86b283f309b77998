"""How the house opens: with the database away, with a platform that fails, with damaged files."""

from datetime import timedelta
from pathlib import Path

import pytest

from peerbot.chat.adapters import Switchboard
from peerbot.clock import MovableClock
from peerbot.db import DatabaseAway
from peerbot.house import House, LastKnownFile, Storage
from peerbot.testing import NOW, EnglishReaders
from peerbot.vault import AppKey, Vault
from tests.chat.test_switchboard import Platform


class Step:
    """A step of opening that fails until it is told otherwise."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.done = 0

    async def __call__(self) -> None:
        if self.error is not None:
            raise self.error
        self.done += 1


@pytest.mark.parametrize("error", [DatabaseAway("away"), RuntimeError("no such table")])
async def test_a_database_that_was_away_at_the_start_is_opened_by_a_beat(
    error: Exception,
) -> None:
    first, second = Step(), Step(error)
    storage = Storage(MovableClock(NOW), (first, second))
    assert await storage.run() == 0
    assert not storage.is_open
    assert storage.next_due() == NOW
    second.error = None
    assert await storage.run() == 1
    assert (first.done, second.done) == (2, 1)
    assert storage.next_due() is None
    assert await storage.run() == 0
    assert first.done == 2


class Refuses(Platform):
    name = "other"

    async def start(self, core: object) -> None:
        raise ConnectionError("the token is not taken")


def a_house(switchboard: Switchboard) -> House:
    parts = dict.fromkeys(House.__dataclass_fields__)
    return House(**(parts | {"switchboard": switchboard}))  # type: ignore[arg-type]  # only plugs


async def test_a_platform_that_does_not_start_keeps_no_other_from_starting() -> None:
    switchboard = Switchboard(EnglishReaders(), patience=timedelta(seconds=1))
    house = a_house(switchboard)
    await house._plug(Platform())
    await house._plug(Refuses())
    assert [one.name for one in switchboard.adapters] == ["test"]


async def test_with_no_platform_at_all_the_start_fails() -> None:
    house = a_house(Switchboard(EnglishReaders()))
    with pytest.raises(ConnectionError):
        await house._plug(Refuses())


def test_damaged_last_known_settings_do_not_keep_peerbot_from_starting(tmp_path: Path) -> None:
    vault = Vault(AppKey.load_or_make(tmp_path / "key")[0], MovableClock(NOW))
    kept = LastKnownFile(tmp_path / "last-known.sealed", vault)
    kept.keep("[]")
    assert kept.read() == "[]"
    (tmp_path / "last-known.sealed").write_bytes(b"\x00")
    assert kept.read() is None
