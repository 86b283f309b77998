"""Discord's REST API: takes requests over HTTP and asks simcord's model of the platform."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import simcord.http.routes  # noqa: F401 - importing it is what registers the routes
from aiohttp import BodyPartReader, web
from simcord.backend.errors import (
    BackendError,
    cannot_execute_on_channel_type,
    missing_permissions,
)
from simcord.http.router import RouteNotImplemented, UnsupportedField, dispatch

from discord import Permissions
from tests.adapters.discord.double.faults import Answer, Faults
from tests.adapters.discord.double.portal import Portal

BASE = "/api/v10"

NONCE_LASTS = timedelta(minutes=5)
"""Discord says "the past few minutes".
https://discord.com/developers/docs/resources/message#create-message"""
MAX_NONCE = 25

_UNAUTHORIZED = Answer(401, {"message": "401: Unauthorized", "code": 0})
# Whoever holds the token in the path may: these are asked for without the bot's own.
_OPEN_TO_ALL = ("/interactions/", "/webhooks/")


@dataclass(slots=True)
class Upload:
    """A file as simcord's routes read it."""

    fp: BytesIO
    filename: str
    description: str | None = None


@dataclass(slots=True)
class Request:
    """One request as it came, and what was answered: None if the connection was dropped."""

    method: str
    path: str
    at: float
    """When it came, in seconds of the event loop's clock."""
    params: dict[str, str]
    headers: dict[str, str]
    json: Any = None
    files: list[Upload] = field(default_factory=list)
    status: int | None = None


