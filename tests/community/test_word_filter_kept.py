"""A word filter is kept as it should be: what is lost is said, and no text outlives it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.adapters import RoomFact
from peerbot.chat.addresses import MessageRef, Room
from peerbot.chat.events import WordsFiltered
from peerbot.chat.gateway import DeliveryError, TryLater, Undeliverable, Why
from peerbot.chat.plain import plain_card
from peerbot.chat.word_filter import CannotWatch
from peerbot.community.model import Feature, Level, RoomLevel, Settings
from peerbot.community.stored_settings import settings_from_json, settings_to_json
from peerbot.community.word_filter import LOOKED_AT_EVERY
from peerbot.testing import GENERAL as SOMEWHERE
from peerbot.testing import NOW, SAM, SPACE, an_actor
from tests.community.conftest import CARE, FACTS, MODERATOR, OWNER, PHRASES, Town, row

BUSY = TryLater("busy", timedelta(seconds=9))


# -- keeping it ------------------------------------------------------------------------------------


async def test_the_rule_follows_the_room_for_alerts_and_the_rooms_that_are_left_out(
    filtered: Town,
) -> None:
    home = await filtered.home()
    quiet, loud = Room("test", "quiet", "home"), Room("test", "loud", "home")
    other = Room("test", "other-team", "home")
    fact = RoomFact(room=other, name="other-team", everyone=False)
    filtered.places.known = replace(FACTS, rooms=(*FACTS.rooms, fact))
    levels = (RoomLevel(quiet, Level.OFF), RoomLevel(loud, Level.URGENT))
    await filtered.communities.set_now(
        home.id, OWNER, "test", lambda one: replace(one, alert_room=other, room_levels=levels)
    )
    rule = filtered.places.rule
    assert rule is not None
    assert (rule.room, rule.not_in) == (other, (other, quiet))


async def test_it_is_looked_at_at_the_start_and_every_hour_and_never_where_it_is_off(
    unread: Town,
) -> None:
    assert unread.watched.next_due() is None
    await unread.press("community", "filter-on")
    due = unread.watched.next_due()
    assert due is not None
    assert due <= unread.clock()
    assert await unread.watched.look() == 1
    assert unread.places.asked[-1] == "kept"
    assert unread.watched.next_due() == unread.clock() + LOOKED_AT_EVERY
    unread.clock.move(-timedelta(days=1))
    assert unread.watched.next_due() == unread.clock(), "a clock that was set back"


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("deleted", "Somebody deleted my rule in its settings."),
        ("paused", "Somebody switched off my rule in its settings."),
        ("right", "I lack the right."),
    ],
)
async def test_a_rule_that_moderators_took_from_us_is_told_of_and_never_made_again(
    filtered: Town, deed: str, said: str
) -> None:
    if deed == "deleted":
        filtered.places.rule = None
    filtered.places.rule_is_on = False
    if deed == "right":
        filtered.places.refuses = [CannotWatch("I lack the right.")] * 3
    assert said in await row(filtered)
    filtered.places.asked.clear()
    await filtered.watched.look()
    told = filtered.places.cards_to(CARE)[-1]
    assert told.key == "community.filter-lost"
    assert said in plain_card(told)
    assert ("may still stand" in plain_card(told)) is (deed == "right")
    assert not (await filtered.settings()).filters_words
    assert not {"made", "on"} & set(filtered.places.asked)
    await filtered.watched.look()
    assert filtered.places.keys_to(CARE) == ["community.filter-lost"], "it is said once"
    trail = plain_card(await filtered.press("community", "trail"))
    assert "peerbot itself switched Noticing danger with the platform's word filter" in trail


async def test_a_loss_that_could_not_be_told_yet_is_told_at_the_next_look(filtered: Town) -> None:
    filtered.places.rule = None
    filtered.places.broken = {CARE: BUSY}
    await filtered.watched.look()
    assert (await filtered.settings()).filters_words
    filtered.places.broken = {}
    await filtered.watched.look()
    assert filtered.places.keys_to(CARE) == ["community.filter-lost"]


async def test_a_room_for_alerts_that_is_gone_does_not_keep_it_on(filtered: Town) -> None:
    filtered.places.rule = None
    filtered.places.broken = {CARE: Undeliverable(Why.GONE)}
    await filtered.watched.look()
    assert not (await filtered.settings()).filters_words


PUBLIC = replace(FACTS, rooms=(FACTS.rooms[0], replace(FACTS.rooms[1], everyone=True)))


async def test_what_people_wrote_is_never_shown_in_a_room_that_everybody_can_read(
    unread: Town,
) -> None:
    unread.places.known = PUBLIC
    shown = await unread.press("community", "filter-on")
    assert "Everybody can read care-team" in plain_card(shown)
    assert unread.places.asked == []
    unread.places.known = FACTS
    await unread.press("community", "filter-on")
    unread.places.known = PUBLIC
    await unread.watched.look()
    assert unread.places.rule is None
    assert not (await unread.settings()).filters_words
    told = plain_card(unread.places.cards_to(CARE)[-1])
    assert "Everybody can read care-team" in told
    assert "may still stand" not in told


async def test_why_it_was_lost_is_remembered_until_it_could_be_told(filtered: Town) -> None:
    filtered.places.known = PUBLIC
    filtered.places.broken = {CARE: BUSY}
    await filtered.watched.look()
    assert filtered.places.rule is None, "words are shown to nobody meanwhile"
    filtered.places.broken = {}
    filtered.places.known = FACTS
    await filtered.watched.look()
    assert "Everybody can read care-team" in plain_card(filtered.places.cards_to(CARE)[-1])


@pytest.mark.parametrize("error", [BUSY, Undeliverable(Why.GONE, "we were removed")])
async def test_a_platform_that_is_down_or_has_removed_us_changes_nothing(
    filtered: Town, error: DeliveryError
) -> None:
    filtered.places.refuses = [error]
    await filtered.watched.look()
    assert (await filtered.settings()).filters_words
    assert filtered.places.keys_to(CARE) == []
    await filtered.watched.look()
    assert filtered.places.rule_is_on, "found again as it was"


# -- taking it away --------------------------------------------------------------------------------


async def test_switching_it_off_takes_the_rule_away(filtered: Town) -> None:
    shown = await filtered.press("community", "filter-off", by=MODERATOR)
    assert filtered.places.rule is None
    assert "I hear of nothing more" in plain_card(shown)
    assert "off [More about it]" in await row(filtered)


async def test_a_rule_that_cannot_be_taken_away_is_said_to_be_there(filtered: Town) -> None:
    filtered.places.refuses = [BUSY]
    shown = plain_card(await filtered.press("community", "filter-off"))
    assert "Please delete it there" in shown
    assert not (await filtered.settings()).filters_words


async def test_going_back_to_settings_without_it_takes_the_rule_away(filtered: Town) -> None:
    await filtered.press("community", "revert", "1")
    assert not (await filtered.settings()).has(Feature.WORD_FILTER)
    assert filtered.places.rule is None


async def test_going_back_to_settings_with_it_makes_no_rule(filtered: Town) -> None:
    await filtered.press("community", "filter-off")
    filtered.places.asked.clear()
    await filtered.press("community", "revert", "2")
    assert not {"made", "on"} & set(filtered.places.asked)
    assert filtered.places.keys_to(CARE) == ["community.filter-lost"]
    assert not (await filtered.settings()).has(Feature.WORD_FILTER)


async def test_a_rule_that_outlived_its_end_is_taken_away_at_its_next_hit(filtered: Town) -> None:
    filtered.places.refuses = [BUSY]
    await filtered.press("community", "filter-off")
    assert filtered.places.rule is not None
    hit = WordsFiltered(
        actor=an_actor(SAM),
        at=NOW,
        space=SPACE,
        phrase=PHRASES[0],
        room=SOMEWHERE,
        ref=MessageRef("test", "general", "m1"),
    )
    await filtered.router.dispatch(hit)
    assert filtered.places.rule is None
    await filtered.press("community", "filter-on")
    await filtered.router.dispatch(hit)
    assert filtered.places.rule is not None, "one that is wanted stays"


# -- the settings themselves -----------------------------------------------------------------------


def test_it_counts_only_with_a_room_for_alerts_and_members_who_were_told() -> None:
    on = Settings(alert_room=CARE).switching(Feature.WORD_FILTER, on=True)
    assert not on.filters_words
    told = replace(on, notice_told=on.wide)
    assert told.filters_words
    assert not replace(told, alert_room=None).filters_words
    assert not told.switching(Feature.WORD_FILTER, on=False).filters_words
    assert not told.reads_messages
    assert settings_from_json(settings_to_json(told), Settings()) == told
