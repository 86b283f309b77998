"""Tells Discord of our commands, and only when it knows them otherwise.

Discord itself is asked what it knows. A hash kept beside the data would be wrong as soon as the
portal, another installation with the same token or a lost folder had a hand in it.
https://discord.com/developers/docs/interactions/application-commands#bulk-overwrite-global-application-commands
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from adapters.discord.commands import hash_of, payload_of
from adapters.discord.native import Json
from adapters.discord.rest import Rest
from peerbot.chat.commands import Command

log = logging.getLogger(__name__)

_COMPARED = frozenset({
    "type", "name", "name_localizations", "description", "description_localizations", "options",
    "choices", "value", "required", "autocomplete", "min_length", "max_length", "nsfw",
    "default_member_permissions", "integration_types", "contexts",
})  # fmt: skip
"""Discord adds ids, a version and what it derives from these.
https://discord.com/developers/docs/interactions/application-commands#application-command-object"""
_IN_ANY_ORDER = frozenset({"integration_types", "contexts"})


class Standing(Enum):
    """How the commands that Discord knows stand to ours."""

    NONE = auto()
    """It knows none of this application."""
    STALE = auto()
    SAME = auto()


@dataclass(frozen=True, slots=True)
class Synced:
    """What came of a sync."""

    commands: int
    sent: bool
    """False where Discord knew them already."""


async def sync(rest: Rest, application_id: int, commands: Sequence[Command]) -> Synced:
    """Register `commands` in all our languages, unless Discord has them so already.

    Raises what discord.py does. It may be repeated at will: of what is sent, only names that are
    new count towards the 200 a day.
    """
    ours = payload_of(commands)
    if standing(await rest.commands(application_id), ours) is Standing.SAME:
        return Synced(len(ours), sent=False)
    kept = await rest.register(application_id, ours)
    if standing(kept, ours) is not Standing.SAME:
        # It would be sent at every start: harmless, and a sign that Discord changed its answers.
        log.warning("Discord keeps the commands otherwise than they were sent")
    return Synced(len(ours), sent=True)


async def sync_at_start(rest: Rest, application_id: int, commands: Sequence[Command]) -> None:
    """Do as `sync` does; whatever goes wrong is only logged: people need us before new commands."""
    try:
        synced = await sync(rest, application_id, commands)
    except Exception as error:  # noqa: BLE001 - nobody is above, and what is registered works
        log.error(
            "the commands are not registered (%s): `peerbot discord sync` tries again",
            type(error).__name__,
        )
        return
    if synced.sent:
        log.info("%s commands are registered now", synced.commands)


def standing(theirs: Sequence[Json], ours: Sequence[Json]) -> Standing:
    """Return how what Discord has (`theirs`) stands to what we would send."""
    if not theirs:
        return Standing.NONE
    known, meant = (hash_of([_compared(one) for one in several]) for several in (theirs, ours))
    return Standing.SAME if known == meant else Standing.STALE


def _compared(part: Json) -> Json:
    """Return what counts of a command, option or choice; absent, null, empty and false are one."""
    return {name: _value(name, part[name]) for name in _COMPARED & part.keys() if part[name]}


def _value(name: str, value: object) -> object:
    if not isinstance(value, list):
        return value
    if name in _IN_ANY_ORDER:
        return sorted(value)
    return [_compared(one) for one in value]
