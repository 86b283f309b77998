"""What a platform's own word filter reports becomes help and an alert, once for each message."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from peerbot.chat.addresses import MessageRef, Person, Room
from peerbot.chat.forms import Surface
from peerbot.chat.heard import Heard
from peerbot.chat.plain import plain_card
from peerbot.clock import MovableClock
from peerbot.community.model import Feature, Level, Settings
from peerbot.content.crisis import crisis_detector, watch_list
from peerbot.crisis.detection import Detector, OwnPhrase, OwnRules
from peerbot.crisis.detection.finding import Category, Tier
from peerbot.crisis.filtered import Filtered
from peerbot.crisis.lately import KEPT_FOR
from peerbot.crisis.model import Reason, Way
from peerbot.testing import ANA, GENERAL, NOW, SAM, SPACE, an_actor
from tests.crisis.alerts import alert_of
from tests.crisis.conftest import ALERTS, Crisis, a_process, set_up

PHRASE = "i want to end my life"
MESSAGE = MessageRef("test", "general", "said-1")


def told_of(settings: Settings, *, reading: bool = False) -> Settings:
    """Return the settings with the filter on, and members told of it."""
    on = settings.switching(Feature.WORD_FILTER, on=True).switching(Feature.READING, on=reading)
    return replace(on, notice_told=on.wide)


def a_hit(
    phrase: str = PHRASE,
    *,
    text: str = "",
    author: Person = SAM,
    ref: MessageRef | None = MESSAGE,
    room: Room | None = GENERAL,
) -> Heard:
    return Heard(
        text=text,
        surface=Surface.PUBLIC,
        author=an_actor(author),
        space=SPACE,
        room=room,
        reply=None,
        ref=ref,
        permalink="https://chat.test/general/said-1" if ref else None,
        phrase=phrase,
    )


def a_message(text: str, ref: MessageRef = MESSAGE) -> Heard:
    return replace(a_hit(text=text, ref=ref), phrase=None)


@asynccontextmanager
async def a_house(url: str, folder: Path, **parts: Any) -> AsyncIterator[Crisis]:
    """The feature where only the platform's filter hears; our own rules are the shipped ones."""
    made = await a_process(url, folder, **({"hears_with": crisis_detector()[0]} | parts))
    await set_up(made)
    await made.set(told_of)
    yield made
    await made.close()


@pytest.fixture
async def filtering(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Crisis]:
    async with a_house(sqlite_url, tmp_path) as made:
        yield made


# -- the same path as a noticed message ------------------------------------------------------------


async def test_a_phrase_alone_brings_help_to_its_writer_and_a_card_with_a_link(
    filtering: Crisis,
) -> None:
    await filtering.noticing.heard(a_hit())
    assert filtering.voice.keys_to(SAM) == ["crisis.answer"]
    assert filtering.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert "https://chat.test/general/said-1" in filtering.voice.texts_to(ALERTS)[0]
    assert not filtering.voice.cards_to(GENERAL)
    alert = await alert_of(filtering)
    assert (alert.tier, alert.category, alert.reason) == (
        Tier.URGENT,
        Category.SUICIDE,
        Reason.WORDS,
    )
    assert (alert.room, alert.source, alert.way) == (GENERAL, MESSAGE, Way.INBOX)
    assert alert.rules, "the card says which rule it is"


@pytest.mark.parametrize(
    ("phrase", "tier"),
    [
        ("I hope I don’t wake up.", Tier.CONCERN),
        ("je suis suicidaire", Tier.URGENT),
        ("i wrote a suicide note", Tier.EMERGENCY),
    ],
)
async def test_a_phrase_counts_at_its_known_tier_in_its_language(
    filtering: Crisis, phrase: str, tier: Tier
) -> None:
    await filtering.noticing.heard(a_hit(phrase))
    assert (await alert_of(filtering)).tier is tier


async def test_a_message_that_comes_with_the_phrase_is_looked_at_as_a_whole(
    filtering: Crisis,
) -> None:
    await filtering.noticing.heard(a_hit(text="i never said i want to end my life"))
    assert filtering.voice.sent == []
    await filtering.noticing.heard(
        a_hit(text="i want to end my life, i have the pills here, tonight")
    )
    assert (await alert_of(filtering)).tier is Tier.EMERGENCY


async def test_words_that_moderators_added_to_the_rule_by_hand_lead_to_nothing(
    filtering: Crisis,
) -> None:
    await filtering.noticing.heard(a_hit("potato"))
    assert filtering.voice.sent == []


async def test_nobody_is_shown_the_words_that_a_filter_passes_on(
    filtering: Crisis, caplog: pytest.LogCaptureFixture
) -> None:
    await filtering.noticing.heard(a_hit(text="zanzibar, and i want to end my life"))
    shown = [plain_card(one.card) for one in filtering.voice.sent]
    shown += [plain_card(card) for _ref, card in filtering.voice.edited]
    assert shown
    assert not [one for one in shown if "zanzibar" in one or "end my life" in one]
    assert "end my life" not in caplog.text


# -- never twice -----------------------------------------------------------------------------------


async def test_several_reports_of_one_message_are_one_alert_and_one_answer(
    filtering: Crisis,
) -> None:
    for _action in range(3):
        await filtering.noticing.heard(a_hit())
    assert filtering.voice.keys_to(SAM) == ["crisis.answer"]
    assert filtering.voice.keys_to(ALERTS) == ["crisis.alert"]
    assert (await alert_of(filtering)).count == 1


