"""Weighs a match by what stands around it: denial, past, whose risk, games, jokes, plans."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from peerbot.crisis.detection.finding import DENIED, Category, Tier, Whose
from peerbot.crisis.detection.rules import Context, Negation
from peerbot.crisis.detection.speaker import decide_quote, decide_speaker
from peerbot.crisis.detection.surroundings import Group, Match, Surroundings, Verdict

_FARTHEST = 40
"""So many words from a match, at most, stand the words that its rule needs."""
_OTHERS_CATEGORY = {
    Category.SUICIDE: Category.THIRD_PARTY,
    Category.SELF_HARM: Category.THIRD_PARTY,
    Category.NONE: Category.THIRD_PARTY,
}


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the weighing of one language's matches needs beside their surroundings."""

    negation: Negation
    contexts: tuple[tuple[Group, Context], ...]
    """With the group of its phrases; drops first, then lowers, then raises."""


def weigh(match: Match, around: Surroundings, grammars: Mapping[str, Grammar]) -> Verdict:
    """Return what `match` means where it stands."""
    rule = match.rule
    verdict = Verdict(match, rule.tier, rule.category, rule.whose or Whose.AUTHOR)
    verdict.note("rule", f"rule {rule.id} says {rule.tier.label}")
    grammar = grammars[match.locale]
    _fixed_expression(verdict, around)
    _own_conditions(verdict, around)
    _denial(verdict, around, grammar.negation)
    if verdict.tier:
        decide_speaker(verdict, around)
        decide_quote(verdict, around)
    for group, context in grammar.contexts:
        if not verdict.tier:
            break
        if around.has(group):
            _apply(group, context, verdict, around)
    _denied_here(verdict, around)
    if verdict.whose is Whose.OTHER:
        verdict.category = _OTHERS_CATEGORY.get(verdict.category, verdict.category)
    return verdict


def _fixed_expression(verdict: Verdict, around: Surroundings) -> None:
    if "mask" in verdict.match.rule.ignores:
        return
    if words := _touching(verdict.match, "mask", around):
        verdict.drop("fixed expression", f'"{words}" is a fixed expression', words)


def _denied_here(verdict: Verdict, around: Surroundings) -> None:
    """Drop what the community says means nothing; last, since an emergency is never silenced."""
    if not verdict.tier or not (words := _touching(verdict.match, "denied", around)):
        return
    why = f'the community says "{words}" means nothing'
    if verdict.tier is Tier.EMERGENCY:
        verdict.note(DENIED, f"{why}, but an emergency is told to responders", words=words)
        verdict.modifiers.append(DENIED)
    else:
        verdict.drop(DENIED, why, words)


def _touching(match: Match, group: str, around: Surroundings) -> str:
    """Return the words of a phrase of `group` that `match` touches; empty if there is none."""
    for first, end in around.all(group):
        if first < match.end and match.first < end:
            return " ".join(around.reading.words[first:end])
    return ""


def _own_conditions(verdict: Verdict, around: Surroundings) -> None:
    if _is_excluded(verdict.match, around):
        verdict.applies = False
        verdict.drop("unless", "words that the rule excludes stand beside it")
    elif verdict.match.rule.needs and not _has_beside_it(verdict.match, around):
        verdict.applies = False
        verdict.drop("needs", "the words that the rule needs beside it are missing")


def may_apply(match: Match, around: Surroundings) -> bool:
    """Whether `match` may come to anything, asked of surroundings that hold rules' own words only.

    What reaches to the end of a clause cannot be known without the words that end one.
    """
    rule = match.rule
    if rule.unless and rule.unless_reach != "clause" and _is_excluded(match, around):
        return False
    return not rule.needs or rule.reach == "clause" or _has_beside_it(match, around)


def _is_excluded(match: Match, around: Surroundings) -> bool:
    rule = match.rule
    first, end = around.stretch(match, rule.unless_reach)
    return bool(rule.unless) and around.any_within(first, end, "unless", match.locale, rule.id)


def _has_beside_it(match: Match, around: Surroundings) -> bool:
    """Whether words that the rule needs stand around it: its own are no proof of themselves."""
    rule = match.rule
    first, end = around.stretch(match, rule.reach)
    # In a long story words of its beginning and of its end say nothing together.
    first, end = max(first, match.first - _FARTHEST), min(end, match.end + _FARTHEST)
    return any(
        first <= a and b <= end and (rule.counts_itself or a < match.first or match.end < b)
        for a, b in around.all("needs", match.locale, rule.id)
    )


def _denial(verdict: Verdict, around: Surroundings, negation: Negation) -> None:
    match = verdict.match
    if "negation" in match.rule.ignores:
        return
    number = next(_denying_words(match, around, negation), None)
    if number is not None:
        word = around.reading.words[number]
        verdict.drop("negation", f'"{word}" denies it', word)


def _denying_words(match: Match, around: Surroundings, negation: Negation) -> Iterator[int]:
    """Yield the words that deny `match`: inside it, before it in its clause, or after it."""
    locale, first = match.locale, match.first
    later = min(around.stretch(match, "clause")[1], match.end + negation.after)
    inside = match.between if match.denies_itself else range(first, later)
    yield from (number for number in inside if _denies(number, locale, around))
    start = max(around.clause_start(match), first - negation.reach - 1)
    # "not so scared i would": a new subject begins a clause, unless "think" carries the denial.
    crossed = around.is_subject(first, locale)
    for number in range(first - 1, start - 1, -1):
        if crossed and not around.is_at(number, "carrier", locale):
            return
        if _denies(number, locale, around):
            yield number
        crossed = around.is_subject(number, locale)


def _denies(number: int, locale: str, around: Surroundings) -> bool:
    return around.is_at(number, "denies", locale) and not around.is_at(number, "no denial", locale)


def _apply(group: Group, context: Context, verdict: Verdict, around: Surroundings) -> None:
    match, rule, (_, locale, _id) = verdict.match, verdict.match.rule, group
    if context.id in rule.ignores or (
        context.categories and rule.category not in context.categories
    ):
        return
    if context.effect == "raise" and not (rule.plan and verdict.tier is Tier.URGENT):
        return
    first, end = around.stretch(match, context.reach)
    spots = [(a, b) for a, b in around.all(*group) if first <= a and b <= end]
    # "jump off the roof" names no place where somebody stands; "end the game" may be no game.
    if context.effect == "raise" or "within" in rule.ignores:
        spots = [(a, b) for a, b in spots if b <= match.first or match.end <= a]
    if not spots:
        return
    if context.also and not around.all("also", locale, context.id):
        return
    if context.unless and around.all("not context", locale, context.id):
        return
    move = {
        "drop": verdict.drop if context.hard else verdict.drop_softly,
        "lower": verdict.lower,
        "raise": verdict.raise_,
    }
    words = " ".join(around.reading.words[spots[0][0] : spots[0][1]])
    move[context.effect](context.id, context.says or f"the context is {context.id!r}", words)
