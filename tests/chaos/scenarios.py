"""What has to survive: a scenario plans something, and says what must have arrived at the end."""

from dataclasses import dataclass, replace
from typing import Protocol

from peerbot.chat.addresses import Address, NewInbox, Person, Room
from peerbot.chat.cards import Card, Text, card
from peerbot.db import Database
from peerbot.delivery.model import AfterCrash, Done, NewSend, Send
from peerbot.delivery.service import Delivery


class Scenario(Protocol):
    """Something durable. A new one joins `SCENARIOS`; it runs in the child, in every life of it."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    @property
    def kills(self) -> int: ...

    @property
    def due(self) -> set[str]:
        """The ids of the places where one message each must have arrived."""
        ...

    @property
    def may_be_unknown(self) -> bool:
        """Whether a message may be known to be unknown instead, and none may arrive twice."""
        ...

    def declare(self, db: Database, delivery: Delivery) -> None: ...

    async def plan(self, db: Database, delivery: Delivery) -> None:
        """Plan everything. Called in every life, so it must be safe to repeat."""
        ...


async def a_card(send: Send) -> Card:
    return card("chaos.message", Text("How are you?"), summary="How are you?")


@dataclass(frozen=True, slots=True)
class Round:
    """One message each to many people and a few rooms: sends of several rate limits at once."""

    name: str = "sends"
    size: int = 500
    kills: int = 15
    after_crash: AfterCrash = AfterCrash.AGAIN

    @property
    def may_be_unknown(self) -> bool:
        return self.after_crash is AfterCrash.ONCE

    @property
    def places(self) -> list[Address]:
        rooms = [Room("sink", f"room-{number}") for number in range(self.size // 10)]
        inboxes = [
            NewInbox(Person("sink", f"person-{number}")) for number in range(self.size - len(rooms))
        ]
        return [*rooms, *inboxes]

    @property
    def due(self) -> set[str]:
        return {place_id(place) for place in self.places}

    def declare(self, db: Database, delivery: Delivery) -> None:
        delivery.composes("chaos.round", a_card, after_crash=self.after_crash)

    async def plan(self, db: Database, delivery: Delivery) -> None:
        async with db.begin() as session:
            sends = [NewSend(kind="chaos.round", subject="r1", to=place) for place in self.places]
            await delivery.plan_sends(session, sends)


@dataclass(frozen=True, slots=True)
class Closings:
    """Work that has an effect in our tables and posts a summary, as the closing of a round does."""

    name: str = "closings"
    size: int = 150
    kills: int = 15
    may_be_unknown: bool = False

    @property
    def due(self) -> set[str]:
        return {f"room-{number}" for number in range(self.size)}

    def declare(self, db: Database, delivery: Delivery) -> None:
        async def close(subject: str) -> Done:
            async with db.begin() as session:
                summary = NewSend(kind="chaos.summary", subject=subject, to=Room("sink", subject))
                await delivery.plan_sends(session, [summary])
            await delivery.go()
            return Done.DONE

        delivery.composes("chaos.summary", a_card, after_crash=AfterCrash.AGAIN)
        delivery.does("chaos.close", close)

    async def plan(self, db: Database, delivery: Delivery) -> None:
        async with db.begin() as session:
            for subject in sorted(self.due):
                await delivery.plan_work(session, "chaos.close", subject)


def place_id(place: Address) -> str:
    return place.person.id if isinstance(place, NewInbox) else str(getattr(place, "id", ""))


def of_size(scenario: Scenario, size: int) -> Scenario:
    return replace(scenario, size=size)  # type: ignore[type-var]


SCENARIOS: tuple[Scenario, ...] = (
    Round(),
    Round(name="prompts", size=200, kills=5, after_crash=AfterCrash.ONCE),
    Closings(),
)
