"""The ladder: whom an alert calls next, until somebody comes or the end is told honestly."""

from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.addresses import person_of
from peerbot.chat.forms import Surface
from peerbot.chat.gateway import TryLater, Undeliverable, Why
from peerbot.chat.plain import plain_card
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.model import Alert, Outcome, Owed, Reason, State
from peerbot.crisis.store import AlertStore
from peerbot.errors import Gone
from peerbot.testing import ANA, GENERAL, ROBIN, SAM, a_message, an_actor
from tests.crisis.alerts import MODERATOR, alert_of
from tests.crisis.conftest import ALERTS, Crisis


async def test_an_unclaimed_emergency_goes_to_the_backup_and_then_to_the_honest_end(
    crisis: Crisis,
) -> None:
    await crisis.hears("an emergency")
    crisis.clock.move(timedelta(minutes=5))
    assert await crisis.ladder.climb() == 1
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.passed-on"]
    assert crisis.voice.cards_to(ALERTS)[-1].pings == ("backup",)
    crisis.clock.move(timedelta(minutes=5))
    assert await crisis.ladder.climb() == 1
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.nobody-free"]
    assert (await alert_of(crisis)).state is State.UNANSWERED
    assert await crisis.ladder.climb() == 0


async def test_the_stated_deadline_is_the_one_that_is_kept(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    assert "If nobody has written to you by 09:30" in crisis.voice.texts_to(SAM)[0]
    crisis.clock.move(timedelta(minutes=15))
    await crisis.ladder.climb()
    crisis.clock.move(timedelta(minutes=15))
    await crisis.ladder.climb()
    assert crisis.voice.keys_to(SAM)[-1] == "crisis.nobody-free"


async def test_a_quiet_note_is_never_passed_on(crisis: Crisis) -> None:
    await crisis.hears("a concern")
    crisis.clock.move(timedelta(days=2))
    assert await crisis.ladder.climb() == 0
    assert crisis.voice.cards_to(ALERTS)[0].pings == ()


async def test_a_claimed_alert_climbs_no_further_and_the_member_hears_who_comes(
    crisis: Crisis,
) -> None:
    await crisis.hears("this is urgent")
    alert = await alert_of(crisis)
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    crisis.clock.move(timedelta(hours=2))
    assert await crisis.ladder.climb() == 0
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.taken"]


async def test_two_responders_at_once_only_one_has_it(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    alert = await alert_of(crisis)
    first = await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    second = await crisis.service.claim(alert.id, an_actor(ANA, "mods"), crisis.community)
    assert (first.key, second.key) == ("crisis.claimed", "crisis.too-late")
    assert (await alert_of(crisis)).claimed_by == ROBIN


async def test_nobody_takes_the_alert_about_themselves(crisis: Crisis) -> None:
    await crisis.hears("this is urgent", author=an_actor(ROBIN, "mods"))
    alert = await alert_of(crisis, ROBIN)
    shown = await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    assert shown.key == "crisis.about-you"
    assert (await alert_of(crisis, ROBIN)).state is State.OPEN


async def test_an_alert_of_another_community_cannot_be_touched(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    alert = await alert_of(crisis)
    elsewhere = replace(crisis.community, id="another")
    with pytest.raises(Gone):
        await crisis.service.claim(alert.id, MODERATOR, elsewhere)


async def test_a_resolved_card_no_longer_says_who_or_where(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    alert = await alert_of(crisis)
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    await crisis.service.resolve(alert.id, Outcome.HANDED_ON, MODERATOR, crisis.community)
    last = plain_card(crisis.voice.edited[-1][1])
    assert "sam" not in last.lower()
    assert "chat.test" not in last
    assert (await alert_of(crisis)).permalink is None


async def test_a_deleted_message_takes_its_link_off_the_card(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    await crisis.noticing.deleted(a_message("this is urgent").ref)
    assert "their message is gone" in plain_card(crisis.voice.edited[-1][1])


async def test_a_busy_platform_is_tried_again_until_responders_hear(crisis: Crisis) -> None:
    crisis.voice.broken = {ALERTS: TryLater("busy", timedelta(seconds=40))}
    await crisis.hears("this is urgent")
    assert (await alert_of(crisis)).card is None
    crisis.voice.broken = {}
    crisis.clock.move(timedelta(seconds=40))
    assert await crisis.ladder.climb() == 1
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_when_responders_can_never_be_told_the_member_learns_it_at_the_deadline(
    crisis: Crisis,
) -> None:
    crisis.voice.broken = {ALERTS: Undeliverable(Why.GONE)}
    await crisis.hears("an emergency")
    for _time in range(40):
        crisis.clock.move(timedelta(seconds=20))
        await crisis.ladder.climb()
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.nobody-free"]


async def test_a_step_whose_process_died_is_done_again(crisis: Crisis) -> None:
    """The row was committed and then the process was killed: nobody was told or answered."""
    now = crisis.clock()
    alert = Alert(
        id="a23456789bcd",
        community_id=crisis.community.id,
        about=SAM,
        tier=Tier.EMERGENCY,
        category=Category.SUICIDE,
        whose=Whose.AUTHOR,
        reason=Reason.WORDS,
        surface=Surface.PUBLIC,
        rules=(),
        raised_at=now,
        room=GENERAL,
        next_step_at=now + timedelta(seconds=30),
        until=now + timedelta(minutes=10),
        owed=Owed.ANSWER,
        owed_at=now + timedelta(seconds=30),
    )
    async with crisis.db.begin() as session:
        await AlertStore(session).add(alert)
    crisis.clock.move(timedelta(seconds=30))
    assert await crisis.ladder.climb() == 1
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]


async def test_an_answer_of_which_nobody_knows_whether_it_arrived_is_sent_again_as_the_same_one(
    crisis: Crisis,
) -> None:
    """The process was killed when the answer had arrived and that was not yet written."""
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    owed = replace(alert, owed=Owed.ANSWER, owed_at=crisis.clock())
    await crisis.record.change(alert.id, lambda _one: owed)
    await crisis.ladder.climb()
    first, again = nonces_to_sam(crisis)
    assert again == first


async def test_the_answer_to_another_message_is_another_one(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    crisis.clock.move(timedelta(minutes=1))
    await crisis.hears("an emergency")
    first, second = nonces_to_sam(crisis)
    assert second != first


def nonces_to_sam(crisis: Crisis) -> list[str | None]:
    return [one.nonce for one in crisis.voice.sent if person_of(one.to) == SAM]
