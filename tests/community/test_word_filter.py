"""The platform's own word filter: members first, admins alone make it, no text outlives it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.adapters import RoomFact
from peerbot.chat.addresses import MessageRef, Room
from peerbot.chat.cards import Button, buttons_of
from peerbot.chat.events import WordsFiltered
from peerbot.chat.gateway import DeliveryError, TryLater, Undeliverable, Why
from peerbot.chat.plain import plain, plain_card
from peerbot.chat.word_filter import CannotWatch
from peerbot.community.model import (
    Feature,
    Level,
    RoomLevel,
    Settings,
    settings_from_json,
    settings_to_json,
)
from peerbot.community.word_filter import LOOKED_AT_EVERY
from peerbot.testing import GENERAL as SOMEWHERE
from peerbot.testing import NOW, SAM, SPACE, an_actor
from tests.community.conftest import CARE, FACTS, GENERAL, MODERATOR, OWNER, PHRASES, Town

FULL = CannotWatch("All six places are taken.")
BUSY = TryLater("busy", timedelta(seconds=9))


@pytest.fixture
async def unread(town: Town) -> Town:
    """A community that is set up, where peerbot does not see messages."""
    town.places.reads = False
    await town.press("community", "suggest")
    await town.press("community", "set", "country", values=("CA",))
    await town.press("community", "publish")
    return town


@pytest.fixture
async def filtered(unread: Town) -> Town:
    """The same with the filter switched on."""
    shown = await unread.press("community", "filter-on")
    assert shown.key == "community.filter-begun"
    return unread


def labels(card: object) -> list[str]:
    return [plain(one.label) for one in buttons_of(card) if isinstance(one, Button)]  # type: ignore[arg-type]


async def row(town: Town) -> str:
    """Return the line of the filter on the panel and its button; empty if there is none."""
    lines = plain_card(await town.command("peerbot panel")).splitlines()
    place = next((n for n, one in enumerate(lines) if "word filter" in one), None)
    return "" if place is None else " ".join(lines[place : place + 2])


# -- where it is offered ---------------------------------------------------------------------------


async def test_the_panel_has_it_only_where_a_platform_filters_and_we_do_not_read(
    unread: Town,
) -> None:
    assert "the platform's word filter: off [More about it]" in await row(unread)
    unread.places.reads = True
    assert await row(unread) == ""
    unread.places.reads, unread.places.filters = False, False
    assert await row(unread) == ""
    shown = await unread.press("community", "filter-on")
    assert shown.key == "chat.gone"
    assert unread.places.asked == []


async def test_what_it_shows_and_to_whom_is_said_before_it_is_switched_on(unread: Town) -> None:
    shown = await unread.press("community", "filter", by=MODERATOR)
    text = plain_card(shown)
    assert "shows each such message, with its words, in #care-team" in text
    assert "It knows 3 phrases" in text
    assert "misses nearly all" in text
    assert "Tell members, switch on" in labels(shown)
    assert unread.places.asked == []


async def test_without_rooms_for_alerts_and_for_the_notice_there_is_only_the_setup(
    town: Town,
) -> None:
    town.places.reads = False
    await town.press("community", "publish")
    for verb in ("filter", "filter-on"):
        shown = await town.press("community", verb)
        assert labels(shown)[0] == "Setup"
    assert town.places.asked == []


# -- switching it on -------------------------------------------------------------------------------


async def test_the_rule_waits_until_members_were_told(unread: Town) -> None:
    shown = await unread.press("community", "filter-on")
    assert unread.places.asked == ["made", "told", "on"]
    assert "The notice to members is pinned in #general." in plain_card(shown)
    settings = await unread.settings()
    assert settings.filters_words
    assert not settings.reads_messages
    rule = unread.places.rule
    assert rule is not None
    assert (rule.phrases, rule.room, rule.not_in) == (PHRASES, CARE, (CARE,))
    assert "the platform's word filter: on [Switch off]" in await row(unread)


async def test_the_notice_says_what_the_filter_passes_on_and_claims_no_reading(
    filtered: Town,
) -> None:
    notice = plain_card(filtered.places.cards_to(GENERAL)[-1])
    assert "shows that message, word for word, to the responders" in notice
    assert "tells peerbot who wrote which phrase, and where" in notice
    assert "looks at no other message in rooms" in notice
    assert "peerbot looks at messages in the rooms it can read" not in notice


async def test_only_an_admin_switches_it_on_and_any_moderator_off(unread: Town) -> None:
    shown = await unread.press("community", "filter-on", by=MODERATOR)
    assert shown.key == "community.needs-role"
    assert unread.places.asked == []
    await unread.press("community", "filter-on", by=OWNER)
    shown = await unread.press("community", "filter-off", by=MODERATOR)
    assert shown.key == "community.filter-ended"
    assert not (await unread.settings()).filters_words


async def test_the_kill_switch_of_the_panel_does_not_reach_it_without_its_rule(
    unread: Town,
) -> None:
    for on in ("on", "off"):
        shown = await unread.press("community", "switch", "word-filter", on)
        assert shown.key == "chat.unknown"
    assert not (await unread.settings()).has(Feature.WORD_FILTER)


async def test_a_rule_that_cannot_be_made_changes_nothing_and_says_why(unread: Town) -> None:
    unread.places.refuses = [FULL]
    shown = await unread.press("community", "filter-on")
    assert shown.key == "community.filter-refused"
    assert "All six places are taken." in plain_card(shown)
    assert "Members have read" not in plain_card(shown)
    assert unread.places.asked == ["made"]
    assert not (await unread.settings()).has(Feature.WORD_FILTER)


async def test_a_notice_that_does_not_arrive_takes_the_rule_away_again(unread: Town) -> None:
    unread.places.broken = {GENERAL: Undeliverable(Why.FORBIDDEN)}
    shown = await unread.press("community", "filter-on")
    assert shown.key == "community.notice-refused"
    assert unread.places.asked == ["made", "gone"]
    assert not (await unread.settings()).has(Feature.WORD_FILTER)


async def test_members_who_read_that_it_is_on_although_it_could_not_be_are_not_forgotten(
    unread: Town,
) -> None:
    class Once(list[DeliveryError]):
        """Nothing the first time, then what is in it."""

        def __bool__(self) -> bool:
            self.asked = getattr(self, "asked", 0) + 1
            return self.asked == 2

    unread.places.refuses = Once([BUSY])
    shown = plain_card(await unread.press("community", "filter-on"))
    assert "Please try again in a moment." in shown
    assert "Members have read in the notice that it is on." in shown
    assert unread.places.asked == ["made", "told", "on", "gone"]
    assert not (await unread.settings()).filters_words
    unread.places.refuses = []
    await unread.press("community", "filter-on")
    assert unread.places.asked[4:] == ["made", "on"], "members are not told a second time"


async def test_members_who_were_told_of_the_filter_alone_are_told_before_we_read(
    filtered: Town,
) -> None:
    filtered.places.reads = True
    shown = await filtered.press("community", "switch", "reading", "on")
    assert shown.key == "community.needs-notice"
    await filtered.press("community", "post-notice")
    notice = plain_card(filtered.places.cards_to(GENERAL)[-1])
    assert "peerbot looks at messages in the rooms it can read" in notice
    assert "word for word, to the responders" in notice
    settings = await filtered.settings()
    assert settings.reads_messages
    assert settings.filters_words
    assert "on [Switch off]" in await row(filtered), "what is on can be switched off anywhere"


async def test_members_are_told_again_before_more_is_done_with_what_it_finds(
    filtered: Town,
) -> None:
    await filtered.press("community", "toggle", "private-emergencies", "on")
    assert filtered.places.keys_to(GENERAL) == ["community.notice"] * 2
    assert not (await filtered.settings()).needs_notice


async def test_a_notice_that_somebody_deleted_is_posted_again_without_reading_anything(
    filtered: Town,
) -> None:
    notice = (await filtered.settings()).notice
    assert notice is not None
    filtered.places.gone = {notice}
    shown = await filtered.command("peerbot panel")
    assert "The notice to members is no longer there" in plain_card(shown)
    again = next(
        one
        for one in buttons_of(shown)
        if isinstance(one, Button) and plain(one.label) == "Post it again"
    )
    shown = await filtered.press(again.action.feature, again.action.verb, *again.action.args)
    assert shown.key == "community.notice-again"
    settings = await filtered.settings()
    assert not settings.has(Feature.READING)
    assert settings.filters_words
    assert settings.notice != notice


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
