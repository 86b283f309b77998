"""Worries beside duty times, lost rooms, reminders and the rule lab: chosen people stay alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.actions import action
from peerbot.chat.addresses import NewInbox
from peerbot.chat.cards import buttons_of
from peerbot.chat.gateway import TryLater, Undeliverable, Why
from peerbot.chat.plain import plain_card
from peerbot.chat.router import Router
from peerbot.crisis.model import Outcome, State
from peerbot.crisis.routes import add_routes
from peerbot.crisis.worry import Urgency, Whom
from peerbot.testing import ALEX, ANA, ROBIN, SAM, OpenDoor, SilentScreen, a_press, an_actor
from tests.crisis.conftest import ALERTS, Crisis
from tests.crisis.lab.test_verdicts import scores
from tests.crisis.test_lost_room import climb, lose, publish
from tests.crisis.test_on_duty import plan, say
from tests.crisis.worrying import KIM, choose, reported, the_alert


async def about_robin(crisis: Crisis, **changes: object) -> str:
    """Let sam worry about robin, of the team, to alex and kim; return what sam reads."""
    await choose(crisis, ALEX, KIM)
    return await reported(crisis, whom=Whom.TEAM, about=ROBIN, **changes)


# -- duty times ----------------------------------------------------------------------------------


async def test_those_on_duty_are_called_for_a_worry(crisis: Crisis) -> None:
    await say(crisis, ALEX, 2, on_duty=True)
    await reported(crisis)
    assert [one.pings for one in crisis.voice.cards_to(ALERTS)] == [(ALEX,)]


async def test_when_nobody_is_on_duty_the_one_who_worries_hears_it(crisis: Crisis) -> None:
    await plan(crisis, ALEX, 2, 3)
    said = await reported(crisis)
    assert "Nobody is on duty here now, so I am asking the others, with your name" in said
    assert [one.pings for one in crisis.voice.cards_to(ALERTS)] == [("backup",)]


async def test_about_the_team_duty_times_neither_call_nor_comfort(crisis: Crisis) -> None:
    await plan(crisis, ANA, 2, 3)
    said = await about_robin(crisis)
    assert "I have told those who hear of worries about the team" in said
    assert [one.card.pings for one in crisis.voice.sent] == [(), ()]
    await climb(crisis, 31)
    alert = the_alert(crisis)
    assert alert.state is State.UNANSWERED
    assert alert.next_step_at is None
    assert crisis.voice.cards_to(ALERTS) == crisis.voice.cards_to(ANA) == []
    shown = await crisis.service.anyone_there(alert.id, an_actor(SAM), crisis.community)
    assert "on duty" not in plain_card(shown)


async def test_whoever_has_duty_times_is_of_the_team(crisis: Crisis) -> None:
    await plan(crisis, ROBIN, 2, 3)
    await choose(crisis, ALEX)
    await reported(crisis, about=ROBIN)
    assert [one.to for one in crisis.voice.sent] == [NewInbox(ALEX)]


async def test_whoever_published_the_settings_is_of_the_team(crisis: Crisis) -> None:
    """Even while the platform does not say who runs the space."""
    await publish(crisis)
    await choose(crisis, ANA)
    await reported(crisis, about=ALEX)
    assert [one.to for one in crisis.voice.sent] == [NewInbox(ANA)]


# -- what cannot arrive --------------------------------------------------------------------------


async def test_closed_inboxes_of_chosen_people_lead_to_nobody_else(crisis: Crisis) -> None:
    await publish(crisis)
    for one in (ALEX, KIM):
        crisis.voice.broken[NewInbox(one)] = Undeliverable(Why.CLOSED)
    said = await about_robin(crisis, urgency=Urgency.NOW)
    assert "I have not been able to reach the responders yet" in said
    await climb(crisis, 11)
    assert {one.to for one in crisis.voice.sent} == {SAM}
    assert crisis.voice.keys_to(SAM) == ["crisis.nobody-free"]


async def test_one_closed_inbox_is_no_lost_room(crisis: Crisis) -> None:
    crisis.voice.broken[NewInbox(ALEX)] = Undeliverable(Why.CLOSED)
    said = await about_robin(crisis)
    assert "I have told those who hear of worries about the team" in said
    assert len(the_alert(crisis).all_cards) == 1


async def test_a_busy_inbox_beside_a_closed_one_is_tried_again(crisis: Crisis) -> None:
    crisis.voice.broken[NewInbox(ALEX)] = Undeliverable(Why.CLOSED)
    crisis.voice.broken[NewInbox(KIM)] = TryLater("busy", timedelta(seconds=30))
    await about_robin(crisis)
    crisis.voice.broken.clear()
    await climb(crisis, 1)
    assert crisis.voice.keys_to(NewInbox(KIM)) == ["crisis.alert"]


async def test_a_lost_room_does_not_touch_what_chosen_people_hear(crisis: Crisis) -> None:
    await publish(crisis)
    lose(crisis)
    await about_robin(crisis, urgency=Urgency.NOW)
    await climb(crisis, 4)
    assert [one.to for one in crisis.voice.sent] == [NewInbox(ALEX), NewInbox(KIM)]


async def test_a_lost_room_is_not_told_to_the_one_a_worry_is_about(crisis: Crisis) -> None:
    await reported(crisis, about=ANA)
    await say(crisis, ANA, 2, on_duty=True)
    await say(crisis, ALEX, 2, on_duty=True)
    lose(crisis)
    await climb(crisis, 16)
    assert crisis.voice.keys_to(ALEX) == ["crisis.no-way"]
    assert crisis.voice.keys_to(ANA) == []


# -- the reminder --------------------------------------------------------------------------------


async def closed_by_kim(crisis: Crisis) -> tuple[Router, str]:
    """Let kim take and close what only chosen people hear of; return the door, and its id."""
    await crisis.set(lambda one: replace(one, follow_up_after=timedelta(days=1)))
    await about_robin(crisis)
    alert_id = the_alert(crisis).id
    router = Router(crisis.voice, SilentScreen(), OpenDoor())
    add_routes(router, crisis.routes)
    for verb, *args in (("claim",), ("outcome", Outcome.SAFE)):
        press = action("crisis", f"chosen-{verb}", alert_id, *args)
        await router.dispatch(a_press(press, by=KIM, room=None))
    return router, alert_id


async def test_a_chosen_person_may_decline_the_reminder(crisis: Crisis) -> None:
    router, _alert = await closed_by_kim(crisis)
    thanks = crisis.voice.sent[-1].card
    assert thanks.key == "crisis.thanks"
    (decline,) = buttons_of(thanks)
    await router.dispatch(a_press(decline.action, by=KIM, room=None))
    crisis.clock.move(timedelta(days=1))
    assert await crisis.follow_ups.send_due() == 0


@pytest.mark.parametrize("verb", ["chosen-no-follow-up", "chosen-outcome"])
async def test_nobody_else_declines_it_through_that_door(crisis: Crisis, verb: str) -> None:
    router, alert_id = await closed_by_kim(crisis)
    await router.dispatch(a_press(action("crisis", verb, alert_id, "safe"), by=SAM, room=None))
    assert crisis.voice.sent[-1].card.key == "chat.gone"
    crisis.clock.move(timedelta(days=1))
    assert await crisis.follow_ups.send_due() == 1


# -- the rule lab --------------------------------------------------------------------------------


async def test_the_end_of_a_worry_judges_no_rule(crisis: Crisis) -> None:
    await reported(crisis, text="my friend is an emergency")
    alert = the_alert(crisis)
    assert alert.rules
    await crisis.service.verdict_misread(alert.id, an_actor(ALEX), crisis.community)
    assert await scores(crisis) == ()


async def test_a_community_that_listens_silently_still_takes_worries(crisis: Crisis) -> None:
    await crisis.set(lambda one: replace(one, silent_until=crisis.clock() + timedelta(days=7)))
    await crisis.hears("my friend is urgent")
    assert crisis.voice.sent == []
    assert "I have told the responders" in await reported(crisis)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_what_was_found_in_silence_counts_for_no_drill(crisis: Crisis) -> None:
    await crisis.set(lambda one: replace(one, silent_until=crisis.clock() + timedelta(days=7)))
    shown = await crisis.drill.run(crisis.community, an_actor(ALEX))
    assert shown.key == "crisis.drill"
    assert await scores(crisis) == ()


async def test_silence_is_not_deafness(crisis: Crisis) -> None:
    await crisis.set(lambda one: replace(one, silent_until=crisis.clock() + timedelta(days=7)))
    await crisis.hearing.load()
    await crisis.hearing.run()
    await crisis.hearing.settled()
    (card,) = crisis.voice.cards_to(ALERTS)
    assert "Last heard myself 09:00" in plain_card(card)
    assert card.pings == ()
