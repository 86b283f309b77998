"""Listening silently (shadow mode): findings are counted, and shown before anything is acted on."""

import logging
from dataclasses import replace
from datetime import timedelta

from peerbot.chat.addresses import Actor
from peerbot.chat.gateway import DeliveryError, Gateway
from peerbot.chat.text import Words
from peerbot.clock import Clock
from peerbot.community.model import Community, Feature, Settings
from peerbot.community.notice import Notice
from peerbot.community.service import CommunityService
from peerbot.crisis.lab import cards
from peerbot.crisis.lab.model import Report, Trial, trial_end
from peerbot.crisis.lab.phrases import OwnPhrases
from peerbot.crisis.lab.tally import Tally
from peerbot.crisis.store.lab import LabStore
from peerbot.db import Database

log = logging.getLogger(__name__)

TOLD_AGAIN_AFTER = timedelta(hours=1)
"""How long to wait after the counts did not arrive in the room for alerts."""


class Silence:
    """Begins and ends it; the row of a trial follows the setting, whoever changed that."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        communities: CommunityService,
        notice: Notice,
        gateway: Gateway,
        tally: Tally,
        own: OwnPhrases,
    ) -> None:
        self._db = db
        self._clock = clock
        self._communities = communities
        self._notice = notice
        self._gateway = gateway
        self._tally = tally
        self._own = own

    async def begin(self, community: Community, by: Actor, days: int) -> Words | None:
        """Tell members, then listen silently; return where they read it, None if it fails."""
        until = trial_end(self._clock(), days)

        def silent(settings: Settings) -> Settings:
            return replace(settings, silent_until=until).switching(Feature.READING, on=True)

        return await self._notice.before(
            silent, community=community, by=by, what="lab.silent-start"
        )

    async def go_on(self, community: Community, by: Actor) -> None:
        """Listen silently for another week from now; nothing changes if that was ended."""
        until = trial_end(self._clock())

        def longer(settings: Settings) -> Settings:
            return replace(settings, silent_until=until) if settings.is_silent else settings

        await self._communities.set_now(community.id, by, "lab.silent-start", longer)

    async def end(self, community: Community, by: Actor) -> None:
        """Act on what is found from now on."""
        await self._communities.set_now(
            community.id, by, "lab.silent-end", lambda one: replace(one, silent_until=None)
        )

    async def report(self, community_id: str) -> Report | None:
        """Return what was found so far; None if the community does not listen silently."""
        await self._tally.write()
        async with self._db.read() as session:
            store = LabStore(session)
            trial = await store.trial(community_id)
            if trial is None:
                return None
            found = await store.found(community_id, trial.began_on)
        zone = self._communities.settings(community_id).zone_info
        return Report.of(trial, found, zone, self._clock())

    # -- on time -----------------------------------------------------------------------------

    async def after_publishing(self, community_id: str) -> None:
        """Let the row follow the setting."""
        settings = self._communities.settings(community_id)
        today = self._clock().astimezone(settings.zone_info).date()
        async with self._db.begin() as session:
            store = LabStore(session)
            if settings.silent_until is None:
                await store.end_trial(community_id)
            else:
                trial = Trial(
                    community_id=community_id, began_on=today, ends_at=settings.silent_until
                )
                await store.begin_trial(trial)

    async def tell_ended(self) -> int:
        """Show what was found in silence that has lasted long enough; return in how many cases."""
        async with self._db.begin() as session:
            ended = await LabStore(session).take_ended(self._clock(), TOLD_AGAIN_AFTER)
        for trial in ended:
            if await self._told(trial):
                async with self._db.begin() as session:
                    await LabStore(session).told(trial.community_id)
        return len(ended)

    async def _told(self, trial: Trial) -> bool:
        """Whether nothing is left to be told of a trial."""
        settings = self._communities.settings(trial.community_id)
        if settings.alert_room is None or not settings.is_silent:
            return True
        report = await self.report(trial.community_id)
        if report is None:
            return True
        own = {one.rule_id: one for one in self._own.all(trial.community_id)}
        try:
            await self._gateway.send(settings.alert_room, cards.silence_over(report, own))
        except DeliveryError as error:
            log.warning("the end of silent listening could not be told: %s", error.in_short)
            return False
        return True
