"""What the operator gave: key by key, how each was written, what is wrong and what was meant."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from peerbot.errors import PeerbotError
from peerbot.i18n import LANGUAGES

PREFIX = "PEERBOT_"
FILE_VARIABLE = "PEERBOT_CONFIG"
"""Names the settings file; `--config` goes before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing in the settings that cannot stand, for the person who runs the bot."""

    key: str
    """As it was written: `delivery.share_of_limit`, or `PEERBOT_DELIVERY__SHARE_OF_LIMIT`."""
    reason: str
    nearest: str | None = None
    """The right key or value that was probably meant."""

    def __str__(self) -> str:
        hint = "" if self.nearest is None else f" Did you mean {self.nearest}?"
        return f"{self.key} {self.reason}.{hint}"


class SettingsError(PeerbotError):
    """The settings cannot be used; `problems` names all of them at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def table_in(file: Path) -> dict[str, Any]:
    """Return what `file` says. Raises SettingsError with the line if it is broken."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        reason = f"cannot be read: {_toml_mistake(str(error))}"
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        reason = f"cannot be read: line {line} is not UTF-8 text; save the file as UTF-8"
    except OSError as error:
        reason = f"cannot be read: {(error.strerror or str(error)).lower()}"
    raise SettingsError((Problem(key=str(file), reason=reason),))


def _toml_mistake(message: str) -> str:
    """Return tomllib's `message` with the line first, which it says at the end."""
    at = r"\(at (?:line (\d+), column (\d+)|end of document)\)"
    found = re.fullmatch(f"(.*) {at}", message, re.DOTALL)
    if found is None:
        return message
    what = found[1][:1].lower() + found[1][1:]
    hint = "; words need quotes around them" if found[1] == "Invalid value" else ""
    return f"{f'line {found[2]}' if found[2] else 'its last line'}: {what}{hint}"


_Key = tuple[str, ...]


class Given:
    """What was given, key by key, and how each key was written."""

    def __init__(self, values: dict[_Key, object], keys: frozenset[_Key]) -> None:
        """`keys` are those that there are."""
        self._values = values
        self._keys = keys
        self._written = {key: ".".join(key) for key in values}

    @classmethod
    def of_file(cls, table: Mapping[str, Any], model: type[BaseModel]) -> "Given":
        """Return what a file gives for `model`, whose fields and sections are the keys."""
        return cls(dict(_leaves(table)), frozenset(_keys_of(model)))

    def override_with(self, environ: Mapping[str, str]) -> None:
        for name, value in environ.items():
            if name.startswith(PREFIX) and name != FILE_VARIABLE:
                key = tuple(name.removeprefix(PREFIX).lower().split("__"))
                self._values[key] = value
                self._written[key] = name

    def unknown(self) -> Iterator[Problem]:
        for key in self._values:
            if key not in self._keys and not self._is_section_as_value(key):
                nearest = _nearest_key(key, self._keys)
                yield Problem(
                    key=self._written[key],
                    reason="is not a setting of peerbot",
                    nearest=None if nearest is None else self._as_written(key, nearest),
                )

    def known(self) -> dict[str, Any]:
        """Return the values of known keys, nested as Settings takes them."""
        nested: dict[str, Any] = {}
        for key, value in self._values.items():
            if (
                key in self._keys
                and len(key) > 1
                and isinstance(nested.setdefault(key[0], {}), dict)
            ):
                nested[key[0]][key[1]] = value
            elif key in self._keys or self._is_section_as_value(key):
                nested[key[0]] = value
        return nested

    def problem_of(self, detail: ErrorDetails) -> Problem:
        key = tuple(str(part) for part in detail["loc"])
        shown = "" if _is_secret(key) else str(self._values.get(key, ""))
        return Problem(
            key=f"{self._written.get(key, '.'.join(key))}{f' = {shown!r}' if shown else ''}",
            reason=_reason(detail),
            nearest=_nearest_value(detail["type"], shown),
        )

    def _is_section_as_value(self, key: _Key) -> bool:
        return len(key) == 1 and any(known[:1] == key for known in self._keys if len(known) > 1)

    def _as_written(self, like: _Key, key: _Key) -> str:
        if self._written[like].startswith(PREFIX):
            return PREFIX + "__".join(key).upper()
        return ".".join(key)


def _leaves(table: Mapping[str, Any], above: _Key = ()) -> Iterator[tuple[_Key, object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*above, name))
        else:
            yield (*above, name), value


def _keys_of(model: type[BaseModel], above: _Key = ()) -> Iterator[_Key]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _keys_of(field.annotation, (*above, name))
        else:
            yield (*above, name)


def _is_secret(key: _Key) -> bool:
    return key[0] in {"discord", "slack", "database_url"}


def _nearest_key(key: _Key, keys: frozenset[_Key]) -> _Key | None:
    """Return the one of `keys` most like `key`, or that ends like it in another section."""
    whole = {".".join(known): known for known in sorted(keys)}
    if close := get_close_matches(".".join(key), whole, n=1, cutoff=0.7):
        return whole[close[0]]
    last = {known[-1]: known for known in sorted(keys)}
    if close := get_close_matches(key[-1], last, n=1, cutoff=0.7):
        return last[close[0]]
    return None


def _nearest_value(kind: str, shown: str) -> str | None:
    candidates: Mapping[str, Callable[[], Sequence[str]]] = {
        "zone": lambda: sorted(available_timezones()),
        "language": lambda: LANGUAGES,
        "literal_error": lambda: ("debug", "info", "warning", "error"),
    }
    if kind not in candidates:
        return None
    names = {name.lower(): name for name in candidates[kind]()}
    asked = shown.strip().lower().replace(" ", "_")
    cities = {name.rsplit("/", 1)[-1]: name for name in reversed(names) if "/" in name}
    close = get_close_matches(asked, names, n=1) or [
        cities[city] for city in get_close_matches(asked.rsplit("/", 1)[-1], cities, n=1)
    ]
    return names[close[0]] if close else None


def _reason(detail: ErrorDetails) -> str:
    """Return what is wrong as the rest of a sentence that begins with the key."""
    kind, limits = detail["type"], detail.get("ctx", {})
    known = {
        "int_parsing": "must be a whole number",
        "int_type": "must be a whole number",
        "int_from_float": "must be a whole number",
        "float_parsing": "must be a number",
        "float_type": "must be a number",
        "string_type": "must be text in quotes",
        "path_type": "must be text in quotes",
        "string_pattern_mismatch": "must be digits only",
        "greater_than": f"must be more than {limits.get('gt')}",
        "greater_than_equal": f"must be at least {limits.get('ge')}",
        "less_than_equal": f"must be at most {limits.get('le')}",
        "literal_error": f"must be one of {str(limits.get('expected')).replace(chr(39), '')}",
        "model_type": "is the name of a section: write its keys below it",
        "model_attributes_type": "is the name of a section: write its keys below it",
    }
    if kind.startswith("date"):
        return "must be a date such as 2026-01-31, or empty"
    return known.get(kind, detail["msg"])
