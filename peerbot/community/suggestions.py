"""What setup suggests for every open question: what most communities would choose."""

from dataclasses import replace

from peerbot.chat.adapters import SpaceFacts
from peerbot.chat.addresses import Room
from peerbot.community.model import Settings
from peerbot.community.names import ALERT_ROOMS, MODERATORS, STAFF, tells

MOST_PINGS = 2
"""Those on duty, and the backup."""


def suggested(settings: Settings, facts: SpaceFacts, here: Room | None) -> Settings:
    """Return the settings with every open question answered as most communities would.

    The room for alerts is left open where no name tells which it is: it is never just any room.
    """
    public = [one for one in facts.rooms if one.everyone]
    asking = [one for one in public if "check" in one.name.lower()] or public
    moderators = settings.moderator_roles or _roles_like(facts, MODERATORS)
    staff = settings.staff_roles or _roles_like(facts, STAFF) - moderators
    return replace(
        settings,
        moderator_roles=moderators,
        staff_roles=staff,
        alert_room=settings.alert_room or _alert_room_like(facts, here),
        alert_pings=settings.alert_pings or _in_order(moderators or staff, facts)[:MOST_PINGS],
        checkin_room=settings.checkin_room or (asking[0].room if asking else None),
    )


def _roles_like(facts: SpaceFacts, words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(role.id for role in facts.roles if tells(role.name, words))


def _in_order(roles: frozenset[str], facts: SpaceFacts) -> tuple[str, ...]:
    return tuple(role.id for role in facts.roles if role.id in roles)


def _alert_room_like(facts: SpaceFacts, here: Room | None) -> Room | None:
    """Return the private room whose name tells most clearly that alerts may go there."""
    private = [one for one in facts.rooms if not one.everyone and one.may_write]
    private.sort(key=lambda one: one.room != here)
    fitting = (one.room for words in ALERT_ROOMS for one in private if tells(one.name, words))
    return next(fitting, None)
