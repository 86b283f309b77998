"""Safe-messaging rules, held over every text that a person in danger or a responder may read."""

import re

import pytest

from peerbot.chat.cards import Text, buttons_of, in_language
from peerbot.chat.plain import plain_card
from peerbot.chat.text import length_of
from peerbot.i18n import LANGUAGES
from tests.crisis.samples import answers, cards

# WHO 2023 and the safe-messaging guides named in safety.md: no blame, no verdict on an attempt,
# no method; in every language that peerbot speaks.
FORBIDDEN = {
    "en": (
        r"\bcommit(s|ted|ting)?\b.{0,12}suicide",
        r"\b(successful|failed|unsuccessful|completed)\b.{0,12}\b(suicide|attempt)",
        r"\b(overdose on|hang(ing)? yourself|jump(ing)? (off|from)|slit|noose|bleach|razor)\b",
        r"\b(attention.seeking|selfish|suicide epidemic)\b",
    ),
    "fr": (
        r"commet\w*.{0,12}suicide|commis.{0,12}suicide",
        r"(suicide|tentative).{0,12}(réussi|raté|manqué)",
        r"\b(se pendre|pendaison|sauter d[ue']|se tailler|rasoir|corde|javel)\b",
        r"\b(égoïste|pour attirer l'attention)\b",
    ),
}


def wrong_in(text: str, language: str) -> list[str]:
    return [rule for rule in FORBIDDEN[language] if re.search(rule, text, re.IGNORECASE)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_blames_judges_or_names_a_method(language: str) -> None:
    wrong = {
        card.key: found
        for card in cards()
        if (found := wrong_in(plain_card(card, language), language))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("language", "planted"),
    [
        ("en", "She committed suicide last year."),
        ("en", "After a failed attempt"),
        ("en", "Do not think of jumping off anything"),
        ("fr", "Il a commis un suicide."),
        ("fr", "après une tentative ratée"),
        ("fr", "ne pensez pas à vous tailler, ni au rasoir"),
    ],
)
def test_the_lint_finds_what_is_planted(language: str, planted: str) -> None:
    assert wrong_in(planted, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_answer_is_short(language: str) -> None:
    """At most 600 characters of our own, three lines of help, five buttons (safety.md)."""
    for card in answers():
        shown = in_language(card, language)
        texts = [node for node in shown.children if isinstance(node, Text)]
        body = length_of(texts[0].words) + length_of(texts[-1].words)
        assert body <= 600, plain_card(card, language)
        assert len(texts) - 2 <= 3, plain_card(card, language)
        assert len(buttons_of(card)) <= 5


def test_a_first_answer_always_says_that_a_program_wrote_it() -> None:
    assert all("a program" in plain_card(card) for card in answers())


def test_no_card_for_members_shows_the_name_of_a_rule() -> None:
    members = [card for card in cards() if not card.key.startswith("crisis.alert")]
    assert not [card.key for card in members if "en.suicide" in plain_card(card)]
