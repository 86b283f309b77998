"""The checks that every adapter must pass, each named after what it promises to people.

    @pytest.mark.parametrize("check", CONFORMANCE, ids=lambda check: check.name)
    async def test_my_adapter_conforms(check: NamedCheck) -> None:
        await check(my_harness)

`my_harness(core)` starts the adapter and returns a `Harness`. What a platform cannot do at all is
declared in its `Capabilities` and then not asked for; everything else is asked of everyone.
"""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from peerbot.chat.actions import MAX_ID, action
from peerbot.chat.addresses import Address, NewInbox, Reply, Room
from peerbot.chat.cards import (
    Actions,
    Attachment,
    Bar,
    Button,
    Chart,
    Confirm,
    Divider,
    Fields,
    Heading,
    Image,
    LinkButton,
    Note,
    Option,
    Pager,
    Quote,
    Row,
    Select,
    Style,
    Text,
    Tone,
)
from peerbot.chat.events import ButtonPressed, CommandUsed, FormSubmitted, MessagePosted
from peerbot.chat.gateway import TryLater, Undeliverable
from peerbot.chat.text import Bold, Code, Link, Moment, joined
from peerbot.testing.harness import Break
from peerbot.testing.stand import (
    ASK,
    FILLED,
    FORM,
    HOSTILE,
    PNG,
    VALUES,
    NamedCheck,
    NotConforming,
    Stand,
    a_card,
    contains,
    equal,
    must,
    named,
    refuses,
)

# -- what people read --------------------------------------------------------------------------


async def every_node_shows_its_words(stand: Stand) -> None:
    """Headings, paragraphs, quotes, small print, fields, rows: nothing is left out."""
    seen = await stand.show(
        Heading("Title"),
        Text("Paragraph"),
        Quote("Quotation"),
        Note("Small print"),
        Divider(),
        Fields((("Name", "Value"), ("Other", "Thing"))),
        Row("Beside nothing"),
        Row("Beside a button", Button(action("conform", "row"), "Rowing")),
    )
    contains(seen.words.casefold(), "title", "paragraph", "quotation", "small print")
    contains(seen.words, "Name", "Value", "Other", "Thing", "Beside nothing", "Beside a button")
    contains(seen.buttons, "Rowing")


async def every_span_shows_its_words(stand: Stand) -> None:
    """Bold, exact characters, links and moments are readable inside a sentence."""
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    words = joined(
        "one ", Bold("two"), " ", Code("call 123"), " ", Link("three", "https://a.test/x")
    )
    seen = await stand.show(Text(joined(words, " ", Moment(at, ZoneInfo("UTC")))))
    contains(seen.words, "one two", "call 123", "three", "2026")
    contains(seen.words + repr(seen.links), "https://a.test/x")


async def every_tone_keeps_the_words(stand: Stand) -> None:
    """A card of any tone says the same; tone is never the only carrier."""
    for tone in Tone:
        seen = await stand.show(Text(f"It feels {tone.value}"), tone=tone)
        contains(seen.words, f"It feels {tone.value}")


async def pictures_and_charts_have_their_alt_text(stand: Stand) -> None:
    """Who cannot see a picture or a chart reads what it says."""
    chart = Chart(
        title="Answers",
        bars=(Bar("low", 2), Bar("high", 5)),
        alt="Two low, five high",
        table=(("step", "people"), ("low", "2"), ("high", "5")),
    )
    seen = await stand.show(Image(PNG, "A grey point"), chart)
    contains(seen.alts, "A grey point", "Two low, five high")
    contains(seen.words, "Answers")


async def a_file_arrives_whole(stand: Stand) -> None:
    """A file can be kept under its name, to the last byte."""
    seen = await stand.show(Attachment("all.json", b'{"a": "\xc3\xa9"}', "Everything"))
    contains(seen.words, "Everything")
    equal(seen.files, (("all.json", b'{"a": "\xc3\xa9"}'),), "the files")


async def the_summary_is_never_empty(stand: Stand) -> None:
    """Notifications have something to say: always on what is urgent, else where they can."""
    for tone in Tone:
        if tone is Tone.URGENT or stand.harness.adapter.capabilities.previews_every_card:
            seen = await stand.show(Text("Body"), summary="What it is about", tone=tone)
            equal(seen.summary, "What it is about", "the summary")


