"""Ways to reach somebody in danger, tried in the order of `safety.md` until one really worked."""

from collections.abc import Iterator
from typing import Protocol

from peerbot.chat.adapters import Capabilities
from peerbot.chat.addresses import Address, MessageRef, NewInbox, Person, PrivateThread, Reply, Room
from peerbot.chat.cards import Card
from peerbot.chat.gateway import Delivered, DeliveryError, Gateway
from peerbot.community.model import Settings
from peerbot.crisis.detection.finding import Tier
from peerbot.crisis.model import Way, way_of


class Voice(Gateway, Protocol):
    """The switchboard, as far as this feature needs it."""

    def capabilities(self, platform: str) -> Capabilities: ...

    async def edit(
        self, ref: MessageRef, card: Card, *, reader: Address | None = None
    ) -> Delivered: ...


def ways(
    person: Person,
    reply: Reply | None,
    room: Room | None,
    tier: Tier,
    settings: Settings,
    able: Capabilities,
) -> Iterator[Address]:
    """Yield the private places where `person` may be answered, the least intrusive first."""
    if reply is not None:
        yield reply
    yield person
    if settings.first_private_answer and tier >= Tier.URGENT:
        yield NewInbox(person)
    if room is not None and able.private_thread:
        yield PrivateThread(room, person)


async def reach(voice: Voice, places: Iterator[Address], card: Card, nonce: str) -> Way:
    """Send `card` to the first place that takes it; return how that was, truthfully."""
    for place in places:
        try:
            await voice.send(place, card, nonce=nonce)
        except DeliveryError:
            # A busy platform counts as closed here: the next way is quicker than a wait.
            continue
        return way_of(place)
    return Way.NOT_REACHED
