"""What people do reaches the core over real sockets, and what the core sends is shown."""

import pytest

from adapters.discord.adapter import Discord
from adapters.discord.connection import NO_INTENT, UNKNOWN_BOT, CannotConnect
from peerbot.chat.actions import Action
from peerbot.chat.addresses import NewInbox, PrivateThread
from peerbot.chat.cards import Attachment, Bar, Button, Chart, Note, Text, buttons, card
from peerbot.chat.commands import Command
from peerbot.chat.events import (
    ButtonPressed,
    CommandUsed,
    Event,
    FormSubmitted,
    MessageFlagged,
    MessagePosted,
)
from peerbot.chat.forms import Form, Surface, TextIn
from peerbot.i18n import Msg
from tests.adapters.discord.double import Double, faults
from tests.adapters.discord.double.connected import an_adapter
from tests.adapters.discord.double.home import texts_in
from tests.adapters.discord.double.listening import ListeningCore

HELLO = card("test.hello", Text("Hello"), summary="Hello")
ASK = Action("test", "ask")
ASKS = card("test.asks", Text("How are you?"), buttons(Button(ASK, "Say it")), summary="A question")
FORM = Form(
    title="A question",
    fields=(TextIn(key="words", label="Your words", surface=Surface.PRIVATE),),
    submit="Send",
)
SAID_BACK = card("test.back", Text("Thank you"), summary="Thank you")

# -- coming in -----------------------------------------------------------------------------------


async def test_a_wrong_token_is_said_with_what_to_do(double: Double, core: ListeningCore) -> None:
    with pytest.raises(CannotConnect) as refused:
        await an_adapter(double, token="of another bot").start(core)
    assert str(refused.value) == UNKNOWN_BOT
    assert not double.gateway.sockets


async def test_a_missing_intent_is_said_with_where_its_switch_is(
    double: Double, core: ListeningCore
) -> None:
    double.portal.message_content = False
    with pytest.raises(CannotConnect) as refused:
        await an_adapter(double, message_content=True).start(core)
    assert str(refused.value) == NO_INTENT
    await double.until(lambda: not double.gateway.sockets)


async def test_without_reading_rooms_no_privileged_intent_is_needed(
    double: Double, core: ListeningCore
) -> None:
    double.portal.message_content = False
    adapter = an_adapter(double)
    await adapter.start(core)
    double.home.say(double.home.sam, "not for us to hear")
    double.home.whisper(double.home.sam, "for you")
    await double.until(lambda: core.events)
    await adapter.stop()
    assert [_words(one) for one in core.events] == ["for you"]


@pytest.mark.parametrize(
    "fault",
    [
        faults.failing("GET /users/@me", 503),
        faults.dropped("GET /users/@me", times=2),
        faults.rate_limited("GET /users/@me", 120),
        faults.banned_for_a_while("GET /users/@me"),
        faults.failing("GET /gateway/bot", 503),
    ],
    ids=["down", "no way there", "limited", "banned", "no gateway"],
)
async def test_a_discord_that_cannot_be_reached_is_said_and_leaves_nothing_open(
    double: Double, core: ListeningCore, fault: faults.Fault
) -> None:
    double.plant(fault)
    with pytest.raises(CannotConnect, match=r"Discord (cannot be reached|ended the connection)"):
        await an_adapter(double).start(core)
    assert not double.gateway.sockets


async def test_facts_of_a_server_come_with_the_connection(double: Double, discord: Discord) -> None:
    facts = await discord.facts(double.home.space)
    assert facts.name == "Home"


# -- what people do ------------------------------------------------------------------------------


