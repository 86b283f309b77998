"""Unclaimed alerts: to those on duty, then the backup, then the honest end. Due rows, no sleep."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from peerbot.clock import Clock
from peerbot.community.model import Settings
from peerbot.community.service import CommunityService
from peerbot.crisis import cards, responder_cards
from peerbot.crisis.answer import FirstAnswer
from peerbot.crisis.model import (
    LAST_STEP,
    LEASE,
    RETRY,
    Alert,
    State,
    Way,
    due_after,
    honest_end,
)
from peerbot.crisis.record import Record
from peerbot.crisis.store import AlertStore
from peerbot.db import Database
from peerbot.errors import StorageAway

log = logging.getLogger(__name__)

PEOPLE_FORGOTTEN_AFTER = timedelta(days=30)


class Ladder:
    """Climbs with every alert that nobody took.

    A step is reserved for half a minute, done, and only then written as done: a process that dies
    in between has its step done again by whoever comes next. In danger twice is better than never.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        communities: CommunityService,
        record: Record,
        answer: FirstAnswer,
    ) -> None:
        self._db = db
        self._clock = clock
        self._communities = communities
        self._record = record
        self._answer = answer

    async def climb(self) -> int:
        """Do every step of every alert that is due; return how many were done.

        While the database is away those that are spooled climb all the same; raises `StorageAway`
        after that.
        """
        try:
            due = await self._due()
        except StorageAway:
            await self._climb_spooled()
            raise
        now = self._clock()
        climbed = 0
        for alert in due:
            async with self._db.begin() as session:
                mine = await AlertStore(session).take_step(alert, now + LEASE)
            if mine:
                await self._climb_one(replace(alert, next_step_at=now + LEASE))
                climbed += 1
        return climbed

    async def next_step_at(self) -> datetime | None:
        if self._record.spooled:
            return self._clock()
        async with self._db.read() as session:
            return await AlertStore(session).next_step_at()

    async def forget_people(self) -> int:
        """Drop who and where from old alerts; return from how many."""
        before = self._clock() - PEOPLE_FORGOTTEN_AFTER
        async with self._db.begin() as session:
            return await AlertStore(session).forget_people(before)

    async def _due(self) -> Sequence[Alert]:
        await self._record.empty_spool()
        now = self._clock()
        async with self._db.read() as session:
            store = AlertStore(session)
            due, later = await store.due(now), await store.raised_later(now)
        if later:
            log.warning("the clock was set back: %s alerts begin again", len(later))
            async with self._db.begin() as session:
                for alert in later:
                    await AlertStore(session).move(alert.raised_again(now))
        return due

    async def _climb_spooled(self) -> None:
        """Do what is due of alerts that only this process knows; nobody else can take a step."""
        now = self._clock()
        for alert in self._record.spooled:
            if alert.is_due(now):
                await self._climb_one(alert)

    async def _climb_one(self, alert: Alert) -> None:
        settings = self._communities.settings(alert.community_id)
        until = honest_end(alert.raised_at, alert.tier, settings)
        too_late = until is not None and self._clock() >= until
        if settings.alert_room is None or too_late or alert.step > 1:
            await self._end(alert, settings)
        elif alert.step == 0:
            await self._tell_again(alert, settings)
        else:
            await self._pass_on(alert, settings, until)

    async def _tell_again(self, alert: Alert, settings: Settings) -> None:
        """Tell those on duty, and the member if nobody knows that they were answered."""
        told = await self._record.told(alert, settings)
        if told.way is Way.NOT_TRIED:
            told = replace(told, way=await self._answer.send_late(told, settings))
        await self._record.show(await self._record.advance(told))

    async def _pass_on(self, alert: Alert, settings: Settings, until: datetime | None) -> None:
        now = self._clock()
        backup = settings.alert_pings[-1:]
        shown = responder_cards.passed_on(alert, settings.zone_info, until, backup)
        arrived = await self._record.tell_responders(settings, shown)
        due = due_after(2, alert.tier, now, settings)
        await self._record.advance(
            replace(alert, step=2, next_step_at=due)
            if arrived
            else replace(alert, next_step_at=now + RETRY)
        )

    async def _end(self, alert: Alert, settings: Settings) -> None:
        """Tell the member that nobody is free, and let the card say so."""
        lines = self._answer.few_lines(alert.about, settings, alert.category, alert.tier)
        await self._record.tell_member(alert, cards.nobody_free(lines), "end")
        ended = replace(alert, state=State.UNANSWERED, step=LAST_STEP, next_step_at=None)
        await self._record.show(await self._record.advance(ended))
