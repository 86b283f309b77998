"""Errors that several parts share: one class for each thing that a caller does differently."""

from collections.abc import Mapping
from typing import Any


class PeerbotError(Exception):
    """Something went wrong that we understand; the text says what and how to mend it."""


class NotYours(PeerbotError):
    """Somebody pressed or asked for what belongs to another person, or needs a role they lack."""


class Gone(PeerbotError):
    """What was asked for is closed, erased or was never there."""


class StorageAway(PeerbotError):
    """The database cannot be reached or written just now; nothing of this was saved."""


class Refused(PeerbotError):
    """The input cannot be accepted; `reasons` says why, a sentence of ours per field.

    Raised by a form's handler; nothing was saved, and the person keeps what they wrote.
    """

    def __init__(self, **reasons: Any) -> None:
        super().__init__(", ".join(reasons))
        self.reasons: Mapping[str, Any] = reasons
        """Words by field; typed loosely because words are defined above this module."""
