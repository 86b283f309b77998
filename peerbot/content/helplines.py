"""Reads `helplines.toml`: what is wrong costs one line or one country, never the start or the rest.

A number that is retired, or a line that cannot be dialled, is refused here: nothing that reaches a
member has to look for it again.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from peerbot.content.table import Problem, Table, file_text, short
from peerbot.crisis.helplines import (
    AlsoDial,
    Confidence,
    Country,
    Fault,
    HelpLines,
    Hours,
    Line,
    Retired,
    Span,
    faults,
    without,
)
from peerbot.resources.model import is_phone

FILE = "helplines.toml"
FINDER = "Find a Helpline"
FINDER_URL = "https://findahelpline.com"
"""Shown everywhere; known here too, for when the file cannot be read."""

_ABOUT = (
    *("suicide", "crisis", "self_harm", "abuse", "sexual_violence", "overdose", "eating"),
    *("bereavement", "listening", "youth", "substance"),
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NOTHING: Mapping[str, object] = {"countries": {}, "line": [], "retired": {}, "fallback": {}}
_BLOCK = re.compile(r"^(?=\[+(?:line|countries\.\w+|retired|fallback)\b(?!\.))", re.MULTILINE)
"""Where an entry begins, also if its brackets are not closed; tables inside an entry are none."""

_COUNTRY = re.compile(r"\[+countries\.(\w+)")
_UNREADABLE = object()
"""Stands for a country whose entry could not be read at all, and was noted."""


def helplines_in(folder: Path, found: list[Problem]) -> HelpLines:
    """Return what can be shown of the file in `folder`, and add to `found` what cannot."""
    text = file_text(folder / FILE, FILE, found)
    return parse(_NOTHING if text is None else _document(text, found), found)


def parse(document: Mapping[str, object], found: list[Problem]) -> HelpLines:
    """Return the help lines of a parsed file, and add to `found` what had to be left out."""
    for part in _NOTHING:
        if part not in document:
            reason = "is missing"
            found.append(Problem(FILE, part, reason, "see the notes at the top of the file"))
    top = Table(FILE, "", document, found)
    declared = _values_under(document, "countries", found)
    read = [(code, _country(code, one, found)) for code, one in declared.items()]
    name, url = _fallback(document, found)
    whole = HelpLines(
        countries={code: country for code, country in read if country is not None},
        lines=tuple(line for one in top.tables("line") if (line := _line(one)) is not None),
        retired=_retired(document, found),
        fallback_name=name,
        fallback_url=url,
    )
    wrong = faults(whole, declared)
    found.extend(_problem(fault) for fault in wrong)
    return without(whole, wrong)


def _problem(fault: Fault) -> Problem:
    match fault.about:
        case Line(id=name):
            place = f"line {name}"
        case Country(code=name):
            place = f"country {name}"
    return Problem(FILE, f"{place}, {fault.key}", fault.reason, fault.mend)


# -- one entry each ------------------------------------------------------------------------------


def _country(code: str, value: object, found: list[Problem]) -> Country | None:
    if value is _UNREADABLE:
        return None
    values = value if isinstance(value, dict) else {}
    table = Table(FILE, f"country {code}", values, found)
    also = tuple(
        AlsoDial(number=one.text("number", 30), purpose=one.texts("for", 40))
        for one in table.tables("also")
    )
    country = Country(
        code=code,
        emergency=table.text("emergency", 30),
        also=also,
        name=table.texts("name", 60),
        opener=table.texts("in", 80),
    )
    table.several("languages")
    table.no_more()
    return country if table.is_sound else None


def _line(table: Table) -> Line | None:
    confidence = Confidence(table.one_of("confidence", tuple(Confidence)))
    line = Line(
        id=table.text("id", 60),
        country=table.text("country", 2),
        name=table.text("name", 80),
        audience=table.text("for", 30),
        about=_about(table),
        call=_number(table, "call"),
        text=_number(table, "text"),
        text_keyword=table.text("text_keyword", 30, required=False),
        chat=table.url("chat"),
        whatsapp=_number(table, "whatsapp"),
        website=table.url("website"),
        hours=Hours(table.one_of("hours", tuple(Hours))),
        open=tuple(_span(one) for one in table.tables("open")),
        zone=_zone(table),
        languages=table.several("languages"),
        may_contact_emergency_services=table.one_of(
            "may_contact_emergency_services", ("yes", "no", "unknown")
        ),
        verified_at=table.day("verified_at", required=confidence is not Confidence.UNVERIFIED)
        or date.min,
        source=table.text("source", 300),
        confidence=confidence,
        valid_to=_last_day(table),
        superseded_by=table.text("superseded_by", 60, required=False),
    )
    table.no_more()
    return line if table.is_sound else None


def _about(table: Table) -> frozenset[str]:
    several = table.several("about")
    for one in several:
        if one not in _ABOUT:
            table.wrong("about", f"{short(one)} is not known", f"choose of {', '.join(_ABOUT)}")
    if not several:
        table.wrong("about", "is empty", f"choose of {', '.join(_ABOUT)}")
    return frozenset(several)


def _number(table: Table, key: str) -> str:
    number = table.text(key, 30, required=False)
    if number and not is_phone(number):
        table.wrong(key, f"{short(number)} cannot be dialled", "write it as it is dialled")
    return number


def _zone(table: Table) -> ZoneInfo:
    try:
        return ZoneInfo(table.text("zone", 60, required=False))
    except (KeyError, ValueError, OSError):
        # Only then is it worth a look at all the zones there are, for the nearest name.
        return table.zone("zone")


def _last_day(table: Table) -> date | None:
    """Return `valid_to`, which may stand in quotes as the notes of the file write it."""
    value = table.values.get("valid_to", "")
    if isinstance(value, str) and value:
        table.asked.add("valid_to")
        try:
            return date.fromisoformat(value)
        except ValueError:
            table.wrong("valid_to", f"{short(value)} is no day", 'write it like "2026-12-31"')
            return None
    return table.day("valid_to", required=False)


def _span(table: Table) -> Span:
    days = table.several("days")
    if not days or any(day not in _DAYS for day in days):
        table.wrong("days", "are none, or not known", f"choose of {', '.join(_DAYS)}")
    span = Span(
        frozenset(_DAYS.index(day) for day in days if day in _DAYS),
        table.clock("from"),
        table.clock("to"),
    )
    table.no_more()
    return span


def _retired(document: Mapping[str, object], found: list[Problem]) -> tuple[Retired, ...]:
    table = Table(FILE, "retired", _values_under(document, "retired", found), found)
    read = []
    for row in table.tables("numbers"):
        number = Retired(row.text("country", 2), row.text("number", 30))
        if row.is_sound:
            read.append(number)
    return tuple(read)


def _fallback(document: Mapping[str, object], found: list[Problem]) -> tuple[str, str]:
    values = _values_under(document, "fallback", found)
    if not values:
        return FINDER, FINDER_URL
    table = Table(FILE, "fallback", values, found)
    name, url = table.text("name", 60), table.url("website")
    return (name, url) if table.is_sound and url else (FINDER, FINDER_URL)


def _values_under(
    document: Mapping[str, object], key: str, found: list[Problem]
) -> Mapping[str, object]:
    value = document.get(key, {})
    if isinstance(value, dict):
        return value
    found.append(Problem(FILE, key, "is no table", f"begin it with [{key}]"))
    return {}


# -- a file that is no TOML ----------------------------------------------------------------------


def _document(text: str, found: list[Problem]) -> dict[str, object]:
    """Return the whole file; if a mistake makes it unreadable, all blocks but the broken one."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        whole: dict[str, object] = {}
        for block in _blocks(text, found):
            _merge(whole, block, found)
        return whole


