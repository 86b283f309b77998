"""What is kept about messages that were sent to a member: when and how it ended, never what."""

from peerbot.community.service import CommunityService
from peerbot.db import Database
from peerbot.delivery.service import Delivery


class SentData:
    """Delivery's part of a member's data; delivery itself knows no members."""

    def __init__(self, db: Database, communities: CommunityService, delivery: Delivery) -> None:
        self._db = db
        self._communities = communities
        self._delivery = delivery

    async def export(self, member_id: str) -> dict[str, object]:
        """Return the messages that were sent to a member's inbox: what kind, and how it ended."""
        member = await self._communities.member_by_id(member_id)
        if member is None:
            return {"sent": []}
        sends = await self._delivery.sends_to(member.person)
        return {
            "sent": [
                {"kind": send.kind, "status": send.status, "attempts": send.attempts}
                for send in sends
            ]
        }

    async def erase(self, member_id: str) -> None:
        """Remove every trace of messages to a member."""
        member = await self._communities.member_by_id(member_id)
        if member is not None:
            async with self._db.begin() as session:
                await self._delivery.forget(session, member.person)
