"""`/what-happens` is written from the settings in force: change one that matters and it changes."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from peerbot.chat.addresses import Room
from peerbot.chat.plain import plain_card
from peerbot.community.model import (
    HEAR_ABOUT_TEAM,
    Feature,
    Grant,
    Level,
    RoomLevel,
    Settings,
)
from peerbot.community.notice_cards import notice
from peerbot.privacy.happens import what_happens

BASE = Settings(
    alert_room=Room("test", "alerts"),
    checkin_room=Room("test", "check-ins"),
    notice_posted=True,
    notice_told=frozenset({"word-filter"}),
    switched_on=frozenset(Feature),
)
CHANGED: dict[str, object] = {
    "country": "FR",
    "moderator_roles": frozenset({"helpers"}),
    "staff_roles": frozenset({"counsellors"}),
    "grants": frozenset({Grant("crisis.respond", "person:test:ana")}),
    "alert_room": None,
    "checkin_room": Room("test", "elsewhere"),
    "switched_on": frozenset({Feature.TIPS}),
    "notice_posted": False,
    "notice_told": frozenset(),
    "room_levels": (RoomLevel(Room("test", "games"), Level.OFF),),
    "silent_until": datetime(2026, 3, 9, tzinfo=UTC),
    "first_private_answer": False,
    "private_emergencies": True,
    "claim_emergency": timedelta(minutes=2),
    "claim_urgent": timedelta(minutes=44),
    "quiet_for": timedelta(minutes=99),
    "answers_kept": timedelta(days=7),
    "minimum_age": 16,
    "follow_up_after": timedelta(hours=24),
}
# What they change is not about what happens with anybody's words.
BESIDE_THE_POINT = {
    "language",
    "zone",
    "alert_pings",
    "checkin_rhythm",
    "notice",
}


def test_who_hears_of_worries_about_the_team_is_said() -> None:
    chosen = replace(BASE, grants=frozenset({Grant(HEAR_ABOUT_TEAM, "person:test:ana")}))
    assert "responder go to whoever runs this space instead" in plain_card(what_happens(BASE))
    assert "responder go to @ana instead" in plain_card(what_happens(chosen))


def test_every_setting_is_looked_at() -> None:
    assert {one.name for one in fields(Settings)} == set(CHANGED) | BESIDE_THE_POINT


@pytest.mark.parametrize("name", CHANGED)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_changing_a_setting_changes_the_text(name: str, language: str) -> None:
    changed = replace(BASE, **{name: CHANGED[name]})  # type: ignore[arg-type]
    assert plain_card(what_happens(changed), language) != plain_card(what_happens(BASE), language)


@pytest.mark.parametrize("feature", Feature)
def test_each_feature_that_is_off_is_said_to_be_off(feature: Feature) -> None:
    without = BASE.switching(feature, on=False)
    assert plain_card(what_happens(without)) != plain_card(what_happens(BASE))


def test_it_never_says_that_messages_are_read_when_they_are_not() -> None:
    for settings in (
        Settings(),
        replace(BASE, alert_room=None),
        replace(BASE, notice_posted=False),
    ):
        assert not settings.reads_messages
        assert "I look at messages in the rooms" not in plain_card(what_happens(settings))


@pytest.mark.parametrize(
    "said",
    [
        "direct messages to me and words to staff that sound urgent",
        "when you ask for somebody",
        "Anybody can flag a message for them.",
        "a note for nobody in particular may appear there",
        "While an alert about you is open, I only count further messages on it for 30 minutes",
    ],
)
def test_ways_in_which_others_hear_were_not_named(said: str) -> None:
    assert said in plain_card(what_happens(BASE))
    assert said in plain_card(what_happens(replace(BASE, switched_on=frozenset())))


def test_it_promised_silence_about_the_same_thing_which_nobody_can_tell() -> None:
    """What is compared is who it is about and how serious it is, not what is said."""
    assert "the same thing" not in plain_card(what_happens(BASE))


def test_messages_in_rooms_are_named_only_while_they_are_looked_at() -> None:
    paused = BASE.switching(Feature.READING, on=False)
    assert "are told about messages in rooms" in plain_card(what_happens(BASE))
    assert "are told about messages in rooms" not in plain_card(what_happens(paused))


def test_what_the_word_filter_shows_to_others_is_said_while_it_is_on() -> None:
    filtered = plain_card(what_happens(BASE.switching(Feature.READING, on=False)))
    assert "shows the message itself to the responders in their private room" in filtered
    assert "are told about what that filter finds in rooms" in filtered
    assert "never a quote" not in filtered
    assert "never repeated to anyone" not in filtered
    untold = plain_card(what_happens(replace(BASE, notice_told=frozenset())))
    assert "word filter" not in untold
    assert "never a quote" in untold


@pytest.mark.parametrize(
    ("language", "never", "rather"),
    [
        ("en", "never answers in public", "a note for nobody in particular may appear in the room"),
        ("fr", "ne répond jamais en public", "un mot qui ne s'adresse à personne"),
    ],
)
def test_the_notice_claimed_that_nothing_appears_in_public(
    language: str, never: str, rather: str
) -> None:
    said = plain_card(notice(BASE), language)
    assert never not in said
    assert rather in said
