"""What may stand inside a line of text: words, and a few things that platforms draw natively."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from peerbot.chat.addresses import Person, Room
from peerbot.i18n import Msg, _, pick, pieces

WEEKDAYS: tuple[Msg, ...] = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
"""By their number in `date.weekday`."""


class When(StrEnum):
    """How a moment is shown."""

    TIME = "time"
    DAY = "day"
    DAY_AND_TIME = "day_and_time"


@dataclass(frozen=True, slots=True)
class Bold:
    words: "Words"


@dataclass(frozen=True, slots=True)
class Code:
    """Exact characters to copy or type: a number to dial, a command."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    label: "Words"
    url: str


@dataclass(frozen=True, slots=True)
class Mention:
    """The name of a person, a room or a platform role; it notifies nobody unless a card says so."""

    who: Person | Room | str


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in time, shown in the reader's own zone where the platform can, else in `zone`."""

    at: datetime
    zone: ZoneInfo
    style: When = When.DAY_AND_TIME


@dataclass(frozen=True, slots=True)
class ByLanguage:
    """A text of a content pack in several languages; the reader's is chosen at delivery."""

    texts: tuple[tuple[str, str], ...]
    """Language and text; English is always there."""


Span = str | Bold | Code | Link | Mention | Moment


@dataclass(frozen=True, slots=True)
class Rich:
    """Text in one language: spans in order. Strings in it are bare words, never markup."""

    spans: tuple[Span, ...]


Words = str | Msg | ByLanguage | Rich | Bold | Code | Link | Mention | Moment
"""A string is verbatim (a member's words, a name): renderers escape it and nobody translates it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom text is resolved."""

    language: str
    zone: ZoneInfo


def joined(*parts: Words) -> Msg:
    """Return the parts one after the other, as one text."""
    names = [f"p{number}" for number in range(len(parts))]
    return Msg("".join(f"{{{name}}}" for name in names), tuple(zip(names, parts, strict=True)))


def listed(several: Iterable[Words]) -> Msg:
    """Return the words with commas between them."""
    return joined(*[part for one in several for part in (", ", one)][1:])


def resolve(words: Words, language: str) -> Rich:
    """Return `words` in `language`, with neighbouring strings merged."""
    spans: list[Span] = []
    for span in _spans(words, language):
        if isinstance(span, str) and spans and isinstance(spans[-1], str):
            spans[-1] += span
        else:
            spans.append(span)
    return Rich(tuple(spans))


def _spans(words: object, language: str) -> tuple[Span, ...]:
    match words:
        case Msg():
            return tuple(
                piece  # type: ignore[misc]  # pieces() yields strings and what _spans returned
                for piece in pieces(words, language, lambda value: _spans(value, language))
            )
        case ByLanguage(texts):
            return (pick(dict(texts), language),)
        case Rich(spans):
            return spans
        case Bold(inner):
            return (Bold(resolve(inner, language)),)
        case Link(label, url):
            return (Link(resolve(label, language), url),)
        case Code() | Mention() | Moment():
            return (words,)
        case _:
            return (str(words),)


def length_of(words: Words) -> int:
    """Return how many characters a reader sees, counting a mention or a moment as 24."""
    match words:
        case Rich(spans):
            return sum(length_of(span) for span in spans)
        case Bold(inner):
            return length_of(inner)
        case Link(label, _url):
            return length_of(label)
        case Code(text):
            return len(text)
        case Mention() | Moment():
            return 24
        case _:
            return len(str(words))


def minutes(length: timedelta) -> int:
    """Return a duration in whole minutes, at least one, for texts such as "in 5 minutes"."""
    return max(1, round(length.total_seconds() / 60))
