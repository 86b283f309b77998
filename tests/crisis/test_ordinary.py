"""A message that passes as ordinary is one about which nothing would have been done."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from peerbot.community.model import Feature, Level, RoomLevel, Settings
from peerbot.testing import GENERAL, NOW, SPACE
from tests.crisis.conftest import Crisis

TEXTS = ("hello", "one concern", "this is urgent", "an emergency", "a friend is urgent", "")
Changed = Callable[[Settings], Settings]
SETTINGS: dict[str, Changed] = {
    "all rooms": lambda one: one,
    "not read": lambda one: one.switching(Feature.READING, on=False),
    "no notice": lambda one: replace(one, notice_posted=False),
    "no room for alerts": lambda one: replace(one, alert_room=None),
    "in silence": lambda one: replace(one, silent_until=NOW),
    "no first answer": lambda one: replace(one, first_private_answer=False),
    **{
        f"only {level}": lambda one, level=level: replace(  # type: ignore[misc]
            one, room_levels=(RoomLevel(GENERAL, level),)
        )
        for level in Level
    },
}


@pytest.mark.parametrize("change", SETTINGS.values(), ids=SETTINGS)
async def test_nothing_follows_from_what_passes(crisis: Crisis, change: Changed) -> None:
    await crisis.set(change)
    for text in filter(lambda one: crisis.noticing.is_ordinary(one, SPACE, GENERAL), TEXTS):
        await crisis.hears(text)
        await crisis.noticing.settled()
        assert crisis.voice.sent == []
        assert list(crisis.record.book) == []
        assert crisis.tally.next_due() is None


@pytest.mark.parametrize("reads", ["all rooms", "in silence", "no first answer", "only urgent"])
async def test_danger_in_a_room_that_is_read_never_passes(crisis: Crisis, reads: str) -> None:
    await crisis.set(SETTINGS[reads])
    passing = [one for one in TEXTS if crisis.noticing.is_ordinary(one, SPACE, GENERAL)]
    assert passing == ["hello", ""]
