"""Counts findings and verdicts without words or people: in memory first, written at the next beat.

Nobody in danger waits for a count, and none is lost because a database is away for a while.
"""

from collections import Counter
from datetime import datetime

from peerbot.clock import Clock
from peerbot.community.service import CommunityService
from peerbot.crisis.detection.finding import Finding
from peerbot.crisis.lab.model import Counted, Judged, Verdict
from peerbot.crisis.model import Alert, Reason
from peerbot.crisis.store.lab import LabStore
from peerbot.db import Database


class Tally:
    """What was counted since the last time it could be written."""

    def __init__(self, db: Database, clock: Clock, communities: CommunityService) -> None:
        self._db = db
        self._clock = clock
        self._communities = communities
        self._found: Counter[Counted] = Counter()
        self._verdicts: Counter[Verdict] = Counter()

    def heard(self, community_id: str, finding: Finding) -> None:
        """Count a message in which something was found while a community listens silently."""
        zone = self._communities.settings(community_id).zone_info
        day = self._clock().astimezone(zone).date()
        for rule in ("", *dict.fromkeys(one.rule for one in finding.evidence)):
            self._found[Counted(community_id, day, finding.tier, finding.category, rule)] += 1

    def judged(self, alert: Alert, kind: Judged) -> None:
        """Count a verdict for every rule that had a part in an alert.

        A drill judges no rule, nor does the end of a worry that somebody told of themselves.
        """
        if alert.reason in {Reason.DRILL, Reason.WORRIED}:
            return
        for rule in alert.rules:
            self._verdicts[Verdict(alert.community_id, rule, kind)] += 1

    async def write(self) -> int:
        """Write what was counted; return how many counts changed. What cannot be written stays."""
        found, self._found = self._found, Counter()
        verdicts, self._verdicts = self._verdicts, Counter()
        try:
            async with self._db.begin() as session:
                store = LabStore(session)
                await store.count_found(found)
                await store.count_verdicts(verdicts)
        except BaseException:
            # Also when the house closes in the middle of it.
            self._found.update(found)
            self._verdicts.update(verdicts)
            raise
        return len(found) + len(verdicts)

    def next_due(self) -> datetime | None:
        """Return now if something waits to be written."""
        return self._clock() if self._found or self._verdicts else None
