"""The path from words to a human: order, privacy, truth, and what happens when things break."""

from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.addresses import NewInbox, PrivateThread
from peerbot.chat.forms import Surface
from peerbot.chat.gateway import Undeliverable, Why
from peerbot.chat.plain import plain_card
from peerbot.crisis.detection.finding import Category, Tier
from peerbot.crisis.model import Outcome, Way
from peerbot.crisis.spool import Spool
from peerbot.errors import Gone
from peerbot.testing import ANA, GENERAL, ROBIN, SAM, a_reply, an_actor
from tests.crisis.alerts import MODERATOR, alert_of, labels
from tests.crisis.conftest import ALERTS, Crisis


async def test_the_member_hears_privately_and_responders_get_a_card_with_a_link(
    crisis: Crisis,
) -> None:
    await crisis.hears("this is urgent")
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.voice.titles_to(ALERTS) == ["Please check on a member"]
    assert "https://chat.test/general" in crisis.voice.texts_to(ALERTS)[0]
    assert not crisis.voice.cards_to(GENERAL)


async def test_nobody_is_ever_shown_the_words(crisis: Crisis) -> None:
    await crisis.hears("zanzibar is urgent")
    shown = [plain_card(one.card) for one in crisis.voice.sent]
    shown += [plain_card(card) for _ref, card in crisis.voice.edited]
    assert shown
    assert not [text for text in shown if "zanzibar" in text]


async def test_what_a_platform_says_when_it_refuses_a_card_is_not_logged(
    crisis: Crisis, caplog: pytest.LogCaptureFixture
) -> None:
    crisis.voice.broken = {ALERTS: Undeliverable(Why.REJECTED, "Invalid body: zanzibar")}
    await crisis.hears("zanzibar is urgent")
    assert "not delivered (rejected)" in caplog.text
    assert "zanzibar" not in caplog.text


async def test_an_ordinary_message_costs_no_statement(crisis: Crisis) -> None:
    with crisis.db.count_statements() as count:
        await crisis.hears("good morning everyone")
    assert count.statements == []
    assert crisis.detector.looked_at == ["good morning everyone"]


async def test_messages_are_not_looked_at_before_the_notice_is_posted(crisis: Crisis) -> None:
    await crisis.set(lambda one: replace(one, notice_posted=False))
    await crisis.hears("this is urgent")
    assert crisis.detector.looked_at == []
    assert crisis.voice.sent == []


async def test_responders_are_told_even_if_the_member_cannot_be_reached(crisis: Crisis) -> None:
    closed = Undeliverable(Why.CLOSED)
    crisis.voice.broken = {
        SAM: closed,
        NewInbox(SAM): closed,
        PrivateThread(GENERAL, SAM): closed,
    }
    await crisis.hears("this is urgent")
    alert = await alert_of(crisis)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert alert.way is Way.OFFER
    assert "not reached" in plain_card(crisis.voice.edited[-1][1])


async def test_a_card_to_nobody_appears_later_and_at_most_once_an_hour(crisis: Crisis) -> None:
    closed = Undeliverable(Why.CLOSED)
    for person in (SAM, ANA):
        crisis.voice.broken |= {
            person: closed,
            NewInbox(person): closed,
            PrivateThread(GENERAL, person): closed,
        }
    await crisis.hears("this is urgent")
    await crisis.hears("this is urgent", author=ANA)
    assert await crisis.answer.post_offers() == 0
    crisis.clock.move(timedelta(minutes=2))
    assert await crisis.answer.post_offers() == 1
    assert crisis.voice.keys_to(GENERAL) == ["crisis.offer"]
    assert (await alert_of(crisis, ANA)).way is Way.NOT_REACHED


async def test_the_least_intrusive_way_comes_first(crisis: Crisis) -> None:
    reply = a_reply(SAM)
    await crisis.hears("this is urgent", surface=Surface.TO_STAFF, reply=reply)
    answers = [one.to for one in crisis.voice.sent if one.card.key == "crisis.answer"]
    assert answers == [reply]
    assert (await alert_of(crisis)).way is Way.REPLY


