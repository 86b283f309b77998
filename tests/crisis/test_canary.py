"""The sentences that peerbot says to itself: out of the rule files, and found by them."""

import shutil
from pathlib import Path

import pytest

from peerbot.chat.stage import Trouble
from peerbot.community.model import Settings
from peerbot.content.crisis import CANARY, crisis_ears, crisis_problems, crisis_rule_sets
from peerbot.crisis.detection import RuleSet
from peerbot.crisis.detection.finding import Finding, Tier
from peerbot.crisis.ears import AS_IF_FOUND, Ears, Sentence
from peerbot.i18n import LANGUAGES
from peerbot.paths import shipped
from peerbot.stage import BROKEN_FILE, rules_as

EARS, WRONG = crisis_ears()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of one language of the rules that ship, to be broken."""
    rules = shipped("config") / "crisis"
    shutil.copytree(rules / "fr", tmp_path / "crisis" / "fr")
    shutil.copy(rules / CANARY, tmp_path / "crisis")
    shutil.copy(shipped("config") / "helplines.toml", tmp_path)
    return tmp_path


def examples_of(rules: RuleSet) -> dict[str, set[tuple[str, Tier]]]:
    """Return the examples of each rule file."""
    found: dict[str, set[tuple[str, Tier]]] = {}
    for rule in rules.rules:
        said = {(one.text, one.tier) for one in rule.examples}
        found.setdefault(rule.file, set()).update(said)
    return found


def test_all_that_ships_is_heard() -> None:
    assert WRONG == ()
    assert EARS.lost() == ()


def test_every_rule_file_has_a_sentence_out_of_its_examples() -> None:
    examples = {file: said for one in crisis_rule_sets() for file, said in examples_of(one).items()}
    assert EARS.files == examples.keys(), f"mend config/crisis/{CANARY}"
    for one in EARS.sentences:
        assert (one.text, one.tier) in examples[one.file], one


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_that_goes_the_whole_way_is_in_the_language_spoken(language: str) -> None:
    sentence = EARS.sentence_in(language)
    assert sentence is not None
    assert sentence.file == f"{language}/suicide.toml"


def test_in_a_language_without_rules_another_sentence_goes_the_way() -> None:
    assert EARS.sentence_in("xx") == EARS.sentence_in("de")
    assert EARS.sentence_in(Settings().language) is not None


def test_some_are_tried_each_turn_and_all_within_a_few_turns() -> None:
    said: list[str] = []

    class Hears:
        def find(self, text: str, own: object = None) -> Finding | None:
            said.append(text)
            return AS_IF_FOUND if "deaf" not in text else None

    tier = Tier.CONCERN
    sound = tuple(Sentence(file=f"en/{n}.toml", tier=tier, text=str(n)) for n in range(40))
    ears = Ears(detector=Hears(), sentences=sound)
    assert ears.lost(turn=7) == ()
    assert 0 < len(said) <= 16
    assert ears.lost(turn=8) == ears.lost(turn=9) == ()
    assert sorted(said, key=int) == [str(n) for n in range(40)]
    one_deaf = Ears(
        detector=Hears(), sentences=(*sound, Sentence(file="x", tier=tier, text="deaf"))
    )
    assert {one_deaf.lost(turn) for turn in range(3)} == {(), ("x",)}


def test_a_rule_file_that_cannot_be_read_is_lost_and_the_others_are_not() -> None:
    with rules_as(Trouble.RULES_BROKEN) as spoilt:
        ears, wrong = crisis_ears(spoilt)
    assert [one.file for one in wrong] == [BROKEN_FILE]
    assert ears.lost() == (BROKEN_FILE,)


def test_rules_that_find_nothing_are_all_lost() -> None:
    with rules_as(Trouble.RULES_DEAF) as spoilt:
        ears, wrong = crisis_ears(spoilt)
    assert wrong == ()
    assert set(ears.lost()) == ears.files


def test_a_rule_that_was_emptied_is_lost_although_its_file_is_sound(folder: Path) -> None:
    file = folder / "crisis" / "fr" / "suicide.toml"
    file.write_text("", encoding="utf-8")
    ears, wrong = crisis_ears(folder)
    assert wrong == ()
    assert "fr/suicide.toml" in ears.lost()
    assert any("fr/suicide.toml: its sentence" in one for one in crisis_problems(folder))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "has no [[sentence]]"),
        ("no toml", "this is not TOML"),
        ('[[sentence]]\nfile = "en/suicide.toml"\ntier = "urgent"\n', "text is missing"),
        ('[[sentence]]\nfile = "f"\ntier = "high"\ntext = "t"\n', "tier is 'high'"),
        ('[[sentence]]\nfile = "f"\ntier = "urgent"\ntext = "t"\nx = "y"\n', "nothing is called x"),
    ],
)
def test_without_sound_sentences_it_does_not_call_itself_well(
    folder: Path, text: str, problem: str
) -> None:
    (folder / "crisis" / CANARY).write_text(text, encoding="utf-8")
    ears, wrong = crisis_ears(folder)
    assert problem in str(wrong[-1])
    assert ears.lost() == (CANARY,)
    assert ears.sentence_in("en") is None


def test_a_missing_file_of_sentences_is_told(folder: Path) -> None:
    (folder / "crisis" / CANARY).unlink()
    ears, wrong = crisis_ears(folder)
    assert "cannot be read" in str(wrong[-1])
    assert ears.lost() == (CANARY,)


def test_without_any_rules_it_starts_deaf_rather_than_not_at_all(tmp_path: Path) -> None:
    ears, _wrong = crisis_ears(tmp_path)
    assert ears.lost() == (CANARY,)
    assert ears.detector.find("i want to kill myself") is None