async def strange_words_are_inert(stand: Stand) -> None:
    """A member's words are shown as typed: no markup, no mention, no control character works."""
    markup, mentions, controls = HOSTILE
    seen = await stand.show(Text(markup), Quote(mentions), Fields((("Said", controls),)))
    contains(seen.words, markup, mentions, "red", "esrever")
    for character in "\x1b\x07\x9b\u202e\u2066":
        if character in seen.words:
            raise NotConforming(f"{character!r} reached the screen")
    equal(seen.notified, frozenset(), "whom a member's words notified")


# -- what people do ----------------------------------------------------------------------------


async def every_button_is_there(stand: Stand) -> None:
    """Five buttons side by side, of every style, and links beside them."""
    styles = [Button(action("conform", style.value), style.value.title(), style) for style in Style]
    link = LinkButton("https://a.test/", "Leads out")
    last = Button(action("conform", "last"), "The last one")
    seen = await stand.show(Text("Choose"), Actions((*styles, link, last)))
    equal(seen.buttons, ("Plain", "Primary", "Danger", "The last one"), "the buttons")
    contains([label for label, _url in seen.links], "Leads out")
    contains([url for _label, url in seen.links], "https://a.test/")


async def an_action_comes_back_exactly(stand: Stand) -> None:
    """What was sent with a button comes back to the letter, up to the longest id."""
    stem = ("a:b_c.d@e+f-G", "0", "x" * 60)
    left = MAX_ID - len(action("conform", "long", *stem).encoded) - 1
    longest = action("conform", "long", *stem, "y" * left)
    for number, sent in enumerate((action("conform", "bare"), longest)):
        await stand.show(Text("Press"), Actions((Button(sent, f"Press {number}"),)))
        await stand.harness.press(stand.harness.sam, f"Press {number}")
        equal(stand.last(ButtonPressed).action, sent, "the action")


async def a_confirmed_press_counts(stand: Stand) -> None:
    """A button that asks again sends its action once it was confirmed."""
    asked = Confirm(question="Really?", yes="Yes, do", no="No")
    button = Button(action("conform", "erase"), "Erase", Style.DANGER, asked)
    await stand.show(Text("Careful"), Actions((button,)))
    await stand.harness.press(stand.harness.sam, "Erase")
    equal(stand.last(ButtonPressed).action, button.action, "the action")


async def chosen_values_come_back(stand: Stand) -> None:
    """What was chosen from a list comes back as its values, not its labels."""
    options = (Option("v1", "First"), Option("v2", "Second", "a hint"), Option("v3", "Third"))
    listed = Select(action("conform", "pick"), "Pick some", options, most=2)
    seen = await stand.show(listed)
    equal(seen.options, ("First", "Second", "Third"), "the options")
    await stand.harness.choose(stand.harness.sam, ("First", "Third"))
    equal(stand.last(ButtonPressed).action, listed.action, "the action")
    equal(stand.last(ButtonPressed).values, ("v1", "v3"), "the values")


async def a_pager_turns_to_the_right_page(stand: Stand) -> None:
    """Forward and back lead to the neighbouring pages, appended to the action."""
    leafing = action("conform", "list", "q7")
    await stand.show(Text("Page two"), Pager(2, 3, leafing))
    for forward, page in ((True, "3"), (False, "1")):
        await stand.harness.turn(stand.harness.sam, forward=forward)
        equal(stand.last(ButtonPressed).action.args, ("q7", page), "the page wanted")


async def a_form_comes_back_whole(stand: Stand) -> None:
    """Words, a choice, several choices and yes or no come back under their keys."""
    equal(set((await stand.form()).fields), set(FILLED), "the fields shown")
    await stand.harness.submit(stand.harness.sam, FILLED)
    sent = stand.last(FormSubmitted)
    equal(sent.action, ASK, "the action")
    values, reasons = FORM.read(sent.values)
    equal((values, reasons), (VALUES, {}), "the values")


async def a_refused_form_keeps_what_was_typed(stand: Stand) -> None:
    """Someone whose form is not taken reads why and types nothing twice."""
    await stand.form()
    stand.core.reasons = {"short": "That is too wet."}
    await stand.harness.submit(stand.harness.sam, FILLED)
    again = must(await stand.harness.form_of(stand.harness.sam), "the form is gone")
    contains(" ".join(again.reasons), "That is too wet.")
    equal(dict(again.fields), FILLED, "what stands in the fields")
    await stand.harness.submit(stand.harness.sam, {"In a word": "sun"})
    values, _reasons = FORM.read(stand.last(FormSubmitted).values)
    equal(values, {**VALUES, "short": "sun"}, "the values the second time")


