"""How the house opens: with the database away, with a platform that fails, with damaged files."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adapters.console.adapter import Console
from peerbot.chat.adapters import Core
from peerbot.chat.switchboard import Switchboard
from peerbot.clock import MovableClock
from peerbot.failures import DatabaseAway
from peerbot.house import House, LastKnownFile, Storage
from peerbot.testing import NOW, EnglishReaders
from peerbot.vault import AppKey, Vault
from tests.chat.test_switchboard import Platform
from tests.house import IN_DANGER, Home, a_home


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
    first, second, third = Step(), Step(error), Step()
    storage = Storage(MovableClock(NOW), (first, second), (third,))
    assert await storage.run() == 0
    assert not storage.is_open
    assert storage.next_due() == NOW
    second.error = None
    assert await storage.run() == 1
    assert (first.done, second.done, third.done) == (2, 1, 1)
    assert storage.next_due() is None
    assert await storage.run() == 0
    assert first.done == 2


async def test_what_help_goes_by_is_read_once_whatever_becomes_of_the_rest() -> None:
    first, rest = Step(), Step(RuntimeError("no such table"))
    storage = Storage(MovableClock(NOW), (first,), (rest,))
    assert await storage.read_in()
    assert await storage.run() == 0
    rest.error = None
    assert await storage.run() == 1
    assert (first.done, rest.done) == (1, 1)


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


class Meanwhile:
    """A platform over which somebody does something before it says that it has started."""

    def __init__(self, console: Console, deed: Callable[[], Awaitable[object]]) -> None:
        self._console = console
        self._deed = deed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._console, name)

    async def start(self, core: Core) -> None:
        await self._console.start(core)
        await self._deed()


async def test_who_writes_again_while_it_starts_again_is_not_told_of_twice(home: Home) -> None:
    await home.comes("sam")
    await home.says("sam", IN_DANGER)
    says = partial(home.says, "sam", IN_DANGER)
    home.stage.player = Meanwhile(home.console, says)  # type: ignore[assignment]
    await home.restarts()
    assert home.shown("crisis.alert") == 1


async def test_a_drill_is_answered_while_it_starts_again_before_anything_was_published(
    tmp_path: Path, sqlite_url: str
) -> None:
    async with a_home(tmp_path, sqlite_url) as home:
        await home.uses("alex", "peerbot setup")
        await home.presses("alex", "Suggest the rest", "Try a drill")
        claims = partial(home.presses, "robin", "I've got this")
        home.stage.player = Meanwhile(home.console, claims)  # type: ignore[assignment]
        await home.restarts()
        assert "It is yours, thank you" in await home.private("robin")
