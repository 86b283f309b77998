"""Finds which of thousands of phrases stand in a line, in one pass of Aho-Corasick."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from ahocorasick_rs import AhoCorasick

from peerbot.crisis.detection.patterns import Phrase

MOST_PLACES = 12
"""Places at which one phrase is looked at in a window; more of the same say nothing new."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Place(Generic[Key]):
    """A phrase of `key` stands at `line[start:end]`."""

    key: Key
    phrase: Phrase
    start: int
    end: int


class Index(Generic[Key]):
    """Phrases by a key of the caller's.

    A phrase is looked for only in a line that holds one of each set of its witnesses. Sets are
    numbered, since lists are shared; a phrase waits at its rarest set.
    """

    def __init__(self, phrases: list[tuple[Key, Phrase]]) -> None:
        keys: dict[Phrase, list[Key]] = {}
        for key, phrase in phrases:
            keys.setdefault(phrase, []).append(key)
        self._phrases = [(phrase, tuple(each)) for phrase, each in keys.items()]
        sets: dict[tuple[str, ...], int] = {}
        self._needs = [
            frozenset(sets.setdefault(each, len(sets)) for each in phrase.witnesses)
            for phrase in keys
        ]
        self._waiting: list[list[int]] = [[] for _ in sets]
        for number, phrase in enumerate(keys):
            self._waiting[sets[phrase.witnesses[0]]].append(number)
        sets_of: dict[str, tuple[int, ...]] = {}
        for witnesses, number in sets.items():
            alone = (number,)  # one value for all: most anchors belong to a single set
            for anchor in witnesses:
                known = sets_of.get(anchor)
                sets_of[anchor] = alone if known is None else (*known, number)
        self._sets_of = list(sets_of.values())
        # In its default matching the library hides overlapping phrases: always ask for them.
        self._automaton = AhoCorasick(list(sets_of)) if sets_of else None

    @property
    def size(self) -> int:
        """How many anchors the automaton knows."""
        return len(self._sets_of)

    def places(
        self, line: str, *, of: Callable[[Key], bool] = lambda _: True
    ) -> Iterator[Place[Key]]:
        """Yield where phrases `of` some keys stand in `line`, at most `MOST_PLACES` for each."""
        if self._automaton is None:
            return
        hits = self._automaton.find_matches_as_indexes(line, overlapping=True)
        seen: set[int] = set()
        for anchor, _, _ in hits:
            seen.update(self._sets_of[anchor])
        for each in seen:
            for number in self._waiting[each]:
                if not self._needs[number] <= seen:
                    continue
                phrase, keys = self._phrases[number]
                wanted = [key for key in keys if of(key)]
                if wanted and phrase.is_fixed:
                    spots = [(a, b - 1) for anchor, a, b in hits if each in self._sets_of[anchor]]
                elif wanted:
                    spots = [found.span() for found in phrase.pattern.finditer(line)]
                else:
                    continue
                for start, end in spots[:MOST_PLACES]:
                    for key in wanted:
                        yield Place(key, phrase, start, end)
