"""One typed line as a typed instruction: who speaks, where, and what they do. Never raises."""

import re
from dataclasses import dataclass
from datetime import time, timedelta

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
    Nothing,
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
from adapters.console.world import DIRECT
from peerbot.chat.stage import Trouble
from peerbot.i18n import LANGUAGES, _

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
# "is 5 > 3" is said; "sam smith > hi" was meant to be said by somebody.
_CROOKED = re.compile(
    r"(?P<name>[@\w.'-]+(?: +[@\w.'-]+){0,3}?)"
    r"(?:\s*(?:\([^()<>]{0,80}\)?|#[^<>]{0,40}|@dm)\s*){0,3}>(?:\s|$)"
    r"|(?P<words>[^\W\d_]+(?: +[^\W\d_]+){1,2}) +>(?:\s|$)"
)
_NUMBERS = re.compile(r"\d{1,4}(?:[\s,]+\d{1,4})*")
_PRESS = re.compile(r'press\s+"(?P<label>[^"]+)"')
_CHOOSE = re.compile(r'choose\s+"(?P<label>[^"]+)"\s*=\s*(?P<options>.+)')
_FILL = re.compile(r'fill\s+"(?P<label>[^"]+)"\s*=\s?(?P<words>.*)')
_BARE: dict[str, Deed] = {"send": Send(), "cancel": Cancel()}
_EXPECT = re.compile(r'expect( public| private)?( not)? ".+"|expect nothing( public| private)?')
_UNTIL = re.compile(r"(?:until|jusqu'à)\s+(\d{1,2})[:h](\d{2})")
_ROOM_GONE = re.compile(r"#(\S+) gone")
_LENGTH = re.compile(r"(\d{1,6})\s*([^\W\d_]+)")
_UNITS = {
    timedelta(weeks=1): ("w", "week", "weeks", "semaine", "semaines"),
    timedelta(days=1): ("d", "day", "days", "j", "jour", "jours"),
    timedelta(hours=1): ("h", "hour", "hours", "heure", "heures"),
    timedelta(minutes=1): ("m", "min", "minute", "minutes"),
    timedelta(seconds=1): ("s", "sec", "second", "seconds", "seconde", "secondes"),
}


def read(line: str) -> Line:
    """Return what a typed line asks for; a line of a script may be typed as it stands."""
    prompt, rest = split_prompt(line)
    if prompt is None:
        return Line(None, _beside_people(rest) or read_deed(rest))
    return Line(prompt, read_deed(rest))


def read_for(name: str, typed: str) -> Deed:
    """Return what `name` does with a line that answers a question; the line may name them."""
    return read_deed(words_for(name, typed).strip())


def words_for(name: str, typed: str) -> str:
    """Return the line without the name of the one who is asked."""
    prompt, rest = split_prompt(typed)
    return rest if prompt is not None and prompt.name.lower() == name else typed


def is_for_another(name: str, typed: str) -> bool:
    """Whether a line that should answer `name`'s question is somebody else's, or may be."""
    prompt, _rest = split_prompt(typed)
    return crooked_prompt(typed) is not None if prompt is None else prompt.name.lower() != name


def _beside_people(text: str) -> Deed | None:
    """Return what a line without a name does to the world; None if somebody does or says it."""
    if text.startswith("# "):
        return Nothing()
    if text.startswith("! "):
        return trouble_in(text[1:])
    word, rest = _first_word(text)
    waited = wait_in(rest) if word == "wait" else None
    return waited if isinstance(waited, Wait | WaitUntil) else crooked_prompt(text)


def crooked_prompt(text: str) -> NotUnderstood | None:
    """Return a hint if the line was meant to say who speaks, and does not; else None.

    Words that were meant for one person must not be said by whoever acted last.
    """
    found = _CROOKED.match(text)
    if found is None:
        return None
    name = found["name"] or found["words"]
    if name.endswith("-"):
        return None
    return NotUnderstood(
        _(
            "Who is this? Nothing was said. A name is one word that begins with a letter: "
            "{example}> hello. A backslash before the line says it as it stands.",
            example=_as_name(name) or "sam",
        )
    )


def _as_name(text: str) -> str:
    """Return the nearest name that can be written before the sign; empty if there is none."""
    joined = "-".join(re.findall(r"[\w.'-]+", text)).strip(".'-")
    return re.sub(r"^[\W\d_]+", "", joined)


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
    return _by_label(text) or Say(text)


def _by_label(text: str) -> Deed | None:
    """Return what is done with a button, a list or a form that is named by its label."""
    if found := _PRESS.fullmatch(text):
        return PressLabel(found["label"])
    if found := _CHOOSE.fullmatch(text):
        return Choose(found["label"], _options(found["options"]))
    if found := _FILL.fullmatch(text):
        return Fill(found["label"], found["words"].replace("\\n", "\n"))
    if _EXPECT.fullmatch(text):
        return NotUnderstood(_("Only a script expects something: here you see it yourself."))
    return _BARE.get(text)


def _options(text: str) -> tuple[str, ...]:
    quoted = re.findall(r'"([^"]*)"', text)
    return tuple(quoted or (one.strip() for one in text.split(",")))


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


def wait_in(text: str) -> Wait | WaitUntil | NotUnderstood:
    if found := _UNTIL.fullmatch(text.lower().strip()):
        hour, minute = int(found[1]), int(found[2])
        if hour < 24 and minute < 60:
            return WaitUntil(time(hour, minute))
    length = length_in(text)
    if length is None:
        return NotUnderstood(
            _("How long? For example 7d, 2h, 90m, 3 days or until 18:00; at most five years.")
        )
    return Wait(length)


_PEERBOT = {"peerbot removed": Membership(added=False), "peerbot added": Membership(added=True)}


def trouble_in(text: str) -> Make | PlatformBusy | DeleteRoom | Membership | NotUnderstood:
    wanted = " ".join(text.lower().split())
    if wanted in _PEERBOT:
        return _PEERBOT[wanted]
    if wanted == "platform busy":
        return PlatformBusy()
    if gone := _ROOM_GONE.fullmatch(wanted):
        return DeleteRoom(gone[1])
    known = next((one for one in Trouble if one.value == wanted), None)
    if known is None:
        others = ("platform busy", "#room gone", *_PEERBOT)
        offered = ", ".join([*(one.value for one in Trouble), *others])
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
