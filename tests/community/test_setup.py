"""Setting peerbot up: three presses are enough, it can be resumed, nothing is early in force."""

from dataclasses import replace

import pytest

from peerbot.chat.adapters import Finding, RoleFact, RoomFact, SpaceFacts
from peerbot.chat.addresses import Actor, Room
from peerbot.chat.gateway import Undeliverable, Why
from peerbot.chat.plain import plain, plain_card
from peerbot.community.model import Feature, Settings
from peerbot.community.names import ALERT_ROOMS, tells
from peerbot.community.suggestions import suggested
from peerbot.testing import SAM, a_command, an_actor, typing
from tests.community.conftest import CARE, GENERAL, MODERATOR, OWNER, STAFF, Town


async def test_three_presses_are_enough(town: Town) -> None:
    await town.command("peerbot setup")
    await town.press("community", "suggest")
    await town.press("community", "drill")
    shown = await town.press("community", "publish")
    settings = await town.settings()
    assert shown.key == "setup.published"
    assert town.drills
    assert settings.alert_room == CARE
    assert settings.checkin_room == GENERAL
    assert settings.moderator_roles == {"mods"}
    assert settings.staff_roles == {"staff"}
    assert settings.alert_pings == ("mods",)


async def test_while_the_platform_does_not_say_its_name_the_panel_opens_all_the_same(
    town: Town,
) -> None:
    town.places.mute = Undeliverable(Why.GONE)
    assert "PEERBOT IN HOME" in plain_card(await town.command("peerbot panel"))


async def test_the_suggested_setup_notified_nobody(town: Town) -> None:
    shown = plain_card(await town.press("community", "suggest"))
    assert "Alerts go to: care-team, notifying Moderators" in shown
    await town.press("community", "set", "pings", values=())
    shown = plain_card(await town.press("community", "setup", 6))
    assert "Nobody is notified of an alert" in shown
    assert "Nobody is notified of an alert" in plain_card(await town.press("community", "publish"))


def private(*names: str, may_write: bool = True) -> SpaceFacts:
    rooms = (RoomFact(room=Room("test", one), name=one, everyone=False) for one in names)
    return SpaceFacts(
        name="Home",
        rooms=tuple(replace(one, may_write=may_write) for one in rooms),
        roles=(RoleFact(id="m", name="Modérateurs"), RoleFact(id="s", name="Équipe d'écoute")),
    )


async def test_alerts_were_suggested_for_the_first_private_room_whatever_it_is_for(
    town: Town,
) -> None:
    """Somebody's poems and their readers are no responders: where no name tells, we ask."""
    town.places.known = private("private-poetry", "modern-art", "scared-of-spiders")
    shown = plain_card(await town.press("community", "suggest"))
    assert "SETUP 3/7" in shown
    assert "Please choose it; I suggest the rest." in shown
    assert (await town.communities.draft((await town.home()).id)).alert_room is None
    await town.press("community", "set", "alert-room", values=("modern-art",))
    assert "SETUP 7/7" in plain_card(await town.press("community", "suggest"))


@pytest.mark.parametrize(
    ("rooms", "wanted"),
    [
        (("poetry", "mods-only", "crisis-alerts"), "crisis-alerts"),
        (("poetry", "équipe-de-modération"), "équipe-de-modération"),
        (("lounge", "Care Team"), "Care Team"),
        (("steam-games", "ModTeam"), "ModTeam"),
        (("modération", "cellule-de-crise"), "cellule-de-crise"),
        (("steam-games", "daycare"), None),
    ],
)
def test_the_clearest_name_tells_where_alerts_go(
    rooms: tuple[str, ...], wanted: str | None
) -> None:
    found = suggested(Settings(), private(*rooms), None).alert_room
    assert found == (None if wanted is None else Room("test", wanted))


def test_the_room_where_setup_is_done_comes_first_among_equals() -> None:
    here = Room("test", "staff")
    assert suggested(Settings(), private("mods", "staff"), here).alert_room == here
    assert not tells("general", ALERT_ROOMS[-1])


def test_a_room_where_we_may_not_write_is_not_suggested_for_alerts() -> None:
    assert suggested(Settings(), private("alerts", may_write=False), None).alert_room is None


def test_staff_are_not_taken_for_moderators_nor_moderators_for_staff() -> None:
    made = suggested(Settings(), private("alerts"), None)
    assert (made.moderator_roles, made.staff_roles) == ({"m"}, {"s"})
    assert made.alert_pings == ("m",)


async def test_nothing_is_in_force_before_publishing(town: Town) -> None:
    await town.command("peerbot setup")
    await town.press("community", "set", "language", values=("fr",))
    assert (await town.settings()).language == "en"
    await town.press("community", "publish")
    assert (await town.settings()).language == "fr"


async def test_setup_goes_on_where_it_was_left(town: Town) -> None:
    await town.command("peerbot setup")
    await town.press("community", "setup", 3)
    shown = await town.command("peerbot setup")
    assert plain(shown.summary) == "Setup, step 4 of 7: help lines"


