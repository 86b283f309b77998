"""A message that a proxy posts again is one message: one alert, and one answer to its writer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.addresses import MessageRef, unsigned
from peerbot.chat.events import MessageFlagged
from peerbot.chat.plain import plain_card
from peerbot.crisis.model import Outcome, Way
from peerbot.testing import ANA, GENERAL, ROBIN, SAM, a_message, a_reply, an_actor
from tests.crisis.alerts import MODERATOR, alert_of
from tests.crisis.conftest import ALERTS, Crisis
from tests.crisis.test_lost_room import climb
from tests.crisis.test_restarted import later

COPY = MessageRef("test", GENERAL.id, "copy-1")
LINK = "https://chat.test/general/copy-1"


async def moved(crisis: Crisis, text: str) -> None:
    await crisis.noticing.moved(a_message(text).ref, COPY)


def a_flag_on_the_copy(text: str, by=ANA, ref: MessageRef = COPY) -> MessageFlagged:
    message = replace(a_message(text, author=unsigned(ref)), ref=ref, permalink=LINK)
    return MessageFlagged(
        actor=an_actor(by), at=message.at, space=message.space, message=message, reply=a_reply(by)
    )


async def test_the_card_led_to_the_copy_and_so_told_who_is_behind_its_name(
    crisis: Crisis,
) -> None:
    await crisis.hears("an emergency")
    await moved(crisis, "an emergency")
    alert = await alert_of(crisis)
    assert (alert.source, alert.permalink, alert.about) == (COPY, None, SAM)
    (_ref, shown), *_more = reversed(crisis.voice.edited)
    assert "a message in a room" in plain_card(shown)
    assert "https://" not in plain_card(shown)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_nothing_that_follows_leads_to_a_copy(crisis: Crisis) -> None:
    await crisis.hears("a concern")
    await moved(crisis, "a concern")
    await crisis.noticing.flagged(a_flag_on_the_copy("an emergency"))
    await crisis.hears("an emergency, still")
    alert = await alert_of(crisis)
    assert (alert.count, alert.source, alert.permalink) == (2, COPY, None)
    assert not [one for one in crisis.voice.texts_to(ALERTS)[1:] if "https://" in one]


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_flag_on_the_copy_is_the_same_alert_and_no_second_answer(
    two: tuple[Crisis, Crisis], restarts: bool
) -> None:
    first, restarted = two
    await first.hears("an emergency")
    await moved(first, "an emergency")
    crisis = await later(restarted, minutes=2) if restarts else first
    crisis.voice.sent.clear()
    await crisis.noticing.flagged(a_flag_on_the_copy("an emergency"))
    assert crisis.voice.keys_to(SAM) == []
    assert crisis.voice.keys_to(ALERTS) == []
    assert (await alert_of(crisis)).about == SAM


async def test_the_copy_that_is_deleted_takes_the_link_along(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    await moved(crisis, "an emergency")
    await crisis.noticing.deleted(COPY)
    alert = await alert_of(crisis)
    assert (alert.source, alert.permalink) == (None, None)


async def test_what_is_over_follows_no_message(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    await crisis.service.resolve(alert.id, Outcome.SAFE, MODERATOR, crisis.community)
    await moved(crisis, "an emergency")
    assert (await crisis.record.known(alert.id)).permalink is None


async def test_a_flag_on_words_that_nobody_signed_reaches_responders_and_offers_help_to_all(
    crisis: Crisis,
) -> None:
    shown = await crisis.noticing.flagged(a_flag_on_the_copy("an emergency"))
    assert "have been told" in plain_card(shown)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert [one for one in crisis.voice.sent if one.to != ALERTS] == []
    crisis.clock.move(timedelta(minutes=2))
    await crisis.answer.post_offers()
    assert crisis.voice.keys_to(GENERAL) == ["crisis.offer"]
    (alert,) = crisis.record.book
    assert (alert.way, alert.permalink) == (Way.OFFER, LINK)
    assert "Who: a name that a program posts under" in crisis.voice.texts_to(ALERTS)[0]


async def test_another_such_message_is_another_alert(crisis: Crisis) -> None:
    await crisis.noticing.flagged(a_flag_on_the_copy("an emergency"))
    await crisis.noticing.flagged(a_flag_on_the_copy("an emergency", by=ROBIN))
    other = replace(COPY, message="copy-2")
    await crisis.noticing.flagged(a_flag_on_the_copy("this is urgent", ref=other))
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"] * 2


async def test_to_nobody_s_name_no_news_is_written(crisis: Crisis) -> None:
    await crisis.noticing.flagged(a_flag_on_the_copy("an emergency"))
    (alert,) = crisis.record.book
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    await climb(crisis, 12)
    assert {one.to for one in crisis.voice.sent} <= {ALERTS}
    assert "a name that a program posts under" in plain_card(
        await crisis.service.waiting(crisis.community)
    )
