"""Help lines and emergency numbers: which to show to whom, in which order, and what is open now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
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


class HelpLineError(ValueError):
    """A file of help lines says something that cannot be; the text names place, reason and cure."""


@dataclass(frozen=True, slots=True)
class Span:
    """Open on these weekdays between two wall-clock times; past midnight if it closes earlier."""

    days: frozenset[int]
    opens: time
    closes: time
    """00:00 means the end of the day."""

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
    source: str
    valid_to: date | None

    def is_open(self, now: datetime) -> bool:
        """Whether somebody answers at `now`; False where the hours are not known to us."""
        if self.hours is Hours.ALWAYS:
            return True
        wall = now.astimezone(self.zone)
        return self.hours is Hours.LISTED and any(span.covers(wall) for span in self.open)

    def is_valid(self, today: date) -> bool:
        return self.valid_to is None or today <= self.valid_to

    @property
    def is_dialable(self) -> bool:
        return bool(self.call or self.text or self.chat or self.whatsapp)


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
        with_lines = {line.country for line in self.lines}
        rows = [(code, pick(one.name, language)) for code, one in self.countries.items()]
        return tuple(sorted(rows, key=lambda row: (row[0] not in with_lines, row[1])))

    def lines_of(self, code: str, category: Category, now: datetime) -> tuple[Line, ...]:
        """Return the lines of a country that fit, those open now first; empty for an unknown one.

        The first adult and the first youth line stand together or not at all (ThroughLine's rule):
        nobody is asked their age in a crisis.
        """
        valid = [
            line
            for line in self.lines
            if line.country == code and line.is_valid(now.date()) and line.is_dialable
        ]
        wanted = _WANTED.get(category, _ANY)
        fitting = [line for line in valid if line.about & wanted]
        general = [line for line in valid if line.about & _ANY and line not in fitting]
        ordered = sorted(fitting, key=lambda line: not line.is_open(now)) + sorted(
            general, key=lambda line: not line.is_open(now)
        )
        return _with_youth(_one_each(ordered))


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
_EVERYBODY = frozenset({"everyone", "adults"})


def _one_each(lines: Sequence[Line]) -> list[Line]:
    """Return the lines without second numbers of the same service, and without narrow audiences
    before those that are for everyone."""
    seen: set[str] = set()
    found = []
    for line in sorted(lines, key=lambda one: one.audience not in _EVERYBODY | {"youth"}):
        service = line.name.partition(" (")[0]
        if service not in seen:
            seen.add(service)
            found.append(line)
    return found


def _with_youth(lines: list[Line]) -> tuple[Line, ...]:
    """Return the lines with the first youth line moved up beside the first one for everyone."""
    youth = next((line for line in lines if line.audience == "youth"), None)
    general = next((line for line in lines if line.audience in _EVERYBODY), None)
    if youth is None or general is None:
        return tuple(lines)
    rest = [line for line in lines if line not in {youth, general}]
    return (general, youth, *rest)


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse(document: Mapping[str, object]) -> HelpLines:
    """Return the help lines of a parsed TOML document. Raises `HelpLineError`."""
    try:
        countries = {
            code: _country(code, row) for code, row in _table(document["countries"]).items()
        }
        lines = tuple(_line(row) for row in _rows(document["line"]))
        retired = tuple(
            Retired(str(row["country"]), str(row["number"]))
            for row in _rows(_table(document["retired"])["numbers"])
        )
        fallback = _table(document["fallback"])
    except KeyError as error:
        raise HelpLineError(
            f"helplines.toml: {error} is missing; see the notes at its top"
        ) from None
    return HelpLines(
        countries=countries,
        lines=lines,
        retired=retired,
        fallback_name=str(fallback["name"]),
        fallback_url=str(fallback["website"]),
    )


def long_unread(
    lines: HelpLines, today: date, after: timedelta = timedelta(days=365)
) -> tuple[Line, ...]:
    """Return the lines that nobody has read at their source for that long."""
    return tuple(
        line for line in lines.lines if line.is_valid(today) and today - line.verified_at > after
    )


def problems(lines: HelpLines) -> list[str]:
    """Return what must be mended before anyone is shown this: undialable or retired entries."""
    found: list[str] = []
    retired = {(one.country, _digits(one.number)) for one in lines.retired}
    ids = [line.id for line in lines.lines]
    for line in lines.lines:
        where = f"helplines.toml, line {line.id}"
        if ids.count(line.id) > 1:
            found.append(f"{where}: the id is used twice; give one of them another")
        if line.country not in lines.countries:
            found.append(
                f"{where}: country {line.country} has no [countries.{line.country}]; add it"
            )
        if not line.is_dialable:
            found.append(f"{where}: nothing to call, text or chat with; add one or remove the line")
        found.extend(
            f"{where}: {number} is retired; remove it"
            for number in (line.call, line.text, line.whatsapp)
            if number and (line.country, _digits(number)) in retired
        )
        if line.hours is Hours.LISTED and not line.open:
            found.append(
                f'{where}: hours are "listed" but `open` is empty; fill it or use "see site"'
            )
    found.extend(
        f"helplines.toml, country {code}: no emergency number; add one"
        for code, one in lines.countries.items()
        if not one.emergency
    )
    return found


def _country(code: str, value: object) -> Country:
    row = _table(value)
    also = tuple(
        AlsoDial(number=str(one["number"]), purpose=_texts(one["for"]))
        for one in _rows(row.get("also", []))
    )
    return Country(
        code=code,
        emergency=str(row["emergency"]),
        also=also,
        name=_texts(row["name"]),
        opener=_texts(row["in"]),
    )


def _line(row: Mapping[str, object]) -> Line:
    verified = row["verified_at"]
    if not isinstance(verified, date):
        raise HelpLineError(
            f"helplines.toml, line {row['id']}: verified_at must be a date, 2026-03-13"
        )
    return Line(
        id=str(row["id"]),
        country=str(row["country"]),
        name=str(row["name"]),
        audience=str(row["for"]),
        about=frozenset(str(one) for one in _list(row["about"])),
        call=str(row["call"]),
        text=str(row["text"]),
        text_keyword=str(row["text_keyword"]),
        chat=str(row["chat"]),
        whatsapp=str(row["whatsapp"]),
        website=str(row["website"]),
        hours=Hours(str(row["hours"])),
        open=tuple(_span(one) for one in _rows(row.get("open", []))),
        zone=ZoneInfo(str(row["zone"])),
        languages=tuple(str(one) for one in _list(row["languages"])),
        may_contact_emergency_services=str(row["may_contact_emergency_services"]),
        verified_at=verified,
        source=str(row["source"]),
        valid_to=date.fromisoformat(str(row["valid_to"])) if row.get("valid_to") else None,
    )


def _span(row: Mapping[str, object]) -> Span:
    closes = str(row["to"])
    return Span(
        frozenset(_DAYS.index(str(day)) for day in _list(row["days"])),
        time.fromisoformat(str(row["from"])),
        time(0) if closes == "24:00" else time.fromisoformat(closes),
    )


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise HelpLineError("helplines.toml: a table was expected")
    return value


def _rows(value: object) -> list[Mapping[str, object]]:
    return [_table(one) for one in _list(value)]


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise HelpLineError("helplines.toml: a list was expected")
    return value


def _texts(value: object) -> Mapping[str, str]:
    return {language: str(text) for language, text in _table(value).items()}


def _digits(number: str) -> str:
    return "".join(character for character in number if character.isdigit())
