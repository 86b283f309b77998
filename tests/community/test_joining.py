"""Added to a space, taken out, added again: who hears of it, what stops, what goes on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.addresses import Actor, NewInbox, Room, Space
from peerbot.chat.events import Installed, Removed, Renamed
from peerbot.chat.gateway import Undeliverable, Why
from peerbot.chat.plain import plain_card
from peerbot.clock import Chance
from peerbot.community.model import Community, Feature, Left, Settings
from peerbot.community.service import CommunityService
from peerbot.failures import DatabaseAway
from peerbot.stage import Unpluggable
from peerbot.testing import NOW, SAM, SPACE, a_command, an_actor
from tests.community.conftest import CARE, GENERAL, OWNER, Town

ELSEWHERE = Space("other", "workspace")


async def added(town: Town, *, certain: bool = True, greets_in: Room | None = None) -> None:
    await town.router.dispatch(
        Installed(
            actor=OWNER,
            at=NOW,
            space=SPACE,
            name="Home",
            is_certain=certain,
            greets_in=greets_in,
        )
    )


async def taken_out(town: Town, space: Space = SPACE) -> None:
    await town.router.dispatch(Removed(actor=an_actor(SAM), at=NOW, space=space))


@pytest.fixture
async def set_up(town: Town) -> Town:
    await added(town)
    await town.press("community", "suggest")
    await town.press("community", "set", "country", values=("CA",))
    await town.press("community", "publish")
    town.places.sent.clear()
    return town


# -- the first hello -----------------------------------------------------------------------------


async def test_the_first_hello_goes_to_whoever_added_us_though_their_inbox_was_never_open(
    town: Town,
) -> None:
    await added(town)
    assert [one.to for one in town.places.sent] == [NewInbox(OWNER.person)]
    (hello,) = town.places.texts_to(OWNER.person)
    assert "/peerbot setup" in hello
    assert "Home" in hello


async def test_where_their_inbox_is_closed_the_room_for_newcomers_hears_it(town: Town) -> None:
    town.places.broken = {NewInbox(OWNER.person): Undeliverable(Why.CLOSED)}
    await added(town, greets_in=GENERAL)
    (hello,) = town.places.texts_to(GENERAL)
    assert "/help-now works already" in hello


async def test_an_owner_who_did_not_add_us_gets_no_inbox_opened(town: Town) -> None:
    await added(town, certain=False, greets_in=GENERAL)
    assert [one.to for one in town.places.sent] == [GENERAL]
    await added(town, certain=False)
    assert [one.to for one in town.places.sent] == [GENERAL, OWNER.person]


async def test_where_nobody_can_be_told_setup_waits(town: Town) -> None:
    refused = Undeliverable(Why.CLOSED)
    town.places.broken = {NewInbox(OWNER.person): refused, OWNER.person: refused}
    await added(town)
    assert town.places.sent == []
    assert (await town.command("peerbot setup")).key == "setup.language"


async def test_who_is_set_up_is_not_greeted_anew(set_up: Town) -> None:
    await added(set_up)
    assert set_up.places.sent == []


# -- names ---------------------------------------------------------------------------------------


async def test_a_space_that_was_joined_unseen_was_called_by_its_id(town: Town) -> None:
    community = await town.home()
    assert community.name == SPACE.id
    await added(town)
    assert (await town.home()).name == SPACE.id, "known already: its name comes by itself"
    await town.router.dispatch(Renamed(actor=OWNER, at=NOW, space=SPACE, name="Harbour"))
    assert (await town.home()).name == "Harbour"
    assert "PEERBOT IN HARBOUR" in plain_card(await town.command("peerbot panel")).upper()


async def test_a_name_that_is_none_or_of_an_unknown_space_changes_nothing(town: Town) -> None:
    await added(town)
    for space, name in ((SPACE, ""), (ELSEWHERE, "Harbour")):
        await town.router.dispatch(Renamed(actor=OWNER, at=NOW, space=space, name=name))
    assert (await town.home()).name == "Home"
    assert town.communities.in_space(ELSEWHERE) is None


# -- taken out -----------------------------------------------------------------------------------


async def test_where_we_were_taken_out_nothing_is_on_and_nothing_is_lost(set_up: Town) -> None:
    before = await set_up.settings()
    await taken_out(set_up)
    home = set_up.communities.in_space(SPACE)
    assert home is not None
    assert home.spaces == ()
    assert home.left == (Left(SPACE, NOW),)
    now = set_up.communities.settings(home.id)
    assert (now.alert_room, now.checkin_room, now.switched_on) == (None, None, frozenset())
    assert set_up.communities.published(home.id) == before
    assert set_up.communities.is_cut_off(home.id)
    assert set_up.communities.has_left(home.id, GENERAL)


async def test_the_day_we_were_taken_out_survives_a_restart(set_up: Town) -> None:
    await taken_out(set_up)
    again = CommunityService(set_up.db, set_up.clock, Chance(4), Settings(), set_up.kept)
    await again.start()
    home = again.in_space(SPACE)
    assert home is not None
    assert home.left == (Left(SPACE, NOW),)
    without_database = CommunityService(set_up.db, set_up.clock, Chance(5), Settings(), set_up.kept)
    without_database.recall()
    recalled = without_database.in_space(SPACE)
    assert recalled is not None
    assert recalled.left == home.left
    assert without_database.settings(recalled.id).alert_room is None


async def test_being_taken_out_twice_or_where_we_never_were_is_nothing(set_up: Town) -> None:
    await taken_out(set_up)
    set_up.clock.move(timedelta(days=1))
    await taken_out(set_up)
    await taken_out(set_up, ELSEWHERE)
    home = set_up.communities.in_space(SPACE)
    assert home is not None
    assert home.left == (Left(SPACE, NOW),)
    assert set_up.communities.in_space(ELSEWHERE) is None


async def test_a_change_made_meanwhile_keeps_the_rooms_that_cannot_be_reached(set_up: Town) -> None:
    await taken_out(set_up)
    home = set_up.communities.in_space(SPACE)
    assert home is not None
    await set_up.communities.switch(home.id, OWNER, Feature.TIPS, on=False)
    await added(set_up)
    settings = set_up.communities.settings(home.id)
    assert (settings.alert_room, settings.checkin_room) == (CARE, GENERAL)
    assert not settings.has(Feature.TIPS)
    assert settings.has(Feature.CHECKINS)


async def test_while_the_database_is_away_nothing_is_posted_there_either(
    set_up: Town, sqlite_url: str
) -> None:
    db = Unpluggable(sqlite_url)
    communities = CommunityService(db, set_up.clock, Chance(4), Settings(), set_up.kept)
    await communities.start()
    home = communities.in_space(SPACE)
    assert home is not None
    told: list[str] = []

    async def hears(community_id: str) -> None:
        told.append(community_id)

    communities.when_left(hears)
    db.unplugged = True
    with pytest.raises(DatabaseAway):
        await communities.leave(SPACE)
    assert communities.is_cut_off(home.id)
    assert told == [home.id]
    await db.close()


# -- added again ---------------------------------------------------------------------------------


async def test_added_again_it_goes_on_and_whoever_added_us_hears_so(set_up: Town) -> None:
    before = await set_up.settings()
    await taken_out(set_up)
    set_up.clock.move(timedelta(days=9))
    await added(set_up)
    home = await set_up.home()
    assert (home.spaces, home.left) == ((SPACE,), ())
    assert set_up.communities.settings(home.id) == before
    (hello,) = set_up.places.texts_to(OWNER.person)
    assert "Your settings are as you left them" in hello
    assert "What is not right yet" not in hello


async def test_added_again_they_hear_what_is_missing_now_and_a_room_for_all_does_not(
    set_up: Town,
) -> None:
    await taken_out(set_up)
    set_up.places.known = replace(set_up.places.known, rooms=())
    await added(set_up)
    assert "The room for alerts is gone" in set_up.places.texts_to(OWNER.person)[-1]
    await taken_out(set_up)
    await added(set_up, certain=False, greets_in=GENERAL)
    (public,) = set_up.places.texts_to(GENERAL)
    assert "alerts" not in public


async def test_setup_that_was_never_finished_goes_on_where_it_was_left(town: Town) -> None:
    await added(town)
    await town.press("community", "setup", 3)
    await taken_out(town)
    await added(town)
    assert (await town.command("peerbot setup")).key == "setup.lines"


async def test_a_press_there_later_shows_that_we_are_back(set_up: Town) -> None:
    await taken_out(set_up)
    late = await set_up.communities.of(a_command("peerbot panel", by=OWNER))
    assert late is not None
    assert late.spaces == (), "what was on its way when we were taken out proves nothing"
    set_up.clock.move(timedelta(minutes=2))
    assert (await set_up.command("peerbot panel")).key == "community.panel"
    assert (await set_up.home()).spaces == (SPACE,)


# -- a community of two spaces -------------------------------------------------------------------

BOTH = Community(id="c", name="Home", created_at=NOW, spaces=(ELSEWHERE,), left=(Left(SPACE, NOW),))


def test_only_what_lies_in_the_space_that_took_us_out_rests() -> None:
    there, here = Room("test", "care", "home"), Room("other", "lounge", "workspace")
    settings = BOTH.in_force(Settings(alert_room=there, checkin_room=here))
    assert (settings.alert_room, settings.checkin_room) == (None, here)
    assert settings.has(Feature.CHECKINS)


@pytest.mark.parametrize(
    ("room", "left"),
    [
        (Room("test", "care", "home"), True),
        (Room("test", "care"), True),
        (Room("other", "lounge", "workspace"), False),
        (Room("other", "lounge"), False),
        (Room("third", "x"), False),
    ],
)
def test_a_room_is_left_with_its_space_also_where_the_platform_does_not_name_it(
    room: Room, left: bool
) -> None:
    assert BOTH.has_left(room) is left


async def test_in_an_inbox_whoever_runs_the_space_hears_where_it_can_be_done(set_up: Town) -> None:
    """Many platforms say nothing of roles there."""
    shown = await in_an_inbox(set_up, an_actor(OWNER.person))
    assert shown == "community.only-there"
    assert await in_an_inbox(set_up, an_actor(OWNER.person, "mods")) == "community.needs-role"


async def in_an_inbox(town: Town, by: Actor) -> str:
    await town.router.dispatch(replace(a_command("peerbot setup", by=by), space=None, room=None))
    return town.places.sent[-1].card.key


async def test_whose_community_nobody_knows_is_told_where_to_go(town: Town) -> None:
    for space in (SPACE, ELSEWHERE):
        await town.router.dispatch(Installed(actor=OWNER, at=NOW, space=space, name=space.id))
    await town.router.dispatch(
        replace(a_command("checkin", by=an_actor(SAM)), space=None, room=None)
    )
    assert town.places.sent[-1].card.key == "community.none"


async def test_in_an_inbox_the_community_counts_in_which_we_still_are(town: Town) -> None:
    for space in (SPACE, ELSEWHERE):
        await town.router.dispatch(Installed(actor=OWNER, at=NOW, space=space, name=space.id))
        home = town.communities.in_space(space)
        assert home is not None
        await town.communities.member(SAM, home.id)
    for gone, left in ((SPACE, ELSEWHERE), (ELSEWHERE, SPACE)):
        await taken_out(town, gone)
        again = CommunityService(town.db, town.clock, Chance(4), Settings(), town.kept)
        await again.start()
        found = await again.of(replace(a_command("checkin", by=an_actor(SAM)), space=None))
        assert found == again.in_space(left)
        await town.communities.come_back(gone, gone.id)
