"""What whoever takes an alert reads, and what is left of it afterwards."""

import itertools

import pytest

from peerbot.chat.plain import plain_card
from peerbot.crisis.claim_cards import claimed, first_words
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.model import Outcome
from peerbot.i18n import LANGUAGES, translate
from peerbot.testing import SAM
from tests.crisis.conftest import ALERTS, Crisis
from tests.crisis.samples import alert
from tests.crisis.test_service import MODERATOR, alert_of, labels

KINDS = list(itertools.product(Category, Whose, list(Tier)[1:]))


def said(words, language: str = "en") -> str:
    return "\n".join(translate(one, language) for one in words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_words_say_i_read_it_and_ask_something(language: str) -> None:
    """#chatsafe and the Samaritans: you read it, you care, ask directly, listen."""
    read = {"en": "I read", "fr": "j'ai lu"}[language]
    for category, whose, tier in KINDS:
        words = said(first_words(alert(category=category, whose=whose, tier=tier)), language)
        assert read in words, (category, whose, tier)
        assert "?" in words, (category, whose, tier)


def test_about_suicide_one_asks_directly_at_any_tier() -> None:
    for tier in list(Tier)[1:]:
        words = said(first_words(alert(category=Category.SUICIDE, tier=tier)))
        assert "Are you thinking about suicide?" in words


def test_an_emergency_asks_first_where_they_are() -> None:
    words = first_words(alert(category=Category.ABUSE, tier=Tier.EMERGENCY))
    assert "Where are you" in said(words[1:2])


def test_whoever_worries_is_spoken_to_and_not_the_other_person() -> None:
    for category in set(Category) - {Category.THREAT_MADE}:
        words = said(first_words(alert(category=category, whose=Whose.OTHER)))
        assert "you are worried about someone" in words


def test_the_words_to_copy_stand_apart_and_the_steps_and_oneself_follow() -> None:
    shown = plain_card(claimed(alert(category=Category.SUICIDE, tier=Tier.URGENT)))
    assert "> Hi, I read what you wrote" in shown
    assert "Write to them privately." in shown
    assert "take a break, and tell someone here how it was for you" in shown


async def test_done_asks_how_it_ended_and_then_the_card_says_nothing_sensitive(
    crisis: Crisis,
) -> None:
    await crisis.hears("this is urgent")
    found = await alert_of(crisis)
    taken = await crisis.service.claim(found.id, MODERATOR, crisis.community)
    assert labels(taken)[0] == "Done"
    asked = await crisis.service.how_did_it_end(found.id, MODERATOR, crisis.community)
    assert labels(asked) == ["Safe for now", "With professionals", "Could not reach them"]
    thanks = await crisis.service.resolve(found.id, Outcome.SAFE, MODERATOR, crisis.community)
    assert "Take a break" in plain_card(thanks)
    card = plain_card(crisis.voice.edited[-1][1])
    assert "Closed: Safe for now" in card
    for sensitive in ("@sam", "chat.test", "en.test", "suicide", "Done"):
        assert sensitive not in card
    kept = await alert_of(crisis)
    assert (kept.permalink, kept.source, kept.rules) == (None, None, ())
    assert crisis.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert crisis.voice.keys_to(SAM)[-1] == "crisis.taken"
