"""What is kept about messages that were sent to somebody: when and how it ended, never what."""

from peerbot.chat.addresses import Person
from peerbot.db import Database
from peerbot.delivery.service import Delivery


class SentData:
    """Delivery's part of what is kept; delivery itself knows no members."""

    def __init__(self, db: Database, delivery: Delivery) -> None:
        self._db = db
        self._delivery = delivery

    async def export(self, person: Person) -> dict[str, object]:
        """Return the messages that were sent to an inbox: what kind, and how it ended."""
        sends = await self._delivery.sends_to(person)
        return {
            "sent": [
                {"kind": send.kind, "status": send.status, "attempts": send.attempts}
                for send in sends
            ]
        }

    async def erase(self, person: Person) -> None:
        """Remove every trace of messages to a person."""
        async with self._db.begin() as session:
            await self._delivery.forget(session, person)
