"""What a platform's adapter is, and how installed ones are found."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, fields
from importlib.metadata import entry_points
from typing import Protocol

from peerbot.chat.actions import Action
from peerbot.chat.addresses import Actor, Address, MessageRef, Person, Room, Space
from peerbot.chat.cards import Card, Confirm
from peerbot.chat.commands import Command
from peerbot.chat.events import ButtonPressed, CommandUsed, Event, OptionTyped
from peerbot.chat.forms import Form
from peerbot.chat.gateway import Delivered
from peerbot.chat.suggestions import Suggestion
from peerbot.chat.text import Words
from peerbot.errors import PeerbotError

GROUP = "peerbot.adapters"
"""The entry-point group; a value is `package.module:connect`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform can do, for flows to ask; renderers know their own platform."""

    private_reply_proactive: bool = False
    """Can show someone a private message in a room without their having pressed anything."""
    private_thread: bool = False
    home_surface: bool = False
    native_chart: bool = False
    form_field_errors: bool = False
    """A form that was not taken stays open with the reasons beside its fields."""
    message_content: bool = False
    """Reads messages in rooms."""
    word_filter: bool = False
    """Has a filter for words of its own that can tell us: the adapter is a `FiltersWords`."""
    clinical_instruments: bool = False
    """The platform's policy allows scored instruments (Discord's does not)."""
    previews_every_card: bool = True
    """A notification shows the summary of any card; without it, that of urgent ones alone."""
    pins: bool = False
    """Can keep a message in sight of everybody in its room, if it is given the right to."""
    idempotent_sends: bool = False
    """A repeated send with the same nonce is shown once."""
    sends_per_second: float = 1.0
    """What the platform takes in one rate-limit domain; delivery keeps below it."""

    def named(self) -> Mapping[str, bool | float]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomFact:
    """A room as the platform describes it."""

    room: Room
    name: str
    everyone: bool
    """Whether every member can read there: no place for alerts."""
    may_write: bool = True
    """Whether we may write there, as far as the platform says."""
    wrong: tuple[Words, ...] = ()
    """What is wrong with our rights in this room alone, and what to do, a sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleFact:
    """A role or user group as the platform describes it."""

    id: str
    name: str
    wrong: Words | None = None
    """Why a message of ours would notify nobody who has it, and what to do; None if it would."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about our rights in a space that an admin should mend."""

    words: Words
    """What it is, what it is for and what to do."""
    keeps_help: bool = True
    """Whether help may fail to arrive because of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceFacts:
    """What setup may offer to choose from, and what the platform says is missing."""

    name: str
    rooms: tuple[RoomFact, ...]
    roles: tuple[RoleFact, ...]
    missing: tuple[Finding, ...] = ()
    """What is wrong with our rights everywhere in the space, the most important first."""


FactsOf = Callable[[Space], Awaitable[SpaceFacts]]
"""Returns what a platform says of a space now. Raises `DeliveryError`."""


class Core(Protocol):
    """What an adapter may ask of peerbot."""

    @property
    def commands(self) -> tuple[Command, ...]: ...

    def form_action(self, event: ButtonPressed | CommandUsed) -> Action | None:
        """Return the action to open a form for, at once and instead of dispatching; else None."""
        ...

    async def open_form(self, event: ButtonPressed | CommandUsed) -> Form | Card:
        """Return the form in the person's language, or a card that says why there is none."""
        ...

    async def dispatch(self, event: Event) -> Mapping[str, Words]:
        """Handle the event; return why a form was not taken, by field, in the person's language."""
        ...

    def is_ordinary(self, text: str, actor: Actor, space: Space, room: Room) -> bool:
        """Return whether nothing follows from a message in a room: then no event need be made.

        For what everybody writes all day, before anything is built or waited for. It remembers
        that the actor was met, as `dispatch` does. An edit or a direct message is always an event.
        """
        ...

    async def suggestions(self, event: OptionTyped) -> tuple[Suggestion, ...]:
        """Return what may be offered to somebody who types, in their language; it never raises."""
        ...

    def confirm_of(self, action: Action) -> Confirm | None:
        """Return what to ask before a press of this action counts; None if nobody said.

        A button carries the same (`Button.confirm`): this is for whoever kept only the action.
        """
        ...

    def say(self, words: Words, actor: Actor) -> Words:
        """Return `words` in the actor's language, for what adapters say natively."""
        ...

    def spaces(self, platform: str) -> Mapping[Space, str] | None:
        """Return where we are on a platform, as far as we know, with names; None if we do not."""
        ...


class Adapter(Protocol):
    """One platform. `send` and `edit` get cards in one language and raise only `DeliveryError`."""

    name: str
    capabilities: Capabilities

    async def start(self, core: Core) -> None:
        """Connect and begin to hand events to `core`; return when events flow."""
        ...

    async def stop(self) -> None:
        """Take no more events, finish those under way, disconnect."""
        ...

    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered: ...

    async def edit(self, ref: MessageRef, card: Card) -> Delivered: ...

    async def still_shows(self, ref: MessageRef) -> bool:
        """Return whether a message of ours is there. Raises `DeliveryError` if nobody says."""
        ...

    def domain(self, to: Address) -> str:
        """Return the name of the rate limit that a send to `to` counts against."""
        ...

    async def facts(self, space: Space) -> SpaceFacts:
        """Return what the platform says of a space now. Raises `DeliveryError`."""
        ...

    async def who_runs(self, space: Space) -> tuple[Person, ...]:
        """Return those to whom the space belongs, as far as is known. Raises `DeliveryError`.

        It is quick: a worry waits for it.
        """
        ...

    async def look_around(self) -> None:
        """Hand over `Installed`, `Removed` and `Renamed` for all that happened unseen.

        That is: whatever `Core.spaces` has wrong. It may be called at any time after `start`;
        where the platform does not say, nothing happens.
        """
        ...


class NoSuchAdapter(PeerbotError):
    """An adapter was asked for that is not installed."""

    def __init__(self, name: str, installed: tuple[str, ...]) -> None:
        super().__init__(f"no adapter {name!r} is installed (installed: {', '.join(installed)})")
        self.name = name


def installed() -> tuple[str, ...]:
    """Return the names of the adapters that are installed."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def load(name: str) -> object:
    """Return the `connect` of the adapter `name`. Raises `NoSuchAdapter`."""
    for point in entry_points(group=GROUP):
        if point.name == name:
            return point.load()
    raise NoSuchAdapter(name, installed())
