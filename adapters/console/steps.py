"""The grammar of flow scripts: headers, then one step a line (see `docs/flow-scripts.md`)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adapters.console.inbound import Prompt, read_deed, split_prompt, trouble_in, wait_in
from adapters.console.typed import (
    Buttons,
    Cancel,
    Choose,
    Deed,
    Fill,
    Help,
    Make,
    Nothing,
    NotUnderstood,
    PlatformBusy,
    Quit,
    Say,
    Send,
    Wait,
    WaitUntil,
    Who,
)
from peerbot.chat.stage import Headers
from peerbot.errors import PeerbotError
from peerbot.i18n import LANGUAGES


class ScriptProblem(PeerbotError):
    """A script cannot be read, or a step was not as it should be; names the line."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line
        self.problem = problem


class Where(StrEnum):
    """Which deliveries an `expect` looks at; all of them only as far as its person sees them."""

    ANY = ""
    PUBLIC = "public"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Expect:
    text: str
    where: Where
    wanted: bool
    """False: the text must not be there."""


@dataclass(frozen=True, slots=True)
class ExpectNothing:
    where: Where


@dataclass(frozen=True, slots=True)
class AllowFailure:
    """The next step may break something inside."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment, shown in the transcript; empty for a blank line."""


What = Deed | Expect | ExpectNothing | AllowFailure | Remark
BESIDE_A_FORM = (
    *(Choose, Fill, Send, Cancel, Expect, ExpectNothing, AllowFailure, Remark),
    *(Nothing, Wait, WaitUntil, Make, PlatformBusy),
)
"""What can happen while a form is open; any other deed would leave it behind."""


@dataclass(frozen=True, slots=True)
class Step:
    line: int
    written: str
    prompt: Prompt | None
    what: What


_HEADER = re.compile(r"(language|start|zone)\s*:\s*(\S.*)")
_EXPECT = re.compile(r'expect(?P<where> public| private)?(?P<not> not)?\s+"(?P<text>.+)"')
_EXPECT_NOTHING = re.compile(r"expect nothing(?P<where> public| private)?")
_VERBS = re.compile(r"(press|choose|fill|expect|wait|send|cancel|allow)\b")
_EXAMPLES = {
    "press": 'press "Label"',
    "choose": 'choose "Label" = "Option"',
    "fill": 'fill "Field label" = words',
    "expect": 'expect "text", expect public "text", expect not "text", expect nothing',
    "wait": "wait 7d, wait until 18:00",
    "send": "send",
    "cancel": "cancel",
    "allow": "allow failure",
}


def headers(text: str) -> Headers:
    """Return what stands above the first step. Raises `ScriptProblem`."""
    read = Headers()
    for number, written in _above_the_steps(text):
        header = _HEADER.fullmatch(written)
        if header is not None:
            read = _with_header(read, header.group(1), header.group(2).strip(), number)
    return read


def parse(text: str) -> tuple[Step, ...]:
    """Return the steps. Raises `ScriptProblem` for the first line that is no step."""
    heads = {number for number, _line in _above_the_steps(text)}
    return tuple(
        _step(number, written)
        for number, written in enumerate(text.splitlines(), 1)
        if not (number in heads and _HEADER.fullmatch(written.strip()))
    )


def _above_the_steps(text: str) -> Iterator[tuple[int, str]]:
    for number, written in enumerate(text.splitlines(), 1):
        line = written.strip()
        if line and not line.startswith("#") and not _HEADER.fullmatch(line):
            return
        yield number, line


def _with_header(read: Headers, name: str, value: str, line: int) -> Headers:
    match name:
        case "start":
            return replace(read, start=_start(value, line))
        case "zone":
            return replace(read, zone=_zone(value, line))
        case _ if value in LANGUAGES:
            return replace(read, language=value)
        case _:
            raise ScriptProblem(line, f"{value!r} is no language here ({', '.join(LANGUAGES)})")


def _start(text: str, line: int) -> datetime:
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise ScriptProblem(line, f"{text!r} is no time, such as 2026-03-02T09:00Z") from None
    if start.tzinfo is None:
        raise ScriptProblem(line, f"{text!r} needs a zone: write {text}Z for UTC")
    return start.astimezone(UTC)


def _zone(text: str, line: int) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ScriptProblem(line, f"{text!r} is no zone, such as America/Toronto") from None


def _step(number: int, written: str) -> Step:
    line = written.strip()
    if not line or line.startswith("#"):
        return Step(number, line, None, Remark())
    prompt, rest = (None, line) if line.startswith("!") else split_prompt(line)
    what = _what(rest, spoken=prompt is not None)
    match what:
        case NotUnderstood(why):
            raise ScriptProblem(number, str(why))
        case str(problem):
            raise ScriptProblem(number, problem)
        case _:
            return Step(number, line, prompt, what)


def _what(text: str, *, spoken: bool) -> What | str:
    """Return what a line does, or what is wrong with it."""
    if text.startswith("!"):
        return trouble_in(text[1:])
    found = _script_verb(text)
    if found is not None:
        return found
    if not spoken and (verb := _VERBS.match(text)):
        example = _EXAMPLES[verb.group(1)]
        if isinstance(read_deed(text), Say | NotUnderstood) and not text.startswith("press"):
            return f"write it so: {example}"
    deed = read_deed(text)
    if isinstance(deed, Say) and not spoken:
        return f"what is this? Words are said so: sam> {text[:40]}"
    if isinstance(deed, Who | Help | Buttons | Quit):
        return "this works only when a person plays"
    return deed


def _script_verb(text: str) -> What | None:
    if text == "allow failure":
        return AllowFailure()
    if found := _EXPECT_NOTHING.fullmatch(text):
        return ExpectNothing(_where(found))
    if found := _EXPECT.fullmatch(text):
        return Expect(found["text"], _where(found), wanted=found["not"] is None)
    if text.startswith("wait "):
        return wait_in(text.removeprefix("wait "))
    return None


def _where(found: re.Match[str]) -> Where:
    return Where((found["where"] or "").strip())