async def test_a_filter_that_does_not_say_which_message_it_was_is_heard_once_too(
    filtering: Crisis,
) -> None:
    for _action in range(2):
        await filtering.noticing.heard(a_hit(ref=None))
    assert (await alert_of(filtering)).count == 1
    await filtering.noticing.heard(a_hit(ref=None, author=ANA))
    assert (await alert_of(filtering, ANA)).count == 1


@pytest.mark.parametrize("filter_first", [True, False])
async def test_what_is_read_as_well_as_filtered_counts_once(
    filtering: Crisis, filter_first: bool
) -> None:
    await filtering.set(lambda one: told_of(one, reading=True))
    both = [a_hit(), a_message(PHRASE)]
    for heard in both if filter_first else reversed(both):
        await filtering.noticing.heard(heard)
    assert (await alert_of(filtering)).count == 1
    assert filtering.voice.keys_to(SAM) == ["crisis.answer"]


async def test_the_whole_message_may_be_worse_than_the_phrase_in_it(filtering: Crisis) -> None:
    await filtering.set(lambda one: told_of(one, reading=True))
    await filtering.noticing.heard(a_hit())
    await filtering.noticing.heard(
        a_message("i want to end my life, i have the pills here, tonight")
    )
    alert = await alert_of(filtering)
    assert (alert.tier, alert.count) == (Tier.EMERGENCY, 2)


async def test_another_message_is_counted_on_the_alert_that_is_open(filtering: Crisis) -> None:
    await filtering.noticing.heard(a_hit())
    await filtering.noticing.heard(a_hit(ref=MessageRef("test", "general", "said-2")))
    assert (await alert_of(filtering)).count == 2
    assert filtering.voice.keys_to(ALERTS) == ["crisis.alert"]


def test_what_was_seen_is_forgotten_after_minutes_and_with_a_clock_set_back() -> None:
    clock = MovableClock(NOW)
    filtered = Filtered(clock, watch_list()[0])
    assert filtered.is_new(a_hit(), Tier.URGENT)
    assert not filtered.is_new(a_hit(), Tier.URGENT)
    assert not filtered.is_new(a_hit(), Tier.CONCERN)
    assert filtered.is_new(a_hit(), Tier.EMERGENCY)
    clock.move(KEPT_FOR)
    assert filtered.is_new(a_hit(), Tier.CONCERN)
    clock.move(-timedelta(days=1))
    assert filtered.is_new(a_hit(), Tier.CONCERN)


def test_an_edit_of_what_no_filter_saw_is_new_each_time() -> None:
    filtered = Filtered(MovableClock(NOW), watch_list()[0])
    assert filtered.is_new(a_message("first"), Tier.URGENT)
    assert filtered.is_new(a_message("edited"), Tier.URGENT)
    assert not filtered.is_new(a_hit(), Tier.URGENT)
    assert not filtered.is_new(a_message("edited again"), Tier.URGENT)


# -- only where members were told, and as moderators chose -----------------------------------------


async def test_nothing_is_acted_on_before_members_were_told_of_the_filter(crisis: Crisis) -> None:
    assert crisis.communities.settings(crisis.community.id).reads_messages
    for change in (
        lambda one: one,
        lambda one: one.switching(Feature.WORD_FILTER, on=True),
        lambda one: replace(told_of(one), alert_room=None),
        lambda one: told_of(one).switching(Feature.WORD_FILTER, on=False),
    ):
        await crisis.set(change)
        await crisis.noticing.heard(a_hit("urgent", text="this is urgent"))
    assert crisis.detector.looked_at == []
    assert crisis.voice.sent == []


async def test_members_who_were_told_of_the_filter_alone_are_not_read(filtering: Crisis) -> None:
    await filtering.noticing.heard(a_message(PHRASE))
    assert filtering.voice.sent == []


@pytest.mark.parametrize(("level", "answered"), [(Level.OFF, 0), (Level.EMERGENCY, 0), (None, 1)])
async def test_what_moderators_chose_for_a_room_holds_for_the_filter(
    filtering: Crisis, level: Level | None, answered: int
) -> None:
    await filtering.set(lambda one: one.with_level(GENERAL, level))
    await filtering.noticing.heard(a_hit())
    assert len(filtering.voice.cards_to(SAM)) == answered


async def test_a_phrase_that_means_nothing_to_a_community_means_nothing_to_its_filter(
    sqlite_url: str, tmp_path: Path
) -> None:
    nothing = OwnPhrase(id="1", text=PHRASE, tier=Tier.NONE, category=Category.NONE)
    own = crisis_detector()[0].own_rules([nothing])

    class Theirs:
        def of(self, community_id: str) -> OwnRules:
            del community_id
            return own

    async with a_house(sqlite_url, tmp_path, own=Theirs()) as filtering:
        await filtering.noticing.heard(a_hit())
        assert filtering.voice.sent == []
        await filtering.noticing.heard(a_hit("i wrote a suicide note"))
        assert filtering.voice.keys_to(SAM) == ["crisis.answer"]


async def test_a_phrase_was_lost_with_the_rule_file_that_notices_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with a_house(sqlite_url, tmp_path, hears_with=Detector(())) as filtering:
        await filtering.noticing.heard(a_hit())
        assert (await alert_of(filtering)).tier is Tier.URGENT
