"""What time does: prompts, lateness, the clocks' change, reminders, closings and their summary."""

import logging
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from peerbot.chat.addresses import NewInbox
from peerbot.chat.gateway import Undeliverable, Why
from peerbot.checkins.model import Audience, RoundState, Step
from peerbot.checkins.rounds import REMINDER
from peerbot.community.model import Feature, Purpose
from peerbot.testing import SAM, SPACE, a_person
from tests.checkins.conftest import LOUNGE, MODERATOR, MONDAY_AT_SIX, STAFF, Town
from tests.checkins.rounds import CLOSING, PARIS, WEEK, daily_at, rounds_in

# -- Opening -----------------------------------------------------------------------------------


async def test_the_question_is_asked_on_monday_at_six(town: Town) -> None:
    await town.a_checkin()
    await town.at(MONDAY_AT_SIX - timedelta(minutes=1))
    assert town.in_the_room() == []
    await town.at(MONDAY_AT_SIX)
    assert town.keys_in_the_room() == ["checkins.prompt"]
    assert "HOW CONNECTED HAVE YOU FELT THIS WEEK?" in town.in_the_room()[0]


async def test_the_question_is_asked_once_however_often_one_looks(town: Town) -> None:
    await town.an_open_round()
    for _again in range(5):
        await town.after(timedelta(seconds=5))
    assert town.keys_in_the_room() == ["checkins.prompt"]


async def test_two_hours_late_is_still_asked(town: Town) -> None:
    await town.a_checkin()
    await town.at(MONDAY_AT_SIX + timedelta(hours=2))
    assert town.keys_in_the_room() == ["checkins.prompt"]


