"""Ways to reach somebody in danger, tried in the order of `safety.md` until one really worked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from peerbot.chat.adapters import Capabilities
from peerbot.chat.addresses import Address, MessageRef, NewInbox, Person, PrivateThread, Reply, Room
from peerbot.chat.cards import Card
from peerbot.chat.gateway import Delivered, DeliveryError, Gateway, TryLater
from peerbot.community.model import Settings
from peerbot.crisis.detection.finding import Tier
from peerbot.crisis.model import RETRY, Alert, Reason, Way


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
    thread: str = "",
) -> Iterator[Address]:
    """Yield the private places where `person` may be answered, the least intrusive first.

    `room` is where they wrote a plain message; None for words that were private. `thread` is one
    that was made for them there before.
    """
    if not person.is_named:
        return
    if reply is not None:
        yield reply
    yield person
    if settings.first_private_answer and tier >= Tier.URGENT:
        yield NewInbox(person)
    if room is not None and able.private_thread:
        yield PrivateThread(room, person, thread)


@dataclass(frozen=True, slots=True)
class Reached:
    """How somebody was reached, truthfully; `NOT_TRIED` if the platform was only busy."""

    way: Way
    again_in: timedelta = RETRY
    """When trying again may work, if it was busy."""
    thread: str | None = None
    """The platform's id of the private thread, if it was one."""

    @property
    def is_busy(self) -> bool:
        return self.way is Way.NOT_TRIED

    @property
    def is_private(self) -> bool:
        """Whether they were answered, and alone."""
        return not self.is_nowhere and self.way is not Way.OFFER

    @property
    def is_nowhere(self) -> bool:
        return self.way in {Way.NOT_TRIED, Way.NOT_REACHED}


async def reach(voice: Voice, places: Iterable[Address], card: Card, nonce: str) -> Reached:
    """Send `card` to the first place that takes it.

    A busy platform counts as closed here, since the next way is quicker than a wait; but if no
    other way works either, it is to be tried again.
    """
    waits: list[timedelta] = []
    for place in places:
        try:
            sent = await voice.send(place, card, nonce=nonce)
        except TryLater as busy:
            waits.append(max(busy.wait, timedelta(seconds=1)))
        except DeliveryError:
            continue
        else:
            return Reached(way_of(place), thread=_thread_of(place, sent))
    return Reached(Way.NOT_TRIED, min(waits)) if waits else Reached(Way.NOT_REACHED)


def where_answered(alert: Alert) -> Iterator[Address]:
    """Yield where somebody can be told more: the place in which they were answered, first.

    A `Reply` cannot be reached any more; "Is anyone there?" tells them when they press it.
    """
    if not alert.about.is_named:
        return
    if alert.way is Way.THREAD and alert.room is not None:
        yield PrivateThread(alert.room, alert.about, alert.thread or "")
    yield alert.about
    # Who asked for somebody to write to them has asked for an inbox as well.
    if alert.way is Way.NEW_INBOX or alert.reason in {Reason.ASKED, Reason.WORRIED}:
        yield NewInbox(alert.about)


def _thread_of(place: Address, sent: Delivered) -> str | None:
    is_thread = isinstance(place, PrivateThread) and sent.ref is not None
    return sent.ref.room if is_thread and sent.ref is not None else None


def way_of(address: Address) -> Way:
    """Return the name of a way of reaching somebody, for the responders' card."""
    match address:
        case Reply():
            return Way.REPLY
        case Person():
            return Way.INBOX
        case PrivateThread():
            return Way.THREAD
        case Room():
            return Way.OFFER
        case _:
            return Way.NEW_INBOX
