"""What an adapter's author writes for the conformance checks: the platform as its people see it.

A harness sits on the far side of the adapter: on the platform. It reads what a person's screen
shows and does what a person's fingers do. Back it with the best stand-in for the platform that
there is (a fake server, the vendor's own test kit), never with the adapter's own renderer.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from peerbot.chat.adapters import Adapter
from peerbot.chat.addresses import Person, Room, Space
from peerbot.testing.fakes import RecordingCore

Filled = str | tuple[str, ...] | bool
"""What stands in a field: words, the labels of chosen options, yes or no."""


class Break(StrEnum):
    """How the platform refuses the next send, in its own way."""

    BUSY = "busy"
    """Rate limit or outage: the adapter must raise `TryLater`."""
    CLOSED = "closed"
    """The person takes no messages: the adapter must raise `Undeliverable`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One message of ours as one person sees it."""

    words: str
    """All words on it as they are read: the platform's markup carried out, its escapes undone."""
    summary: str
    """What a notification or a screen reader says."""
    private: bool
    """Whether the platform shows it to nobody else."""
    buttons: tuple[str, ...] = ()
    """Labels of what can be pressed; a pager's arrows excepted."""
    links: tuple[tuple[str, str], ...] = ()
    """Label and address of what leads out."""
    options: tuple[str, ...] = ()
    alts: tuple[str, ...] = ()
    """What stands for pictures and charts."""
    files: tuple[tuple[str, bytes], ...] = ()
    """Name and contents of what can be kept."""
    notified: frozenset[str] = frozenset()
    """Ids of the people and roles whom the platform notifies because of it."""
    pinned: bool = False
    """Whether the platform keeps it in sight of everybody in its room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenForm:
    """A form in front of one person."""

    title: str
    fields: Mapping[str, Filled]
    """What stands in each field now, by the field's label."""
    reasons: tuple[str, ...] = ()
    """Why it was not taken, wherever the platform shows that."""


class Harness(Protocol):
    """An adapter, already started, and the people of its platform."""

    @property
    def adapter(self) -> Adapter: ...

    @property
    def sam(self) -> Person:
        """A member whose inbox was never opened."""
        ...

    @property
    def robin(self) -> Person:
        """Another member of the same space."""
        ...

    @property
    def room(self) -> Room:
        """A room that every member reads."""
        ...

    @property
    def space(self) -> Space:
        """The space that the room is in."""
        ...

    async def seen_by(self, person: Person) -> Sequence[Seen]:
        """Return every message of ours on the person's screen, oldest first."""
        ...

    async def press(self, person: Person, label: str) -> None:
        """Press the newest button with this label; say yes if the platform asks again."""
        ...

    async def choose(self, person: Person, options: tuple[str, ...]) -> None:
        """Choose options by their labels from the newest list."""
        ...

    async def turn(self, person: Person, *, forward: bool) -> None:
        """Turn a page on the newest pager."""
        ...

    async def say(self, person: Person, text: str) -> None:
        """Write in the room."""
        ...

    async def use(self, person: Person, command: str, options: Mapping[str, str]) -> None:
        """Use a declared command in the room, natively."""
        ...

    async def form_of(self, person: Person) -> SeenForm | None:
        """Return the form that is open in front of the person."""
        ...

    async def submit(self, person: Person, filled: Mapping[str, Filled]) -> None:
        """Fill the open form in, by labels, and send it; other fields stay as they are."""
        ...

    def break_next_send(self, how: Break, person: Person) -> None:
        """Let the platform refuse the next send (for `CLOSED`: to that person)."""
        ...

    async def close(self) -> None: ...


MakeHarness = Callable[[RecordingCore], Awaitable[Harness]]
"""Starts an adapter with this core behind it."""
