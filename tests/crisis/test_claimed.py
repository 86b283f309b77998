"""What whoever takes an alert reads, and what is left of it afterwards."""

import itertools
from datetime import timedelta
from functools import partial

import pytest

from peerbot.chat.addresses import Person
from peerbot.chat.plain import plain_card
from peerbot.crisis.claim_cards import claimed, first_words
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.model import Alert, Outcome
from peerbot.i18n import LANGUAGES, translate
from peerbot.testing import ANA, ROBIN, SAM, an_actor
from tests.crisis.alerts import MODERATOR, alert_of, labels
from tests.crisis.conftest import ALERTS, Crisis
from tests.crisis.samples import alert

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


async def taken_by_a_process_that_was_killed(crisis: Crisis) -> Alert:
    """Return an alert whose claim is written, and whose card does not say so."""
    await crisis.hears("this is urgent")
    found = await alert_of(crisis)
    claim = partial(Alert.claim, responder=ROBIN, now=crisis.clock())
    taken = await crisis.record.change(found.id, claim)
    assert taken is not None
    crisis.voice.edited.clear()
    return taken


def says_that_robin_has_it(crisis: Crisis) -> list[bool]:
    return ["@robin has this" in plain_card(card) for _ref, card in crisis.voice.edited]


async def test_after_a_start_the_card_says_who_has_it_though_the_process_died_over_the_claim(
    crisis: Crisis,
) -> None:
    await taken_by_a_process_that_was_killed(crisis)
    assert crisis.ladder.still_to_show() == crisis.clock()
    assert await crisis.ladder.show_again() == 1
    assert says_that_robin_has_it(crisis) == [True]
    assert crisis.ladder.still_to_show() is None
    assert await crisis.ladder.show_again() == 0


async def test_a_start_leaves_the_cards_of_old_alerts_alone(crisis: Crisis) -> None:
    await taken_by_a_process_that_was_killed(crisis)
    crisis.clock.move(timedelta(hours=13))
    assert await crisis.ladder.show_again() == 0
    assert says_that_robin_has_it(crisis) == []


@pytest.mark.parametrize("away", [False, True])
async def test_after_a_start_a_closed_alert_stood_on_its_card_as_taken(
    crisis: Crisis, *, away: bool
) -> None:
    alert = await taken_by_a_process_that_was_killed(crisis)
    crisis.db.away = away
    await crisis.record.change(alert.id, lambda one: one.resolve(Outcome.SAFE, None))
    crisis.db.away = False
    assert await crisis.ladder.show_again() == 1
    ((_ref, card),) = crisis.voice.edited
    assert "Closed: Safe for now" in plain_card(card)
    assert "@sam" not in plain_card(card)
    assert crisis.ladder.still_to_show() is None


async def test_what_is_closed_is_looked_for_again_if_the_database_was_away_at_the_start(
    crisis: Crisis,
) -> None:
    alert = await taken_by_a_process_that_was_killed(crisis)
    await crisis.record.change(alert.id, lambda one: one.resolve(Outcome.SAFE, None))
    crisis.db.away = True
    assert await crisis.ladder.show_again() == 0
    assert crisis.ladder.still_to_show() == crisis.clock()
    crisis.db.away = False
    assert await crisis.ladder.show_again() == 1
    crisis.clock.move(timedelta(hours=13))
    crisis.ladder._has_shown_closed = False
    assert await crisis.ladder.show_again() == 0


@pytest.mark.parametrize("who", [ROBIN, ANA])
async def test_a_press_on_a_card_that_is_behind_brings_it_up_to_date(
    crisis: Crisis, who: Person
) -> None:
    alert = await taken_by_a_process_that_was_killed(crisis)
    await crisis.service.claim(alert.id, an_actor(who, "mods"), crisis.community)
    assert says_that_robin_has_it(crisis) == [True]


async def test_a_press_on_the_card_of_a_closed_alert_closes_the_card_too(crisis: Crisis) -> None:
    alert = await taken_by_a_process_that_was_killed(crisis)
    await crisis.record.change(alert.id, lambda one: one.resolve(Outcome.SAFE, None))
    answer = await crisis.service.how_did_it_end(alert.id, MODERATOR, crisis.community)
    assert "closed already" in plain_card(answer)
    assert "Closed: Safe for now" in plain_card(crisis.voice.edited[-1][1])