async def test_a_new_inbox_is_opened_only_from_urgent_on_and_only_if_the_community_allows(
    crisis: Crisis,
) -> None:
    crisis.voice.broken = {SAM: Undeliverable(Why.NO_INBOX)}
    await crisis.hears("a concern")
    assert NewInbox(SAM) not in [one.to for one in crisis.voice.sent]
    await crisis.hears("this is urgent")
    assert NewInbox(SAM) in [one.to for one in crisis.voice.sent]
    await crisis.set(lambda one: replace(one, first_private_answer=False))
    crisis.voice.broken[ANA] = Undeliverable(Why.NO_INBOX)
    await crisis.hears("this is urgent", author=ANA)
    assert NewInbox(ANA) not in [one.to for one in crisis.voice.sent]


async def test_only_me_words_are_answered_and_nobody_is_told(crisis: Crisis) -> None:
    await crisis.hears("an emergency", surface=Surface.PRIVATE, reply=a_reply(SAM))
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.voice.cards_to(ALERTS) == []
    assert "Nobody else was told" in crisis.voice.texts_to(SAM)[0]


async def test_a_community_may_switch_on_alerts_for_private_emergencies(crisis: Crisis) -> None:
    await crisis.set(lambda one: replace(one, private_emergencies=True))
    await crisis.hears("it is urgent", surface=Surface.PRIVATE, reply=a_reply(SAM))
    assert crisis.voice.cards_to(ALERTS) == []
    await crisis.hears("an emergency", surface=Surface.PRIVATE, reply=a_reply(SAM))
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_words_to_staff_reach_responders_from_urgent_on(crisis: Crisis) -> None:
    await crisis.hears("a concern", surface=Surface.TO_STAFF, reply=a_reply(SAM))
    assert crisis.voice.cards_to(ALERTS) == []
    await crisis.hears("it is urgent", surface=Surface.TO_STAFF, reply=a_reply(SAM))
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_samples_pasted_into_the_rule_lab_do_nothing(crisis: Crisis) -> None:
    await crisis.hears("an emergency", surface=Surface.SAMPLE, reply=a_reply(SAM))
    assert crisis.voice.sent == []


async def test_a_flood_is_one_alert_with_a_counter(crisis: Crisis) -> None:
    for _time in range(10):
        await crisis.hears("this is urgent")
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert (await alert_of(crisis)).count == 10


