"""What a new check-in starts from: a rhythm and a window for each template; pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from peerbot.chat.addresses import Room
from peerbot.checkins.model import Checkin
from peerbot.delivery.recurrence import Every, Recurrence

_SIX = time(18)
_MONDAY = 0


@dataclass(frozen=True, slots=True)
class Template:
    """`cards` has the words for it, by its key."""

    key: str
    window: timedelta
    recurrence: Callable[[ZoneInfo, date], Recurrence]


def _weekly(zone: ZoneInfo, first_day: date, interval: int = 1) -> Recurrence:
    return Recurrence(
        every=Every.WEEK,
        at=_SIX,
        zone=zone,
        first_day=first_day,
        interval=interval,
        weekdays=frozenset({_MONDAY}),
    )


def _fortnightly(zone: ZoneInfo, first_day: date) -> Recurrence:
    return _weekly(zone, first_day, 2)


def _daily(zone: ZoneInfo, first_day: date) -> Recurrence:
    return Recurrence(every=Every.DAY, at=time(9), zone=zone, first_day=first_day)


def _monthly(zone: ZoneInfo, first_day: date) -> Recurrence:
    return Recurrence(
        every=Every.MONTH_WEEKDAY, at=_SIX, zone=zone, first_day=first_day, nth=1, weekday=_MONDAY
    )


TEMPLATES: dict[str, Template] = {
    one.key: one
    for one in (
        Template("weekly", timedelta(days=3), _weekly),
        Template("fortnightly", timedelta(days=3), _fortnightly),
        Template("daily", timedelta(hours=12), _daily),
        Template("monthly", timedelta(days=5), _monthly),
    )
}
"""The keys `weekly`, `fortnightly` and `monthly` are what setup offers."""

OWN = "own"
"""Stands where a check-in was made from scratch, with a name and question of its own."""


def draft_from(
    key: str,
    checkin_id: str,
    community_id: str,
    zone: ZoneInfo,
    room: Room | None,
    created_by: str | None,
    now: datetime,
) -> Checkin:
    """Return a draft from the template `key`; from the weekly one where it is `OWN`."""
    template = TEMPLATES["weekly" if key == OWN else key]
    return Checkin(
        id=checkin_id,
        community_id=community_id,
        template=key,
        room=room,
        recurrence=template.recurrence(zone, now.astimezone(zone).date()),
        window=template.window,
        created_by=created_by,
        created_at=now,
    )
