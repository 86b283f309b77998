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
        self._phrases = phrases
        self._fixed = [phrase.is_fixed for _, phrase in phrases]
        sets: dict[tuple[str, ...], int] = {}
        self._needs = [
            frozenset(sets.setdefault(each, len(sets)) for each in phrase.witnesses)
            for _, phrase in phrases
        ]
        self._waiting: list[list[int]] = [[] for _ in sets]
        for number, (_, phrase) in enumerate(phrases):
            self._waiting[sets[phrase.witnesses[0]]].append(number)
        anchors: dict[str, list[int]] = {}
        for witnesses, number in sets.items():
            for anchor in witnesses:
                anchors.setdefault(anchor, []).append(number)
        self._sets_of = [frozenset(numbers) for numbers in anchors.values()]
        # In its default matching the library hides overlapping phrases: always ask for them.
        self._automaton = AhoCorasick(list(anchors)) if anchors else None

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
        wanted: dict[Key, bool] = {}
        for each in seen:
            for number in self._waiting[each]:
                if not self._needs[number] <= seen:
                    continue
                key, phrase = self._phrases[number]
                if key not in wanted:
                    wanted[key] = of(key)
                if wanted[key] and self._fixed[number]:
                    spots = [hit for hit in hits if each in self._sets_of[hit[0]]]
                    for _, start, end in spots[:MOST_PLACES]:
                        yield Place(key, phrase, start, end - 1)
                elif wanted[key]:
                    yield from _matches(key, phrase, line)


def _matches(key: Key, phrase: Phrase, line: str) -> Iterator[Place[Key]]:
    for number, found in enumerate(phrase.pattern.finditer(line)):
        if number >= MOST_PLACES:
            return
        yield Place(key, phrase, found.start(), found.end())
