"""Phrases for platforms' own word filters: danger in themselves, and in nothing harmless."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from peerbot.content.crisis import (
    WATCH,
    crisis_detector,
    crisis_problems,
    crisis_rule_sets,
    crisis_voices,
    watch_list,
)
from peerbot.crisis.detection import Tier
from peerbot.crisis.watched import Watched, key_of
from peerbot.paths import shipped

TRAPS = Path(__file__).parent / "traps"
PHRASES = watch_list()[0].phrases
DETECTOR = crisis_detector()[0]


def stands_in(phrase: Watched, text: str) -> bool:
    """Whether a filter for whole words would find the phrase, however it is written."""
    return re.search(rf"\b{re.escape(key_of(phrase.text))}\b", key_of(text)) is not None


def harmless() -> Iterator[str]:
    for each in (*DETECTOR.rules, *crisis_voices()):
        yield from (one.text for one in each.counter_examples if one.tier is Tier.NONE)
    for file in TRAPS.glob("*.jsonl"):
        lines = [json.loads(one) for one in file.read_text(encoding="utf-8").splitlines()]
        yield from (one["text"] for one in lines if one["expect"] == "none")


def test_there_are_phrases_in_every_language_that_has_rules() -> None:
    assert watch_list()[1] == ()
    assert {one.language for one in PHRASES} == {one.locale for one in crisis_rule_sets()}
    assert len({key_of(one.text) for one in PHRASES}) == len(PHRASES)


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda one: one.text)
def test_our_own_rules_find_each_phrase_at_the_tier_that_stands_beside_it(phrase: Watched) -> None:
    found = DETECTOR.find(phrase.text)
    assert found is not None
    assert found.tier >= Tier.CONCERN
    assert (found.tier, found.category, found.whose) == (
        phrase.tier,
        phrase.category,
        phrase.whose,
    )


def test_no_phrase_stands_in_anything_that_ships_as_harmless() -> None:
    sentences = [key_of(one) for one in harmless()]
    assert len(sentences) > 5_000
    rung = {
        phrase.text: sentence
        for phrase in PHRASES
        for sentence in sentences
        if key_of(phrase.text) in sentence and stands_in(phrase, sentence)
    }
    assert rung == {}


def test_what_would_ring_is_found_by_the_same_look() -> None:
    everyday = Watched(text="i want to die", language="en", tier=Tier.URGENT, category=None)  # type: ignore[arg-type]
    assert any(stands_in(everyday, one) for one in harmless())


@pytest.mark.parametrize(
    "written",
    ["J'AI ÉTÉ VIOLÉE", "j’ai été violée.", "jai ete violee", "  j'ai  été violée !"],
)
def test_a_phrase_is_known_however_a_filter_writes_it(written: str) -> None:
    known = watch_list()[0].find(written)
    assert known is not None
    assert known.text == "j'ai été violée"


# -- a file that cannot be used ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[phrases]]\nlanguage = 3", "language is missing"),
        ("not toml", "not TOML"),
        (
            '[[phrases]]\nlanguage = "en"\ntier = "loud"\ncategory = "suicide"\nwords = ["x"]',
            "tier is 'loud'",
        ),
        (
            '[[phrases]]\nlanguage = "en"\ntier = "urgent"\ncategory = "suicide"\nwords = []',
            "words has an empty text or none",
        ),
    ],
)
def test_a_broken_file_costs_the_filter_and_is_said(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "crisis").mkdir()
    (tmp_path / "crisis" / WATCH).write_text(text, encoding="utf-8")
    phrases, broken = watch_list(tmp_path)
    assert phrases.phrases == ()
    assert [one.file for one in broken] == [WATCH]
    assert said in str(broken[0])
    assert any(said in one for one in crisis_problems(tmp_path))


def test_rules_without_such_a_file_are_whole(tmp_path: Path) -> None:
    phrases, broken = watch_list(tmp_path)
    assert (phrases.texts, broken) == ((), ())


def test_it_is_said_honestly_how_few_signs_such_phrases_find() -> None:
    """docs/discord.md says "fewer than one in a hundred"."""
    danger = [
        key_of(one.text) for each in (*DETECTOR.rules, *crisis_voices()) for one in each.examples
    ]
    may_stand = re.compile("|".join(re.escape(key_of(one.text)) for one in PHRASES))
    found = sum(
        any(stands_in(one, text) for one in PHRASES) for text in danger if may_stand.search(text)
    )
    assert 0 < found < len(danger) / 100
    assert "fewer than one in a hundred" in (
        shipped("config").parent / "docs" / "discord.md"
    ).read_text(encoding="utf-8")
