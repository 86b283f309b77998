"""What members see and do, through the real router and door."""

from datetime import timedelta

import pytest

from peerbot.chat.cards import Button, Card, Chart, buttons_of
from peerbot.chat.forms import Form, Surface, TextIn
from peerbot.chat.gateway import Undeliverable, Why
from peerbot.checkins.model import Audience, Step
from peerbot.community.model import Purpose, Settings
from peerbot.testing import ROBIN, SAM, a_person, an_actor
from tests.checkins.conftest import LOUNGE, MONDAY_AT_SIX, STAFF, Town, said

CLOSING = MONDAY_AT_SIX + timedelta(days=3)


def actions_of(card: Card) -> list[str]:
    return [one.action.name for one in buttons_of(card) if isinstance(one, Button)]


async def test_the_prompt_offers_to_answer_to_skip_and_to_ask(town: Town) -> None:
    await town.an_open_round()
    prompt = town.places.cards_to(LOUNGE)[0]
    assert actions_of(prompt) == ["checkins.begin", "checkins.skip", "checkins.what"]


async def test_an_answer_is_given_in_private_step_by_step(town: Town) -> None:
    round_id = await town.an_open_round()
    assert "Pick what fits best" in said(await town.press("begin", round_id))
    assert "You chose: Rather connected" in said(await town.press("step", round_id, 4))
    await town.press("help", round_id, values=("company", "emotional"))
    shown = await town.press("see", round_id, values=("staff",))
    assert "Counselling staff can see this answer with your name" in said(shown)
    assert await town.submit("words", round_id, "staff", words="Better than last week") == {}
    assert "Thank you" in said(await town.press("done", round_id))
    assert town.keys_in_the_room() == ["checkins.prompt"]


async def test_each_step_is_kept_at_once(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 4)
    await town.press("help", round_id, values=("company",))
    shown = await town.press("begin", round_id)
    assert "You chose: Rather connected" in said(shown)


async def test_an_answer_can_be_changed_until_the_round_closes(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 4)
    town.clock.move_to(CLOSING - timedelta(seconds=1))
    assert "You chose: Very alone" in said(await town.press("step", round_id, 1))
    town.clock.move_to(CLOSING)
    assert (await town.press("step", round_id, 5)).key == "chat.gone"


async def test_an_answer_after_closing_is_kindly_refused(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.at(CLOSING)
    for verb, args in (("begin", ()), ("step", (3,)), ("done", ()), ("skip", ())):
        assert (await town.press(verb, round_id, *args)).key == "chat.gone"
    await town.submit("words", round_id, "me", words="late")
    assert town.places.sent[-1].card.key == "chat.gone"


async def test_skipping_is_fine_and_can_be_taken_back(town: Town) -> None:
    round_id = await town.an_open_round()
    shown = await town.press("skip", round_id)
    assert "with or without an answer" in said(shown)
    assert "You chose: In between" in said(await town.press("step", round_id, 3))


async def test_skipping_asks_strangers_to_agree_to_nothing_and_keeps_nothing(town: Town) -> None:
    round_id = await town.an_open_round()
    stranger = an_actor(a_person("stranger"))
    assert (await town.press("skip", round_id, by=stranger)).key == "checkins.skipped"
    assert await town.communities.known_member(stranger.person, town.community_id) is None


async def test_skipping_keeps_nothing_once_consent_is_withdrawn(town: Town) -> None:
    round_id = await town.an_open_round()
    sam = await town.member("sam")
    await town.communities.withdraw(sam, Purpose.CHECKINS)
    assert (await town.press("skip", round_id)).key == "checkins.skipped"
    assert (await town.checkins.answers.given(sam, round_id)).answer is None


async def test_answering_asks_once_for_consent(town: Town) -> None:
    round_id = await town.an_open_round()
    stranger = an_actor(a_person("stranger"))
    assert (await town.press("begin", round_id, by=stranger)).key == "community.consent"


async def test_what_happens_is_told_before_one_agrees_to_anything(town: Town) -> None:
    round_id = await town.an_open_round()
    shown = await town.press("what", round_id, by=an_actor(a_person("stranger")))
    assert "30 days" in said(shown)


# -- Who sees the words ------------------------------------------------------------------------


@pytest.mark.parametrize("audience", Audience)
async def test_the_form_says_who_sees_the_words_and_they_are_screened_so(
    town: Town, audience: Audience
) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 3)
    form = await town.form("words", round_id, audience)
    assert isinstance(form, Form)
    field = form.fields[0]
    assert isinstance(field, TextIn)
    expected = Surface.PRIVATE if audience is Audience.ME else Surface.TO_STAFF
    assert field.surface is expected
    assert ("responders" in str(form.intro)) is (audience is not Audience.ME)
    await town.submit("words", round_id, audience, words="words of mine")
    assert [(one.text, one.surface) for one in town.screen.all_heard] == [
        ("words of mine", expected)
    ]


