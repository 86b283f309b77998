"""`peerbot crisis heard`: whether a running peerbot heard itself, for people and for monitors."""

import json
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from peerbot.chat.plain import plain, plain_moment
from peerbot.chat.text import When
from peerbot.community.model import Settings as CommunitySettings
from peerbot.community.store import CommunityStore
from peerbot.crisis.heard import DEAF_AFTER, Hearing, ready
from peerbot.crisis.hearing_cards import reasons
from peerbot.crisis.store import HearingStore
from peerbot.db import Database
from peerbot.errors import StorageAway
from peerbot.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How it stands in every community whose alerts have a place."""

    hearings: tuple[Hearing, ...]
    names: dict[str, str]
    zones: dict[str, ZoneInfo]
    now: datetime

    @property
    def exit_code(self) -> int:
        """1 if peerbot is deaf somewhere."""
        return int(any(one.is_deaf(self.now) for one in self.hearings))

    def as_json(self) -> str:
        return json.dumps(ready(self.hearings, self.now))

    def sentences(self) -> tuple[str, ...]:
        """Return a line for each community, and one for each step that failed there."""
        if not self.hearings:
            return ("No community has a place for alerts yet, so there is nothing to hear.",)
        return tuple(line for one in self.hearings for line in self._lines(one))

    def _lines(self, hearing: Hearing) -> tuple[str, ...]:
        name = self.names[hearing.community_id]
        zone = self.zones[hearing.community_id]
        at = hearing.heard_at
        last = (
            "never heard itself"
            if at is None
            else f"last heard itself {plain_moment(at, zone, When.DAY_AND_TIME)} ({zone.key})"
        )
        hours = DEAF_AFTER.total_seconds() / 3600
        state = f"DEAF, more than {hours:.0f} h: " if hearing.is_deaf(self.now) else ""
        why = (f"  {plain(one)}" for one in reasons(hearing.faults, 0))
        return (f"{name}: {state}{last}.", *why)


async def heard(settings: Settings, now: datetime) -> Heard:
    """Return what is in the database. Raises `StorageAway` if it cannot say."""
    if settings.is_embedded and not settings.database_file.exists():
        raise StorageAway(f"There is no database yet ({settings.database_file}).")
    database = Database(settings.database)
    try:
        if not await database.has_table("crisis_hearing"):
            raise StorageAway("The database is behind this release. Run `peerbot db upgrade`.")
        async with database.read() as session:
            store = CommunityStore(session)
            communities = await store.all()
            published = await store.published(CommunitySettings())
            known = {one.community_id: one for one in await HearingStore(session).all()}
    finally:
        await database.close()
    hearings = []
    for one in communities:
        version = published.get(one.id)
        if version is None or version.settings.alert_room is None:
            continue
        since = version.published_at or one.created_at
        hearings.append(
            known.get(one.id) or Hearing(community_id=one.id, since=since, due_at=since)
        )
    return Heard(
        hearings=tuple(hearings),
        names={one.id: one.name for one in communities},
        zones={one: version.settings.zone_info for one, version in published.items()},
        now=now,
    )
