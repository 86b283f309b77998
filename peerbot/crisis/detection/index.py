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
    """Phrases by a key of the caller's."""

    def __init__(self, phrases: list[tuple[Key, Phrase]]) -> None:
        self._phrases = phrases
        anchors: dict[str, list[int]] = {}
        for number, (_, phrase) in enumerate(phrases):
            for anchor in phrase.anchors:
                anchors.setdefault(anchor, []).append(number)
        self._owners = list(anchors.values())
        self._fixed = [phrase.is_fixed for _, phrase in phrases]
        # In its default matching the library hides overlapping phrases: always ask for them.
        self._automaton = AhoCorasick(list(anchors)) if anchors else None

    def may_be_in(self, line: str) -> list[tuple[int, int, int]]:
        """Return the anchors that stand in `line`; most lines have none."""
        if self._automaton is None:
            return []
        return self._automaton.find_matches_as_indexes(line, overlapping=True)

    def places(
        self,
        line: str,
        anchors: list[tuple[int, int, int]] | None = None,
        *,
        of: Callable[[Key], bool] = lambda _: True,
    ) -> Iterator[Place[Key]]:
        """Yield where phrases `of` some keys stand in `line`, at most `MOST_PLACES` for each."""
        count: dict[int, int] = {}
        wanted: dict[Key, bool] = {}
        for anchor, start, end in self.may_be_in(line) if anchors is None else anchors:
            for number in self._owners[anchor]:
                key, phrase = self._phrases[number]
                if key not in wanted:
                    wanted[key] = of(key)
                if not wanted[key]:
                    continue
                seen = count[number] = count.get(number, 0) + 1
                if self._fixed[number] and seen <= MOST_PLACES:
                    yield Place(key, phrase, start, end - 1)
                elif not self._fixed[number] and seen == 1:
                    yield from _matches(key, phrase, line)


def _matches(key: Key, phrase: Phrase, line: str) -> Iterator[Place[Key]]:
    for number, found in enumerate(phrase.pattern.finditer(line)):
        if number >= MOST_PLACES:
            return
        yield Place(key, phrase, found.start(), found.end())