async def test_every_choice_of_every_screen_reaches_the_settings(town: Town) -> None:
    for name, value in {
        "language": "fr",
        "zone": "America/Toronto",
        "moderators": "mods",
        "staff": "staff",
        "alert-room": "care-team",
        "pings": "mods",
        "country": "FR",
        "checkin-room": "general",
        "rhythm": "monthly",
    }.items():
        await town.press("community", "set", name, values=(value,))
    await town.press("community", "set", "feature", Feature.TIPS, "off")
    await town.press("community", "publish")
    settings = await town.settings()
    assert (settings.language, settings.zone, settings.country) == ("fr", "America/Toronto", "FR")
    assert (settings.alert_room, settings.checkin_room) == (CARE, GENERAL)
    assert settings.alert_pings == ("mods",)
    assert settings.checkin_rhythm == "monthly"
    assert not settings.has(Feature.TIPS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("alert-room", "general"),
        ("alert-room", "elsewhere"),
        ("language", "xx"),
        ("zone", "Mars/Olympus"),
        ("country", "ZZ"),
        ("nonsense", "x"),
    ],
)
async def test_what_was_not_offered_is_not_taken(town: Town, name: str, value: str) -> None:
    before = await town.communities.draft((await town.home()).id)
    shown = await town.press("community", "set", name, values=(value,))
    assert shown.key in {"chat.not-yours", "chat.unknown"}
    assert await town.communities.draft((await town.home()).id) == before


@pytest.mark.parametrize("actor", [an_actor(SAM), MODERATOR, STAFF])
async def test_only_whoever_runs_the_space_can_set_up(town: Town, actor: object) -> None:
    await town.press("community", "suggest")
    await town.press("community", "publish")
    shown = await town.press("community", "publish", by=actor)  # type: ignore[arg-type]
    assert shown.key == "community.needs-role"


async def test_a_zone_that_does_not_exist_keeps_the_form_open_with_the_nearest(town: Town) -> None:
    reasons = await town.submit("other-zone", zone="Torronto")
    assert "Toronto" in plain(reasons["zone"])  # type: ignore[arg-type]
    assert await town.submit("other-zone", zone="Asia/Tokyo") == {}
    assert (await town.communities.draft((await town.home()).id)).zone == "Asia/Tokyo"


async def test_a_country_can_be_typed(town: Town) -> None:
    assert await town.submit("other-country", country="france") == {}
    assert (await town.communities.draft((await town.home()).id)).country == "FR"
    reasons = await town.submit("other-country", country="Atlantis")
    assert "do not know this country" in plain(reasons["country"])  # type: ignore[arg-type]


async def test_the_test_message_says_whether_it_arrived(town: Town) -> None:
    await town.press("community", "suggest")
    shown = await town.press("community", "ping")
    assert "has arrived there" in plain_card(shown)
    assert town.places.keys_to(CARE) == ["setup.ping"]
    town.places.broken = {CARE: Undeliverable(Why.FORBIDDEN)}
    shown = await town.press("community", "ping")
    assert "did not arrive" in plain_card(shown)


async def test_a_space_without_a_private_room_is_told_what_to_do(town: Town) -> None:
    town.places.known = replace(town.places.known, rooms=town.places.known.rooms[:1])
    await town.press("community", "setup", 2)
    shown = await town.press("community", "setup", 2)
    assert "Please make one" in plain_card(shown)


async def test_permissions_that_are_missing_stand_on_the_summary(town: Town) -> None:
    town.places.known = SpaceFacts(
        name="Home", rooms=(), roles=(), missing=(Finding("I may not write in #general."),)
    )
    shown = await town.press("community", "setup", 6)
    assert "I may not write in #general." in plain_card(shown)


# -- a time zone with the command ------------------------------------------------------------------


async def zones(town: Town, typed: str, by: Actor = OWNER) -> list[str]:
    offered = await town.router.suggestions(typing("peerbot setup", "zone", typed, by=by))
    return [one.value for one in offered]


async def test_zones_are_offered_by_city_and_by_part(town: Town) -> None:
    assert await zones(town, "toro") == ["America/Toronto"]
    assert (await zones(town, "PARIS"))[0] == "Europe/Paris"
    assert (await zones(town, "mexico c"))[0] == "America/Mexico_City"
    assert "Australia/Sydney" in await zones(town, "austr")
    assert await zones(town, "europe/lis") == ["Europe/Lisbon"]


async def test_a_slip_in_a_zone_is_forgiven_and_nonsense_offers_nothing(town: Town) -> None:
    assert await zones(town, "Torronto") == ["America/Toronto"]
    assert await zones(town, "#####") == []


async def test_the_usual_zones_are_offered_before_anything_is_typed(town: Town) -> None:
    usual = await zones(town, "")
    assert "America/Toronto" in usual
    assert len(usual) <= 25


async def test_only_whoever_may_set_up_is_offered_zones(town: Town) -> None:
    await town.press("community", "suggest")
    await town.press("community", "publish")
    assert await zones(town, "toro", by=MODERATOR) == []


@pytest.mark.parametrize("typed", ["America/Toronto", "toronto", "america/toronto"])
async def test_a_zone_with_the_command_goes_into_the_draft(town: Town, typed: str) -> None:
    await town.router.dispatch(a_command("peerbot setup", by=OWNER, zone=typed))
    assert "America/Toronto" in plain_card(town.places.sent[-1].card)
    assert (await town.communities.draft((await town.home()).id)).zone == "America/Toronto"
    assert (await town.settings()).zone == "UTC"


async def test_a_zone_that_nobody_knows_is_answered_with_the_nearest(town: Town) -> None:
    await town.router.dispatch(a_command("peerbot setup", by=OWNER, zone="Torronto"))
    assert "Did you mean America/Toronto?" in plain_card(town.places.sent[-1].card)
    assert (await town.communities.draft((await town.home()).id)).zone == "UTC"
