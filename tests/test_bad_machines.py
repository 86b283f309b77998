"""What machines may do wrong, against the whole house: nothing is lost, and people read why."""

import asyncio
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from peerbot.app import Daily
from peerbot.clock import MovableClock
from peerbot.hold import AlreadyRunning, hold_exclusively
from peerbot.paths import shipped
from peerbot.settings import load
from peerbot.stage import Trouble, play
from tests.full_disk import full_disk
from tests.house import ALERTED, ANSWERED, ASKED, CLAIM_WITHIN, IN_DANGER, MONDAY, WORDS, Home
from tests.listed import Listed

THE_LIST = Listed(
    "a full disk",
    "a database that is away",
    "a second process on the same SQLite file",
    "a clock that jumps",
)
tries = THE_LIST.tries

NOT_SAVED = "What you wrote is still here: please try again in a few minutes."
STORAGE_AWAY = "nothing was saved. Please try again in a few minutes."


def test_every_item_of_the_list_is_tried_here_in_its_order() -> None:
    assert THE_LIST.tried == THE_LIST.items


@tries("a full disk")
async def test_words_that_a_full_disk_does_not_take_are_given_back_and_can_be_sent_again(
    home: Home,
) -> None:
    await home.waits(ASKED)
    await home.writes("kim")
    with full_disk():
        await home.submits("kim", {WORDS: "I sang in a choir"})
        given_back = await home.form("kim")
    assert given_back is not None
    assert NOT_SAVED in given_back.reasons[0]
    assert given_back.fields[WORDS] == "I sang in a choir"
    await home.submits("kim", {})
    await home.stage.settle()
    assert await home.form("kim") is None
    assert "I sang in a choir" in await home.sees("robin")


@tries("a full disk")
async def test_a_press_on_a_full_disk_is_answered_honestly_and_kept_by_the_next(
    home: Home,
) -> None:
    await home.waits(ASKED)
    await home.answers("kim", "In between")
    with full_disk():
        await home.presses("kim", "Very connected")
        assert STORAGE_AWAY in await home.sees("kim")
    await home.presses("kim", "Very connected")
    assert "You chose: Very connected. It is kept." in await home.private("kim")


@tries("a full disk")
async def test_danger_on_a_full_disk_is_answered_and_alerts(home: Home, home_folder: Path) -> None:
    await home.comes("sam")
    with full_disk():
        await home.says("sam", IN_DANGER)
        assert ANSWERED in await home.private("sam")
        assert ALERTED in await home.sees("robin")
        await home.beats()
    assert list((home_folder / "spool").iterdir()) == []
    await home.beats()
    await home.uses("robin", "peerbot alerts")
    assert home.shown("crisis.waiting") == 1
    assert "urgent" in await home.sees("robin")
    await home.waits(2 * CLAIM_WITHIN)
    assert home.shown("crisis.nobody-free") == 1


@tries("a full disk")
async def test_what_was_to_be_asked_on_a_full_disk_is_asked_once_there_is_room(home: Home) -> None:
    with full_disk():
        await home.jumps(ASKED)
    assert home.shown("checkins.prompt") == 0
    await home.beats()
    assert home.shown("checkins.prompt") == 1


@tries("a database that is away")
async def test_a_press_without_a_database_is_answered_honestly_and_help_is_there(
    home: Home,
) -> None:
    await home.waits(ASKED)
    await home.answers("kim")
    await home.stage.make(Trouble.DATABASE_AWAY)
    await home.presses("kim", "Very connected")
    assert STORAGE_AWAY in await home.sees("kim")
    await home.presses("kim", "I need help now")
    assert "call 988" in await home.sees("kim")
    await home.stage.make(Trouble.DATABASE_BACK)
    await home.presses("kim", "Very connected")
    assert "You chose: Very connected. It is kept." in await home.private("kim")


