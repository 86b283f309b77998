"""Help lines and emergency numbers: which to show to whom, in which order, and what is open now."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from peerbot.crisis.detection.finding import Category
from peerbot.i18n import pick

MOST_LINES = 3
"""How many stand in a first answer: a wall of numbers helps nobody (Wysa's figures)."""


class Hours(StrEnum):
    """What is known of a line's hours."""

    ALWAYS = "always"
    LISTED = "listed"
    SEE_SITE = "see site"
    """Unknown to us: never shown as open now."""


class Confidence(StrEnum):
    """How sure it is that a line is as it is written here."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Span:
    """Open on these weekdays between two wall-clock times; past midnight if it closes earlier."""

    days: frozenset[int]
    opens: time
    closes: time
    """00:00 means the end of the day."""

    def next_opening(self, wall: datetime) -> datetime:
        """Return when it opens next after `wall`, by the same clock."""
        ahead = (
            datetime.combine(wall.date() + timedelta(days=days), self.opens, wall.tzinfo)
            for days in range(8)
        )
        return next(one for one in ahead if one > wall and one.weekday() in self.days)

    def covers(self, wall: datetime) -> bool:
        today, clock = wall.weekday(), wall.time()
        if self.closes == time(0):
            return today in self.days and clock >= self.opens
        if self.opens < self.closes:
            return today in self.days and self.opens <= clock < self.closes
        yesterday = (today - 1) % 7
        return (today in self.days and clock >= self.opens) or (
            yesterday in self.days and clock < self.closes
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One service that people can call, text or chat with, each as it really dials."""

    id: str
    country: str
    name: str
    audience: str
    about: frozenset[str]
    call: str
    text: str
    text_keyword: str
    chat: str
    whatsapp: str
    website: str
    hours: Hours
    open: tuple[Span, ...]
    zone: ZoneInfo
    languages: tuple[str, ...]
    may_contact_emergency_services: str
    verified_at: date
    """`date.min` if nobody has read it at a source yet."""
    source: str
    confidence: Confidence
    valid_to: date | None
    """The last day on which it may be shown; None while it goes on."""
    superseded_by: str
    """The id of the line that took over or will; empty if none does."""

    def is_open(self, now: datetime) -> bool:
        """Whether somebody answers at `now`; False where the hours are not known to us."""
        if self.hours is Hours.ALWAYS:
            return True
        wall = now.astimezone(self.zone)
        return self.hours is Hours.LISTED and any(span.covers(wall) for span in self.open)

    def opens_at(self, now: datetime) -> datetime | None:
        """Return when somebody answers again, by the line's own clock; None if not known to us."""
        if self.hours is not Hours.LISTED:
            return None
        wall = now.astimezone(self.zone)
        return min((span.next_opening(wall) for span in self.open), default=None)

    def is_valid(self, today: date) -> bool:
        return self.valid_to is None or today <= self.valid_to

    @property
    def is_dialable(self) -> bool:
        return bool(self.call or self.text or self.chat or self.whatsapp)

    @property
    def is_trusted(self) -> bool:
        """Whether it may be shown before somebody here has called it or read its own page."""
        return self.confidence is Confidence.HIGH

    def is_shown(self, today: date, works: bool | None = None) -> bool:
        """Whether members may see it; `works` is what staff found out, which outweighs the file."""
        is_good = self.is_trusted if works is None else works
        return self.is_valid(today) and self.is_dialable and is_good


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoDial:
    number: str
    purpose: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country and what to dial there when every minute counts."""

    code: str
    emergency: str
    also: tuple[AlsoDial, ...]
    name: Mapping[str, str]
    opener: Mapping[str, str]
    """Opens a sentence: "In Canada"."""


@dataclass(frozen=True, slots=True)
class Retired:
    country: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLines:
    """Every country and line of the shipped file."""

    countries: Mapping[str, Country]
    lines: tuple[Line, ...]
    retired: tuple[Retired, ...]
    fallback_name: str
    fallback_url: str

    def country(self, code: str) -> Country | None:
        return self.countries.get(code)

    def named(self, language: str) -> tuple[tuple[str, str], ...]:
        """Return code and name of every country, those with lines of their own first."""
        with_lines = {line.country for line in self.lines if line.is_trusted}
        rows = [(code, pick(one.name, language)) for code, one in self.countries.items()]
        return tuple(sorted(rows, key=lambda row: (row[0] not in with_lines, row[1])))

    def lines_of(
        self,
        code: str,
        category: Category,
        now: datetime,
        checks: Mapping[str, bool] = MappingProxyType({}),
    ) -> tuple[Line, ...]:
        """Return the lines of a country that fit, those open now first; empty for an unknown one.

        `checks` says by id which lines staff found to work, and which not.

        The first adult and the first youth line stand together or not at all (ThroughLine's rule):
        nobody is asked their age in a crisis.
        """
        valid = [
            line
            for line in self.lines
            if line.country == code and line.is_shown(now.date(), checks.get(line.id))
        ]
        wanted = _WANTED.get(category, _ANY)
        fitting = [line for line in valid if line.about & wanted]
        general = [line for line in valid if line.about & _ANY and line not in fitting]
        ordered = sorted(fitting, key=lambda line: not line.is_open(now)) + sorted(
            general, key=lambda line: not line.is_open(now)
        )
        found = _one_each(ordered)
        if category is Category.OVERDOSE:
            # Poison lines answer everybody; the pair of crisis lines comes after them.
            poison = [line for line in found if line.about & wanted]
            return (*poison, *_with_youth([line for line in found if line not in poison]))
        return _with_youth(found)


_ANY = frozenset({"suicide", "crisis", "listening"})
_WANTED: dict[Category, frozenset[str]] = {
    Category.SUICIDE: frozenset({"suicide", "crisis"}),
    Category.SELF_HARM: frozenset({"self_harm", "suicide", "crisis"}),
    Category.OVERDOSE: frozenset({"overdose"}),
    Category.ABUSE: frozenset({"abuse", "sexual_violence"}),
    Category.THREAT_RECEIVED: frozenset({"abuse", "sexual_violence"}),
    Category.EATING: frozenset({"eating"}),
    Category.BEREAVEMENT: frozenset({"bereavement", "suicide", "crisis"}),
    Category.THIRD_PARTY: frozenset({"suicide", "crisis"}),
}
EVERYBODY = frozenset({"everyone", "adults"})


def _one_each(lines: Sequence[Line]) -> list[Line]:
    """Return the lines without second numbers of the same service, and without narrow audiences
    before those that are for everyone."""
    seen: set[str] = set()
    found = []
    for line in sorted(lines, key=lambda one: one.audience not in EVERYBODY | {"youth"}):
        service = line.name.partition(" (")[0]
        if service not in seen:
            seen.add(service)
            found.append(line)
    return found


def _with_youth(lines: list[Line]) -> tuple[Line, ...]:
    """Return the lines with the first youth line moved up beside the first one for everyone."""
    youth = next((line for line in lines if line.audience == "youth"), None)
    general = next((line for line in lines if line.audience in EVERYBODY), None)
    if youth is None or general is None:
        return tuple(lines)
    rest = [line for line in lines if line not in {youth, general}]
    return (general, youth, *rest)


def long_unread(
    lines: HelpLines, today: date, after: timedelta = timedelta(days=365)
) -> tuple[Line, ...]:
    """Return the lines that nobody has read at their source for that long."""
    return tuple(
        line for line in lines.lines if line.is_valid(today) and today - line.verified_at > after
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a line or country must be mended, in words for the person who edits the file."""

    about: Line | Country
    key: str
    reason: str
    mend: str
    hides: bool = True
    """Whether nobody may be shown it meanwhile."""


def faults(lines: HelpLines, declared: Container[str] | None = None) -> tuple[Fault, ...]:
    """Return what must be mended before anyone is shown this: undialable or retired entries.

    `declared` are the countries that the file names, also those that could not be read; None
    stands for those that could.
    """
    known = lines.countries if declared is None else declared
    ids = [line.id for line in lines.lines]
    return (
        *(fault for line in lines.lines for fault in _of_line(line, lines.retired, ids, known)),
        *(fault for one in lines.countries.values() for fault in _of_country(one, lines.retired)),
    )


def without(lines: HelpLines, found: Sequence[Fault]) -> HelpLines:
    """Return what may be shown of the lines."""
    hidden = [fault.about for fault in found if fault.hides]
    return replace(
        lines,
        lines=tuple(line for line in lines.lines if line not in hidden),
        countries={code: one for code, one in lines.countries.items() if one not in hidden},
    )


def _of_line(
    line: Line, retired: Sequence[Retired], ids: Sequence[str], countries: Container[str]
) -> Iterator[Fault]:
    def fault(key: str, reason: str, mend: str, *, hides: bool = True) -> Fault:
        return Fault(about=line, key=key, reason=reason, mend=mend, hides=hides)

    if ids.count(line.id) > 1:
        yield fault("id", "the id is used twice", "give one of them another", hides=False)
    if line.country not in countries:
        yield fault("country", f"{line.country} has no [countries.{line.country}]", "add it")
    if not line.is_dialable:
        reason = "there is nothing to call, text or chat with"
        yield fault("call", reason, "add one or remove the line")
    for key, number in (("call", line.call), ("text", line.text), ("whatsapp", line.whatsapp)):
        if _is_retired(number, line.country, retired):
            yield fault(key, f"{number} is retired", "remove it")
    for number in _NUMBER.findall(line.name):
        if _is_retired(number, line.country, retired):
            yield fault("name", f"{number} is retired", "remove it")
    if line.hours is Hours.LISTED and not line.open:
        yield fault("open", 'hours are "listed" but `open` is empty', 'fill it or use "see site"')
    if line.superseded_by and line.valid_to is None:
        reason = f"{line.superseded_by} took over, but there is no last day"
        yield fault("superseded_by", reason, "set valid_to")
    elif line.superseded_by and line.superseded_by not in ids:
        reason = f"there is no line {line.superseded_by}"
        yield fault("superseded_by", reason, "name the one that took over", hides=False)


def _of_country(country: Country, retired: Sequence[Retired]) -> Iterator[Fault]:
    numbers = (country.emergency, *(one.number for one in country.also))
    if not country.emergency:
        reason = "there is no emergency number"
        yield Fault(about=country, key="emergency", reason=reason, mend="add one")
    for number in numbers:
        if _is_retired(number, country.code, retired):
            reason = f"{number} is retired"
            yield Fault(about=country, key="emergency", reason=reason, mend="remove it")


_NUMBER = re.compile(r"\d(?:[\d .-]*\d)?")
_WHOLE_NUMBER = 7
"""Digits from which on a number with its country code ends like the same one without."""


def _is_retired(number: str, country: str, retired: Sequence[Retired]) -> bool:
    return any(one.country == country and _same(number, one.number) for one in retired)


def _same(one: str, other: str) -> bool:
    """Whether two numbers dial the same: written with other signs, or with the country's code."""
    short, long = sorted((_digits(one), _digits(other)), key=len)
    return bool(short) and (short == long or (len(short) >= _WHOLE_NUMBER and long.endswith(short)))


def _digits(number: str) -> str:
    return "".join(character for character in number if character.isdigit())
