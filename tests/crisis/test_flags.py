"""What members flag for moderators reaches responders, whatever the rules say of it."""

from datetime import timedelta

from peerbot.chat.cards import Button, buttons_of
from peerbot.chat.gateway import Undeliverable, Why
from peerbot.chat.plain import plain_card
from peerbot.crisis.model import State
from peerbot.testing import ROBIN, SAM
from tests.crisis.alerts import MODERATOR, a_flag, alert_of
from tests.crisis.conftest import ALERTS, Crisis


async def test_a_flagged_message_reaches_responders_whatever_the_rules_say(
    crisis: Crisis,
) -> None:
    shown = await crisis.noticing.flagged(a_flag("nothing special"))
    assert "have been told" in plain_card(shown)
    assert "no rule found anything" in crisis.voice.texts_to(ALERTS)[0]
    assert crisis.voice.cards_to(SAM) == []


async def test_a_flagged_message_with_danger_is_answered_as_well(crisis: Crisis) -> None:
    await crisis.noticing.flagged(a_flag("an emergency"))
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]


async def test_two_flags_of_one_message_are_one_alert(crisis: Crisis) -> None:
    await crisis.noticing.flagged(a_flag("nothing special"))
    await crisis.noticing.flagged(a_flag("nothing special", by=ROBIN))
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_a_flag_that_did_not_arrive_is_not_called_delivered(crisis: Crisis) -> None:
    crisis.voice.broken = {ALERTS: Undeliverable(Why.GONE)}
    shown = await crisis.noticing.flagged(a_flag("nothing special"))
    assert "could not reach the responders yet" in plain_card(shown)


async def test_a_responder_can_call_for_backup(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    alert = await alert_of(crisis)
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    shown = await crisis.service.call_backup(alert.id, MODERATOR, crisis.community)
    assert "asked to join you" in plain_card(shown)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.backup-wanted"]


async def test_old_alerts_forget_who_it_was(crisis: Crisis) -> None:
    await crisis.hears("this is urgent")
    crisis.clock.move(timedelta(days=31))
    assert await crisis.ladder.forget_people() == 1
    assert await alert_of(crisis) is None


def test_every_button_of_the_first_answer_is_one_press_from_a_route() -> None:
    from peerbot.chat.router import Router
    from peerbot.crisis.duty_routes import DutyRoutes
    from peerbot.crisis.duty_routes import add_routes as add_duty_routes
    from peerbot.crisis.routes import CrisisRoutes, add_routes
    from peerbot.testing import OpenDoor, RecordingGateway, SilentScreen
    from tests.crisis.samples import cards

    router = Router(RecordingGateway(), SilentScreen(), OpenDoor())
    add_routes(router, CrisisRoutes(None, None, None, None, None))  # type: ignore[arg-type]  # only declared
    add_duty_routes(router, DutyRoutes(None, None, None, None, None))  # type: ignore[arg-type]
    pressed = {
        (one.action.feature, one.action.verb)
        for card in cards()
        for one in buttons_of(card)
        if isinstance(one, Button) and one.action.feature == "crisis"
    }
    assert pressed <= router.buttons


async def test_a_claim_made_while_the_ladder_climbs_is_not_overwritten(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    crisis.clock.move(timedelta(minutes=5))
    send = crisis.voice.send

    async def claimed_meanwhile(to, card, *, nonce=None):
        if card.key == "crisis.passed-on":
            await crisis.service.claim(alert.id, MODERATOR, crisis.community)
        return await send(to, card, nonce=nonce)

    crisis.voice.send = claimed_meanwhile
    await crisis.ladder.climb()
    now = await alert_of(crisis)
    assert (now.state, now.claimed_by, now.next_step_at) == (State.CLAIMED, ROBIN, None)
    assert "@robin has this" in plain_card(crisis.voice.edited[-1][1])


async def test_a_press_on_the_card_before_its_row_is_written_again_stays(crisis: Crisis) -> None:
    send = crisis.voice.send

    async def pressed_at_once(to, card, *, nonce=None):
        sent = await send(to, card, nonce=nonce)
        if card.key == "crisis.alert":
            button = buttons_of(card)[0]
            await crisis.service.claim(button.action.args[0], MODERATOR, crisis.community)
        return sent

    crisis.voice.send = pressed_at_once
    await crisis.hears("an emergency")
    assert (await alert_of(crisis)).claimed_by == ROBIN
