"""A match of a rule, the words around it, and what becomes of it step by step."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.detection.index import Place
from peerbot.crisis.detection.normalise import Reading
from peerbot.crisis.detection.rules import Rule

Group = tuple[str, ...]
"""What a context phrase is for: ("mask",), ("denies", "en"), ("unless", "en", rule), ..."""
_NOWHERE: list[tuple[int, int]] = []


@dataclass(frozen=True, slots=True)
class Match:
    """A rule's phrase at the words `first` to `end` (exclusive) of a reading."""

    rule: Rule
    locale: str
    first: int
    end: int
    denies_itself: bool = False
    """Whether the phrase has a denial of its own ("don't want to live")."""
    between: frozenset[int] = frozenset()
    """Numbers of the words inside it that the phrase does not name: what its gaps passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one look at a match made of it; its name lets it be told in any language."""

    name: str
    """What was looked at: "rule", "subject", "negation", the id of a context, ..."""
    why: str
    """The same in English, for a terminal."""
    before: Tier
    after: Tier
    words: str = ""
    """The words that decided, as they were read; empty if there are none."""

    def told(self) -> str:
        """Return the step in plain English."""
        if self.before is self.after:
            return self.why
        return f"{self.why}: {self.before.label} becomes {self.after.label}"


@dataclass(slots=True)
class Verdict:
    """What became of a match."""

    match: Match
    tier: Tier
    category: Category
    whose: Whose
    modifiers: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    applies: bool = True
    """Whether what the rule needs, and nothing that it excludes, stands beside it."""

    def note(self, name: str, why: str, *, tier: Tier | None = None, words: str = "") -> None:
        """Keep a step, and the tier that it leads to if that is another one."""
        after = self.tier if tier is None else tier
        self.steps.append(Step(name=name, why=why, before=self.tier, after=after, words=words))
        self.tier = after

    def drop(self, name: str, why: str, words: str = "") -> None:
        """Set the tier to none."""
        self._move(Tier.NONE, name, why, words)

    def drop_softly(self, name: str, why: str, words: str = "") -> None:
        """Set the tier to none, or one lower for a rule that stands firm."""
        self._move(self.tier.lowered() if self.match.rule.firm else Tier.NONE, name, why, words)

    def lower(self, name: str, why: str, words: str = "") -> None:
        """Set the tier one lower."""
        self._move(self.tier.lowered(), name, why, words)

    def raise_(self, name: str, why: str, words: str = "") -> None:
        """Make it an emergency."""
        self._move(Tier.EMERGENCY, name, why, words)

    def _move(self, tier: Tier, name: str, why: str, words: str) -> None:
        if tier is not self.tier:
            self.note(name, why, tier=tier, words=words)
            self.modifiers.append(name)


class Surroundings:
    """The context phrases of one reading, by what they are for, as ranges of words."""

    def __init__(self, reading: Reading, text: str, places: Iterable[Place[Group]]) -> None:
        self.reading = reading
        self.text = text
        self._spots: dict[Group, list[tuple[int, int]]] = {}
        for key, _phrase, start, end, _gaps in places:
            self._spots.setdefault(key, []).append((start, end))
        # Few of the groups are ever asked about.
        self._ranges: dict[Group, list[tuple[int, int]]] = {}
        self._numbers: dict[Group, frozenset[int]] = {}
        self._stretches: dict[tuple[int, int, str, str], tuple[int, int]] = {}

    def all(self, *group: str) -> list[tuple[int, int]]:
        """Return the ranges of words at which phrases of `group` stand."""
        if group not in self._spots:
            return _NOWHERE
        known = self._ranges.get(group)
        if known is None:
            known = sorted(words_of(self.reading, *spot) for spot in self._spots[group])
            self._ranges[group] = known
        return known

    def has(self, group: Group) -> bool:
        """Whether a phrase of `group` stands anywhere."""
        return group in self._spots

    def any_within(self, first: int, end: int, *group: str) -> bool:
        """Whether a phrase of `group` lies within the words `first` to `end`."""
        return any(first <= a and b <= end for a, b in self.all(*group))

    def is_at(self, number: int, *group: str) -> bool:
        """Whether the word `number` belongs to a phrase of `group`."""
        if group not in self._spots:
            return False
        known = self._numbers.get(group)
        if known is None:
            known = frozenset(word for a, b in self.all(*group) for word in range(a, b))
            self._numbers[group] = known
        return number in known

    def is_subject(self, number: int, locale: str) -> bool:
        """Whether the word `number` names the author or somebody else."""
        return self.is_at(number, "author", locale) or self.is_at(number, "other", locale)

    def stretch(self, match: Match, reach: str) -> tuple[int, int]:
        """Return the words around `match` that count for `reach`."""
        key = (match.first, match.end, reach, match.locale)
        known = self._stretches.get(key)
        if known is None:
            known = self._stretches[key] = self._stretch(*key)
        return known

    def _stretch(self, first: int, end: int, reach: str, locale: str) -> tuple[int, int]:
        words, (start, stop) = self.reading.words, (first, end)
        if reach == "message":
            return 0, len(words)
        first, end = self.reading.sentence(first)[0], self.reading.sentence(end - 1)[1]
        if reach == "near":
            return max(first, start - 4), min(end, stop + 4)
        if reach == "clause":
            pauses, boundaries = self.reading.after_pause, self.all("boundary", locale)
            begins = [
                self._after_boundary(a, min(b, start), locale) for a, b in boundaries if a < start
            ]
            first = max([first, *(n for n in (*pauses, *begins) if n <= start)])
            end = min(
                [end, *(n for n in pauses if n >= stop), *(a for a, _ in boundaries if a >= stop)]
            )
        return first, end

    def _after_boundary(self, first: int, end: int, locale: str) -> int:
        """Return where the clause begins: the subject of "and she" belongs to it."""
        return end - 1 if end - 1 > first and self.is_subject(end - 1, locale) else end

    def clause_start(self, match: Match) -> int:
        """Return the first word of the clause that `match` stands in."""
        return self.stretch(match, "clause")[0]


def words_of(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """Return the range of words that the piece `start` to `end` of the line consists of."""
    first = start + 1 if reading.line[start] == " " else start
    return reading.word_at(first), reading.word_at(end - 1) + 1