async def test_a_higher_tier_always_goes_through(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    await crisis.hears("an emergency")
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.alert"]
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.answer"]


async def test_an_emergency_after_a_closed_alert_is_a_new_one(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    await crisis.service.resolve(alert.id, Outcome.SAFE, MODERATOR, crisis.community)
    await crisis.hears("an emergency")
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.alert"]


async def test_worry_about_a_friend_gets_coaching_and_never_goes_to_the_friend(
    crisis: Crisis,
) -> None:
    await crisis.hears("my friend is urgent")
    answer = crisis.voice.cards_to(SAM)[0]
    assert "What can I say to them?" in labels(answer)
    assert {one.to for one in crisis.voice.sent} == {SAM, ALERTS}


# -- the database is away ----------------------------------------------------------------------


async def test_without_a_database_the_member_is_answered_and_responders_hear(
    crisis: Crisis,
) -> None:
    crisis.db.away = True
    await crisis.hears("this is urgent")
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_once_the_database_is_back_the_alert_is_on_record(crisis: Crisis) -> None:
    crisis.db.away = True
    await crisis.hears("this is urgent")
    crisis.db.away = False
    await crisis.ladder.climb()
    alert = await alert_of(crisis)
    assert alert.tier is Tier.URGENT
    assert alert.card is not None
    assert list(crisis.spool_folder.glob("*.sealed")) == []


async def test_a_spooled_alert_survives_the_end_of_the_process_and_is_unreadable(
    crisis: Crisis,
) -> None:
    crisis.db.away = True
    await crisis.hears("this is urgent")
    (file,) = crisis.spool_folder.glob("*.sealed")
    assert b"sam" not in file.read_bytes()
    again = Spool(crisis.spool_folder, crisis.vault)
    again.read_in()
    assert [one.about for one in again] == [SAM]


async def test_an_alert_can_be_claimed_while_the_database_is_away(crisis: Crisis) -> None:
    crisis.db.away = True
    await crisis.hears("this is urgent")
    (alert,) = crisis.spool
    shown = await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    assert shown.key == "crisis.claimed"
    crisis.db.away = False
    await crisis.ladder.climb()
    assert (await alert_of(crisis)).claimed_by == ROBIN


async def test_a_flood_without_a_database_is_still_one_alert(crisis: Crisis) -> None:
    crisis.db.away = True
    for _time in range(4):
        await crisis.hears("this is urgent")
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert [one.count for one in crisis.spool] == [4]


# -- what members press ------------------------------------------------------------------------


async def test_is_anyone_there_tells_the_truth_at_every_stage(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    sam = an_actor(SAM)

    async def truth() -> str:
        return plain_card(await crisis.service.anyone_there(alert.id, sam, crisis.community))

    assert "If nobody has written by 09:10" in await truth()
    crisis.clock.move(timedelta(minutes=5))
    await crisis.ladder.climb()
    crisis.clock.move(timedelta(minutes=5))
    await crisis.ladder.climb()
    assert "nobody here was free" in await truth()
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    assert "@robin took this at 09:10" in await truth()
    crisis.db.away = True
    assert "@robin took this at 09:10" in await truth()
    crisis.record.book.drop(alert.id)
    assert "I cannot see that just now" in await truth()


async def test_nobody_else_can_ask_about_an_alert(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    with pytest.raises(Gone):
        await crisis.service.anyone_there(alert.id, an_actor(ANA), crisis.community)
    with pytest.raises(Gone):
        await crisis.service.keep_private(alert.id, an_actor(ANA))


async def test_misread_shrinks_the_help_and_never_removes_it(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    alert = await alert_of(crisis)
    shown = await crisis.service.misread_me(alert.id, an_actor(SAM), crisis.community)
    assert "/help-now" in plain_card(shown)
    assert "988" in plain_card(shown)
    assert "The person says that this was a misreading" in plain_card(crisis.voice.edited[-1][1])
    await crisis.hears("this is urgent")
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    await crisis.hears("an emergency")
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.answer"]


async def test_help_now_needs_no_community_and_no_database(crisis: Crisis) -> None:
    crisis.db.away = True
    with crisis.db.count_statements() as count:
        shown = crisis.service.help_now(an_actor(ANA), None)
    assert count.statements == []
    assert "findahelpline.com" in plain_card(shown)


async def test_asking_for_a_moderator_raises_an_alert_once(crisis: Crisis) -> None:
    sam = an_actor(SAM)
    first = await crisis.service.ask_moderator(sam, crisis.community, Category.NONE)
    await crisis.service.ask_moderator(sam, crisis.community, Category.NONE)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert "Is anyone there?" in labels(first)


async def test_without_an_alert_room_nobody_is_promised_a_person(crisis: Crisis) -> None:
    await crisis.set(lambda one: replace(one, alert_room=None))
    shown = await crisis.service.ask_moderator(an_actor(SAM), crisis.community, Category.NONE)
    assert "nobody in this community whom I can tell" in plain_card(shown)


async def test_a_country_is_remembered_only_when_asked(crisis: Crisis) -> None:
    sam = an_actor(SAM)
    shown = crisis.service.lines_of("FR", Category.SUICIDE, crisis.community)
    assert "3114" in plain_card(shown)
    assert crisis.communities.country_of(SAM) == ""
    await crisis.service.remember_country("FR", sam, crisis.community)
    assert "3114" in plain_card(crisis.service.help_now(sam, crisis.community))
    with pytest.raises(Gone):
        crisis.service.lines_of("XX", Category.SUICIDE, crisis.community)
