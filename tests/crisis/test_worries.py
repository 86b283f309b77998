"""Worries about somebody else: to responders or chosen people, never to the one they are about."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.actions import action
from peerbot.chat.addresses import NewInbox, Person
from peerbot.chat.cards import buttons_of
from peerbot.chat.forms import Surface
from peerbot.chat.gateway import Undeliverable, Why
from peerbot.chat.plain import plain_card
from peerbot.chat.router import Router
from peerbot.crisis import worry_cards
from peerbot.crisis.detection.finding import Tier, Whose
from peerbot.crisis.model import Outcome, Reason, State
from peerbot.crisis.routes import add_routes
from peerbot.crisis.worry import Urgency, Whom, Worry
from peerbot.errors import Gone
from peerbot.testing import (
    ALEX,
    ANA,
    ROBIN,
    SAM,
    OpenDoor,
    SilentScreen,
    a_press,
    a_reply,
    a_submission,
    an_actor,
)
from tests.crisis.conftest import ALERTS, Crisis
from tests.crisis.worrying import KIM, WORDS, a_report, choose, reported, the_alert

WORRY = action("crisis", "worry")


async def test_a_worry_is_told_although_its_event_is_cut_off(crisis: Crisis) -> None:
    reporting = asyncio.ensure_future(
        crisis.worries.report(a_report(urgency=Urgency.NOW), crisis.community)
    )
    await asyncio.wait({reporting}, timeout=0)
    reporting.cancel()
    await crisis.noticing.settled()
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert the_alert(crisis).tier is Tier.EMERGENCY


# -- to the responders ---------------------------------------------------------------------------


async def test_responders_see_who_worries_and_about_whom(crisis: Crisis) -> None:
    said = await reported(crisis)
    assert "I have told the responders, with your name" in said
    assert "Are you thinking about suicide?" in said
    assert "Never promise to keep it secret" in said
    assert "Ring the emergency number" in said
    assert "988" in said
    (card,) = crisis.voice.cards_to(ALERTS)
    shown = plain_card(card)
    assert "SOMEBODY WORRIES ABOUT ANOTHER PERSON" in shown
    assert "sam" in shown
    assert "ana" in shown
    assert "You decide what they hear." in shown
    found = the_alert(crisis)
    assert (found.whose, found.reason, found.tier) == (Whose.OTHER, Reason.WORRIED, Tier.URGENT)


@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize("whom", Whom)
async def test_nothing_is_ever_sent_to_the_one_it_is_about(
    crisis: Crisis, urgency: Urgency, whom: Whom
) -> None:
    await choose(crisis, ALEX, ANA)
    await crisis.worries.report(a_report(urgency=urgency, whom=whom), crisis.community)
    for _step in range(4):
        crisis.clock.move(timedelta(minutes=15))
        await crisis.ladder.climb()
    assert crisis.voice.sent
    told = {getattr(one.to, "person", one.to) for one in crisis.voice.sent}
    assert ANA not in told


async def test_a_worry_climbs_the_ladder_and_its_teller_hears_the_honest_end(
    crisis: Crisis,
) -> None:
    await reported(crisis, urgency=Urgency.NOW)
    for _step in range(2):
        crisis.clock.move(timedelta(minutes=5))
        await crisis.ladder.climb()
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.passed-on"]
    assert crisis.voice.keys_to(SAM) == ["crisis.nobody-free"]


async def test_words_can_make_it_more_serious_than_it_felt(crisis: Crisis) -> None:
    said = await reported(crisis, urgency=Urgency.QUIET, text="my friend is an emergency")
    assert "please call for help for them first" in said
    assert the_alert(crisis).tier is Tier.EMERGENCY


async def test_their_own_danger_is_answered_and_hearers_see_it(crisis: Crisis) -> None:
    await crisis.hears("this is urgent", surface=Surface.REPORT, reply=a_reply(SAM))
    (answer,) = [one for one in crisis.voice.sent if one.card.key == "crisis.answer"]
    assert "Nobody else was told." in plain_card(answer.card)
    assert crisis.voice.keys_to(ALERTS) == []
    said = await reported(crisis, text="this is urgent", urgency=Urgency.QUIET)
    assert "They will see that you may need somebody as well." in said
    (card,) = crisis.voice.cards_to(ALERTS)
    assert "in danger too: ask them first" in plain_card(card)
    assert the_alert(crisis).tier is Tier.URGENT
    assert card.pings


async def test_nobody_is_said_to_see_ones_own_danger_if_nobody_hears(crisis: Crisis) -> None:
    await crisis.set(lambda one: replace(one, alert_room=None))
    assert "They will see" not in await reported(crisis, text="this is urgent")


async def test_what_is_said_about_another_is_not_answered_twice(crisis: Crisis) -> None:
    await crisis.hears("my friend is urgent", surface=Surface.REPORT, reply=a_reply(SAM))
    assert crisis.voice.sent == []


async def test_without_anybody_to_tell_coaching_is_given_all_the_same(crisis: Crisis) -> None:
    await crisis.set(lambda one: replace(one, alert_room=None))
    said = await reported(crisis)
    assert "nobody in this community whom I can tell" in said
    assert "Are you thinking about suicide?" in said
    unknown = plain_card(await crisis.worries.report(a_report(), None))
    assert "nobody in this community whom I can tell" in unknown


async def test_a_room_that_cannot_be_reached_is_not_claimed_to_know(crisis: Crisis) -> None:
    crisis.voice.broken = {ALERTS: Undeliverable(Why.GONE)}
    assert "I have not been able to reach the responders yet" in await reported(crisis)


# -- once more, and too often --------------------------------------------------------------------


async def test_the_same_worry_again_is_counted_on_the_same_card(crisis: Crisis) -> None:
    await reported(crisis)
    await reported(crisis)
    assert the_alert(crisis).count == 2
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert "1 other worry" in plain_card(crisis.voice.edited[-1][1])


async def test_worries_about_different_people_are_different_alerts(crisis: Crisis) -> None:
    await reported(crisis)
    await reported(crisis, about=KIM)
    assert {one.worry.about for one in crisis.record.book if one.worry} == {ANA, KIM}


async def test_who_writes_first_and_reports_then_is_one_alert(crisis: Crisis) -> None:
    await crisis.hears("my friend is urgent")
    await reported(crisis, text=WORDS, may_be_read=True)
    found = the_alert(crisis)
    assert (found.count, found.reason) == (2, Reason.WORRIED)
    shown = plain_card(crisis.voice.edited[-1][1])
    assert "ana" in shown
    assert "Read their words" in shown


async def test_repeats_are_plain_facts_on_the_card(crisis: Crisis) -> None:
    await reported(crisis)
    await reported(crisis, about=KIM)
    await reported(crisis, by=ROBIN)
    by_same, about_same = [plain_card(one) for one in crisis.voice.cards_to(ALERTS)[1:]]
    assert "The same person told of 1 other worry in the last 30 days." in by_same
    assert "There was 1 other worry about the same member in the last 30 days." in about_same
    crisis.clock.move(timedelta(days=31))
    await reported(crisis, about=ALEX)
    assert "other worr" not in plain_card(crisis.voice.cards_to(ALERTS)[-1])


async def test_many_worries_in_a_day_wait_kindly_but_an_emergency_never_does(
    crisis: Crisis,
) -> None:
    for number in range(3):
        await reported(crisis, about=Person("test", f"member-{number}"))
    said = await reported(crisis, about=KIM)
    assert "this one waits for a quiet moment" in said
    assert "Are you thinking about suicide?" in said
    assert crisis.voice.cards_to(ALERTS)[-1].pings == ()
    said = await reported(crisis, about=Person("test", "lee"), urgency=Urgency.NOW)
    assert "waits for a quiet moment" not in said
    assert crisis.voice.cards_to(ALERTS)[-1].pings == ("on-duty",)
    crisis.clock.move(timedelta(minutes=1))
    said = await reported(crisis, about=KIM, urgency=Urgency.NOW)
    assert "I have told the responders" in said


# -- about the team ------------------------------------------------------------------------------


async def test_about_the_team_only_chosen_people_hear(crisis: Crisis) -> None:
    await choose(crisis, ALEX, KIM)
    said = await reported(crisis, whom=Whom.TEAM, about=ROBIN)
    assert "I have told those who hear of worries about the team" in said
    assert crisis.voice.cards_to(ALERTS) == []
    assert [one.to for one in crisis.voice.sent] == [NewInbox(ALEX), NewInbox(KIM)]
    assert "Please keep it out of the team's room" in plain_card(crisis.voice.sent[0].card)


async def test_several_about_the_team_wait_and_still_do_not_reach_its_room(crisis: Crisis) -> None:
    await choose(crisis, ALEX)
    for number in range(3):
        about = Person("test", f"member-{number}")
        said = await reported(crisis, whom=Whom.TEAM, about=about)
    assert "If you fear for their life:" in said
    said = await reported(crisis, whom=Whom.TEAM, about=ROBIN)
    assert "with those who hear of worries about the team" in said
    assert "The team's room does not see it" not in said
    assert "the team's room does not see it" in said
    assert crisis.voice.cards_to(ALERTS) == []


async def test_where_nothing_is_set_up_the_team_is_not_named_as_the_reason(crisis: Crisis) -> None:
    await crisis.set(lambda one: replace(one, alert_room=None))
    said = await reported(crisis, whom=Whom.TEAM, about=ROBIN)
    assert "There is nobody in this community whom I can tell." in said
    assert "without the team hearing of it" not in said


async def test_never_the_one_it_is_about_even_if_chosen(crisis: Crisis) -> None:
    await choose(crisis, ALEX, ROBIN)
    await reported(crisis, whom=Whom.TEAM, about=ROBIN)
    assert [one.to for one in crisis.voice.sent] == [NewInbox(ALEX)]


async def test_if_nobody_is_chosen_whoever_runs_the_space_hears(crisis: Crisis) -> None:
    crisis.admins.extend([ALEX, ROBIN])
    await reported(crisis, whom=Whom.TEAM, about=ROBIN)
    assert [one.to for one in crisis.voice.sent] == [NewInbox(ALEX)]


async def test_if_nobody_else_is_left_that_is_said_and_nobody_told(crisis: Crisis) -> None:
    crisis.admins.append(ALEX)
    said = await reported(crisis, whom=Whom.TEAM, about=ALEX)
    assert "so I told nobody" in said
    assert "Are you thinking about suicide?" in said
    assert crisis.voice.sent == []
    assert list(crisis.record.book) == []


async def test_a_picked_moderator_is_known_to_be_one(crisis: Crisis) -> None:
    crisis.communities.met(an_actor(ROBIN, "mods"), crisis.community.spaces[0])
    await choose(crisis, ALEX)
    await reported(crisis, whom=Whom.MEMBER, about=ROBIN)
    assert [one.to for one in crisis.voice.sent] == [NewInbox(ALEX)]


async def test_who_took_an_alert_is_known_to_be_a_responder(crisis: Crisis) -> None:
    await crisis.hears("an emergency", author=KIM)
    await crisis.service.claim(the_alert(crisis).id, an_actor(ROBIN), crisis.community)
    await choose(crisis, ALEX)
    await reported(crisis, about=ROBIN)
    assert crisis.voice.keys_to(NewInbox(ALEX)) == ["crisis.alert"]
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]


async def test_the_team_finds_no_trace_of_it(crisis: Crisis) -> None:
    await choose(crisis, ALEX)
    await reported(crisis, whom=Whom.TEAM, about=ROBIN)
    found = the_alert(crisis)
    assert "Nobody is waiting" in plain_card(await crisis.service.waiting(crisis.community))
    for deed in (crisis.service.claim, crisis.service.show, crisis.service.verdict_misread):
        with pytest.raises(Gone):
            await deed(found.id, an_actor(ROBIN), crisis.community)
    crisis.db.away = True
    assert "Nobody is waiting" in plain_card(await crisis.service.waiting(crisis.community))


async def test_a_plain_message_afterwards_does_not_carry_it_into_the_room(crisis: Crisis) -> None:
    await choose(crisis, ALEX)
    await reported(crisis, whom=Whom.TEAM, about=ROBIN)
    await crisis.hears("my friend is urgent")
    (card,) = crisis.voice.cards_to(ALERTS)
    assert "robin" not in plain_card(card)
    assert len(list(crisis.record.book)) == 2


async def test_chosen_people_take_and_close_it_in_their_inboxes(crisis: Crisis) -> None:
    await choose(crisis, ALEX, KIM)
    await reported(crisis, whom=Whom.TEAM, about=ROBIN)
    router = Router(crisis.voice, SilentScreen(), OpenDoor())
    add_routes(router, crisis.routes)
    card = crisis.voice.cards_to(NewInbox(KIM))[0]
    take = buttons_of(card)[0].action
    assert take.verb == "chosen-claim"
    await router.dispatch(a_press(take, by=KIM, room=None))
    assert crisis.voice.sent[-1].card.key == "crisis.claimed"
    assert "has this, since" in plain_card(crisis.voice.edited[-1][1])
    done = replace(take, verb="chosen-outcome", args=(*take.args, Outcome.SAFE))
    await router.dispatch(a_press(done, by=KIM, room=None))
    assert the_row_state(crisis) is None
    assert len(crisis.voice.edited) >= 4


def the_row_state(crisis: Crisis) -> State | None:
    return next((one.state for one in crisis.record.book), None)


async def test_the_door_of_chosen_people_leads_nobody_else_in(crisis: Crisis) -> None:
    """These buttons pass every gate, so a forged one must not open an ordinary alert."""
    await reported(crisis)
    ordinary = the_alert(crisis)
    router = Router(crisis.voice, SilentScreen(), OpenDoor())
    add_routes(router, crisis.routes)
    take = buttons_of(crisis.voice.cards_to(ALERTS)[0])[0].action
    for verb in ("claim", "show", "worry-words", "verdict"):
        await router.dispatch(a_press(replace(take, verb=f"chosen-{verb}"), by=KIM, room=None))
        assert crisis.voice.sent[-1].card.key == "chat.gone"
    assert the_alert(crisis).state is ordinary.state


# -- the form, and what is untrusted -------------------------------------------------------------


@pytest.fixture
def router(crisis: Crisis) -> Router:
    router = Router(crisis.voice, crisis.noticing, OpenDoor())
    add_routes(router, crisis.routes)
    return router


def filled(**changes: object) -> dict[str, object]:
    values: dict[str, object] = {
        "whom": "member",
        "member": "ana",
        "urgency": "soon",
        "words": "",
        "may-be-read": False,
    }
    return values | changes


async def test_the_form_leads_to_responders_and_to_coaching(crisis: Crisis, router: Router) -> None:
    await router.dispatch(a_submission(WORRY, filled(), by=SAM))
    assert crisis.voice.sent[-1].card.key == "crisis.reported"
    assert the_alert(crisis).worry == Worry(about=ANA)


async def test_whoever_picks_themselves_names_nobody(crisis: Crisis, router: Router) -> None:
    await router.dispatch(a_submission(WORRY, filled(member="sam"), by=SAM))
    assert the_alert(crisis).worry == Worry()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"whom": "anybody"}, "whom"),
        ({"urgency": ""}, "urgency"),
        ({"member": "<@&everyone>"}, "member"),
        ({"words": "x" * 1001}, "words"),
    ],
)
async def test_what_was_not_offered_is_not_taken(
    crisis: Crisis, router: Router, wrong: dict[str, object], field: str
) -> None:
    reasons = await router.dispatch(a_submission(WORRY, filled(**wrong), by=SAM))
    assert list(reasons) == [field]
    assert list(crisis.record.book) == []


def test_the_form_says_beforehand_who_hears_of_what() -> None:
    form = worry_cards.form()
    said = " ".join(str(one) for one in (form.intro, *form.fields))
    for words in ("with your name", "the person hears nothing", "only people outside its room"):
        assert words in said
