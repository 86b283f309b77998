"""Plays a flow script: acts step by step, prints every delivery, checks what is expected."""

import json
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from adapters.console import labels
from adapters.console.asking import filled, values_of
from adapters.console.commands import Mistyped
from adapters.console.commands import parse as parse_command
from adapters.console.deeds import CannotDo
from adapters.console.render import (
    alts_of,
    contents_of,
    facts,
    inert,
    labels_of,
    named,
    text_of,
    transcript,
)
from adapters.console.steps import (
    BESIDE_A_FORM,
    AllowFailure,
    Expect,
    ExpectNothing,
    Remark,
    ScriptProblem,
    Step,
    What,
    Where,
    headers,
    parse,
)
from adapters.console.typed import (
    Cancel,
    Choose,
    Delete,
    DeleteRoom,
    Edit,
    Fill,
    Flag,
    Home,
    Leave,
    Make,
    Membership,
    Nothing,
    PlatformBusy,
    PressLabel,
    PressNumbers,
    Say,
    Send,
    SetInbox,
    Use,
    Wait,
    WaitUntil,
)
from adapters.console.world import DEFAULT_ROOM, PLATFORM, OpenForm, Pressable, Shown, folded
from peerbot.chat.addresses import Room, person_of
from peerbot.chat.cards import Attachment
from peerbot.chat.forms import Choice, MultiChoice, Values
from peerbot.chat.plain import plain
from peerbot.chat.router import Failure
from peerbot.chat.stage import Stage

if TYPE_CHECKING:
    from adapters.console.adapter import Console

Write = Callable[[str], object]


_QUIET = (Expect, ExpectNothing, Remark, AllowFailure, Nothing, Fill)
"""Steps that tell peerbot nothing."""


class _Wrong(Exception):
    """A step was not as it should be; says what was really there."""


