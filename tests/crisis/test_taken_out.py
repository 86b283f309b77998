"""peerbot is taken out of the space while somebody waits, and added again."""

from datetime import timedelta

from peerbot.chat.forms import Surface
from peerbot.chat.gateway import Undeliverable, Why
from peerbot.crisis.model import Outcome, State
from peerbot.testing import ALEX, ROBIN, SAM, SPACE
from tests.crisis.alerts import MODERATOR, alert_of
from tests.crisis.conftest import ALERTS, Crisis
from tests.crisis.test_lost_room import climb, publish


async def taken_out(crisis: Crisis) -> None:
    """Let the space take us out; nothing gets there any more."""
    crisis.communities.when_left(crisis.ladder.after_leaving)
    crisis.communities.when_left(crisis.hearing.after_publishing)
    crisis.communities.when_published(crisis.hearing.after_publishing)
    crisis.communities.when_back(crisis.ladder.after_return)
    crisis.voice.broken[ALERTS] = Undeliverable(Why.FORBIDDEN)
    await crisis.communities.leave(SPACE)


async def added_again(crisis: Crisis) -> None:
    del crisis.voice.broken[ALERTS]
    await crisis.communities.come_back(SPACE, "Home")


async def test_who_waits_hears_at_once_that_nobody_is_free(crisis: Crisis) -> None:
    await publish(crisis)
    await crisis.hears("an emergency")
    await taken_out(crisis)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer", "crisis.nobody-free"]
    alert = await alert_of(crisis)
    assert (alert.state, alert.next_step_at) == (State.UNANSWERED, None)


async def test_nobody_is_called_and_nothing_is_tried_again_meanwhile(crisis: Crisis) -> None:
    await publish(crisis)
    await crisis.hears("an emergency")
    await taken_out(crisis)
    before, edits = len(crisis.voice.sent), len(crisis.voice.edited)
    await climb(crisis, 30)
    assert len(crisis.voice.sent) == before
    assert len(crisis.voice.edited) == edits
    assert crisis.failures == []
    # Whoever runs the space took us out: no inbox is opened to tell them that.
    assert crisis.voice.keys_to(ALEX) == []


async def test_who_cannot_be_told_is_written_down_as_that(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    crisis.voice.broken[SAM] = Undeliverable(Why.LEFT)
    await taken_out(crisis)
    alert = await alert_of(crisis)
    assert (alert.state, alert.owed, alert.untold) == (State.UNANSWERED, None, True)


async def test_what_somebody_took_stays_with_them(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    await taken_out(crisis)
    await climb(crisis, 30)
    alert = await alert_of(crisis)
    assert (alert.state, alert.claimed_by) == (State.CLAIMED, ROBIN)
    assert "crisis.nobody-free" not in crisis.voice.keys_to(SAM)


async def test_help_is_given_meanwhile_and_nobody_is_promised(crisis: Crisis) -> None:
    await taken_out(crisis)
    await crisis.hears("this is urgent", surface=Surface.TO_STAFF)
    await climb(crisis, 20)
    assert crisis.voice.keys_to(SAM) == ["crisis.answer"]
    assert "If nobody has written to you by" not in crisis.voice.texts_to(SAM)[0]
    assert await alert_of(crisis) is None


async def test_added_again_within_a_day_responders_are_called_for_who_still_waits(
    crisis: Crisis,
) -> None:
    await crisis.hears("an emergency")
    await taken_out(crisis)
    crisis.clock.move(timedelta(hours=2))
    await added_again(crisis)
    await climb(crisis, 1)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert", "crisis.alert"]
    alert = await alert_of(crisis)
    claimed = await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    assert claimed.key == "crisis.claimed"
    assert crisis.voice.keys_to(SAM)[-1] == "crisis.taken"


async def test_after_days_the_card_is_true_again_and_nobody_is_called_for_it(
    crisis: Crisis,
) -> None:
    await crisis.hears("an emergency")
    await taken_out(crisis)
    crisis.clock.move(timedelta(days=2))
    edits = len(crisis.voice.edited)
    await added_again(crisis)
    await climb(crisis, 1)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert [card.key for _ref, card in crisis.voice.edited[edits:]] == ["crisis.alert"]


async def test_what_is_over_is_left_alone(crisis: Crisis) -> None:
    await crisis.hears("an emergency")
    alert = await alert_of(crisis)
    await crisis.service.claim(alert.id, MODERATOR, crisis.community)
    await crisis.service.resolve(alert.id, Outcome.SAFE, MODERATOR, crisis.community)
    sent, edits = len(crisis.voice.sent), len(crisis.voice.edited)
    await taken_out(crisis)
    await added_again(crisis)
    assert (len(crisis.voice.sent), len(crisis.voice.edited)) == (sent, edits)


async def test_the_card_about_listening_rests_and_goes_on(crisis: Crisis) -> None:
    await crisis.hearing.load()
    await hear(crisis)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.heard"]
    await taken_out(crisis)
    edits = len(crisis.voice.edited)
    for _hour in range(3):
        crisis.clock.move(timedelta(hours=1))
        await hear(crisis)
    assert len(crisis.voice.edited) == edits
    assert await crisis.hearing.all() == ()
    await added_again(crisis)
    await hear(crisis)
    assert crisis.voice.keys_to(ALERTS) == ["crisis.heard"]
    assert [card.key for _ref, card in crisis.voice.edited[edits:]] == ["crisis.heard"]


async def hear(crisis: Crisis) -> None:
    await crisis.hearing.run()
    await crisis.hearing.settled()
