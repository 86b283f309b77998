"""The detector: whose risk it is, what is denied or told as over; and its work is bounded."""

from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerbot.content.crisis import crisis_detector, crisis_rule_sets
from peerbot.crisis.detection import (
    Category,
    Detector,
    Finding,
    RuleSet,
    Tier,
    Whose,
    parse,
)
from peerbot.crisis.detection.guard import MOST, WINDOW, windows

RULESETS = crisis_rule_sets()
DETECTOR = crisis_detector()[0]


def _tier(text: str) -> Tier:
    finding = DETECTOR.find(text)
    return finding.tier if finding else Tier.NONE


def test_whose_risk_it_is_follows_the_nearest_subject() -> None:
    assert _whose("i want to die") is Whose.AUTHOR
    assert _whose("been feeling like dying, want to die") is Whose.AUTHOR
    assert _whose("my sister wants to die") is Whose.OTHER
    assert _whose("i told my mum i want to die") is Whose.AUTHOR
    assert _whose("i was at work and she wants to kill herself") is Whose.OTHER
    assert _whose("i told mum, my brother wants to die") is Whose.OTHER
    assert _whose('my son said "i want to die"') is Whose.OTHER


def _whose(text: str) -> Whose:
    return _found(text).whose


def _found(text: str) -> Finding:
    finding = DETECTOR.find(text)
    assert finding is not None, text
    return finding


OVERCOME = [
    "ten years ago i stood on a bridge. today i am a grandfather",
    "5 years today since i overdosed, so glad i failed",
    "ma ts date de 2009, j'en parle maintenant dans les lycées",
    "intenté quitarme la vida a los 19, hoy doy charlas en institutos",
    "há dez anos tentei matar-me, hoje tenho um cão parvo, ainda bem que fiquei",
]
NOT_OVERCOME = [
    "two years ago i lost my wife. today i am a wreck, the pills are in front of me",
    "4 years clean. proud of me. sorry everyone, it ends tomorrow",
    "i used to cut. clean 3 years. the urge is back and i am holding the blade",
    "il y a deux ans j'ai fait une TS. aujourd'hui j'ai les comprimés devant moi",
    "hace dos años lo intenté. hoy tengo las pastillas en la mano",
    "há dois anos tentei. hoje estou com os comprimidos na mão",
    "vor zwei jahren hab ich es versucht. heute hab ich die tabletten vor mir",
]


def test_what_is_told_as_overcome_is_silent_and_what_is_back_is_not() -> None:
    assert [text for text in OVERCOME if _tier(text) is not Tier.NONE] == []
    assert [text for text in NOT_OVERCOME if _tier(text) < Tier.URGENT] == []


def test_words_quoted_from_a_song_or_a_lesson_ring_nowhere() -> None:
    assert _tier('"i want to die in new orleans" is the title of a mixtape') is Tier.NONE
    assert _tier("our website text: 'i want to die' is something we hear a lot") is Tier.NONE
    assert _tier('i keep thinking "i want to die"') is Tier.URGENT


def test_a_denial_counts_in_its_clause_only() -> None:
    assert _tier("i don't want to kill myself") is Tier.NONE
    assert _tier("i don't sleep. i want to kill myself") is Tier.URGENT
    assert _tier("i can't stop thinking about killing myself") is Tier.URGENT
    assert _tier("not gonna lie, i want to kill myself") is Tier.URGENT


def _with_one_rule(more: str) -> Detector:
    rule = 'id = "t.one"\ncategory = "suicide"\ntier = "urgent"\nphrases = ["(pills|all of them)"]'
    return Detector([parse(f"[[rule]]\n{rule}\n{more}", locale="en")])


def test_what_a_rule_needs_stands_beside_it_unless_it_counts_itself() -> None:
    needs = 'needs = ["pills", "took"]'
    beside, itself = _with_one_rule(needs), _with_one_rule(needs + "\ncounts_itself = true")
    assert beside.find("my pills") is None
    assert itself.find("my pills") is not None
    assert itself.find("all of them") is None
    for detector in (beside, itself):
        assert detector.find("i took all of them") is not None


