"""Every card of privacy with its longest data."""

from datetime import UTC, datetime

from peerbot.chat.addresses import Person
from peerbot.chat.cards import Card
from peerbot.chat.forms import Form
from peerbot.community.model import Grant, Member, Purpose, Settings
from peerbot.privacy import cards as shown
from peerbot.privacy.happens import what_happens
from peerbot.privacy.model import Kept
from tests.community.samples import FULL

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MEMBER = Member(id="abcdefghjkmn", community_id="c", person=Person("test", "123456789012345678"))


def cards() -> tuple[Card, ...]:
    from dataclasses import replace

    whole = Kept(
        member=MEMBER,
        parts=(("checkins", 99), ("crisis", 9), ("resources", 9), ("messages", 9)),
        consents=tuple((purpose, NOW) for purpose in Purpose),
    )
    grants = frozenset(Grant("crisis.respond", f"person:test:{n}") for n in range(9))
    return (
        shown.mine(whole),
        shown.mine(Kept(member=None, parts=(), consents=())),
        shown.mine(Kept(member=MEMBER, parts=(), consents=())),
        shown.mine(Kept(member=None, parts=(("crisis", 9),), consents=())),
        shown.export(b"{}" * 100_000),
        shown.erased(anything=True),
        shown.erased(anything=True, alert_left=True),
        shown.erased(anything=False),
        what_happens(replace(FULL, grants=grants, private_emergencies=True)),
        what_happens(Settings()),
    )


def forms() -> tuple[Form, ...]:
    return ()
