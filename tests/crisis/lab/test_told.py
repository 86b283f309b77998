"""What a moderator reads of a sentence: each step of the rules in their own language."""

from dataclasses import replace

import pytest

from peerbot.chat.forms import Surface
from peerbot.chat.plain import plain_card
from peerbot.community.model import Feature, Settings
from peerbot.content.crisis import crisis_detector, crisis_rule_sets
from peerbot.crisis.decision import Decision, decide
from peerbot.crisis.detection import Category, OwnPhrase, Tier
from peerbot.crisis.lab import told
from peerbot.crisis.lab.model import Score
from peerbot.crisis.lab.service import Tried
from peerbot.i18n import LANGUAGES, translate
from peerbot.testing import NOW
from tests.crisis.conftest import ALERTS

DETECTOR = crisis_detector()[0]
READING = Settings(alert_room=ALERTS, notice_posted=True).switching(Feature.READING, on=True)
FERRYMAN = OwnPhrase(id="p1", text="see the ferryman", tier=Tier.URGENT, category=Category.SUICIDE)
HARMLESS = OwnPhrase(id="p2", text="swallowed all my tablets", tier=Tier.NONE)


def card_of(text: str, settings: Settings = READING, language: str = "en", *scores: Score) -> str:
    explanation = DETECTOR.explain(text, DETECTOR.own_rules([FERRYMAN, HARMLESS]))
    finding = explanation.finding
    tried = Tried(
        explanation=explanation,
        decision=decide(finding, Surface.PUBLIC, settings)
        if finding
        else Decision(answer=False, alert=False),
        own={FERRYMAN.rule_id: FERRYMAN},
        scores={one.rule: one for one in scores},
    )
    return plain_card(told.tried(tried, settings), language)


def test_every_context_of_the_rules_has_words() -> None:
    contexts = {one.id for rules in crisis_rule_sets() for one in rules.contexts}
    assert contexts <= told.STEPS.keys()


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_step_is_told_in_every_language(language: str) -> None:
    same = [str(one) for one in told.STEPS.values() if translate(one, language) == str(one)]
    assert same == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("i want to die tonight", 'But a time is said ("tonight"), so it becomes: emergency.'),
        ("i don't want to die", 'But it is denied ("not"), so it counts for nothing.'),
        ("my sister wants to die", "But it is about somebody else."),
        ("i will see the ferryman", '"see the ferryman": your phrase "see the ferryman"'),
        ("good morning", "In a room here nothing would follow."),
        (
            "i swallowed all my tablets",
            "In a room here responders would be told; I would not write to the person.",
        ),
        ("i want to die", "the person would be helped at once, and responders called"),
        ("i feel completely worthless", "offered help, and responders get a note"),
    ],
)
def test_what_decided_is_told_in_plain_words(text: str, said: str) -> None:
    assert said in card_of(text)


def test_what_would_follow_is_told_as_it_is_here() -> None:
    silent = replace(READING, silent_until=NOW)
    assert "it would only be counted" in card_of("i want to die", silent)
    assert "Messages in rooms are not looked at here." in card_of("i want to die", Settings())


def test_a_rule_says_how_often_it_was_misread_from_five_verdicts_on() -> None:
    few, enough = (Score(rule="suicide.wish_to_die", right=right, misread=1) for right in (3, 4))
    assert "misread in" not in card_of("i want to die", READING, "en", few)
    assert "Here it was misread in 1 of 5 alerts (20 %)." in card_of(
        "i want to die", READING, "en", enough
    )


def test_a_long_or_empty_text_makes_a_card() -> None:
    assert len(card_of("i want to die and more. " * 80)) < 4000
    assert "I find nothing in it." in card_of("```code```")
