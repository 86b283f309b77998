"""The platform's own word filter: members first, and only an admin makes it."""

from datetime import timedelta

from peerbot.chat.cards import Button, buttons_of
from peerbot.chat.gateway import DeliveryError, TryLater, Undeliverable, Why
from peerbot.chat.plain import plain, plain_card
from peerbot.chat.word_filter import CannotWatch
from peerbot.community.model import (
    Feature,
)
from tests.community.conftest import CARE, GENERAL, MODERATOR, OWNER, PHRASES, Town, row

FULL = CannotWatch("All six places are taken.")
BUSY = TryLater("busy", timedelta(seconds=9))


def labels(card: object) -> list[str]:
    return [plain(one.label) for one in buttons_of(card) if isinstance(one, Button)]  # type: ignore[arg-type]


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
