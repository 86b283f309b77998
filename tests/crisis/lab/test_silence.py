"""Listening silently from its beginning to its end, which responders hear of once."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from peerbot.chat.addresses import Room
from peerbot.chat.gateway import TryLater, Undeliverable, Why
from peerbot.chat.plain import plain_card
from peerbot.community.model import Feature
from peerbot.community.notice import Notice
from peerbot.content.crisis import crisis_detector
from peerbot.crisis.lab.phrases import OwnPhrases
from peerbot.crisis.lab.silence import TOLD_AGAIN_AFTER, Silence
from peerbot.testing import ALEX, SAM, an_actor
from tests.crisis.conftest import ALERTS, Crisis, InMemory

ADMIN = an_actor(ALEX, owns_space=True)
CHECKINS = Room("test", "check-ins")
WEEK = timedelta(days=7)


@dataclass
class Listening:
    """A community that may listen silently, and what does it."""

    crisis: Crisis
    silence: Silence

    @property
    def settings(self):
        return self.crisis.communities.settings(self.crisis.community.id)

    async def begins(self):
        return await self.silence.begin(self.crisis.community, ADMIN, 7)

    async def ends_told(self) -> int:
        await self.silence.tell_ended()
        return self.crisis.voice.keys_to(ALERTS).count("lab.silence-over")


@pytest.fixture
async def listening(crisis: Crisis) -> Listening:
    communities, voice = crisis.communities, crisis.voice
    own = OwnPhrases(crisis.db, crisis.clock, crisis.vault, crisis_detector()[0], InMemory())
    silence = Silence(
        crisis.db,
        crisis.clock,
        communities,
        Notice(communities, voice),
        voice,
        crisis.tally,
        own,
    )
    communities.when_published(silence.after_publishing)
    await crisis.set(
        lambda one: replace(one, checkin_room=CHECKINS).switching(Feature.READING, on=False)
    )
    return Listening(crisis, silence)


async def test_members_are_told_before_it_begins(listening: Listening) -> None:
    assert await listening.begins() is not None
    (notice,) = listening.crisis.voice.cards_to(CHECKINS)
    assert "At first I only count what I find" in plain_card(notice)
    assert listening.settings.reads_messages
    assert not listening.settings.needs_notice
    assert listening.settings.silent_until == listening.crisis.clock() + WEEK


async def test_a_notice_that_does_not_arrive_changes_nothing(listening: Listening) -> None:
    listening.crisis.voice.broken = {CHECKINS: Undeliverable(Why.FORBIDDEN)}
    assert await listening.begins() is None
    assert not listening.settings.is_silent
    assert not listening.settings.reads_messages


async def test_the_notice_holds_after_the_silence_as_well(listening: Listening) -> None:
    await listening.begins()
    await listening.silence.end(listening.crisis.community, ADMIN)
    assert not listening.settings.is_silent
    assert not listening.settings.needs_notice
    await listening.crisis.hears("this is urgent")
    assert listening.crisis.voice.keys_to(SAM) == ["crisis.answer"]


async def test_after_a_week_responders_see_the_counts_once_and_it_stays_silent(
    listening: Listening,
) -> None:
    await listening.begins()
    await listening.crisis.hears("this is urgent")
    listening.crisis.clock.move(WEEK - timedelta(minutes=1))
    assert await listening.ends_told() == 0
    listening.crisis.clock.move(timedelta(minutes=1))
    assert await listening.ends_told() == 1
    shown = plain_card(listening.crisis.voice.cards_to(ALERTS)[-1])
    assert "urgent: 1 message" in shown
    assert "thoughts of suicide: 1" in shown
    assert "sam" not in shown.lower()
    listening.crisis.clock.move(WEEK)
    assert await listening.ends_told() == 1
    await listening.crisis.hears("this is urgent")
    assert listening.crisis.voice.keys_to(SAM) == []


async def test_a_busy_platform_hears_of_the_end_an_hour_later(listening: Listening) -> None:
    await listening.begins()
    listening.crisis.clock.move(WEEK)
    listening.crisis.voice.broken = {ALERTS: TryLater("busy", wait=timedelta(seconds=1))}
    assert await listening.ends_told() == 0
    listening.crisis.voice.broken = {}
    assert await listening.ends_told() == 0
    listening.crisis.clock.move(TOLD_AGAIN_AFTER)
    assert await listening.ends_told() == 1


async def test_another_setting_in_between_moves_and_repeats_nothing(listening: Listening) -> None:
    await listening.begins()
    listening.crisis.clock.move(WEEK)
    assert await listening.ends_told() == 1
    await listening.crisis.set(lambda one: replace(one, country="FR"))
    assert await listening.ends_told() == 1


async def test_seven_more_days_keep_the_counts(listening: Listening) -> None:
    await listening.begins()
    await listening.crisis.hears("this is urgent")
    listening.crisis.clock.move(WEEK)
    await listening.ends_told()
    await listening.silence.go_on(listening.crisis.community, ADMIN)
    await listening.crisis.hears("this is urgent")
    report = await listening.silence.report(listening.crisis.community.id)
    assert report is not None
    assert (report.messages, report.is_over, len(report.days)) == (2, False, 2)
    listening.crisis.clock.move(WEEK)
    assert await listening.ends_told() == 2


async def test_what_was_ended_is_neither_told_nor_made_longer(listening: Listening) -> None:
    await listening.begins()
    await listening.silence.end(listening.crisis.community, ADMIN)
    await listening.silence.go_on(listening.crisis.community, ADMIN)
    assert not listening.settings.is_silent
    listening.crisis.clock.move(WEEK)
    assert await listening.ends_told() == 0
    assert await listening.silence.report(listening.crisis.community.id) is None


async def test_going_back_to_settings_of_the_trial_is_silent_again_and_told(
    listening: Listening,
) -> None:
    await listening.begins()
    communities, home = listening.crisis.communities, listening.crisis.community
    silent = next(one for one in await communities.versions(home.id) if one.settings.is_silent)
    await listening.silence.end(home, ADMIN)
    listening.crisis.clock.move(WEEK)
    await communities.revert(home.id, ADMIN, silent.number)
    assert listening.settings.is_silent
    assert await listening.ends_told() == 1
