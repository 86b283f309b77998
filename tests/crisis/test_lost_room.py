"""The room for alerts is deleted, or closed to us, while an alert waits in it."""

from dataclasses import replace
from datetime import timedelta

from peerbot.chat.addresses import NewInbox, Room
from peerbot.chat.gateway import TryLater, Undeliverable, Why
from peerbot.chat.plain import plain_card
from peerbot.crisis.detection.finding import Tier
from peerbot.crisis.model import Outcome, State
from peerbot.testing import ALEX, ANA, ROBIN, SAM, an_actor
from tests.crisis.alerts import MODERATOR, alert_of
from tests.crisis.conftest import ALERTS, Crisis
from tests.crisis.test_on_duty import plan, say


async def publish(crisis: Crisis) -> None:
    """Let alex publish the settings, as whoever looks after the space does."""
    await crisis.communities.publish(crisis.community.id, an_actor(ALEX, owns_space=True))


def lose(crisis: Crisis, why: Why = Why.GONE) -> None:
    crisis.voice.broken[ALERTS] = Undeliverable(why)


async def climb(crisis: Crisis, minutes: float) -> None:
    """Let so much time pass, with the ladder climbing as often as its pulse does."""
    for _tick in range(int(minutes * 4)):
        crisis.clock.move(timedelta(seconds=15))
        await crisis.ladder.climb()


async def test_in_the_middle_of_a_ladder_the_admin_hears_and_the_person_hears_the_honest_end(
    crisis: Crisis,
) -> None:
    await publish(crisis)
    await crisis.hears("an emergency")
    lose(crisis)
    await climb(crisis, 6)
    assert crisis.voice.keys_to(ALEX) == ["crisis.no-way"]
    said = crisis.voice.texts_to(ALEX)[0]
    assert "/peerbot alerts" in said
    assert "sam" not in said
    await climb(crisis, 5)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.nobody-free"]
    alert = await alert_of(crisis)
    assert alert.state is State.UNANSWERED
    # Told once, however often it was tried.
    assert crisis.voice.keys_to(ALEX) == ["crisis.no-way"]


async def test_it_is_told_in_the_room_that_is_chosen_next(crisis: Crisis) -> None:
    await publish(crisis)
    await crisis.hears("an emergency")
    lose(crisis)
    await climb(crisis, 11)
    another = Room("test", "new-care-team")
    await crisis.set(lambda one: replace(one, alert_room=another))
    await climb(crisis, 20)
    assert crisis.voice.keys_to(another) == ["crisis.alert"]
    alert = await alert_of(crisis)
    claimed = await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    assert claimed.key == "crisis.claimed"
    assert crisis.voice.keys_to(SAM)[-1] == "crisis.taken"


async def test_until_then_is_anyone_there_tells_that_nobody_could_be_reached(
    crisis: Crisis,
) -> None:
    await publish(crisis)
    await crisis.hears("an emergency")
    lose(crisis)
    await climb(crisis, 6)
    alert = await alert_of(crisis)
    shown = await crisis.service.anyone_there(alert.id, an_actor(SAM), crisis.community)
    assert "I have not been able to reach the responders yet" in plain_card(shown)


async def test_the_alert_is_still_in_the_list_and_can_be_taken_there(crisis: Crisis) -> None:
    await publish(crisis)
    lose(crisis)
    await crisis.hears("an emergency")
    assert "@sam" in plain_card(await crisis.service.waiting(crisis.community))
    alert = await alert_of(crisis)
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    await climb(crisis, 12)
    assert "crisis.nobody-free" not in crisis.voice.keys_to(SAM)


async def test_no_card_that_went_with_its_room_has_to_be_deleted(crisis: Crisis) -> None:
    await publish(crisis)
    lose(crisis)
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    thanks = await crisis.service.resolve(alert.id, Outcome.SAFE, MODERATOR, crisis.community)
    assert "no longer says who it was" in plain_card(thanks)


async def test_those_on_duty_by_name_hear_too_wherever_they_are(crisis: Crisis) -> None:
    await publish(crisis)
    await plan(crisis, ROBIN, 8, 12)
    await plan(crisis, "mods", 8, 12)
    await say(crisis, ANA, 2, on_duty=False)
    lose(crisis, Why.FORBIDDEN)
    await crisis.hears("an emergency")
    assert crisis.voice.keys_to(ROBIN) == crisis.voice.keys_to(ALEX) == ["crisis.no-way"]
    assert crisis.voice.keys_to(ANA) == []


async def test_an_admin_who_is_in_danger_is_not_told_about_themselves(crisis: Crisis) -> None:
    await publish(crisis)
    lose(crisis)
    await crisis.hears("an emergency", author=ALEX)
    assert crisis.voice.keys_to(ALEX) == ["crisis.answer"]


async def test_a_second_person_in_danger_is_told_of_as_well(crisis: Crisis) -> None:
    await publish(crisis)
    lose(crisis)
    await crisis.hears("an emergency")
    await crisis.hears("this is urgent", author=ANA)
    assert crisis.voice.keys_to(ALEX) == ["crisis.no-way"] * 2


async def test_a_quiet_note_or_a_busy_platform_disturbs_no_admin(crisis: Crisis) -> None:
    await publish(crisis)
    lose(crisis)
    await crisis.hears("a concern")
    crisis.voice.broken[ALERTS] = TryLater("busy", timedelta(seconds=5))
    await crisis.hears("an emergency", author=ANA)
    assert crisis.voice.keys_to(ALEX) == []


async def test_an_admin_whose_inbox_is_closed_is_tried_again(crisis: Crisis) -> None:
    await publish(crisis)
    lose(crisis)
    closed = Undeliverable(Why.CLOSED)
    crisis.voice.broken |= {ALEX: closed, NewInbox(ALEX): closed}
    await crisis.hears("an emergency")
    assert crisis.voice.keys_to(ALEX) == []
    del crisis.voice.broken[ALEX]
    await climb(crisis, 1)
    assert crisis.voice.keys_to(ALEX) == ["crisis.no-way"]


async def test_a_room_that_was_taken_off_the_settings_counts_as_lost(crisis: Crisis) -> None:
    await publish(crisis)
    await crisis.hears("an emergency")
    await crisis.set(lambda one: replace(one, alert_room=None))
    await climb(crisis, 11)
    assert crisis.voice.keys_to(ALEX) == ["crisis.no-way"]
    assert crisis.voice.keys_to(SAM)[-1] == "crisis.nobody-free"


async def test_who_published_first_is_not_asked_for_ever(crisis: Crisis) -> None:
    for name in ("ana", "robin", "alex", "kim"):
        person = replace(ALEX, id=name)
        crisis.clock.move(timedelta(days=1))
        await crisis.communities.publish(crisis.community.id, an_actor(person, owns_space=True))
    keepers = crisis.communities.keepers(crisis.community.id)
    assert [one.id for one in keepers] == ["kim", "alex", "robin"]


def test_the_card_for_admins_says_how_serious_it_is() -> None:
    from peerbot.crisis.responder_cards import no_way_to_responders

    assert "(emergency)" in plain_card(no_way_to_responders("Home", Tier.EMERGENCY))
