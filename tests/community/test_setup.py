"""Setting peerbot up: three presses are enough, it can be resumed, nothing is early in force."""

from dataclasses import replace

import pytest

from peerbot.chat.adapters import SpaceFacts
from peerbot.chat.gateway import Undeliverable, Why
from peerbot.chat.plain import plain, plain_card
from peerbot.community.model import Feature
from peerbot.testing import SAM, an_actor
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
        name="Home", rooms=(), roles=(), missing=("I may not write in #general.",)
    )
    shown = await town.press("community", "setup", 6)
    assert "I may not write in #general." in plain_card(shown)


async def test_the_first_hello_goes_to_whoever_installed(town: Town) -> None:
    from peerbot.chat.events import Installed
    from peerbot.testing import NOW, SPACE

    await town.router.dispatch(Installed(actor=OWNER, at=NOW, space=SPACE, name="Home"))
    assert town.places.keys_to(OWNER.person) == ["community.welcome"]
    town.places.broken = {OWNER.person: Undeliverable(Why.CLOSED)}
    await town.router.dispatch(Installed(actor=OWNER, at=NOW, space=SPACE, name="Home"))
