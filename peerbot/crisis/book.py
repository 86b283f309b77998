"""The alerts that are not over, in memory: so that nobody in danger waits for a database."""

from collections.abc import Iterator

from peerbot.chat.addresses import MessageRef, Person
from peerbot.crisis.detection.finding import Whose
from peerbot.crisis.model import Alert, Reason
from peerbot.crisis.worry import Worry


class Book:
    """Every open alert of this process: read at the start, kept up with each change.

    The database has the truth wherever it can be asked; this is what is known meanwhile.
    """

    def __init__(self) -> None:
        self._alerts: dict[str, Alert] = {}

    def put(self, alert: Alert) -> None:
        """Keep an alert as it is now; one that is over is forgotten."""
        if alert.is_over:
            self._alerts.pop(alert.id, None)
        else:
            self._alerts[alert.id] = alert

    def drop(self, alert_id: str) -> None:
        self._alerts.pop(alert_id, None)

    def get(self, alert_id: str) -> Alert | None:
        return self._alerts.get(alert_id)

    def about(
        self, person: Person, whose: Whose, community_id: str, worry: Worry | None = None
    ) -> Alert | None:
        """Return the open alert about somebody: there is at most one for each whose risk it is.

        Of worries there is one for each person that somebody worries about; `worry` says which.
        """
        found = [
            one
            for one in self._alerts.values()
            if one.about == person
            and one.whose is whose
            and one.community_id == community_id
            and one.reason is not Reason.DRILL
            and (not one.hearers if worry is None else worry.fits(one.worry))
        ]
        return max(found, key=lambda one: one.raised_at, default=None)

    def from_message(self, message: MessageRef) -> tuple[Alert, ...]:
        """Return the open alerts that point to a message."""
        return tuple(one for one in self._alerts.values() if one.source == message)

    def __iter__(self) -> Iterator[Alert]:
        return iter(tuple(self._alerts.values()))
