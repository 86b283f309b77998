"""What the crisis feature keeps about a member, for export and erasing: no words, only facts."""

from peerbot.community.service import CommunityService
from peerbot.crisis.store import AlertStore
from peerbot.db import Database


class CrisisData:
    """The feature's part of a member's data."""

    def __init__(self, db: Database, communities: CommunityService) -> None:
        self._db = db
        self._communities = communities

    async def export(self, member_id: str) -> dict[str, object]:
        """Return the alerts about a member: when, how serious, how it ended."""
        member = await self._communities.member_by_id(member_id)
        if member is None:
            return {"alerts": []}
        async with self._db.read() as session:
            alerts = await AlertStore(session).of_person(member.person)
        return {
            "alerts": [
                {
                    "raised_at": alert.raised_at.isoformat(),
                    "tier": alert.tier.label,
                    "category": alert.category,
                    "state": alert.state,
                }
                for alert in alerts
            ]
        }

    async def erase(self, member_id: str) -> None:
        """Remove the alerts about a member, and their name from those they answered."""
        member = await self._communities.member_by_id(member_id)
        if member is not None:
            async with self._db.begin() as session:
                await AlertStore(session).forget_person(member.person)
