"""The switchboard: which adapter sends what, and in which language its reader gets it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Protocol, TypeVar

from peerbot.chat.actions import Action
from peerbot.chat.adapters import Adapter, Capabilities, SpaceFacts
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

log = logging.getLogger(__name__)

A = TypeVar("A")

PATIENCE = timedelta(seconds=8)
"""How long a platform may take over one message before it counts as busy."""


class Readers(Protocol):
    """Knows in which language and zone somebody reads: their own choice, else the community's."""

    def of(self, address: Address) -> Reader: ...

    def met(self, actor: Actor, space: Space | None) -> None:
        """Remember for this run what the platform says of the actor's language."""
        ...


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
