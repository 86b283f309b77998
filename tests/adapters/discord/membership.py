"""What simcord does not know: a bot is taken out of a server and added again.

Everything that stands in the server stays, as it does on Discord.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import simcord.http.routes  # noqa: F401 - importing it is what registers the routes
from simcord.backend import Backend, serializers
from simcord.backend.models import Guild
from simcord.http.router import _ROUTES, Handler, RequestContext

import discord

Json = dict[str, Any]

_OUT_OF: "WeakKeyDictionary[Backend, set[int]]" = WeakKeyDictionary()


def servers_with(backend: Backend) -> list[Guild]:
    """Return the servers that the bot is in."""
    out_of = _OUT_OF.get(backend, set())
    return [guild for id_, guild in sorted(backend.guilds.items()) if id_ not in out_of]


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


def _hiding(simcords: Handler) -> Handler:
    """Return simcord's answer without the servers that took the bot out."""

    def answered(ctx: RequestContext) -> Any:
        with only_where_it_is(ctx.backend):
            return simcords(ctx)

    return answered


def _complete() -> None:
    """Let the list of the bot's servers say where it is.

    https://discord.com/developers/docs/resources/user#get-current-user-guilds
    """
    wanted = ["users", "@me", "guilds"]
    routes = _ROUTES["GET"]
    place = next(n for n, (template, _handler) in enumerate(routes) if template == wanted)
    routes[place] = (wanted, _hiding(routes[place][1]))


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


_complete()
