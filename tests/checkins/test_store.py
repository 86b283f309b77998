"""Check-ins, rounds and answers on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.checkins.model import (
    Answer,
    Audience,
    Checkin,
    Help,
    Reminder,
    Round,
    RoundState,
    Step,
    Tally,
    round_of,
)
from peerbot.checkins.store import NEXT_OPENING, AnswerStore, CheckinStore
from peerbot.community.model import Purpose
from peerbot.db import Database, Moments
from peerbot.delivery.recurrence import Recurrence
from peerbot.testing import NOW
from tests.checkins.conftest import LOUNGE, Town, a_live, a_town


@pytest.fixture
async def town(database: Database) -> Town:
    return await a_town(database)


def mine(town: Town, **changes: object) -> Checkin:
    return a_live(community_id=town.community_id, **changes)


async def add(town: Town, checkin: Checkin) -> Checkin:
    async with town.db.begin() as session:
        await CheckinStore(session).add(checkin)
    return checkin


async def add_round(town: Town, checkin: Checkin, **changes: object) -> Round:
    assert checkin.due is not None
    round_ = replace(round_of(checkin, checkin.due, "r1", RoundState.OPEN), **changes)
    async with town.db.begin() as session:
        assert await CheckinStore(session).add_round(round_)
    return round_


async def an_answer(town: Town, name: str, **changes: object) -> Answer:
    member = await town.member(name)
    answer = replace(
        Answer(id=f"a-{name}", round_id="r1", member_id=member.id, step=Step(2), answered_at=NOW),
        **changes,
    )
    async with town.db.begin() as session:
        await AnswerStore(session).add(answer)
    return answer


async def test_a_checkin_comes_back_as_it_went_in(town: Town) -> None:
    known = await add(town, mine(town, name="Évening", question="How?", paused_until=NOW))
    async with town.db.read() as session:
        assert await CheckinStore(session).checkin(known.id) == known
        assert await CheckinStore(session).of_community(town.community_id) == (known,)


async def test_a_round_comes_back_as_it_went_in(town: Town) -> None:
    tally = Tally((1, 2, 3, 4, 5), ((Help.COMPANY, 3),))
    round_ = await add_round(town, await add(town, mine(town)), tally=tally, closed_at=NOW)
    async with town.db.read() as session:
        assert await CheckinStore(session).round(round_.id) == round_


async def test_an_answer_comes_back_as_it_went_in(town: Town) -> None:
    await add_round(town, await add(town, mine(town)))
    answer = await an_answer(
        town, "sam", help=(Help.EMOTIONAL, Help.COMPANY), audience=Audience.STAFF,
        sealed=b"\0x", words_for=Audience.STAFF, voice_card=1,
    )  # fmt: skip
    async with town.db.read() as session:
        assert await AnswerStore(session).of_member("r1", answer.member_id) == answer


async def test_a_slot_has_one_round(town: Town) -> None:
    checkin = await add(town, mine(town))
    round_ = await add_round(town, checkin)
    async with town.db.begin() as session:
        assert not await CheckinStore(session).add_round(replace(round_, id="r2"))


async def test_many_processes_open_a_slot_once(town: Town) -> None:
    await add(town, mine(town))
    town.clock.move(timedelta(hours=9))
    await asyncio.gather(*(town.checkins.rounds.open_due() for _ in range(8)))
    assert len(town.delivery.sends) == 1


async def test_two_presses_at_once_are_one_answer(town: Town) -> None:
    await add_round(town, await add(town, mine(town)))
    sam = await town.member("sam")
    presses = [town.checkins.answers.choose_step(sam, "r1", Step(n)) for n in (1, 2, 3, 4, 5)]
    await asyncio.gather(*presses)
    async with town.db.read() as session:
        assert len(await AnswerStore(session).in_round("r1")) == 1


async def test_what_is_due_is_found_by_its_instant(town: Town) -> None:
    due = await add(town, mine(town))
    await add(town, mine(town, id="later", now=NOW + timedelta(days=3)))
    assert due.next_at is not None
    async with town.db.begin() as session:
        store = CheckinStore(session)
        assert await store.take_due(due.next_at - timedelta(seconds=1)) == ()
        assert await store.take_due(due.next_at) == (due,)
    assert await town.db.moments(Moments(NEXT_OPENING)) == (due.next_at,)


async def test_a_deleted_checkin_is_in_no_list_but_can_be_found(town: Town) -> None:
    gone = await add(town, mine(town, deleted_at=NOW))
    async with town.db.read() as session:
        store = CheckinStore(session)
        assert await store.of_community(town.community_id) == ()
        assert await store.checkin(gone.id) == gone
        assert await store.has_had_any(town.community_id)


async def test_a_reminder_reaches_only_who_wants_it_now_and_has_not_answered(town: Town) -> None:
    round_ = await add_round(town, await add(town, mine(town)))
    for name in ("wants", "answered", "paused", "withdrew", "never"):
        member = await town.member(name)
        if name != "never":
            await town.checkins.answers.remind(member)
    await an_answer(town, "answered")
    paused = await town.member("paused")
    async with town.db.begin() as session:
        await AnswerStore(session).set_reminder(
            Reminder(
                member_id=paused.id,
                community_id=town.community_id,
                paused_until=NOW + timedelta(hours=1),
            )
        )
    await town.communities.withdraw(await town.member("withdrew"), Purpose.DIRECT_MESSAGES)
    async with town.db.read() as session:
        store = AnswerStore(session)
        assert [one.id for one in await store.to_remind(round_, NOW)] == ["wants"]
        later = NOW + timedelta(hours=1)
        assert {one.id for one in await store.to_remind(round_, later)} == {"wants", "paused"}


async def test_staff_find_only_what_was_shared_with_them(town: Town) -> None:
    await add_round(town, await add(town, mine(town)))
    await an_answer(town, "shared", audience=Audience.STAFF)
    await an_answer(town, "skipped", audience=Audience.STAFF, skipped=True)
    for audience in (Audience.ME, Audience.BY_NAME, Audience.ANONYMOUS):
        await an_answer(town, f"not-{audience}", audience=audience)
    async with town.db.read() as session:
        store = AnswerStore(session)
        found = await store.for_staff("r1", first=0, most=9)
        assert [person.id for _answer, person in found] == ["shared"]
        assert await store.count_for_staff("r1") == 1


async def test_a_room_and_a_rhythm_survive_the_database(town: Town) -> None:
    known = await add(town, mine(town))
    async with town.db.read() as session:
        found = await CheckinStore(session).checkin(known.id)
    assert found is not None
    assert found.room == LOUNGE
    assert found.room.space == "home"
    assert isinstance(found.recurrence, Recurrence)
