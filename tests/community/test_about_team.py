"""Admins choose who hears of worries about the team."""

import pytest

from peerbot.chat.addresses import Actor
from peerbot.chat.plain import plain_card
from peerbot.community.about_team import MOST
from peerbot.community.model import HEAR_ABOUT_TEAM, RESPOND
from peerbot.testing import ANA, ROBIN, an_actor
from tests.community.conftest import MODERATOR, STAFF, Town


@pytest.fixture
async def set_up(town: Town) -> Town:
    await town.command("peerbot setup")
    await town.press("community", "set", "moderators", values=("mods",))
    await town.press("community", "set", "staff", values=("staff",))
    await town.press("community", "publish")
    return town


async def test_somebody_is_chosen_and_taken_off_again_and_the_trail_says_so(set_up: Town) -> None:
    shown = await set_up.press("community", "about-team")
    assert "goes to whoever runs this space" in plain_card(shown)
    assert await set_up.submit("add-about-team", member="ana") == {}
    settings = await set_up.settings()
    assert settings.people_with(HEAR_ABOUT_TEAM) == (ANA,)
    shown = await set_up.press("community", "about-team")
    assert "@ana" in plain_card(shown)
    shown = await set_up.press("community", "not-about-team", "test", "ana")
    assert "@ana" not in plain_card(shown)
    assert (await set_up.settings()).people_with(HEAR_ABOUT_TEAM) == ()
    trail = await set_up.communities.trail((await set_up.home()).id)
    assert [one.what for one in trail[:2]] == ["about-team.remove", "about-team.add"]


async def test_to_hear_of_the_team_is_no_right_to_other_alerts(set_up: Town) -> None:
    await set_up.submit("add-about-team", member="sam")
    settings = await set_up.settings()
    assert not settings.may(an_actor(), RESPOND)


@pytest.mark.parametrize("who", [MODERATOR, STAFF])
async def test_the_team_does_not_choose_who_hears_of_it(set_up: Town, who: Actor) -> None:
    shown = await set_up.press("community", "about-team", by=who)
    assert shown.key == "community.needs-role"
    await set_up.submit("add-about-team", by=who, member=ROBIN.id)
    assert (await set_up.settings()).people_with(HEAR_ABOUT_TEAM) == ()


async def test_few_are_chosen(set_up: Town) -> None:
    for number in range(MOST):
        assert await set_up.submit("add-about-team", member=f"member-{number}") == {}
    assert list(await set_up.submit("add-about-team", member="one-more")) == ["member"]
    assert len((await set_up.settings()).people_with(HEAR_ABOUT_TEAM)) == MOST


@pytest.mark.parametrize("args", [(), ("test",), ("a", "b", "c")])
async def test_forged_names_change_nothing(set_up: Town, args: tuple[str, ...]) -> None:
    await set_up.submit("add-about-team", member="ana")
    shown = await set_up.press("community", "not-about-team", *args)
    assert shown.key == "chat.unknown"
    assert (await set_up.settings()).people_with(HEAR_ABOUT_TEAM) == (ANA,)