async def test_later_than_that_is_dropped_and_logged(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await town.a_checkin()
    with caplog.at_level(logging.INFO):
        await town.at(MONDAY_AT_SIX + timedelta(hours=2, seconds=1))
    assert town.in_the_room() == []
    assert "2026-03-02T18:00 is dropped" in caplog.text
    await town.at(MONDAY_AT_SIX + WEEK)
    assert town.keys_in_the_room() == ["checkins.prompt"]


async def test_after_a_month_away_one_question_is_asked_not_four(town: Town) -> None:
    await town.a_checkin()
    await town.at(MONDAY_AT_SIX + 4 * WEEK + timedelta(hours=1))
    assert town.keys_in_the_room() == ["checkins.prompt"]


async def test_a_prompt_that_waited_until_its_round_closed_is_not_sent(town: Town) -> None:
    await town.a_checkin()
    town.clock.move_to(MONDAY_AT_SIX)
    await town.checkins.rounds.open_due()
    town.clock.move_to(CLOSING)
    await town.delivery.settle()
    assert town.in_the_room() == []


async def test_nobody_is_asked_twice_in_the_night_when_an_hour_comes_twice(town: Town) -> None:
    town.clock.move_to(datetime(2026, 10, 24, 12, tzinfo=UTC))
    await daily_at(town, "02:30", "Europe/Paris")
    moment = datetime(2026, 10, 24, 22, tzinfo=UTC)
    for quarter in range(24):
        await town.at(moment + timedelta(minutes=15 * quarter))
    assert town.keys_in_the_room() == ["checkins.prompt"]


async def test_an_hour_that_is_skipped_is_asked_right_after_the_jump(town: Town) -> None:
    town.clock.move_to(datetime(2026, 3, 28, 12, tzinfo=UTC))
    await daily_at(town, "02:30", "Europe/Paris")
    await town.at(datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
    assert town.in_the_room() == []
    await town.at(datetime(2026, 3, 29, 1, 0, tzinfo=UTC))
    assert town.keys_in_the_room() == ["checkins.prompt"]


async def test_a_community_that_moves_to_another_zone_takes_its_checkins_along(town: Town) -> None:
    await town.an_open_round()
    await town.communities.set_now(
        town.community_id, STAFF, "settings.zone", lambda one: replace(one, zone="Europe/Paris")
    )
    await town.checkins.after_publishing(town.community_id)
    (moved,) = await town.checkins.plans.of_community(town.community_id)
    assert moved.zone == PARIS
    assert moved.next_at == datetime(2026, 3, 9, 17, tzinfo=UTC)


async def test_a_switched_off_feature_asks_nobody(town: Town) -> None:
    await town.a_checkin()
    await town.communities.switch(town.community_id, MODERATOR, Feature.CHECKINS, on=False)
    await town.at(MONDAY_AT_SIX)
    assert town.in_the_room() == []
    await town.communities.switch(town.community_id, MODERATOR, Feature.CHECKINS, on=True)
    await town.at(MONDAY_AT_SIX + WEEK)
    assert town.keys_in_the_room() == ["checkins.prompt"]


async def test_a_clock_that_jumps_back_asks_nobody_again(town: Town) -> None:
    await town.an_open_round()
    await town.at(MONDAY_AT_SIX - timedelta(hours=3))
    await town.at(MONDAY_AT_SIX)
    assert town.keys_in_the_room() == ["checkins.prompt"]


async def test_a_pause_until_a_date_goes_on_by_itself(town: Town) -> None:
    live = await town.a_checkin()
    until = MONDAY_AT_SIX + timedelta(days=8)
    await town.checkins.plans.pause(town.community_id, live.id, MODERATOR, until)
    await town.at(MONDAY_AT_SIX)
    await town.at(MONDAY_AT_SIX + WEEK)
    assert town.in_the_room() == []
    await town.at(MONDAY_AT_SIX + 2 * WEEK)
    assert town.keys_in_the_room() == ["checkins.prompt"]
    (again,) = await town.checkins.plans.of_community(town.community_id)
    assert again.state == "live"


# -- Reminding ---------------------------------------------------------------------------------


async def test_only_who_asked_for_it_is_reminded_once_in_private(town: Town) -> None:
    await town.checkins.answers.remind(await town.member("sam"))
    await town.member("alex")
    await town.an_open_round()
    reminding = CLOSING - timedelta(hours=18)
    await town.at(reminding)
    await town.at(reminding + timedelta(minutes=5))
    assert town.places.keys_to(SAM) == ["checkins.reminder"]
    assert town.places.keys_to(a_person("alex")) == []
    assert [one.to for one in town.places.sent if one.card.key == "checkins.reminder"] == [
        NewInbox(SAM)
    ]


async def test_who_has_answered_or_skipped_is_not_reminded(town: Town) -> None:
    round_id = await town.an_open_round()
    sam, alex = await town.member("sam"), await town.member("alex")
    for member in (sam, alex):
        await town.checkins.answers.remind(member)
    await town.checkins.answers.choose_step(sam, round_id, Step.IN_BETWEEN)
    await town.checkins.answers.skip(alex, round_id)
    await town.at(CLOSING - timedelta(hours=18))
    assert town.places.keys_to(SAM) == []
    assert town.places.keys_to(a_person("alex")) == []


async def test_who_changes_their_mind_before_it_is_sent_is_not_reminded(town: Town) -> None:
    sam = await town.member("sam")
    await town.checkins.answers.remind(sam)
    await town.an_open_round()
    town.clock.move_to(CLOSING - timedelta(hours=18))
    await town.checkins.rounds.remind_due()
    await town.communities.withdraw(sam, Purpose.DIRECT_MESSAGES)
    await town.delivery.settle()
    assert town.places.keys_to(SAM) == []


async def test_who_has_a_closed_inbox_is_left_alone_for_a_month_and_reads_so(town: Town) -> None:
    sam = await town.member("sam")
    await town.checkins.answers.remind(sam)
    await town.an_open_round()
    reminding = CLOSING - timedelta(hours=18)
    town.places.broken = {NewInbox(SAM): Undeliverable(Why.CLOSED)}
    await town.at(reminding)
    assert (await town.checkins.data.export(sam.id))["reminder"] == {
        "paused_until": (town.clock() + timedelta(days=30)).isoformat()
    }
    town.places.broken = {}
    reminded = []
    for weeks in range(1, 6):
        await town.at(MONDAY_AT_SIX + weeks * WEEK)
        await town.at(reminding + weeks * WEEK)
        reminded.append(len(town.places.keys_to(SAM)))
    assert reminded == [0, 0, 0, 0, 1]


async def test_a_longer_pause_of_their_own_stays(town: Town) -> None:
    sam = await town.member("sam")
    await town.checkins.answers.remind(sam)
    round_id = await town.an_open_round()
    await town.at(CLOSING - timedelta(hours=18))
    (sent,) = await town.delivery.sends_about(REMINDER, round_id)
    until = await town.checkins.answers.pause_reminders(sam, date(2026, 12, 1))
    await town.checkins.rounds.reminded(replace(sent, why=Why.CLOSED))
    exported = await town.checkins.data.export(sam.id)
    assert exported["reminder"] == {"paused_until": until.isoformat()}


async def test_a_late_reminder_is_dropped(town: Town) -> None:
    await town.checkins.answers.remind(await town.member("sam"))
    await town.an_open_round()
    await town.at(CLOSING - timedelta(hours=15))
    assert town.places.keys_to(SAM) == []


# -- Closing -----------------------------------------------------------------------------------


async def test_the_summary_tells_how_many_and_shows_a_chart(town: Town) -> None:
    await town.answers(await town.an_open_round(), 1, 2, 2, 3, 3, 3, 4, 5, 5)
    await town.at(CLOSING)
    assert town.keys_in_the_room() == ["checkins.prompt", "checkins.summary"]
    text = town.in_the_room()[-1]
    assert "9 people answered" in text
    assert "Very alone – Rather alone" in text
    assert "Rather connected – Very connected" in text


async def test_under_five_answers_nothing_is_told_not_even_how_many(town: Town) -> None:
    await town.answers(await town.an_open_round(), 1, 5, 5, 5)
    await town.at(CLOSING)
    text = town.in_the_room()[-1]
    assert "Not enough answers to show" in text
    assert not any(digit in text for digit in "0123456789")


async def test_a_closing_that_is_days_late_still_happens(town: Town) -> None:
    await town.answers(await town.an_open_round(), 3, 3, 3, 4, 4, 4)
    await town.at(CLOSING + timedelta(days=2))
    assert "6 people answered" in town.in_the_room()[-1]


async def test_a_summary_is_never_issued_again(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.answers(round_id, 3, 3, 3, 4, 4, 4)
    await town.at(CLOSING)
    for _again in range(3):
        await town.checkins.rounds.close(round_id)
        await town.after(timedelta(minutes=1))
    assert town.keys_in_the_room().count("checkins.summary") == 1


async def test_who_skipped_is_neither_counted_nor_named(town: Town) -> None:
    round_id = await town.an_open_round()
    people = await town.answers(round_id, 3, 3, 3, 4, 4, 4)
    await town.checkins.answers.skip(people[0], round_id)
    await town.at(CLOSING)
    text = town.in_the_room()[-1]
    assert "5 people answered" in text
    assert "p0" not in text


async def test_earlier_rounds_stand_beside_as_they_were_shown_then(town: Town) -> None:
    await town.a_checkin()
    for week in range(5):
        await town.at(MONDAY_AT_SIX + week * WEEK)
        await town.answers(town.round_id, *([3] * 5 + [5] * (3 + week)))
        await town.at(CLOSING + week * WEEK)
    text = town.in_the_room()[-1]
    assert "12 people answered" in text
    beside = [line for line in text.splitlines() if line.startswith("2026-03")]
    # With ten people or more each step stands alone; with nine, the two highest are one group.
    assert [line.rpartition(", ")[2] for line in beside] == [
        "Rather connected – Very connected: 6",
        "Rather connected – Very connected: 5",
        "Rather connected – Very connected: 4",
    ]


async def test_anonymous_words_appear_only_at_the_end_and_mixed(town: Town) -> None:
    round_id = await town.an_open_round()
    people = await town.answers(round_id, 3, 3, 3, 4, 4, 4)
    for number, person in enumerate(people[:4]):
        await town.checkins.answers.write(person, round_id, Audience.ANONYMOUS, f"word {number}")
    await town.delivery.settle()
    assert town.keys_in_the_room() == ["checkins.prompt"]
    await town.at(CLOSING)
    assert town.keys_in_the_room()[-1] == "checkins.voices"
    text = town.in_the_room()[-1]
    order = [text.index(f"word {number}") for number in range(4)]
    assert order != sorted(order)
    assert not any(person.person.id in text for person in people)


async def test_fewer_than_three_anonymous_texts_are_never_shown(town: Town) -> None:
    round_id = await town.an_open_round()
    people = await town.answers(round_id, 3, 3, 3, 4, 4, 4)
    for person in people[:2]:
        await town.checkins.answers.write(person, round_id, Audience.ANONYMOUS, "only us")
    await town.at(CLOSING)
    assert town.keys_in_the_room()[-1] == "checkins.summary"
    assert "only us" not in " ".join(town.in_the_room())


async def test_anonymous_words_of_a_small_round_are_never_shown(town: Town) -> None:
    round_id = await town.an_open_round()
    for person in await town.answers(round_id, 3, 3, 3, 4):
        await town.checkins.answers.write(person, round_id, Audience.ANONYMOUS, "only us")
    await town.at(CLOSING)
    assert "only us" not in " ".join(town.in_the_room())


async def test_words_erased_before_the_closing_went_out_do_not_go_out(town: Town) -> None:
    round_id = await town.an_open_round()
    people = await town.answers(round_id, 3, 3, 3, 4, 4, 4)
    for person in people[:3]:
        await town.checkins.answers.write(person, round_id, Audience.ANONYMOUS, "only us")
    town.clock.move_to(CLOSING)
    await town.checkins.rounds.close(round_id)
    await town.checkins.data.erase(people[0].id)
    await town.delivery.settle()
    assert "only us" not in " ".join(town.in_the_room())


async def test_a_round_of_a_deleted_checkin_still_closes(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.answers(round_id, 3, 3, 3, 4, 4, 4)
    (checkin,) = await town.checkins.plans.of_community(town.community_id)
    await town.checkins.plans.delete(town.community_id, checkin.id, MODERATOR)
    await town.at(CLOSING)
    assert town.keys_in_the_room()[-1] == "checkins.summary"


async def test_the_summary_goes_where_the_question_was_asked(town: Town) -> None:
    await town.answers(await town.an_open_round(), 3, 3, 3, 4, 4, 4)
    (checkin,) = await town.checkins.plans.of_community(town.community_id)
    await town.submit("edit-words", checkin.id, by=MODERATOR, name="", question="",
                      room="garden", hours="72")  # fmt: skip
    await town.at(CLOSING)
    assert town.places.keys_to(LOUNGE)[-1] == "checkins.summary"


# -- Early answers -----------------------------------------------------------------------------


async def test_an_early_answer_counts_in_the_round_that_opens_later(town: Town) -> None:
    live = await town.a_checkin()
    sam = await town.member("sam")
    early = await town.checkins.answers.early(sam, live.id)
    await town.checkins.answers.choose_step(sam, early.round.id, Step.VERY_CONNECTED)
    assert town.in_the_room() == []
    await town.at(MONDAY_AT_SIX)
    assert town.round_id == early.round.id
    await town.answers(town.round_id, 3, 3, 4, 4)
    await town.at(CLOSING)
    assert "5 people answered" in town.in_the_room()[-1]


async def test_an_early_answer_moves_along_when_the_time_is_changed(town: Town) -> None:
    live = await town.a_checkin()
    early = await town.checkins.answers.early(await town.member("sam"), live.id)
    later = replace(live.recurrence, at=live.recurrence.at.replace(hour=20))
    await town.checkins.plans.move(live, MODERATOR, later)
    await town.at(MONDAY_AT_SIX + timedelta(hours=2))
    assert town.round_id == early.round.id


async def test_an_early_answer_is_kept_for_the_next_round_if_one_is_dropped(town: Town) -> None:
    live = await town.a_checkin()
    early = await town.checkins.answers.early(await town.member("sam"), live.id)
    await town.at(MONDAY_AT_SIX + timedelta(hours=5))
    await town.at(MONDAY_AT_SIX + WEEK)
    assert town.round_id == early.round.id
    assert await rounds_in(town, RoundState.OPEN) == ["2026-03-09T18:00"]


# -- Taken out of the space ----------------------------------------------------------------------


async def test_where_we_were_taken_out_nobody_is_asked_and_the_next_time_comes_all_the_same(
    town: Town,
) -> None:
    await town.a_checkin()
    await town.communities.leave(SPACE)
    await town.at(MONDAY_AT_SIX)
    assert town.in_the_room() == []
    await town.communities.come_back(SPACE, "Home")
    await town.after(timedelta(days=1))
    assert town.in_the_room() == []
    await town.at(MONDAY_AT_SIX + WEEK)
    assert town.keys_in_the_room() == ["checkins.prompt"]


async def test_what_was_planned_when_we_were_taken_out_is_not_sent(town: Town) -> None:
    await town.a_checkin()
    town.clock.move_to(MONDAY_AT_SIX)
    await town.checkins.rounds.open_due()
    await town.communities.leave(SPACE)
    await town.delivery.settle()
    assert town.in_the_room() == []


async def test_a_round_that_closes_meanwhile_is_counted_and_nothing_is_posted(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.answers(round_id, *[4] * 6)
    await town.communities.leave(SPACE)
    await town.at(CLOSING)
    assert town.keys_in_the_room() == ["checkins.prompt"]
    assert await rounds_in(town, RoundState.CLOSED) == ["2026-03-02T18:00"]


async def test_nobody_is_reminded_of_a_round_in_a_space_that_took_us_out(town: Town) -> None:
    await town.checkins.answers.remind(await town.member("sam"))
    await town.an_open_round()
    town.clock.move_to(CLOSING - timedelta(hours=18))
    await town.checkins.rounds.remind_due()
    await town.communities.leave(SPACE)
    await town.delivery.settle()
    assert town.places.keys_to(SAM) == []
