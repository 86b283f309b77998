"""Two processes over one database, each with the alert in its own memory: one claim wins."""

import asyncio
from datetime import timedelta

from peerbot.chat.plain import plain_card
from peerbot.crisis.model import Alert, Outcome, State
from peerbot.testing import ANA, ROBIN, SAM, a_person, an_actor
from tests.crisis.alerts import alert_of
from tests.crisis.conftest import ALERTS, Crisis
from tests.crisis.test_one_alert import alerts_about


async def known_to_both(one: Crisis, other: Crisis) -> Alert:
    """Return an alert that one process raised, and that the other has in memory too."""
    await one.hears("an emergency")
    await other.record.load()
    found: Alert = await alert_of(one)
    return found


async def test_of_two_who_press_at_once_in_two_processes_one_has_it(
    two: tuple[Crisis, Crisis],
) -> None:
    one, other = two
    alert = await known_to_both(one, other)
    assert other.record.book.get(alert.id) is not None
    shown = await asyncio.gather(
        one.service.claim(alert.id, an_actor(ROBIN, "mods"), one.community),
        other.service.claim(alert.id, an_actor(ANA, "mods"), other.community),
    )
    assert sorted(card.key for card in shown) == ["crisis.claimed", "crisis.too-late"]
    alert = await alert_of(one)
    late = next(card for card in shown if card.key == "crisis.too-late")
    assert f"@{alert.claimed_by.id} has this already" in plain_card(late)
    # Both memories know it, and the person heard once that somebody comes.
    assert {each.record.book.get(alert.id).claimed_by for each in two} == {alert.claimed_by}
    told = [*one.voice.keys_to(SAM), *other.voice.keys_to(SAM)]
    assert told.count("crisis.taken") == 1


async def test_of_ten_who_press_at_once_nine_are_too_late(two: tuple[Crisis, Crisis]) -> None:
    one, other = two
    alert = await known_to_both(one, other)
    shown = await asyncio.gather(
        *(
            (one, other)[number % 2].service.claim(
                alert.id, an_actor(a_person(f"responder-{number}"), "mods"), one.community
            )
            for number in range(10)
        )
    )
    keys = [card.key for card in shown]
    assert keys.count("crisis.claimed") == 1
    assert keys.count("crisis.too-late") == 9


async def test_who_has_it_and_presses_again_sees_the_first_words_again(
    two: tuple[Crisis, Crisis],
) -> None:
    one, other = two
    await one.hears("an emergency")
    alert = await alert_of(one)
    for each in (one, other):
        shown = await each.service.claim(alert.id, an_actor(ROBIN, "mods"), each.community)
        assert shown.key == "crisis.claimed"
    assert [*one.voice.keys_to(SAM), *other.voice.keys_to(SAM)].count("crisis.taken") == 1


async def test_a_claim_is_known_to_the_ladder_of_another_process(
    two: tuple[Crisis, Crisis],
) -> None:
    one, other = two
    alert = await known_to_both(one, other)
    await other.service.claim(alert.id, an_actor(ANA, "mods"), other.community)
    for _rung in range(3):
        one.clock.move(timedelta(minutes=5))
        await one.ladder.climb()
    assert one.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert "crisis.nobody-free" not in one.voice.keys_to(SAM)


async def test_one_rung_is_climbed_by_one_process(two: tuple[Crisis, Crisis]) -> None:
    one, other = two
    await one.hears("an emergency")
    await other.record.load()
    for each in two:
        each.clock.move(timedelta(minutes=5))
    await asyncio.gather(one.ladder.climb(), other.ladder.climb())
    keys = [*one.voice.keys_to(ALERTS), *other.voice.keys_to(ALERTS)]
    assert sorted(keys) == ["crisis.alert", "crisis.passed-on"]


async def test_danger_after_another_process_closed_the_alert_was_counted_on_a_closed_one(
    two: tuple[Crisis, Crisis],
) -> None:
    one, other = two
    await one.hears("this is urgent")
    closed = await alert_of(one)
    await other.service.resolve(closed.id, Outcome.SAFE, an_actor(ANA, "mods"), other.community)
    # The first process still has it in memory as open, and nothing calls anew so soon.
    assert one.record.book.get(closed.id) is not None
    one.clock.move(timedelta(minutes=1))
    await one.hears("this is urgent")
    first, second = await alerts_about(one)
    assert (first.state, second.state) == (State.RESOLVED, State.OPEN)
    assert one.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.alert"]
    asked = await one.service.anyone_there(closed.id, an_actor(SAM), one.community)
    assert "nobody has taken it yet" in plain_card(asked)


async def test_what_got_worse_after_another_process_closed_the_alert_calls_for_a_new_one(
    two: tuple[Crisis, Crisis],
) -> None:
    one, other = two
    await one.hears("this is urgent")
    closed = await alert_of(one)
    await other.service.resolve(closed.id, Outcome.SAFE, an_actor(ANA, "mods"), other.community)
    await one.hears("an emergency")
    alerts = await alerts_about(one)
    assert [alert.state for alert in alerts] == [State.RESOLVED, State.OPEN]
    claimed = await one.service.claim(alerts[1].id, an_actor(ROBIN, "mods"), one.community)
    assert claimed.key == "crisis.claimed"