async def test_where_private_emergencies_are_told_the_form_says_so(town: Town) -> None:
    from dataclasses import replace

    def told(one: Settings) -> Settings:
        return replace(one, private_emergencies=True)

    await town.communities.set_now(town.community_id, STAFF, "x", told)
    round_id = await town.an_open_round()
    form = await town.form("words", round_id, "me")
    assert isinstance(form, Form)
    assert "emergency" in str(form.intro)


async def test_private_words_reach_nobody(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 3)
    await town.submit("words", round_id, "me", words="for me alone")
    (checkin,) = await town.checkins.plans.of_community(town.community_id)
    await town.at(CLOSING)
    shown = await town.press("answers", checkin.id, by=STAFF)
    assert "for me alone" not in said(shown) + " ".join(town.in_the_room())


async def test_words_to_staff_are_read_by_staff_alone(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 2)
    await town.press("help", round_id, values=("company",))
    await town.submit("words", round_id, "staff", words="a hard week")
    (checkin,) = await town.checkins.plans.of_community(town.community_id)
    shown = said(await town.press("answers", checkin.id, by=STAFF))
    assert "a hard week" in shown
    assert "Rather alone" in shown
    assert "Company" in shown
    refused = await town.press("answers", checkin.id, by=an_actor(ROBIN, "mods"))
    assert refused.key == "community.needs-role"


async def test_words_by_name_are_posted_at_once_with_the_name(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 5)
    before = await town.press("see", round_id, values=("by-name",))
    assert "posted" in said(before)
    await town.submit("words", round_id, "by-name", words="I sang in a choir!")
    await town.delivery.settle()
    assert town.keys_in_the_room()[-1] == "checkins.shared"
    assert "I sang in a choir!" in town.in_the_room()[-1]


async def test_posted_words_change_with_their_writer(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 5)
    await town.submit("words", round_id, "by-name", words="A typo hear")
    await town.delivery.settle()
    await town.submit("words", round_id, "by-name", words="A typo here")
    await town.delivery.settle()
    assert town.keys_in_the_room().count("checkins.shared") == 1
    assert "A typo here" in said(town.places.edited[-1][1])


@pytest.mark.parametrize("way", ["skip", "narrow", "empty"])
async def test_posted_words_can_be_taken_back(town: Town, way: str) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 5)
    await town.submit("words", round_id, "by-name", words="Never mind")
    await town.delivery.settle()
    if way == "skip":
        await town.press("skip", round_id)
    elif way == "narrow":
        await town.press("see", round_id, values=("me",))
    else:
        await town.submit("words", round_id, "by-name", words="")
    assert town.places.edited[-1][1].key == "checkins.taken-back"


async def test_words_written_for_oneself_are_not_shown_by_a_later_choice(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 2)
    await town.submit("words", round_id, "me", words="for me alone")
    shown = await town.press("see", round_id, values=("staff",))
    assert "until you look at them again" in said(shown)
    (checkin,) = await town.checkins.plans.of_community(town.community_id)
    assert "for me alone" not in said(await town.press("answers", checkin.id, by=STAFF))
    form = await town.form("words", round_id, "staff")
    assert isinstance(form, Form)
    assert isinstance(form.fields[0], TextIn)
    assert form.fields[0].initial == "for me alone"


