"""Where a message goes: a room, an inbox, a private thread; and what Discord says of it."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import discord
from discord.http import HTTPClient

from adapters.discord.errors import (
    INBOXES_REST_FOR,
    OPENING_TOO_FAST,
    TROUBLE,
    WRONG_KIND,
    in_a_word,
)
from adapters.discord.native import Json, Native
from adapters.discord.turns import parameters
from peerbot.chat.addresses import Person, PrivateThread
from peerbot.chat.gateway import TryLater, Undeliverable, Why
from peerbot.clock import Clock

log = logging.getLogger(__name__)

_MOST_THREADS = 2_000
_PRIVATE_THREAD: Final = 12
_THREADS = frozenset({10, 11, _PRIVATE_THREAD})
"""https://discord.com/developers/docs/resources/channel#channel-object-channel-types"""
_ARCHIVED_AFTER_MINUTES: Final = 1440


class Places:
    """Finds the channel behind an address and puts messages there. Raises what discord.py does."""

    def __init__(self, http: Callable[[], HTTPClient], inboxes: dict[str, int], now: Clock) -> None:
        """`inboxes` holds those seen in this run, by person; it is filled further."""
        self._http = http
        self._inboxes = inboxes
        self._now = now
        self._too_fast_at: datetime | None = None
        self._threads: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._made: dict[tuple[str, str], int] = {}

    async def send(self, channel_id: int, message: Native, nonce: str | None) -> Json:
        """Create a message; with a nonce a repeated one is shown once.

        https://discord.com/developers/docs/resources/message#create-message
        """
        payload = dict(message.payload)
        if nonce is not None:
            payload |= {"nonce": nonce, "enforce_nonce": True}
        params = parameters(payload, message)
        with self._heeding():
            sent: Json = await self._http().send_message(channel_id, params=params)  # type: ignore[assignment]
        return sent

    async def edit(self, channel_id: int, message_id: int, message: Native) -> Json:
        params = parameters(message.payload, message)
        sent: Json = await self._http().edit_message(channel_id, message_id, params=params)  # type: ignore[assignment]
        return sent

    async def is_there(self, channel_id: int, message_id: int) -> bool:
        try:
            await self._http().get_message(channel_id, message_id)
        except discord.NotFound:
            return False
        return True

    async def pin(self, channel_id: int, message_id: int) -> bool:
        """Keep a message in sight; return whether we may."""
        try:
            await self._http().pin_message(channel_id, message_id)
        except TROUBLE as error:
            # The message is there: that it could not be pinned too is no reason to say it failed.
            log.warning("a message could not be pinned: %s", in_a_word(error))
            return False
        return True

    async def inbox(self, person: Person, *, opening: bool) -> int:
        """Return the channel of a person's direct messages.

        Discord makes it without a sign to the person. It counts as open already if anything was
        ever written in it; without `opening`, raises `Undeliverable` for any other. Raises
        `TryLater` for an hour after Discord wanted fewer: next it would let us open none at all.
        """
        known = self._inboxes.get(person.id)
        if known is not None:
            return known
        rested = None if self._too_fast_at is None else abs(self._now() - self._too_fast_at)
        if rested is not None and rested < INBOXES_REST_FOR:
            raise TryLater("new inboxes rest", INBOXES_REST_FOR - rested)
        with self._heeding():
            channel: Json = await self._http().start_private_message(person.id)  # type: ignore[assignment]
        if not opening and channel.get("last_message_id") is None:
            raise Undeliverable(Why.NO_INBOX)
        self._inboxes[person.id] = int(channel["id"])
        return self._inboxes[person.id]

    @contextmanager
    def _heeding(self) -> Iterator[None]:
        """Remember if Discord finds that inboxes are opened too fast."""
        try:
            yield
        except discord.HTTPException as error:
            if error.code == OPENING_TOO_FAST:
                self._too_fast_at = self._now()
            raise

    def forget_thread(self, to: PrivateThread) -> None:
        """Forget a thread that is gone: the next one asked for is made anew."""
        self._threads.pop((to.room.id, to.person.id), None)

    async def thread(self, to: PrivateThread) -> int:
        """Return a thread under the room that holds the person and us alone.

        It is the one that was made before, in this run or an earlier one (`made`), if any was.
        Moderators who may manage threads can look in: it is said in `/what-happens`.
        https://discord.com/developers/docs/topics/threads#private-threads
        """
        key = (to.room.id, to.person.id)
        if key not in self._threads and to.made.isdecimal():
            return int(to.made)
        if key not in self._threads:
            thread = await self._thread_made(to)
            # Remembered before the person is in it: trying again must not make a second one.
            self._made[key] = thread
            await self._http().add_user_to_thread(thread, int(to.person.id))
            self._threads[key] = self._made.pop(key)
            while len(self._threads) > _MOST_THREADS:
                self._threads.popitem(last=False)
        return self._threads[key]

    async def _thread_made(self, to: PrivateThread) -> int:
        known = self._made.get((to.room.id, to.person.id))
        if known is not None:
            return known
        room_id = int(to.room.id)
        try:
            return await self._started(room_id)
        except discord.HTTPException as error:
            if error.code != WRONG_KIND or (above := await self._above(room_id)) is None:
                raise
        # They wrote in a thread, and no thread can be made in another.
        return await self._started(above)

    async def _above(self, channel_id: int) -> int | None:
        """Return the room that a thread is in; None if it is no thread."""
        channel: Json = await self._http().get_channel(channel_id)  # type: ignore[assignment]
        return int(channel["parent_id"]) if channel["type"] in _THREADS else None

    async def _started(self, room_id: int) -> int:
        made: Json = await self._http().start_thread_without_message(  # type: ignore[assignment]
            room_id,
            name="\N{SPEECH BALLOON}",
            auto_archive_duration=_ARCHIVED_AFTER_MINUTES,
            type=_PRIVATE_THREAD,
            invitable=False,
        )
        return int(made["id"])