async def a_command_comes_back_with_its_options(stand: Stand) -> None:
    """A declared command can be used natively, with a pick and with free words."""
    typed = {"kind": "far", "words": "a place to talk"}
    await stand.harness.use(stand.harness.sam, "conform look", typed)
    used = stand.last(CommandUsed)
    equal((used.name, dict(used.options)), ("conform look", typed), "the command")


async def a_message_comes_in_as_written(stand: Stand) -> None:
    """Where the platform lets us read, words arrive as they were typed."""
    if not stand.harness.adapter.capabilities.message_content:
        return
    text = "It's **fine** <3 & \u00e9\u00e8 \U0001f33b"
    await stand.harness.say(stand.harness.sam, text)
    said = stand.last(MessagePosted)
    equal((said.text, said.room), (text, stand.harness.room), "the message")


async def a_space_is_described(stand: Stand) -> None:
    """Setup can offer the rooms that are there, and knows who reads and that we may write."""
    facts = await stand.harness.adapter.facts(stand.harness.space)
    equal(bool(facts.name), True, "whether the space has a name")
    public = [one.room for one in facts.rooms if one.everyone]
    contains(public, stand.harness.room)
    writable = [one.room for one in facts.rooms if one.may_write]
    contains(writable, stand.harness.room)


async def who_runs_a_space_is_known_without_looking_at_its_rooms(stand: Stand) -> None:
    """A worry about those who moderate goes to them."""
    adapter, space = stand.harness.adapter, stand.harness.space
    who = await adapter.who_runs(space)
    equal(len(who), 1, "those who run the space")
    equal(stand.harness.sam in who, False, "whether a member runs it")


async def looking_around_tells_nothing_where_nothing_happened(stand: Stand) -> None:
    """Else a community would be told that it was left, or joined, though nobody did anything."""
    adapter, space = stand.harness.adapter, stand.harness.space
    stand.core.known_spaces = {space: (await adapter.facts(space)).name}
    before = len(stand.core.events)
    await adapter.look_around()
    equal(stand.core.events[before:], [], "what is told of a space where nothing happened")


# -- who sees it -------------------------------------------------------------------------------


async def a_room_is_public(stand: Stand) -> None:
    """Everybody in a room reads what is sent there."""
    await stand.show(Text("For all"))
    for person in (stand.harness.sam, stand.harness.robin):
        seen = await stand.newest(person)
        contains(seen.words, "For all")
        equal(seen.private, False, "whether it is shown as private")


async def a_reply_is_private(stand: Stand) -> None:
    """What is sent under a press is seen by the one who pressed and by nobody else."""
    await _only_sam_sees(stand, (await stand.pressed()).reply)


async def an_inbox_is_private(stand: Stand) -> None:
    """What is sent to a person is seen by that person and by nobody else."""
    await _only_sam_sees(stand, NewInbox(stand.harness.sam))


async def a_pinned_message_stays_in_sight(stand: Stand) -> None:
    """Where the platform can, a message that wants to be pinned is, and we hear whether it was."""
    if not stand.harness.adapter.capabilities.pins:
        return
    for wanted in (True, False):
        shown = replace(a_card(Text("Look here")), pinned=wanted)
        sent = await stand.harness.adapter.send(stand.harness.room, shown)
        equal(sent.pinned, wanted, "whether it is said to be pinned")
        equal((await stand.newest(stand.harness.robin)).pinned, wanted, "whether it is pinned")


async def a_message_that_is_gone_is_known(stand: Stand) -> None:
    """We can ask whether a message of ours is still there."""
    sent = await stand.harness.adapter.send(stand.harness.room, a_card(Text("Still here")))
    ref = must(sent.ref, "a message in a room can be found again")
    equal(await stand.harness.adapter.still_shows(ref), True, "whether it is there")
    other = replace(ref, message="999999")
    equal(await stand.harness.adapter.still_shows(other), False, "whether another one is there")


async def an_edit_replaces(stand: Stand) -> None:
    """An edited message shows the new words, and no longer the old ones."""
    sent = await stand.harness.adapter.send(stand.harness.room, a_card(Text("Before")))
    ref = must(sent.ref, "a message in a room can be found again")
    await stand.harness.adapter.edit(ref, a_card(Text("After")))
    words = "\n".join(one.words for one in await stand.harness.seen_by(stand.harness.robin))
    contains(words, "After")
    equal("Before" in words, False, "whether the old words are still there")


