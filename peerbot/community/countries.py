"""Every country can be found: in lists that each platform shows whole, or by its typed name."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from peerbot.chat.budget import MAX_OPTIONS
from peerbot.chat.text import Words
from peerbot.community.names import folded

Country = tuple[str, str]
"""A country's code and its name in one language."""


@dataclass(frozen=True, slots=True)
class Countries:
    """The countries whose help lines are known, as the crisis feature offers them."""

    options: Callable[[str], Sequence[Country]]
    """Code and name of the countries, in a language, those with lines of their own first."""
    preview: Callable[[str], tuple[Words, ...]]
    """What members of a country would see, a line each."""
    page: int = 0
    """Which page of them is open."""


_NEAR = 0.8
"""How alike two names are at least, for one to be the other mistyped (`difflib`'s ratio)."""
_CLEARLY = 0.1
"""How much more alike the best must be than the next: Austrlia may be Austria or Australia."""


def in_lists(
    countries: Iterable[Country], most: int = MAX_OPTIONS
) -> tuple[tuple[Country, ...], ...]:
    """Return the countries by the alphabet, in lists of at most `most`.

    A letter stands in one list as a whole, unless it alone has too many.
    """
    ordered = sorted(countries, key=lambda one: folded(one[1]))
    lists: list[tuple[Country, ...]] = []
    for _letter, same in groupby(ordered, key=letter_of):
        for part in _parts(tuple(same), most):
            if lists and len(lists[-1]) + len(part) <= most:
                lists[-1] += part
            else:
                lists.append(part)
    return tuple(lists)


def letter_of(country: Country) -> str:
    """Return the letter under which people look for it: E for "Émirats"."""
    return folded(country[1])[:1].upper()


def meant(typed: str, countries: Iterable[Country]) -> tuple[str, ...]:
    """Return the codes of the countries that somebody may have typed, the likeliest first.

    One if it is clear, by name in any of the languages in `countries` or by code; accents, case
    and small slips do not count. Several if it may be either; none if it is like nothing.
    """
    wanted = folded(" ".join(typed.split()))
    codes: dict[str, str] = {}
    for code, name in countries:
        codes.setdefault(folded(name), code)
        codes.setdefault(folded(code), code)
    if wanted in codes:
        return (codes[wanted],)
    alike: dict[str, float] = {}
    for name, code in codes.items():
        likeness = SequenceMatcher(None, wanted, name).ratio()
        if likeness >= _NEAR:
            alike[code] = max(likeness, alike.get(code, 0.0))
    best = sorted(alike, key=lambda code: -alike[code])
    return tuple(code for code in best[:3] if alike[best[0]] - alike[code] < _CLEARLY)


def _parts(several: Sequence[Country], most: int) -> list[tuple[Country, ...]]:
    return [tuple(several[start : start + most]) for start in range(0, len(several), most)]
