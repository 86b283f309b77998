"""Time zones as people type them: by name, by city, or nearly."""

from collections.abc import Sequence

from peerbot.chat.suggestions import Suggestion
from peerbot.chat.text import Words
from peerbot.community.setup import ZONES
from peerbot.delivery.recurrence import RecurrenceError, zone_named, zones_like
from peerbot.errors import Refused
from peerbot.i18n import _


def zone_typed(typed: str) -> str:
    """Return the zone that was typed, whole or as its city. Raises `Refused` with the nearest."""
    try:
        return zone_named(typed).key
    except RecurrenceError as error:
        near = _nearest(error)
        said = typed.strip().casefold().replace(" ", "_")
        if near and said in {near.casefold(), _city(near).casefold()}:
            return near
        raise Refused(zone=_unknown_zone(near)) from None


def offered(typed: str) -> Sequence[Suggestion]:
    """Return the zones that may be meant by what is typed so far; the usual ones for nothing."""
    keys = zones_like(typed) if typed.strip() else ZONES
    return [Suggestion(key, key.replace("_", " ")) for key in keys]


def _city(key: str) -> str:
    return key.rpartition("/")[2]


def _nearest(error: RecurrenceError) -> str:
    said = str(error)
    return said.rpartition("did you mean ")[2].rstrip("?") if "did you mean" in said else ""


def _unknown_zone(near: str) -> Words:
    if near:
        return _("I do not know this time zone. Did you mean {zone}?", zone=near)
    return _("I do not know this time zone. Please try the nearest big city, such as Toronto.")
