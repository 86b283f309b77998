"""Where conformance checks stand: a harness with a core behind it, and what they send and say."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from peerbot.chat.actions import action
from peerbot.chat.addresses import Address, Person
from peerbot.chat.cards import (
    Actions,
    Button,
    Card,
    Node,
    Option,
    Text,
    Tone,
    in_language,
)
from peerbot.chat.commands import Command, Parameter, Pick
from peerbot.chat.events import ButtonPressed, CommandUsed, FormSubmitted, MessagePosted
from peerbot.chat.forms import Choice, Form, MultiChoice, Surface, TextIn, Toggle
from peerbot.chat.text import Words
from peerbot.i18n import SOURCE_LANGUAGE, Msg
from peerbot.testing.fakes import RecordingCore
from peerbot.testing.harness import Filled, Harness, MakeHarness, Seen, SeenForm

EventT = TypeVar("EventT", ButtonPressed, CommandUsed, FormSubmitted, MessagePosted)

# The smallest PNG: one grey point.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)
ASK = action("conform", "ask")
COMMAND = Command(
    name="conform look",
    summary=Msg("Look for something"),
    parameters=(
        Parameter(
            name="kind",
            summary=Msg("Which kind"),
            picks=(Pick("near", Msg("Near")), Pick("far", Msg("Far"))),
        ),
        Parameter(name="words", summary=Msg("What for"), surface=Surface.PRIVATE),
    ),
)
FORM = Form(
    title="A few questions",
    submit="Send",
    fields=(
        TextIn(key="short", label="In a word", surface=Surface.PRIVATE),
        TextIn(
            key="long",
            label="In full",
            surface=Surface.PRIVATE,
            long=True,
            most=800,
            required=False,
        ),
        Choice(
            key="one", label="One of them", options=(Option("a", "Apples"), Option("b", "Bread"))
        ),
        MultiChoice(
            key="some",
            label="Some of them",
            options=(Option("x", "Xylophone"), Option("y", "Yarn"), Option("z", "Zither")),
        ),
        Toggle(key="yes", label="Tell me more"),
    ),
)
FILLED: dict[str, Filled] = {
    "In a word": "rain",
    "In full": "first line\nsecond line",
    "One of them": ("Bread",),
    "Some of them": ("Xylophone", "Zither"),
    "Tell me more": True,
}
VALUES = {
    "short": "rain",
    "long": "first line\nsecond line",
    "one": "b",
    "some": ("x", "z"),
    "yes": True,
}
HOSTILE = (
    "**bold** _it_ `code` ~gone~ [b]x[/b] [red]y[/red] <b>z</b> &amp; > q # h",
    "@everyone <@123> <!here> <#5> <https://evil.test|good> [good](https://evil.test)",
    "\x1b[31mred\x1b[0m \x07 \x9b2J \u202eesrever\u202c \u2066x\u2069",
)


class NotConforming(AssertionError):
    """An adapter broke a promise; names the check and says what was seen."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A harness with the core behind it, and short ways to say what a check wants."""

    harness: Harness
    core: RecordingCore

    async def show(
        self,
        *nodes: Node,
        to: Address | None = None,
        summary: Words = "In short",
        tone: Tone = Tone.CALM,
    ) -> Seen:
        """Send a card to the room (or `to`) and return it as sam sees it."""
        shown = a_card(*nodes, summary=summary, tone=tone)
        await self.harness.adapter.send(to or self.harness.room, shown)
        return await self.newest(self.harness.sam)

    async def newest(self, person: Person) -> Seen:
        seen = await self.harness.seen_by(person)
        return seen[-1] if seen else must(None, f"{person.id} sees nothing")

    async def pressed(self) -> ButtonPressed:
        """Return what came of sam pressing a button on a new public card."""
        await self.show(Text("Press"), Actions((Button(action("conform", "go"), "Go"),)))
        await self.harness.press(self.harness.sam, "Go")
        return self.last(ButtonPressed)

    async def form(self) -> SeenForm:
        """Return the form that sam has opened by a button on a new card."""
        await self.show(Text("Ask"), Actions((Button(ASK, "Ask me"),)))
        await self.harness.press(self.harness.sam, "Ask me")
        return must(await self.harness.form_of(self.harness.sam), "no form opened")

    def last(self, kind: type[EventT]) -> EventT:
        """Return the newest event; it must be of this kind and sam's."""
        last = self.core.events[-1] if self.core.events else None
        if not isinstance(last, kind):
            raise NotConforming(f"expected a {kind.__name__}, got {type(last).__name__}")
        equal(last.person, self.harness.sam, "the event comes from the one who acted")
        return last


@dataclass(frozen=True, slots=True)
class NamedCheck:
    """One promise. `name` is the check's name, `says` its sentence."""

    name: str
    says: str
    run: Callable[[Stand], Awaitable[None]]

    async def __call__(self, make: MakeHarness) -> None:
        """Start an adapter and hold it to the promise. Raises `NotConforming`."""
        core = RecordingCore()
        core.commands = (COMMAND,)
        core.forms = {(ASK.feature, ASK.verb): FORM}
        harness = await make(core)
        try:
            await self.run(Stand(harness, core))
        except Exception as error:
            raise NotConforming(f"{self.name}: {error}") from error
        finally:
            await harness.close()


def a_card(*nodes: Node, summary: Words = "In short", tone: Tone = Tone.CALM) -> Card:
    """Return a card as adapters get it: every word resolved to one language."""
    return in_language(Card("conform.card", nodes, summary, tone), SOURCE_LANGUAGE)


Thing = TypeVar("Thing")


def must(thing: Thing | None, problem: str) -> Thing:
    if thing is None:
        raise NotConforming(problem)
    return thing


def equal(seen: object, wanted: object, what: str) -> None:
    if seen != wanted:
        raise NotConforming(f"{what}: expected {wanted!r}, got {seen!r}")


def contains(whole: object, *parts: object) -> None:
    for part in parts:
        if part not in whole:  # type: ignore[operator]
            raise NotConforming(f"{part!r} is missing in {whole!r}")


async def refuses(sending: Awaitable[object], kind: type[Exception]) -> None:
    try:
        await sending
    except kind:
        return
    raise NotConforming(f"the platform refused and no {kind.__name__} was raised")


def named(run: Callable[[Stand], Awaitable[None]]) -> NamedCheck:
    name: str = getattr(run, "__name__", "")
    return NamedCheck(name.replace("_", "-"), run.__doc__ or "", run)
