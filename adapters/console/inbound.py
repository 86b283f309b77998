"""One typed line as a typed instruction: who speaks, where, and what they do. Never raises."""

import re
from dataclasses import dataclass
from datetime import timedelta

from adapters.console.world import DIRECT
from peerbot.chat.stage import Trouble
from peerbot.i18n import LANGUAGES, Msg, _

LONGEST_WAIT = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """Who acts from here on: `robin (moderator) #garden>`. None means: as it was before."""

    name: str
    roles: frozenset[str] | None = None
    locale: str | None = None
    place: str | None = None
    """A room's name without its hash, or `@dm`."""


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@dataclass(frozen=True, slots=True)
class Say:
    text: str


@dataclass(frozen=True, slots=True)
class Use:
    """A command as it was typed, without its slash."""

    text: str


@dataclass(frozen=True, slots=True)
class PressNumbers:
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PressLabel:
    label: str


@dataclass(frozen=True, slots=True)
class Wait:
    length: timedelta


@dataclass(frozen=True, slots=True)
class Flag:
    whom: str


@dataclass(frozen=True, slots=True)
class Edit:
    text: str


@dataclass(frozen=True, slots=True)
class Delete:
    pass


@dataclass(frozen=True, slots=True)
class SetInbox:
    whom: str
    """Empty: the person who acts."""
    open: bool


@dataclass(frozen=True, slots=True)
class Leave:
    pass


@dataclass(frozen=True, slots=True)
class Home:
    pass


@dataclass(frozen=True, slots=True)
class Make:
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class PlatformBusy:
    """The platform refuses the next send for being busy."""


@dataclass(frozen=True, slots=True)
class Who:
    pass


@dataclass(frozen=True, slots=True)
class Help:
    pass


@dataclass(frozen=True, slots=True)
class Buttons:
    pass


@dataclass(frozen=True, slots=True)
class Quit:
    pass


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    why: Msg


Deed = (
    Nothing
    | Say
    | Use
    | PressNumbers
    | PressLabel
    | Wait
    | Flag
    | Edit
    | Delete
    | SetInbox
    | Leave
    | Home
    | Make
    | PlatformBusy
    | Who
    | Help
    | Buttons
    | Quit
    | NotUnderstood
)


@dataclass(frozen=True, slots=True)
class Line:
    prompt: Prompt | None
    deed: Deed


COLON_WORDS = (
    "flag",
    "edit",
    "delete",
    "close-inbox",
    "open-inbox",
    "leave",
    "home",
    "buttons",
    "who",
    "trouble",
    "help",
    "quit",
)

_PROMPT = re.compile(
    r"\s*(?P<name>[^\W\d_](?:[\w.'-]{0,30}\w)?)"
    r"(?:\s*\((?P<roles>[^()<>]{0,80})\))?"
    r"(?:\s*(?P<place>#[\w-]{1,40}|@dm))?"
    r"\s*>[ \t]?(?P<rest>.*)",
    re.DOTALL,
)
_NUMBERS = re.compile(r"\d{1,4}(?:[\s,]+\d{1,4})*")
_PRESS = re.compile(r'press\s+"(?P<label>[^"]+)"')
_LENGTH = re.compile(r"(\d{1,6})\s*([^\W\d_]+)")
_UNITS = {
    timedelta(weeks=1): ("w", "week", "weeks", "semaine", "semaines"),
    timedelta(days=1): ("d", "day", "days", "j", "jour", "jours"),
    timedelta(hours=1): ("h", "hour", "hours", "heure", "heures"),
    timedelta(minutes=1): ("m", "min", "minute", "minutes"),
    timedelta(seconds=1): ("s", "sec", "second", "seconds", "seconde", "secondes"),
}


def read(line: str) -> Line:
    """Return what a typed line asks for."""
    prompt, rest = split_prompt(line)
    return Line(prompt, read_deed(rest))


