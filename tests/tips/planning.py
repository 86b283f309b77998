"""A tip that is planned for every week."""

from peerbot.chat.actions import action
from peerbot.testing import (
    SAM,
    a_submission,
    an_actor,
)
from tests.tips.conftest import Tips

WEEKLY = {
    "room": "garden",
    "weeks": "1",
    "weekdays": ("0",),
    "at": "18:00",
    "topic": "any",
}
MOD = an_actor(SAM, "mods")


async def planned(tips: Tips, **changed: object) -> str:
    values = WEEKLY | changed
    reasons = await tips.router.dispatch(a_submission(action("tips", "plan"), values, by=MOD))  # type: ignore[arg-type]
    assert not reasons, reasons
    return (await tips.service.schedules(tips.home.id))[-1].id
