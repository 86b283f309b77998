"""What simcord does not know: a bot is taken out of a server, is added again, and asks where it is.

Everything that stands in the server stays, as it does on Discord.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from simcord.backend import Backend, serializers
from simcord.http.router import RequestContext, route

import discord

Json = dict[str, Any]

_OUT_OF: "WeakKeyDictionary[Backend, set[int]]" = WeakKeyDictionary()


@route("GET", "/users/@me/guilds")
def servers_of_ours(ctx: RequestContext) -> list[Json]:
    """https://discord.com/developers/docs/resources/user#get-current-user-guilds"""
    after = int(ctx.params.get("after", 0))
    listed = sorted(set(ctx.backend.guilds) - _OUT_OF.get(ctx.backend, set()))
    return [
        {
            "id": str(one),
            "name": ctx.backend.guilds[one].name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": "0",
            "features": [],
        }
        for one in listed
        if one > after
    ]


def take_out(backend: Backend, guild_id: int, *, seen: bool = True) -> None:
    """Let a server take the bot out; `seen` says whether it is connected and hears of it."""
    _OUT_OF.setdefault(backend, set()).add(guild_id)
    guild = backend.get_guild(guild_id)
    places = [f"/channels/{one}*" for one in (*guild.channel_ids, *guild.thread_ids)]
    backend.faults += [
        *(_refused(one, 403, 50001) for one in places),
        _refused(f"/guilds/{guild_id}*", 404, 10004),
        # There is no other server that anybody shares with it.
        *(_refused(f"/channels/{one}/messages", 403, 50278) for one in _inboxes(backend)),
        _refused("/users/@me/channels", 403, 50278),
    ]
    if seen:
        backend.emit("GUILD_DELETE", {"id": str(guild_id)})


def add(backend: Backend, guild_id: int, *, by: int | None = None, seen: bool = True) -> None:
    """Let somebody add it (again); `by` stands in the audit log."""
    _OUT_OF.get(backend, set()).discard(guild_id)
    backend.faults[:] = [one for one in backend.faults if not one.get("taken_out")]
    if by is not None:
        backend.record_audit_log(
            guild_id,
            discord.AuditLogAction.bot_add.value,
            target_id=backend.bot_user.id,
            user_id=by,
        )
    if seen:
        payload = dict(serializers.guild_create_payload(backend, backend.get_guild(guild_id)))
        payload.pop("unavailable", None)
        backend.emit("GUILD_CREATE", payload)


@contextmanager
def only_where_it_is(backend: Backend) -> Iterator[None]:
    """Let a session that begins be told of no server that the bot was taken out of."""
    hidden = {one: backend.guilds.pop(one) for one in _OUT_OF.get(backend, set())}
    yield
    backend.guilds.update(hidden)


def _inboxes(backend: Backend) -> list[int]:
    return list(backend.dm_channels.values())


def _refused(path: str, status: int, code: int) -> Json:
    return {
        "method": "*",
        "path": path,
        "status": status,
        "code": code,
        "message": "not there",
        "times": None,
        "taken_out": True,
    }
