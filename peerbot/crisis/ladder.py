"""Unclaimed alerts: to those on duty, then the backup, then the honest end. Due rows, no sleep."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from peerbot.clock import Clock
from peerbot.community.service import CommunityService
from peerbot.crisis.model import Alert, Reason, State
from peerbot.crisis.news import News
from peerbot.crisis.record import NotAnswered, Record
from peerbot.crisis.responders import Responders
from peerbot.crisis.roster import Roster
from peerbot.crisis.store import AlertStore
from peerbot.db import Database

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Alerts that climb at the same time: one that hangs holds up few, and a storm no database."""
SHOWN_AGAIN_FOR = timedelta(hours=12)
"""Older alerts are on cards that nobody waits over: each start leaves those alone."""
PEOPLE_FORGOTTEN_AFTER = timedelta(days=30)
CALLED_AGAIN_WITHIN = timedelta(hours=24)
"""Of being raised: for older alerts it is too late, once we are where the responders are again."""


class Ladder:
    """Climbs with every alert that nobody took, and brings what people still have to hear.

    A step is reserved for half a minute, done, and only then written as done: a process that dies
    in between has its step done again by whoever comes next. In danger twice is better than never.
    Every alert climbs by itself: none waits for another, and none for the database.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        communities: CommunityService,
        record: Record,
        responders: Responders,
        news: News,
        roster: Roster,
        on_failure: Callable[[Exception], None] = lambda _error: None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._communities = communities
        self._record = record
        self._responders = responders
        self._news = news
        self._roster = roster
        self._on_failure = on_failure
        self._has_shown_open = self._has_shown_closed = False

    async def climb(self) -> int:
        """Do whatever is due of every alert; return how many there were."""
        await self._record.mend_times()
        due = await self._record.due()
        few = asyncio.Semaphore(AT_ONCE)

        async def climb_one(alert: Alert) -> bool:
            async with few:
                return await self._climb_one(alert)

        done = await asyncio.gather(*map(climb_one, due), return_exceptions=True)
        for outcome in done:
            if isinstance(outcome, Exception):
                log.error("a step of an alert failed: %s", type(outcome).__name__)
                self._on_failure(outcome)
        await self._record.empty_spool()
        if due:
            # Another process may have changed them; nobody who waits has waited for this.
            with suppress(NotAnswered):
                await self._record.within_patience(self._roster.load())
        return sum(outcome is True for outcome in done)

    def due_in_memory(self) -> datetime | None:
        """Return now if an alert waits for the database, or for the clock to be right again."""
        now = self._clock()
        ahead = any(alert.raised_at > now for alert in self._record.book)
        return now if ahead or self._record.spooled else None

    async def show_again(self) -> int:
        """Bring the cards of recent alerts up to date, once in this run; return of how many.

        A process that was killed may have changed an alert without coming to its cards, and a card
        must neither ask for somebody when somebody is there, nor show who it was once it is over.
        """
        since = self._clock() - SHOWN_AGAIN_FOR
        recent: list[Alert] = []
        if not self._has_shown_open:
            self._has_shown_open = True
            recent += [
                one for one in self._record.book if (one.called_at or one.raised_at) >= since
            ]
        if not self._has_shown_closed:
            with suppress(NotAnswered):
                recent += await self._record.closed_since(since)
                self._has_shown_closed = True
        for alert in recent:
            await self._responders.show(alert)
        return len(recent)

    def still_to_show(self) -> datetime | None:
        """Return now if what was left of earlier alerts was not shown in this run yet."""
        return None if self._has_shown_open and self._has_shown_closed else self._clock()

    async def after_leaving(self, community_id: str) -> None:
        """End at once what waits in a community whose responders cannot be called any more.

        The people are told that nobody was free, as far as they can be reached; what somebody has
        taken stays with them.
        """
        if not self._communities.is_cut_off(community_id):
            return
        waiting = [one for one in self._of(community_id) if one.is_waiting]
        for alert in waiting:
            ended = await self._record.change(alert.id, self._without_responders)
            await self._news.bring(ended or alert)

    async def after_return(self, community_id: str) -> None:
        """Bring the cards up to date that could not be, and call again for who still waits."""
        if self._communities.is_cut_off(community_id):
            return
        now = self._clock()
        for alert in self._of(community_id):
            current = alert
            if alert.state is State.UNANSWERED and now - alert.raised_at <= CALLED_AGAIN_WITHIN:
                called = await self._record.change(
                    alert.id, lambda one: replace(one, next_step_at=now)
                )
                current = called or alert
            if current.is_known_to_responders:
                await self._responders.show(current)

    async def forget_people(self) -> int:
        """Drop who and where from old alerts and from their cards; return from how many."""
        before = self._clock() - PEOPLE_FORGOTTEN_AFTER
        async with self._db.read() as session:
            old = await AlertStore(session).old_people(before)
        for alert in old:
            await self._responders.forget(alert)
            self._record.book.drop(alert.id)
        async with self._db.begin() as session:
            await AlertStore(session).forget_people(old)
        return len(old)

    async def _climb_one(self, alert: Alert) -> bool:
        """Do what is due of one alert; False if another process does."""
        now = self._clock()
        step_due = alert.next_step_at is not None and alert.next_step_at <= now
        news_due = alert.owed_at is not None and alert.owed_at <= now
        mine = await self._record.take(alert)
        if mine is None:
            return False
        if step_due:
            mine = await self._step(mine)
        if news_due or (mine.owed_at is not None and mine.owed_at <= now):
            mine = await self._news.bring(mine)
        if not self._communities.is_cut_off(mine.community_id):
            await self._responders.show(mine, was=alert)
        return True

    async def _step(self, alert: Alert) -> Alert:
        if self._communities.is_cut_off(alert.community_id) and not alert.hearers:
            ended = await self._record.change(alert.id, self._without_responders)
            return ended or alert
        settings = self._communities.settings(alert.community_id)
        now = self._clock()
        late = alert.until is not None and now >= alert.until
        if alert.state is State.OPEN and (late or alert.step > 1):
            next_duty = self._roster.staffed_from(alert)
            ended = await self._record.change(alert.id, lambda one: one.end(now, next_duty))
            return ended or alert
        if alert.step == 0 or alert.state is not State.OPEN:
            return await self._responders.call(alert, settings)
        return await self._responders.pass_on(alert, settings) or alert

    def _without_responders(self, alert: Alert) -> Alert:
        """Return the alert as it is where nobody can be called: nothing more to be tried."""
        if alert.hearers or not alert.is_waiting:
            return alert
        return replace(alert.end(self._clock()), next_step_at=None)

    def _of(self, community_id: str) -> list[Alert]:
        """Return what is under way in a community; a drill is nobody's danger."""
        return [
            one
            for one in self._record.book
            if one.community_id == community_id and one.reason is not Reason.DRILL
        ]
