"""What a platform's adapter is, how installed ones are found, the switchboard over them all."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from importlib.metadata import entry_points
from typing import Protocol, TypeVar

from peerbot.chat.actions import Action
from peerbot.chat.addresses import Actor, Address, MessageRef, Person, Room, Space
from peerbot.chat.cards import Card, Confirm, in_language
from peerbot.chat.commands import Command
from peerbot.chat.events import ButtonPressed, CommandUsed, Event, OptionTyped
from peerbot.chat.forms import Form, form_in_language
from peerbot.chat.gateway import Delivered, DeliveryError, TryLater, Undeliverable, Why
from peerbot.chat.router import Router
from peerbot.chat.suggestions import Suggestion, spoken
from peerbot.chat.text import Reader, Words, resolve
from peerbot.chat.word_filter import FiltersWords, Watching, WatchWords, WordFilter
from peerbot.errors import PeerbotError

log = logging.getLogger(__name__)

A = TypeVar("A")

PATIENCE = timedelta(seconds=8)
"""How long a platform may take over one message before it counts as busy."""
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


class Readers(Protocol):
    """Knows in which language and zone somebody reads: their own choice, else the community's."""

    def of(self, address: Address) -> Reader: ...

    def met(self, actor: Actor, space: Space | None) -> None:
        """Remember for this run what the platform says of the actor's language."""
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


