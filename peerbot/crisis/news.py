"""Tells the person in danger what they still have to hear: an answer, who comes, that nobody can.

What is owed stands in the alert, so that a busy platform or a killed process only delays it.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from peerbot.chat.cards import Card
from peerbot.clock import Clock
from peerbot.community.service import CommunityService
from peerbot.crisis import cards
from peerbot.crisis.answer import FirstAnswer
from peerbot.crisis.detection.finding import Tier
from peerbot.crisis.due import retry_at
from peerbot.crisis.model import Alert, Owed, Way
from peerbot.crisis.reach import Reached, Voice, reach, where_answered
from peerbot.crisis.record import Record

OWED_FOR = timedelta(hours=12)
"""After this, news that a busy platform never took would only startle."""


class News:
    """Brings people their news, and notes truthfully whether it arrived."""

    def __init__(
        self,
        voice: Voice,
        clock: Clock,
        communities: CommunityService,
        answer: FirstAnswer,
        record: Record,
    ) -> None:
        self._voice = voice
        self._clock = clock
        self._communities = communities
        self._answer = answer
        self._record = record

    async def bring(self, alert: Alert) -> Alert:
        """Tell them what is owed; return the alert with what came of it."""
        owed = alert.owed
        if owed is None:
            return alert
        reached = await self._told(alert, owed)
        return await self.note(alert, owed, reached)

    async def note(
        self, alert: Alert, owed: Owed, reached: Reached, tier: Tier | None = None
    ) -> Alert:
        """Write what came of telling them; return the alert with it.

        `tier` is how serious an answer took it to be, if not as serious as the alert is.
        """
        settings = self._communities.settings(alert.community_id)

        def heard(one: Alert) -> Alert:
            if owed is not Owed.ANSWER or not reached.is_private:
                return one
            one = replace(one, thread=reached.thread or one.thread)
            return one.answered_as(tier or one.tier, self._clock(), settings.quiet_for)

        def noted(one: Alert) -> Alert:
            if one.owed is not owed and owed is not Owed.ANSWER:
                return one
            # Something else may be owed by now: somebody took it while an answer was on its way.
            if one.owed is not owed and one.owed is not None:
                return one if reached.is_busy else replace(heard(one), way=reached.way)
            way = reached.way if owed is Owed.ANSWER else None
            if reached.is_busy and self._clock() - one.raised_at < OWED_FOR:
                return replace(one, owed=owed, owed_at=self._again_at(one, reached))
            if not reached.is_private:
                return one.not_told(Way.NOT_REACHED if way is Way.NOT_TRIED else way)
            return heard(one).told(way)

        return await self._record.change(alert.id, noted) or noted(alert)

    def _again_at(self, alert: Alert, reached: Reached) -> datetime:
        return retry_at(alert, self._clock(), reached.again_in)

    async def _told(self, alert: Alert, owed: Owed) -> Reached:
        settings = self._communities.settings(alert.community_id)
        if owed is Owed.ANSWER:
            return await self._answer.send_late(alert, settings)
        card = self._card(alert, owed)
        return await reach(self._voice, where_answered(alert), card, f"{owed}{alert.id}"[:25])

    def _card(self, alert: Alert, owed: Owed) -> Card:
        if owed is Owed.TAKEN and alert.claimed_by is not None:
            return cards.taken(alert.claimed_by)
        home = alert.community_id
        lines = self._answer.few_lines(alert.about, home, alert.category, alert.tier)
        return cards.nobody_free(lines, alert.category)
