"""A person at the terminal: what they type and what they then see."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.console.asking import Left, fill_in
from adapters.console.world import OpenForm
from peerbot.chat.actions import action
from peerbot.chat.forms import Form, Surface, TextIn, Values
from peerbot.chat.plain import plain
from peerbot.chat.stage import Trouble
from tests.console.conftest import Paper


async def test_the_first_screen_offers_only_what_is_there(by_hand: Any) -> None:
    screen = await by_hand()
    assert "You play everyone" in screen
    assert "/wait 7d" in screen
    assert "/peerbot setup" not in screen


async def test_private_and_public_are_told_apart_in_words(by_hand: Any) -> None:
    screen = await by_hand("sam> /weather", "/wait 7d")
    assert "🔒 only sam sees this" in screen
    assert "# general, everyone sees this" in screen
    assert "It is now 2026-03-09 09:00." in screen


async def test_a_number_presses_what_it_stands_beside(by_hand: Any, toy: Any) -> None:
    screen = await by_hand("sam> /weather", "2", "1")
    assert "[2] Erase" in screen
    assert "sam presses [Erase]" in screen
    assert "Erase it all?" in screen
    assert "All is erased." in screen
    assert toy.erased == 1


async def test_no_leaves_things_as_they_are(by_hand: Any, toy: Any) -> None:
    assert "Nothing was done." in await by_hand("sam> /weather", "2", "2")
    assert toy.erased == 0


async def test_nobody_presses_what_only_another_person_sees(by_hand: Any, toy: Any) -> None:
    screen = await by_hand("sam> /weather", "robin> 2", "1")
    assert "There is no such button for robin." in screen
    assert toy.erased == 0


async def test_several_of_a_list_are_chosen_together(by_hand: Any) -> None:
    screen = await by_hand("sam> /weather", "3,4")
    assert "sam chooses Clouds, Blue" in screen
    assert "c, b" in screen
    assert "Several numbers must be of one list." in await by_hand("sam> /weather", "1,3")


async def test_leafing_replaces_the_private_page(by_hand: Any, toy: Any) -> None:
    screen = await by_hand("sam> /weather", "5", "1")
    assert "This is page 2." in screen
    assert "page 1 of 3" in screen
    assert len(toy.console.world.seen_by(toy.console.deeds.actor)) == 1


async def test_a_form_is_asked_field_by_field(by_hand: Any, toy: Any) -> None:
    screen = await by_hand("sam> /weather", "1", "rain", "2", "")
    assert toy.saved == [{"words": "rain", "mood": "d", "more": ""}]
    assert "More (optional)" in screen


async def test_only_the_refused_field_is_asked_again(by_hand: Any, toy: Any) -> None:
    screen = await by_hand("sam> /weather", "1", "snow", "1", "", "sun")
    assert "! There is no snow here." in screen
    assert screen.count("Mood") == 1
    assert toy.saved == [{"words": "sun", "mood": "w", "more": ""}]


async def test_a_required_choice_that_is_skipped_is_asked_again(by_hand: Any, toy: Any) -> None:
    screen = await by_hand("sam> /weather", "1", "rain", "", "", "7", "1")
    assert "! Please choose one." in screen
    assert "Please type a number from 1 to 2." in screen
    assert toy.saved[0]["mood"] == "w"


async def test_nothing_typed_is_lost_when_storage_is_away(by_hand: Any, toy: Any) -> None:
    screen = await by_hand(
        "sam> /weather", ":trouble database away", "1", "rain", "1", "", ":cancel"
    )
    assert "We cannot save this just now." in screen
    assert "Nothing was sent." in screen
    assert toy.made == [Trouble.DATABASE_AWAY]


async def test_cancel_leaves_the_form(by_hand: Any, toy: Any) -> None:
    assert "Nothing was sent." in await by_hand("sam> /weather", "1", "rain", ":cancel", "hello")
    assert toy.saved == []


async def test_flagging_takes_the_last_message_of_somebody(by_hand: Any) -> None:
    screen = await by_hand("sam> rubbish", "robin> :flag sam", "robin> :flag kim")
    assert "Thank you, a moderator will look." in screen
    assert "kim has written nothing that could be flagged." in screen


async def test_a_closed_inbox_takes_nothing_and_the_failure_is_seen(by_hand: Any) -> None:
    screen = await by_hand("sam> hi", ":close-inbox sam", "there is a storm")
    assert "We are here." not in screen
    assert "Inside, crisis.screen broke (Undeliverable)." in screen


async def test_time_that_cannot_be_moved_is_refused_in_a_sentence(by_hand: Any, toy: Any) -> None:
    toy.can_wait = False
    assert "Time runs by itself here" in await by_hand("/wait 7d")


async def test_help_lists_commands_and_signs(by_hand: Any) -> None:
    screen = await by_hand("/help")
    assert "/weather [topic]" in screen
    assert ":flag sam" in screen


async def test_a_typing_error_ends_nothing(by_hand: Any) -> None:
    screen = await by_hand("/wether", ":fly", "99", "#nowhere", "sam> still here", ":who")
    assert "Did you mean /weather?" in screen
    assert "There is no :fly here." in screen
    assert "There is no such button" in screen


async def test_quit_ends(by_hand: Any) -> None:
    assert "hello" not in await by_hand(":quit", "sam> hello")


async def test_it_can_be_read_in_a_narrow_terminal(by_hand: Any) -> None:
    screen = await by_hand("sam> /weather", width=40)
    assert max(len(line) for line in screen.splitlines() if ">" not in line) <= 40


async def test_a_french_reader_gets_the_consoles_own_words_through_the_catalogue(
    by_hand: Any, toy: Any
) -> None:
    await by_hand("sam (fr)> hi")
    assert toy.console.deeds.actor.locale == "fr"


async def test_a_line_of_a_script_is_done_and_not_posted(by_hand: Any, toy: Any) -> None:
    screen = await by_hand(
        "sam> /weather",
        'sam> choose "What do you see?" = "Clouds", "Blue"',
        'sam> press "Add a note"',
        'sam> fill "Your words" = a grey morning',
        'choose "Mood" = "Wet"',
        "sam> send",
        'press "Erase"',
        'press "Yes, erase"',
    )
    assert "c, b" in screen
    assert toy.saved == [{"words": "a grey morning", "mood": "w", "more": ""}]
    assert toy.erased == 1
    assert toy.console.world.posts == []


async def test_a_wrong_label_says_which_there_are(by_hand: Any, toy: Any) -> None:
    screen = await by_hand(
        "sam> /weather",
        'choose "What do you see?" = "Rain"',
        'choose "Where?" = "Blue"',
        'press "Go"',
        'press "Add a note"',
        'choose "Mood" = "Grey"',
        'fill "Heading" = x',
        ":cancel",
        width=120,
    )
    assert '"Rain" is not in the list "What do you see?": "Clouds", "Blue"' in screen
    assert 'there is no list "Where?"; there is "What do you see?"' in screen
    assert 'there is no "Go" to press; there is "Add a note", "Erase"' in screen
    assert '"Grey" is not offered; there is "Wet", "Dry"' in screen
    assert 'the form has no field "Heading"; it has "Your words", "Mood", "More"' in screen
    assert toy.console.world.posts == []


async def test_a_form_filled_by_its_labels_waits_until_it_is_sent(by_hand: Any, toy: Any) -> None:
    begun = ("sam> /weather", "1", 'fill "Your words" = rain', 'choose "Mood" = "Dry"', "")
    screen = await by_hand(*begun, "cancel", "send")
    assert "send sends it, :cancel leaves." in screen
    assert "Nothing was sent." in screen
    assert "No form is open in front of sam." in screen
    assert toy.saved == []


async def test_time_moves_to_an_hour_of_the_communitys_clock(by_hand: Any, toy: Any) -> None:
    toy.zone = ZoneInfo("America/Toronto")
    screen = await by_hand("wait until 18:00", "/wait until 03:00", "/wait until 25:00", "wait 7d")
    assert "It is now 2026-03-02 18:00." in screen
    assert "It is now 2026-03-03 03:00." in screen
    assert "How long?" in screen
    assert "2026-03-10 04:00 ━" in screen


async def test_words_that_begin_like_a_step_are_words_behind_a_name(by_hand: Any, toy: Any) -> None:
    lines = ("wait 2 minutes", "\\send", "wait for me", "expect nothing from me")
    await by_hand(*(f"sam> {line}" for line in lines))
    said = [post.text for post in toy.console.world.posts]
    assert said == ["wait 2 minutes", "send", "wait for me", "expect nothing from me"]


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("sam smith @dm> i want to be alone", ": sam-smith> hello"),
        ("sam smith> hi", ": sam-smith> hello"),
        ("sam smith > hi", ": sam-smith> hello"),
        ("123> hi", ": sam> hello"),
        ("@sam> hi", ": sam> hello"),
        ("@sam (moderator)> hi", ": sam> hello"),
        ("kim (moderator> hi", ": kim> hello"),
        ("sam #the garden> hi", ": sam> hello"),
    ],
)
async def test_a_crooked_name_lets_nobody_else_say_it(
    line: str, hint: str, by_hand: Any, toy: Any
) -> None:
    screen = await by_hand("alex> hello", line, width=200)
    assert "Who is this?" in screen
    assert hint in screen
    assert [post.text for post in toy.console.world.posts] == ["hello"]


async def test_a_backslash_says_a_line_that_looks_like_a_name(by_hand: Any, toy: Any) -> None:
    await by_hand("alex> hello", "\\sam smith> hi", "is 5 > 3 or not", "more (or less) of it")
    said = [post.text for post in toy.console.world.posts]
    assert said == ["hello", "sam smith> hi", "is 5 > 3 or not", "more (or less) of it"]


async def test_a_room_or_role_that_is_not_there_is_not_invented(by_hand: Any, toy: Any) -> None:
    screen = await by_hand("alex> hello", "sam #nowhere> hi", "kim (king)> hi", width=120)
    assert (
        "There is no #nowhere here. There are: #general, #check-ins, #garden, #care-team, @dm."
        in screen
    )
    assert "There is no role king here. There are: moderator, staff, admin" in screen
    assert "nowhere" not in toy.console.world.rooms
    assert set(toy.console.world.people) == {"alex"}
    assert [post.text for post in toy.console.world.posts] == ["hello"]


async def test_a_line_that_is_only_posted_is_shown_as_said(by_hand: Any) -> None:
    screen = await by_hand("sam #garden> hello", "sam @dm> hi")
    assert "· sam in #garden: hello" in screen
    assert "· sam to peerbot alone: hi" in screen


async def test_a_home_page_with_nothing_on_it_says_so(by_hand: Any) -> None:
    assert "There is nothing on the home page of sam yet." in await by_hand("sam> :home")


async def test_nobody_answers_a_question_that_somebody_else_was_asked(
    by_hand: Any, toy: Any
) -> None:
    asked = ("sam> /weather", "1", "kim> hello", "sam> rain", "robin smith> 1", "1")
    screen = await by_hand(*asked, "\\a> b", "sam> 2", "kim> hello", "sam> 2", "sam> 1")
    assert screen.count("sam is asked first") == 3
    assert toy.saved == [{"words": "rain", "mood": "w", "more": "a> b"}]
    assert set(toy.console.world.people) == {"sam"}
    assert toy.erased == 1


async def test_cancel_works_in_a_field_after_a_mistake(by_hand: Any, toy: Any) -> None:
    """As in a terminal, what is typed comes behind what stands in the line already."""
    screen = await by_hand("sam> /weather", "1", "snow", "1", "", ":cancel", typed_behind=True)
    assert "You wrote: snow" in screen
    assert "Nothing was sent." in screen
    assert toy.saved == []


async def test_the_mistake_is_kept_by_an_empty_line_only(by_hand: Any, toy: Any) -> None:
    await by_hand("sam> /weather", "1", "snow", "1", "", "sun", typed_behind=True)
    assert toy.saved[0]["words"] == "sun"


async def test_cancel_behind_words_that_stand_there_already_cancels() -> None:
    note = TextIn(key="note", label="Note", surface=Surface.PRIVATE, initial="a grey day")
    form = Form(title="Change it", submit="Save", fields=(note,))
    opened = OpenForm(action=action("toy", "note"), form=form, space=None, room=None, beside=None)
    sent: list[Values] = []

    async def submit(_opened: OpenForm, values: Values) -> None:
        sent.append(values)

    screen = Paper([":cancel"], typed_behind=True)
    with pytest.raises(Left):
        await fill_in(opened, "sam", screen, plain, (), submit)
    await fill_in(opened, "sam", Paper([" again"], typed_behind=True), plain, (), submit)
    assert sent == [{"note": "a grey day again"}]


async def test_once_taken_out_nothing_reaches_peerbot_and_the_console_says_so_plainly(
    by_hand: Any, toy: Any
) -> None:
    out = [
        "sam> /weather",
        ":trouble peerbot removed",
        "there is a storm",
        "/weather",
        "3",
        ":flag sam",
    ]
    shown = await by_hand(*out, ":trouble peerbot added", "/weather")
    screen = " ".join(shown.split())
    assert "Done: peerbot removed." in screen
    assert screen.count("so this does not reach it") == 4
    assert "broke" not in screen
    assert toy.failures == []
    assert screen.index("Done: peerbot added.") < screen.rindex("only sam sees this")


async def test_a_message_that_is_written_while_peerbot_is_out_is_not_looked_at(
    by_hand: Any, toy: Any
) -> None:
    screen = await by_hand(":trouble peerbot removed", "sam> there is a storm")
    assert "sam in #general: there is a storm" in screen
    assert "We are here." not in screen
