"""One interaction and its answers: the first within three seconds, the others for 15 minutes.

https://discord.com/developers/docs/interactions/receiving-and-responding
"""

import json
from enum import Enum, auto
from io import BytesIO
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient, MultipartParameters
from discord.webhook.async_ import async_context

from adapters.discord.errors import ACKNOWLEDGED
from adapters.discord.native import EPHEMERAL, Json, Native

# https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback
_REPLY, _DEFER_REPLY, _DEFER_UPDATE, _UPDATE, _CHOICES, _MODAL = 4, 5, 6, 7, 8, 9


class _State(Enum):
    NEW = auto()
    THINKING = auto()
    """Deferred with a private "thinking" message that waits to be filled."""
    OPEN = auto()
    """Answered or deferred; whatever comes now is a message of its own."""


class Turn:
    """What may still be answered to one interaction, and how."""

    def __init__(
        self,
        http: HTTPClient,
        application_id: int,
        interaction_id: int,
        token: str,
        *,
        is_new: bool,
        in_inbox: bool = False,
        on_private_card: bool = False,
        takes_its_place: bool = False,
    ) -> None:
        """`on_private_card` says that the component pressed was on a message for one person alone.

        `in_inbox` says that this is in direct messages: there everything is for one person, and
        what is ephemeral would only be gone too soon.

        With `takes_its_place` the first answer stands where that message was, and it never stays:
        it holds words that somebody typed, and they are sent now.
        A turn that is not `is_new` is one of an earlier process: it was answered or deferred there.
        """
        self._http = http
        self._application_id = application_id
        self._id = interaction_id
        self._token = token
        self._in_inbox = in_inbox
        self._on_private_card = on_private_card or in_inbox
        self._takes_its_place = takes_its_place and self._on_private_card
        self._state = _State.NEW if is_new else _State.OPEN

    @property
    def is_new(self) -> bool:
        return self._state is _State.NEW

    async def defer_reply(self) -> None:
        """Say that a private answer is coming: for commands."""
        await self._first(_DEFER_REPLY, {} if self._in_inbox else {"flags": EPHEMERAL})
        self._state = _State.THINKING

    async def defer_update(self) -> None:
        """Say that it was heard, and show nothing: for components and modals."""
        await self._first(_DEFER_UPDATE, None)
        self._state = _State.OPEN

    async def open(self, modal: Json) -> None:
        """Open a modal: only possible as the very first answer."""
        await self._first(_MODAL, modal)
        self._state = _State.OPEN

    async def offer(self, choices: list[Json]) -> None:
        """Answer an autocomplete."""
        await self._first(_CHOICES, {"choices": choices})
        self._state = _State.OPEN

    async def answer(self, message: Native, *, instead: bool) -> Json | None:
        """Show a message to the one person alone; return it as Discord does, where it does.

        `instead` lets it take the place of the private card whose component was pressed.
        """
        if self._takes_its_place or (instead and self._on_private_card):
            self._takes_its_place = False
            if self._state is _State.NEW:
                await self._first(_UPDATE, message.payload, message)
                self._state = _State.OPEN
                return None
            return await self._edit_original(message)
        if self._state is _State.NEW:
            await self._first(_REPLY, self._private(message), message)
            self._state = _State.OPEN
            return None
        if self._state is _State.THINKING:
            shown = await self._edit_original(message)
            self._state = _State.OPEN
            return shown
        return await self._follow_up(message)

    async def close(self) -> None:
        """Take away what nothing came of: a "thinking" message, or words that are sent now."""
        if self._state is _State.THINKING or self._takes_its_place:
            self._state, self._takes_its_place = _State.OPEN, False
            await self._webhook().delete_original_interaction_response(
                self._application_id, self._token, session=self._session
            )

    # -- inside --------------------------------------------------------------------------------

    async def _first(self, kind: int, data: Json | None, message: Native | None = None) -> None:
        """Give the first answer; once more if the connection is lost over it.

        Without it nothing that the person did would count, and nobody would know.
        """
        payload: Json = {"type": kind} if data is None else {"type": kind, "data": data}
        try:
            await self._respond(parameters(payload, message))
        except (aiohttp.ClientError, OSError):
            try:
                await self._respond(parameters(payload, message))
            except discord.HTTPException as error:
                if error.code != ACKNOWLEDGED:
                    raise  # Or else Discord had heard the first one.

    async def _respond(self, params: MultipartParameters) -> None:
        await self._webhook().create_interaction_response(
            self._id, self._token, session=self._session, params=params
        )

    async def _edit_original(self, message: Native) -> Json:
        shown: Json = await self._webhook().edit_original_interaction_response(
            self._application_id, self._token, **self._carrying(message.payload, message)
        )
        return shown

    async def _follow_up(self, message: Native) -> Json:
        shown: Json = await self._webhook().execute_webhook(
            self._application_id,
            self._token,
            **self._carrying(self._private(message), message),
            wait=True,
            with_components=True,
        )
        return shown

    def _carrying(self, payload: Json, message: Native) -> dict[str, Any]:
        """Return what a request of discord.py's takes to carry `payload` and the files."""
        sent = parameters(payload, message)
        return {
            "session": self._session,
            "payload": sent.payload,
            "multipart": sent.multipart,
            "files": sent.files,
        }

    def _private(self, message: Native) -> Json:
        if self._in_inbox:
            return message.payload
        return message.payload | {"flags": message.payload.get("flags", 0) | EPHEMERAL}

    @staticmethod
    def _webhook() -> Any:
        return async_context.get()

    @property
    def _session(self) -> Any:
        # As discord.Interaction takes it: what is asked for here waits for no global rate limit.
        return self._http._HTTPClient__session  # type: ignore[attr-defined]  # noqa: SLF001


def parameters(payload: Json, message: Native | None = None) -> MultipartParameters:
    """Return a request body as discord.py's HTTP layer takes it, with the message's files."""
    if message is None or not message.files:
        return MultipartParameters(payload=payload, multipart=None, files=None)
    files = [discord.File(BytesIO(one.data), one.name) for one in message.files]
    multipart: list[dict[str, Any]] = [
        {"name": "payload_json", "value": json.dumps(payload, ensure_ascii=False)}
    ]
    multipart += [
        {
            "name": f"files[{number}]",
            "value": one.fp,
            "filename": one.filename,
            "content_type": "application/octet-stream",
        }
        for number, one in enumerate(files)
    ]
    return MultipartParameters(payload=None, multipart=multipart, files=files)
