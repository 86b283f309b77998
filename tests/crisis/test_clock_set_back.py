"""A clock that was days ahead and is set right again must not silence anybody for those days."""

from datetime import timedelta

from peerbot.chat.addresses import NewInbox, PrivateThread
from peerbot.chat.gateway import Undeliverable, Why
from peerbot.crisis.model import State
from peerbot.testing import GENERAL, SAM
from tests.crisis.alerts import alert_of
from tests.crisis.conftest import ALERTS, Crisis

DAYS = timedelta(days=3)


async def test_an_alert_climbs_from_the_moment_the_clock_is_right(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    crisis.clock.move(-DAYS)
    assert await crisis.ladder.climb() == 0
    crisis.clock.move(timedelta(minutes=5))
    assert await crisis.ladder.climb() == 1
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.passed-on"]
    crisis.clock.move(timedelta(minutes=5))
    assert await crisis.ladder.climb() == 1
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.nobody-free"]


async def test_a_spooled_alert_climbs_too(crisis: Crisis) -> None:
    crisis.db.away = True
    await crisis.hears("an emergency")
    crisis.clock.move(-DAYS)
    crisis.db.away = False
    await crisis.ladder.climb()
    crisis.clock.move(timedelta(minutes=5))
    assert await crisis.ladder.climb() == 1


async def test_somebody_who_was_answered_is_answered_again(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    crisis.clock.move(-DAYS)
    await crisis.hears("this is urgent")
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.answer"]


async def test_an_alert_that_ended_in_the_wrong_days_covers_nothing(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    for _step in range(2):
        crisis.clock.move(timedelta(minutes=15))
        await crisis.ladder.climb()
    assert (await alert_of(crisis)).state is State.UNANSWERED
    crisis.clock.move(-DAYS)
    await crisis.hears("this is urgent")
    assert crisis.voice.keys_to(ALERTS).count("crisis.alert") == 2


async def test_a_room_gets_a_card_addressed_to_nobody_again(crisis: Crisis) -> None:
    closed = Undeliverable(Why.CLOSED)
    ways = (SAM, NewInbox(SAM), PrivateThread(GENERAL, SAM))
    crisis.voice.broken = dict.fromkeys(ways, closed)
    for _time in range(2):
        await crisis.hears("this is urgent")
        crisis.clock.move(timedelta(minutes=2))
        await crisis.answer.post_offers()
        crisis.clock.move(-DAYS)
    assert crisis.voice.keys_to(GENERAL) == ["crisis.offer", "crisis.offer"]
