"""Keeps a server's rooms out of memory: only setup asks for them, and Discord answers it afresh.

A thousand servers' rooms and threads take more memory than everything else about them.
"""

import sys
from collections.abc import Callable, MutableMapping
from typing import Any

from adapters.discord.native import Json

Parsers = MutableMapping[str, Callable[[Any], None]]

_UNREAD = ("threads", "stage_instances", "guild_scheduled_events", "soundboard_sounds")
_OF_ROOMS = (
    *("CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE"),
    *("THREAD_CREATE", "THREAD_UPDATE", "THREAD_DELETE", "THREAD_LIST_SYNC"),
)
"""https://discord.com/developers/docs/events/gateway-events#receive-events"""


def keep_out_rooms(parsers: Parsers) -> None:
    """Stand before these, which discord.py calls with each event of the gateway.

    They are no part of its public interface: where it keeps none of a name any more, nothing
    changes but the memory.
    """
    whole = parsers.get("GUILD_CREATE")
    if whole is None:
        return

    def guild_create(data: Json) -> None:
        whole(what_is_kept(data))

    parsers["GUILD_CREATE"] = guild_create
    for event in _OF_ROOMS:
        if event in parsers:
            parsers[event] = _ignored


def what_is_kept(data: Json) -> Json:
    """Return GUILD_CREATE without its rooms but the one in which Discord greets whoever joins.

    What many servers call alike is kept once. Where it is not as Discord documents it, it is left
    as it is: https://discord.com/developers/docs/events/gateway-events#guild-create
    """
    try:
        greets_in = data.get("system_channel_id")
        return data | {
            "channels": [one for one in data["channels"] if one["id"] == greets_in],
            "roles": [one | {"name": sys.intern(one["name"])} for one in data["roles"]],
            "features": [sys.intern(one) for one in data["features"]],
            **{name: [] for name in _UNREAD if name in data},
        }
    except (KeyError, TypeError):
        return data


def _ignored(data: Any) -> None:
    del data
