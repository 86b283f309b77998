"""Every answer there is: each category, tier and whose risk, as the person reads it."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from peerbot.chat.actions import action
from peerbot.chat.cards import Card, Text, buttons_of, in_language
from peerbot.chat.plain import plain, plain_card
from peerbot.chat.router import Router
from peerbot.chat.text import length_of
from peerbot.content.crisis import helplines
from peerbot.crisis import cards, small_help
from peerbot.crisis.cards import Told
from peerbot.crisis.detection.finding import Category, Tier, Whose
from peerbot.crisis.helplines import HelpLines
from peerbot.crisis.lines import LineWords
from peerbot.crisis.routes import CrisisRoutes, add_routes
from peerbot.i18n import LANGUAGES
from peerbot.testing import OpenDoor, RecordingGateway, SilentScreen, a_press
from tests.crisis.samples import NOW, ZONE

SHIPPED = helplines()
UNTIL = NOW + timedelta(minutes=10)
EVERY_TOLD = (
    Told(),
    Told(anyone_here=False),
    Told(alert_id="a" * 12, quiet=True),
    Told(alert_id="a" * 12, until=UNTIL),
    Told(alert_id="a" * 12, arrived=False),
)
TIERS = (Tier.CONCERN, Tier.URGENT, Tier.EMERGENCY)

# What each is told, in words that no other category is told.
CALM = {
    Category.SUICIDE: "You do not have to go through this hour alone.",
    Category.SELF_HARM: "You deserve care, not blame.",
    Category.OVERDOSE: "taken too much of something, please call for medical help now",
    Category.ABUSE: "it is not your fault. You decide what comes next",
    Category.THREAT_RECEIVED: "Being threatened is frightening",
    Category.THREAT_MADE: "a door or a walk between you",
    Category.EATING: "your body is having a hard time",
    Category.THIRD_PARTY: "That sounds like a lot to carry.",
    Category.BEREAVEMENT: "the person who died",
    Category.NONE: "That sounds like a lot to carry.",
}
IN_DANGER = CALM | {
    Category.SUICIDE: "let someone be with you now",
    Category.SELF_HARM: "press a clean cloth on it",
    Category.ABUSE: "You may be in danger, and it is not your fault",
    Category.THREAT_RECEIVED: "You need not be sure that it is serious.",
    Category.THREAT_MADE: "Please go away from them now",
    Category.EATING: "You need not wait until it gets worse.",
}
WORRY = "You are worried about someone, and that care matters."
FOR_ANOTHER = {
    Category.SUICIDE: WORRY,
    Category.SELF_HARM: WORRY,
    Category.OVERDOSE: CALM[Category.OVERDOSE],
    Category.ABUSE: "believe them, and let them choose what comes next",
    Category.THREAT_RECEIVED: "Someone you know is being threatened",
    Category.THREAT_MADE: CALM[Category.THREAT_MADE],
    Category.EATING: "rather than about food",
    Category.THIRD_PARTY: WORRY,
    Category.BEREAVEMENT: "You need no right words",
    Category.NONE: WORRY,
}
ANOTHER_NOW = dict.fromkeys(Category, "please call for help for them first") | {
    Category.OVERDOSE: CALM[Category.OVERDOSE],
    Category.THREAT_MADE: IN_DANGER[Category.THREAT_MADE],
}


def expected(category: Category, tier: Tier, whose: Whose) -> str:
    now = tier is Tier.EMERGENCY
    if whose is Whose.AUTHOR:
        return (IN_DANGER if now else CALM)[category]
    return (ANOTHER_NOW if now else FOR_ANOTHER)[category]


def answer(
    category: Category,
    tier: Tier,
    whose: Whose,
    told: Told = EVERY_TOLD[4],
    country: str = "CA",
    lines: HelpLines = SHIPPED,
) -> Card:
    return cards.first_answer(
        category=category,
        tier=tier,
        whose=whose,
        told=told,
        lines=LineWords(lines).few(country, category, tier, NOW),
        zone=ZONE,
    )


def texts(card: Card, language: str = "en") -> list[str]:
    return [plain(one.words, language) for one in card.children if isinstance(one, Text)]


ALL = list(itertools.product(Category, TIERS, Whose))


@pytest.mark.parametrize(("category", "tier", "whose"), ALL)
def test_each_answer_is_the_one_for_it(category: Category, tier: Tier, whose: Whose) -> None:
    card = answer(category, tier, whose)
    said = texts(card)
    assert expected(category, tier, whose) in said[0]
    assert "until" not in said[0] or "09:30" not in said[0]
    top = said[1]
    assert ("911" in top) == (tier >= Tier.URGENT)
    assert "988" in "".join(said[1:3])
    first = buttons_of(card)[0]
    speaks_to_helper = whose is Whose.OTHER and category is not Category.THREAT_MADE
    assert first.action.verb == ("coach" if speaks_to_helper else "now")


@pytest.mark.parametrize(("category", "tier", "whose"), ALL)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_answer_keeps_its_size(
    category: Category, tier: Tier, whose: Whose, language: str
) -> None:
    for told, country in itertools.product(EVERY_TOLD, ("CA", "GB", "US", "AL", "")):
        card = in_language(answer(category, tier, whose, told, country), language)
        inner = [one for one in card.children if isinstance(one, Text)]
        assert length_of(inner[0].words) + length_of(inner[-1].words) <= 600
        assert len(inner) - 2 <= 3
        assert len(buttons_of(card)) <= 5
        assert plain(inner[0].words, language)


@pytest.mark.parametrize("category", Category)
def test_the_way_to_say_misread_and_to_reach_a_person_is_on_each(category: Category) -> None:
    for tier, whose in itertools.product(TIERS, Whose):
        verbs = [one.action.verb for one in buttons_of(answer(category, tier, whose))]
        assert verbs[-2:] == ["anyone", "misread"]
        alone = [one.action.verb for one in buttons_of(answer(category, tier, whose, Told()))]
        assert alone[-2:] == ["ask-moderator", "misread"]


def test_abuse_is_answered_with_a_watched_phone_in_mind() -> None:
    for tier in TIERS:
        said = texts(answer(Category.ABUSE, tier, Whose.AUTHOR))[0]
        assert "look at your phone" in said
        assert "close this" in said
    more = plain_card(small_help.right_now(Category.ABUSE))
    assert "another phone or a private window is safer" in more


@pytest.mark.parametrize("word", ["must", "should have", "wrong with you", "report you", "police"])
def test_who_threatens_is_spoken_to_without_blame(word: str) -> None:
    for tier in TIERS:
        assert word not in plain_card(answer(Category.THREAT_MADE, tier, Whose.OTHER))
    assert word not in plain_card(small_help.right_now(Category.THREAT_MADE))


# -- which line stands on top ----------------------------------------------------------------------


def with_poison_line() -> HelpLines:
    poison = replace(
        next(one for one in SHIPPED.lines if one.id == "ca-988"),
        id="ca-poison",
        name="Poison Centres",
        about=frozenset({"overdose"}),
        call="1-844-764-7669",
        text="",
    )
    return replace(SHIPPED, lines=(*SHIPPED.lines, poison))


@pytest.mark.parametrize(
    ("tier", "first", "second"),
    [
        (Tier.CONCERN, "Poison Centres", "988"),
        (Tier.URGENT, "Poison Centres", "911"),
        (Tier.EMERGENCY, "911", "Poison Centres"),
    ],
)
def test_where_too_much_was_taken_the_poison_line_leads_unless_danger_is_now(
    tier: Tier, first: str, second: str
) -> None:
    said = texts(answer(Category.OVERDOSE, tier, Whose.AUTHOR, lines=with_poison_line()))
    assert first in said[1]
    assert second in said[2]
    assert "In Canada" in said[1]


@pytest.mark.parametrize("tier", [Tier.URGENT, Tier.EMERGENCY])
def test_without_a_poison_line_the_emergency_number_leads(tier: Tier) -> None:
    said = texts(answer(Category.OVERDOSE, tier, Whose.AUTHOR))
    assert "911" in said[1]


@pytest.mark.parametrize("category", Category)
@pytest.mark.parametrize("lines", [SHIPPED, with_poison_line()])
def test_adult_and_youth_lines_are_shown_together_or_not_at_all(
    category: Category, lines: HelpLines
) -> None:
    words = LineWords(lines)
    for code, tier in itertools.product(lines.countries, TIERS):
        said = [plain(one) for one in words.few(code, category, tier, NOW)]
        young = [one for one in said if "for young people" in one]
        rest = [one for one in said if one not in young and ("call" in one or "chat" in one)]
        assert not young or [one for one in rest if "immediate danger" not in one], (code, said)


def test_closed_lines_say_when_they_open_by_their_own_clock() -> None:
    line = next(one for one in SHIPPED.lines if one.hours == "listed")
    for hour in range(24):
        now = datetime(2026, 3, 4, hour, tzinfo=UTC)
        if line.is_open(now):
            continue
        opens = line.opens_at(now)
        assert opens is not None
        assert now < opens
        assert line.is_open(opens)
        assert not line.is_open(opens - timedelta(seconds=1))
        assert "opens" in plain(LineWords(SHIPPED).line(line, now))


# -- grounding -------------------------------------------------------------------------------------


@pytest.mark.parametrize("category", Category)
@pytest.mark.parametrize(("way", "steps"), [(small_help.LOOK, 5), (small_help.BREATHE, 5)])
async def test_steps_follow_one_another_and_nothing_is_kept(
    category: Category, way: str, steps: int
) -> None:
    gateway = RecordingGateway()
    router = Router(gateway, SilentScreen(), OpenDoor())
    # No service at all: whatever these steps do, they keep nothing anywhere.
    add_routes(router, CrisisRoutes(None, None, None, None, None))  # type: ignore[arg-type]
    await router.dispatch(a_press(action("crisis", "now", category)))
    wanted = action("crisis", "step", way, 0, category)
    assert wanted in [one.action for one in buttons_of(gateway.sent[-1].card)]
    for _number in range(steps):
        await router.dispatch(a_press(wanted))
        wanted = buttons_of(gateway.sent[-1].card)[0].action
    assert [one.card.key for one in gateway.sent[1:]] == ["crisis.step"] * steps
    assert "It is all right to do it again." in plain_card(gateway.sent[-1].card)
    assert wanted == action("crisis", "step", way, 0, category)


@pytest.mark.parametrize("args", [(), ("look",), ("look", "99", "x"), ("run", "0", "none")])
async def test_forged_steps_lead_nowhere(args: tuple[str, ...]) -> None:
    gateway = RecordingGateway()
    router = Router(gateway, SilentScreen(), OpenDoor())
    add_routes(router, CrisisRoutes(None, None, None, None, None))  # type: ignore[arg-type]
    forged = replace(action("crisis", "step"), args=args)
    await router.dispatch(a_press(forged))
    assert gateway.sent[-1].card.key == "chat.unknown"


@pytest.mark.parametrize("category", Category)
def test_words_to_copy_fit_what_it_is_about(category: Category) -> None:
    own = plain_card(small_help.words_to_send(category))
    anyone = plain_card(small_help.words_to_send())
    is_general = category in {Category.SUICIDE, Category.NONE}
    assert (own == anyone) == is_general