def test_what_a_rule_needs_stands_no_farther_than_a_long_story_reaches() -> None:
    detector = _with_one_rule('needs = ["took"]\nreach = "message"')
    story = ". ".join(["the bus came late and it rained"] * 4)
    assert detector.find(f"i took it. {story}. all of them") is not None
    assert detector.find(f"i took it. {story}. {story}. all of them") is None
    assert detector.find(f"all of them. {story}. {story}. i took it") is None


def test_what_a_rule_excludes_silences_it_in_its_sentence_or_as_far_as_it_says() -> None:
    needs = 'needs = ["took"]\nreach = "message"\nunless = ["vitamin"]'
    near, far = _with_one_rule(needs), _with_one_rule(needs + '\nunless_reach = "message"')
    apart = "i took the bus. all of them came. one vitamin left"
    assert near.find("i took the bus. all of them came") is not None
    assert near.find(apart) is not None
    assert far.find(apart) is None
    assert near.find("took. all of them, vitamin") is None
    clause = _with_one_rule('unless = ["vitamin"]\nunless_reach = "clause"')
    assert clause.find("all of them, the vitamin too") is not None
    assert clause.find("all of them vitamin") is None


def test_a_denial_counts_although_a_gap_passes_over_it() -> None:
    assert _tier("he does not hit me") is Tier.NONE
    assert _tier("he hits me") is Tier.URGENT


def test_a_harmless_phrase_covers_only_where_it_applies() -> None:
    covering = (
        '[[rule]]\nid = "t.jest"\ncategory = "suicide"\ntier = "none"\ncovers = true\n'
        'phrases = ["pills for the dog"]\nunless = ["myself"]'
    )
    detector = _with_one_rule(covering)
    assert detector.find("pills for the dog") is None
    assert detector.find("pills for the dog and myself") is not None


def test_of_two_findings_that_weigh_the_same_the_particular_one_counts() -> None:
    rules = "".join(
        f'[[rule]]\nid = "t.{category}"\ncategory = "{category}"\ntier = "urgent"\n'
        f'phrases = ["swallowed"]\n'
        for category in ("suicide", "threat_made", "overdose", "self_harm")
    )
    found = Detector([parse(rules, locale="en")]).find("i swallowed them")
    assert found is not None
    assert found.category is Category.OVERDOSE


def test_evidence_points_into_the_message_as_it_was_written() -> None:
    text = "ok 🙂 so… I  w4nt t\u200bo d1e, honestly"
    evidence = _found(text).evidence[0]
    assert text[evidence.start : evidence.end] == "w4nt t\u200bo d1e"


def test_evidence_in_a_later_window_points_there_too() -> None:
    text = "so it was a long week. " * 400 + "i want to die"
    evidence = _found(text).evidence[-1]
    assert text[evidence.start : evidence.end] == "i want to die"


@pytest.mark.parametrize(
    "text",
    [
        "```\nprint('i want to die')\n```",
        "look: `i want to die`",
        "https://example.org/i-want-to-die",
        "> i want to die\nhey, are you ok? write me",
        "<:want_to_die:123456> gg",
    ],
)
def test_code_links_emoji_names_and_quotes_are_not_the_authors_words(text: str) -> None:
    assert _tier(text) is Tier.NONE


def test_agreeing_with_quoted_danger_is_ones_own() -> None:
    assert _tier("> i want to die\nsame") is not Tier.NONE


def test_languages_mix_in_one_message() -> None:
    assert _tier("bonjour tout le monde, i want to die") is Tier.URGENT


def test_a_rule_counts_in_its_own_language_or_where_languages_mix() -> None:
    french = '[language]\nwords = ["je", "suis", "dans"]'
    english = (
        '[[rule]]\nid = "t.die"\ncategory = "suicide"\ntier = "urgent"\nphrases = ["mourant"]\n'
        '[language]\nwords = ["the", "is"]'
    )
    detector = Detector([parse(french, locale="fr"), parse(english, locale="en")])
    assert detector.find("mourant") is not None
    assert detector.find("the mourant is here") is not None
    assert detector.find("je suis mourant") is None
    assert detector.find("je suis mourant, the end") is not None


