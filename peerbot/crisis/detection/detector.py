"""The detector: from a message to a finding, with every step told on request."""

import gc
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from peerbot.crisis.detection.compiled import Compiled
from peerbot.crisis.detection.context import may_apply, weigh
from peerbot.crisis.detection.finding import DENIED, Category, Evidence, Finding, Tier, Whose
from peerbot.crisis.detection.guard import Window, is_one_window, windows
from peerbot.crisis.detection.index import Place
from peerbot.crisis.detection.normalise import Reading
from peerbot.crisis.detection.own import Found, OwnPhrase, OwnRules
from peerbot.crisis.detection.rules import Rule, RuleSet
from peerbot.crisis.detection.signs import STOP
from peerbot.crisis.detection.surroundings import (
    Group,
    Match,
    Step,
    Surroundings,
    Verdict,
    words_of,
)

_MOST_EVIDENCE = 20
_DOUBLED = re.compile(r" ([^\w ]+) \1 ")
_PARTICULAR = (
    Category.OVERDOSE,
    Category.ABUSE,
    Category.THREAT_RECEIVED,
    Category.EATING,
    Category.SELF_HARM,
    Category.SUICIDE,
    Category.BEREAVEMENT,
    Category.THIRD_PARTY,
    Category.THREAT_MADE,
    Category.NONE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A rule that matched, and what its surroundings made of it."""

    rule: str
    tier: Tier
    category: Category
    whose: Whose
    words: str
    """The words as they were read, not as they were written."""
    evidence: Evidence
    modifiers: tuple[str, ...]
    steps: tuple[Step, ...]
    """What was made of it, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRead:
    """What was read in one window."""

    start: int
    quoted: bool
    normalised: str
    matched: tuple[Matched, ...]
    places: int
    """At how many places phrases of rules were weighed: the measure of the work done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How a finding came about; for moderators, never for the person who wrote the message."""

    finding: Finding | None
    windows: tuple[WindowRead, ...]

    def told(self) -> str:
        """Return the explanation in plain words, one step a line."""
        lines = [] if self.finding else ["nothing found"]
        if self.finding:
            found = self.finding
            lines.append(f"{found.tier.label}, {found.category.value}, risk of: {found.whose}")
        for window in self.windows:
            if window.normalised.strip():
                lines.append(f"read as:{window.normalised}".rstrip())
            for match in window.matched:
                lines.append(f'- "{match.words}"')
                lines += [f"    {step.told()}" for step in match.steps]
        return "\n".join(lines)


class Detector:
    """Reads messages with the rules of every language at once."""

    def __init__(self, rulesets: Iterable[RuleSet]) -> None:
        """Compile `rulesets`; raises `RuleError` if a phrase or a list is wrong."""
        with _without_collector():
            self._compiled = Compiled(rulesets)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The shipped rules of every language."""
        return self._compiled.all_rules

    def own_rules(self, phrases: Iterable[OwnPhrase]) -> OwnRules:
        """Return a community's own phrases made ready; raises `OwnPhraseError`."""
        return OwnRules(phrases, self._compiled)

    def line(self, text: str) -> str:
        """Return `text` as a line of plain words."""
        return self._compiled.normaliser.line(text)

    def find(self, text: str, own: OwnRules | None = None) -> Finding | None:
        """Return what `text` says of somebody's danger; None if nothing. Never raises.

        `own` are the phrases of the community in which it was written.
        """
        compiled, matched = self._compiled, []
        if is_one_window(text):  # nearly every message: its window is made only if it is needed
            line = compiled.normaliser.line(text)
            places = compiled.rules.places(line)
            if not _has(line, own) and (not places or self._come_to_nothing(places, line)):
                return None
            return _finding(self._matched(Window(text, 0), line, places, agrees=False, own=own))
        for parts in windows(text):
            for window in parts:
                line = compiled.normaliser.line(window.text)
                places = compiled.rules.places(line)
                if places or _has(line, own):
                    matched += self._matched(window, line, places, self._agrees(parts), own)
        return _finding(matched)

    def _agrees(self, parts: tuple[Window, ...]) -> bool:
        """Whether the author makes the quoted lines their own: "same", or nothing beside them."""
        if len(parts) == 1:
            return False
        line = self._compiled.normaliser.line(parts[0].text)
        return not line.strip(" |") or line.strip(" |") in self._compiled.agreeing

    def explain(self, text: str, own: OwnRules | None = None) -> Explanation:
        """Return what `find` finds, with everything that it saw on the way."""
        read = [
            self._read(window, self._agrees(parts), own)
            for parts in windows(text)
            for window in parts
        ]
        matched = [match for window in read for match in window.matched]
        return Explanation(finding=_finding(matched), windows=tuple(read))

    def _read(self, window: Window, agrees: bool, own: OwnRules | None) -> WindowRead:
        line = self._compiled.normaliser.line(window.text)
        places = self._compiled.rules.places(line)
        found = places or _has(line, own)
        return WindowRead(
            start=window.start,
            quoted=window.quoted,
            normalised=line,
            matched=tuple(self._matched(window, line, places, agrees, own, all_told=True))
            if found
            else (),
            places=len(places),
        )

    def _matched(
        self,
        window: Window,
        line: str,
        places: list[Place[str]],
        agrees: bool,
        own: OwnRules | None,
        *,
        all_told: bool = False,
    ) -> list[Matched]:
        """Return what came of each place; of those that come to nothing only if `all_told`."""
        compiled = self._compiled
        reading = compiled.normaliser.read(window.text)
        if reading.line != line:  # the fast path keeps doubled signs that a reading does not
            places = compiled.rules.places(reading.line)
        places = self._in_their_language(places, reading)
        mine = own.found(reading.line) if own is not None else Found()
        if not (places or mine.phrases):
            return []
        matches = self._matches(places, reading)
        rules = {match.rule.id for match in matches}
        if not all_told:
            own_words = compiled.own_words_of(rules, reading.line)
            alone = Surroundings(reading, window.text, own_words)
            matches = [match for match in matches if may_apply(match, alone)]
            if not (matches or mine.phrases):
                return []
            rules = {match.rule.id for match in matches}
        context = compiled.context_of(rules, reading.line, every_language=bool(mine.phrases))
        around = Surroundings(reading, window.text, [*context, *mine.denied])
        verdicts = [weigh(match, around, compiled.grammars) for match in matches]
        # A community's own phrases win over what ships: nothing of ours covers them.
        standing = [*_uncovered(verdicts), *mine.weighed(around, compiled)]
        return [_told(verdict, window, around, agrees) for verdict in standing]

    def _come_to_nothing(self, places: list[Place[str]], line: str) -> bool:
        """Whether words of the rules' own exclude every place, as far as the bare line tells.

        Most messages that touch a rule mean nothing, and this costs a third of reading them. A
        match lies within a sentence, and so does whatever its rule excludes.
        """
        if _DOUBLED.search(line):  # a reading leaves one of them out
            return False
        compiled = self._compiled
        beside: dict[Group, set[int]] = {}
        for key, _phrase, start, _end, _gaps in compiled.own_words_of(
            {place.key for place in places}, line
        ):
            beside.setdefault(key, set()).add(line.count(STOP, 0, start))
        return all(
            compiled.comes_to_nothing(place.key, line.count(STOP, 0, place.start), beside)
            for place in places
        )

    def _matches(self, places: list[Place[str]], reading: Reading) -> list[Match]:
        compiled = self._compiled
        found: dict[tuple[str, int, int], Match] = {}
        for key, phrase, start, end, gaps in places:  # several phrases may say the same
            spot = (key, *words_of(reading, start, end))
            rule, locale = compiled.rule_of(key)
            passed = {n for gap in gaps for n in range(*words_of(reading, *gap))}
            match = Match(
                rule, locale, *spot[1:], compiled.denies(locale, phrase), frozenset(passed)
            )
            known = found.get(spot)
            if known is None or (match.denies_itself and not known.denies_itself):
                found[spot] = match
        return list(found.values())

    def _in_their_language(self, places: list[Place[str]], reading: Reading) -> list[Place[str]]:
        """Return those of rules in the language of the sentence where they stand."""
        foreign: dict[int, frozenset[str]] = {}
        kept = []
        for place in places:
            number, _ = words_of(reading, place.start, place.end)
            first, end = reading.sentence(number)
            if first not in foreign:
                foreign[first] = self._compiled.foreign(reading.words[first:end])
            if self._compiled.rule_of(place.key)[1] not in foreign[first]:
                kept.append(place)
        return kept


def _has(line: str, own: OwnRules | None) -> bool:
    """Whether a phrase of the community stands in `line`."""
    return own is not None and own.are_in(line)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the garbage collector still: hundreds of thousands of values come to stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _uncovered(verdicts: list[Verdict]) -> Iterator[Verdict]:
    """Yield the verdicts without those that a covering rule stands in place of."""
    covering = [each for each in verdicts if each.match.rule.covers and _stands(each)]
    for each in verdicts:
        if each.match.rule.covers or not any(_overlap(each, other) for other in covering):
            yield each


def _stands(verdict: Verdict) -> bool:
    return verdict.tier is not Tier.NONE or (
        verdict.match.rule.tier is Tier.NONE and verdict.applies
    )


def _overlap(one: Verdict, other: Verdict) -> bool:
    return one.match.first < other.match.end and other.match.first < one.match.end


def _told(verdict: Verdict, window: Window, around: Surroundings, agrees: bool) -> Matched:
    match, reading = verdict.match, around.reading
    if window.quoted and agrees:
        verdict.lower("quoted lines", "the lines are quoted, and agreed with")
    elif window.quoted:
        verdict.drop("quoted lines", "the lines are quoted")
    return Matched(
        rule=match.rule.id,
        tier=verdict.tier,
        category=verdict.category,
        whose=verdict.whose,
        words=" ".join(reading.words[match.first : match.end]),
        evidence=Evidence(
            match.rule.id,
            window.start + reading.starts[match.first],
            window.start + reading.ends[match.end - 1],
        ),
        modifiers=tuple(verdict.modifiers),
        steps=tuple(verdict.steps),
    )


def _finding(matched: Iterable[Matched]) -> Finding | None:
    standing = [each for each in matched if each.tier is not Tier.NONE]
    if not standing:
        return None
    standing.sort(key=_importance)
    best = standing[0]
    named = dict.fromkeys(name for each in standing for name in each.modifiers)
    if any(DENIED not in each.modifiers for each in standing if each.tier is best.tier):
        named.pop(DENIED, None)
    return Finding(
        tier=best.tier,
        category=best.category,
        whose=best.whose,
        evidence=tuple(dict.fromkeys(each.evidence for each in standing[:_MOST_EVIDENCE])),
        modifiers=tuple(named),
    )


def _importance(match: Matched) -> tuple[int, bool, bool, int, int, str]:
    """The highest tier first, then the author's own risk, a named category, more words.

    Of two that weigh the same, the one whose help is the more particular; and always the same.
    """
    return (
        -match.tier,
        match.whose is not Whose.AUTHOR,
        match.category is Category.NONE,
        match.evidence.start - match.evidence.end,
        _PARTICULAR.index(match.category),
        match.rule,
    )
