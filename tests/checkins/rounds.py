"""When rounds are, and which there are."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from peerbot.checkins.model import RoundState
from peerbot.checkins.store import CheckinStore
from peerbot.checkins.templates import TEMPLATES
from tests.checkins.conftest import MODERATOR, MONDAY_AT_SIX, Town

WEEK = timedelta(days=7)
CLOSING = MONDAY_AT_SIX + timedelta(days=3)
PARIS = ZoneInfo("Europe/Paris")


async def daily_at(town: Town, at: str, zone: str) -> None:
    """Let a live daily check-in ask at this wall time of the zone."""
    live = await town.a_checkin()
    hour, minute = at.split(":")
    recurrence = TEMPLATES["daily"].recurrence(ZoneInfo(zone), town.clock().date())
    wall = recurrence.at.replace(hour=int(hour), minute=int(minute))
    await town.checkins.plans.move(live, MODERATOR, replace(recurrence, at=wall))


async def rounds_in(town: Town, state: RoundState) -> list[str]:
    checkins = await town.checkins.plans.of_community(town.community_id)
    async with town.db.read() as session:
        store = CheckinStore(session)
        newest = [await store.newest(one.id) for one in checkins]
    return [one.slot for one in newest if one is not None and one.state is state]
