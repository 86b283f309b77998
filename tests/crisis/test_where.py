"""Where somebody is: every country that has lines can be chosen, at any hour, by anybody."""

import pytest

from peerbot.chat.actions import action
from peerbot.chat.cards import Card, Select
from peerbot.chat.plain import plain_card
from peerbot.chat.router import Router
from peerbot.content.crisis import helplines
from peerbot.crisis.detection.finding import Category
from peerbot.crisis.routes import add_routes
from peerbot.i18n import LANGUAGES
from peerbot.testing import SAM, OpenDoor, SilentScreen, a_press, an_actor
from tests.crisis.conftest import Crisis


def offered(card: Card) -> set[str]:
    return {
        option.value
        for node in card.children
        if isinstance(node, Select)
        for option in node.options
    }


@pytest.mark.parametrize("language", LANGUAGES)
async def test_sixty_eight_countries_could_not_be_chosen(crisis: Crisis, language: str) -> None:
    actor = an_actor(SAM, locale=language)
    crisis.communities.met(actor, None)
    pages = [crisis.service.where(actor, Category.ABUSE, page) for page in range(6)]
    assert set().union(*(offered(one) for one in pages)) == set(helplines().countries)


async def press(crisis: Crisis, *args: str, values: tuple[str, ...] = ()) -> Card:
    router = Router(crisis.voice, SilentScreen(), OpenDoor())
    add_routes(router, crisis.routes)
    feature, verb, *rest = args
    await router.dispatch(a_press(action(feature, verb, *rest), by=SAM, values=values))
    return crisis.voice.sent[-1].card


async def test_another_page_takes_the_place_of_the_first(crisis: Crisis) -> None:
    await press(crisis, "crisis", "elsewhere", "abuse")
    assert not crisis.voice.sent[-1].to.instead
    await press(crisis, "crisis", "elsewhere", "abuse", "2")
    assert crisis.voice.sent[-1].to.instead


@pytest.mark.parametrize("page", ["99", "-1", "1e3", "9" * 40])
async def test_a_forged_page_is_answered_with_the_first(crisis: Crisis, page: str) -> None:
    first = await press(crisis, "crisis", "elsewhere", "abuse")
    assert await press(crisis, "crisis", "elsewhere", "abuse", page) == first


async def test_who_is_in_no_list_still_reads_where_to_turn(crisis: Crisis) -> None:
    shown = plain_card(await press(crisis, "crisis", "elsewhere", "abuse"))
    assert "Your local emergency number" in shown
    assert "findahelpline.com" in shown
