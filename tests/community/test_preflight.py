"""Before setup says "ready" the platform is asked; what is wrong is named, and asked again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from peerbot.chat.adapters import Finding, SpaceFacts
from peerbot.chat.cards import Button, Card, buttons_of
from peerbot.chat.gateway import TryLater
from peerbot.chat.plain import plain, plain_card
from tests.community.conftest import FACTS, Town

CANNOT_SEND = Finding("I lack the permission Send Messages, which I need to post.")
CANNOT_PIN = Finding("I lack the permission Pin Messages, which I need to pin.", keeps_help=False)
MUTE_ROLE = "Nobody who has the role Moderators would be notified."
NO_ROOM = replace(
    FACTS, rooms=(replace(FACTS.rooms[0], may_write=False, wrong=("Do this.",)), FACTS.rooms[1])
)


def check_again(shown: Card) -> Button:
    found = [one for one in buttons_of(shown) if plain(one.label) == "Check again"]
    assert len(found) == 1, plain_card(shown)
    assert isinstance(found[0], Button)
    return found[0]


async def ready_but_for(town: Town, facts: SpaceFacts) -> Card:
    """Return what publishing says where the platform says `facts`."""
    await town.press("community", "suggest")
    await town.press("community", "set", "country", values=("CA",))
    town.places.known = facts
    return await town.press("community", "publish")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (replace(FACTS, missing=(CANNOT_SEND,)), "I lack the permission Send Messages"),
        (
            replace(FACTS, roles=(replace(FACTS.roles[0], wrong=MUTE_ROLE), FACTS.roles[1])),
            MUTE_ROLE,
        ),
        (
            replace(
                FACTS,
                rooms=(
                    FACTS.rooms[0],
                    replace(FACTS.rooms[1], may_write=False, wrong=("There I lack it.",)),
                ),
            ),
            "I may not write in care-team, the room for alerts. There I lack it.",
        ),
    ],
)
async def test_setup_said_ready_though_help_could_not_arrive(
    town: Town, facts: SpaceFacts, said: str
) -> None:
    shown = await ready_but_for(town, facts)
    assert "PEERBOT IS READY" not in plain_card(shown)
    assert said in plain_card(shown)
    panel = await town.command("peerbot panel")
    assert f"Not ready yet: {said}" in plain_card(panel)
    summary = await town.press("community", "setup", 6)
    assert said in plain_card(summary)
    town.places.known = FACTS
    for card in (shown, panel, summary):
        wanted = check_again(card).action
        again = plain_card(await town.press(wanted.feature, wanted.verb, *wanted.args))
        assert said not in again
        assert "Check again" not in again
    shown = await town.press("community", "check")
    assert "PEERBOT IS READY" in plain_card(shown)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (replace(FACTS, missing=(CANNOT_PIN,)), "I lack the permission Pin Messages"),
        (NO_ROOM, "I may not write in general, the room for check-ins. Do this."),
        (
            replace(FACTS, rooms=FACTS.rooms[1:]),
            "The room for check-ins is gone, or hidden from me.",
        ),
    ],
)
async def test_what_keeps_no_help_from_arriving_is_named_beside_ready(
    town: Town, facts: SpaceFacts, said: str
) -> None:
    shown = await ready_but_for(town, facts)
    assert "PEERBOT IS READY" in plain_card(shown)
    assert said in plain_card(shown)
    panel = plain_card(await town.command("peerbot panel"))
    assert "Ready: help would reach your responders." in panel
    assert f"Also to be mended: {said}" in panel


async def test_a_role_that_cannot_be_notified_is_named_where_it_is_chosen(town: Town) -> None:
    await town.press("community", "suggest")
    town.places.known = replace(
        FACTS, roles=(replace(FACTS.roles[0], wrong=MUTE_ROLE), FACTS.roles[1])
    )
    assert MUTE_ROLE in plain_card(await town.press("community", "setup", 2))
    await town.press("community", "set", "pings", values=("staff",))
    assert MUTE_ROLE not in plain_card(await town.press("community", "setup", 2))


async def test_a_platform_that_does_not_answer_is_not_taken_for_all_is_well(town: Town) -> None:
    await ready_but_for(town, FACTS)
    town.places.mute = TryLater("busy", timedelta(seconds=30))
    shown = plain_card(await town.press("community", "check"))
    assert "The platform does not say just now" in shown
    assert "PEERBOT IS READY" not in shown


async def test_a_team_whose_roles_were_deleted_could_not_answer_and_nobody_said_so(
    town: Town,
) -> None:
    shown = await ready_but_for(town, replace(FACTS, roles=()))
    said = plain_card(shown)
    assert "The roles of moderators and staff are no longer there" in said
    assert "The role that alerts notify is no longer there" in said


async def test_a_room_that_was_deleted_was_called_by_its_number(town: Town) -> None:
    await town.press("community", "suggest")
    town.places.known = replace(FACTS, rooms=())
    shown = plain_card(await town.press("community", "setup", 6))
    assert "Alerts go to: a room that is no longer there" in shown
    assert "Check-ins in: a room that is no longer there" in shown
    assert "care-team" not in shown
