"""What goes wrong on the way to Discord costs nobody a message, and shows nobody one twice."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.discord.adapter import Discord
from adapters.discord.errors import INBOXES_REST_FOR
from peerbot.chat.actions import Action
from peerbot.chat.addresses import NewInbox, Space
from peerbot.chat.cards import Button, Text, buttons, card
from peerbot.chat.events import ButtonPressed, Event, FormSubmitted, Installed, MessageFlagged
from peerbot.chat.forms import Form, Surface, TextIn
from peerbot.chat.gateway import TryLater, Undeliverable, Why
from tests.adapters.discord.double import Double, faults
from tests.adapters.discord.double.connected import AT_ONCE, an_adapter
from tests.adapters.discord.double.faults import FIRST_ANSWERS, SENDS
from tests.adapters.discord.double.home import texts_in
from tests.adapters.discord.double.listening import ListeningCore

HELLO = card("test.hello", Text("Hello"), summary="Hello")
PINNED = card("test.hello", Text("Hello"), summary="Hello", pinned=True)
HELP = Action("test", "help")
OFFER = card("test.offer", Text("Here"), buttons(Button(HELP, "I need help")), summary="Help")
FORM = Form(
    title="A question",
    fields=(TextIn(key="words", label="Your words", surface=Surface.TO_STAFF),),
    submit="Send",
)
FOLLOW_UPS = "POST /webhooks/*"
SOON = 0.05
"""Seconds for which Discord limits us."""


# -- rate limits ---------------------------------------------------------------------------------


async def test_a_rate_limit_is_waited_out_and_the_message_arrives(
    double: Double, discord: Discord
) -> None:
    double.plant(faults.rate_limited(SENDS, SOON))
    await discord.send(double.home.room, HELLO)
    limited, sent = double.sends()
    assert (limited.status, sent.status) == (429, 200)
    assert sent.at - limited.at >= SOON
    assert len(double.home.messages_in_the_room()) == 1


async def test_a_rate_limit_of_minutes_is_the_deliverys_own_affair(
    double: Double, discord: Discord
) -> None:
    double.plant(faults.rate_limited(SENDS, 120))
    with pytest.raises(TryLater) as later:
        await discord.send(double.home.room, HELLO)
    assert later.value.wait == timedelta(minutes=2)
    assert double.home.messages_in_the_room() == []


async def test_a_ban_by_the_network_in_front_of_discord_is_tried_again_later(
    double: Double, discord: Discord
) -> None:
    double.plant(faults.banned_for_a_while(SENDS))
    with pytest.raises(TryLater):
        await discord.send(double.home.room, HELLO)


async def test_a_global_rate_limit_holds_back_every_other_send_too(
    double: Double, discord: Discord
) -> None:
    double.plant(faults.rate_limited(SENDS, SOON, everywhere=True))
    first = asyncio.create_task(discord.send(double.home.room, HELLO))
    await double.until(lambda: [one.status for one in double.sends()] == [429])
    await discord.send(NewInbox(double.home.sam), HELLO)
    await first
    limited, *others = double.sends()
    assert [one.status for one in others] == [200, 200]
    assert all(one.at - limited.at >= SOON for one in others)


async def test_whose_patience_ends_in_a_global_rate_limit_does_not_silence_the_bot_for_good(
    double: Double, discord: Discord
) -> None:
    double.plant(faults.rate_limited(SENDS, SOON, everywhere=True))
    impatient = asyncio.create_task(discord.send(double.home.room, HELLO, nonce="1"))
    await double.until(double.sends)
    await double.until(lambda: double.sends()[0].status)
    impatient.cancel()
    with suppress(asyncio.CancelledError):
        await impatient
    async with asyncio.timeout(5):
        await discord.send(double.home.room, HELLO, nonce="1")
    await double.until(lambda: len(double.sends()) == 3)
    assert len(double.home.messages_in_the_room()) == 1


# -- outages -------------------------------------------------------------------------------------


async def test_a_discord_that_is_down_is_tried_again_later(
    double: Double, discord: Discord
) -> None:
    double.plant(faults.failing(SENDS, 503))
    with pytest.raises(TryLater):
        await discord.send(double.home.room, HELLO, nonce="1")
    assert double.home.messages_in_the_room() == []
    await discord.send(double.home.room, HELLO, nonce="1")
    assert len(double.home.messages_in_the_room()) == 1


async def test_what_discord_stored_before_it_failed_is_shown_once(
    double: Double, discord: Discord
) -> None:
    # discord.py itself asks again after a 500, one second later.
    double.plant(faults.failing(SENDS, 500, is_done=True))
    await discord.send(double.home.room, HELLO, nonce="1")
    assert [one.status for one in double.sends()] == [500, 200]
    assert len(double.home.messages_in_the_room()) == 1


@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
async def test_a_message_whose_connection_was_lost_is_sent_again_and_shown_once(
    double: Double, discord: Discord, is_done: bool
) -> None:
    double.plant(faults.dropped(SENDS, is_done=is_done))
    with pytest.raises(TryLater):
        await discord.send(double.home.room, HELLO, nonce="1")
    assert len(double.home.messages_in_the_room()) == is_done
    again = await discord.send(double.home.room, HELLO, nonce="1")
    (shown,) = double.home.messages_in_the_room()
    assert again.ref is not None
    assert again.ref.message == str(shown.id)


async def test_discord_forgets_a_nonce_after_minutes(double: Double, discord: Discord) -> None:
    """Why the delivery repeats nothing after `NONCE_LASTS`."""
    await discord.send(double.home.room, HELLO, nonce="1")
    double.time_passes(timedelta(minutes=6))
    await discord.send(double.home.room, HELLO, nonce="1")
    assert len(double.home.messages_in_the_room()) == 2


async def test_an_answer_that_nobody_can_read_is_tried_again_later(
    double: Double, discord: Discord
) -> None:
    nonsense = faults.Answer(200, None, {"Content-Type": "application/json"})
    double.plant(faults.Fault(on=SENDS, answer=nonsense))
    with pytest.raises(TryLater):
        await discord.send(double.home.room, HELLO)


async def test_a_message_that_cannot_be_pinned_counts_as_sent(
    double: Double, discord: Discord
) -> None:
    double.plant(faults.dropped("PUT /channels/*/messages/pins/*", times=2))
    sent = await discord.send(double.home.room, PINNED)
    assert sent.ref is not None
    assert not sent.pinned


async def test_a_server_that_adds_us_is_heard_of_though_its_audit_log_cannot_be_read(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    double.plant(faults.dropped("GET /guilds/*/audit-logs", times=2))
    added = double.backend.create_guild("Another home")
    await double.until(lambda: core.events)
    (installed,) = core.events
    assert isinstance(installed, Installed)
    assert installed.space == Space("discord", str(added.id))
    assert installed.actor.person.id == str(added.owner_id)
    assert double.rest.faults.are_over


async def test_a_slow_discord_keeps_no_other_message_waiting(
    double: Double, discord: Discord
) -> None:
    answers = asyncio.Event()
    double.plant(faults.slow(SENDS, answers))
    slow = asyncio.create_task(discord.send(double.home.room, HELLO))
    await double.until(double.sends)
    await discord.send(NewInbox(double.home.sam), HELLO)
    assert not slow.done()
    answers.set()
    await slow


# -- what Discord refuses ------------------------------------------------------------------------


async def test_a_closed_inbox_is_told_from_everything_else(
    double: Double, discord: Discord
) -> None:
    double.plant(faults.refused(SENDS, 403, 50007))
    with pytest.raises(Undeliverable) as refused:
        await discord.send(NewInbox(double.home.sam), HELLO)
    assert refused.value.why is Why.CLOSED


@pytest.mark.parametrize("on", ["POST /users/@me/channels", SENDS])
async def test_new_inboxes_rest_for_an_hour_when_discord_wants_fewer(
    double: Double, discord: Discord, on: str
) -> None:
    double.plant(faults.refused(on, 403, 40003))
    with pytest.raises(TryLater) as later:
        await discord.send(NewInbox(double.home.sam), HELLO)
    assert later.value.wait == INBOXES_REST_FOR == timedelta(hours=1)
    asked = len(double.requests)
    with pytest.raises(TryLater, match="rest"):
        await discord.send(NewInbox(double.home.robin), HELLO)
    assert len(double.requests) == asked, "Discord is not asked again meanwhile"
    await discord.send(double.home.room, HELLO)
    discord.intake._now.move(INBOXES_REST_FOR)
    await discord.send(NewInbox(double.home.robin), HELLO)


# -- interactions --------------------------------------------------------------------------------


async def test_a_late_interaction_breaks_nothing_and_says_nothing_twice(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    await discord.send(double.home.room, OFFER)
    (offer,) = double.home.messages_in_the_room()
    late = double.home.press(double.home.sam, "I need help", offer)
    double.time_passes(timedelta(seconds=3))
    await double.until(lambda: [one.status for one in double.first_answers()] == [404])
    assert not late.responded

    double.home.press(double.home.sam, "I need help", offer)
    await double.until(lambda: core.events)
    assert [one.status for one in double.first_answers()] == [404, 200]
    assert double.home.messages_in_the_room() == [offer]


async def test_a_flag_counts_even_if_it_comes_too_late_to_be_answered(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    said = double.home.say(double.home.sam, "I cannot go on")
    double.home.flag(double.home.robin, said)
    double.time_passes(timedelta(seconds=3))
    await double.until(lambda: any(isinstance(one, MessageFlagged) for one in core.events))
    assert [one.status for one in double.first_answers()] == [404]


@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
async def test_a_press_whose_acknowledgement_was_lost_counts_once(
    double: Double, discord: Discord, core: ListeningCore, is_done: bool
) -> None:
    await discord.send(double.home.room, OFFER)
    (offer,) = double.home.messages_in_the_room()
    double.plant(faults.dropped(FIRST_ANSWERS, is_done=is_done))
    pressed = double.home.press(double.home.sam, "I need help", offer)
    await double.until(lambda: core.finished)
    assert pressed.responded
    assert [type(one) for one in core.events] == [ButtonPressed]
    assert double.home.messages_in_the_room() == [offer]


@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
async def test_a_form_whose_connection_was_lost_opens_all_the_same(
    double: Double, discord: Discord, core: ListeningCore, is_done: bool
) -> None:
    core.forms["test", "help"] = FORM
    await discord.send(double.home.room, OFFER)
    (offer,) = double.home.messages_in_the_room()
    double.plant(faults.dropped(FIRST_ANSWERS, is_done=is_done))
    pressed = double.home.press(double.home.sam, "I need help", offer)
    await double.until(lambda: len(double.first_answers()) == 2)
    await double.until(lambda: double.first_answers()[-1].status)
    assert pressed.modal is not None
    assert double.home.messages_in_the_room() == [offer]


async def test_words_for_staff_reach_them_though_discord_takes_no_answer(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    core.forms["test", "help"] = FORM
    await discord.send(double.home.room, OFFER)
    (offer,) = double.home.messages_in_the_room()
    pressed = double.home.press(double.home.sam, "I need help", offer)
    await double.until(lambda: pressed.modal)
    double.plant(faults.dropped(FIRST_ANSWERS, times=2))
    double.home.submit(double.home.sam, pressed, {"Your words": "please call me"})
    await double.until(lambda: core.finished)
    (heard,) = core.events
    assert isinstance(heard, FormSubmitted)
    assert heard.values == {"words": "please call me"}


async def test_a_press_does_not_wait_for_a_discord_that_is_slow_to_hear_of_it(
    double: Double, core: ListeningCore
) -> None:
    adapter = an_adapter(double, pace=replace(AT_ONCE, first_answer_within=timedelta()))
    await adapter.start(core)
    await adapter.send(double.home.room, OFFER)
    (offer,) = double.home.messages_in_the_room()
    answers = asyncio.Event()
    double.plant(faults.slow(FIRST_ANSWERS, answers))
    double.home.press(double.home.sam, "I need help", offer)
    await double.until(lambda: core.finished)
    answers.set()
    await adapter.stop()
    assert [type(one) for one in core.events] == [ButtonPressed]


async def test_an_answer_that_was_given_up_is_not_shown_beside_the_next_one(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    async def loses_patience(event: Event) -> None:
        assert isinstance(event, ButtonPressed)
        double.plant(faults.rate_limited(FOLLOW_UPS, SOON))
        first = asyncio.create_task(discord.send(event.reply, HELLO))
        await double.until(lambda: double.requests[-1].status == 429)
        first.cancel()
        await discord.send(event.reply, HELLO)

    core.then = loses_patience
    await discord.send(double.home.room, OFFER)
    (offer,) = double.home.messages_in_the_room()
    double.home.press(double.home.sam, "I need help", offer)
    await double.until(lambda: core.finished)
    assert [texts_in(one) for one in double.home.messages_in_the_room()][1:] == ["Hello"]


async def test_an_answer_after_a_quarter_of_an_hour_is_undeliverable(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    found: list[Why] = []

    async def answers_late(event: Event) -> None:
        assert isinstance(event, ButtonPressed)
        double.time_passes(timedelta(minutes=15))
        with pytest.raises(Undeliverable) as refused:
            await discord.send(event.reply, HELLO)
        found.append(refused.value.why)

    core.then = answers_late
    await discord.send(double.home.room, OFFER)
    (offer,) = double.home.messages_in_the_room()
    double.home.press(double.home.sam, "I need help", offer)
    await double.until(lambda: core.finished)
    assert found == [Why.GONE]
    assert [texts_in(one) for one in double.home.messages_in_the_room()] == [texts_in(offer)]
