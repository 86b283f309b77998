"""Tips as people meet them: through the real router, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from peerbot.chat.actions import Action, action
from peerbot.chat.cards import Button, Card, Select, buttons_of
from peerbot.chat.plain import plain
from peerbot.community.model import Feature
from peerbot.db import Database
from peerbot.testing import (
    ANA,
    ROBIN,
    SAM,
    SPACE,
    a_command,
    a_press,
    a_submission,
    an_actor,
    typing,
)
from peerbot.tips.model import LatelySeen
from tests.tips.conftest import GARDEN, LOUNGE, Tips
from tests.tips.planning import MOD, WEEKLY, planned


def _title(card: Card) -> str:
    return str(card.summary)


async def test_a_tip_shows_its_source_and_that_nobody_reviewed_it(tips: Tips) -> None:
    await tips.router.dispatch(a_command("tip"))
    assert tips.key == "tips.one"
    assert "Source" in tips.text
    assert "not yet reviewed by a counsellor" in tips.text


async def test_another_one_is_another_until_all_were_seen(tips: Tips) -> None:
    for _ in range(20):
        await tips.router.dispatch(a_press(action("tips", "another")))
    titles = [_title(card) for card in tips.gateway.cards_to(SAM)]
    assert len(set(titles)) == 20


async def test_another_one_is_another_though_a_restart_has_forgotten_what_was_seen(
    tips: Tips,
) -> None:
    await tips.router.dispatch(a_command("tip", topic="asking"))
    for _ in range(40):
        tips.service._lately = LatelySeen()
        seen = tips.gateway.cards_to(SAM)[-1]
        (button,) = [one for one in buttons_of(seen) if str(one.label) == "Another one"]
        assert isinstance(button, Button)
        await tips.router.dispatch(a_press(button.action))
        assert _title(tips.gateway.cards_to(SAM)[-1]) != _title(seen)


async def test_a_topic_gives_tips_on_it_and_nothing_random_speaks_of_danger(tips: Tips) -> None:
    for _ in range(80):
        await tips.router.dispatch(a_command("tip"))
    assert "suicide" not in "".join(tips.gateway.texts_to(SAM))
    for _ in range(6):
        await tips.router.dispatch(a_press(action("tips", "topic"), values=("asking",)))
    assert "suicide" in "".join(tips.gateway.texts_to(SAM)[-6:])


async def test_the_reader_gets_their_own_language(tips: Tips) -> None:
    french = an_actor(SAM, locale="fr-CA")
    tips.communities.met(french, None)
    await tips.router.dispatch(a_press(action("tips", "show", "needs-start-with-i"), by=french))
    assert "Commencez par « je »" in tips.text.replace(
        "COMMENCEZ PAR « JE »", "Commencez par « je »"
    )


async def test_words_are_searched_in_private_and_screened(tips: Tips) -> None:
    await tips.router.dispatch(a_command("tip", search="lend money"))
    assert tips.key == "tips.found"
    assert tips.screen.heard_words == ["lend money"]
    await tips.router.dispatch(a_submission(action("tips", "search"), {"words": "xyzzyq"}))
    assert tips.key == "tips.nothing-found"


async def test_a_topic_that_is_none_is_searched_for(tips: Tips) -> None:
    await tips.router.dispatch(a_command("tip", topic="silence"))
    assert tips.key == "tips.found"


@pytest.mark.parametrize(
    ("pressed", "answer"),
    [
        (action("tips", "show", "no-such-tip"), "chat.gone"),
        (action("tips", "show"), "chat.gone"),
        (action("tips", "another", "no-such-topic"), "tips.one"),
        (action("tips", "topic"), "tips.one"),
        (action("tips", "plan-show", "forged"), "chat.gone"),
        (action("tips", "pause", "a", "b"), "chat.gone"),
        (action("tips", "remove", "forged"), "chat.gone"),
        (action("tips", "nothing-of-ours"), "chat.unknown"),
    ],
)
async def test_a_forged_button_has_a_clear_answer(tips: Tips, pressed: Action, answer: str) -> None:
    await tips.router.dispatch(a_press(pressed))
    assert tips.key == answer
    assert not tips.failures


async def test_a_tip_that_expired_since_is_gone(tips: Tips) -> None:
    tips.clock.move_to(datetime(2028, 1, 1, tzinfo=UTC))
    await tips.router.dispatch(a_press(action("tips", "show", "needs-start-with-i")))
    await tips.router.dispatch(a_command("tip"))
    assert tips.gateway.keys_to(SAM) == ["chat.gone", "tips.none"]


async def test_other_features_get_rows_of_the_kind_they_ask_for(tips: Tips) -> None:
    rows = await tips.service.tips_for(tips.home.id, "fr", "company")
    assert len(rows) == 2
    assert await tips.service.tips_for(tips.home.id, "en", "nonsense") == ()
    await tips.communities.switch(tips.home.id, MOD, Feature.TIPS, on=False)
    assert await tips.service.tips_for(tips.home.id, "en", "company") == ()


# -- The tip of the week -----------------------------------------------------------------------


async def test_a_moderator_sees_the_next_five_runs(tips: Tips) -> None:
    await planned(tips)
    assert tips.key == "tips.plan"
    assert "2026-03-02 18:00" in tips.text
    assert "2026-03-30 18:00" in tips.text
    await tips.router.dispatch(a_command("peerbot tips", by=MOD))
    assert "every week: Monday, at 18:00 (Europe/Paris)" in tips.text


async def test_a_tip_is_posted_on_time_and_once_however_many_processes_look(
    tips: Tips, other_process: Tips
) -> None:
    await planned(tips)
    assert await tips.service.open_due() == 0
    due = await tips.service.next_due()
    assert due == datetime(2026, 3, 2, 17, tzinfo=UTC)
    for one in (tips, other_process):
        one.clock.move_to(due)
    assert [await one.service.open_due() for one in (tips, other_process, tips)] == [1, 0, 0]
    await tips.delivery.deliver()
    assert tips.gateway.keys_to(GARDEN) == ["tips.scheduled"]
    assert await tips.service.next_due() == datetime(2026, 3, 9, 17, tzinfo=UTC)


async def test_the_same_tip_does_not_come_again_for_long(tips: Tips) -> None:
    await planned(tips)
    for _ in range(35):
        due = await tips.service.next_due()
        assert due is not None
        tips.clock.move_to(due)
        await tips.service.open_due()
        await tips.delivery.deliver()
    posted = [_title(card) for card in tips.gateway.cards_to(GARDEN)]
    assert len(posted) == len(set(posted)) == 35
    assert "suicide" not in "".join(tips.gateway.texts_to(GARDEN))


async def test_it_keeps_its_hour_when_the_clocks_change(tips: Tips) -> None:
    await planned(tips)
    tips.clock.move_to(datetime(2026, 3, 28, tzinfo=UTC))
    await tips.service.open_due()
    assert await tips.service.next_due() == datetime(2026, 3, 30, 16, tzinfo=UTC)


async def test_where_we_were_taken_out_no_tip_is_posted_and_the_next_one_is(tips: Tips) -> None:
    await planned(tips)
    due = await tips.service.next_due()
    assert due is not None
    tips.clock.move_to(due)
    await tips.service.open_due()
    await tips.communities.leave(SPACE)
    await tips.delivery.deliver()
    tips.clock.move_to(due + timedelta(days=7))
    assert await tips.service.open_due() == 0
    await tips.communities.come_back(SPACE, "Home")
    tips.clock.move_to(due + timedelta(days=14))
    assert await tips.service.open_due() == 1
    await tips.delivery.deliver()
    assert tips.gateway.keys_to(GARDEN) == ["tips.scheduled"]


async def test_a_slot_more_than_two_hours_late_is_passed_over(tips: Tips) -> None:
    await planned(tips)
    tips.clock.move_to(datetime(2026, 3, 2, 19, 1, tzinfo=UTC))
    assert await tips.service.open_due() == 0
    assert await tips.service.next_due() == datetime(2026, 3, 9, 17, tzinfo=UTC)


async def test_two_hours_late_is_still_posted(tips: Tips) -> None:
    await planned(tips)
    tips.clock.move_to(datetime(2026, 3, 2, 19, tzinfo=UTC))
    assert await tips.service.open_due() == 1


async def test_a_tip_that_could_not_be_sent_for_two_hours_is_not_sent_any_more(tips: Tips) -> None:
    await planned(tips)
    tips.clock.move_to(datetime(2026, 3, 2, 18, 30, tzinfo=UTC))
    await tips.service.open_due()
    tips.clock.move(timedelta(minutes=31))
    await tips.delivery.deliver()
    assert tips.gateway.cards_to(GARDEN) == []


async def test_what_falls_into_a_pause_is_not_made_up(tips: Tips) -> None:
    schedule = await planned(tips)
    await tips.router.dispatch(a_press(action("tips", "pause", schedule), by=MOD))
    assert "paused" in tips.text
    tips.clock.move(timedelta(days=15))
    assert await tips.service.open_due() == 0
    await tips.router.dispatch(a_press(action("tips", "go-on", schedule), by=MOD))
    assert await tips.service.open_due() == 0
    assert await tips.service.next_due() == datetime(2026, 3, 23, 17, tzinfo=UTC)


async def test_a_tip_planned_before_the_feature_was_switched_off_is_not_sent(tips: Tips) -> None:
    await planned(tips)
    tips.clock.move_to(datetime(2026, 3, 2, 17, tzinfo=UTC))
    await tips.service.open_due()
    await tips.communities.switch(tips.home.id, MOD, Feature.TIPS, on=False)
    await tips.delivery.deliver()
    assert tips.gateway.cards_to(GARDEN) == []


async def test_a_removed_schedule_posts_nothing_more(tips: Tips) -> None:
    schedule = await planned(tips)
    tips.clock.move_to(datetime(2026, 3, 2, 17, tzinfo=UTC))
    await tips.service.open_due()
    await tips.router.dispatch(a_press(action("tips", "remove", schedule), by=MOD))
    await tips.delivery.deliver()
    assert tips.gateway.cards_to(GARDEN) == []
    assert await tips.service.next_due() is None


async def test_a_form_sent_twice_makes_one_schedule(tips: Tips) -> None:
    await planned(tips)
    await planned(tips, at="19:00")
    (only,) = await tips.service.schedules(tips.home.id)
    assert f"{only.recurrence.at:%H:%M}" == "19:00"


async def test_a_schedule_moved_to_a_taken_room_takes_its_place(tips: Tips) -> None:
    first = await planned(tips)
    await planned(tips, room="lounge")
    by = a_submission(action("tips", "plan", first), WEEKLY | {"room": "lounge"}, by=MOD)
    assert not await tips.router.dispatch(by)
    (only,) = await tips.service.schedules(tips.home.id)
    assert (only.id, only.room) == (first, LOUNGE)


@pytest.mark.parametrize(
    ("field", "value"),
    [("room", "another-server"), ("at", "noonish"), ("weekdays", ()), ("weekdays", ("9",))],
)
async def test_what_cannot_be_is_refused_beside_its_field(
    tips: Tips, field: str, value: object
) -> None:
    event = a_submission(action("tips", "plan"), WEEKLY | {field: value}, by=MOD)  # type: ignore[arg-type]
    assert set(await tips.router.dispatch(event)) == {field}
    assert await tips.service.schedules(tips.home.id) == ()


async def test_nothing_is_saved_while_the_platform_cannot_say_which_rooms_there_are(
    tips: Tips,
) -> None:
    tips.facts.is_away = True
    event = a_submission(action("tips", "plan"), WEEKLY, by=MOD)
    assert set(await tips.router.dispatch(event)) == {"room"}


async def test_another_communitys_schedule_cannot_be_touched(
    tips: Tips, database: Database
) -> None:
    schedule = await planned(tips)
    stranger = a_press(action("tips", "remove", schedule), by=an_actor(ROBIN, "mods"))
    elsewhere = replace(stranger, space=replace(stranger.space, id="elsewhere"))  # type: ignore[type-var]
    await tips.router.dispatch(elsewhere)
    assert tips.gateway.keys_to(ROBIN) == ["chat.gone"]
    assert len(await tips.service.schedules(tips.home.id)) == 1


async def test_schedules_follow_the_communitys_zone_without_a_second_tip_that_day(
    tips: Tips,
) -> None:
    await planned(tips, weekdays=("0", "1"))
    tips.clock.move_to(datetime(2026, 3, 2, 17, tzinfo=UTC))
    await tips.service.open_due()
    await tips.communities.set_now(
        tips.home.id, MOD, "settings.zone", lambda one: replace(one, zone="Asia/Tokyo")
    )
    # 18:00 on Tuesday in Tokyo is 16 hours after the last tip: too soon.
    assert await tips.service.next_due() == datetime(2026, 3, 9, 9, tzinfo=UTC)


async def test_who_changed_what_is_on_the_trail(tips: Tips) -> None:
    schedule = await planned(tips)
    await tips.router.dispatch(a_press(action("tips", "pause", schedule), by=MOD))
    trail = await tips.communities.trail(tips.home.id)
    assert [entry.what for entry in trail] == ["tips.pause", "tips.plan"]


async def test_the_form_opens_as_it_was_left(tips: Tips) -> None:
    schedule = await planned(tips, at="07:15")
    form = await tips.router.open_form(a_press(action("tips", "plan", schedule), by=MOD))
    assert "07:15" in str(form)


async def test_a_channel_is_answered_in_private(tips: Tips) -> None:
    await planned(tips)
    tips.clock.move_to(datetime(2026, 3, 2, 17, tzinfo=UTC))
    await tips.service.open_due()
    await tips.delivery.deliver()
    (posted,) = tips.gateway.cards_to(GARDEN)
    (button,) = buttons_of(posted)
    await tips.router.dispatch(a_press(button.action))  # type: ignore[union-attr]
    assert tips.key == "tips.one"
    assert not any(isinstance(node, Select) for node in posted.children)


# -- while somebody types --------------------------------------------------------------------------


async def _offered(tips: Tips, option: str, typed: str, **others: str) -> list[tuple[str, str]]:
    event = typing("tip", option, typed, by=ANA, **others)
    return [(one.value, plain(one.label)) for one in await tips.router.suggestions(event)]


async def test_topics_are_offered_by_the_beginning_of_their_names(tips: Tips) -> None:
    assert len(await _offered(tips, "topic", "")) == 6
    assert await _offered(tips, "topic", "bou") == [("boundaries", "Boundaries")]
    assert [value for value, _label in await _offered(tips, "topic", "what you")] == ["needs"]
    assert await _offered(tips, "topic", "xylophone") == []


async def test_a_slip_in_a_topic_is_forgiven(tips: Tips) -> None:
    assert await _offered(tips, "topic", "listenning") == [("listening", "Listening")]


async def test_topics_are_looked_for_in_the_readers_language(tips: Tips) -> None:
    tips.communities.met(an_actor(SAM, locale="fr"), None)
    event = typing("tip", "topic", "ecou", by=an_actor(SAM, locale="fr"))
    (found,) = await tips.router.suggestions(event)
    assert (found.value, plain(found.label, "fr")) == ("listening", "Écouter")


async def test_titles_are_offered_by_their_beginning_and_by_what_the_search_finds(
    tips: Tips,
) -> None:
    title = tips.service.search("boundary")[0].text_in("en").title
    assert (title, title) in await _offered(tips, "search", title[:6])
    misspelt = [value for value, _label in await _offered(tips, "search", "boundry")]
    assert misspelt
    assert len(misspelt) <= 25


async def test_titles_keep_to_the_topic_that_is_chosen_already(tips: Tips) -> None:
    shown = {tip.text_in("en").title: tip.topic for tip in tips.service.search("listen")}
    on_it = [title for title, _label in await _offered(tips, "search", "", topic="listening")]
    assert on_it
    assert {shown.get(title, "listening") for title in on_it} == {"listening"}


async def test_nothing_speaks_of_danger_before_somebody_looks_for_it(tips: Tips) -> None:
    assert "suicide" not in str(await _offered(tips, "search", "")).casefold()


async def test_a_picked_title_shows_its_tip_at_once(tips: Tips) -> None:
    (value, _label), *_more = await _offered(tips, "search", "bound")
    await tips.router.dispatch(a_command("tip", search=value))
    assert tips.key == "tips.one"
    assert _title(tips.gateway.cards_to(SAM)[-1]) == value


@pytest.mark.parametrize("typed", ["boundaries", "Boundaries", "BOUNDARIES ", "poser ses limites"])
async def test_a_topic_that_is_typed_is_the_topic_in_any_language(tips: Tips, typed: str) -> None:
    await tips.router.dispatch(a_command("tip", topic=typed))
    assert tips.key == "tips.one"


async def test_what_was_not_offered_is_looked_for(tips: Tips) -> None:
    await tips.router.dispatch(a_command("tip", topic="saying no"))
    assert tips.key == "tips.found"
    await tips.router.dispatch(a_command("tip", topic="xylophone"))
    assert tips.key == "tips.nothing-found"
