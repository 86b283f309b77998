"""One person at a terminal plays everyone: reads lines, does them, draws what each would see."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text as Line

from adapters.console import labels
from adapters.console.asking import Left, Screen, fill_in
from adapters.console.commands import Mistyped, help_card
from adapters.console.commands import parse as parse_command
from adapters.console.deeds import CannotDo, Deeds
from adapters.console.inbound import Prompt, is_for_another, read, read_for
from adapters.console.people import drawn, roles_of
from adapters.console.render import (
    body,
    button_label,
    inert,
    line,
    named,
    panel,
)
from adapters.console.screens import Piped, Terminal, clock, here
from adapters.console.typed import (
    Buttons,
    Cancel,
    Choose,
    Deed,
    Delete,
    DeleteRoom,
    Edit,
    Fill,
    Flag,
    Help,
    Home,
    Leave,
    Make,
    Membership,
    NotUnderstood,
    PlatformBusy,
    PressLabel,
    PressNumbers,
    Quit,
    Say,
    Send,
    SetInbox,
    Use,
    Wait,
    WaitUntil,
    Who,
)
from adapters.console.welcome import COLON_HELP, welcome
from adapters.console.world import DIRECT, Pressable, Shown
from peerbot.chat.addresses import Actor, person_of
from peerbot.chat.cards import Card, Confirm, with_words
from peerbot.chat.plain import plain
from peerbot.chat.stage import Stage
from peerbot.chat.text import Words
from peerbot.i18n import _

if TYPE_CHECKING:
    from adapters.console.adapter import Console


class Hand:
    """A person's hand on the console: one line after the other."""

    def __init__(self, console: "Console", stage: Stage, screen: Screen) -> None:
        self._console = console
        self._world = console.world
        self._deeds: Deeds = console.deeds
        self._stage = stage
        self._screen = screen
        self._drawn = 0
        self._failures = len(stage.failures)
        self._busy = False
        self._loop = asyncio.get_running_loop()

    async def play(self) -> int:
        """Return when the person leaves."""
        self._framed(welcome(self._console.core.commands, can_wait=self._stage.can_wait))
        self._world.on_shown = self._draw_soon
        self._draw_new()
        while True:
            try:
                if not await self.line(await self._screen.ask(self.prompt)):
                    return 0
            except EOFError:
                return 0
            except KeyboardInterrupt:
                self._tell(_("Ctrl-D or :quit ends."))

    @property
    def prompt(self) -> str:
        actor = self._deeds.actor
        roles = roles_of(actor)
        place = DIRECT if self._deeds.place == DIRECT else f"#{self._deeds.place}"
        return inert(f"{actor.name}{' (' + ', '.join(roles) + ')' if roles else ''} {place}> ")

    async def line(self, typed: str) -> bool:
        """Do what a line says; return whether to go on."""
        understood = read(typed)
        self._busy = True
        try:
            if understood.prompt is not None:
                await self._step_in(understood.prompt)
            if isinstance(understood.deed, Quit):
                return False
            await self._do(understood.deed)
            await self._stage.settle()
        except CannotDo as cannot:
            self._tell(cannot.why)
        except Left:
            self._deeds.close_form()
            self._tell(_("Nothing was sent."))
        except (EOFError, KeyboardInterrupt):
            raise
        except Exception as error:  # noqa: BLE001 - the terminal goes on, whatever broke
            self._tell(_("Something broke inside: {error}", error=type(error).__name__))
        finally:
            self._busy = False
        self._draw_new()
        self._draw_failures()
        return True

    async def _step_in(self, prompt: Prompt) -> None:
        before = set(self._world.people)
        await self._deeds.step_in(prompt)
        if self._deeds.current not in before:
            self._tell(_("{name} joins the community.", name=self._name))

    # -- doing ---------------------------------------------------------------------------------

    async def _do(self, deed: Deed) -> None:
        match deed:
            case Say(text):
                self._tell(self._heard(text))
                await self._deeds.say(text)
            case Use("help") | Help():
                self._framed(help_card(self._console.core.commands, COLON_HELP))
            case Use(text):
                await self._use(text)
            case PressNumbers(numbers):
                await self._press_numbers(numbers)
            case PressLabel(label):
                await self._press_label(label)
            case Choose(label, options):
                await self._choose(label, options)
            case Fill() | Send() | Cancel():
                self._tell(_("No form is open in front of {name}.", name=self._name))
            case Wait(length) if self._stage.can_wait:
                await self._wait(length)
            case WaitUntil() if self._stage.can_wait:
                await self._wait(deed.length(self._stage.now(), here(self._stage)))
            case Wait() | WaitUntil():
                self._tell(
                    _(
                        "Time runs by itself here, because what you do is kept. "
                        "Start without --database to move it."
                    )
                )
            case Make(trouble):
                await self._stage.make(trouble)
                self._tell(_("Done: {what}.", what=trouble.value))
            case PlatformBusy():
                self._world.busy_sends += 1
                self._tell(_("Done: {what}.", what="platform busy"))
            case DeleteRoom(room):
                self._delete_room(room)
            case SetInbox():
                await self._deeds.do(deed)
                self._tell(_("Done. :who shows it."))
            case Membership(added):
                await self._deeds.do(deed)
                done = "peerbot added" if added else "peerbot removed"
                self._tell(_("Done: {what}.", what=done))
            case Flag() | Edit() | Delete() | Leave():
                await self._deeds.do(deed)
            case Home():
                await self._home()
            case Buttons():
                self._draw_buttons()
            case Who():
                self._screen.draw(drawn(self._world, self._said))
            case NotUnderstood(why):
                self._tell(why)
            case _:
                pass

    def _delete_room(self, room: str) -> None:
        if self._world.delete_room(room):
            self._tell(_("Done: {what}.", what=f"#{room} gone"))
        else:
            self._tell(_("There is no room called #{room}.", room=room))

    async def _use(self, text: str) -> None:
        typed = parse_command(text, self._console.core.commands, self._said)
        if isinstance(typed, Mistyped):
            self._tell(typed.why)
            return
        if await self._deeds.use(typed.command.name, typed.options) is not None:
            await self._fill_in()

    async def _press_numbers(self, numbers: tuple[int, ...]) -> None:
        things = self._world.pressable_by(self._deeds.actor)
        if not all(1 <= number <= len(things) for number in numbers):
            self._tell(
                _("There is no such button for {name}. :buttons lists them.", name=self._name)
            )
            return
        chosen = [things[number - 1] for number in numbers]
        first = chosen[0]
        if len(chosen) == 1 and first.select is None:
            await self._press(first)
        elif any(one.select is None or one.action != first.action for one in chosen):
            self._tell(_("Several numbers must be of one list."))
        elif first.select is not None and len(chosen) > first.select.most:
            self._tell(_("At most {most} of this list.", most=first.select.most))
        else:
            self._tell(
                _("{name} chooses {what}", name=self._name, what=", ".join(map(named, chosen)))
            )
            await self._follow(first, tuple(one.value or "" for one in chosen))

    async def _press_label(self, label: str) -> None:
        await self._press(labels.button(self._world.pressable_by(self._deeds.actor), label))

    async def _choose(self, label: str, options: tuple[str, ...]) -> None:
        things = self._world.pressable_by(self._deeds.actor)
        first, values = labels.options(things, label, options)
        self._tell(_("{name} chooses {what}", name=self._name, what=", ".join(options)))
        await self._follow(first, values)

    def _heard(self, text: str) -> Words:
        """Return who said what where: otherwise nothing tells that a message was posted."""
        if self._deeds.place == DIRECT:
            return _("{name} to peerbot alone: {words}", name=self._name, words=text)
        return _("{name} in #{room}: {words}", name=self._name, room=self._deeds.place, words=text)

    async def _home(self) -> None:
        before = len(self._world.log)
        await self._deeds.home()
        await self._stage.settle()
        if len(self._world.log) == before:
            self._tell(_("There is nothing on the home page of {name} yet.", name=self._name))

    async def _wait(self, length: timedelta) -> None:
        await self._stage.wait(length)
        self._draw_new()
        self._tell(_("It is now {now}.", now=clock(self._stage)))

    async def _press(self, thing: Pressable) -> None:
        self._tell(_("{name} presses {what}", name=self._name, what=f"[{named(thing)}]"))
        if thing.confirm is not None and not await self._confirmed(thing):
            self._tell(_("Nothing was done."))
            return
        await self._follow(thing, ())

    async def _confirmed(self, thing: Pressable) -> bool:
        if thing.confirm is None:
            return True
        self._screen.draw(
            Group(
                line(thing.confirm.question, "bold"),
                button_label(1, thing.confirm.yes),
                button_label(2, thing.confirm.no),
            )
        )
        return self._says_yes(thing.confirm, await self._screen.ask("  1/2 > "))

    def _says_yes(self, confirm: Confirm, typed: str) -> bool:
        """Return whether a number or a label answers yes; anything else leaves things alone."""
        if is_for_another(self._deeds.current, typed):
            self._tell(_("{name} is asked first: answer, or leave with :cancel.", name=self._name))
            return False
        match read_for(self._deeds.current, typed):
            case PressNumbers(numbers):
                return numbers == (1,)
            case PressLabel(label) | Say(label):
                return labels.says_yes(confirm, label)
            case _:
                return False

    async def _follow(self, thing: Pressable, values: tuple[str, ...]) -> None:
        if await self._deeds.press(thing, values) is not None:
            await self._fill_in()

    async def _fill_in(self) -> None:
        opened = self._deeds.open_form
        if opened is None:
            return
        rooms = [one for one in self._world.rooms if self._world.can_read(self._deeds.actor, one)]
        try:
            await fill_in(
                opened, self._deeds.current, self._screen, self._said, rooms, self._deeds.submit
            )
        except (EOFError, KeyboardInterrupt):
            raise Left from None

    # -- drawing -------------------------------------------------------------------------------

    def _draw_soon(self) -> None:
        """Draw what comes by itself, such as a check-in whose time has come."""
        if not self._busy:
            self._loop.call_soon_threadsafe(self._draw_new)

    def _draw_new(self) -> None:
        new = self._world.log[self._drawn :]
        self._drawn = len(self._world.log)
        for shown in new:
            if self._world.current(shown.ref) == shown:
                numbers = self._numbers(shown)
                self._screen.draw(panel(shown, numbers, here(self._stage), self._said))

    def _numbers(self, shown: Shown) -> list[int]:
        """Return the numbers of the card's buttons, for the one who can press them."""
        viewer = self._viewer(shown)
        things = self._world.pressable_by(viewer)
        return [number for number, one in enumerate(things, 1) if one.shown.ref == shown.ref]

    def _viewer(self, shown: Shown) -> Actor:
        person = person_of(shown.to)
        if person is not None:
            return self._world.actor(person)
        others = [self._deeds.actor, *self._world.people.values()]
        reading = (one for one in others if self._world.can_read(one, shown.ref.room))
        return next(reading, Actor(person=self._deeds.actor.person, name="", owns_space=True))

    def _draw_failures(self) -> None:
        failures = self._stage.failures
        for failure in failures[self._failures if self._failures <= len(failures) else 0 :]:
            kind = type(failure.error).__name__
            self._tell(_("Inside, {step} broke ({kind}).", step=failure.step, kind=kind), "red")
        self._failures = len(failures)

    def _draw_buttons(self) -> None:
        things = self._world.pressable_by(self._deeds.actor)
        rows: list[RenderableType] = []
        before: Shown | None = None
        for number, thing in enumerate(things, 1):
            if before is None or thing.shown.ref != before.ref:
                rows.append(line(thing.shown.card.summary, "dim"))
            before = thing.shown
            rows.append(Line("  ").append_text(button_label(number, thing.label)))
        self._screen.draw(Group(*rows) if rows else line(self._said(_("Nothing to press."))))

    def _framed(self, card: Card) -> None:
        def spoken(words: Words) -> Words:
            return self._console.core.say(words, self._deeds.actor)

        whole = with_words(card, spoken, spoken)
        self._screen.draw(Panel(body(whole, ()), title=Line("peerbot"), padding=(1, 2)))

    def _tell(self, words: Words, style: str = "dim") -> None:
        self._screen.draw(Line(f"· {inert(self._said(words))}", style))

    def _said(self, words: Words) -> str:
        return plain(self._console.core.say(words, self._deeds.actor))

    @property
    def _name(self) -> str:
        return self._deeds.actor.name


async def play_by_hand(console: "Console", stage: Stage, lines: Iterable[str] | None) -> int:
    """Let a person at the terminal play until they leave, or until there are no more lines."""
    if lines is not None:
        return await Hand(console, stage, Piped(lines)).play()
    with patch_stdout(raw=True):
        return await Hand(console, stage, Terminal(console, stage)).play()
