"""The panel, the kill switch, the notice, the trail, going back; consent and age."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.cards import Button, buttons_of
from peerbot.chat.gateway import TryLater, Undeliverable, Why
from peerbot.chat.plain import plain, plain_card
from peerbot.clock import Chance
from peerbot.community.model import Feature, Grant, Level, Purpose, RoomLevel, Settings
from peerbot.community.service import CommunityService
from peerbot.community.stored_settings import settings_from_json, settings_to_json
from peerbot.testing import NOW, SAM, SPACE, a_command, an_actor
from tests.community.conftest import CARE, FACTS, GENERAL, MODERATOR, OWNER, Town


@pytest.fixture
async def set_up(town: Town) -> Town:
    await town.press("community", "suggest")
    await town.press("community", "set", "country", values=("CA",))
    await town.press("community", "publish")
    return town


async def test_the_panel_says_whether_help_would_arrive(town: Town) -> None:
    shown = plain_card(await town.command("peerbot panel"))
    assert "no responder would hear" in shown
    await town.press("community", "suggest")
    await town.press("community", "set", "country", values=("CA",))
    shown = plain_card(await town.command("peerbot panel"))
    assert "changed but not published" in shown
    await town.press("community", "publish")
    shown = plain_card(await town.command("peerbot panel"))
    assert "Ready: help would reach your responders." in shown
    assert "2 messages could not be delivered" in shown


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rooms": FACTS.rooms[:1]}, "The room for alerts is gone, or hidden from me."),
        (
            {"rooms": (FACTS.rooms[0], replace(FACTS.rooms[1], everyone=True))},
            "Everybody can read care-team, the room for alerts.",
        ),
        (
            {"rooms": (FACTS.rooms[0], replace(FACTS.rooms[1], may_write=False))},
            "I may not write in care-team, the room for alerts.",
        ),
        ({"roles": FACTS.roles[1:]}, "The role that alerts notify is no longer there."),
    ],
)
async def test_the_panel_said_ready_although_the_room_for_alerts_was_gone_or_public(
    set_up: Town, change: dict[str, object], said: str
) -> None:
    assert "Ready: help would reach" in plain_card(await set_up.command("peerbot panel"))
    set_up.places.known = replace(FACTS, **change)  # type: ignore[arg-type]
    shown = plain_card(await set_up.command("peerbot panel"))
    assert "Ready: help would reach" not in shown
    assert f"Not ready yet: {said}" in shown


async def test_a_platform_that_does_not_answer_is_not_called_ready(set_up: Town) -> None:
    set_up.places.mute = TryLater("busy", timedelta(seconds=9))
    shown = plain_card(await set_up.command("peerbot panel"))
    assert "does not say just now whether the room for alerts is all right" in shown


async def test_a_feature_can_be_switched_off_at_once_and_help_stays(set_up: Town) -> None:
    shown = await set_up.press("community", "switch", "checkins", "off", by=MODERATOR)
    assert shown.key == "community.switched"
    shown = await set_up.command("checkin", by=an_actor(SAM))
    assert "/help-now" in plain_card(shown)
    assert shown.key == "community.switched-off"


async def test_where_no_words_of_rooms_arrive_nobody_is_told_that_they_are_read(
    set_up: Town,
) -> None:
    set_up.places.reads = False
    for press in (("switch", "reading", "on"), ("post-notice",)):
        shown = await set_up.press("community", *press)
        assert shown.key == "community.cannot-read"
        assert "/help-now works everywhere" in plain_card(shown)
    assert not (await set_up.settings()).reads_messages
    assert "community.notice" not in set_up.places.keys_to(GENERAL)


async def test_messages_are_looked_at_only_after_the_notice_arrived(set_up: Town) -> None:
    shown = await set_up.press("community", "switch", "reading", "on")
    assert shown.key == "community.needs-notice"
    set_up.places.broken = {GENERAL: Undeliverable(Why.FORBIDDEN)}
    await set_up.press("community", "post-notice")
    assert not (await set_up.settings()).reads_messages
    set_up.failures.clear()
    set_up.places.broken = {}
    await set_up.press("community", "post-notice")
    assert (await set_up.settings()).reads_messages
    assert "community.notice" in set_up.places.keys_to(GENERAL)


async def read(town: Town) -> None:
    await town.press("community", "post-notice")


async def test_the_notice_is_pinned_or_we_say_that_it_is_not(set_up: Town) -> None:
    shown = await set_up.press("community", "post-notice")
    assert set_up.places.cards_to(GENERAL)[-1].pinned
    assert "The notice to members is pinned in #general." in plain_card(shown)
    set_up.places.pins = False
    shown = await set_up.press("community", "post-notice")
    assert "I could not pin it" in plain_card(shown)
    assert (await set_up.settings()).reads_messages


async def test_a_notice_that_somebody_deleted_still_counted_as_posted(set_up: Town) -> None:
    await read(set_up)
    notice = (await set_up.settings()).notice
    assert notice is not None
    assert "no longer there" not in plain_card(await set_up.command("peerbot panel"))
    set_up.places.gone = {notice}
    shown = await set_up.command("peerbot panel")
    assert "The notice to members is no longer there" in plain_card(shown)
    await set_up.press("community", "switch", "reading", "off")
    shown = await set_up.press("community", "switch", "reading", "on")
    assert shown.key == "community.needs-notice"
    assert not (await set_up.settings()).reads_messages
    await read(set_up)
    assert "no longer there" not in plain_card(await set_up.command("peerbot panel"))


async def test_a_wider_setting_took_force_before_members_were_told(set_up: Town) -> None:
    await set_up.press("community", "toggle", "first-answer", "off")
    await read(set_up)
    set_up.places.broken = {GENERAL: Undeliverable(Why.FORBIDDEN)}
    for name in ("first-answer", "private-emergencies"):
        shown = await set_up.press("community", "toggle", name, "on")
        assert shown.key == "community.notice-refused"
    settings = await set_up.settings()
    assert not settings.first_private_answer
    assert not settings.private_emergencies
    set_up.places.broken = {}
    await set_up.press("community", "toggle", "private-emergencies", "on")
    told = plain_card(set_up.places.cards_to(GENERAL)[-1])
    assert 'responders of words that somebody marked "only me"' in told
    assert (await set_up.settings()).private_emergencies
    assert len(set_up.places.keys_to(GENERAL)) == 2


async def test_what_members_were_told_once_needs_no_second_notice(set_up: Town) -> None:
    await read(set_up)
    await set_up.press("community", "toggle", "first-answer", "off")
    await set_up.press("community", "toggle", "first-answer", "on")
    await set_up.press("community", "toggle", "private-emergencies", "off")
    assert set_up.places.keys_to(GENERAL) == ["community.notice"]


async def test_what_was_widened_while_nothing_was_read_is_told_before_it_is_read_again(
    set_up: Town,
) -> None:
    await read(set_up)
    await set_up.press("community", "switch", "reading", "off")
    await set_up.press("community", "toggle", "private-emergencies", "on")
    assert set_up.places.keys_to(GENERAL) == ["community.notice"]
    shown = await set_up.press("community", "switch", "reading", "on")
    assert shown.key == "community.needs-notice"


async def test_every_change_leaves_who_what_before_and_after(set_up: Town) -> None:
    await set_up.press("community", "switch", "tips", "off", by=MODERATOR)
    entry = (await set_up.communities.trail((await set_up.home()).id))[0]
    assert (entry.who, entry.what) == (MODERATOR.person, "feature.tips")
    assert "tips" in json.loads(entry.before)["switched_on"]
    assert "tips" not in json.loads(entry.after)["switched_on"]
    assert "switched Tips" in plain_card(await set_up.press("community", "trail", by=MODERATOR))


async def test_an_earlier_version_can_be_put_back(set_up: Town) -> None:
    await set_up.press("community", "set", "language", values=("fr",))
    await set_up.press("community", "publish")
    assert (await set_up.settings()).language == "fr"
    await set_up.press("community", "revert", 1)
    assert (await set_up.settings()).language == "en"
    shown = await set_up.press("community", "revert", 77)
    assert shown.key == "chat.gone"


async def test_timers_are_checked_and_nothing_typed_is_lost(set_up: Town) -> None:
    values = {"emergency": "3", "urgent": "10", "quiet": "20", "days": "14", "age": "16"}
    assert await set_up.submit("timers", **values) == {}
    settings = await set_up.settings()
    assert (settings.claim_emergency.total_seconds(), settings.minimum_age) == (180, 16)
    reasons = await set_up.submit("timers", **(values | {"age": "7", "days": "soon"}))
    assert set(reasons) == {"age", "days"}
    assert "13 to 18" in plain(reasons["age"])  # type: ignore[arg-type]
    assert (await set_up.settings()).minimum_age == 16


async def test_responders_are_reminded_only_after_an_admin_said_when(set_up: Town) -> None:
    assert (await set_up.settings()).follow_up_after is None
    shown = await set_up.press("community", "follow-up", values=("36",))
    assert "* After 36 hours" in plain_card(shown)
    assert (await set_up.settings()).follow_up_after == timedelta(hours=36)
    for forged in ((), ("1",), ("-24",), ("x",)):
        await set_up.press("community", "follow-up", values=forged)
    assert (await set_up.settings()).follow_up_after == timedelta(hours=36)
    await set_up.press("community", "follow-up", values=("off",))
    assert (await set_up.settings()).follow_up_after is None


async def test_the_panel_says_who_is_on_duty(set_up: Town) -> None:
    shown = await set_up.press("community", "panel")
    assert "On duty now: somebody.\n[Duty times]" in plain_card(shown)


async def test_a_first_checkin_asks_age_and_consent_and_leads_back(set_up: Town) -> None:
    sam = an_actor(SAM)
    shown = await set_up.press("checkins", "answer", "r1", "4", by=sam)
    assert shown.key == "community.consent"
    (yes, younger, not_now) = buttons_of(shown)
    assert all(isinstance(one, Button) for one in (yes, younger, not_now))
    assert isinstance(yes, Button)
    shown = await set_up.press("community", "agree", *yes.action.args, by=sam)
    (go_on,) = buttons_of(shown)
    assert isinstance(go_on, Button)
    assert go_on.action.encoded == "pb1|checkins|answer|r1|4"
    assert (await set_up.press("checkins", "answer", "r1", "4", by=sam)).key == "checkins.open"


async def test_who_is_younger_or_says_not_now_leaves_no_trace(set_up: Town) -> None:
    sam = an_actor(SAM)
    for verb in ("younger", "not-now"):
        await set_up.press("community", verb, by=sam)
    home = await set_up.home()
    assert await set_up.communities.known_member(SAM, home.id) is None


async def test_a_consent_taken_back_is_asked_for_again(set_up: Town) -> None:
    sam = an_actor(SAM)
    await set_up.press("community", "agree", Purpose.CHECKINS, by=sam)
    assert (await set_up.command("checkin", by=sam)).key == "checkins.open"
    home = await set_up.home()
    member = await set_up.communities.member(SAM, home.id)
    await set_up.communities.withdraw(member, Purpose.CHECKINS)
    assert (await set_up.command("checkin", by=sam)).key == "community.consent"


async def test_forged_toggles_switches_and_purposes_change_nothing(set_up: Town) -> None:
    before = await set_up.settings()
    for wanted in (
        ("switch", "everything", "off"),
        ("switch",),
        ("toggle", "moon", "on"),
        ("revert", "-1"),
        ("revert", "1" * 30),
        ("agree", "soul"),
        ("setup", "99"),
    ):
        shown = await set_up.press("community", *wanted)
        assert shown.key in {"chat.unknown", "chat.not-yours", "chat.gone"}, wanted
    assert await set_up.settings() == before


async def test_settings_are_known_without_the_database(set_up: Town) -> None:
    from peerbot.errors import StorageAway

    class Never:
        def begin(self) -> object:
            raise StorageAway("away")

        read = begin

    home = await set_up.home()
    again = CommunityService(
        Never(),  # type: ignore[arg-type]  # a database that is always away
        set_up.clock,
        Chance(1),
        Settings(),
        set_up.kept,
    )
    await again.start()
    assert again.in_space(SPACE) is not None
    assert again.settings(home.id).alert_room == CARE


async def test_a_grant_lets_a_person_pass_where_the_role_does_not(set_up: Town) -> None:
    sam = an_actor(SAM)
    home = await set_up.home()
    assert not set_up.communities.may(sam, home.id, "crisis.respond")
    from dataclasses import replace

    await set_up.communities.set_now(
        home.id,
        OWNER,
        "grant",
        lambda one: replace(one, grants=frozenset({Grant("crisis.respond", "person:test:sam")})),
    )
    assert set_up.communities.may(sam, home.id, "crisis.respond")


def test_settings_survive_storing_whatever_they_are() -> None:
    from datetime import timedelta

    from peerbot.chat.addresses import MessageRef, Room

    whole = Settings(
        language="fr",
        zone="Asia/Tokyo",
        country="FR",
        moderator_roles=frozenset({"a", "b"}),
        staff_roles=frozenset({"c"}),
        grants=frozenset({Grant("crisis.respond", "role:x"), Grant("tips.moderate", "role:y")}),
        alert_room=Room("test", "r", "s"),
        alert_pings=("p", "q"),
        checkin_room=Room("test", "r2", "s"),
        checkin_rhythm="none",
        switched_on=frozenset({Feature.READING}),
        notice_posted=True,
        notice=MessageRef("test", "r2", "m1"),
        notice_told=frozenset({"private-emergencies"}),
        room_levels=(
            RoomLevel(Room("test", "games", "s"), Level.OFF),
            RoomLevel(Room("test", "songs", "s"), Level.EMERGENCY),
        ),
        silent_until=NOW,
        first_private_answer=False,
        private_emergencies=True,
        claim_emergency=timedelta(minutes=3),
        claim_urgent=timedelta(minutes=9),
        quiet_for=timedelta(minutes=8),
        answers_kept=timedelta(days=7),
        minimum_age=18,
    )
    stored = json.loads(json.dumps(settings_to_json(whole)))
    assert settings_from_json(stored, Settings()) == whole
    assert settings_from_json(stored | {"from_the_future": 1}, Settings()) == whole
    later = {"room_levels": [["test", "games", "s", "a-level-of-the-future"]]}
    assert settings_from_json(stored | later, Settings()).room_levels == ()


async def test_a_command_of_the_team_in_an_inbox_says_where_to_go(town: Town) -> None:
    await town.home()
    await town.communities.of(a_command("peerbot setup", by=OWNER))
    shown = await town.router.dispatch(a_command("peerbot panel", by=an_actor(SAM), room=None))
    assert shown == {}
    assert town.places.sent[-1].card.key == "community.only-there"