async def an_answer_can_take_the_place_of_its_card(stand: Stand) -> None:
    """A private card whose button was pressed can be replaced by the answer."""
    opening = (await stand.pressed()).reply
    again = Actions((Button(action("conform", "again"), "Again"),))
    await stand.harness.adapter.send(opening, a_card(Text("First screen"), again))
    await stand.harness.press(stand.harness.sam, "Again")
    pressed = stand.last(ButtonPressed).reply
    instead = Reply(pressed.platform, pressed.token, pressed.person, instead=True)
    await stand.harness.adapter.send(instead, a_card(Text("Second screen")))
    words = "\n".join(one.words for one in await stand.harness.seen_by(stand.harness.sam))
    contains(words, "Second screen")
    equal("First screen" in words, False, "whether the first screen is still there")


# -- what really happened ----------------------------------------------------------------------


async def a_repeated_send_is_shown_once(stand: Stand) -> None:
    """Where the platform can, the same nonce never shows a message twice."""
    if not stand.harness.adapter.capabilities.idempotent_sends:
        return
    for _time in range(2):
        await stand.harness.adapter.send(stand.harness.room, a_card(Text("Once")), nonce="n-1")
    seen = [one for one in await stand.harness.seen_by(stand.harness.sam) if "Once" in one.words]
    equal(len(seen), 1, "how often it is shown")


async def a_closed_inbox_is_told(stand: Stand) -> None:
    """`Undeliverable` is raised for a person who takes no messages."""
    stand.harness.break_next_send(Break.CLOSED, stand.harness.sam)
    to = NewInbox(stand.harness.sam)
    await refuses(stand.harness.adapter.send(to, a_card(Text("Hello?"))), Undeliverable)


async def a_room_that_is_gone_is_told(stand: Stand) -> None:
    """`Undeliverable` is raised for a place that does not exist."""
    nowhere = Room(stand.harness.room.platform, "999999")
    await refuses(stand.harness.adapter.send(nowhere, a_card(Text("Hello?"))), Undeliverable)


async def a_busy_platform_is_told(stand: Stand) -> None:
    """`TryLater` is raised, never swallowed; and what was refused is not shown."""
    stand.harness.break_next_send(Break.BUSY, stand.harness.sam)
    await refuses(stand.harness.adapter.send(stand.harness.room, a_card(Text("Now?"))), TryLater)
    words = [one.words for one in await stand.harness.seen_by(stand.harness.sam)]
    equal(any("Now?" in one for one in words), False, "whether it is shown all the same")


async def _only_sam_sees(stand: Stand, to: Address) -> None:
    seen = await stand.show(Text("For one"), to=to)
    contains(seen.words, "For one")
    equal(seen.private, True, "whether it is shown as private")
    others = [one.words for one in await stand.harness.seen_by(stand.harness.robin)]
    equal(any("For one" in words for words in others), False, "whether another person sees it")


CONFORMANCE: tuple[NamedCheck, ...] = tuple(
    named(run)
    for run in (
        every_node_shows_its_words,
        every_span_shows_its_words,
        every_tone_keeps_the_words,
        pictures_and_charts_have_their_alt_text,
        a_file_arrives_whole,
        the_summary_is_never_empty,
        strange_words_are_inert,
        every_button_is_there,
        an_action_comes_back_exactly,
        a_confirmed_press_counts,
        chosen_values_come_back,
        a_pager_turns_to_the_right_page,
        a_form_comes_back_whole,
        a_refused_form_keeps_what_was_typed,
        a_command_comes_back_with_its_options,
        a_message_comes_in_as_written,
        a_space_is_described,
        who_runs_a_space_is_known_without_looking_at_its_rooms,
        looking_around_tells_nothing_where_nothing_happened,
        a_room_is_public,
        a_reply_is_private,
        an_inbox_is_private,
        a_pinned_message_stays_in_sight,
        a_message_that_is_gone_is_known,
        an_edit_replaces,
        an_answer_can_take_the_place_of_its_card,
        a_repeated_send_is_shown_once,
        a_closed_inbox_is_told,
        a_room_that_is_gone_is_told,
        a_busy_platform_is_told,
    )
)
