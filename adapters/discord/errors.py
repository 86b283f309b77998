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
LOCKED = 160005
"""A thread that moderators closed to everybody else."""
ACKNOWLEDGED = 40060
"""An interaction that has had its first answer."""
UNKNOWN = {
    10003: Why.GONE,  # channel
    10004: Why.GONE,  # server
    10007: Why.LEFT,  # member
    10008: Why.GONE,  # message
    10013: Why.LEFT,  # user
    10015: Why.GONE,  # webhook: the interaction's time is over
    10062: Why.GONE,  # interaction
}
_BY_CODE = UNKNOWN | {
    CLOSED: Why.CLOSED,
    NO_COMMON_SERVER: Why.LEFT,
    NOT_ALLOWED: Why.FORBIDDEN,
    NO_PERMISSION: Why.FORBIDDEN,
    50027: Why.GONE,  # an interaction's token that is no longer valid
    LOCKED: Why.GONE,
}

THREAD_IS_LOST = frozenset({10003, 50083, 160005})
"""Somebody deleted, archived or locked a thread."""

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
