"""Hearing oneself: one card kept true, one loud message when deaf, and never an alert."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.addresses import MessageRef
from peerbot.chat.gateway import TryLater, Undeliverable, Why
from peerbot.chat.plain import plain, plain_card
from peerbot.crisis.detection.finding import Finding, Tier
from peerbot.crisis.ears import AS_IF_FOUND, Ears
from peerbot.crisis.heard import DEAF_AFTER, EVERY, Fault, Hearing, Step, ready
from peerbot.crisis.hearing import HearingOneself
from peerbot.crisis.store import AlertStore, HearingStore
from peerbot.testing import NOW
from tests.crisis.conftest import ALERTS, SENTENCES, Crisis
from tests.crisis.heard import ELSEWHERE, ENGLISH, loud, standing, stored, try_in, try_now


def restarted(crisis: Crisis, ears: Ears) -> None:
    """Begin anew with other rules, over the same database."""
    crisis.hearing = HearingOneself(
        ears=ears,
        noticing=crisis.noticing,
        record=crisis.record,
        voice=crisis.voice,
        communities=crisis.communities,
        clock=crisis.clock,
        on_failure=crisis.failures.append,
    )


@pytest.fixture
def crisis(crisis: Crisis) -> Crisis:
    """The feature on a machine that may be slow: only a database that is away is a fault here."""
    crisis.record._patience_seconds = 10.0
    return crisis


@pytest.fixture
async def heard(crisis: Crisis) -> AsyncIterator[Crisis]:
    """A community that was heard once, at nine."""
    await crisis.hearing.load()
    await try_now(crisis)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.heard"]
    yield crisis
    assert crisis.failures == []


# -- when all is well --------------------------------------------------------------------------


async def test_the_whole_way_is_one_quiet_card_that_is_kept_true(heard: Crisis) -> None:
    (card,) = heard.voice.cards_to(ALERTS)
    assert "Last heard myself 09:00" in plain_card(card)
    assert card.pinned
    assert card.pings == ()
    await try_in(heard, hours=1)
    assert len(heard.voice.sent) == 1
    assert "Last heard myself 10:00" in standing(heard)


async def test_the_time_is_that_of_the_community(heard: Crisis) -> None:
    await heard.set(lambda one: replace(one, zone="America/Toronto"))
    await try_in(heard, hours=1)
    assert "Last heard myself 05:00" in standing(heard)


async def test_nothing_is_tried_before_an_hour_is_over(heard: Crisis) -> None:
    await try_in(heard, minutes=59)
    assert heard.voice.edited == []


async def test_the_test_message_is_never_an_alert(heard: Crisis) -> None:
    listed = await heard.service.waiting(heard.community)
    assert "Nobody is waiting." in plain_card(listed)
    assert list(heard.record.book) == []
    async with heard.db.read() as session:
        assert await AlertStore(session).all_open() == ()
        assert await AlertStore(session).old_people(NOW + timedelta(days=1)) == ()


async def test_a_community_without_a_place_for_alerts_is_not_tried(crisis: Crisis) -> None:
    await crisis.set(lambda one: replace(one, alert_room=None))
    await crisis.hearing.load()
    assert crisis.hearing.due_in_memory() is None
    await try_now(crisis)
    assert crisis.voice.sent == []
    assert await crisis.hearing.all() == ()


async def test_a_card_that_somebody_deleted_comes_back(heard: Crisis) -> None:
    heard.voice.gone = {(await stored(heard)).card}
    await try_in(heard, hours=1)
    assert heard.voice.keys_to(ALERTS) == ["crisis.heard", "crisis.heard"]
    heard.voice.gone = {MessageRef("test", "care-team", "m1")}
    await try_in(heard, hours=1)
    assert "Last heard myself 11:00" in standing(heard)
    assert len(heard.voice.sent) == 2


async def test_another_room_for_alerts_gets_the_card_and_the_old_one_says_so(
    heard: Crisis,
) -> None:
    await heard.set(lambda one: replace(one, alert_room=ELSEWHERE))
    await heard.hearing.after_publishing(heard.community.id)
    assert heard.hearing.due_in_memory() == heard.clock()
    await try_now(heard)
    assert heard.voice.keys_to(ELSEWHERE) == ["crisis.heard"]
    assert [card.key for _ref, card in heard.voice.edited] == ["crisis.heard-moved"]
    await heard.set(lambda one: replace(one, alert_room=None))
    await heard.hearing.after_publishing(heard.community.id)
    await try_now(heard)
    assert await heard.hearing.all() == ()
    assert [card.key for _ref, card in heard.voice.edited][-1] == "crisis.heard-moved"


async def test_a_restart_goes_on_with_the_same_card(heard: Crisis) -> None:
    restarted(heard, Ears(detector=heard.detector, sentences=SENTENCES))
    await heard.hearing.load()
    await try_in(heard, minutes=5)
    assert heard.voice.edited == []
    await try_in(heard, minutes=55)
    assert len(heard.voice.sent) == 1
    assert "Last heard myself 10:00" in standing(heard)


async def test_only_one_process_tries_what_is_due(heard: Crisis) -> None:
    heard.clock.move(EVERY)
    async with heard.db.begin() as session:
        assert await HearingStore(session).take(heard.community.id, heard.clock()) is not None
    await try_now(heard)
    assert heard.voice.edited == []
    await try_in(heard, minutes=2)
    assert "Last heard myself 10:02" in standing(heard)


async def test_a_clock_that_was_set_back_does_not_silence_it(heard: Crisis) -> None:
    heard.clock.move(timedelta(days=-3))
    assert heard.hearing.due_in_memory() == heard.clock()
    await try_now(heard)
    assert "(2026-02-27)" in standing(heard)


async def test_trying_holds_up_no_pulse(heard: Crisis) -> None:
    heard.clock.move(EVERY)
    slow = asyncio.Event()
    edit = heard.voice.edit

    async def wait_for_it(*args, **named):
        await slow.wait()
        return await edit(*args, **named)

    heard.voice.edit = wait_for_it
    assert await heard.hearing.run() == 1
    assert await heard.hearing.run() == 0
    slow.set()
    await heard.hearing.settled()
    assert "Last heard myself 10:00" in standing(heard)


# -- when something fails ----------------------------------------------------------------------


async def test_rules_that_find_nothing_are_said_aloud_once(heard: Crisis) -> None:
    heard.detector.deaf_to = {ENGLISH}
    await try_in(heard, hours=1)
    (card,) = loud(heard)
    assert card.pings == ("on-duty",)
    for said in (plain_card(card), standing(heard)):
        assert "miss signs of danger in English. Of no use are: en/suicide.toml." in said
        assert "/help-now" in said
    assert "Last heard myself 09:00" in standing(heard)
    await try_in(heard, hours=1)
    assert len(loud(heard)) == 1
    assert "Since 2026-03-02 10:00" in standing(heard)


async def test_it_says_when_it_is_well_again_for_a_day(heard: Crisis) -> None:
    heard.detector.deaf_to = {ENGLISH}
    await try_in(heard, hours=1)
    heard.detector.deaf_to = set()
    await try_in(heard, hours=1)
    assert "All is well again since 2026-03-02 11:00" in standing(heard)
    assert len(loud(heard)) == 1
    await try_in(heard, hours=24)
    assert "well again" not in standing(heard)
    heard.detector.deaf_to = {ENGLISH}
    await try_in(heard, hours=1)
    assert len(loud(heard)) == 2


async def test_what_fails_in_addition_is_said_aloud_too(heard: Crisis) -> None:
    heard.detector.deaf_to = {ENGLISH}
    await try_in(heard, hours=1)
    heard.detector.deaf_to = {one.text for one in SENTENCES}
    await try_in(heard, hours=1)
    assert len(loud(heard)) == 2
    assert "find nothing any more, in any language" in plain_card(loud(heard)[1])


async def test_a_sentence_found_at_a_lower_tier_is_not_found(heard: Crisis) -> None:
    low = replace(SENTENCES[0], text="a concern")
    restarted(heard, Ears(detector=heard.detector, sentences=(low,)))
    await heard.hearing.load()
    await try_now(heard)
    assert (await stored(heard)).faults == (Fault(Step.RULES, "en/suicide.toml"),)


class Broken:
    def find(self, text: str) -> Finding | None:
        del text
        raise ZeroDivisionError


async def test_a_detector_that_breaks_is_reported_and_said_aloud(crisis: Crisis) -> None:
    restarted(crisis, Ears(detector=Broken(), sentences=SENTENCES))
    await crisis.hearing.load()
    await try_now(crisis)
    assert "find nothing any more" in plain_card(loud(crisis)[0])
    assert {type(one) for one in crisis.failures} == {ZeroDivisionError}


async def test_a_broken_rule_file_is_tried_at_the_first_moment_after_a_start(
    heard: Crisis,
) -> None:
    whole = Ears(detector=heard.detector, sentences=SENTENCES)
    restarted(heard, replace(whole, broken=("en/abuse.toml",)))
    await heard.hearing.load()
    await try_in(heard, seconds=1)
    assert "en/abuse.toml" in plain_card(loud(heard)[0])
    restarted(heard, whole)
    await heard.hearing.load()
    await try_in(heard, seconds=1)
    assert "All is well again" in standing(heard)


class Shrugs:
    """Finds something in everything, and thinks nothing of it."""

    def find(self, text: str) -> Finding | None:
        del text
        return replace(AS_IF_FOUND, tier=Tier.NONE)


async def test_what_would_lead_to_no_alert_is_said(crisis: Crisis) -> None:
    restarted(crisis, Ears(detector=Shrugs(), sentences=SENTENCES))
    await crisis.hearing.load()
    await try_now(crisis)
    assert "would not have become an alert" in plain_card(loud(crisis)[0])


async def test_without_its_sentences_it_does_not_call_itself_well(crisis: Crisis) -> None:
    restarted(crisis, Ears(detector=crisis.detector, sentences=(), broken=("canary.toml",)))
    await crisis.hearing.load()
    await try_now(crisis)
    assert "cannot tell whether my rules find anything" in plain_card(loud(crisis)[0])


@contextmanager
def without_database(crisis: Crisis) -> Iterator[None]:
    crisis.db.away = True
    yield
    crisis.db.away = False


async def test_without_the_database_the_room_hears_that_nothing_can_be_written(
    heard: Crisis,
) -> None:
    with without_database(heard):
        await try_in(heard, hours=1)
        assert "could not be written down" in plain_card(loud(heard)[0])
        assert "Alerts still reach this room" in standing(heard)
        await try_in(heard, minutes=5)
        assert len(heard.voice.edited) == 1
        await try_in(heard, minutes=5)
        assert len(loud(heard)) == 1
        assert [one.faults for one in await heard.hearing.all()] == [(Fault(Step.WRITE),)]
    await try_now(heard)
    assert "All is well again since 2026-03-02 10:10" in standing(heard)
    assert len(heard.voice.sent) == 2
    assert (await stored(heard)).heard_at == heard.clock()


async def test_a_new_community_is_kept_once_the_database_is_back(crisis: Crisis) -> None:
    await crisis.hearing.load()
    with without_database(crisis):
        await try_now(crisis)
        await try_in(crisis, minutes=5)
    assert crisis.hearing.due_in_memory() == crisis.clock()
    await try_now(crisis)
    assert crisis.hearing.due_in_memory() is None
    assert (await stored(crisis)).faults == ()
    assert crisis.voice.keys_to(ALERTS) == ["crisis.deaf", "crisis.heard"]


@pytest.mark.parametrize(
    "error", [Undeliverable(Why.FORBIDDEN), TryLater("busy", timedelta(seconds=5))]
)
async def test_a_room_that_cannot_be_reached_is_a_fault_and_tried_again_soon(
    heard: Crisis, error: Exception
) -> None:
    heard.voice.broken = {ALERTS: error}
    await try_in(heard, hours=1)
    kept = await stored(heard)
    assert kept.faults == (Fault(Step.ROOM),)
    assert kept.heard_at == NOW
    (said,) = await heard.hearing.in_the_way(heard.community.id)
    assert "could not be reached" in plain(said)
    heard.voice.broken = {}
    await try_in(heard, minutes=10)
    assert "All is well again since 2026-03-02 10:10" in standing(heard)
    assert loud(heard) == []


async def test_what_could_not_be_said_aloud_is_said_later(heard: Crisis) -> None:
    heard.detector.deaf_to = {ENGLISH}
    heard.voice.broken = {ALERTS: Undeliverable(Why.FORBIDDEN)}
    await try_in(heard, hours=1)
    heard.voice.broken = {}
    await try_in(heard, minutes=10)
    assert len(loud(heard)) == 1


# -- for those who ask from outside ------------------------------------------------------------


async def test_after_two_hours_without_a_word_it_is_deaf(heard: Crisis) -> None:
    assert await heard.hearing.ready() == {
        "hears": True,
        "communities": [
            {
                "id": heard.community.id,
                "deaf": False,
                "heard_at": "2026-03-02T09:00:00+00:00",
                "failing": [],
            }
        ],
    }
    assert await heard.hearing.in_the_way(heard.community.id) == ()
    heard.clock.move(timedelta(hours=2, seconds=1))
    assert (await heard.hearing.ready())["hears"] is False
    assert len(await heard.hearing.in_the_way(heard.community.id)) == 1


async def test_with_the_database_away_from_the_start_it_is_deaf_in_the_end(crisis: Crisis) -> None:
    with without_database(crisis):
        assert (await crisis.hearing.ready())["hears"] is True
        crisis.clock.move(timedelta(hours=2, seconds=1))
        assert (await crisis.hearing.ready())["hears"] is False


def test_what_was_never_heard_is_deaf_two_hours_later() -> None:
    new = Hearing(community_id="c", since=NOW, due_at=NOW)
    assert not new.is_deaf(NOW + DEAF_AFTER)
    assert new.is_deaf(NOW + DEAF_AFTER + timedelta(seconds=1))
    assert ready([], NOW) == {"hears": True, "communities": []}
