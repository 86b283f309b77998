"""Where in the lists a person is, small enough for a button's id: no words, only numbers.

What a search found is kept as the numbers of its services, so that leafing works after a restart,
on any process, and without anybody's words being stored.
"""

import string
from collections.abc import Sequence
from dataclasses import dataclass, replace

from peerbot.chat.actions import Action, action
from peerbot.errors import Gone
from peerbot.resources.model import Support
from peerbot.resources.search import Filters

MOST_FOUND = 20
"""Found services that one can leaf through: 60 characters are an argument's limit."""

_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_WIDTH = 3
_LARGEST = len(_DIGITS) ** _WIDTH - 1
_ALL = "-"
_NOTHING = "+"
_KINDS: dict[Support | None, str] = {None: "a", **{kind: kind.value[0] for kind in Support}}


@dataclass(frozen=True, slots=True)
class Place:
    """What a list is narrowed to, and what a search had found (None: the whole list)."""

    filters: Filters
    found: tuple[int, ...] | None = None

    def action(self, verb: str) -> Action:
        found = _ALL if self.found is None else _written(self.found) or _NOTHING
        return action("resources", verb, _filters_written(self.filters), found)

    def only(self, kind: Support | None) -> "Place":
        return replace(self, filters=replace(self.filters, kind=kind))

    def open_now(self, *, on: bool) -> "Place":
        return replace(self, filters=replace(self.filters, open_now=on))

    def online(self, *, on: bool) -> "Place":
        return replace(self, filters=replace(self.filters, online=on))

    def everywhere(self, *, on: bool) -> "Place":
        return replace(self, filters=replace(self.filters, everywhere=on))


def place_in(pressed: Action) -> Place:
    """Return the place that a button names. Raises `Gone`: anybody can forge one."""
    filters, found, *_page = (*pressed.args, "", "")
    return Place(_filters_read(filters), None if found == _ALL else _read(found))


def page_in(pressed: Action) -> int:
    """Return the page that a pager appended to a place; 1 where there is none. Raises `Gone`."""
    return max(1, number_in(pressed, 2)) if len(pressed.args) > 2 else 1


def number_in(pressed: Action, at: int) -> int:
    """Return the number among an action's arguments. Raises `Gone` if there is none."""
    given = pressed.args[at] if at < len(pressed.args) else ""
    if not (given.isascii() and given.isdigit()) or len(given) > 9:
        raise Gone("no number of ours")
    return int(given)


def _filters_written(filters: Filters) -> str:
    switches = (filters.open_now, filters.online, filters.everywhere)
    return _KINDS[filters.kind] + "".join("1" if on else "0" for on in switches)


def _filters_read(text: str) -> Filters:
    kinds = {letter: kind for kind, letter in _KINDS.items()}
    if len(text) != 4 or text[0] not in kinds or not set(text[1:]) <= {"0", "1"}:
        raise Gone("no filters of ours")
    open_now, online, everywhere = (letter == "1" for letter in text[1:])
    return Filters(kind=kinds[text[0]], open_now=open_now, online=online, everywhere=everywhere)


def _written(numbers: Sequence[int]) -> str:
    return "".join(_digits(one) for one in numbers[:MOST_FOUND] if 0 <= one <= _LARGEST)


def _digits(number: int) -> str:
    rest, last = divmod(number, len(_DIGITS))
    first, middle = divmod(rest, len(_DIGITS))
    return _DIGITS[first] + _DIGITS[middle] + _DIGITS[last]


def _read(text: str) -> tuple[int, ...]:
    if text == _NOTHING:
        return ()
    if not text or len(text) % _WIDTH or not set(text) <= set(_DIGITS):
        raise Gone("no numbers of ours")
    pieces = (text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH))
    return tuple(_number(piece) for piece in pieces)


def _number(piece: str) -> int:
    number = 0
    for digit in piece:
        number = number * len(_DIGITS) + _DIGITS.index(digit)
    return number