class ScriptPlay:
    """One run of one script. What a person expects counts from their own last deed."""

    def __init__(self, console: "Console", stage: Stage, write: Write, *, as_json: bool) -> None:
        self._console = console
        self._world = console.world
        self._deeds = console.deeds
        self._stage = stage
        self._write = write
        self._as_json = as_json
        self._zone: ZoneInfo | None = None
        self._printed = 0
        self._failures = len(stage.failures)
        self._since: dict[str, int] = {}
        self._since_all = 0
        self._filled: dict[str, dict[str, str | tuple[str, ...] | bool]] = {}
        self._asked: dict[str, Pressable] = {}

    async def play(self, script: str, name: str) -> int:
        """Return 0, or 1 after naming the file, the line and what was really there."""
        try:
            self._zone = headers(script).zone
            await self._play(parse(script))
        except ScriptProblem as problem:
            sys.stderr.write(f"{name}:{problem.line}: {problem.problem}\n")
            return 1
        return 0

    async def _play(self, steps: Sequence[Step]) -> None:
        self._print_new()
        allowed = False
        step: Step | None = None
        for step in steps:
            await self._step(step, allowed=allowed)
            if not isinstance(step.what, Remark):
                allowed = isinstance(step.what, AllowFailure)
        if step is not None:
            for name in self._world.forms:
                raise ScriptProblem(step.line, f"the script ends while {self._open(name)}")

    async def _step(self, step: Step, *, allowed: bool) -> None:
        self._echo(step)
        try:
            if step.prompt is not None:
                await self._deeds.step_in(step.prompt)
            self._must_not_leave_a_form(step.what)
            self._begin(step.what)
            await self._do(step.what)
            if not isinstance(step.what, _QUIET):
                await self._stage.settle()
        except ScriptProblem:
            raise
        except (_Wrong, CannotDo) as wrong:
            self._print_new()
            raise ScriptProblem(step.line, str(wrong)) from None
        except Exception as error:
            self._print_new()
            raise ScriptProblem(
                step.line, f"{step.written}: {type(error).__name__}: {error}"
            ) from error
        self._print_new()
        self._must_be_whole(step, allowed=allowed)

    async def _do(self, what: What) -> None:
        match what:
            case Say(text):
                await self._deeds.say(text)
            case Use(text):
                await self._use(text)
            case PressLabel(label):
                await self._press_label(label)
            case PressNumbers(numbers):
                await self._press_numbers(numbers)
            case Choose(label, options):
                await self._choose(label, options)
            case Fill(label, words):
                self._fill(label, words)
            case Send():
                await self._send()
            case Cancel():
                self._cancel()
            case Wait(length) if self._stage.can_wait:
                await self._stage.wait(length)
            case WaitUntil() if self._stage.can_wait:
                await self._stage.wait(what.length(self._stage.now(), self._here))
            case Wait() | WaitUntil():
                raise _Wrong("time cannot be moved here: the database is kept")
            case Make(trouble):
                await self._stage.make(trouble)
            case PlatformBusy():
                self._world.busy_sends += 1
            case DeleteRoom(room):
                if not self._world.delete_room(room):
                    raise _Wrong(f"there is no #{room}")
            case Flag() | Edit() | Delete() | Leave() | SetInbox() | Membership():
                await self._deeds.do(what)
            case Home():
                await self._deeds.home()
            case Expect():
                self._expect(what)
            case ExpectNothing(where):
                self._expect_nothing(where)
            case _:
                pass

    # -- acting --------------------------------------------------------------------------------

    async def _use(self, text: str) -> None:
        typed = parse_command(text, self._console.core.commands, self._said)
        if isinstance(typed, Mistyped):
            raise _Wrong(str(typed.why))
        self._note(await self._deeds.use(typed.command.name, typed.options))

    async def _press_label(self, label: str) -> None:
        asked = self._asked.pop(self._deeds.current, None)
        if asked is not None and asked.confirm is not None:
            if labels.says_yes(asked.confirm, label):
                self._note(await self._deeds.press(asked))
            else:
                await self._deeds.leave_alone(asked)
            return
        await self._press(labels.button(self._pressable, label))

    async def _press(self, thing: Pressable) -> None:
        if thing.confirm is not None:
            self._asked[self._deeds.current] = thing
            await self._deeds.ask(thing)
            return
        self._note(await self._deeds.press(thing))

    async def _press_numbers(self, numbers: tuple[int, ...]) -> None:
        things = self._pressable
        if any(not 1 <= number <= len(things) for number in numbers):
            raise _Wrong(f"there is no such number; there is {labels.quoted(things)}")
        first = things[numbers[0] - 1]
        if first.select is None:
            return await self._press(first)
        values = tuple(things[number - 1].value or "" for number in numbers)
        return self._note(await self._deeds.press(first, values))

    async def _choose(self, label: str, options: tuple[str, ...]) -> None:
        if self._deeds.open_form is not None:
            self._fill(label, ", ".join(options), options)
            return
        first, values = labels.options(self._pressable, label, options)
        self._note(await self._deeds.press(first, values))

    def _fill(self, label: str, words: str, options: tuple[str, ...] | None = None) -> None:
        several = (words,) if options is None else options
        field, value = filled(self._form().form, label, words, several)
        self._filled.setdefault(self._deeds.current, {})[field.key] = value

    async def _send(self) -> None:
        opened = self._form()
        values: Values = {**values_of(opened.form), **self._filled.get(self._deeds.current, {})}
        if await self._deeds.submit(opened, values) is None:
            self._filled.pop(self._deeds.current, None)

    def _cancel(self) -> None:
        self._form()
        self._deeds.close_form()
        self._filled.pop(self._deeds.current, None)

    def _form(self) -> OpenForm:
        opened = self._deeds.open_form
        if opened is None:
            raise _Wrong(f"no form is open in front of {self._deeds.current}")
        return opened

    def _note(self, opened: OpenForm | None) -> None:
        if opened is not None:
            self._filled.pop(self._deeds.current, None)

    # -- checking ------------------------------------------------------------------------------

    def _expect(self, expected: Expect) -> None:
        seen = self._new_for_me(expected.where)
        lines = [*(text for one in seen for text in _all_words(one))]
        if expected.where is not Where.PUBLIC:
            lines += self._in_front()
        there = folded(expected.text) in folded(" ".join(lines))
        if there is not expected.wanted:
            wrong = "expected" if expected.wanted else "did not expect"
            raise _Wrong(f'{wrong} "{expected.text}" {self._really(lines)}')

    def _expect_nothing(self, where: Where) -> None:
        lines = [text for one in self._new_for_me(where) for text in _all_words(one)]
        if lines:
            raise _Wrong(f"expected nothing {self._really(lines)}")

    def _new_for_me(self, where: Where) -> list[Shown]:
        """Return what the person has been shown since their last deed, the newest state of each."""
        since = max(self._since.get(self._deeds.current, 0), self._since_all)
        actor = self._deeds.actor
        newest = {one.ref: one for one in self._world.log[since:] if self._world.sees(actor, one)}
        match where:
            case Where.PUBLIC:
                return [one for one in newest.values() if not one.is_private]
            case Where.PRIVATE:
                return [one for one in newest.values() if person_of(one.to) == actor.person]
            case Where.ANY:
                return list(newest.values())

    def _in_front(self) -> list[str]:
        """Return the words of the question or form that waits for the person's answer."""
        asked = self._asked.get(self._deeds.current)
        words = []
        if asked is not None and asked.confirm is not None:
            words += [asked.confirm.question, asked.confirm.yes, asked.confirm.no]
        opened = self._deeds.open_form
        if opened is not None:
            words += [opened.form.title, *([opened.form.intro] if opened.form.intro else [])]
            for field in opened.form.fields:
                words += [field.label, *([field.hint] if field.hint else [])]
                if isinstance(field, Choice | MultiChoice):
                    words += [one.label for one in field.options]
            words += [*opened.reasons.values()]
        return [inert(plain(one)) for one in words]

    def _really(self, lines: Sequence[str]) -> str:
        if not lines:
            return f"for {self._deeds.current}; nothing was there"
        shown = "".join(f"\n    | {line}" for line in lines)
        return f"for {self._deeds.current}; what was there:{shown}"

    def _begin(self, what: What) -> None:
        """Let what people expect count from here, if this is a deed."""
        match what:
            case _ if isinstance(what, _QUIET):
                return
            case Wait() | WaitUntil() | Make():
                self._since_all = len(self._world.log)
            case _:
                self._since[self._deeds.current] = len(self._world.log)

    def _must_not_leave_a_form(self, what: What) -> None:
        if isinstance(what, BESIDE_A_FORM):
            return
        if self._deeds.open_form is not None:
            raise _Wrong(f"{self._open(self._deeds.current)}: send it or cancel it first")
        asked = self._asked.get(self._deeds.current)
        if asked is not None and not isinstance(what, PressLabel):
            raise _Wrong(f'"{named(asked)}" waits for an answer: press one of the two')

    def _open(self, name: str) -> str:
        opened = self._world.forms[name]
        reasons = "; ".join(inert(plain(one)) for one in opened.reasons.values())
        refused = f", which was not taken ({reasons})" if reasons else ""
        return f'{name} has the form "{inert(plain(opened.form.title))}" open{refused}'

    def _must_be_whole(self, step: Step, *, allowed: bool) -> None:
        """Raise if something broke inside during the step."""
        failures: Sequence[Failure] = self._stage.failures
        # A restart may begin a new list.
        new = failures[self._failures if self._failures <= len(failures) else 0 :]
        self._failures = len(failures)
        if new and not allowed:
            broken = "; ".join(
                f"{one.step} ({type(one.error).__name__}: {one.error})" for one in new
            )
            raise ScriptProblem(step.line, f"{step.written}: broke in {broken}")

    # -- printing ------------------------------------------------------------------------------

    def _echo(self, step: Step) -> None:
        if not self._as_json and not isinstance(step.what, Expect | ExpectNothing | AllowFailure):
            self._write(f"{inert(step.written)}\n")

    def _print_new(self) -> None:
        """Print what is new; of a message changed several times at once, only its last state."""
        new = self._world.log[self._printed :]
        last = {one.ref: one for one in new}
        for shown in new:
            if shown.edited and shown is not last[shown.ref] and not self._as_json:
                continue
            if self._as_json:
                self._write(json.dumps(facts(shown), ensure_ascii=False) + "\n")
            else:
                self._write("\n".join(transcript(shown, self._zone or self._here)) + "\n")
        self._printed = len(self._world.log)

    @property
    def _here(self) -> ZoneInfo:
        """Return the zone of the community's clock, in which times are printed unless told."""
        return self._stage.zone_of(Room(PLATFORM, DEFAULT_ROOM))

    @property
    def _pressable(self) -> tuple[Pressable, ...]:
        return self._world.pressable_by(self._deeds.actor)

    def _said(self, words: object) -> str:
        return plain(self._console.core.say(words, self._deeds.actor))  # type: ignore[arg-type]


def _all_words(shown: Shown) -> list[str]:
    labels = [f"[{label}]" for label in labels_of(shown.card)]
    summary = inert(plain(shown.card.summary))
    files = [contents_of(one) for one in shown.card.children if isinstance(one, Attachment)]
    return [summary, *text_of(shown.card), *alts_of(shown.card), *labels, *files]
