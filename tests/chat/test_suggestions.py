"""What is offered while somebody types: quickly, to whom it may be, and whatever breaks."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbot.chat.cards import Card, Text, card
from peerbot.chat.commands import Command, Parameter
from peerbot.chat.events import CommandUsed, Event, OptionTyped
from peerbot.chat.forms import Surface
from peerbot.chat.router import Answer, Failure, Gate, Router
from peerbot.chat.suggestions import Offers, Suggestion, showable, spoken
from peerbot.chat.switchboard import Switchboard
from peerbot.chat.text import ByLanguage
from peerbot.errors import Gone, StorageAway
from peerbot.i18n import _
from peerbot.testing import (
    EnglishReaders,
    OpenDoor,
    RecordingGateway,
    SilentScreen,
    a_command,
    an_actor,
    typing,
)

WORDS = Parameter(
    name="words", summary=_("Words"), suggested=True, surface=Surface.PRIVATE, most=12
)
LOOK = Command(name="look", summary=_("Look"), parameters=(WORDS,))
RAIN = Suggestion("rain", ByLanguage((("en", "Rain"), ("fr", "Pluie"))))


class ShutDoor:
    async def refusal(self, event: Event, gate: Gate) -> Card | None:
        del event, gate
        return card("toy.no", Text(_("No.")), summary=_("No"))


@dataclass
class House:
    """A router with one command, whose suggestions are what a test says."""

    door: OpenDoor | ShutDoor = field(default_factory=OpenDoor)
    offers: tuple[Suggestion, ...] = (RAIN,)
    raises: Exception | None = None
    asked: list[OptionTyped] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    screen: SilentScreen = field(default_factory=SilentScreen)
    gateway: RecordingGateway = field(default_factory=RecordingGateway)

    def __post_init__(self) -> None:
        self.router = Router(self.gateway, self.screen, self.door, self.failures.append)
        self.router.command("toy", LOOK, self._look, suggest={"words": self._suggest})

    async def _look(self, _event: CommandUsed) -> Answer:
        return None

    async def _suggest(self, event: OptionTyped) -> Iterable[Suggestion]:
        self.asked.append(event)
        if self.raises is not None:
            raise self.raises
        return self.offers


@pytest.fixture
def house() -> House:
    return House()


async def test_what_fits_is_offered_and_nothing_else_follows(house: House) -> None:
    assert await house.router.suggestions(typing("look", "words", "ra")) == (RAIN,)
    assert house.gateway.sent == []


async def test_words_are_screened_once_they_are_sent_and_not_while_they_are_typed(
    house: House,
) -> None:
    await house.router.suggestions(typing("look", "words", "I want to"))
    assert house.screen.heard_words == []
    await house.router.dispatch(a_command("look", words="I want to"))
    assert house.screen.heard_words == ["I want to"]


async def test_a_picked_suggestion_is_screened_like_anything_typed(house: House) -> None:
    await house.router.dispatch(a_command("look", words=RAIN.value))
    assert house.screen.heard_words == ["rain"]


async def test_who_may_not_use_it_is_offered_nothing() -> None:
    house = House(door=ShutDoor())
    assert await house.router.suggestions(typing("look", "words", "ra")) == ()
    assert house.asked == []


@pytest.mark.parametrize(
    ("name", "option"), [("look", "topic"), ("look", ""), ("", ""), ("forged", "words")]
)
async def test_what_nobody_declared_is_offered_nothing(
    house: House, name: str, option: str
) -> None:
    assert await house.router.suggestions(typing(name, option, "ra")) == ()
    assert house.asked == house.failures == []


async def test_what_is_typed_comes_clean_and_no_longer_than_the_option_takes(house: House) -> None:
    await house.router.suggestions(typing("look", "words", "a\x00\ud800" + "b" * 500))
    assert house.asked[0].typed == "a" + "b" * 9


async def test_a_broken_feature_offers_nothing_and_is_told(house: House) -> None:
    house.raises = RuntimeError("planted")
    assert await house.router.suggestions(typing("look", "words", "ra")) == ()
    assert [one.step for one in house.failures] == ["toy.suggest"]


@pytest.mark.parametrize("error", [StorageAway("planted"), Gone("planted")])
async def test_nothing_is_offered_and_nobody_alarmed_for_what_passes(
    house: House, error: Exception
) -> None:
    house.raises = error
    assert await house.router.suggestions(typing("look", "words", "ra")) == ()
    assert house.failures == []


async def test_whoever_types_does_not_wait_for_a_feature_that_hangs() -> None:
    never = asyncio.Event()

    async def hangs(_event: OptionTyped) -> Iterable[Suggestion]:
        await never.wait()
        return ()

    async def passes() -> bool:
        return True

    offers = Offers(within=timedelta(milliseconds=1))
    offers.add(LOOK, {"words": hangs})
    assert await offers.to(typing("look", "words", "ra"), passes) == ()


def test_a_command_that_suggests_otherwise_than_its_table_is_refused(house: House) -> None:
    plain = Command(
        name="plain", summary=_("Plain"), parameters=(Parameter(name="a", summary="a"),)
    )  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="suggests otherwise"):
        house.router.command("toy", plain, house._look, suggest={"a": house._suggest})
    other = Command(name="other", summary=_("Other"), parameters=(WORDS,))
    with pytest.raises(ValueError, match="suggests otherwise"):
        house.router.command("toy", other, house._look)


@given(st.lists(st.builds(Suggestion, st.text(max_size=130), st.text(max_size=300)), max_size=60))
def test_whatever_a_feature_offers_fits_every_platform(several: list[Suggestion]) -> None:
    shown = showable(several)
    assert len(shown) <= 25
    assert len({one.value for one in shown}) == len(shown)
    for one in (spoken(each, "en") for each in shown):
        assert 0 < len(one.value) <= 100
        assert 0 < len(str(one.label)) <= 100
        assert "\n" not in str(one.label)


async def test_labels_are_in_the_language_of_whoever_types(house: House) -> None:
    board = Switchboard(EnglishReaders())
    board.lead_to(house.router)
    (shown,) = await board.suggestions(typing("look", "words", "p", by=an_actor(locale="fr")))
    assert shown == Suggestion("rain", "Pluie")
