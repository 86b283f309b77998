"""Finds which of thousands of phrases stand in a line, in one pass of Aho-Corasick."""

import re
from collections.abc import Callable, Hashable, Mapping
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeVar

from ahocorasick_rs import AhoCorasick

from peerbot.crisis.detection.patterns import Phrase

MOST_PLACES = 12
"""Places at which one phrase is looked at in a window; more of the same say nothing new."""

Key = TypeVar("Key", bound=Hashable)


_Spot = tuple[int, int, tuple[tuple[int, int], ...]]


class Place(NamedTuple, Generic[Key]):
    """A phrase of `key` stands at `line[start:end]`."""

    key: Key
    phrase: Phrase
    start: int
    end: int
    gaps: tuple[tuple[int, int], ...] = ()
    """The pieces of the line that its gaps passed over."""


class _Waiting(NamedTuple, Generic[Key]):
    """A phrase with its keys, and the sets of anchors of which one each must be there as well."""

    phrase: Phrase
    keys: tuple[Key, ...]
    by_owner: dict[str, tuple[Key, ...]]
    first: frozenset[int] | None
    """The set that most lines have none of; None if it waits for nothing more."""
    others: tuple[frozenset[int], ...]


class Index(Generic[Key]):
    """Phrases by a key of the caller's.

    A phrase is looked for only in a line that holds one of each set of its witnesses. Sets are
    numbered, since lists are shared; a phrase waits at its rarest set.
    """

    def __init__(
        self,
        phrases: list[tuple[Key, Phrase]],
        *,
        beside: Mapping[Key, tuple[str, ...]] | None = None,
        owner: Callable[[Key], str] = lambda _key: "",
    ) -> None:
        """Make them ready; of a key in `beside` one of these anchors must be in the line too.

        `owner` says whose a key is, for `places`.
        """
        beside = beside or {}
        together: dict[tuple[Phrase, tuple[str, ...]], list[Key]] = {}
        for key, phrase in phrases:
            together.setdefault((phrase, beside.get(key, ())), []).append(key)
        anchors: dict[str, int] = {}
        sets: dict[tuple[str, ...], int] = {}
        self._members: list[frozenset[int]] = []
        """The anchors of each set."""

        def number(witnesses: tuple[str, ...]) -> int:
            known = sets.setdefault(witnesses, len(sets))
            if known == len(self._members):
                new = (anchors.setdefault(each, len(anchors)) for each in witnesses)
                self._members.append(frozenset(new))
            return known

        self._waiting: dict[int, list[_Waiting[Key]]] = {}
        self._of_owner: dict[str, dict[int, list[_Waiting[Key]]]] = {}
        for (phrase, others), keys in together.items():
            rarest, *more = map(number, (*phrase.witnesses, *([others] if others else ())))
            needed = [self._members[each] for each in dict.fromkeys(more)]
            owned: dict[str, tuple[Key, ...]] = {}
            for key in keys:
                owned[owner(key)] = (*owned.get(owner(key), ()), key)
            first, others_needed = needed[0] if needed else None, tuple(needed[1:])
            waiting = _Waiting(phrase, tuple(keys), owned, first, others_needed)
            self._waiting.setdefault(rarest, []).append(waiting)
            for each in owned:
                self._of_owner.setdefault(each, {}).setdefault(rarest, []).append(waiting)
        # Far fewer than the sets that a common word belongs to.
        awaited_at: list[list[int]] = [[] for _ in anchors]
        for awaited in self._waiting:
            for anchor in self._members[awaited]:
                awaited_at[anchor].append(awaited)
        self._awaited_at = tuple(map(tuple, awaited_at))
        self._anchors: tuple[str, ...] = tuple(anchors)
        self._automaton = _automaton(self._anchors)

    def __getstate__(self) -> dict[str, Any]:
        if self._automaton is not None and not self._anchors:
            raise TypeError("what was read back is not written again: its anchors are gone")
        return {name: value for name, value in vars(self).items() if name != "_automaton"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._automaton = _automaton(self._anchors)
        self._anchors = ()  # the automaton has its own

    def places(self, line: str, *, owners: AbstractSet[str] | None = None) -> list[Place[Key]]:
        """Return where phrases (of these owners) stand, at most `MOST_PLACES` for each."""
        if self._automaton is None:
            return []
        hits = self._automaton.find_matches_as_indexes(line, overlapping=True)
        here = {anchor for anchor, _, _ in hits}
        awaited_at = self._awaited_at
        awaited = {number for anchor in here for number in awaited_at[anchor]}
        if not awaited:
            return []
        found: list[Place[Key]] = []
        for each, phrase, keys in self._met(awaited, here, owners):
            spots: list[_Spot]
            if phrase.is_fixed:
                members = self._members[each]
                spots = [(a, b - 1, ()) for anchor, a, b in hits if anchor in members]
            elif (met := phrase.pattern.search(line)) is not None:
                more = islice(phrase.pattern.finditer(line, met.end()), MOST_PLACES - 1)
                spots = [_spot(match) for match in (met, *more)]
            else:
                continue
            found += [
                Place(key, phrase, start, end, gaps)
                for start, end, gaps in spots[:MOST_PLACES]
                for key in keys
            ]
        return found

    def _met(
        self, awaited: set[int], here: AbstractSet[int], owners: AbstractSet[str] | None
    ) -> list[tuple[int, Phrase, tuple[Key, ...]]]:
        """Return the phrases of which one of each set is here, with their keys (of the owners)."""
        missing = here.isdisjoint
        if owners is None:
            return [
                (each, waiting.phrase, waiting.keys)
                for each in awaited
                for waiting in self._waiting[each]
                if ((first := waiting.first) is None or not missing(first))
                and not (waiting.others and any(map(missing, waiting.others)))
            ]
        return [
            (each, waiting.phrase, waiting.by_owner[owner])
            for owner in owners & self._of_owner.keys()
            for theirs in (self._of_owner[owner],)
            for each in awaited & theirs.keys()
            for waiting in theirs[each]
            if ((first := waiting.first) is None or not missing(first))
            and not (waiting.others and any(map(missing, waiting.others)))
        ]


def _automaton(anchors: tuple[str, ...]) -> AhoCorasick | None:
    # In its default matching the library hides overlapping phrases: always ask for them.
    return AhoCorasick(list(anchors)) if anchors else None


def _spot(match: re.Match[str]) -> _Spot:
    (start, end), *gaps = match.regs
    return start, end, tuple(gap for gap in gaps if gap[0] < gap[1])