async def test_words_are_stored_sealed(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.submit("words", round_id, "me", words="a secret sentence")
    given = await town.checkins.answers.given(await town.member("sam"), round_id)
    assert given.answer is not None
    assert given.answer.sealed is not None
    assert b"secret" not in given.answer.sealed


# -- A low answer ------------------------------------------------------------------------------


async def test_a_low_answer_is_offered_what_was_wished_for_or_a_person(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 1)
    await town.press("help", round_id, values=("tangible",))
    shown = await town.press("done", round_id)
    assert "A tip on tangible" in said(shown)
    assert "A place for tangible" in said(shown)
    assert {"crisis.ask-moderator", "crisis.help"} <= set(actions_of(shown))


async def test_a_low_answer_shows_the_way_to_a_person_at_once(town: Town) -> None:
    round_id = await town.an_open_round()
    shown = await town.press("step", round_id, 2)
    assert {"crisis.ask-moderator", "crisis.help"} <= set(actions_of(shown))


async def test_who_is_just_sharing_is_offered_a_person_but_no_tips(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 1)
    await town.press("help", round_id, values=("sharing",))
    shown = await town.press("done", round_id)
    assert "A tip" not in said(shown)
    assert "crisis.help" in actions_of(shown)


async def test_an_answer_of_three_or_more_gets_a_short_thanks(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 3)
    shown = await town.press("done", round_id)
    assert shown.key == "checkins.thanks"
    assert "crisis.help" not in actions_of(shown)


# -- /checkin and reminders --------------------------------------------------------------------


async def test_the_command_opens_what_is_asked_now(town: Town) -> None:
    await town.an_open_round()
    assert (await town.command("checkin")).key == "checkins.answer"


async def test_the_command_shows_ones_answer_and_what_comes_next(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 3)
    shown = await town.command("checkin")
    assert "Your answer is kept" in said(shown)
    assert "Next: Weekly check-in" in said(shown)


async def test_with_nothing_open_the_command_offers_to_answer_early(town: Town) -> None:
    await town.a_checkin()
    shown = await town.command("checkin")
    assert "Nothing is open just now" in said(shown)
    assert "checkins.early" in actions_of(shown)


async def test_a_week_before_it_is_too_early(town: Town) -> None:
    live = await town.a_checkin()
    await town.at(MONDAY_AT_SIX + timedelta(days=3))
    assert "checkins.early" not in actions_of(await town.command("checkin"))
    assert (await town.press("early", live.id)).key == "chat.gone"


async def test_reminders_are_opt_in_paused_until_a_date_and_stopped(town: Town) -> None:
    assert "Only if you ask" in said(await town.command("checkin"))
    await town.press("remind-on")
    assert await town.submit("pause-mine", until="2026-03-20") == {}
    assert "quiet until" in said(await town.command("checkin"))
    town.clock.move_to(MONDAY_AT_SIX + timedelta(days=30))
    assert "quiet until" not in said(await town.command("checkin"))
    await town.press("remind-off")
    assert "Only if you ask" in said(await town.command("checkin"))


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "2026-03-01", "2999-01-01"])
async def test_a_pause_until_no_day_to_come_is_answered_clearly(town: Town, day: str) -> None:
    await town.press("remind-on")
    reasons = await town.submit("pause-mine", until=day)
    assert "2026-05-31" in reasons["until"]


async def test_a_broken_directory_does_not_hide_the_way_to_a_person(town: Town) -> None:
    class NoOffers:
        async def tips_for(self, *_args: object) -> tuple[()]:
            raise LookupError

        resources_for = tips_for

    town.checkins.answers._offers = NoOffers()  # type: ignore[assignment]
    round_id = await town.an_open_round()
    await town.press("step", round_id, 1)
    assert "crisis.help" in actions_of(await town.press("done", round_id))


async def test_a_posted_message_that_cannot_be_changed_loses_no_answer(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.press("step", round_id, 5)
    await town.submit("words", round_id, "by-name", words="hello")
    await town.delivery.settle()

    async def refuse(*_args: object) -> None:
        raise Undeliverable(Why.GONE)

    town.places.edit = refuse  # type: ignore[method-assign, assignment]
    assert "You chose: Very alone" in said(await town.press("step", round_id, 1))


def test_the_chart_is_told_in_words_and_a_table_too() -> None:
    from tests.checkins.samples import cards

    charts = [node for card in cards() for node in card.children if isinstance(node, Chart)]
    assert charts
    assert all(len(chart.table) == len(chart.bars) + 1 for chart in charts)


async def test_what_a_member_presses_is_theirs_alone(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.member("alex")
    await town.press("step", round_id, 5)
    shown = await town.press("begin", round_id, by=an_actor(a_person("alex")))
    assert "You chose" not in said(shown)
    alex = await town.member("alex")
    given = await town.checkins.answers.given(await town.member("sam"), round_id)
    assert given.answer is not None
    assert given.answer.step is Step.VERY_CONNECTED
    with pytest.raises(Exception, match="another member's words"):
        await town.checkins.answers.own_words(alex, given.answer)
    assert SAM.id not in " ".join(town.in_the_room())
