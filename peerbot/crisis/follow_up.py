"""Reminds responders, a day or two later, that a short hello may be welcome: if that is wanted."""

import logging
from datetime import datetime, time, timedelta

from peerbot.chat.addresses import NewInbox
from peerbot.clock import Clock
from peerbot.community.model import Settings
from peerbot.community.service import CommunityService
from peerbot.crisis import claim_cards
from peerbot.crisis.reach import Voice, reach
from peerbot.crisis.store import AlertStore
from peerbot.db import Database

log = logging.getLogger(__name__)

EARLIEST, LATEST = time(9), time(20)
"""Between these times of the community's day; nobody is woken for it."""
OWED_FOR = timedelta(hours=10)
"""After this a reminder that was held up is dropped: the hello would come late."""


def follow_up_at(now: datetime, settings: Settings) -> datetime | None:
    """Return when to remind of an alert that is closed `now`, in UTC; None if nobody is reminded.

    At least as long after as the community chose, by day.
    """
    if settings.follow_up_after is None:
        return None
    there = (now + settings.follow_up_after).astimezone(settings.zone_info)
    if there.time() < EARLIEST:
        there = datetime.combine(there.date(), EARLIEST, settings.zone_info)
    elif there.time() > LATEST:
        day = there.date() + timedelta(days=1)
        there = datetime.combine(day, EARLIEST, settings.zone_info)
    return there.astimezone(now.tzinfo)


class FollowUps:
    """Sends the reminders that are due, each at most once."""

    def __init__(
        self, db: Database, voice: Voice, clock: Clock, communities: CommunityService
    ) -> None:
        self._db = db
        self._voice = voice
        self._clock = clock
        self._communities = communities

    async def send_due(self) -> int:
        """Send what is due; return how many arrived. A process that dies meanwhile drops its own.

        The platform is asked only once it is written that they are on their way.
        """
        now = self._clock()
        async with self._db.begin() as session:
            due = await AlertStore(session).take_follow_ups(now)
        arrived = 0
        for alert in due:
            assert alert.follow_up_at is not None, "taken because it is due"
            if alert.claimed_by is None or now - alert.follow_up_at > OWED_FOR:
                continue
            zone = self._communities.settings(alert.community_id).zone_info
            card = claim_cards.follow_up(alert, zone)
            # Who closed the alert was told of this and could say no.
            places = (alert.claimed_by, NewInbox(alert.claimed_by))
            reached = await reach(self._voice, places, card, f"f{alert.id}"[:25])
            arrived += not reached.is_nowhere
        return arrived
