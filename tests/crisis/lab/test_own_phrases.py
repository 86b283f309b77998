"""A community's own phrases: what they find, what stops them, and which cannot be taken."""

import pytest

from peerbot.content.crisis import crisis_detector
from peerbot.crisis.detection import (
    Category,
    Detector,
    Finding,
    OwnPhrase,
    OwnPhraseError,
    OwnRules,
    Tier,
    Whose,
    Wrong,
)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return crisis_detector()[0]


def own(detector: Detector, text: str, tier: Tier = Tier.URGENT) -> OwnRules:
    return detector.own_rules(
        [OwnPhrase(id="p", text=text, tier=tier, category=Category.SUICIDE)],
    )


def found(detector: Detector, text: str, rules: OwnRules) -> Finding:
    finding = detector.find(text, rules)
    assert finding is not None, text
    return finding


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("see the ferryman", "i will see the ferryman tonight"),
        ("see the ferryman", "I WILL S33 THE FERRYMAN"),
        ("See the Ferryman!", "i will see\u200b the ferryman"),
        ("going * ferryman", "going to see the old ferryman"),
        ("* see the ferryman *", "see the ferryman"),
        ("~drown in the lake", "drowned in the lake"),
        ("~kill the garden", "killing the garden"),
        ("voir le passeur", "je vais voir le passeur"),
        ("🛶", "tonight 🛶"),
        ("end the game", "tonight i end the game"),
        ("dressed to kill", "tonight i will be dressed to kill"),
    ],
)
def test_a_phrase_finds_what_it_means_in_any_spelling(
    detector: Detector, phrase: str, said: str
) -> None:
    finding = found(detector, said, own(detector, phrase))
    assert "own.p" in {one.rule for one in finding.evidence}


@pytest.mark.parametrize(
    "said",
    [
        "i will not see the ferryman",
        "je ne vais pas see the ferryman",
        "> i will see the ferryman\nwhere is this from?",
        "in the game i see the ferryman, final boss",
        "the ferryman sees me",
    ],
)
def test_what_stands_around_it_counts_in_every_language(detector: Detector, said: str) -> None:
    assert detector.find(said, own(detector, "see the ferryman")) is None


def test_whose_risk_it_is_follows_the_subject(detector: Detector) -> None:
    rules = own(detector, "see the ferryman")
    assert found(detector, "my sister wants to see the ferryman", rules).whose is Whose.OTHER
    assert found(detector, "i want to see the ferryman", rules).whose is Whose.AUTHOR


def test_a_community_without_phrases_hears_what_ships(detector: Detector) -> None:
    assert detector.find("i want to die", detector.own_rules([])) == detector.find("i want to die")


def test_what_means_nothing_here_is_not_found(detector: Detector) -> None:
    assert detector.find("omg kms") is not None
    assert detector.find("omg kms", own(detector, "kms", Tier.NONE)) is None


@pytest.mark.parametrize(
    "said", ["i swallowed all my tablets", "i want to die tonight, i have the pills"]
)
def test_an_emergency_stays_one_whatever_means_nothing_here(detector: Detector, said: str) -> None:
    for harmless in ("swallowed all my tablets", "want to die"):
        assert found(detector, said, own(detector, harmless, Tier.NONE)).tier is Tier.EMERGENCY


def test_an_emergency_says_whether_all_of_it_is_denied(detector: Detector) -> None:
    rules = own(detector, "swallowed all my tablets", Tier.NONE)
    assert found(detector, "i swallowed all my tablets", rules).is_denied
    both = "i swallowed all my tablets. i am going to kill myself tonight"
    assert not found(detector, both, rules).is_denied


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", Wrong.EMPTY),
        ("  \n ", Wrong.EMPTY),
        ("x", Wrong.ONE_LETTER),
        ("*", Wrong.ONLY_GAPS),
        ("* ** *", Wrong.ONLY_GAPS),
        ("~", Wrong.ONLY_GAPS),
        ("?!", Wrong.ONLY_GAPS),
        ("a" * 101, Wrong.TOO_LONG),
        ("one " * 13, Wrong.TOO_LONG),
        ("i want to", Wrong.TOO_COMMON),
        ("* the *", Wrong.TOO_COMMON),
        ("il est bien", Wrong.TOO_COMMON),
        ("Hello!", Wrong.TOO_COMMON),
        ("bonjour", Wrong.TOO_COMMON),
        ("good night", Wrong.TOO_COMMON),
        ("s*icide", Wrong.SIGN_IN_A_WORD),
        ("suicid~", Wrong.SIGN_IN_A_WORD),
        ("~two-words", Wrong.SIGN_IN_A_WORD),
        ("~zx now", Wrong.NO_SUCH_FAMILY),
    ],
)
def test_a_phrase_that_says_nothing_or_too_much_is_refused(
    detector: Detector, text: str, wrong: Wrong
) -> None:
    with pytest.raises(OwnPhraseError) as refused:
        own(detector, text)
    assert refused.value.wrong is wrong


@pytest.mark.parametrize("text", ["(a|b", "<means>", "[x] ferry", "a{1,9}+ ferry", r"\w+ ferry"])
def test_no_sign_of_the_rule_files_means_anything(detector: Detector, text: str) -> None:
    try:
        rules = own(detector, text)
    except OwnPhraseError:
        return
    assert not rules.are_in(" knife ")


def test_a_step_is_told_by_name_and_words(detector: Detector) -> None:
    rules = own(detector, "see the ferryman")
    (match,) = detector.explain("i will not see the ferryman", rules).windows[0].matched
    assert [one.name for one in match.steps] == ["rule", "negation"]
    assert match.steps[-1].words == "not"
    assert match.steps[-1].told() == '"not" denies it: urgent becomes none'
