"""What is kept about a responder: which alerts they took, never about whom."""

from peerbot.chat.addresses import Person
from peerbot.db import Database
from peerbot.privacy.store import NamedStore


class TakenData:
    """The alerts that a person took; erasing them is the crisis feature's part."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def export(self, person: Person) -> dict[str, object]:
        """Return when each alert was raised and taken."""
        async with self._db.read() as session:
            taken = await NamedStore(session).taken_by(person)
        return {
            "alerts_taken": [
                {"raised_at": raised_at.isoformat(), "taken_at": at.isoformat() if at else None}
                for raised_at, at in taken
            ]
        }

    async def erase(self, person: Person) -> None:
        """Leave it to `CrisisData`, which takes the name off in the same change as the rest."""
