"""What a button means, written into the platform's own id: `pb1|feature|verb|args`."""

import re
from dataclasses import dataclass

MAX_ID = 100
"""https://discord.com/developers/docs/components/reference#anatomy-of-a-component-custom-ids"""

_PREFIX = "pb1"
_PART = re.compile(r"[A-Za-z0-9_.:@+-]{1,60}")
_PAGE = re.compile(r"[0-9]{1,4}")
_COUNT = re.compile(r"[0-9]{1,6}")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,23}")


class BadAction(ValueError):
    """An id is not one of ours, or too long: forged, stale or from another bot."""


@dataclass(frozen=True, slots=True)
class Action:
    """What happens on a press. Args are ids, never words: anyone can read and forge them."""

    feature: str
    verb: str
    args: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in (self.feature, self.verb):
            if not _NAME.fullmatch(name):
                raise BadAction(f"{name!r} is no name for a feature or verb")
        for arg in self.args:
            if not _PART.fullmatch(arg):
                raise BadAction("an argument has characters that ids may not have")
        if len(self.encoded) > MAX_ID:
            raise BadAction(f"an id of {len(self.encoded)} characters; at most {MAX_ID}")

    @property
    def encoded(self) -> str:
        return "|".join((_PREFIX, self.feature, self.verb, *self.args))

    @property
    def name(self) -> str:
        return f"{self.feature}.{self.verb}"

    def arg(self, number: int = 0) -> str:
        """Return an argument: an id that anybody may have forged. Raises `BadAction` without it."""
        if number >= len(self.args):
            raise BadAction("an id is missing")
        return self.args[number]

    def count(self, most: int, number: int = 0) -> int:
        """Return the whole number that an argument is. Raises `BadAction` if none up to `most`."""
        named = self.arg(number)
        if not _COUNT.fullmatch(named) or int(named) > most:
            raise BadAction("not a number that we offered")
        return int(named)

    def page(self, number: int = 0) -> int:
        """Return the page that an argument names, counted from 1; the first if it names none."""
        wanted = self.args[number] if number < len(self.args) else ""
        return int(wanted) if _PAGE.fullmatch(wanted) else 1


def action(feature: str, verb: str, *args: object) -> Action:
    """Return the action with its arguments written as ids."""
    return Action(feature, verb, tuple(str(arg) for arg in args))


def decode(text: str) -> Action:
    """Return the action in a platform's id. Raises `BadAction` for anything not exactly ours."""
    if len(text) > MAX_ID:
        raise BadAction("an id longer than we make")
    prefix, *parts = text.split("|")
    if prefix != _PREFIX or len(parts) < 2:
        raise BadAction("not one of our ids")
    return Action(parts[0], parts[1], tuple(parts[2:]))