async def test_the_first_message_in_a_room_is_heard_word_for_word(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    double.home.say(double.home.sam, "Grüße, 🌱 & <b>hello</b>")
    await double.until(lambda: core.events)
    (heard,) = core.events
    assert isinstance(heard, MessagePosted)
    assert heard.text == "Grüße, 🌱 & <b>hello</b>"
    assert heard.actor.person == double.home.sam
    assert heard.room == double.home.room


async def test_a_press_is_heard_and_answered_for_one_alone(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    async def answers(event: Event) -> None:
        assert isinstance(event, ButtonPressed)
        await discord.send(event.reply, SAID_BACK)

    core.then = answers
    await discord.send(double.home.room, ASKS)
    (asked,) = double.home.messages_in_the_room()
    double.home.press(double.home.robin, "Say it", asked)
    await double.until(lambda: core.finished)

    (pressed,) = core.events
    assert isinstance(pressed, ButtonPressed)
    assert (pressed.action, pressed.actor.person) == (ASK, double.home.robin)
    answer = double.home.messages_in_the_room()[-1]
    assert texts_in(answer) == "Thank you"
    assert answer.visible_to(int(double.home.robin.id))
    assert not answer.visible_to(int(double.home.sam.id))


async def test_a_button_opens_a_form_and_what_is_typed_comes_back(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    core.forms["test", "ask"] = FORM
    await discord.send(double.home.room, ASKS)
    (asked,) = double.home.messages_in_the_room()
    pressed = double.home.press(double.home.sam, "Say it", asked)
    await double.until(lambda: pressed.modal)
    double.home.submit(double.home.sam, pressed, {"Your words": "Not so well"})
    await double.until(lambda: core.events)

    (submitted,) = core.events
    assert isinstance(submitted, FormSubmitted)
    assert submitted.action == ASK
    assert submitted.values == {"words": "Not so well"}


async def test_a_form_that_is_not_taken_shows_its_reason_and_keeps_the_words(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    core.forms["test", "ask"] = FORM
    core.reasons = {"words": "A little more, please"}
    await discord.send(double.home.room, ASKS)
    (asked,) = double.home.messages_in_the_room()
    pressed = double.home.press(double.home.sam, "Say it", asked)
    await double.until(lambda: pressed.modal)
    double.home.submit(double.home.sam, pressed, {"Your words": "hm"})
    await double.until(lambda: len(double.home.messages_in_the_room()) == 2)

    refused = double.home.messages_in_the_room()[-1]
    assert "A little more, please" in texts_in(refused)
    assert "hm" in texts_in(refused)
    assert not refused.visible_to(int(double.home.robin.id))


async def test_a_command_says_at_once_that_it_was_heard(
    double: Double, discord: Discord, core: ListeningCore
) -> None:
    core.commands = (Command(name="help", summary=Msg("Help")),)
    core.goes_on.clear()
    used = double.home.use(double.home.sam, "help")
    await double.until(lambda: core.events)
    assert used.loading  # "peerbot is thinking..."
    core.goes_on.set()
    await double.until(lambda: double.requests[-1].method == "DELETE")
    (heard,) = core.events
    assert isinstance(heard, CommandUsed)
    assert heard.name == "help"
    assert double.home.messages_in_the_room() == []


async def test_a_flagged_message_comes_with_its_words(double: Double, core: ListeningCore) -> None:
    """Discord sends them with the command, so no privileged intent is needed."""
    adapter = an_adapter(double)
    await adapter.start(core)
    said = double.home.say(double.home.sam, "I cannot go on")
    double.home.flag(double.home.robin, said)
    await double.until(lambda: core.events)
    await adapter.stop()
    (flagged,) = core.events
    assert isinstance(flagged, MessageFlagged)
    assert flagged.message.text == "I cannot go on"
    assert flagged.message.actor.person == double.home.sam


# -- what the core sends -------------------------------------------------------------------------


async def test_files_arrive_as_they_are_with_their_description(
    double: Double, discord: Discord
) -> None:
    chart = Chart("Mood", (Bar("Mon", 3.0), Bar("Tue", 4.0)), "Two days", (("Mon", "3"),))
    await discord.send(
        double.home.room,
        card("test.chart", chart, Attachment("my-data.json", b"{}", "Your data"), summary="Chart"),
    )
    (message,) = double.home.messages_in_the_room()
    files = {
        one["filename"]: double.backend.cdn.get(one["url"]) or b"" for one in message.attachments
    }
    assert files["my-data.json"] == b"{}"
    assert any(data.startswith(b"\x89PNG") for data in files.values())


async def test_a_card_is_changed_where_it_stands(double: Double, discord: Discord) -> None:
    sent = await discord.send(double.home.room, HELLO)
    assert sent.ref is not None
    await discord.edit(sent.ref, card("test.hello", Text("Goodbye"), summary="Goodbye"))
    (message,) = double.home.messages_in_the_room()
    assert texts_in(message) == "Goodbye"
    assert await discord.still_shows(sent.ref)
    double.backend.delete_message(message.channel_id, message.id)
    assert not await discord.still_shows(sent.ref)


async def test_an_inbox_and_a_private_thread_hold_one_person(
    double: Double, discord: Discord
) -> None:
    sam, room = double.home.sam, double.home.room
    await discord.send(NewInbox(sam), HELLO)
    assert [texts_in(one) for one in double.home.inbox_of(sam)] == ["Hello"]
    sent = await discord.send(
        PrivateThread(room, sam), card("test.note", Note("Only us"), summary="Us")
    )
    assert sent.ref is not None
    thread = double.backend.get_channel(int(sent.ref.room))
    assert int(sam.id) in thread.thread_members
    assert int(double.home.robin.id) not in thread.thread_members


def _words(event: Event) -> str:
    assert isinstance(event, MessagePosted)
    return event.text
