"""Worries as tests tell of them."""

from dataclasses import replace

from peerbot.chat.addresses import Person
from peerbot.chat.plain import plain_card
from peerbot.community.model import HEAR_ABOUT_TEAM, Grant
from peerbot.crisis.model import Alert
from peerbot.crisis.worry import Report, Urgency, Whom
from peerbot.testing import (
    ANA,
    SAM,
)
from tests.crisis.conftest import Crisis

KIM = Person("test", "kim")
WORDS = "she said goodbye to her cat"


def a_report(**changes: object) -> Report:
    values: dict[str, object] = {
        "by": SAM,
        "whom": Whom.MEMBER,
        "about": ANA,
        "urgency": Urgency.SOON,
        "text": "",
        "may_be_read": False,
    }
    return Report(**(values | changes))  # type: ignore[arg-type]


async def reported(crisis: Crisis, **changes: object) -> str:
    """Return what the one who worries reads."""
    return plain_card(await crisis.worries.report(a_report(**changes), crisis.community))


def the_alert(crisis: Crisis) -> Alert:
    (found,) = crisis.record.book
    return found


async def choose(crisis: Crisis, *people: Person) -> None:
    grants = frozenset(Grant(HEAR_ABOUT_TEAM, f"person:test:{one.id}") for one in people)
    await crisis.set(lambda one: replace(one, grants=grants))
