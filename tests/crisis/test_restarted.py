"""After a restart nobody hears twice what they have heard: it stands in the alert."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from peerbot.chat.addresses import NewInbox, PrivateThread
from peerbot.chat.gateway import Undeliverable, Why
from peerbot.crisis.detection.finding import Tier
from peerbot.crisis.model import Way
from peerbot.crisis.spool import from_json, to_json
from peerbot.testing import ALEX, ROBIN, SAM, an_actor
from tests.crisis.alerts import a_flag, alert_of
from tests.crisis.conftest import ALERTS, Crisis
from tests.crisis.samples import alert as an_alert
from tests.crisis.test_lost_room import climb, lose, publish

Two = tuple[Crisis, Crisis]


async def later(restarted: Crisis, **length: float) -> Crisis:
    """Let the process that comes after the restart begin, and return it."""
    await restarted.record.load()
    await restarted.roster.load()
    restarted.clock.move(timedelta(**length))
    return restarted


@pytest.mark.parametrize("words", ["a concern", "this is urgent", "an emergency"])
async def test_a_message_that_was_answered_and_is_flagged_after_a_restart_was_answered_twice(
    two: Two, words: str
) -> None:
    first, restarted = two
    await first.hears(words)
    assert first.voice.keys_to(SAM) == ["crisis.answer"]
    await later(restarted, minutes=2)
    await restarted.noticing.flagged(a_flag(words))
    await restarted.noticing.flagged(a_flag(words, by=ROBIN))
    assert restarted.voice.keys_to(SAM) == []
    alert = await alert_of(restarted)
    assert alert.way is Way.INBOX


async def test_long_after_the_quiet_time_it_is_still_the_same_message(two: Two) -> None:
    first, restarted = two
    await first.hears("an emergency")
    await later(restarted, hours=30)
    await restarted.noticing.flagged(a_flag("an emergency"))
    assert restarted.voice.keys_to(SAM) == []


async def test_without_a_restart_a_flag_answers_no_second_time_either(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    crisis.clock.move(timedelta(minutes=2))
    await crisis.noticing.flagged(a_flag("an emergency"))
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]


async def test_another_message_of_the_same_person_is_quiet_too(two: Two) -> None:
    first, restarted = two
    await first.hears("this is urgent")
    await later(restarted, minutes=2)
    await restarted.noticing.flagged(a_flag("still urgent"))
    await restarted.hears("and urgent once more")
    assert restarted.voice.keys_to(SAM) == []


async def test_what_got_worse_is_answered_after_a_restart(two: Two) -> None:
    first, restarted = two
    await first.hears("a concern")
    await first.noticing.flagged(a_flag("a concern"))
    assert (await alert_of(first)).tier is Tier.URGENT
    await later(restarted, minutes=2)
    await restarted.hears("this is urgent")
    assert restarted.voice.keys_to(SAM) == ["crisis.answer"]


async def test_after_the_quiet_time_another_message_is_answered(two: Two) -> None:
    first, restarted = two
    await first.hears("this is urgent")
    await later(restarted, hours=13)
    await restarted.hears("urgent again")
    assert restarted.voice.keys_to(SAM) == ["crisis.answer"]


async def test_who_could_not_be_reached_is_tried_again_by_a_flag(two: Two) -> None:
    first, restarted = two
    for place in (SAM, NewInbox(SAM)):
        first.voice.broken[place] = Undeliverable(Why.CLOSED)
    first.voice.able = replace(first.voice.able, private_thread=False)
    await first.hears("an emergency")
    assert (await alert_of(first)).answered is None
    await later(restarted, minutes=2)
    await restarted.noticing.flagged(a_flag("an emergency"))
    assert restarted.voice.keys_to(SAM) == ["crisis.answer"]
    assert (await alert_of(restarted)).answered is Tier.EMERGENCY


async def test_a_flag_without_a_finding_does_not_count_as_an_answer(two: Two) -> None:
    first, restarted = two
    first.detector.deaf_to.add("an emergency")
    await first.noticing.flagged(a_flag("an emergency"))
    await later(restarted, minutes=2)
    await restarted.noticing.flagged(a_flag("an emergency"))
    assert restarted.voice.keys_to(SAM) == ["crisis.answer"]


async def test_a_claim_while_the_answer_was_on_its_way_does_not_forget_that_it_arrived(
    crisis: Crisis,
) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    claimed = await crisis.service.claim(alert.id, an_actor(ROBIN, "mods"), crisis.community)
    assert claimed.key == "crisis.claimed"
    assert (await alert_of(crisis)).answered is Tier.EMERGENCY


# -- in a private thread ---------------------------------------------------------------------------


def only_threads(crisis: Crisis) -> None:
    """Close the inbox of everybody in danger."""
    for place in (SAM, NewInbox(SAM)):
        crisis.voice.broken[place] = Undeliverable(Why.CLOSED)


async def test_after_a_restart_news_came_in_another_thread_than_the_answer(two: Two) -> None:
    first, restarted = two
    only_threads(first)
    only_threads(restarted)
    await first.hears("an emergency")
    alert = await alert_of(first)
    assert (alert.way, alert.thread) == (Way.THREAD, "private")
    await later(restarted, minutes=1)
    await restarted.service.claim(alert.id, an_actor(ROBIN, "mods"), restarted.community)
    told = [one.to for one in restarted.voice.sent if one.card.key == "crisis.taken"]
    assert [(type(one), one.made) for one in told] == [(PrivateThread, "private")]


async def test_another_answer_comes_in_the_same_thread(two: Two) -> None:
    first, restarted = two
    only_threads(first)
    only_threads(restarted)
    await first.hears("this is urgent")
    await later(restarted, minutes=1)
    await restarted.hears("an emergency")
    told = [one.to for one in restarted.voice.sent if one.card.key == "crisis.answer"]
    assert [(type(one), one.made) for one in told] == [(PrivateThread, "private")]


async def test_which_thread_it_was_is_forgotten_with_the_person(crisis: Crisis) -> None:
    only_threads(crisis)
    await crisis.hears("an emergency")
    crisis.clock.move(timedelta(days=31))
    await crisis.ladder.forget_people()
    async with crisis.db.read() as session:
        rows = (await session.execute(text("SELECT room_id, thread_id FROM alert"))).all()
    assert [tuple(row) for row in rows] == [(None, None)]


# -- whoever looks after the space -----------------------------------------------------------------


async def test_who_looks_after_the_space_was_told_again_after_a_restart(two: Two) -> None:
    first, restarted = two
    await publish(first)
    lose(first)
    lose(restarted)
    await first.hears("an emergency")
    assert first.voice.keys_to(ALEX) == ["crisis.no-way"]
    await later(restarted, seconds=30)
    await climb(restarted, 6)
    assert restarted.voice.keys_to(ALEX) == []
    assert restarted.voice.keys_to(ALERTS) == []


async def test_who_was_not_reached_before_the_restart_is_told_after_it(two: Two) -> None:
    first, restarted = two
    await publish(first)
    await publish(restarted)
    lose(first)
    lose(restarted)
    for place in (ALEX, NewInbox(ALEX)):
        first.voice.broken[place] = Undeliverable(Why.CLOSED)
    await first.hears("an emergency")
    await later(restarted, seconds=30)
    await climb(restarted, 1)
    assert restarted.voice.keys_to(ALEX) == ["crisis.no-way"]


async def test_it_is_told_once_while_the_database_is_away(crisis: Crisis) -> None:
    await publish(crisis)
    lose(crisis)
    crisis.db.away = True
    await crisis.hears("an emergency")
    await climb(crisis, 1)
    assert crisis.voice.keys_to(ALEX) == ["crisis.no-way"]
    (spooled,) = crisis.record.spooled
    assert spooled.keepers_know
    assert spooled.answered is Tier.EMERGENCY


async def test_what_was_said_survives_the_spool(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    assert alert.answered_at is not None
    assert from_json(to_json(alert)) == alert


def test_of_two_copies_the_later_answer_counts() -> None:
    early = an_alert()
    now = early.raised_at + timedelta(minutes=1)
    told = replace(early, answered=Tier.URGENT, answered_at=now, keepers_know=True)
    for merged in (early.merged_with(told), told.merged_with(early)):
        assert (merged.answered, merged.answered_at) == (Tier.URGENT, now)
        assert merged.keepers_know
