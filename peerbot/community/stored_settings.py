"""How settings are stored: as plain values, which later releases can read."""

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta

from peerbot.chat.addresses import MessageRef, Person, Room
from peerbot.community.model import AuditEntry, Feature, Grant, Level, RoomLevel, Settings


def changed_keys(before: Settings, after: Settings) -> tuple[str, ...]:
    """Return the names of the settings that differ, in the order of their declaration."""
    return tuple(
        one.name
        for one in fields(Settings)
        if getattr(before, one.name) != getattr(after, one.name)
    )


def noted(at: datetime, by: Person, what: str, before: Settings, after: Settings) -> AuditEntry:
    """Return the line of the trail for a change of settings."""
    keys = changed_keys(before, after)
    old, new = settings_to_json(before), settings_to_json(after)
    return AuditEntry(
        at=at,
        who=by,
        what=what,
        subject=", ".join(keys),
        before=json.dumps({key: old[key] for key in keys}),
        after=json.dumps({key: new[key] for key in keys}),
    )


def settings_to_json(settings: Settings) -> dict[str, object]:
    """Return the settings as plain values, for storing."""
    return {one.name: _to_plain(getattr(settings, one.name)) for one in fields(Settings)}


def settings_from_json(stored: Mapping[str, object], defaults: Settings) -> Settings:
    """Return the stored settings; keys this release does not know are dropped, new ones default."""
    known = {one.name for one in fields(Settings)}
    values = {name: _from_plain(name, value) for name, value in stored.items() if name in known}
    return replace(defaults, **values)  # type: ignore[arg-type]  # _from_plain gives each its type


def _to_plain(value: object) -> object:
    match value:
        case Room(platform, room, space):
            return [platform, room, space]
        case MessageRef(platform, room, message):
            return [platform, room, message]
        case RoomLevel(room, level):
            return [room.platform, room.id, room.space, level]
        case timedelta():
            return int(value.total_seconds())
        case datetime():
            return value.isoformat()
        case frozenset():
            return sorted([one.name, one.subject] for one in value if isinstance(one, Grant)) or (
                sorted(str(one) for one in value)
            )
        case tuple():
            return [_to_plain(one) for one in value]
        case _:
            return value


_ROOMS = {"alert_room", "checkin_room"}


_TIMES = {"claim_emergency", "claim_urgent", "quiet_for", "answers_kept", "follow_up_after"}


_NAMES = {"moderator_roles", "staff_roles", "notice_told"}


def _from_plain(name: str, value: object) -> object:
    if name in _ROOMS:
        return Room(*value) if isinstance(value, list) else None
    if name == "notice":
        return MessageRef(*value) if isinstance(value, list) else None
    if name in _TIMES and isinstance(value, int):
        return timedelta(seconds=value)
    if name == "silent_until":
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    if isinstance(value, list):
        if name == "room_levels":
            known = [one for one in value if one[-1] in set(Level)]
            return tuple(RoomLevel(Room(*room), Level(level)) for *room, level in known)
        if name == "switched_on":
            return frozenset(Feature(one) for one in value if one in set(Feature))
        if name == "grants":
            return frozenset(Grant(*one) for one in value)
        if name in _NAMES:
            return frozenset(str(one) for one in value)
        return tuple(value)
    return value
