"""How long answers are kept, what a member can take along, what erasing leaves."""

import json
from datetime import timedelta

from peerbot.checkins.model import Audience, Step
from peerbot.checkins.store import AnswerStore
from peerbot.community.model import Purpose
from tests.checkins.conftest import MODERATOR, MONDAY_AT_SIX, Town, said

CLOSING = MONDAY_AT_SIX + timedelta(days=3)


async def answers_of(town: Town, round_id: str) -> int:
    async with town.db.read() as session:
        return len(await AnswerStore(session).in_round(round_id))


async def test_after_thirty_days_only_counts_are_left(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.answers(round_id, 3, 3, 3, 4, 4, 4)
    await town.at(CLOSING)
    assert await town.checkins.forget_old(MONDAY_AT_SIX + timedelta(days=30)) == 0
    assert await town.checkins.forget_old(MONDAY_AT_SIX + timedelta(days=30, seconds=1)) == 6
    assert await answers_of(town, round_id) == 0
    next_week = MONDAY_AT_SIX + timedelta(days=7)
    await town.at(next_week)
    await town.answers(town.round_id, 3, 3, 3, 4, 4, 4)
    await town.at(next_week + timedelta(days=3))
    assert "In between: 3" in town.in_the_room()[-1]


async def test_who_keeps_a_history_keeps_their_answers(town: Town) -> None:
    round_id = await town.an_open_round()
    people = await town.answers(round_id, 3, 3, 3, 4, 4, 4)
    await town.communities.agree(people[0], Purpose.HISTORY)
    await town.at(CLOSING)
    assert await town.checkins.forget_old(MONDAY_AT_SIX + timedelta(days=60)) == 5
    assert await answers_of(town, round_id) == 1


async def test_answers_of_an_open_round_are_not_forgotten(town: Town) -> None:
    round_id = await town.an_open_round()
    await town.answers(round_id, 3)
    assert await town.checkins.forget_old(MONDAY_AT_SIX + timedelta(days=60)) == 0


async def test_early_answers_to_a_round_that_never_came_are_forgotten_too(town: Town) -> None:
    live = await town.a_checkin()
    early = await town.checkins.answers.early(await town.member("sam"), live.id)
    await town.checkins.answers.choose_step(await town.member("sam"), early.round.id, Step(3))
    await town.checkins.plans.pause(town.community_id, live.id, MODERATOR, None)
    await town.at(CLOSING)
    assert town.in_the_room() == []
    assert await town.checkins.forget_old(MONDAY_AT_SIX + timedelta(days=60)) == 1


async def test_the_export_holds_everything_in_plain_words(town: Town) -> None:
    round_id = await town.an_open_round()
    sam = await town.member("sam")
    await town.checkins.answers.choose_step(sam, round_id, Step.RATHER_ALONE)
    await town.checkins.answers.write(sam, round_id, Audience.STAFF, "a hard week")
    await town.checkins.answers.remind(sam)
    exported = await town.checkins.data.export(sam.id)
    assert json.loads(json.dumps(exported)) == {
        "answers": [
            {
                "asked": "weekly",
                "opened_at": "2026-03-02T18:00:00+00:00",
                "answered_at": "2026-03-02T18:00:00+00:00",
                "step": 2,
                "skipped": False,
                "would_help": [],
                "who_may_see_it": "staff",
                "words": "a hard week",
            }
        ],
        "reminder": {"paused_until": None},
    }


async def test_the_export_of_one_holds_nothing_of_another(town: Town) -> None:
    round_id = await town.an_open_round()
    alex, sam = await town.member("alex"), await town.member("sam")
    await town.checkins.answers.write(alex, round_id, Audience.ME, "alex wrote this")
    assert await town.checkins.data.export(sam.id) == {"answers": [], "reminder": None}


async def test_erasing_removes_answers_reminder_and_what_was_posted(town: Town) -> None:
    round_id = await town.an_open_round()
    sam = await town.member("sam")
    await town.checkins.answers.choose_step(sam, round_id, Step.IN_BETWEEN)
    await town.checkins.answers.write(sam, round_id, Audience.BY_NAME, "hello all")
    await town.checkins.answers.remind(sam)
    await town.delivery.settle()
    await town.checkins.data.erase(sam.id)
    assert await town.checkins.data.export(sam.id) == {"answers": [], "reminder": None}
    assert [card.key for _ref, card in town.places.edited] == ["checkins.taken-back"]


async def test_erasing_a_moderator_leaves_their_checkins_without_a_name(town: Town) -> None:
    await town.a_checkin()
    maker = await town.communities.member(MODERATOR.person, town.community_id)
    await town.checkins.data.erase(maker.id)
    (checkin,) = await town.checkins.plans.of_community(town.community_id)
    assert checkin.created_by is None
    assert said(await town.press("open", checkin.id, by=MODERATOR))
