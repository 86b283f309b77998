"""One open alert about a person: what counts on it, what calls anew, and who may touch it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.addresses import NewInbox, Person, Room, Space
from peerbot.chat.forms import Surface
from peerbot.chat.gateway import Undeliverable, Why
from peerbot.chat.heard import Heard
from peerbot.chat.plain import plain_card
from peerbot.crisis import cards
from peerbot.crisis.data import CrisisData
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.model import Outcome, State
from peerbot.crisis.store import AlertStore
from peerbot.testing import ALEX, ANA, ROBIN, SAM, a_message, a_reply, an_actor
from tests.crisis.alerts import MODERATOR, a_flag, alert_of
from tests.crisis.conftest import ALERTS, Crisis


async def alerts_about(crisis: Crisis, person=SAM):
    async with crisis.db.read() as session:
        return await AlertStore(session).of_person(person)


async def test_what_gets_worse_is_the_same_alert_with_a_new_card_and_a_new_deadline(
    crisis: Crisis,
) -> None:
    await crisis.hears("this is urgent")
    crisis.clock.move(timedelta(minutes=3))
    await crisis.hears("an emergency")
    (alert,) = await alerts_about(crisis)
    assert (alert.tier, alert.count) == (Tier.EMERGENCY, 2)
    assert alert.until == crisis.clock() + timedelta(minutes=10)
    assert len(alert.more_cards) == 1
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    crisis.clock.move(timedelta(hours=2))
    await crisis.ladder.climb()
    assert "crisis.nobody-free" not in crisis.voice.keys_to(SAM)
    old, new = alert.more_cards[0], (await alert_of(crisis)).card
    last = {ref: plain_card(card) for ref, card in crisis.voice.edited}
    assert "@robin has this" in last[old]
    assert "@robin has this" in last[new]


async def test_what_gets_worse_in_the_same_instant_keeps_the_earlier_deadline(
    crisis: Crisis,
) -> None:
    await crisis.hears("this is urgent")
    await crisis.hears("an emergency")
    (alert,) = await alerts_about(crisis)
    assert alert.until == crisis.clock() + timedelta(minutes=10)
    (shown,) = crisis.voice.cards_to(ALERTS)[-1:]
    assert "09:10" in plain_card(shown)
    crisis.clock.move(timedelta(minutes=5))
    await crisis.ladder.climb()
    assert (await alert_of(crisis)).until == alert.until


async def test_after_the_honest_end_another_emergency_calls_responders_anew(
    crisis: Crisis,
) -> None:
    await crisis.hears("an emergency")
    for _step in range(2):
        crisis.clock.move(timedelta(minutes=5))
        await crisis.ladder.climb()
    crisis.clock.move(timedelta(minutes=5))
    await crisis.hears("an emergency")
    (alert,) = await alerts_about(crisis)
    assert (alert.state, alert.count) == (State.OPEN, 2)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.passed-on", "crisis.alert"]
    assert crisis.voice.cards_to(ALERTS)[-1].pings == ("on-duty",)
    assert "by 09:25" in crisis.voice.texts_to(SAM)[-1]


async def test_an_emergency_while_somebody_has_it_calls_again_and_says_who_has_it(
    crisis: Crisis,
) -> None:
    await crisis.hears("this is urgent")
    alert = await alert_of(crisis)
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    crisis.clock.move(timedelta(minutes=2))
    await crisis.hears("an emergency")
    now = await alert_of(crisis)
    assert (now.state, now.claimed_by, now.tier) == (State.CLAIMED, ROBIN, Tier.EMERGENCY)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.alert"]
    assert "@robin from the team here knows of this" in crisis.voice.texts_to(SAM)[-1]
    crisis.clock.move(timedelta(hours=1))
    await crisis.ladder.climb()
    assert "crisis.nobody-free" not in crisis.voice.keys_to(SAM)


async def test_worry_about_a_friend_does_not_hide_ones_own_danger(crisis: Crisis) -> None:
    await crisis.hears("my friend is urgent")
    crisis.clock.move(timedelta(minutes=3))
    await crisis.hears("i am urgent")
    assert {one.whose for one in await alerts_about(crisis)} == {Whose.OTHER, Whose.AUTHOR}
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.answer"]
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.alert"]


async def test_another_community_hears_of_its_own_danger(crisis: Crisis) -> None:
    elsewhere = Space("test", "elsewhere")
    other = await crisis.communities.of(replace(a_message("hello"), space=elsewhere))
    assert other is not None
    await crisis.communities.set_now(
        other.id,
        an_actor(ALEX, owns_space=True),
        "test",
        lambda one: replace(one, alert_room=Room("test", "their-care-team")),
    )
    await crisis.hears("this is urgent")
    await crisis.hears("this is urgent", surface=Surface.TO_STAFF, space=elsewhere)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert crisis.voice.keys_to(Room("test", "their-care-team")) == ["crisis.alert"]


async def test_messages_at_the_same_moment_are_one_alert(crisis: Crisis) -> None:
    await asyncio.gather(*(crisis.hears("this is urgent") for _ in range(5)))
    (alert,) = await alerts_about(crisis)
    assert alert.count == 5
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]


async def test_flags_without_a_database_are_one_alert_too(crisis: Crisis) -> None:
    crisis.db.away = True
    for _flag in range(3):
        await crisis.noticing.flagged(a_flag("an emergency"))
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_somebody_who_flags_many_messages_of_one_person_raises_one_alert(
    crisis: Crisis,
) -> None:
    for number in range(20):
        await crisis.noticing.flagged(a_flag(f"nothing special, {number}"))
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert (await alert_of(crisis)).count == 20


async def test_danger_that_is_found_after_a_flag_stands_on_the_card_with_its_own_link(
    crisis: Crisis,
) -> None:
    await crisis.noticing.flagged(a_flag("nothing special"))
    await crisis.hears("this is urgent")
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    shown = plain_card(crisis.voice.edited[-1][1])
    assert "no rule found anything" not in shown
    assert "urgent, thoughts of suicide" in shown
    alert = await alert_of(crisis)
    assert (alert.count, alert.rules) == (2, ("en.test",))
    assert alert.source == a_message("this is urgent").ref


async def test_whoever_took_a_flag_is_called_when_danger_is_found_since(crisis: Crisis) -> None:
    await crisis.noticing.flagged(a_flag("nothing special"))
    await crisis.service.claim((await alert_of(crisis)).id, MODERATOR, crisis.community)
    await crisis.hears("this is urgent")
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.alert"]
    last = crisis.voice.cards_to(ALERTS)[-1]
    assert last.pings == ("on-duty",)
    assert "@robin has this" in plain_card(last)
    assert "thoughts of suicide" in plain_card(last)
    await crisis.hears("this is urgent")
    assert len(crisis.voice.keys_to(ALERTS)) == 2


async def test_who_asked_for_somebody_and_then_writes_of_danger_is_shown_as_in_danger(
    crisis: Crisis,
) -> None:
    await crisis.service.ask_moderator(an_actor(SAM), crisis.community, Category.NONE)
    await crisis.hears("a concern")
    assert "they asked for somebody" in plain_card(crisis.voice.edited[-1][1])
    await crisis.hears("an emergency")
    assert "emergency, thoughts of suicide" in crisis.voice.texts_to(ALERTS)[-1]


async def test_a_card_that_gets_worse_leads_to_the_worse_message(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    await crisis.hears("an emergency")
    assert (await alert_of(crisis)).source == a_message("an emergency").ref
    await crisis.hears("a concern")
    assert (await alert_of(crisis)).source == a_message("an emergency").ref


async def test_who_asks_after_the_honest_end_is_still_shown_with_what_was_found(
    crisis: Crisis,
) -> None:
    await crisis.hears("this is urgent")
    for _step in range(2):
        crisis.clock.move(timedelta(minutes=15))
        await crisis.ladder.climb()
    await crisis.service.ask_moderator(an_actor(SAM), crisis.community, Category.NONE)
    assert "urgent, thoughts of suicide" in crisis.voice.texts_to(ALERTS)[-1]


async def test_a_direct_message_in_danger_is_never_met_with_silence(crisis: Crisis) -> None:
    await crisis.hears("this is urgent", surface=Surface.TO_STAFF)
    crisis.clock.move(timedelta(minutes=10))
    await crisis.hears("this is urgent", surface=Surface.TO_STAFF)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.still-here"]
    assert "911" in crisis.voice.texts_to(SAM)[-1]


async def test_ten_messages_in_five_seconds_are_answered_once(crisis: Crisis) -> None:
    for _message in range(10):
        await crisis.hears("an emergency", surface=Surface.TO_STAFF)
        crisis.clock.move(timedelta(seconds=0.5))
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert (await alert_of(crisis)).count == 10


@pytest.mark.parametrize("deed", ["close", "outcome", "verdict", "backup", "show", "claim"])
async def test_nobody_handles_the_alert_about_themselves(crisis: Crisis, deed: str) -> None:
    await crisis.hears("an emergency", author=an_actor(ROBIN, "mods"))
    alert = await alert_of(crisis, ROBIN)
    service, here = crisis.service, crisis.community
    shown = await {
        "close": lambda: service.how_did_it_end(alert.id, MODERATOR, here),
        "outcome": lambda: service.resolve(alert.id, Outcome.SAFE, MODERATOR, here),
        "verdict": lambda: service.verdict_misread(alert.id, MODERATOR, here),
        "backup": lambda: service.call_backup(alert.id, MODERATOR, here),
        "show": lambda: service.show(alert.id, MODERATOR, here),
        "claim": lambda: service.claim(alert.id, MODERATOR, here),
    }[deed]()
    assert shown.key == "crisis.about-you"
    assert (await alert_of(crisis, ROBIN)).state is State.OPEN


async def test_what_is_closed_stays_closed(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    await crisis.service.verdict_misread(alert.id, MODERATOR, crisis.community)
    claimed = await crisis.service.claim(alert.id, an_actor(ANA, "mods"), crisis.community)
    resolved = await crisis.service.resolve(alert.id, Outcome.SAFE, MODERATOR, crisis.community)
    assert (claimed.key, resolved.key) == ("crisis.over", "crisis.over")
    assert (await alert_of(crisis)).state is State.MISREAD


async def test_a_deleted_message_takes_its_link_off_every_alert(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    crisis.db.away = True
    await crisis.noticing.deleted(a_message("this is urgent").ref)
    crisis.db.away = False
    await crisis.ladder.climb()
    assert "their message is gone" in plain_card(crisis.voice.edited[-1][1])
    assert (await alert_of(crisis)).source is None


async def test_the_list_of_alerts_begins_with_whom_nobody_has_taken_and_who_is_worst_off(
    crisis: Crisis,
) -> None:
    await crisis.hears("an emergency")
    for number in range(10):
        crisis.clock.move(timedelta(minutes=1))
        await crisis.hears("a concern", author=Person("test", f"p{number}"))
    shown = plain_card(await crisis.service.waiting(crisis.community))
    assert shown.splitlines()[1].startswith("@sam, emergency")
    assert "1/2" in shown
    crisis.db.away = True
    assert "emergency" in plain_card(await crisis.service.waiting(crisis.community))


async def test_is_anyone_there_keeps_to_the_timers_of_the_alerts_own_community(
    crisis: Crisis,
) -> None:
    await crisis.hears("this is urgent")
    alert = await alert_of(crisis)
    message = replace(a_message("hello"), space=Space("test", "elsewhere"))
    elsewhere = await crisis.communities.of(message)
    shown = await crisis.service.anyone_there(alert.id, an_actor(SAM), elsewhere)
    assert "09:30" in plain_card(shown)


async def test_somebody_whom_nobody_reached_is_not_closed_by_one_press(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    lost, here = Outcome.NOT_REACHED, crisis.community
    asked = await crisis.service.resolve(alert.id, lost, MODERATOR, here, surely=False)
    assert asked.key == "crisis.nobody-reached"
    shown = await crisis.service.release(alert.id, MODERATOR, here)
    assert "others have been asked" in plain_card(shown)
    now = await alert_of(crisis)
    assert (now.state, now.claimed_by) == (State.OPEN, None)
    crisis.clock.move(timedelta(minutes=5))
    await crisis.ladder.climb()
    assert crisis.voice.keys_to(SAM)[-1] == "crisis.nobody-free"
    await crisis.service.resolve(alert.id, lost, MODERATOR, here, surely=True)
    assert (await alert_of(crisis)).state is State.RESOLVED


async def test_who_asked_for_a_person_is_not_announced_by_a_topic(crisis: Crisis) -> None:
    await crisis.hears("it is urgent", surface=Surface.PRIVATE, reply=a_reply(SAM))
    await crisis.service.ask_moderator(an_actor(SAM), crisis.community, Category.SUICIDE)
    card = crisis.voice.cards_to(ALERTS)[0]
    listed = await crisis.service.waiting(crisis.community)
    for shown in (str(card.summary), plain_card(card), plain_card(listed)):
        assert "suicide" not in shown.replace("ask directly about suicide", "")
        assert "they asked for somebody" in shown


async def test_help_now_says_who_knows_already(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    shown = plain_card(crisis.service.help_now(an_actor(SAM), crisis.community))
    assert "Nobody else was told" not in shown
    assert "If nobody has written to you by 09:10" in shown


async def test_help_now_and_a_later_answer_say_that_nobody_could_be_reached(
    crisis: Crisis,
) -> None:
    crisis.voice.broken[ALERTS] = Undeliverable(Why.GONE)
    await crisis.hears("an emergency")
    crisis.clock.move(timedelta(minutes=2))
    shown = plain_card(crisis.service.help_now(an_actor(SAM), crisis.community))
    assert "I have not been able to reach the responders yet" in shown


async def test_help_now_goes_on_from_what_somebody_wrote_before(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    shown = plain_card(crisis.service.help_now(an_actor(SAM), crisis.community))
    assert "Take one breath with me" not in shown


async def test_who_asked_for_somebody_hears_the_honest_end_in_their_inbox(crisis: Crisis) -> None:
    await crisis.service.ask_moderator(an_actor(SAM), crisis.community, Category.SUICIDE)
    for _rung in range(2):
        crisis.clock.move(timedelta(minutes=15))
        await crisis.ladder.climb()
    (end,) = [one for one in crisis.voice.sent if one.card.key == "crisis.nobody-free"]
    assert end.to in {SAM, NewInbox(SAM)}


async def test_after_it_was_closed_one_can_ask_again(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    await crisis.service.resolve(alert.id, Outcome.SAFE, MODERATOR, crisis.community)
    shown = await crisis.service.anyone_there(alert.id, an_actor(SAM), crisis.community)
    assert "Ask a moderator" in plain_card(shown)


async def writes_to_the_bot(crisis: Crisis, text: str) -> None:
    message = a_message(text, room=None, at=crisis.clock())
    await crisis.noticing.heard(
        Heard(
            text=text,
            surface=Surface.TO_STAFF,
            author=message.actor,
            space=None,
            room=None,
            reply=None,
            ref=message.ref,
        )
    )


async def test_who_writes_to_the_bot_is_not_met_with_silence(crisis: Crisis) -> None:
    with crisis.db.count_statements() as count:
        await writes_to_the_bot(crisis, "hello?")
        await writes_to_the_bot(crisis, "anyone?")
    assert crisis.voice.keys_to(SAM) == ["crisis.hello"]
    assert count.statements == []


async def test_who_was_answered_and_writes_again_reads_that_nobody_was_told_and_whom_to_ask(
    crisis: Crisis,
) -> None:
    await writes_to_the_bot(crisis, "one concern")
    crisis.clock.move(timedelta(minutes=3))
    await writes_to_the_bot(crisis, "please help me")
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.still-here"]
    said = crisis.voice.texts_to(SAM)[-1]
    assert "Nobody else was told" in said
    assert "[Ask a moderator]" in said
    await writes_to_the_bot(crisis, "hello?")
    assert len(crisis.voice.keys_to(SAM)) == 2
    crisis.clock.move(timedelta(hours=2))
    await writes_to_the_bot(crisis, "are you there?")
    assert crisis.voice.keys_to(SAM)[-1] == "crisis.still-here"
    crisis.clock.move(timedelta(hours=7))
    await writes_to_the_bot(crisis, "good morning")
    assert crisis.voice.keys_to(SAM)[-1] == "crisis.hello"


async def test_who_erased_everything_is_met_like_a_stranger(crisis: Crisis) -> None:
    await writes_to_the_bot(crisis, "one concern")
    await CrisisData(crisis.db, crisis.answer.forget).erase(SAM)
    crisis.clock.move(timedelta(minutes=3))
    await writes_to_the_bot(crisis, "good morning")
    assert crisis.voice.keys_to(SAM)[-1] == "crisis.hello"


async def test_who_was_misread_is_not_told_again_that_it_still_matters(crisis: Crisis) -> None:
    await writes_to_the_bot(crisis, "one concern")
    await crisis.service.misread_me(cards.NO_ALERT, an_actor(SAM), crisis.community)
    crisis.clock.move(timedelta(minutes=40))
    await writes_to_the_bot(crisis, "what can you do?")
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.hello"]


async def test_who_waits_for_somebody_hears_how_things_stand(crisis: Crisis) -> None:
    await writes_to_the_bot(crisis, "it is urgent")
    crisis.clock.move(timedelta(minutes=3))
    await writes_to_the_bot(crisis, "hello?? is someone there")
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.anyone"]
    assert "nobody has taken it yet" in crisis.voice.texts_to(SAM)[-1]
    await writes_to_the_bot(crisis, "hello")
    assert len(crisis.voice.keys_to(SAM)) == 2