@tries("a second process on the same SQLite file")
async def test_a_second_process_is_told_which_one_to_stop_and_harms_nothing(
    home: Home, home_folder: Path
) -> None:
    file = home_folder / "peerbot.sqlite"
    script = home_folder / "hello.flow"
    script.write_text("sam> hello\n", encoding="utf-8")
    with hold_exclusively(file):
        second = await asyncio.to_thread(
            subprocess.run,
            [
                Path(sys.executable).with_name("peerbot"),
                "console",
                "--database",
                f"sqlite:///{file}",
                "--script",
                script,
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    assert second.returncode == 1
    assert f"peerbot already runs on {home_folder} (process " in second.stderr
    assert "Stop that one first." in second.stderr
    assert "Traceback" not in second.stderr
    await home.waits(ASKED)
    await home.answers("kim", "In between")
    assert "You chose: In between. It is kept." in await home.private("kim")


@tries("a second process on the same SQLite file")
async def test_a_second_process_writes_nothing_before_it_knows_that_it_is_the_only_one(
    tmp_path: Path,
) -> None:
    file = tmp_path / "peerbot.sqlite"
    settings = load(shipped("config") / "peerbot.toml")
    with hold_exclusively(file), pytest.raises(AlreadyRunning):
        await play(settings, script="sam> hello", database=f"sqlite:///{file}")
    assert not file.exists()


DAYS = timedelta(days=10)


@tries("a clock that jumps")
async def test_a_jump_forwards_loses_no_closing_and_no_step_and_asks_nothing_twice(
    home: Home,
) -> None:
    await home.waits(ASKED)
    await home.answers("kim")
    await home.comes("sam")
    await home.says("sam", IN_DANGER)
    await home.jumps(DAYS)
    assert home.shown("checkins.summary") == 1
    assert home.shown("crisis.nobody-free") == 1
    # The Monday in between is over: nobody is asked two days late, nor twice.
    assert home.shown("checkins.prompt") == 1
    await home.waits(timedelta(days=7))
    assert home.shown("checkins.prompt") == 2
    assert home.shown("checkins.summary") == 2


@tries("a clock that jumps")
async def test_a_jump_backwards_asks_nothing_twice_and_loses_no_closing(home: Home) -> None:
    await home.waits(ASKED)
    await home.answers("kim", "In between")
    await home.jumps(-timedelta(days=1))
    await home.presses("kim", "Very connected")
    assert "You chose: Very connected. It is kept." in await home.private("kim")
    # The same Monday evening once more, and then the closing.
    await home.waits(timedelta(days=1, hours=1))
    assert home.shown("checkins.prompt") == 1
    await home.waits(timedelta(days=3))
    assert home.shown("checkins.summary") == 1
    await home.waits(timedelta(days=4))
    assert home.shown("checkins.prompt") == 2


@tries("a clock that jumps")
async def test_after_a_jump_backwards_the_ladder_climbs_within_the_promised_time(
    home: Home,
) -> None:
    await home.comes("sam")
    await home.says("sam", IN_DANGER)
    await home.jumps(-DAYS)
    await home.waits(CLAIM_WITHIN)
    assert "Still nobody: please check on a member" in await home.sees("robin")
    await home.waits(CLAIM_WITHIN)
    assert home.shown("crisis.nobody-free") == 1
    assert home.shown("crisis.alert") == home.shown("crisis.passed-on") == 1
    assert home.shown("crisis.nobody-free") == 1


@tries("a clock that jumps")
async def test_what_is_done_each_day_waits_no_longer_after_a_jump_backwards() -> None:
    clock, ran = MovableClock(MONDAY), []

    async def forget() -> int:
        ran.append(clock())
        return 1

    daily = Daily(clock, forget)
    for step in (timedelta(), timedelta(hours=23), -DAYS, timedelta(hours=23), timedelta(hours=1)):
        clock.move(step)
        await daily.run()
    assert len(ran) == 3
