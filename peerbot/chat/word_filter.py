"""A platform's own filter for words, as far as it can look for phrases and only tell us of them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from peerbot.chat.addresses import Room, Space
from peerbot.chat.gateway import DeliveryError
from peerbot.chat.text import Words


class Watching(StrEnum):
    """How our rule stands in a platform's filter."""

    ON = "on"
    PAUSED = "paused"
    """It is there, and somebody switched it off on the platform."""
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchWords:
    """What the filter of a space looks for, and where it shows what it found."""

    phrases: tuple[str, ...]
    """In lower case, with accents and straight apostrophes. It is for the adapter to have other
    ways of writing them found too, as far as its platform can."""
    room: Room
    """A private one: some filters show the message itself there."""
    not_in: tuple[Room, ...] = ()
    """Rooms in which nothing is looked at."""


class CannotWatch(DeliveryError):
    """The platform does not let us; `said` is why and what an admin can do about it."""

    def __init__(self, said: Words) -> None:
        super().__init__("the platform's word filter cannot be used")
        self.said = said


class WordFilter(Protocol):
    """The filter of each space on one platform. A rule there only tells: it never blocks anything.

    Everything here raises `CannotWatch`, or `DeliveryError` if the platform does not answer. Only
    `begin_watching` makes a rule or switches one on: what moderators did there stays done.
    """

    async def begin_watching(self, space: Space, watch: WatchWords, *, on: bool) -> None:
        """Make our rule, or take the one that is there; without `on` it waits and tells nothing."""
        ...

    async def keep_watching(self, space: Space, watch: WatchWords) -> Watching:
        """Bring our rule up to date, if it is there, and return how it stands."""
        ...

    async def stop_watching(self, space: Space) -> None:
        """Take our rule away; nothing happens if there is none."""
        ...


@runtime_checkable
class FiltersWords(Protocol):
    """An adapter whose platform has such a filter."""

    word_filter: WordFilter
