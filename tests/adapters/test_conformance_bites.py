"""Adapters that are broken on purpose, each caught by the check that is named after its promise."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from adapters.console.adapter import Console
from adapters.console.harness import ConsoleHarness
from peerbot.chat.adapters import Core
from peerbot.chat.addresses import Address, MessageRef, Reply, Room
from peerbot.chat.cards import Actions, Card
from peerbot.chat.events import ButtonPressed, Event, FormSubmitted
from peerbot.chat.gateway import Delivered, TryLater, Undeliverable
from peerbot.chat.text import Words
from peerbot.testing import CONFORMANCE, NotConforming, RecordingCore
from tests.adapters.passing_on import PassingOn

CHECKS = {check.name: check for check in CONFORMANCE}


class DropsAButton(Console):
    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        children = tuple(
            Actions(one.buttons[:-1]) if isinstance(one, Actions) else one for one in card.children
        )
        return await super().send(to, replace(card, children=children), nonce=nonce)


class SwallowsTryLater(Console):
    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        try:
            return await super().send(to, card, nonce=nonce)
        except TryLater:
            return Delivered(None)


class ClaimsThatItWasDelivered(Console):
    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        try:
            return await super().send(to, card, nonce=nonce)
        except Undeliverable:
            return Delivered(None)


class AnswersInPublic(Console):
    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        where = Room(to.platform, "general") if isinstance(to, Reply) else to
        return await super().send(where, card, nonce=nonce)


class EditsByPostingAgain(Console):
    async def edit(self, ref: MessageRef, card: Card) -> Delivered:
        return await self.send(Room(ref.platform, ref.room), card)


class ForgetsNonces(Console):
    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        return await super().send(to, card)


class ClaimsThatItPinned(Console):
    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        sent = await super().send(to, replace(card, pinned=False), nonce=nonce)
        return replace(sent, pinned=card.pinned)


class SaysThatEverythingIsThere(Console):
    async def still_shows(self, ref: MessageRef) -> bool:
        return True


class LosesTheSummary(Console):
    async def send(self, to: Address, card: Card, *, nonce: str | None = None) -> Delivered:
        return await super().send(to, replace(card, summary=""), nonce=nonce)


class _MangledActions(PassingOn):
    async def dispatch(self, event: Event) -> Mapping[str, Words]:
        if isinstance(event, ButtonPressed):
            cut = tuple(arg[:20] for arg in event.action.args)
            event = replace(event, action=replace(event.action, args=cut))
        return await super().dispatch(event)


class _LostValues(PassingOn):
    async def dispatch(self, event: Event) -> Mapping[str, Words]:
        if isinstance(event, FormSubmitted):
            kept = {key: value for key, value in event.values.items() if key != "some"}
            event = replace(event, values=kept)
        return await super().dispatch(event)


class _LostReasons(PassingOn):
    async def dispatch(self, event: Event) -> Mapping[str, Words]:
        await super().dispatch(event)
        return {}


class ManglesActions(Console):
    async def start(self, core: Core) -> None:
        await super().start(_MangledActions(core))


class LosesAFormValue(Console):
    async def start(self, core: Core) -> None:
        await super().start(_LostValues(core))


class ClosesARefusedForm(Console):
    async def start(self, core: Core) -> None:
        await super().start(_LostReasons(core))


BROKEN = (
    (DropsAButton, "every-button-is-there"),
    (SwallowsTryLater, "a-busy-platform-is-told"),
    (ClaimsThatItWasDelivered, "a-closed-inbox-is-told"),
    (AnswersInPublic, "a-reply-is-private"),
    (EditsByPostingAgain, "an-edit-replaces"),
    (ForgetsNonces, "a-repeated-send-is-shown-once"),
    (ClaimsThatItPinned, "a-pinned-message-stays-in-sight"),
    (SaysThatEverythingIsThere, "a-message-that-is-gone-is-known"),
    (LosesTheSummary, "the-summary-is-never-empty"),
    (ManglesActions, "an-action-comes-back-exactly"),
    (LosesAFormValue, "a-form-comes-back-whole"),
    (ClosesARefusedForm, "a-refused-form-keeps-what-was-typed"),
)


@pytest.mark.parametrize(("broken", "name"), BROKEN, ids=lambda one: getattr(one, "__name__", one))
async def test_a_broken_adapter_fails_at_the_named_check(broken: type[Console], name: str) -> None:
    async def make(core: RecordingCore) -> ConsoleHarness:
        return await ConsoleHarness.start(core, broken)

    with pytest.raises(NotConforming, match=f"^{name}: "):
        await CHECKS[name](make)
