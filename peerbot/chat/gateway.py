"""Sending: what can be asked of a platform, and what really happened."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from peerbot.chat.addresses import Address, MessageRef
from peerbot.chat.cards import Card
from peerbot.errors import PeerbotError


@dataclass(frozen=True, slots=True)
class Delivered:
    """The platform took the message. `ref` is None where it gives no way to find it again."""

    ref: MessageRef | None
    pinned: bool = False
    """Whether it stays in sight as its card wanted; a message that could not be pinned is sent."""


class Why(StrEnum):
    """Why somebody or something cannot be reached."""

    CLOSED = "closed"
    """Their inbox does not take messages from us."""
    NO_INBOX = "no-inbox"
    """No inbox is open yet, and opening one was not asked for."""
    LEFT = "left"
    GONE = "gone"
    """The room, thread, message or reply is no longer there."""
    FORBIDDEN = "forbidden"
    """We lack a permission."""
    UNSUPPORTED = "unsupported"
    """The platform has no such place."""
    REJECTED = "rejected"
    """The platform refused the content: a defect of ours."""


class DeliveryError(PeerbotError):
    """A card did not arrive. Its text may quote the platform, which may quote the card."""

    in_short: str = "not delivered"
    """Why, in our own words: for logs."""


class Undeliverable(DeliveryError):
    """It will not arrive there, however often one tries; another way of reaching may work."""

    def __init__(self, why: Why, detail: str = "") -> None:
        self.in_short = f"not delivered ({why.value})"
        super().__init__(f"{self.in_short}{': ' + detail if detail else ''}")
        self.why = why


class TryLater(DeliveryError):
    """The platform is busy or down; trying again after `wait` may work."""

    def __init__(self, reason: str, wait: timedelta) -> None:
        self.in_short = f"try again in {wait.total_seconds():.0f} s"
        super().__init__(f"{reason}; {self.in_short}")
        self.wait = wait


class Gateway(Protocol):
    """What features speak through; the Switchboard is one, a recording fake the other."""

    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        """Send a card and return what happened. Raises `Undeliverable` or `TryLater`.

        `nonce` (at most 25 characters) makes a repeated send harmless where the platform can.
        """
        ...

    async def edit(self, ref: MessageRef, card: Card) -> Delivered:
        """Replace a message of ours. Raises `Undeliverable` or `TryLater`."""
        ...
