"""Discord's gateway: sessions that are opened, resumed and lost over a websocket.

https://discord.com/developers/docs/events/gateway
"""

import asyncio
import json
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import IntEnum
from functools import partial
from typing import Any

from aiohttp import ClientConnectionError, WSMsgType, web
from simcord.backend import Backend, serializers
from simcord.gateway import FakeGateway

import discord
from tests.adapters.discord.double.automod import as_told
from tests.adapters.discord.double.portal import Portal
from tests.adapters.discord.membership import servers_with

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway
AUTHENTICATION_FAILED, DISALLOWED_INTENTS = 4004, 4014

HEARTBEAT_INTERVAL_MS = 41_250
GATEWAY, RESUMING = "/gateway", "/gateway/resuming"

Frame = dict[str, Any]


class Op(IntEnum):
    """What a frame is."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    RESUME = 6
    RECONNECT = 7
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Socket:
    """One connection of a client: sends in the order that it is told to."""

    def __init__(self, connection: web.WebSocketResponse, *, compresses: bool) -> None:
        self._connection = connection
        self._compressor = zlib.compressobj() if compresses else None
        self._waiting: asyncio.Queue[Frame | int] = asyncio.Queue()

    def send(self, frame: Frame) -> None:
        self._waiting.put_nowait(frame)

    def close(self, code: int) -> None:
        """Close, with one of the gateway's own codes, after what is to be sent before."""
        self._waiting.put_nowait(code)

    async def write(self) -> None:
        while not isinstance(frame := await self._waiting.get(), int):
            with suppress(ClientConnectionError):
                await self._write(json.dumps(frame))
        await self._connection.close(code=frame)

    async def _write(self, text: str) -> None:
        if self._compressor is None:
            await self._connection.send_str(text)
            return
        data = self._compressor.compress(text.encode())
        await self._connection.send_bytes(data + self._compressor.flush(zlib.Z_SYNC_FLUSH))


class Session:
    """What one client hears: everything is kept, and sent again to a client that resumes."""

    def __init__(self, backend: Backend, number: int, intents: int) -> None:
        self.id = f"session-{number}"
        self.intents = discord.Intents._from_value(intents)
        self.parsers = _Parsers(self.dispatch)
        self.socket: Socket | None = None
        self._sent: list[Frame] = []
        # simcord knows which intent an event needs, and what is hidden without one.
        self._gate = FakeGateway(backend, self)

    def hear(self, event: str, payload: Mapping[str, Any]) -> None:
        """Send an event, if this client asked for events of its kind."""
        self._gate.feed(event, as_told(event, payload, self.intents))

    def dispatch(self, event: str, payload: Mapping[str, Any]) -> None:
        frame = {"op": Op.DISPATCH, "t": event, "s": len(self._sent) + 1, "d": payload}
        self._sent.append(frame)
        if self.socket is not None:
            self.socket.send(frame)

    def resume(self, socket: Socket, last_heard: int) -> None:
        self.socket = socket
        for frame in self._sent[last_heard:]:
            socket.send(frame)
        self.dispatch("RESUMED", {})


class _Parsers:
    """Stands where simcord expects discord.py's parsers: every event is sent on."""

    def __init__(self, dispatch: Callable[[str, Mapping[str, Any]], None]) -> None:
        self._dispatch = dispatch

    def __getitem__(self, event: str) -> Callable[[Mapping[str, Any]], None]:
        return partial(self._dispatch, event)


