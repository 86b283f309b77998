"""What Discord answers when it does not take something, as the two errors of the port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from json import JSONDecodeError

import aiohttp
import discord

from peerbot.chat.gateway import DeliveryError, TryLater, Undeliverable, Why

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json-json-error-codes
CLOSED = 50007
NO_COMMON_SERVER = 50278
OPENING_TOO_FAST = 40003
NOT_ALLOWED = 50001
NO_PERMISSION = 50013
WRONG_KIND = 50024
"""A channel in which there is no such thing, such as a thread in a thread."""
ARCHIVED = 50083
"""A thread that was put away. A message wakes it; what stands in it cannot be changed before."""
LOCKED = 160005
"""A thread that moderators closed to whoever may not manage threads, and so to us."""
ACKNOWLEDGED = 40060
"""An interaction that has had its first answer."""
_BUSY = {
    20016: "a room's slow mode",
    20028: "a room's limit",
    20029: "a server's limit",
    40004: "sending is switched off",
    40006: "that is switched off",
    40062: "a limit",
    40333: "the network in front of it",
    130000: "it is overloaded",
    160006: "a server's limit of active threads",
}
"""What passes by itself, whatever the status is, and why Discord did not take it."""
_BY_CODE = {
    10003: Why.GONE,  # channel
    10004: Why.GONE,  # server
    10007: Why.LEFT,  # member
    10008: Why.GONE,  # message
    10013: Why.LEFT,  # user
    10015: Why.GONE,  # webhook: the interaction's time is over
    10062: Why.GONE,  # interaction
    CLOSED: Why.CLOSED,
    NO_COMMON_SERVER: Why.LEFT,
    NOT_ALLOWED: Why.FORBIDDEN,
    NO_PERMISSION: Why.FORBIDDEN,
    40007: Why.LEFT,  # banned
    ACKNOWLEDGED: Why.GONE,
    40058: Why.UNSUPPORTED,  # a message in a forum itself
    50008: Why.UNSUPPORTED,  # a message where no text is
    WRONG_KIND: Why.UNSUPPORTED,
    50027: Why.GONE,  # an interaction's token that is no longer valid
    ARCHIVED: Why.GONE,
    LOCKED: Why.FORBIDDEN,
}

THREAD_IS_LOST = frozenset({10003, NOT_ALLOWED, ARCHIVED, LOCKED})
"""Somebody deleted or locked a thread, or took us out of it."""

TROUBLE = (discord.DiscordException, aiohttp.ClientError, OSError, JSONDecodeError)
"""Whatever a request of discord.py's can raise: Discord refuses, or the way to it is broken."""

SERVER_FAILS = 500
"""https://www.rfc-editor.org/rfc/rfc9110#section-15.6"""
DOWN_FOR = timedelta(seconds=30)
"""After an answer that names no time: long enough for a short outage to pass."""
INBOXES_REST_FOR = timedelta(hours=1)
"""After 40003, "opening direct messages too fast": the next step would be a quarantine."""


def delivery_error(error: Exception) -> DeliveryError:
    """Return what a failure of discord.py or of the network means for a send."""
    match error:
        case DeliveryError():
            return error
        case discord.RateLimited():
            return TryLater("Discord limits us", timedelta(seconds=error.retry_after))
        case discord.HTTPException(status=status) if status >= SERVER_FAILS:
            return TryLater(f"Discord answers {status}", DOWN_FOR)
        case discord.HTTPException(code=code) if code == OPENING_TOO_FAST:
            return TryLater("Discord wants fewer new inboxes", INBOXES_REST_FOR)
        case discord.HTTPException(status=429):
            return TryLater("Discord limits us", DOWN_FOR)
        case discord.HTTPException(code=code) if code in _BUSY:
            return TryLater(f"Discord takes nothing ({_BUSY[code]})", DOWN_FOR)
        case discord.HTTPException(status=401, code=code) if code not in _BY_CODE:
            # The token was renewed, and we have the old one until we are started again.
            return TryLater("Discord does not take our token", DOWN_FOR)
        case discord.HTTPException():
            why = _BY_CODE.get(error.code, _by_status(error.status))
            return Undeliverable(why, f"Discord {error.status}/{error.code}")
        case aiohttp.ClientError() | OSError() | JSONDecodeError():
            return TryLater(f"the way to Discord is broken ({type(error).__name__})", DOWN_FOR)
        case _:
            return Undeliverable(Why.REJECTED, type(error).__name__)


def in_a_word(error: Exception) -> str:
    """Return what a log may say of a failure: Discord's numbers, or the kind of the error."""
    if isinstance(error, discord.HTTPException):
        return f"{error.status}/{error.code}"
    return type(error).__name__


def _by_status(status: int) -> Why:
    return {403: Why.FORBIDDEN, 404: Why.GONE}.get(status, Why.REJECTED)


@asynccontextmanager
async def as_delivery() -> AsyncIterator[None]:
    """Turn whatever Discord or the network raises inside into `Undeliverable` or `TryLater`."""
    try:
        yield
    except Exception as error:
        raise delivery_error(error) from error
