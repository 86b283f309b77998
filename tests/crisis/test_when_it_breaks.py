"""Help goes on when something breaks: the database, a platform, a process, an event cut off."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.addresses import NewInbox, PrivateThread
from peerbot.chat.cards import buttons_of
from peerbot.chat.forms import Surface
from peerbot.chat.gateway import Undeliverable, Why
from peerbot.chat.plain import plain_card
from peerbot.crisis.detection.finding import Category
from peerbot.crisis.model import Outcome, Owed, Way
from peerbot.testing import ALEX, GENERAL, SAM, a_reply, an_actor
from tests.crisis.alerts import MODERATOR, a_flag, alert_of
from tests.crisis.breaking import BUSY, CLOSED, climb_after, close_every_way
from tests.crisis.conftest import ALERTS, Crisis

# -- a platform --------------------------------------------------------------------------------


async def test_a_defect_while_answering_does_not_keep_responders_from_hearing(
    crisis: Crisis,
) -> None:
    crisis.voice.broken = {SAM: RuntimeError("a defect")}
    await crisis.hears("an emergency")
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert [type(one) for one in crisis.failures] == [RuntimeError]


async def test_a_defect_while_alerting_does_not_keep_the_member_from_hearing(
    crisis: Crisis,
) -> None:
    crisis.voice.broken = {ALERTS: RuntimeError("a defect")}
    await crisis.hears("an emergency")
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert (await alert_of(crisis)).way is Way.INBOX
    crisis.voice.broken = {}
    await climb_after(crisis, seconds=30)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_one_alert_that_fails_does_not_stop_the_others(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    await crisis.hears("an emergency", author=ALEX)
    pass_on = crisis.ladder._responders.pass_on

    async def fails_for_sam(alert, settings):
        if alert.about == SAM:
            raise RuntimeError("a defect")
        return await pass_on(alert, settings)

    crisis.ladder._responders.pass_on = fails_for_sam
    await climb_after(crisis, minutes=5)
    assert crisis.voice.keys_to(ALERTS).count("crisis.passed-on") == 1
    assert [type(one) for one in crisis.failures] == [RuntimeError]


async def test_an_answer_that_a_busy_platform_did_not_take_is_sent_a_moment_later(
    crisis: Crisis,
) -> None:
    close_every_way(crisis, BUSY)
    await crisis.hears("an emergency")
    assert (await alert_of(crisis)).owed is Owed.ANSWER
    assert "being reached now" in plain_card(crisis.voice.edited[-1][1])
    crisis.voice.broken = {}
    await climb_after(crisis, seconds=2)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert "answered in their inbox" in plain_card(crisis.voice.edited[-1][1])


async def test_where_nobody_is_told_a_busy_platform_is_tried_again_too(crisis: Crisis) -> None:
    close_every_way(crisis, BUSY)
    await crisis.hears("it is urgent", surface=Surface.PRIVATE)
    assert crisis.voice.keys_to(SAM) == []
    crisis.voice.broken = {}
    crisis.clock.move(timedelta(seconds=1))
    assert await crisis.answer.send_all_late() == 1
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.answer.next_late_at() is None


async def test_a_first_answer_that_failed_does_not_silence_the_next_one(crisis: Crisis) -> None:
    close_every_way(crisis, CLOSED)
    await crisis.hears("it is urgent", surface=Surface.TO_STAFF)
    crisis.voice.broken = {}
    await crisis.hears("it is urgent", surface=Surface.TO_STAFF)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]


async def test_an_answer_is_sent_even_if_the_process_died_after_the_card(crisis: Crisis) -> None:
    close_every_way(crisis, BUSY)
    await crisis.hears("an emergency")
    crisis.voice.broken = {}
    crisis.record.book.drop((await alert_of(crisis)).id)
    await climb_after(crisis, seconds=30)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]


async def test_help_goes_on_when_its_event_is_cut_off(crisis: Crisis) -> None:
    hearing = asyncio.ensure_future(crisis.hears("an emergency"))
    await crisis.voice.has_sent(1)
    hearing.cancel()
    await crisis.noticing.settled()
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert (await alert_of(crisis)).way is Way.INBOX


# -- the truth about it ------------------------------------------------------------------------


async def test_a_responder_is_not_told_that_somebody_heard_who_could_not(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    close_every_way(crisis, CLOSED)
    shown = await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    assert "I could not tell them that you will write" in plain_card(shown)
    assert "They were told" not in plain_card(shown)


async def test_news_that_a_busy_platform_did_not_take_is_brought_later(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    close_every_way(crisis, BUSY)
    shown = await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    assert "I am still trying to tell them" in plain_card(shown)
    crisis.voice.broken = {}
    await climb_after(crisis, seconds=2)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.taken"]


async def test_the_card_says_when_the_honest_end_could_not_be_told(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    await climb_after(crisis, minutes=5)
    close_every_way(crisis, CLOSED)
    await climb_after(crisis, minutes=5)
    alert = await alert_of(crisis)
    last = {ref: plain_card(card) for ref, card in crisis.voice.edited}
    assert "I could not tell them so" in last[alert.card]
    assert alert.untold


async def test_the_honest_end_is_told_where_the_answer_was(crisis: Crisis) -> None:
    crisis.voice.broken = dict.fromkeys((SAM, NewInbox(SAM)), CLOSED)
    await crisis.hears("an emergency")
    await climb_after(crisis, minutes=5)
    await climb_after(crisis, minutes=5)
    thread = PrivateThread(GENERAL, SAM)
    assert crisis.voice.keys_to(thread)[-1] == "crisis.nobody-free"


async def test_an_honest_end_that_a_busy_platform_did_not_take_is_told_later(
    crisis: Crisis,
) -> None:
    await crisis.hears("an emergency")
    await climb_after(crisis, minutes=5)
    close_every_way(crisis, BUSY)
    await climb_after(crisis, minutes=5)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    crisis.voice.broken = {}
    await climb_after(crisis, minutes=15)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.nobody-free"]


async def test_the_honest_end_comes_at_its_minute_however_late_the_backup_was_called(
    crisis: Crisis,
) -> None:
    await crisis.hears("an emergency")
    await climb_after(crisis, minutes=8)
    assert (await alert_of(crisis)).next_step_at == crisis.clock() + timedelta(minutes=2)
    await climb_after(crisis, minutes=2)
    assert crisis.voice.keys_to(SAM)[-1] == "crisis.nobody-free"


async def test_the_minute_that_was_told_stays_when_timers_are_changed(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    await crisis.set(lambda one: replace(one, claim_emergency=timedelta(hours=1)))
    await climb_after(crisis, minutes=5)
    await climb_after(crisis, minutes=5)
    assert crisis.voice.keys_to(SAM)[-1] == "crisis.nobody-free"


async def test_responders_who_could_not_be_told_in_time_are_told_all_the_same(
    crisis: Crisis,
) -> None:
    crisis.voice.broken = {ALERTS: Undeliverable(Why.GONE)}
    await crisis.hears("an emergency")
    await climb_after(crisis, minutes=10)
    assert crisis.voice.keys_to(SAM)[-1] == "crisis.nobody-free"
    crisis.voice.broken = {}
    await climb_after(crisis, minutes=15)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_a_quiet_note_is_tried_again_ever_more_seldom(crisis: Crisis) -> None:
    crisis.voice.broken = {ALERTS: Undeliverable(Why.GONE)}
    await crisis.hears("a concern")
    tries = 0
    for _minute in range(60):
        crisis.clock.move(timedelta(minutes=1))
        tries += await crisis.ladder.climb()
    assert 3 <= tries <= 10


async def test_keeping_it_private_is_said_to_be_shown_only_if_it_was(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    shown = await crisis.service.keep_private(alert.id, an_actor(SAM))
    assert "I have told the responders" in plain_card(shown)

    async def refused(*_args: object, **_named: object):
        raise Undeliverable(Why.GONE)

    crisis.voice.edit = refused
    shown = await crisis.service.keep_private(alert.id, an_actor(SAM))
    assert "could not show it to the responders" in plain_card(shown)


async def test_a_flag_where_nobody_can_be_told_says_so_and_helps_all_the_same(
    crisis: Crisis,
) -> None:
    await crisis.set(lambda one: replace(one, alert_room=None))
    shown = await crisis.noticing.flagged(a_flag("an emergency"))
    assert "nobody in this community yet whom I can tell" in plain_card(shown)
    assert "I keep trying" not in plain_card(shown)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]


async def test_asking_for_a_person_says_when_responders_could_not_be_reached(
    crisis: Crisis,
) -> None:
    crisis.voice.broken = {ALERTS: Undeliverable(Why.GONE)}
    shown = await crisis.service.ask_moderator(an_actor(SAM), crisis.community, Category.NONE)
    assert "I have not been able to reach the responders yet" in plain_card(shown)
    assert "I am asking" not in str(shown.summary)


async def test_words_for_oneself_open_no_thread_and_cause_no_card_in_the_room(
    crisis: Crisis,
) -> None:
    close_every_way(crisis, CLOSED)
    crisis.voice.broken.pop(PrivateThread(GENERAL, SAM))
    reply = a_reply(SAM)
    crisis.voice.broken[reply] = Undeliverable(Why.GONE)
    await crisis.hears("an emergency", surface=Surface.PRIVATE, reply=reply)
    assert crisis.voice.cards_to(PrivateThread(GENERAL, SAM)) == []
    crisis.clock.move(timedelta(minutes=2))
    assert await crisis.answer.post_offers() == 0


async def test_an_offer_that_a_busy_platform_did_not_take_is_posted_later(crisis: Crisis) -> None:
    close_every_way(crisis, CLOSED)
    await crisis.hears("an emergency")
    crisis.voice.broken[GENERAL] = BUSY
    crisis.clock.move(timedelta(minutes=2))
    assert await crisis.answer.post_offers() == 0
    crisis.voice.broken.pop(GENERAL)
    crisis.clock.move(timedelta(seconds=30))
    assert await crisis.answer.post_offers() == 1
    crisis.clock.move(timedelta(minutes=5))
    assert await crisis.answer.post_offers() == 0


async def test_after_a_month_the_card_in_the_room_forgets_who_it_was(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    crisis.clock.move(timedelta(days=31))
    assert await crisis.ladder.forget_people() == 1
    last = plain_card(crisis.voice.edited[-1][1])
    assert "sam" not in last
    assert "no longer kept" in last


@pytest.mark.parametrize("close", ["resolve", "misread"])
async def test_every_card_about_a_closed_alert_forgets_who_it_was(
    crisis: Crisis, close: str
) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    await climb_after(crisis, minutes=5)
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    await crisis.service.call_backup(alert.id, MODERATOR, crisis.community)
    crisis.voice.edited.clear()
    if close == "resolve":
        await crisis.service.resolve(alert.id, Outcome.SAFE, MODERATOR, crisis.community)
    else:
        await crisis.service.verdict_misread(alert.id, MODERATOR, crisis.community)
    shown = {ref: plain_card(card) for ref, card in crisis.voice.edited}
    assert len(shown) == 3
    assert not [text for text in shown.values() if "sam" in text or "[" in text]
    late = await crisis.service.call_backup(alert.id, MODERATOR, crisis.community)
    assert late.key == "crisis.over"
    assert buttons_of(late) == ()