class Gateway:
    """Lets clients in, and does to them what Discord does now and then."""

    def __init__(self, portal: Portal, token: str, happened: Callable[[], None]) -> None:
        self.lets_in = asyncio.Event()
        """While it is not set, whoever connects is not even greeted."""
        self.lets_in.set()
        self.identified = 0
        self.resumed = 0
        self.beats = 0
        self.url = ""
        self._backend = portal.backend
        self._portal = portal
        self._token = token
        self._happened = happened
        self._sessions: dict[str, Session] = {}
        self._open: set[web.WebSocketResponse] = set()
        self._backend.subscribers.append(self._hear)

    # -- what Discord does ---------------------------------------------------------------------

    def asks_to_reconnect(self) -> None:
        self._to_all({"op": Op.RECONNECT, "d": None})

    def forgets_everybody(self) -> None:
        """Make every session invalid: who wants to go on has to identify anew."""
        self._to_all({"op": Op.INVALID_SESSION, "d": False})
        self.loses_sessions()

    def loses_sessions(self) -> None:
        """Forget them without a word: it is seen by who comes back for one."""
        self._sessions.clear()

    def closes(self, code: int) -> None:
        for session in self._connected:
            assert session.socket is not None
            session.socket.close(code)

    @property
    def is_connected(self) -> bool:
        return bool(self._connected)

    @property
    def sockets(self) -> int:
        """How many connections are open, greeted or not."""
        return len(self._open)

    async def stop(self) -> None:
        self.lets_in.set()
        for connection in list(self._open):
            await connection.close(code=1001)

    # -- what clients do -----------------------------------------------------------------------

    async def serve(self, request: web.Request) -> web.StreamResponse:
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        self._open.add(connection)
        compresses = request.query.get("compress") == "zlib-stream"
        socket = Socket(connection, compresses=compresses)
        writer: asyncio.Task[None] | None = None
        try:
            await self.lets_in.wait()
            socket.send({"op": Op.HELLO, "d": {"heartbeat_interval": HEARTBEAT_INTERVAL_MS}})
            writer = asyncio.create_task(socket.write())
            async for message in connection:
                if message.type is WSMsgType.TEXT:
                    self._take(socket, json.loads(message.data))
        finally:
            await self._left(socket, connection, writer)
        return connection

    async def _left(
        self,
        socket: Socket,
        connection: web.WebSocketResponse,
        writer: "asyncio.Task[None] | None",
    ) -> None:
        self._open.discard(connection)
        for session in self._sessions.values():
            if session.socket is socket:
                session.socket = None
        if writer is not None:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
        self._happened()

    def _take(self, socket: Socket, frame: Frame) -> None:
        match frame["op"]:
            case Op.HEARTBEAT:
                self.beats += 1
                socket.send({"op": Op.HEARTBEAT_ACK})
            case Op.IDENTIFY:
                self._identify(socket, frame["d"])
            case Op.RESUME:
                self._resume(socket, frame["d"])
        self._happened()

    def _identify(self, socket: Socket, asked: Frame) -> None:
        if asked["token"] != self._token:
            socket.close(AUTHENTICATION_FAILED)
            return
        wants = discord.Intents._from_value(asked["intents"])
        if wants.message_content and not self._portal.message_content:
            socket.close(DISALLOWED_INTENTS)
            return
        self.identified += 1
        session = Session(self._backend, self.identified, asked["intents"])
        session.socket = socket
        self._sessions[session.id] = session
        session.dispatch("READY", self._ready(session, asked.get("shard", [0, 1])))
        for guild in servers_with(self._backend):
            payload = serializers.guild_create_payload(self._backend, guild)
            session.hear("GUILD_CREATE", payload)

    def _ready(self, session: Session, shard: list[int]) -> Frame:
        return {
            "v": 10,
            "user": dict(serializers.user_payload(self._backend.bot_user)),
            "guilds": [
                {"id": str(one.id), "unavailable": True} for one in servers_with(self._backend)
            ],
            "session_id": session.id,
            "resume_gateway_url": self.url + RESUMING.removeprefix(GATEWAY),
            "shard": shard,
            "application": {"id": str(self._backend.application_id), "flags": self._portal.flags},
        }

    def _resume(self, socket: Socket, asked: Frame) -> None:
        session = self._sessions.get(asked["session_id"])
        if session is None or asked["token"] != self._token:
            socket.send({"op": Op.INVALID_SESSION, "d": False})
            return
        self.resumed += 1
        session.resume(socket, asked["seq"])

    # -- inside --------------------------------------------------------------------------------

    @property
    def _connected(self) -> list[Session]:
        return [one for one in self._sessions.values() if one.socket is not None]

    def _to_all(self, frame: Frame) -> None:
        for session in self._connected:
            assert session.socket is not None
            session.socket.send(frame)

    def _hear(self, event: str, payload: Mapping[str, Any]) -> None:
        if event == "GUILD_CREATE":
            # Of a server that we are added to Discord does not say whether it is available; that is
            # how discord.py tells it from one that has come back.
            payload = {key: payload[key] for key in payload if key != "unavailable"}
        for session in self._sessions.values():
            session.hear(event, payload)
