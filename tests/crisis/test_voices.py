"""How people say it: enough of it, in many voices, no two alike, and all of it heard rightly."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from peerbot.content.crisis import crisis_detector, crisis_rule_sets, crisis_voices
from peerbot.crisis.detection import Category, Detector, Example, RuleError, Tier, parse_voices
from peerbot.paths import shipped

FILES = sorted(
    path.relative_to(shipped("config") / "crisis").as_posix()
    for path in (shipped("config") / "crisis").glob("*/voices/*.toml")
)
_BIG = {Category.SUICIDE, Category.SELF_HARM, Category.ABUSE, Category.THIRD_PARTY}
_ELSEWHERE = {Category.SUICIDE, Category.SELF_HARM, Category.ABUSE}
_LEAST_WAYS = 25
_MOST_ALIKE = 0.6


@pytest.fixture(scope="module")
def detector() -> Detector:
    found, wrong = crisis_detector()
    assert wrong == ()
    return found


def _failure(detector: Detector, name: str, example: Example) -> str | None:
    finding = detector.find(example.text)
    got = (
        ("none", "", "")
        if finding is None
        else (finding.tier.label, finding.category.value, finding.whose.value)
    )
    wanted = (
        ("none", "", "")
        if example.tier is Tier.NONE
        else (example.tier.label, example.category.value, str(example.whose))
    )
    return None if got == wanted else f"{name}: {example.text!r}: wanted {wanted}, got {got}"


@pytest.mark.parametrize("file", FILES)
def test_every_voice_is_heard_for_what_it_says(file: str, detector: Detector) -> None:
    said = [
        (voice.id, example)
        for voice in crisis_voices()
        if voice.file == file
        for example in (*voice.examples, *voice.counter_examples)
    ]
    assert said
    failures = [one for name, example in said if (one := _failure(detector, name, example))]
    assert not failures, "\n" + "\n".join(failures)


def _everything() -> Iterator[tuple[str, Category, str, tuple[Example, ...], tuple[Example, ...]]]:
    """Yield (language, category, name, examples, counter-examples) of rules and of voices."""
    for rules in crisis_rule_sets():
        for rule in rules.rules:
            yield rules.locale, rule.category, rule.id, rule.examples, rule.counter_examples
    for voice in crisis_voices():
        locale = voice.file.partition("/")[0]
        yield locale, voice.category, voice.id, voice.examples, voice.counter_examples


def _least(locale: str, category: Category) -> int:
    """How many examples and counter-examples of its own a category needs at least."""
    if locale == "en":
        return 150 if category in _BIG else 0 if category is Category.NONE else 60
    return 40 if category in _ELSEWHERE else 0


def test_there_are_enough_examples_and_counter_examples_in_many_voices() -> None:
    found: dict[tuple[str, Category], list[int]] = defaultdict(lambda: [0, 0, 0])
    for locale, category, _name, examples, counter in _everything():
        for add, to in ((len(examples), 0), (len(counter), 1), (1, 2)):
            found[locale, category][to] += add
    locales = {locale for locale, _ in found}
    assert locales == {"en", "fr", "es", "de", "pt"}
    few = [
        f"{locale} {category.value}: {found[locale, category]} of {least}"
        for locale in sorted(locales)
        for category in Category
        if (least := _least(locale, category))
        and (min(found[locale, category][:2]) < least or found[locale, category][2] < _LEAST_WAYS)
    ]
    assert few == []


def _trigrams(text: str) -> frozenset[str]:
    plain = re.sub(r"\d+", "#", text.casefold())
    masked = re.sub(r"[^\w#]+", " ", re.sub(r"@\w+", "@", plain)).strip()
    return frozenset(masked[at : at + 3] for at in range(max(len(masked) - 2, 1)))


Text = tuple[str, frozenset[str]]


def _near(several: list[Text]) -> Iterator[tuple[Text, Text]]:
    """Yield the pairs that can be alike at all: those that share one of their rarest trigrams.

    Who shares more than a share of a set shares one of the rest and one more of it, whichever
    they are (prefix filtering: Chaudhuri et al. 2006).
    """
    often = Counter(gram for _, grams in several for gram in grams)
    # By size: who is much longer than another cannot be like it.
    by_size = sorted(several, key=lambda one: len(one[1]))
    sizes = [len(grams) for _, grams in by_size]
    seen: dict[str, list[int]] = defaultdict(list)
    for number, (_, grams) in enumerate(by_size):
        rarest = sorted(grams, key=lambda gram: (often[gram], gram))
        telling = rarest[: len(grams) - int(_MOST_ALIKE * len(grams)) + 1]
        first = bisect_left(sizes, int(_MOST_ALIKE * len(grams)))
        near = {
            other
            for gram in telling
            if (known := seen[gram])
            for other in known[bisect_left(known, first) :]
        }
        for other in sorted(near):
            yield by_size[number], by_size[other]
        for gram in telling:
            seen[gram].append(number)


def _as_bits(several: list[Text]) -> dict[str, int]:
    """Return the trigrams of each text as the bits of a number: two are compared at once."""
    bits: dict[str, int] = defaultdict(lambda: 1 << len(bits))
    return {text: sum(bits[gram] for gram in grams) for text, grams in several}


def test_no_two_examples_are_alike() -> None:
    """Overlap of letter trigrams (Jaccard), after names and numbers are masked."""
    by_group: dict[tuple[str, bool], list[Text]] = defaultdict(list)
    for locale, _category, _name, examples, counter in _everything():
        for example in (*examples, *counter):
            group = (locale, example.tier is Tier.NONE)
            by_group[group].append((example.text, _trigrams(example.text)))
    alike = []
    for several in by_group.values():
        bits = _as_bits(several)
        for (one, grams), (other, others) in _near(several):
            shared = (bits[one] & bits[other]).bit_count()
            if shared > _MOST_ALIKE * (len(grams) + len(others) - shared):
                alike.append(f"{one!r} ~ {other!r}")
    assert alike == []


def test_a_mistake_in_a_voice_is_reported_with_its_remedy() -> None:
    with pytest.raises(RuleError) as wrong:
        parse_voices(
            "[[voice]]\nid = 'x'\ncategory = 'sadness'\ntier = 'urgent'\n", file="en/v.toml"
        )
    assert "it can be suicide" in str(wrong.value)
    assert str(wrong.value).startswith("en/v.toml: voice 'x'")
