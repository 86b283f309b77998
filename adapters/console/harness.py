"""The console as the conformance checks see it: what is printed, and what fingers do."""

from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from zoneinfo import ZoneInfo

from rich.console import Console as RichConsole

from adapters.console.adapter import Console
from adapters.console.asking import Value, values_of
from adapters.console.inbound import Prompt
from adapters.console.render import PINNED, alts_of, panel
from adapters.console.world import (
    DEFAULT_ROOM,
    PLATFORM,
    SPACE,
    Pressable,
    Shown,
    is_labelled,
    pressables_of,
)
from peerbot.chat.addresses import Person, Room
from peerbot.chat.cards import Actions, Attachment, LinkButton
from peerbot.chat.forms import Choice, Field, MultiChoice
from peerbot.chat.plain import plain
from peerbot.clock import Clock, MovableClock
from peerbot.testing.builders import NOW
from peerbot.testing.fakes import RecordingCore
from peerbot.testing.harness import Break, Filled, Seen, SeenForm

# Wide enough that no sentence of a check is broken in two.
_WIDTH = 500


class ConsoleHarness:
    """Reads what the terminal prints; `make` lets a test put a broken console in its place."""

    sam = Person(PLATFORM, "sam")
    robin = Person(PLATFORM, "robin")
    room = Room(PLATFORM, DEFAULT_ROOM)
    space = SPACE

    def __init__(self, console: Console) -> None:
        self.adapter = console
        self._world = console.world
        self._deeds = console.deeds

    @classmethod
    async def start(
        cls, core: RecordingCore, make: Callable[[Clock], Console] = Console
    ) -> "ConsoleHarness":
        console = make(MovableClock(NOW))
        await console.start(core)
        harness = cls(console)
        await console.deeds.step_in(Prompt(name="alex", roles=frozenset({"admin"})))
        for person in (cls.robin, cls.sam):
            await harness._as(person)
        return harness

    async def seen_by(self, person: Person) -> Sequence[Seen]:
        actor = self._world.actor(person)
        things = self._world.pressable_by(actor)
        return [_seen(shown, things) for shown in reversed(self._world.seen_by(actor))]

    async def press(self, person: Person, label: str) -> None:
        await self._as(person)
        things = self._world.pressable_by(self._deeds.actor)
        await self._deeds.press(next(one for one in things if is_labelled(one, label)))

    async def choose(self, person: Person, options: tuple[str, ...]) -> None:
        await self._as(person)
        things = [one for one in self._world.pressable_by(self._deeds.actor) if one.select]
        chosen = [one for label in options for one in things if is_labelled(one, label)]
        await self._deeds.press(chosen[0], tuple(one.value or "" for one in chosen))

    async def turn(self, person: Person, *, forward: bool) -> None:
        await self.press(person, ">" if forward else "<")

    async def say(self, person: Person, text: str) -> None:
        await self._as(person)
        await self._deeds.say(text)

    async def use(self, person: Person, command: str, options: Mapping[str, str]) -> None:
        await self._as(person)
        await self._deeds.use(command, options)

    async def form_of(self, person: Person) -> SeenForm | None:
        opened = self._world.forms.get(person.id)
        if opened is None:
            return None
        held = values_of(opened.form)
        return SeenForm(
            title=plain(opened.form.title),
            fields={plain(one.label): _in_labels(one, held[one.key]) for one in opened.form.fields},
            reasons=tuple(plain(reason) for reason in opened.reasons.values()),
        )

    async def submit(self, person: Person, filled: Mapping[str, Filled]) -> None:
        await self._as(person)
        opened = self._world.forms[person.id]
        values = values_of(opened.form)
        for field in opened.form.fields:
            if plain(field.label) in filled:
                values[field.key] = _in_values(field, filled[plain(field.label)])
        await self._deeds.submit(opened, values)

    def break_next_send(self, how: Break, person: Person) -> None:
        match how:
            case Break.BUSY:
                self._world.busy_sends = 1
            case Break.CLOSED:
                self._deeds.set_inbox(person.id, is_open=False)

    async def close(self) -> None:
        await self.adapter.stop()

    async def _as(self, person: Person) -> None:
        await self._deeds.step_in(Prompt(name=person.id))


def _seen(shown: Shown, things: Sequence[Pressable]) -> Seen:
    numbers = [number for number, one in enumerate(things, 1) if one.shown.ref == shown.ref]
    printed = _printed(shown, numbers)
    mine = list(zip(numbers, pressables_of(shown), strict=True))
    drawn = [one for number, one in mine if f"[{number}] {plain(one.label)}" in printed]
    return Seen(
        words=printed,
        summary=plain(shown.card.summary),
        private=shown.is_private,
        buttons=tuple(
            plain(one.label)
            for one in drawn
            if one.select is None and plain(one.label) not in {"<", ">"}
        ),
        links=tuple((label, url) for label, url in _links(shown) if f"{label} ({url})" in printed),
        options=tuple(plain(one.label) for one in drawn if one.select is not None),
        alts=tuple(alt for alt in alts_of(shown.card) if alt in printed),
        files=tuple(
            (one.name, one.data)
            for one in shown.card.children
            if isinstance(one, Attachment) and one.name in printed
        ),
        notified=frozenset(one.id if isinstance(one, Person) else one for one in shown.card.pings),
        pinned=shown.pinned and plain(PINNED) in printed,
    )


def _printed(shown: Shown, numbers: Sequence[int]) -> str:
    paper = StringIO()
    screen = RichConsole(file=paper, width=_WIDTH, color_system=None, highlight=False)
    screen.print(panel(shown, numbers, ZoneInfo("UTC"), plain))
    return paper.getvalue()


def _links(shown: Shown) -> list[tuple[str, str]]:
    rows = [one.buttons for one in shown.card.children if isinstance(one, Actions)]
    links = [one for row in rows for one in row if isinstance(one, LinkButton)]
    return [(plain(one.label), one.url) for one in links]


def _in_labels(field: Field, value: Value) -> Filled:
    if not isinstance(field, Choice | MultiChoice):
        return value
    values = value if isinstance(value, tuple) else (value,)
    return tuple(plain(one.label) for one in field.options if one.value in values)


def _in_values(field: Field, filled: Filled) -> Value:
    if not isinstance(field, Choice | MultiChoice) or not isinstance(filled, tuple):
        return filled
    values = tuple(one.value for one in field.options if plain(one.label) in filled)
    return values if isinstance(field, MultiChoice) else values[0]
