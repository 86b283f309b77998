"""The path from words to a human: order, privacy, truth, and what happens when things break."""

from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.addresses import NewInbox, PrivateThread, person_of
from peerbot.chat.cards import Button, buttons_of
from peerbot.chat.events import MessageFlagged
from peerbot.chat.forms import Surface
from peerbot.chat.gateway import TryLater, Undeliverable, Why
from peerbot.chat.plain import plain_card
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.model import Alert, Outcome, Owed, Reason, State, Way
from peerbot.crisis.spool import Spool
from peerbot.crisis.store import AlertStore
from peerbot.errors import Gone
from peerbot.testing import ANA, GENERAL, ROBIN, SAM, a_message, a_reply, an_actor
from tests.crisis.conftest import ALERTS, Crisis

MODERATOR = an_actor(ROBIN, "mods")


async def alert_of(crisis: Crisis, person=SAM):
    async with crisis.db.begin() as session:
        found = await AlertStore(session).of_person(person)
    return found[-1] if found else None


def labels(card) -> list[str]:
    return [str(one.label) for one in buttons_of(card)]


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
    assert crisis.voice.sent[-1].to == reply or crisis.voice.sent[0].to == reply
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


# -- the ladder --------------------------------------------------------------------------------


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


# -- flags --------------------------------------------------------------------------


def a_flag(text: str, by=ANA) -> MessageFlagged:
    message = a_message(text)
    return MessageFlagged(
        actor=an_actor(by), at=message.at, space=message.space, message=message, reply=a_reply(by)
    )


async def test_a_flagged_message_reaches_responders_whatever_the_rules_say(
    crisis: Crisis,
) -> None:
    shown = await crisis.noticing.flagged(a_flag("nothing special"))
    assert "have been told" in plain_card(shown)
    assert "no rule found anything" in crisis.voice.texts_to(ALERTS)[0]
    assert crisis.voice.cards_to(SAM) == []


async def test_a_flagged_message_with_danger_is_answered_as_well(crisis: Crisis) -> None:
    await crisis.noticing.flagged(a_flag("an emergency"))
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]


async def test_two_flags_of_one_message_are_one_alert(crisis: Crisis) -> None:
    await crisis.noticing.flagged(a_flag("nothing special"))
    await crisis.noticing.flagged(a_flag("nothing special", by=ROBIN))
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_a_flag_that_did_not_arrive_is_not_called_delivered(crisis: Crisis) -> None:
    crisis.voice.broken = {ALERTS: Undeliverable(Why.GONE)}
    shown = await crisis.noticing.flagged(a_flag("nothing special"))
    assert "could not reach the responders yet" in plain_card(shown)


async def test_a_responder_can_call_for_backup(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    alert = await alert_of(crisis)
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    shown = await crisis.service.call_backup(alert.id, MODERATOR, crisis.community)
    assert "asked to join you" in plain_card(shown)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.backup-wanted"]


async def test_old_alerts_forget_who_it_was(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    crisis.clock.move(timedelta(days=31))
    assert await crisis.ladder.forget_people() == 1
    assert await alert_of(crisis) is None


def test_every_button_of_the_first_answer_is_one_press_from_a_route() -> None:
    from peerbot.chat.router import Router
    from peerbot.crisis.duty_routes import DutyRoutes
    from peerbot.crisis.duty_routes import add_routes as add_duty_routes
    from peerbot.crisis.routes import CrisisRoutes, add_routes
    from peerbot.testing import OpenDoor, RecordingGateway, SilentScreen
    from tests.crisis.samples import cards

    router = Router(RecordingGateway(), SilentScreen(), OpenDoor())
    add_routes(router, CrisisRoutes(None, None, None, None, None))  # type: ignore[arg-type]  # only declared
    add_duty_routes(router, DutyRoutes(None, None, None, None, None))  # type: ignore[arg-type]
    pressed = {
        (one.action.feature, one.action.verb)
        for card in cards()
        for one in buttons_of(card)
        if isinstance(one, Button) and one.action.feature == "crisis"
    }
    assert pressed <= router.buttons


async def test_a_claim_made_while_the_ladder_climbs_is_not_overwritten(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    crisis.clock.move(timedelta(minutes=5))
    send = crisis.voice.send

    async def claimed_meanwhile(to, card, *, nonce=None):
        if card.key == "crisis.passed-on":
            await crisis.service.claim(alert.id, MODERATOR, crisis.community)
        return await send(to, card, nonce=nonce)

    crisis.voice.send = claimed_meanwhile
    await crisis.ladder.climb()
    now = await alert_of(crisis)
    assert (now.state, now.claimed_by, now.next_step_at) == (State.CLAIMED, ROBIN, None)
    assert "@robin has this" in plain_card(crisis.voice.edited[-1][1])


async def test_a_press_on_the_card_before_its_row_is_written_again_stays(crisis: Crisis) -> None:
    send = crisis.voice.send

    async def pressed_at_once(to, card, *, nonce=None):
        sent = await send(to, card, nonce=nonce)
        if card.key == "crisis.alert":
            button = buttons_of(card)[0]
            await crisis.service.claim(button.action.args[0], MODERATOR, crisis.community)
        return sent

    crisis.voice.send = pressed_at_once
    await crisis.hears("an emergency")
    assert (await alert_of(crisis)).claimed_by == ROBIN
