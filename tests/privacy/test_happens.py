"""`/what-happens` is written from the settings in force: change one that matters and it changes."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from peerbot.chat.addresses import Room
from peerbot.chat.plain import plain_card
from peerbot.community.model import Feature, Grant, Settings
from peerbot.privacy.happens import what_happens

BASE = Settings(
    alert_room=Room("test", "alerts"),
    checkin_room=Room("test", "check-ins"),
    notice_posted=True,
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
    "first_private_answer": False,
    "private_emergencies": True,
    "claim_emergency": timedelta(minutes=2),
    "claim_urgent": timedelta(minutes=44),
    "quiet_for": timedelta(minutes=99),
    "answers_kept": timedelta(days=7),
    "minimum_age": 16,
}
# What they change is not about what happens with anybody's words.
BESIDE_THE_POINT = {"language", "zone", "alert_pings", "checkin_rhythm"}


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