def test_no_word_tells_two_languages() -> None:
    words = [word for rules in RULESETS for word in rules.language]
    assert sorted({word for word in words if words.count(word) > 1}) == []
    assert all(rules.language for rules in RULESETS)


def test_a_community_can_call_its_own_phrase_harmless_but_never_an_emergency() -> None:
    own = parse('[denied]\nphrases = ["want to die", "swallowed all my tablets"]', locale="own")
    english = [rules for rules in RULESETS if rules.locale == "en"]
    detector = Detector([*english, own])
    assert detector.find("i want to die") is None
    finding = detector.find("i swallowed all my tablets")
    assert finding is not None
    assert finding.tier is Tier.EMERGENCY
    assert "denied by the community" in finding.modifiers


def test_overlapping_phrases_do_not_hide_each_other() -> None:
    rules = parse(
        """
        [[rule]]
        id = "t.short"
        category = "distress"
        tier = "concern"
        phrases = ["so alone"]
        [[rule]]
        id = "t.long"
        category = "suicide"
        tier = "urgent"
        phrases = ["alone and done with living"]
        """
    )
    finding = Detector([rules]).find("so alone and done with living")
    assert finding is not None
    assert {each.rule for each in finding.evidence} == {"t.short", "t.long"}


def test_explanations_tell_every_step_in_words() -> None:
    told = DETECTOR.explain("i don't want to die").told()
    assert "nothing found" in told
    assert '"not" denies it: urgent becomes none' in told
    told = DETECTOR.explain("i'm going to kill myself tonight").told()
    assert "a time is given: urgent becomes emergency" in told


def test_tiers_are_ordered_and_named() -> None:
    assert Tier.NONE < Tier.CONCERN < Tier.URGENT < Tier.EMERGENCY
    assert [tier.label for tier in Tier] == ["none", "concern", "urgent", "emergency"]
    assert Category.NONE.value == "none"
    with pytest.raises(ValueError, match="no tier"):
        Tier.from_label("severe")


def _work(text: str) -> tuple[int, int]:
    read = DETECTOR.explain(text).windows
    return len({window.start for window in read}), max(window.places for window in read)


PIECES = st.sampled_from(
    ["i want to die ", "d i e ", "k*ll ", "😀", "\u200b", "> ", "`", "\n", "a "]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=40), st.integers(min_value=1, max_value=40))
def test_work_is_bounded_for_any_message(pieces: list[str], times: int) -> None:
    text = "".join(pieces) * times
    seen, matched = _work(text)
    assert seen <= ceil(len(text) / WINDOW) + 1
    assert matched <= len(_phrases()) * 12


@settings(max_examples=150, deadline=None)
@given(st.text())
def test_no_message_breaks_the_detector(text: str) -> None:
    DETECTOR.find(text)
    assert DETECTOR.explain(text).finding == DETECTOR.find(text)


def _phrases() -> list[str]:
    return [each for rules in RULESETS for rule in rules.rules for each in rule.phrases]


@pytest.mark.parametrize(
    "text",
    [
        "a " * 20_000,
        "s u i c i d e " * 2_857,
        "a" * 40_000,
        "." * 40_000,
        "💀" * 40_000,
        "`" * 40_000,
        "> " * 20_000,
        "k*" * 20_000,
        "\n" * 40_000,
        "i want to die " * 5_000,
    ],
    ids=lambda text: repr(text[:14]),
)
def test_the_longest_messages_are_read_in_few_windows(text: str) -> None:
    seen, matched = _work(text)
    assert seen <= ceil(len(text) / WINDOW) + 1
    assert matched < 1_000


def test_nothing_beyond_the_longest_message_is_read() -> None:
    text = "x" * (MOST + 10 * WINDOW)
    assert len(list(windows(text))) == MOST // WINDOW


def test_an_empty_rule_set_finds_nothing() -> None:
    assert Detector([]).find("i want to die") is None
    assert Detector([RuleSet(locale="en")]).find("i want to die") is None