def _blocks(text: str, found: list[Problem]) -> Iterator[dict[str, object]]:
    """Yield each [[line]], [countries.XX] and the like, read for itself."""
    starts = [0, *(match.start() for match in _BLOCK.finditer(text)), len(text)]
    for start, end in pairwise(starts):
        above = text.count("\n", 0, start)
        try:
            # With as many empty lines before it, the error names the line of the file.
            yield tomllib.loads("\n" * above + text[start:end])
        except tomllib.TOMLDecodeError as error:
            reason = f"is no TOML ({error})"
            mend = "look at the quotes and brackets there; the rest is used"
            found.append(Problem(FILE, f"the entry from row {above + 1} on", reason, mend))
            if (country := _COUNTRY.match(text, start)) is not None:
                # Its lines are as good as before: people there lose the number, not the lines.
                yield {"countries": {country[1]: _UNREADABLE}}


def _merge(whole: dict[str, object], block: Mapping[str, object], found: list[Problem]) -> None:
    for key, value in block.items():
        known = whole.get(key)
        if known is None:
            whole[key] = value
        elif isinstance(known, list) and isinstance(value, list):
            known.extend(value)
        elif isinstance(known, dict) and isinstance(value, dict):
            for name, inner in value.items():
                if name in known:
                    reason = f"{name} stands there twice"
                    found.append(Problem(FILE, key, reason, "remove one; the first is used"))
                known.setdefault(name, inner)
