"""What is seen of a community in which peerbot hears itself."""

from datetime import timedelta

from peerbot.chat.addresses import Room
from peerbot.chat.cards import Card
from peerbot.chat.plain import plain_card
from peerbot.crisis.heard import Hearing
from peerbot.crisis.store import HearingStore
from tests.crisis.conftest import ALERTS, SENTENCES, Crisis

ELSEWHERE = Room("test", "other-team")
ENGLISH = SENTENCES[0].text


async def try_now(crisis: Crisis) -> None:
    """Let whatever is due be tried, to its end."""
    await crisis.hearing.run()
    await crisis.hearing.settled()


async def try_in(crisis: Crisis, **time: float) -> None:
    crisis.clock.move(timedelta(**time))
    await try_now(crisis)


async def stored(crisis: Crisis) -> Hearing:
    async with crisis.db.read() as session:
        (found,) = await HearingStore(session).all()
    return found


def standing(crisis: Crisis) -> str:
    """Return what the standing card says now."""
    shown = [card for _ref, card in crisis.voice.edited if card.key == "crisis.heard"]
    return plain_card(shown[-1] if shown else crisis.voice.cards_to(ALERTS)[0])


def loud(crisis: Crisis) -> list[Card]:
    return [card for card in crisis.voice.cards_to(ALERTS) if card.pings]
