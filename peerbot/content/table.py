"""Reads one TOML table key by key, and notes what cannot be used and how to mend it."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from peerbot.i18n import LANGUAGES
from peerbot.resources.model import MAX_URL, is_month, time_of_day, web_address


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in a content file that cannot stand, for the person who edits it."""

    file: str
    place: str
    reason: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}, {self.place}: {self.reason}; {self.mend}."


@dataclass(slots=True)
class Table:
    """One TOML table, read key by key; what cannot be used is noted in `problems`."""

    file: str
    place: str
    values: Mapping[str, object]
    problems: list[Problem]
    within: "Table | None" = None
    asked: set[str] = field(default_factory=set)
    is_sound: bool = True

    def wrong(self, key: str, reason: str, mend: str) -> None:
        self.spoil()
        place = f"{self.place}, {key}" if self.place else key
        self.problems.append(Problem(self.file, place, reason, mend))

    def text(self, key: str, most: int, *, required: bool = True) -> str:
        value = self._get(key, "")
        if not isinstance(value, str):
            self.wrong(key, "is no text", "put it in quotes")
            return ""
        self._check_text(key, value, most, required=required)
        return value

    def texts(self, key: str, most: int) -> dict[str, str]:
        """Return a text in every language that peerbot speaks."""
        value = self._get(key, {})
        given = value if isinstance(value, dict) else {}
        for language in LANGUAGES:
            text = given.get(language)
            if not isinstance(text, str):
                mend = f"add {key}.{language}"
                self.wrong(key, f"the language {language} is missing", mend)
            else:
                self._check_text(f"{key}.{language}", text, most, required=True)
        for unknown in given.keys() - set(LANGUAGES):
            mend = f"remove it; peerbot speaks {', '.join(LANGUAGES)}"
            self.wrong(f"{key}.{unknown}", "the language is not known", mend)
        return {language: str(given.get(language, "")) for language in LANGUAGES}

    def one_of(self, key: str, allowed: Sequence[str]) -> str:
        value = str(self._get(key, ""))
        if value not in allowed:
            near = get_close_matches(value, allowed, 1)
            hint = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(allowed)}"
            self.wrong(key, f"{short(value)} is not known", hint.rstrip("?"))
            return allowed[0]
        return value

    def several(self, key: str) -> tuple[str, ...]:
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.wrong(key, "is no list of words", 'write it like ["one", "two"]')
            return ()
        return tuple(value)

    def flag(self, key: str, *, otherwise: bool) -> bool:
        value = self._get(key, otherwise)
        if not isinstance(value, bool):
            self.wrong(key, "is neither true nor false", "write one of the two, without quotes")
            return otherwise
        return value

    def number(self, key: str) -> int | None:
        value = self._get(key, None)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            self.wrong(key, "is no whole number", "write one without quotes, or leave it out")
            return None
        return value

    def day(self, key: str, *, required: bool = True) -> date | None:
        value = self._get(key, "")
        if value == "" and not required:
            return None
        if type(value) is not date:
            self.wrong(key, "is no day", "write it like 2027-11-24, without quotes")
            return None
        return value

    def month(self, key: str) -> str:
        value = self.text(key, 7, required=False)
        if value and not is_month(value):
            self.wrong(key, f"{short(value)} is no month", 'write it like "2026-03"')
        return value

    def url(self, key: str) -> str:
        value = self.text(key, MAX_URL, required=False)
        if value and ("://" not in value or web_address(value) is None):
            self.wrong(key, "is no web address", "begin it with https:// or http://")
        return value

    def clock(self, key: str) -> time:
        value = time_of_day(self.text(key, 5))
        if value is None:
            self.wrong(key, "is no time", 'write it like "09:00"; "24:00" is midnight')
        return value or time(0)

    def zone(self, key: str) -> ZoneInfo:
        value = self.text(key, 60)
        if value not in available_timezones():
            near = get_close_matches(value, sorted(available_timezones()), 1)
            mend = f"write {near[0]}" if near else "write one such as Europe/Paris"
            self.wrong(key, f"the zone {short(value)} is not known", mend)
            return ZoneInfo("UTC")
        return ZoneInfo(value)

    def tables(self, key: str) -> "tuple[Table, ...]":
        """Return the [[key]] tables below this one; one that is unsound makes this one so too."""
        rows = self._get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.wrong(key, "is no list of tables", f"begin each with [[{key}]]")
            return ()
        return tuple(
            Table(self.file, self._place_of(key, number, row), row, self.problems, self)
            for number, row in enumerate(rows, 1)
        )

    def no_more(self) -> None:
        """Note the keys that nobody asked for: most likely misspelt."""
        for key in sorted(self.values.keys() - self.asked):
            near = get_close_matches(key, self.asked, 1)
            self.wrong(key, "is not known", f"write {near[0]}" if near else "remove it")

    def _place_of(self, key: str, number: int, row: Mapping[str, object]) -> str:
        named = row.get("id")
        place = f"{key} {named if isinstance(named, str) and named else number}"
        return f"{self.place}, {place}" if self.place else place

    def spoil(self) -> None:
        self.is_sound = False
        if self.within is not None:
            self.within.spoil()

    def _get(self, key: str, otherwise: object) -> object:
        self.asked.add(key)
        return self.values.get(key, otherwise)

    def _check_text(self, key: str, value: str, most: int, *, required: bool) -> None:
        if required and not value.strip():
            self.wrong(key, "is empty", "write something, or remove the whole entry")
        if len(value) > most:
            self.wrong(key, f"has {len(value)} characters", f"shorten it to {most}")


def short(value: str) -> str:
    return f'"{value[:40]}"'


def file_text(path: Path, file: str, found: list[Problem]) -> str | None:
    """Return what is in a file; None, with a problem, if it cannot be read."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        found.append(Problem(file, "the file", "is not in UTF-8", "save it as UTF-8"))
    except OSError as error:
        reason = f"cannot be read ({error.strerror})"
        found.append(Problem(file, "the file", reason, "look at its permissions"))
    return None


def toml(text: str, file: str, found: list[Problem]) -> dict[str, object] | None:
    """Return the table in `text`; None, with a problem, if it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason = f"is no TOML ({error})"
        mend = "look at the quotes and brackets there"
        found.append(Problem(file, "the details", reason, mend))
        return None
