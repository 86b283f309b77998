"""What the crisis feature keeps about a person, for export and erasing: no words, only facts."""

from collections.abc import Callable

from peerbot.chat.addresses import Person
from peerbot.crisis.store import AlertStore
from peerbot.db import Database


class CrisisData:
    """The feature's part of what is kept; an alert may be about somebody who is no member here."""

    def __init__(
        self, db: Database, forget: Callable[[Person], None] = lambda _person: None
    ) -> None:
        """`forget` drops what is known of a person from memory alone."""
        self._db = db
        self._forget = forget

    async def export(self, person: Person) -> dict[str, object]:
        """Return the alerts about a person: when, how serious, how it ended."""
        async with self._db.read() as session:
            alerts = await AlertStore(session).of_person(person)
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

    async def erase(self, person: Person) -> None:
        """Remove the alerts about a person, and their name from those they answered."""
        async with self._db.begin() as session:
            await AlertStore(session).forget_person(person)
        self._forget(person)
