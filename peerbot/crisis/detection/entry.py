"""One table of a rule file, read key by key, so that a mistake is named with its remedy."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from peerbot.crisis.detection.finding import Category, Tier, Whose

T = TypeVar("T")

CATEGORIES = {each.value: each for each in Category if each is not Category.NONE} | {
    "distress": Category.NONE
}
TIERS = {each.label: each for each in Tier}
WHOSE = {each.value: each for each in Whose}


class RuleError(Exception):
    """A rule file cannot be used; says which file, which entry, and how to mend it."""

    def __init__(self, file: str, entry: str, problem: str) -> None:
        super().__init__(f"{file}: {entry}: {problem}" if entry else f"{file}: {problem}")
        self.file = file
        self.entry = entry
        self.problem = problem

    def __reduce__(self) -> tuple[type["RuleError"], tuple[str, str, str]]:
        return RuleError, (self.file, self.entry, self.problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A message and what must be found in it."""

    text: str
    tier: Tier
    category: Category
    whose: Whose | None
    """None where the tier is none."""


def read(toml_text: str, file: str) -> "Entry":
    """Return the top of a file as an entry; raises `RuleError` if it is not TOML."""
    try:
        raw = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as broken:
        raise RuleError(file, "", f"this is not TOML ({broken}); look at that line") from broken
    return Entry(file, "the top of the file", raw)


class Entry:
    """One table of a file, read key by key, so that an unknown key is noticed."""

    def __init__(self, file: str, name: str, raw: object) -> None:
        self.file, self.name = file, name
        if not isinstance(raw, dict):
            raise self.error("must be a table; write it as [name] or [[name]]")
        self._raw: dict[str, Any] = dict(raw)

    def error(self, problem: str) -> RuleError:
        return RuleError(self.file, self.name, problem)

    def named(self, kind: str) -> str:
        self.name = f"{kind} {self._raw.get('id', '(without id)')!r}"
        return self.text("id")

    def text(self, key: str, default: str | None = None) -> str:
        value = self._raw.pop(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.error(f'{key} is missing; write {key} = "..."')
        return value

    def one_of(self, key: str, known: Mapping[str, T], default: str | None = None) -> T:
        value = self.text(key, default)
        if value not in known:
            raise self.error(f"{key} is {value!r}; it can be {', '.join(known)}")
        return known[value]

    def flag(self, key: str) -> bool:
        value = self._raw.pop(key, False)
        if not isinstance(value, bool):
            raise self.error(f"{key} must be true or false, without quotes")
        return value

    def number(self, key: str, default: int) -> int:
        value = self._raw.pop(key, default)
        if not isinstance(value, int) or not 0 <= value <= 12:
            raise self.error(f"{key} must be a number from 0 to 12")
        return value

    def texts(self, key: str, *, least: int = 0) -> tuple[str, ...]:
        value = self._raw.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.error(f'{key} must be a list of texts; write {key} = ["...", "..."]')
        if len(value) < least or not all(each.strip() for each in value):
            raise self.error(f"{key} has an empty text or none; write at least one phrase")
        return tuple(value)

    def tables(self, key: str) -> list[object]:
        value = self._raw.pop(key, [])
        if not isinstance(value, list):
            raise self.error(f"write [[{key}]] with two brackets")
        return value

    def section(self, key: str) -> "Entry":
        return Entry(self.file, f"[{key}]", self._raw.pop(key, {}))

    def all_texts(self) -> dict[str, tuple[str, ...]]:
        return {key: self.texts(key, least=1) for key in list(self._raw)}

    def all_text(self) -> dict[str, str]:
        return {key: self.text(key) for key in list(self._raw)}

    def nothing_else(self) -> None:
        if self._raw:
            unknown = ", ".join(sorted(self._raw))
            raise self.error(f"nothing is called {unknown} here; see docs/rules-format.md")

    def examples(self, key: str, expected: Example) -> tuple[Example, ...]:
        value = self._raw.pop(key, [])
        if not isinstance(value, list):
            raise self.error(f'{key} must be a list; write {key} = ["...", "..."]')
        return tuple(self._example(each, expected) for each in value)

    def _example(self, raw: object, expected: Example) -> Example:
        if isinstance(raw, str):
            return replace(expected, text=raw)
        entry = Entry(self.file, self.name, raw)
        tier = entry.one_of("tier", TIERS, expected.tier.label)
        whose = entry.one_of("whose", WHOSE, (expected.whose or Whose.AUTHOR).value)
        default = next(name for name, each in CATEGORIES.items() if each is expected.category)
        category = entry.one_of("category", CATEGORIES, default)
        example = replace(
            expected,
            text=entry.text("text"),
            tier=tier,
            whose=whose if tier else None,
            category=category,
        )
        entry.nothing_else()
        return example
