"""Safe-messaging rules, held over every text that a person in danger or a responder may read."""

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from peerbot.chat.cards import Card, Text, buttons_of, in_language
from peerbot.chat.forms import form_in_language
from peerbot.chat.plain import plain, plain_card
from peerbot.chat.text import length_of
from peerbot.content.crisis import crisis_detector
from peerbot.crisis.detection.finding import Category, Finding, Tier, Whose
from peerbot.i18n import LANGUAGES
from peerbot.paths import shipped
from tests.community.samples import cards as community_cards
from tests.crisis.samples import LINES, NOW, ZONE, answers, cards, forms, shown
from tests.crisis.wording import BLAME, blame_in, echoes, wrong_in
from tests.privacy.samples import cards as privacy_cards

RULES = shipped("config") / "crisis"
DETECTOR = crisis_detector()[0]

# -- no blame, no verdict, no method ---------------------------------------------------------------


def everything() -> tuple[Card, ...]:
    return (*cards(), *community_cards(), *privacy_cards())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_blames_judges_or_names_a_method(language: str) -> None:
    wrong = {
        card.key: found
        for card in everything()
        if (found := wrong_in(plain_card(card, language), language))
    }
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_form_blames_judges_or_names_a_method(language: str) -> None:
    for form in (form_in_language(one, language) for one in forms()):
        said = [form.title, form.intro or "", *(one.label for one in form.fields)]
        assert not [one for one in said if wrong_in(plain(one), language)]


def texts_in_rule_files(language: str, *keys: str, folder: Path = RULES) -> Iterator[str]:
    """Yield what counsellors and moderators read of rules: their `id`, what contexts `says`."""
    for file in sorted((folder / language).glob("*.toml")):
        document = tomllib.loads(file.read_text(encoding="utf-8"))
        for rows in document.values():
            for row in rows if isinstance(rows, list) else ():
                if isinstance(row, dict):
                    yield from (str(row[key]) for key in keys if key in row)


@pytest.mark.parametrize("language", BLAME)
def test_no_rule_is_named_or_explained_in_words_that_blame(language: str) -> None:
    names, said = (list(texts_in_rule_files(language, key)) for key in ("id", "says"))
    assert len(names) > 50
    assert len(said) > 5
    spoken = {"en", language}
    plain_names = [one.replace("-", " ").replace("_", " ") for one in names]
    assert [one for one in plain_names for each in spoken if blame_in(one, each)] == []
    assert [one for one in said for each in spoken if wrong_in(one, each)] == []


PLANTED = {
    "en": (
        "She committed suicide last year.",
        "people who commit suicide",
        "After a failed attempt",
        "a successful suicide",
        "The attempt failed",
        "Do not think of jumping off anything",
        "Put the pills away",
        "That would be selfish",
    ),
    "fr": (
        "Il a commis un suicide.",
        "après une tentative ratée",
        "un suicide réussi",
        "une tentative qui a échoué",
        "ne pensez pas à vous tailler, ni au rasoir",
        "Ce serait égoïste",
    ),
    "es": (
        "Cometió suicidio el año pasado.",
        "después de un intento fallido",
        "un suicidio exitoso",
        "guarda las pastillas",
    ),
    "de": (
        "Sie hat Selbstmord begangen.",
        "nach einem gescheiterten Suizidversuch",
        "Der Versuch war erfolgreich",
        "leg die Tabletten weg",
    ),
    "pt": (
        "Ela cometeu suicídio.",
        "depois de uma tentativa falhada",
        "um suicídio bem-sucedido",
        "guarde os comprimidos",
    ),
}


@pytest.mark.parametrize(
    ("language", "planted"),
    [(language, one) for language, several in PLANTED.items() for one in several],
)
def test_the_lint_finds_what_is_planted(language: str, planted: str) -> None:
    assert wrong_in(planted, language)


@pytest.mark.parametrize("language", BLAME)
def test_the_lint_finds_what_is_planted_in_a_rule_file(language: str, tmp_path: Path) -> None:
    (tmp_path / language).mkdir()
    for planted in PLANTED[language]:
        rule = f'[[rule]]\nid = "a"\nsays = "{planted}"\n'
        (tmp_path / language / "planted.toml").write_text(rule, encoding="utf-8")
        said = list(texts_in_rule_files(language, "says", folder=tmp_path))
        assert any(wrong_in(one, language) for one in said), planted


# -- nothing of what somebody wrote ----------------------------------------------------------------


def examples(language: str) -> Iterator[tuple[str, Finding]]:
    """Yield a message for each rule of a language, with what is found in it."""
    for file in sorted((RULES / language).glob("*.toml")):
        document = tomllib.loads(file.read_text(encoding="utf-8"))
        for rule in document.get("rule", ()):
            first = next(iter(rule.get("examples", ())), "")
            message = first["text"] if isinstance(first, dict) else first
            finding = DETECTOR.find(message)
            if finding is not None and finding.tier > Tier.NONE:
                yield message, finding


@lru_cache
def said_to(category: Category, tier: Tier, whose: Whose, spoken: str) -> str:
    """Return the first answer to a finding, as it is read."""
    answer = shown.first_answer(
        category=category,
        tier=tier,
        whose=whose,
        told=shown.Told(),
        lines=LINES.few("CA", category, tier, NOW),
        zone=ZONE,
    )
    return plain_card(answer, spoken)


def answer_to(finding: Finding, spoken: str = "en") -> str:
    return said_to(finding.category, finding.tier, finding.whose, spoken)


@pytest.mark.parametrize("language", BLAME)
def test_no_answer_repeats_what_was_written_or_what_was_matched(language: str) -> None:
    known = list(examples(language))
    assert len(known) > 20
    for message, finding in known:
        for spoken in LANGUAGES:
            assert echoes(answer_to(finding, spoken), message, finding) == []


@pytest.mark.parametrize("language", BLAME)
def test_the_lint_finds_a_planted_echo_and_a_planted_match(language: str) -> None:
    long = [one for one in examples(language) if len(one[0].split()) > 6]
    message, finding = long[0]
    first = finding.evidence[0]
    matched = message[first.start : first.end]
    assert echoes(f"You wrote this to me: {message}. You matter.", message)
    assert echoes(f'I noticed the words "{matched}" in it.', message, finding)
    assert echoes(f"I noticed {' '.join(message.split()[1:7])} in it.", message)


def test_no_card_for_members_shows_the_name_of_a_rule() -> None:
    members = [card for card in cards() if not card.key.startswith("crisis.alert")]
    assert not [card.key for card in members if "en.suicide" in plain_card(card)]


# -- short, and honest about who speaks ------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_answer_is_short(language: str) -> None:
    """At most 600 characters of our own, three lines of help, five buttons (safety.md)."""
    for card in answers():
        said = in_language(card, language)
        texts = [node for node in said.children if isinstance(node, Text)]
        body = length_of(texts[0].words) + length_of(texts[-1].words)
        assert body <= 600, plain_card(card, language)
        assert len(texts) - 2 <= 3, plain_card(card, language)
        assert len(buttons_of(card)) <= 5


def test_a_first_answer_always_says_that_a_program_wrote_it() -> None:
    assert all("a program" in plain_card(card) for card in answers())


def test_whoever_worries_is_not_spoken_to_as_if_in_danger() -> None:
    for message, finding in examples("en"):
        said = answer_to(finding)
        if finding.whose is Whose.OTHER and finding.category != "threat_made":
            assert "What can I say to them?" in said, message