class Rest:
    """Answers one request after another, with the faults that are planted."""

    def __init__(self, portal: Portal, token: str, happened: Callable[[], None]) -> None:
        self.faults = Faults()
        self.requests: list[Request] = []
        self.gaps: list[str] = []
        """What simcord's model does not know: a hole in the double, not an answer of Discord's."""
        self.gateway_url = ""
        self._backend = portal.backend
        self._portal = portal
        self._token = token
        self._happened = happened
        self._nonces: dict[str, tuple[datetime, Any]] = {}

    async def serve(self, asked: web.Request) -> web.StreamResponse:
        request = await _read(asked)
        self.requests.append(request)
        self._happened()
        fault = self.faults.take(request.method, request.path)
        if fault is not None and fault.until is not None:
            await fault.until.wait()
        answer: Answer | None = None
        if fault is None or fault.is_done or (fault.answer is None and not fault.drops):
            answer = self._answer(request)
        if fault is not None and fault.answer is not None:
            answer = fault.answer
        if fault is not None and fault.drops:
            answer = None
        request.status = None if answer is None else answer.status
        self._happened()
        return _cut_off(asked) if answer is None else _response(answer)

    # -- inside --------------------------------------------------------------------------------

    def _answer(self, request: Request) -> Answer:
        is_open = request.path.startswith(_OPEN_TO_ALL)
        if not is_open and request.headers.get("Authorization") != f"Bot {self._token}":
            return _UNAUTHORIZED
        match request.method, request.path:
            case "GET", "/gateway/bot":
                return Answer(200, self._way_to_the_gateway())
            case "GET", "/applications/@me" | "/oauth2/applications/@me":
                return Answer(200, self._portal.application())
            case "GET", "/users/@me/guilds":
                return Answer(200, self._portal.servers(request.params))
        try:
            match request.method, request.path.strip("/").split("/"):
                case "PUT", ["channels", channel, "messages", "pins", message]:
                    return self._pinned(int(channel), int(message))
                case "POST", ["channels", channel, "threads"]:
                    self._must_hold_threads(int(channel))
            return self._of_the_model(request)
        except (RouteNotImplemented, UnsupportedField) as error:
            self.gaps.append(str(error))
            return Answer(501, {"message": str(error), "code": 0})
        except BackendError as error:
            return Answer(error.status, error.to_json())

    def _way_to_the_gateway(self) -> dict[str, Any]:
        """https://discord.com/developers/docs/events/gateway#get-gateway-bot"""
        limits = {"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1}
        return {"url": self.gateway_url, "shards": 1, "session_start_limit": limits}

    def _pinned(self, channel_id: int, message_id: int) -> Answer:
        """Pin if we may: since 23 February 2026 by Pin Messages, where simcord has Manage Messages.

        https://discord.com/developers/docs/resources/message#pin-message
        """
        channel = self._backend.get_channel(channel_id)
        if channel.guild_id is not None:
            ours = self._backend.bot_user.id
            may = self._backend.compute_permissions(channel.guild_id, ours, channel_id)
            if not Permissions(may).pin_messages:
                raise missing_permissions()
        self._backend.get_message(channel_id, message_id)
        self._backend.set_pinned(channel_id, message_id, True)
        return Answer(204)

    def _must_hold_threads(self, channel_id: int) -> None:
        """Refuse a thread in a thread, which simcord would make.

        https://discord.com/developers/docs/resources/channel#start-thread-without-message
        """
        if self._backend.get_channel(channel_id).is_thread:
            raise cannot_execute_on_channel_type()

    def _of_the_model(self, request: Request) -> Answer:
        nonce = _nonce_in(request)
        if nonce is not None and len(nonce) > MAX_NONCE:
            raise BackendError(400, 50035, "Invalid Form Body: nonce is too long")
        if nonce is not None and (known := self._known(nonce)) is not None:
            return Answer(200, known)
        body = dispatch(
            self._backend,
            request.method,
            request.path,
            json=request.json,
            params=dict(request.params),
            files=request.files,
        )
        if nonce is not None:
            body["nonce"] = nonce
            self._nonces[nonce] = (self._backend.clock.now(), body)
        return Answer(204 if body is None else 200, body)

    def _known(self, nonce: str) -> Any:
        """Return the message of that nonce; Discord looks among all that the same author sent."""
        sent_at, message = self._nonces.get(nonce, (None, None))
        is_recent = sent_at is not None and self._backend.clock.now() - sent_at < NONCE_LASTS
        return message if is_recent else None


def _nonce_in(request: Request) -> str | None:
    is_send = request.method == "POST" and request.path.endswith("/messages")
    body = request.json if isinstance(request.json, dict) else {}
    return str(body["nonce"]) if is_send and body.get("enforce_nonce") else None


async def _read(asked: web.Request) -> Request:
    request = Request(
        method=asked.method,
        path=asked.path.removeprefix(BASE),
        at=asyncio.get_running_loop().time(),
        params=dict(asked.query),
        headers=dict(asked.headers),
    )
    if asked.content_type == "multipart/form-data":
        await _read_parts(asked, request)
    elif asked.can_read_body:
        request.json = json.loads(await asked.text())
    return request


async def _read_parts(asked: web.Request, request: Request) -> None:
    """https://discord.com/developers/docs/reference#uploading-files"""
    async for part in await asked.multipart():
        assert isinstance(part, BodyPartReader)
        data = bytes(await part.read())
        if part.name == "payload_json":
            request.json = json.loads(data)
        else:
            request.files.append(Upload(BytesIO(data), part.filename or ""))
    # The body may come after the files.
    carrier = request.json.get("data", request.json) if isinstance(request.json, dict) else {}
    said = {str(one.get("id")): one for one in carrier.get("attachments") or []}
    for number, upload in enumerate(request.files):
        upload.description = said.get(str(number), {}).get("description")


def _response(answer: Answer) -> web.Response:
    # As Discord says it, without a charset: discord.py reads JSON from nothing else.
    kind = "text/html" if answer.body is None else "application/json"
    headers = {"Content-Type": kind, **answer.headers}
    return web.Response(status=answer.status, body=answer.bytes, headers=headers)


def _cut_off(asked: web.Request) -> web.Response:
    if asked.transport is not None:
        asked.transport.close()
    return web.Response()
