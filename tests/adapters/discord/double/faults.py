"""What goes wrong with REST requests: planted for the next ones of a kind, then over."""

import asyncio
import json
import math
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

# The two kinds of request that most faults are about, as "METHOD /path".
SENDS = "POST /channels/*/messages"
FIRST_ANSWERS = "POST /interactions/*/*/callback"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to one request; `body` is JSON, and None is nothing at all."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def bytes(self) -> bytes:
        return b"" if self.body is None else json.dumps(self.body).encode()


@dataclass(slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong, for the next `times` requests that match `on`."""

    on: str
    times: int = 1
    answer: Answer | None = None
    """Given instead of Discord's own."""
    drops: bool = False
    """The connection ends, and nothing is answered."""
    is_done: bool = False
    """What was asked for is done all the same."""
    until: asyncio.Event | None = None
    """Nothing happens before."""


def rate_limited(on: str, retry_after: float, *, everywhere: bool = False, times: int = 1) -> Fault:
    """Return a 429 as Discord's own servers give it; `retry_after` is in seconds.

    https://discord.com/developers/docs/topics/rate-limits#exceeding-a-rate-limit
    """
    headers = {
        "Via": "1.1 google",
        "Retry-After": str(math.ceil(retry_after)),
        "X-RateLimit-Scope": "global" if everywhere else "user",
    }
    if everywhere:
        headers |= {"X-RateLimit-Global": "true"}
    else:
        headers |= {
            "X-RateLimit-Limit": "5",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset-After": str(retry_after),
            "X-RateLimit-Bucket": "abcd1234",
        }
    body = {
        "message": "You are being rate limited.",
        "retry_after": retry_after,
        "global": everywhere,
    }
    return Fault(on=on, times=times, answer=Answer(429, body, headers))


def banned_for_a_while(on: str, *, times: int = 1) -> Fault:
    """Return the 429 of the network in front of Discord, which says nothing of when it ends."""
    return Fault(on=on, times=times, answer=Answer(429))


def failing(on: str, status: int, *, is_done: bool = False, times: int = 1) -> Fault:
    """Return an answer of a Discord that is down or in pieces."""
    body = {"message": f"{status}: Service Unavailable", "code": 0}
    return Fault(on=on, times=times, answer=Answer(status, body), is_done=is_done)


def refused(on: str, status: int, code: int, *, times: int = 1) -> Fault:
    """Return a refusal with one of Discord's own codes.

    https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
    """
    body = {"message": "Refused", "code": code}
    return Fault(on=on, times=times, answer=Answer(status, body))


def dropped(on: str, *, is_done: bool = False, times: int = 1) -> Fault:
    """Return a connection that ends before the answer; `is_done` if Discord had done it by then."""
    return Fault(on=on, times=times, drops=True, is_done=is_done)


def slow(on: str, until: asyncio.Event, *, times: int = 1) -> Fault:
    return Fault(on=on, times=times, until=until)


class Faults:
    """The faults that are planted, oldest first."""

    def __init__(self) -> None:
        self._planted: list[Fault] = []

    def plant(self, *faults: Fault) -> None:
        self._planted += faults

    def take(self, method: str, path: str) -> Fault | None:
        """Return what goes wrong with this request, and count it; None if nothing does."""
        for fault in self._planted:
            if fnmatchcase(f"{method} {path}", fault.on):
                fault.times -= 1
                if not fault.times:
                    self._planted.remove(fault)
                return fault
        return None

    @property
    def are_over(self) -> bool:
        return not self._planted
