"""The drill: every step is run for nobody, marked as a test, and reported as it was."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.addresses import NewInbox, PrivateThread, Room
from peerbot.chat.cards import Card
from peerbot.chat.gateway import TryLater, Undeliverable, Why
from peerbot.chat.plain import plain, plain_card
from peerbot.crisis.drill import Drill
from peerbot.crisis.ears import Ears
from peerbot.crisis.model import Outcome, Reason, State, Way
from peerbot.testing import ROBIN, an_actor
from tests.crisis.conftest import ALERTS, SENTENCES, Crisis

MODERATOR = an_actor(ROBIN, "mods")
CHECK_INS = Room("test", "check-ins")


async def drilled(crisis: Crisis) -> str:
    return plain_card(await crisis.drill.run(crisis.community, MODERATOR))


def cards_to_robin(crisis: Crisis) -> Sequence[Card]:
    return crisis.voice.cards_to(ROBIN)


async def test_every_step_arrives_and_is_told(crisis: Crisis) -> None:
    report = await crisis.drill.run(crisis.community, MODERATOR)
    said = plain_card(report)
    for step in (
        "the rules found the test sentence: urgent, thoughts of suicide",
        "the answer reached you in your inbox",
        "written at 09:00",
        "the card arrived",
        "the call arrived",
    ):
        assert step in said
    assert "everything arrived" in plain(report.summary)


async def test_the_answer_is_the_one_that_members_get_and_says_that_it_is_a_test(
    crisis: Crisis,
) -> None:
    await crisis.drill.run(crisis.community, MODERATOR)
    (answer,) = cards_to_robin(crisis)
    text = plain_card(answer)
    assert text.startswith("This is a drill, and nobody is in danger.")
    assert "call 988" in text
    assert "by 09:30" in text
    assert plain(answer.summary).startswith("A drill")


async def test_those_on_duty_and_the_backup_are_notified_of_a_test(crisis: Crisis) -> None:
    await crisis.drill.run(crisis.community, MODERATOR)
    cards = crisis.voice.cards_to(ALERTS)
    assert [(card.key, card.pings) for card in cards] == [
        ("crisis.alert", ("on-duty",)),
        ("crisis.passed-on", ("backup",)),
    ]
    for card in cards:
        assert "Nobody is in danger" in plain_card(card)
        assert plain(card.summary).startswith("A drill")


async def test_nothing_of_a_drill_comes_later(crisis: Crisis) -> None:
    crisis.voice.broken = {ALERTS: TryLater("busy", timedelta(seconds=1))}
    await crisis.drill.run(crisis.community, MODERATOR)
    crisis.voice.broken = {}
    sent = len(crisis.voice.sent)
    for _hour in range(3):
        crisis.clock.move(timedelta(hours=1))
        assert await crisis.ladder.climb() == 0
    assert len(crisis.voice.sent) == sent


async def test_a_drill_is_claimed_and_closed_like_an_alert(crisis: Crisis) -> None:
    await crisis.drill.run(crisis.community, MODERATOR)
    (alert,) = crisis.record.book
    assert (alert.reason, alert.way) == (Reason.DRILL, Way.INBOX)
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    await crisis.service.resolve(alert.id, Outcome.SAFE, MODERATOR, crisis.community)
    closed = await crisis.record.known(alert.id)
    assert closed is not None
    assert closed.state is State.RESOLVED
    assert {card.key for _ref, card in crisis.voice.edited[-2:]} == {"crisis.alert-over"}


async def test_a_misread_drill_keeps_nobody_from_being_answered(crisis: Crisis) -> None:
    await crisis.drill.run(crisis.community, MODERATOR)
    (alert,) = crisis.record.book
    await crisis.service.misread_me(alert.id, MODERATOR, crisis.community)
    await crisis.hears("this is urgent", author=ROBIN)
    assert [card.key for card in cards_to_robin(crisis)][-1] == "crisis.answer"


# -- what did not arrive -----------------------------------------------------------------------


async def test_rules_that_find_nothing_are_told_and_the_rest_is_tried(crisis: Crisis) -> None:
    crisis.detector.deaf_to = {SENTENCES[0].text}
    said = await drilled(crisis)
    assert "the rules found nothing in the test sentence" in said
    assert "peerbot check" in said
    assert "the card arrived" in said


async def test_a_closed_inbox_leads_to_the_next_way(crisis: Crisis) -> None:
    closed = Undeliverable(Why.CLOSED)
    await crisis.set(lambda one: replace(one, checkin_room=CHECK_INS))
    crisis.voice.broken = {ROBIN: closed, NewInbox(ROBIN): closed}
    assert "reached you in a private thread" in await drilled(crisis)
    crisis.voice.broken[PrivateThread(CHECK_INS, ROBIN)] = closed
    said = await drilled(crisis)
    assert "the answer did not reach you: no private way" in said
    assert "finds a card in the room instead" in said


async def test_a_room_that_cannot_be_reached_is_told(crisis: Crisis) -> None:
    crisis.voice.broken = {ALERTS: Undeliverable(Why.FORBIDDEN)}
    report = await crisis.drill.run(crisis.community, MODERATOR)
    said = plain_card(report)
    assert "the card did not arrive" in said
    assert "the call did not arrive" in said
    assert "choose a private room where I may write" in said
    assert "something did not arrive" in plain(report.summary)


async def test_a_database_that_only_reads_is_told(crisis: Crisis) -> None:
    await crisis.communities.draft(crisis.community.id)
    crisis.record._written = crisis.record.asked
    assert "not written: the database does not answer" in await drilled(crisis)


@pytest.mark.parametrize(
    ("pings", "said"),
    [((), "notifies nobody: no role is chosen"), (("on-duty",), "no second role is chosen")],
)
async def test_whom_the_backup_notifies_is_told(
    crisis: Crisis, pings: tuple[str, ...], said: str
) -> None:
    await crisis.set(lambda one: replace(one, alert_pings=pings))
    assert said in await drilled(crisis)


async def test_a_step_that_breaks_is_reported_and_stops_no_other(crisis: Crisis) -> None:
    crisis.voice.broken = {ROBIN: RuntimeError("a defect")}
    said = await drilled(crisis)
    assert "the answer did not reach you" in said
    assert "the card arrived" in said
    assert [type(one) for one in crisis.failures] == [RuntimeError]


async def test_without_a_sentence_it_says_that_nothing_was_found(crisis: Crisis) -> None:
    drill = Drill(
        ears=Ears(detector=crisis.detector, sentences=()),
        noticing=crisis.noticing,
        record=crisis.record,
        responders=crisis.drill._responders,
        answer=crisis.answer,
        voice=crisis.voice,
        communities=crisis.communities,
        clock=crisis.clock,
        chance=crisis.drill._chance,
    )
    report = await drill.run(crisis.community, MODERATOR)
    assert "the rules found nothing" in plain_card(report)


async def test_without_a_room_for_alerts_there_is_nothing_to_try(crisis: Crisis) -> None:
    await crisis.set(lambda one: replace(one, alert_room=None))
    assert "There is no private room for alerts yet" in await drilled(crisis)