def split_prompt(line: str) -> tuple[Prompt | None, str]:
    """Return who acts, if the line says so, and the rest of it."""
    found = _PROMPT.fullmatch(line)
    if found is None:
        return None, line.strip()
    place = found["place"]
    words = None if found["roles"] is None else re.split(r"[\s,]+", found["roles"].lower().strip())
    named = frozenset(words or ()) - {""}
    return (
        Prompt(
            name=found["name"],
            roles=None if words is None else named - set(LANGUAGES),
            locale=next((word for word in sorted(named) if word in LANGUAGES), None),
            place=place if place is None or place == DIRECT else place[1:].lower(),
        ),
        found["rest"].strip(),
    )


def read_deed(text: str) -> Deed:
    """Return what the words after a prompt ask for; after a backslash they are plain words."""
    if not text:
        return Nothing()
    if text.startswith("\\"):
        return Say(text[1:])
    if text.startswith(":"):
        return _colon(*_first_word(text[1:]))
    if text.startswith("/"):
        return _slash(text[1:].strip())
    if _NUMBERS.fullmatch(text):
        return PressNumbers(tuple(int(number) for number in re.findall(r"\d+", text)))
    if pressed := _PRESS.fullmatch(text):
        return PressLabel(pressed["label"])
    return Say(text)


def length_in(text: str) -> timedelta | None:
    """Return the duration in words such as "7d", "90m", "2 hours 30 min"; None if it is none."""
    parts = _LENGTH.findall(text.lower())
    if not parts or re.sub(r"[\s,]|and|et", "", _LENGTH.sub("", text.lower())):
        return None
    total = timedelta()
    for number, unit in parts:
        one = next((length for length, names in _UNITS.items() if unit in names), None)
        if one is None:
            return None
        total += int(number) * one
    return total if timedelta() < total <= LONGEST_WAIT else None


def wait_in(text: str) -> Wait | NotUnderstood:
    length = length_in(text)
    if length is None:
        return NotUnderstood(_("How long? For example 7d, 2h, 90m or 3 days; at most five years."))
    return Wait(length)


def trouble_in(text: str) -> Make | PlatformBusy | NotUnderstood:
    wanted = " ".join(text.lower().split())
    if wanted == "platform busy":
        return PlatformBusy()
    known = next((one for one in Trouble if one.value == wanted), None)
    if known is None:
        offered = ", ".join([*(one.value for one in Trouble), "platform busy"])
        return NotUnderstood(_("Trouble can be: {offered}.", offered=offered))
    return Make(known)


def _slash(text: str) -> Deed:
    word, rest = _first_word(text)
    return wait_in(rest) if word == "wait" else Use(text)


def _colon(word: str, rest: str) -> Deed:
    match word:
        case "flag" if rest:
            return Flag(_name_in(rest))
        case "flag":
            return NotUnderstood(_("Whose message? For example :flag sam"))
        case "edit" if rest:
            return Edit(rest)
        case "edit":
            return NotUnderstood(_("What should it say now? For example :edit I am fine"))
        case "delete":
            return Delete()
        case "close-inbox":
            return SetInbox(_name_in(rest), open=False)
        case "open-inbox":
            return SetInbox(_name_in(rest), open=True)
        case "leave":
            return Leave()
        case "home":
            return Home()
        case "buttons":
            return Buttons()
        case "trouble":
            return trouble_in(rest)
        case "wait":
            return wait_in(rest)
        case "who":
            return Who()
        case "help":
            return Help()
        case "quit" | "q" | "exit":
            return Quit()
        case _:
            known = " ".join(f":{one}" for one in COLON_WORDS)
            return NotUnderstood(
                _("There is no :{word} here. There are: {known}", word=word, known=known)
            )


def _first_word(text: str) -> tuple[str, str]:
    word, _space, rest = text.partition(" ")
    return word.strip().lower(), rest.strip()


def _name_in(text: str) -> str:
    return text.lstrip("@").strip()
