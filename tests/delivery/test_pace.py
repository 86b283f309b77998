"""Sends keep below each platform's limit, whatever the clock does."""

from datetime import timedelta

import pytest

from peerbot.delivery.model import chunk_size
from peerbot.delivery.pace import Pace
from tests.delivery.conftest import Slept


@pytest.fixture
def slept() -> Slept:
    return Slept()


@pytest.fixture
def pace(slept: Slept) -> Pace:
    return Pace(0.8, slept.ticks, slept)


async def test_turns_keep_to_four_fifths_of_the_limit(pace: Pace, slept: Slept) -> None:
    for _ in range(41):
        await pace.turn("inboxes", 5)
    assert slept.seconds == pytest.approx(40 / 4)


async def test_each_domain_has_turns_of_its_own(pace: Pace, slept: Slept) -> None:
    for room in range(20):
        await pace.turn(f"room-{room}", 1)
    assert slept.seconds == 0


async def test_a_pause_is_not_saved_up(pace: Pace, slept: Slept) -> None:
    await pace.turn("inboxes", 1)
    slept.seconds += 3600
    await pace.turn("inboxes", 1)
    await pace.turn("inboxes", 1)
    assert slept.seconds == pytest.approx(3600 + 1.25)


async def test_a_domain_is_left_alone_for_as_long_as_it_asked(pace: Pace) -> None:
    pace.hold("inboxes", timedelta(minutes=5))
    pace.hold("inboxes", timedelta(minutes=1))
    assert pace.wait("inboxes") == timedelta(minutes=5)
    assert pace.wait("room-1") == timedelta(0)


@pytest.mark.parametrize(("per_second", "sends"), [(8_000, 100), (0.8, 48), (0.001, 1)])
def test_a_chunk_lasts_about_a_minute_at_most(per_second: float, sends: int) -> None:
    assert chunk_size(per_second) == sends
