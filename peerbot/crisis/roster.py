"""The duty times of every community: kept in the database, known from memory."""

import logging
from collections.abc import Mapping
from datetime import datetime

from peerbot.chat.addresses import Person
from peerbot.clock import Clock
from peerbot.community.model import Settings
from peerbot.community.service import CommunityService
from peerbot.crisis.detection.finding import Tier
from peerbot.crisis.duty import Duty, Shift, Who, Word
from peerbot.crisis.model import Alert, State
from peerbot.crisis.store.duty import DutyStore
from peerbot.db import Database
from peerbot.errors import StorageAway

log = logging.getLogger(__name__)

MOST_SHIFTS = 60
"""Weekly times in one community; more than a team can keep in mind."""


class Roster:
    """Says whom an alert calls, without waiting for the database."""

    def __init__(self, db: Database, clock: Clock, communities: CommunityService) -> None:
        self._db = db
        self._clock = clock
        self._communities = communities
        self._kept: Mapping[str, tuple[tuple[Shift, ...], tuple[Word, ...]]] = {}

    async def load(self) -> None:
        """Read the duty times of every community. Raises StorageAway."""
        async with self._db.read() as session:
            self._kept = await DutyStore(session).all()

    async def refresh(self) -> None:
        """Read them again, as another process may have changed them; else go on as before."""
        try:
            await self.load()
        except StorageAway:
            log.warning("duty times go on as they were known: the database is away")

    def duty(self, community_id: str) -> Duty:
        """Return the duty times of a community, on its clock."""
        shifts, words = self._kept.get(community_id, ((), ()))
        zone = self._communities.settings(community_id).zone_info
        return Duty(zone=zone, shifts=shifts, words=words)

    # -- whom an alert calls -----------------------------------------------------------------

    def called_first(self, alert: Alert, settings: Settings) -> tuple[Who, ...]:
        """Return whom the first card notifies: those on duty, and the backup if nobody is.

        A quiet note calls nobody, nor does what only chosen people hear of, each in an inbox. Nor
        do, at first, words that others have written just before: those on duty were called for them
        a moment ago. An emergency always calls.
        """
        if alert.until is None or alert.hearers:
            return ()
        is_first = alert.state is State.OPEN and alert.step == 0
        if is_first and alert.alike and alert.tier < Tier.EMERGENCY:
            return ()
        duty, now = self.duty(alert.community_id), self._clock()
        if not duty.is_kept(now):
            return settings.alert_pings[:1]
        return self._there(alert, settings) or settings.alert_pings[-1:]

    def on_duty(self, alert: Alert) -> tuple[Who, ...]:
        """Return who is on duty now, on any platform, save whom the alert is about."""
        return self.duty(alert.community_id).on_duty(self._clock(), without=alert.about)

    def unstaffed(self, alert: Alert) -> bool:
        """Whether duty times are kept and nobody is on duty now who could take the alert.

        Chosen people keep none.
        """
        if alert.hearers:
            return False
        settings = self._communities.settings(alert.community_id)
        kept = self.duty(alert.community_id).is_kept(self._clock())
        return kept and not self._there(alert, settings)

    def staffed_from(self, alert: Alert) -> datetime | None:
        """Return when somebody's duty begins next; None if nobody's does within a week.

        None too for what those on duty do not hear of.
        """
        if alert.hearers:
            return None
        return self.duty(alert.community_id).next_start(self._clock())

    # -- what people say and plan ------------------------------------------------------------

    async def plan(self, community_id: str, shift: Shift) -> bool:
        """Add weekly times; False if there are too many already."""
        if len(self.duty(community_id).shifts) >= MOST_SHIFTS:
            return False
        async with self._db.begin() as session:
            await DutyStore(session).add(community_id, shift)
        await self.load()
        return True

    async def unplan(self, community_id: str, shift_id: str) -> bool:
        """Remove weekly times; False if they were gone already."""
        async with self._db.begin() as session:
            removed = await DutyStore(session).remove(community_id, shift_id)
        await self.load()
        return removed

    async def say(self, community_id: str, word: Word) -> None:
        """Keep what somebody says of themselves until it runs out."""
        async with self._db.begin() as session:
            await DutyStore(session).say(community_id, word)
        await self.load()

    async def unsay(self, community_id: str, person: Person) -> None:
        """Let the weekly times hold for somebody again."""
        async with self._db.begin() as session:
            await DutyStore(session).unsay(community_id, person)
        await self.load()

    # -- what is kept about a person ---------------------------------------------------------

    async def export(self, person: Person) -> dict[str, object]:
        """Return the duty times of a person."""
        async with self._db.read() as session:
            shifts, words = await DutyStore(session).of_person(person)
        return {
            "duty_times": [
                {
                    "weekdays": sorted(one.weekdays),
                    "begins": one.begins.isoformat("minutes"),
                    "ends": one.ends.isoformat("minutes"),
                }
                for one in shifts
            ],
            "duty_words": [
                {"on_duty": one.on_duty, "until": one.until.isoformat()} for one in words
            ],
        }

    async def erase(self, person: Person) -> None:
        """Remove the duty times of a person."""
        async with self._db.begin() as session:
            await DutyStore(session).forget_person(person)
        await self.load()

    async def forget_past(self) -> int:
        """Forget what people said that has run out; return how much."""
        async with self._db.begin() as session:
            forgotten = await DutyStore(session).forget_past(self._clock())
        await self.load()
        return forgotten

    # -- inside ------------------------------------------------------------------------------

    def _there(self, alert: Alert, settings: Settings) -> tuple[Who, ...]:
        """Return who is on duty and can be notified where alerts go; never whom it is about."""
        room = settings.alert_room
        return tuple(
            who
            for who in self.on_duty(alert)
            if isinstance(who, str) or (room is not None and who.platform == room.platform)
        )
