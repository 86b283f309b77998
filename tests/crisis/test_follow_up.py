"""The reminder to whoever helped: off by default, by day, once, and without a name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from peerbot.chat.addresses import NewInbox
from peerbot.chat.gateway import TryLater, Undeliverable, Why
from peerbot.chat.plain import plain_card
from peerbot.community.model import Settings
from peerbot.community.settings_cards import FOLLOW_UP_HOURS
from peerbot.crisis.data import CrisisData
from peerbot.crisis.follow_up import follow_up_at
from peerbot.crisis.model import Outcome
from peerbot.testing import ANA, ROBIN, SAM, an_actor
from tests.crisis.alerts import MODERATOR, alert_of, labels
from tests.crisis.conftest import Crisis

DAY = timedelta(days=1)


async def switch_on(crisis: Crisis) -> None:
    await crisis.set(lambda one: replace(one, follow_up_after=DAY))


async def help_sam(crisis: Crisis, outcome: Outcome = Outcome.SAFE):
    """Let robin take an alert about sam and close it; return what robin sees then."""
    await crisis.hears("this is urgent")
    alert = await alert_of(crisis)
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    return await crisis.service.resolve(alert.id, outcome, MODERATOR, crisis.community)


async def test_it_is_off_unless_switched_on(crisis: Crisis) -> None:
    assert "reminder" not in plain_card(await help_sam(crisis))
    crisis.clock.move(3 * DAY)
    assert await crisis.follow_ups.send_due() == 0


async def test_a_day_later_robin_is_reminded_once_without_a_name(anywhere: Crisis) -> None:
    await switch_on(anywhere)
    thanks = await help_sam(anywhere)
    assert "one private reminder on 2026-03-03" in plain_card(thanks)
    assert "No reminder, please" in labels(thanks)
    before = len(anywhere.voice.cards_to(ROBIN))
    anywhere.clock.move(DAY - timedelta(minutes=1))
    assert await anywhere.follow_ups.send_due() == 0
    anywhere.clock.move(timedelta(minutes=1))
    assert await anywhere.follow_ups.send_due() == 1
    assert await anywhere.follow_ups.send_due() == 0
    (card,) = anywhere.voice.cards_to(ROBIN)[before:]
    assert "On 2026-03-02 you helped somebody here." in plain_card(card)
    assert "sam" not in plain_card(card).lower()


async def test_it_can_be_declined(anywhere: Crisis) -> None:
    await switch_on(anywhere)
    await help_sam(anywhere)
    alert = await alert_of(anywhere)
    await anywhere.service.no_follow_up(alert.id, MODERATOR, anywhere.community)
    anywhere.clock.move(2 * DAY)
    assert await anywhere.follow_ups.send_due() == 0


async def test_of_two_processes_one_sends_it(two: tuple[Crisis, Crisis]) -> None:
    one, other = two
    await switch_on(one)
    await help_sam(one)
    for each in two:
        each.clock.move(DAY)
    assert await one.follow_ups.send_due() + await other.follow_ups.send_due() == 1


@pytest.mark.parametrize(
    "broken", [TryLater("busy", timedelta(seconds=5)), Undeliverable(Why.CLOSED)]
)
async def test_what_does_not_arrive_is_not_sent_again(crisis: Crisis, broken) -> None:
    await switch_on(crisis)
    await help_sam(crisis)
    crisis.clock.move(DAY)
    crisis.voice.broken = {ROBIN: broken, NewInbox(ROBIN): broken}
    assert await crisis.follow_ups.send_due() == 0
    crisis.voice.broken.clear()
    assert await crisis.follow_ups.send_due() == 0


async def test_after_a_long_outage_it_is_dropped(crisis: Crisis) -> None:
    await switch_on(crisis)
    await help_sam(crisis)
    crisis.clock.move(2 * DAY)
    assert await crisis.follow_ups.send_due() == 0


async def test_who_reached_nobody_is_not_reminded(crisis: Crisis) -> None:
    await switch_on(crisis)
    await help_sam(crisis, Outcome.NOT_REACHED)
    crisis.clock.move(DAY)
    assert await crisis.follow_ups.send_due() == 0


async def test_nobody_is_reminded_of_what_nobody_took_or_of_a_drill(crisis: Crisis) -> None:
    await switch_on(crisis)
    await crisis.hears("this is urgent")
    alert = await alert_of(crisis)
    await crisis.service.resolve(alert.id, Outcome.SAFE, MODERATOR, crisis.community)
    await crisis.drill.run(crisis.community, an_actor(ANA, owns_space=True))
    drill = await alert_of(crisis, ANA)
    await crisis.service.claim(drill.id, MODERATOR, crisis.community)
    await crisis.service.resolve(drill.id, Outcome.SAFE, MODERATOR, crisis.community)
    crisis.clock.move(DAY)
    assert await crisis.follow_ups.send_due() == 0


@pytest.mark.parametrize("who", [SAM, ROBIN])
async def test_it_goes_with_whoever_is_forgotten(anywhere: Crisis, who) -> None:
    await switch_on(anywhere)
    await help_sam(anywhere)
    await CrisisData(anywhere.db).erase(who)
    anywhere.clock.move(DAY)
    assert await anywhere.follow_ups.send_due() == 0


async def test_it_goes_with_old_people(anywhere: Crisis) -> None:
    await anywhere.set(lambda one: replace(one, follow_up_after=40 * DAY))
    await help_sam(anywhere)
    anywhere.clock.move(31 * DAY)
    assert await anywhere.ladder.forget_people() == 1
    anywhere.clock.move(9 * DAY)
    assert await anywhere.follow_ups.send_due() == 0


@pytest.mark.parametrize("hours", FOLLOW_UP_HOURS)
@pytest.mark.parametrize("zone", ["America/Toronto", "UTC", "Pacific/Auckland"])
def test_it_comes_by_day_and_within_24_to_72_hours(hours: int, zone: str) -> None:
    settings = Settings(zone=zone, follow_up_after=timedelta(hours=hours))
    # Across both clock changes of the year.
    for month, day in ((3, 6), (3, 27), (6, 1), (9, 25), (10, 30)):
        for step in range(96):
            closed = datetime(2026, month, day, tzinfo=UTC) + timedelta(minutes=45 * step)
            due = follow_up_at(closed, settings)
            assert due is not None
            assert timedelta(hours=24) <= due - closed <= timedelta(hours=72)
            there = due.astimezone(ZoneInfo(zone))
            assert (9, 0) <= (there.hour, there.minute) <= (20, 0)
