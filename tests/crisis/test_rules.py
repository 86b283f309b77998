"""Every example and counter-example of every rule file, through the whole detector."""

from pathlib import Path

import pytest

from peerbot.content.crisis import crisis_detector, crisis_rule_sets
from peerbot.crisis.detection import Detector, Example, Rule, RuleError, RuleSet, Tier, parse
from peerbot.paths import shipped

FOLDER = shipped("config") / "crisis"
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*.toml"))


@pytest.fixture(scope="module")
def rulesets() -> tuple[RuleSet, ...]:
    return crisis_rule_sets()


@pytest.fixture(scope="module")
def detector() -> Detector:
    found, wrong = crisis_detector()
    assert wrong == ()
    return found


def _says(found: tuple[str, str, str]) -> str:
    return " ".join(word for word in found if word)


def _failure(detector: Detector, rule: Rule, example: Example) -> str | None:
    finding = detector.find(example.text)
    got = ("none", "", "")
    if finding is not None:
        got = (finding.tier.label, finding.category.value, finding.whose.value)
    wanted = (example.tier.label, "", "")
    if example.tier is not Tier.NONE:
        assert example.whose is not None
        wanted = (example.tier.label, example.category.value, example.whose.value)
    if got == wanted:
        return None
    return f"{rule.id}: {example.text!r}: wanted {_says(wanted)}, got {_says(got)}"


@pytest.mark.parametrize("file", FILES)
def test_examples_are_found_and_counter_examples_are_not(
    file: str, rulesets: tuple[RuleSet, ...], detector: Detector
) -> None:
    said = [
        (rule, example)
        for rules in rulesets
        for rule in rules.rules
        if rule.file == file
        for example in (*rule.examples, *rule.counter_examples)
    ]
    assert said or "[[rule]]" not in (FOLDER / file).read_text(encoding="utf-8")
    failures = [one for rule, example in said if (one := _failure(detector, rule, example))]
    assert not failures, "\n" + "\n".join(failures)


def test_every_rule_shows_what_it_means(rulesets: tuple[RuleSet, ...]) -> None:
    bare = [rule.id for rules in rulesets for rule in rules.rules if not rule.examples]
    assert bare == []


def test_what_is_told_on_request_is_what_was_found(
    rulesets: tuple[RuleSet, ...], detector: Detector
) -> None:
    # To find something it is enough to look at part of the words around it.
    for rules in rulesets:
        for rule in rules.rules:
            for one in (*rule.examples[:2], *rule.counter_examples[:2]):
                assert detector.explain(one.text).finding == detector.find(one.text), one.text


def test_no_example_is_written_twice(rulesets: tuple[RuleSet, ...]) -> None:
    texts = [
        example.text.casefold()
        for rules in rulesets
        for rule in rules.rules
        for example in (*rule.examples, *rule.counter_examples)
    ]
    assert sorted({text for text in texts if texts.count(text) > 1}) == []


RULE = """
[[rule]]
id = "t.wish"
category = "suicide"
tier = "urgent"
phrases = ["want to die"]
"""


@pytest.mark.parametrize(
    ("toml", "remedy"),
    [
        ("[[rule]\n", "this is not TOML"),
        (RULE.replace('"urgent"', '"severe"'), "it can be none, concern, urgent, emergency"),
        (RULE.replace('"suicide"', '"sadness"'), "it can be suicide, self_harm"),
        (RULE.replace('["want to die"]', "[]"), "write at least one phrase"),
        (RULE.replace('["want to die"]', '"want to die"'), "must be a list of texts"),
        (RULE + 'colour = "red"\n', "nothing is called colour here"),
        (RULE + "plan = 'yes'\n", "must be true or false"),
        (RULE + "examples = [{ txt = 'a' }]\n", "text is missing"),
        ("[masks]\nphrases = ['  ']\n", "has an empty text"),
        ("[[context]]\nid = 'x'\neffect = 'hide'\nphrases = ['a']\n", "it can be drop, lower"),
    ],
)
def test_a_mistake_is_reported_with_its_remedy(toml: str, remedy: str) -> None:
    with pytest.raises(RuleError) as wrong:
        parse(toml, file="en/own.toml")
    assert remedy in str(wrong.value)
    assert str(wrong.value).startswith("en/own.toml")


@pytest.mark.parametrize(
    ("phrase", "remedy"),
    [
        ("<weapons> here", "no 'weapons' in [lists]"),
        ("~slay me", "no 'slay' in [families]"),
        ("(want to die", "a ')' is missing"),
        ("[want|(to] die)", "is missing"),
        ("want to) die", "closes nothing"),
        ("* #", "no fixed words"),
        ("want *13 die", "a gap is at most 12 words"),
        ("...", "is empty"),
        ("<loop>", "in a circle"),
        ("(really)? die", "write [x] for what may be left out"),
        ("(really|so)+", "write [x] for what may be left out"),
        ("[really]?", "write [x] for what may be left out"),
        ("envie [de|d'] mourir", 'nothing follows "d\'", so it would never be found'),
        ("envie d' mourir", "write it together with what follows: d'(a|b)"),
        ("parce qu'", 'nothing follows "qu\'"'),
        ("d'[en|y]", 'nothing follows "d\'"'),
        ("d'(en|)", 'nothing follows "d\'"'),
        ("d'(* en)", 'nothing follows "d\'"'),
    ],
)
def test_a_phrase_that_cannot_be_read_says_where_it_is(phrase: str, remedy: str) -> None:
    rules = parse(
        f'{RULE.replace("want to die", phrase)}\n[lists]\nloop = ["a <loop>"]\n', file="en/own.toml"
    )
    with pytest.raises(RuleError) as wrong:
        Detector([rules])
    assert remedy in str(wrong.value)
    assert "t.wish" in str(wrong.value)


ELIDED = """
[lists]
doors = ["issue", "(entrée|autre porte)"]
[families]
go = ["aller", "en aller"]
"""


@pytest.mark.parametrize(
    ("phrase", "said", "unsaid"),
    [
        ("envie d'(en|y) finir", ["envie d'en finir", "envie d’y finir"], ["envie de en finir"]),
        ("pas (de sens|d'<doors>)", ["pas d'issue", "pas d'entrée"], ["pas issue", "pas d'air"]),
        ("envie d'~go", ["envie d'en aller"], ["envie aller"]),
        ("qu'((il|elle) a|on) dit", ["qu'elle a dit", "qu'on dit"], ["elle a dit"]),
        ("the nurses' (room|desk)", ["the nurses' desk"], ["the nursesdesk"]),
    ],
)
def test_an_elided_word_belongs_to_the_one_after_it(
    phrase: str, said: list[str], unsaid: list[str]
) -> None:
    found = Detector([parse(RULE.replace("want to die", phrase) + ELIDED)])
    assert [text for text in (*said, *unsaid) if found.find(text)] == said


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(RuleError, match="has this id too"):
        Detector([parse(RULE), parse(RULE, locale="xx")])


def test_a_folder_is_read_one_language_a_subfolder(tmp_path: Path) -> None:
    english = tmp_path / "crisis" / "en"
    english.mkdir(parents=True)
    (english / "a.toml").write_text(RULE)
    (english / "b.toml").write_text(RULE.replace("t.wish", "t.other"))
    (rules,) = crisis_rule_sets(tmp_path)
    assert rules.locale == "en"
    assert [rule.id for rule in rules.rules] == ["t.wish", "t.other"]
    assert [rule.file for rule in rules.rules] == ["en/a.toml", "en/b.toml"]