class Switchboard:
    """Speaks to every connected platform: picks the adapter, and the reader's language.

    An adapter that hangs or breaks costs one message or answer, never what its caller does next:
    the one becomes `TryLater` after `patience`, the other `Undeliverable`, told to `on_defect`.
    """

    def __init__(
        self,
        readers: Readers,
        *,
        patience: timedelta = PATIENCE,
        on_defect: Callable[[str, Exception], None] = lambda _name, _error: None,
        spaces: Callable[[str], Mapping[Space, str] | None] = lambda _platform: None,
    ) -> None:
        self._readers = readers
        self._patience = patience
        self._on_defect = on_defect
        self._spaces = spaces
        self._adapters: dict[str, Adapter] = {}
        self._router: Router | None = None

    def lead_to(self, router: Router) -> None:
        """Hand events to `router` from now on; it needs us to answer, so it comes second."""
        self._router = router

    def plug(self, adapter: Adapter) -> None:
        self._adapters[adapter.name] = adapter

    def unplug(self, name: str) -> None:
        self._adapters.pop(name, None)

    @property
    def adapters(self) -> tuple[Adapter, ...]:
        return tuple(self._adapters.values())

    def capabilities(self, platform: str) -> Capabilities:
        """Return what `platform` can do; nothing, if it is not connected."""
        adapter = self._adapters.get(platform)
        return adapter.capabilities if adapter else Capabilities()

    def domain(self, to: Address) -> str:
        adapter = self._adapters.get(to.platform)
        return adapter.domain(to) if adapter else to.platform

    async def facts(self, space: Space) -> SpaceFacts:
        """Return what the platform says of `space` now. Raises `DeliveryError`."""
        adapter = self._adapter(space.platform)
        return await self._bounded(adapter, adapter.facts(space))

    async def who_runs(self, space: Space) -> tuple[Person, ...]:
        """Return those to whom `space` belongs, as far as is known. Raises `DeliveryError`."""
        adapter = self._adapter(space.platform)
        return await self._bounded(adapter, adapter.who_runs(space))

    async def look_around(self) -> None:
        """Let every platform tell what happened while nobody listened; none may take long."""
        for adapter in self.adapters:
            try:
                async with asyncio.timeout(self._patience.total_seconds()):
                    await adapter.look_around()
            except Exception as error:  # noqa: BLE001 - one platform must not keep another from it
                log.error("%s failed to look around: %s", adapter.name, type(error).__name__)
                self._on_defect(adapter.name, error)

    # -- WordFilter: of whichever platform the space is on ------------------------------------

    async def begin_watching(self, space: Space, watch: WatchWords, *, on: bool) -> None:
        adapter, words = self._filter(space)
        await self._bounded(adapter, words.begin_watching(space, watch, on=on))

    async def keep_watching(self, space: Space, watch: WatchWords) -> Watching:
        adapter, words = self._filter(space)
        return await self._bounded(adapter, words.keep_watching(space, watch))

    async def stop_watching(self, space: Space) -> None:
        adapter, words = self._filter(space)
        await self._bounded(adapter, words.stop_watching(space))

    # -- Gateway -----------------------------------------------------------------------------

    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        shown = in_language(card, self._readers.of(to).language)
        adapter = self._adapter(to.platform)
        return await self._bounded(adapter, adapter.send(to, shown, nonce=nonce))

    async def edit(
        self, ref: MessageRef, card: Card, *, reader: Address | None = None
    ) -> Delivered:
        from_room = reader if reader is not None else _room_of(ref)
        shown = in_language(card, self._readers.of(from_room).language)
        adapter = self._adapter(ref.platform)
        return await self._bounded(adapter, adapter.edit(ref, shown))

    async def still_shows(self, ref: MessageRef) -> bool:
        """Return whether a message of ours is there. Raises `DeliveryError` if nobody says."""
        adapter = self._adapter(ref.platform)
        return await self._bounded(adapter, adapter.still_shows(ref))

    # -- Core --------------------------------------------------------------------------------

    @property
    def commands(self) -> tuple[Command, ...]:
        return self._core.commands

    def form_action(self, event: ButtonPressed | CommandUsed) -> Action | None:
        return self._core.form_action(event)

    def confirm_of(self, action: Action) -> Confirm | None:
        return self._core.confirm_of(action)

    async def open_form(self, event: ButtonPressed | CommandUsed) -> Form | Card:
        self._readers.met(event.actor, event.space)
        language = self._readers.of(event.person).language
        opened = await self._core.open_form(event)
        if isinstance(opened, Card):
            return in_language(opened, language)
        return form_in_language(opened, language)

    async def dispatch(self, event: Event) -> Mapping[str, Words]:
        self._readers.met(event.actor, event.space)
        reasons = await self._core.dispatch(event)
        if not reasons:
            return {}
        language = self._readers.of(event.person).language
        return {field: resolve(reason, language) for field, reason in reasons.items()}

    def is_ordinary(self, text: str, actor: Actor, space: Space, room: Room) -> bool:
        self._readers.met(actor, space)
        return self._core.is_ordinary(text, space, room)

    async def suggestions(self, event: OptionTyped) -> tuple[Suggestion, ...]:
        self._readers.met(event.actor, event.space)
        language = self._readers.of(event.person).language
        return tuple(spoken(one, language) for one in await self._core.suggestions(event))

    def say(self, words: Words, actor: Actor) -> Words:
        return resolve(words, self._readers.of(actor.person).language)

    def spaces(self, platform: str) -> Mapping[Space, str] | None:
        return self._spaces(platform)

    # -- inside ------------------------------------------------------------------------------

    @property
    def _core(self) -> Router:
        if self._router is None:
            raise RuntimeError("the switchboard leads nowhere yet: call lead_to() first")
        return self._router

    async def _bounded(self, adapter: Adapter, asked: Awaitable[A]) -> A:
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                return await asked
        except DeliveryError:
            raise
        except TimeoutError:
            raise TryLater(f"{adapter.name} gives no answer", self._patience) from None
        except Exception as error:
            # A defect of one adapter; nobody above can tell it from a refusal.
            log.error("%s failed: %s", adapter.name, type(error).__name__)
            self._on_defect(adapter.name, error)
            raise Undeliverable(Why.REJECTED, type(error).__name__) from error

    def _filter(self, space: Space) -> tuple[Adapter, WordFilter]:
        adapter = self._adapter(space.platform)
        if not isinstance(adapter, FiltersWords):
            raise Undeliverable(Why.UNSUPPORTED, f"{adapter.name} has no filter for words")
        return adapter, adapter.word_filter

    def _adapter(self, platform: str) -> Adapter:
        try:
            return self._adapters[platform]
        except KeyError:
            raise Undeliverable(Why.GONE, f"{platform} is not connected") from None


def _room_of(ref: MessageRef) -> Address:

    return Room(ref.platform, ref.room)
