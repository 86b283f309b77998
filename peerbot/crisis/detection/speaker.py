"""Decides whose risk it is: the nearest subject, or the author where there is none."""

import re

from peerbot.crisis.detection.finding import Tier, Whose
from peerbot.crisis.detection.surroundings import Match, Surroundings, Verdict

_KINDS = ("author", "other", "you", "generic")
_QUOTE_MARK = re.compile('["“”„«»]')
_SINGLE_QUOTED = re.compile(r"(?<![^\s(:])['‘](?=\w)(?:[^'’\n]|(?<=\w)['’](?=\w))+['’](?!\w)")
_WORDS_BESIDE_A_QUOTE = 8


def decide_speaker(verdict: Verdict, around: Surroundings) -> None:
    """Set whose risk it is; drop what is said to the reader or of people in general."""
    match, rule = verdict.match, verdict.match.rule
    kind = "author" if rule.whose is Whose.AUTHOR else nearest_subject(match, around)
    if kind == "author" and rule.whose is not Whose.OTHER:
        if _is_reported(match, around):
            _other(verdict, "the words are reported of somebody else")
    elif kind == "generic" and "generic" not in rule.ignores:
        verdict.drop_softly("generic", "it speaks of people in general")
    elif rule.whose is None and kind == "you" and "you" not in rule.ignores:
        verdict.drop("you", "it is said to somebody else, not of oneself")
    elif rule.whose is None and kind == "other":
        _other(verdict, "the nearest subject is somebody else")


def nearest_subject(match: Match, around: Surroundings) -> str:
    """Return the kind of the subject nearest before or in `match`; "author" if there is none.

    Somebody who leaves the subject out ("been feeling like dying") speaks of themselves.
    """
    start, best, kind = around.clause_start(match), (-1, -1), "author"
    for each in _KINDS:
        for first, end in around.all(each, match.locale):
            if first < start or first >= match.end or _listens(first, each, match, around):
                continue
            # A subject inside the match wins; before it, the last one, and of these the longest.
            inside = first >= match.first
            place = (1_000_000 - first, end) if inside else (end, -first)
            if place > best:
                best, kind = place, each
    return kind


def _listens(first: int, kind: str, match: Match, around: Surroundings) -> bool:
    """Whether the person at `first` is spoken to ("i told my mum") and so is no subject."""
    if kind != "other":
        return False
    for number in range(first - 1, max(first - 3, -1), -1):
        if number + 1 in around.reading.after_pause:
            return False
        if around.is_at(number, "listener", match.locale):
            return True
    return False


def _is_reported(match: Match, around: Surroundings) -> bool:
    """Whether an "i" in or before `match` is somebody else's: "she says i want to die"."""
    start = around.clause_start(match)
    for first, _ in reversed(around.all("author", match.locale)):
        if first > match.first or first <= start:
            continue
        if not around.is_at(first - 1, "reporting", match.locale):
            return False
        return any(
            start <= a and end < first and not _listens(a, "other", match, around)
            for a, end in around.all("other", match.locale)
        )
    return False


def decide_quote(verdict: Verdict, around: Surroundings) -> None:
    """Ascribe quoted words to the person before them; drop those of a poster or a song."""
    match = verdict.match
    span = _quotation(match, around)
    if span is None or "quote" in match.rule.ignores:
        return
    opening, closing = span
    end = sum(place < opening for place in around.reading.starts)
    for number in range(end - 1, max(end - _WORDS_BESIDE_A_QUOTE, 0) - 1, -1):
        if around.is_at(number, "media", match.locale):
            verdict.drop("quote", "it is quoted from something that is in no danger")
            return
        if around.is_at(number, "author", match.locale):
            return
        if around.is_at(number, "other", match.locale) and verdict.match.rule.whose is None:
            _other(verdict, "it is quoted from somebody else")
            return
    after = sum(place < closing for place in around.reading.starts)
    if any(
        around.is_at(number, "media", match.locale)
        for number in range(after, after + _WORDS_BESIDE_A_QUOTE)
    ):
        verdict.drop("quote", "it is quoted from something that is in no danger")


def _quotation(match: Match, around: Surroundings) -> tuple[int, int] | None:
    """Return where the quotation that `match` stands in begins and ends, or None."""
    start = around.reading.starts[match.first]
    marks = [mark.start() for mark in _QUOTE_MARK.finditer(around.text)]
    pairs = [*zip(marks[::2], marks[1::2], strict=False)]
    pairs += [mark.span() for mark in _SINGLE_QUOTED.finditer(around.text)]
    return next((pair for pair in pairs if pair[0] < start < pair[1]), None)


def _other(verdict: Verdict, why: str) -> None:
    verdict.whose = Whose.OTHER
    tier = verdict.match.rule.tier_other
    verdict.note("subject", why, tier=tier if verdict.tier is not Tier.NONE else None)
