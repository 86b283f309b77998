"""The same words by many people: each is answered and has a card, and nobody is hidden."""

from datetime import timedelta

from peerbot.chat.plain import plain_card
from peerbot.clock import Chance, MovableClock
from peerbot.crisis.alike import Alike
from peerbot.crisis.lately import KEPT_FOR
from peerbot.crisis.model import State
from peerbot.testing import ANA, NOW, ROBIN, SAM, a_person
from tests.crisis.alerts import alert_of
from tests.crisis.conftest import ALERTS, Crisis
from tests.crisis.test_on_duty import NIGHT, plan
from tests.crisis.test_one_alert import alerts_about

TEN = [a_person(f"member-{number}") for number in range(10)]


async def test_the_same_phrase_by_ten_people_is_ten_answers_and_ten_cards_and_one_call(
    crisis: Crisis,
) -> None:
    for person in TEN:
        await crisis.hears("This is  urgent", author=person)
        crisis.clock.move(timedelta(milliseconds=300))
    assert [crisis.voice.keys_to(person) for person in TEN] == [["crisis.answer"]] * 10
    cards = crisis.voice.cards_to(ALERTS)
    assert [card.pings for card in cards] == [("on-duty",), *[()] * 9]
    assert "very same words" not in plain_card(cards[0])
    assert "1 other person wrote the very same words" in plain_card(cards[1])
    assert "9 others wrote the very same words just before" in plain_card(cards[9])


async def test_nobody_of_ten_is_lost_each_climbs_to_the_honest_end(crisis: Crisis) -> None:
    for person in TEN:
        await crisis.hears("this is urgent", author=person)
    crisis.clock.move(timedelta(minutes=15))
    await crisis.ladder.climb()
    backup = [card.pings for card in crisis.voice.cards_to(ALERTS)[10:]]
    assert backup == [("backup",)] * 10
    crisis.clock.move(timedelta(minutes=15))
    await crisis.ladder.climb()
    for person in TEN:
        assert crisis.voice.keys_to(person)[-1] == "crisis.nobody-free"
        assert (await alert_of(crisis, person)).state is State.UNANSWERED


async def test_in_the_morning_everybody_whom_nobody_took_is_called_for(crisis: Crisis) -> None:
    crisis.clock.move_to(NIGHT)
    await plan(crisis, ROBIN, 8, 22)
    for person in (SAM, ANA):
        await crisis.hears("this is urgent", author=person)
    for _rung in range(2):
        crisis.clock.move(timedelta(minutes=15))
        await crisis.ladder.climb()
    crisis.clock.move_to(NIGHT.replace(hour=8))
    await crisis.ladder.climb()
    assert [card.pings for card in crisis.voice.cards_to(ALERTS)[-2:]] == [(ROBIN,), (ROBIN,)]


async def test_an_emergency_in_the_same_words_always_calls(crisis: Crisis) -> None:
    for person in TEN:
        await crisis.hears("an emergency", author=person)
    assert [card.pings for card in crisis.voice.cards_to(ALERTS)] == [("on-duty",)] * 10


async def test_other_words_call_anew(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    await crisis.hears("this is so urgent", author=ANA)
    assert [card.pings for card in crisis.voice.cards_to(ALERTS)] == [("on-duty",)] * 2


async def test_who_wrote_the_same_as_others_and_then_gets_worse_calls(crisis: Crisis) -> None:
    for person in (SAM, ANA):
        await crisis.hears("this is urgent", author=person)
    crisis.clock.move(timedelta(seconds=1))
    await crisis.hears("an emergency", author=ANA)
    assert [card.pings for card in crisis.voice.cards_to(ALERTS)] == [
        ("on-duty",),
        (),
        ("on-duty",),
    ]
    (alert,) = await alerts_about(crisis, ANA)
    assert alert.alike == 0


async def test_one_person_ten_times_in_five_seconds_is_one_alert_with_a_counter(
    crisis: Crisis,
) -> None:
    for _message in range(10):
        await crisis.hears("an emergency")
        crisis.clock.move(timedelta(seconds=0.5))
    (alert,) = await alerts_about(crisis)
    assert (alert.count, alert.alike) == (10, 0)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert "Messages: 10" in plain_card(crisis.voice.edited[-1][1])


def test_a_copy_is_known_for_minutes_by_anybody_but_its_author_and_in_one_community() -> None:
    clock = MovableClock(NOW)
    alike = Alike(clock, Chance(1))
    assert alike.others("I am  NOT safe", SAM, "home") == 0
    assert alike.others("i am not safe", SAM, "home") == 0
    assert alike.others("i am not safe", ANA, "home") == 1
    assert alike.others("i am not safe", ROBIN, "elsewhere") == 0
    assert alike.others("i am not safe \ud800", ROBIN, "home") == 0
    clock.move(KEPT_FOR)
    assert alike.others("i am not safe", ROBIN, "home") == 0


def test_no_words_are_kept_and_the_same_words_leave_another_mark_after_a_restart() -> None:
    clock = MovableClock(NOW)
    marks = []
    for seed in (1, 2):
        alike = Alike(clock, Chance(seed))
        alike.others("i am not safe", SAM, "home")
        assert "safe" not in repr(vars(alike))
        marks.append(set(alike._seen))
    assert marks[0].isdisjoint(marks[1])
